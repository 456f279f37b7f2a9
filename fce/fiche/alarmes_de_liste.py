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
from fce.fiche.resumes import alarmes
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
    """``par_siren``: alarms by company, for those that have some; ``sources``: what was read; ``territoire``: territory
    of the reader's rights, "" when unlimited; ``total``: companies of the list."""

    par_siren: Mapping[str, Sequence[LigneAlarme]]
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
    """Sources that declare alarms about companies and are not open to all."""
    return [s for s in sources_de(Unite("0" * 9)) if s.alarme and s.acces is not None and s.acces.classe != "C0"]


def ouvertes(lecteur: LecteurDeDonnees) -> list[Source]:
    """The sources with reserved alarms that this reader may read, at least partly."""
    return [source for source in sources_reservees() if lecteur.portee(source)]


def alarmes_de(sirens: Iterable[str], lecteur: LecteurDeDonnees) -> AlarmesDeListe:
    """The alarms of each company for this reader. One round trip per company, plus two.

    Raises JournalIndisponible, VolumeDepasse: then no alarm is returned.
    """
    versions = Versions(reperes(), lecteur.aujourd_hui)
    sources = ouvertes(lecteur)
    fiches = [lire_la_fiche(siren, sources, lecteur, versions) for siren in dict.fromkeys(sirens)] if sources else []
    permis = [(fiche, permis_de(fiche)) for fiche in fiches]
    consigner(
        lecteur,
        [
            Sortie(e.plan, assemblage.montrees(e.lignes, e.ensemble), e.decision)
            for _, extraits in permis
            for e in extraits
        ],
        liste=True,
    )
    dites = {fiche.unite: alertes_de(fiche, extraits) for fiche, extraits in permis}
    lieux = entreprises.etablissements(a.siret for siennes in dites.values() for a in siennes if a.siret)
    ici = lecteur.territoire
    return AlarmesDeListe(
        {unite.siren: [ligne(a, unite, lieux, ici) for a in siennes] for unite, siennes in dites.items() if siennes},
        [_regardee(source, permis, disponible=source.nom in versions) for source in sources],
        nommer(ici) if ici else "",
        len(fiches),
    )


def lire_la_fiche(siren: str, sources: Sequence[Source], lecteur: LecteurDeDonnees, versions: Versions) -> FicheLue:
    """The rows of these sources about a company, limited to this reader. One round trip."""
    unite = Unite(siren)
    plans = tuple(prevoir(source, unite, lecteur, versions) for source in sources)
    demandees = assemblage.branches(unite, plans, lecteur)
    lues = lire(demandees, preparee=True, marque=diffusion.MARQUE_INSEE, replicable=True)
    return FicheLue(unite.situee(lues), lecteur, plans, lues, versions)


def permis_de(fiche: FicheLue) -> list[Extrait]:
    """Extracts of a company that this reader may read, from imported sources."""
    return [
        e for e in assemblage.extraits_de(fiche) if e.plan.branche is not None and not fiche.lecteur.refus(e.decision)
    ]


def alertes_de(fiche: FicheLue, extraits: Sequence[Extrait]) -> list[AlerteLue]:
    """The alarms that these extracts hold."""
    lues: list[AlerteLue] = []
    for extrait in extraits:
        source = extrait.plan.source
        contexte = Contexte(
            fiche.lecteur.aujourd_hui, {}, total=total_connu(fiche.lues.get(source.nom)), ensemble=extrait.ensemble
        )
        lues += alarmes(extrait.plan, extrait.lignes or [], contexte, fiche.versions.provenance(source))
    return lues


def _regardee(
    source: Source, permis: Sequence[tuple[FicheLue, Sequence[Extrait]]], *, disponible: bool
) -> SourceRegardee:
    siens = [e for _, extraits in permis for e in extraits if e.plan.source is source]
    illisibles, mois = sum(e.lignes is None for e in siens), source.alarme.mois if source.alarme else None
    return SourceRegardee(source.titre, len(siens), disponible, illisibles, mois)
