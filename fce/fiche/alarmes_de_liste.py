"""The reserved alarms of the companies of a list, under the same rights as on the sheet of each.

All the readings are written in the journal, one per company, before anything is composed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fce.droits.lecteur import LecteurDeDonnees
from fce.entreprises import diffusion
from fce.entreprises import selectors as entreprises
from fce.fiche import assemblage
from fce.fiche.assemblage import Extrait, FicheLue
from fce.fiche.blocs import Versions
from fce.fiche.consignation import Sortie, consigner
from fce.fiche.contenu import AlerteLue
from fce.fiche.formes.commun import Contexte
from fce.fiche.page.alarmes import LigneAlarme, ligne
from fce.fiche.perimetre import nommer
from fce.fiche.plans import prevoir, sources_de
from fce.fiche.resumes import alarmes, sans_redites
from fce.fiche.typage import total_connu
from fce.fiche.unite import Unite
from fce.imports.selectors import reperes
from fce.socle.branches import lire
from fce.sources.declaration import Source


@dataclass(frozen=True, slots=True)
class SourceRegardee:
    """A source that was read, and for how many companies; ``disponible``: it has been imported; ``illisibles``: for how
    many reading failed; ``mois``: how long its alarms last, None when without limit."""

    titre: str
    entreprises: int
    disponible: bool = True
    illisibles: int = 0
    mois: int | None = None


@dataclass(frozen=True, slots=True)
class AlarmesDeListe:
    """``par_numero``: alarms by SIREN or SIRET, for those that have some; ``sources``: what was read; ``territoire``: territory
    of the reader's rights, "" when unlimited; ``total``: companies of the list."""

    par_numero: Mapping[str, Sequence[LigneAlarme]]
    sources: Sequence[SourceRegardee]
    territoire: str
    total: int

    @property
    def lues(self) -> int:
        """Number of readings made; 0 when every source is closed on each of these companies, or not available."""
        return sum(source.entreprises for source in self.sources)

    @property
    def fermees(self) -> bool:
        """Whether a source that is available is closed on each of these companies."""
        return not self.lues and any(source.disponible for source in self.sources)


def sources_reservees() -> list[Source]:
    """Sources that declare alarms and are not open to all; that of a company before the one that names its places."""
    alarmees = [s for s in sources_de(Unite("0" * 9)) if s.alarme and s.acces is not None and s.acces.classe != "C0"]
    return sorted(alarmees, key=lambda s: bool(s.alarme and s.alarme.situe))


def ouvertes(lecteur: LecteurDeDonnees) -> list[Source]:
    """The sources with reserved alarms that this reader may read, at least partly."""
    return [source for source in sources_reservees() if lecteur.portee(source)]


def alarmes_de(numeros: Iterable[str], lecteur: LecteurDeDonnees) -> AlarmesDeListe:
    """The alarms of each company, and of each establishment with those of its company, for this reader: as on its
    sheet. One round trip per company and per establishment, plus two.

    Raises JournalIndisponible, VolumeDepasse: then no alarm is returned.
    """
    versions = Versions(reperes(), lecteur.aujourd_hui)
    sources, voulus = ouvertes(lecteur), list(dict.fromkeys(numeros))
    unites = dict.fromkeys([*(n[:9] for n in voulus), *voulus]) if sources else {}
    fiches = {n: lire_la_fiche(n, sources, lecteur, versions) for n in unites}
    permis = {n: permis_de(fiche) for n, fiche in fiches.items()}
    consigner(
        lecteur,
        [
            Sortie(e.plan, assemblage.montrees(e.lignes, e.ensemble), e.decision)
            for extraits in permis.values()
            for e in extraits
        ],
        liste=True,
    )
    dites = {n: dites_de(fiches, permis, n) for n in voulus if sources}
    lieux = entreprises.etablissements(a.siret for siennes in dites.values() for a in siennes if a.siret)
    ici = lecteur.territoire
    extraits = [(fiche, permis[n]) for n, fiche in fiches.items() if fiche.unite.entreprise]
    return AlarmesDeListe(
        {n: [ligne(a, fiches[n].unite, lieux, ici) for a in siennes] for n, siennes in dites.items() if siennes},
        [_regardee(source, extraits, disponible=source.nom in versions) for source in sources],
        nommer(ici) if ici else "",
        len(extraits),
    )


def dites_de(fiches: Mapping[str, FicheLue], permis: Mapping[str, Sequence[Extrait]], numero: str) -> list[AlerteLue]:
    """The alarms of a unit; of an establishment, its own first, then those inherited from its company."""
    fiche = fiches[numero]
    siennes = alertes_de(fiche, permis[numero])
    if not fiche.unite.entreprise:
        siren = fiche.unite.siren
        siennes += alertes_de(fiches[siren], permis[siren], heritees=True)
    return sans_redites(siennes, fiche.unite)


def lire_la_fiche(numero: str, sources: Sequence[Source], lecteur: LecteurDeDonnees, versions: Versions) -> FicheLue:
    """The rows of these sources about a unit, limited to this reader. One round trip."""
    unite = Unite(numero)
    plans = tuple(prevoir(source, unite, lecteur, versions) for source in sources)
    demandees = assemblage.branches(unite, plans, lecteur)
    lues = lire(demandees, preparee=True, marque=diffusion.MARQUE_INSEE, replicable=True)
    return FicheLue(unite.situee(lues), lecteur, plans, lues, versions)


def permis_de(fiche: FicheLue) -> list[Extrait]:
    """Extracts of a unit that this reader may read, from imported sources."""
    return [
        e for e in assemblage.extraits_de(fiche) if e.plan.branche is not None and not fiche.lecteur.refus(e.decision)
    ]


def alertes_de(fiche: FicheLue, extraits: Sequence[Extrait], *, heritees: bool = False) -> list[AlerteLue]:
    """The alarms that these extracts hold; ``heritees``: on the sheet of an establishment of the company."""
    lues: list[AlerteLue] = []
    for extrait in extraits:
        source = extrait.plan.source
        contexte = Contexte(
            fiche.lecteur.aujourd_hui, {}, total=total_connu(fiche.lues.get(source.nom)), ensemble=extrait.ensemble
        )
        origine = fiche.versions.provenance(source)
        lues += alarmes(extrait.plan, extrait.lignes or [], contexte, origine, heritees=heritees)
    return lues


def _regardee(
    source: Source, permis: Sequence[tuple[FicheLue, Sequence[Extrait]]], *, disponible: bool
) -> SourceRegardee:
    siens = [e for _, extraits in permis for e in extraits if e.plan.source is source]
    illisibles, mois = sum(e.lignes is None for e in siens), source.alarme.mois if source.alarme else None
    return SourceRegardee(source.titre, len(siens), disponible, illisibles, mois)
