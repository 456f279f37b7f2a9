"""The reserved alarms of the companies of a list, under the same rights as on the sheet of each.

All the readings are written in the journal, one per company, before anything is composed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from fce.donnees.entreprises import diffusion, selectors as entreprises
from fce.donnees.imports.selectors import reperes
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage import sources as assemblage
from fce.fiche.assemblage.blocs import Versions
from fce.fiche.assemblage.resumes import alarmes, sans_redites
from fce.fiche.assemblage.sources import Extrait, FicheBrute
from fce.fiche.formes.commun import Contexte
from fce.fiche.formes.contenu import AlerteVue
from fce.fiche.lecture.consignation import Sortie, consigner
from fce.fiche.lecture.plans import prevoir, sources_de
from fce.fiche.lecture.typage import total_connu
from fce.fiche.page.alarmes import LigneAlarme, ligne
from fce.fiche.unite.perimetre import nommer
from fce.fiche.unite.unite_visee import Unite
from fce.socle.base.branches import lignes_de
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
    """``par_numero``: alarms by SIREN or SIRET, for the lines that have some; ``sources``: what was read;
    ``territoire``: territory of the reader's rights, "" when unlimited; ``total``: companies of the list."""

    par_numero: Mapping[str, Sequence[LigneAlarme]]
    sources: Sequence[SourceRegardee]
    territoire: str
    total: int

    @property
    def alarmees(self) -> int:
        """Number of companies with an alarm, its own or of an establishment."""
        return len({numero[:9] for numero in self.par_numero})

    @property
    def lectures(self) -> int:
        """Number of readings made; 0 when every source is closed on each of these companies, or not available."""
        return sum(source.entreprises for source in self.sources)

    @property
    def fermees(self) -> bool:
        """Whether a source that is available is closed on each of these companies."""
        return not self.lectures and any(source.disponible for source in self.sources)


def sources_reservees() -> list[Source]:
    """Sources that declare alarms and are not open to all; that of a company before the one that names its places."""
    alarmees = [s for s in sources_de(Unite("0" * 9)) if s.alarme and s.acces is not None and s.acces.classe != "C0"]
    return sorted(alarmees, key=lambda s: bool(s.alarme and s.alarme.situe))


def ouvertes(lecteur: LecteurDeDonnees) -> list[Source]:
    """The sources with reserved alarms that this reader may read, at least partly."""
    return [source for source in sources_reservees() if lecteur.portee(source)]


@dataclass(frozen=True, slots=True)
class EntrepriseDeListe:
    """A company of a list, and those of its establishments that are lines: its sheets, limited to this reader, and the
    extracts of imported sources that he may read, by number."""

    siren: str
    fiches: Mapping[str, FicheBrute]
    permis: Mapping[str, Sequence[Extrait]]

    def sorties(self) -> list[Sortie]:
        """The readings, for the journal."""
        extraits = chain.from_iterable(self.permis.values())
        return [Sortie(e.plan, assemblage.montrees(e.lignes, e.ensemble), e.decision) for e in extraits]

    def dites(self, numero: str) -> list[AlerteVue]:
        """The alarms of a line; of an establishment, its own first, then those inherited from its company."""
        fiche = self.fiches[numero]
        siennes = alertes_de(fiche, self.permis[numero])
        if numero != self.siren:
            siennes += alertes_de(self.fiches[self.siren], self.permis[self.siren], heritees=True)
        return sans_redites(siennes, fiche.unite)

    def extraits(self, numero: str) -> dict[str, Extrait]:
        """Extracts by source for a line; an establishment's own before its company's."""
        return {e.plan.source.nom: e for n in (self.siren, numero) for e in self.permis[n]}


def lire_la_liste(
    numeros: Iterable[str], sources: Sequence[Source], lecteur: LecteurDeDonnees, versions: Versions
) -> Iterator[EntrepriseDeListe]:
    """Each company of these SIREN and SIRET, in order. One round trip per company and per establishment."""
    par_siren: dict[str, dict[str, None]] = {}
    for numero in numeros:
        par_siren.setdefault(numero[:9], {numero[:9]: None})[numero] = None
    for siren, siens in par_siren.items():
        fiches = {n: _fiche_de(Unite(n), sources, lecteur, versions) for n in siens}
        yield EntrepriseDeListe(siren, fiches, {n: _permis_de(fiche) for n, fiche in fiches.items()})


def alarmes_de(numeros: Iterable[str], lecteur: LecteurDeDonnees) -> AlarmesDeListe:
    """The alarms of each line for this reader, as on its sheet; those of a company are said once, of its first line
    that does not have them as its own.

    Raises JournalIndisponible, VolumeDepasse: then no alarm is returned.
    """
    versions, voulus = Versions(reperes(), lecteur.aujourd_hui), list(dict.fromkeys(numeros))
    sources = ouvertes(lecteur)
    entreprises_ = {e.siren: e for e in lire_la_liste(voulus, sources, lecteur, versions)} if sources else {}
    consigner(lecteur, [sortie for e in entreprises_.values() for sortie in e.sorties()], liste=True)
    dites = _dites_une_fois({n: entreprises_[n[:9]].dites(n) for n in voulus if entreprises_})
    lieux = entreprises.etablissements(a.siret for siennes in dites.values() for a in siennes if a.siret)
    ici = lecteur.territoire
    return AlarmesDeListe(
        {n: [ligne(a, Unite(n), lieux, ici) for a in siennes] for n, siennes in dites.items() if siennes},
        [_regardee(source, entreprises_.values(), disponible=source.nom in versions) for source in sources],
        nommer(ici) if ici else "",
        len(entreprises_),
    )


def _dites_une_fois(dites: Mapping[str, Sequence[AlerteVue]]) -> dict[str, list[AlerteVue]]:
    """Without the alarms that a line inherits and another line of its company says."""
    deja = {_cle(n, a) for n, siennes in dites.items() for a in siennes if not a.heritee}
    gardees: dict[str, list[AlerteVue]] = {}
    for n, siennes in dites.items():
        for a in siennes:
            if not a.heritee or _cle(n, a) not in deja:
                gardees.setdefault(n, []).append(a)
                deja.add(_cle(n, a))
    return gardees


def _cle(numero: str, alerte: AlerteVue) -> tuple[object, ...]:
    return numero[:9], alerte.source, alerte.titre, alerte.jour, alerte.siret


def _fiche_de(unite: Unite, sources: Sequence[Source], lecteur: LecteurDeDonnees, versions: Versions) -> FicheBrute:
    siennes = sources_de(unite)
    plans = tuple(prevoir(source, unite, lecteur, versions) for source in sources if source in siennes)
    demandees = assemblage.branches(unite, plans, lecteur)
    lignes = lignes_de(demandees, preparee=True, marque=diffusion.MARQUE_INSEE, replicable=True)
    return FicheBrute(unite.situee(lignes), lecteur, plans, lignes, versions)


def _permis_de(fiche: FicheBrute) -> list[Extrait]:
    return [
        e for e in assemblage.extraits_de(fiche) if e.plan.branche is not None and not fiche.lecteur.refus(e.decision)
    ]


def alertes_de(fiche: FicheBrute, extraits: Sequence[Extrait], *, heritees: bool = False) -> list[AlerteVue]:
    """The alarms that these extracts hold; ``heritees``: on the sheet of an establishment of the company."""
    alertes: list[AlerteVue] = []
    for extrait in extraits:
        source = extrait.plan.source
        contexte = Contexte(
            fiche.lecteur.aujourd_hui, {}, total=total_connu(fiche.lignes.get(source.nom)), ensemble=extrait.ensemble
        )
        origine = fiche.versions.provenance(source)
        alertes += alarmes(extrait.plan, extrait.lignes or [], contexte, origine, heritees=heritees)
    return alertes


def _regardee(source: Source, liste: Iterable[EntrepriseDeListe], *, disponible: bool) -> SourceRegardee:
    siens = [e for entreprise in liste for e in entreprise.permis[entreprise.siren] if e.plan.source is source]
    illisibles, mois = sum(e.lignes is None for e in siens), source.alarme.mois if source.alarme else None
    return SourceRegardee(source.titre, len(siens), disponible, illisibles, mois)
