"""The reserved alarms of the companies of a list, read for one reader as the sheet of each would read them.

One reading: nothing of any company is composed before all of them are written down in the journal, each under its own
number.
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
    """A source that was looked at, for how many of the companies; ``illisibles``: it could not be read for those;
    ``mois``: how long its alarms last, None as long as it tells them."""

    titre: str
    entreprises: int
    illisibles: int = 0
    mois: int | None = None


@dataclass(frozen=True, slots=True)
class AlarmesDeListe:
    """``par_siren``: the alarms of the companies that have some; ``sources``: what was looked at; ``territoire``: where
    the rights of the reader stop, "" when nothing limits them; ``total``: companies of the list."""

    par_siren: Mapping[str, Sequence[LigneAlarme]]
    sources: Sequence[SourceRegardee]
    territoire: str
    total: int

    @property
    def lues(self) -> int:
        """How many readings were made: none when every source is closed on every one of these companies."""
        return sum(source.entreprises for source in self.sources)


def sources_reservees() -> list[Source]:
    """The sources that alarm about a company, and are not open to all."""
    return [s for s in sources_de(Unite("0" * 9)) if s.alarme and s.acces is not None and s.acces.classe != "C0"]


def ouvertes(lecteur: LecteurDeDonnees) -> list[Source]:
    """The sources with reserved alarms of which this reader may read something, somewhere."""
    return [source for source in sources_reservees() if lecteur.portee(source)]


def alarmes_de(sirens: Iterable[str], lecteur: LecteurDeDonnees) -> AlarmesDeListe:
    """What the sources of this reader alarm about, company by company. One round trip for each, two for all.

    Raises JournalIndisponible, VolumeDepasse: then nothing is told.
    """
    versions = Versions(reperes(), lecteur.aujourd_hui)
    sources = ouvertes(lecteur)
    fiches = [_lire(siren, sources, lecteur, versions) for siren in dict.fromkeys(sirens)] if sources else []
    permis = [(fiche, _permis(fiche)) for fiche in fiches]
    consigner(
        lecteur,
        [
            Sortie(e.plan, assemblage.montrees(e.lignes, e.ensemble), e.decision)
            for _, extraits in permis
            for e in extraits
        ],
        liste=True,
    )
    dites = {fiche.unite: _alertes(fiche, extraits) for fiche, extraits in permis}
    lieux = entreprises.etablissements(a.siret for siennes in dites.values() for a in siennes if a.siret)
    ici = lecteur.territoire
    return AlarmesDeListe(
        {unite.siren: [ligne(a, unite, lieux, ici) for a in siennes] for unite, siennes in dites.items() if siennes},
        [_regardee(source, permis) for source in sources],
        nommer(ici) if ici else "",
        len(fiches),
    )


def _lire(siren: str, sources: Sequence[Source], lecteur: LecteurDeDonnees, versions: Versions) -> FicheLue:
    unite = Unite(siren)
    plans = tuple(prevoir(source, unite, lecteur, versions) for source in sources)
    demandees = assemblage.branches(unite, plans, lecteur)
    lues = lire(demandees, preparee=True, marque=diffusion.MARQUE_INSEE, replicable=True)
    return FicheLue(unite.situee(lues), lecteur, plans, lues, versions)


def _permis(fiche: FicheLue) -> list[Extrait]:
    """What this reader may read of a company, there where it is, of the sources in place."""
    return [
        e for e in assemblage.extraits_de(fiche) if e.plan.branche is not None and not fiche.lecteur.refus(e.decision)
    ]


def _alertes(fiche: FicheLue, extraits: Sequence[Extrait]) -> list[AlerteLue]:
    lues: list[AlerteLue] = []
    for extrait in extraits:
        source = extrait.plan.source
        contexte = Contexte(
            fiche.lecteur.aujourd_hui, {}, total=total_connu(fiche.lues.get(source.nom)), ensemble=extrait.ensemble
        )
        lues += alarmes(extrait.plan, extrait.lignes or [], contexte, fiche.versions.provenance(source))
    return lues


def _regardee(source: Source, permis: Sequence[tuple[FicheLue, Sequence[Extrait]]]) -> SourceRegardee:
    siens = [e for _, extraits in permis for e in extraits if e.plan.source is source]
    return SourceRegardee(
        source.titre, len(siens), sum(e.lignes is None for e in siens), source.alarme.mois if source.alarme else None
    )
