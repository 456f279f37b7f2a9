"""What the sheet hands to its readers (page, API, export): frozen, complete, already masked.

A sheet is a list of rubriques in the order of the register of sources; a rubrique is a list of blocs, one per source;
a bloc is in exactly one of four states, never confused: data · none known · source not available · not for you.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from fce.echanges.sur_la_fiche import AUCUN, EchangesLus
from fce.entreprises.contenu import EntrepriseVue, EtablissementVu, PageEtablissements
from fce.entreprises.historique import Evenement, Journee
from fce.fiche.imprimable import Cellule, ColonneLue, LienExterne, SerieLue, TableauLu, ValeursLues
from fce.fiche.perimetre import Ensemble, Perimetre, dire
from fce.fiche.unite import Unite
from fce.socle.formats import au, jour
from fce.sources.declaration import Source
from fce.sources.onglets import TOUT, Onglet

__all__ = [
    "AlerteLue",
    "Apercu",
    "Bloc",
    "Cellule",
    "ColonneLue",
    "EtatBloc",
    "Evenement",
    "FicheEntreprise",
    "FicheEtablissement",
    "Journee",
    "LienEtablissement",
    "LienExterne",
    "Provenance",
    "Redirection",
    "ReleveDeSource",
    "Rubrique",
    "SerieLue",
    "TableauLu",
    "TuileLue",
    "ValeursLues",
]


PREMIERS: Final = 5
"""Establishments that the Synthèse names."""


class EtatBloc(StrEnum):
    """The four states of a bloc."""

    DONNEES = "donnees"
    AUCUNE = "aucune"
    INDISPONIBLE = "indisponible"
    RESERVEE = "reservee"


class Provenance(NamedTuple):
    """Where a bloc comes from; a tuple, as a bloc is. Dates are None while the source was never imported.

    ``date_metier`` is the business date of the file ("au 31/10/2026"), None when nothing tells it; ``date_import`` when
    we loaded it.
    ``en_retard``: older than its producer promises. ``refuse_le``: day of the last file, when it was refused.
    """

    source: str
    titre: str
    producteur: str
    systeme: str
    date_metier: date | None = None
    date_import: datetime | None = None
    en_retard: bool = False
    refuse_le: date | None = None

    @property
    def datee(self) -> str:
        """What follows the name of its producer: `` au 31/10/2026``, or that nothing dates it; "" if never imported."""
        dite = au(self.date_metier, self.date_import)
        return f"{' ' if self.date_metier else ', '}{dite}" if dite else ""

    @property
    def avertissement(self) -> str:
        """What the reader must know of its freshness, as the end of a sentence; "" when there is nothing to say."""
        retard = ("mise à jour en retard",) if self.en_retard else ()
        refus = (f"dernier import refusé le {jour(self.refuse_le)}",) if self.refuse_le else ()
        return ", ".join((*retard, *refus))


@dataclass(frozen=True, slots=True)
class LienEtablissement:
    """A succession link seen from one establishment; ``sens``, "predecesseur" or "successeur", is what the other is."""

    sens: str
    siret: str
    date: date | None
    transfert_siege: bool | None
    continuite_economique: bool | None


class Bloc(NamedTuple):
    """What one source brings; a tuple, as a cell is. ``message``: a ready French sentence for the states without data.

    ``contenu`` by ``cle``: "identite" → EntrepriseVue or EtablissementVu; "etablissements" → PageEtablissements;
    "chronologie" → tuple[Journee, ...]; "successions" → tuple[LienEtablissement, ...]; any other source →
    TableauLu, ValeursLues or SerieLue. ``source``: the declaration, for a bloc made from one. ``raison``: why it is not
    for this reader.
    ``lignes``: typed and masked rows behind the content, for the API. ``differe``: too long to work out for the page,
    which asks for it once shown; elsewhere, not available, and why. ``perimetre``: what ``lignes``, or their absence,
    is about; ``ensemble``: what counts and sums say of the whole company when that is a part of it. ``direct``: its
    subject is asked live too, and the answer comes into this very bloc. ``a_demander``: its file knows nothing and the
    source, which is asked live too, was not: it is not said empty. ``autres``: rows of its file, when its rule leaves
    out all of them.
    """

    cle: str
    titre: str
    etat: EtatBloc
    provenances: tuple[Provenance, ...]
    perimetre: Perimetre
    contenu: object = None
    message: str = ""
    source: Source | None = None
    raison: str = ""
    lignes: Sequence[dict[str, Any]] = ()
    differe: bool = False
    ensemble: Ensemble | None = None
    direct: bool = False
    a_demander: bool = False
    autres: int = 0

    @property
    def horizon(self) -> str:
        """ " sur les 24 derniers mois", "" of what has no such limit: « aucune » is never said without it."""
        return self.source.horizon_dit if self.source else ""

    @property
    def mention(self) -> str:
        """What must be said of its scope, "" when no right of the reader is limited."""
        return dire(self.perimetre, self.ensemble) if self.etat is EtatBloc.DONNEES else ""


@dataclass(frozen=True, slots=True)
class Rubrique:
    """A chapter of the sheet; ``cle`` is its anchor ("identite", "etablissements", …)."""

    cle: str
    titre: str
    blocs: tuple[Bloc, ...]


@dataclass(frozen=True, slots=True)
class AlerteLue:
    """Something the reader must know before scrolling. ``niveau``: "alerte", "attention" or "information".

    ``jour``, or ``periode`` without one; ``siret``: the establishment where it happened; ``origine``: who tells it, and
    as of when; ``connue_le``: date of its file; ``rubrique``: where the fact is shown; ``heritee``: told of the
    company on the sheet of one of its establishments.
    """

    niveau: str
    titre: str
    perimetre: Perimetre
    detail: str = ""
    jour: date | None = None
    periode: str = ""
    siret: str = ""
    origine: str = ""
    connue_le: date | None = None
    source: str = ""
    rubrique: str = ""
    heritee: bool = False


class ReleveDeSource(NamedTuple):
    """What a source says of the unit, before it is laid out: rows of this reader, masked, chosen by its rule.

    A tuple, as a bloc is.

    ``total``: how many there are; ``dernier``: the latest day of them; ``siret``: attribute of the establishment, ""
    without one. ``differe``: too long to add up for the page; ``choses``: how many things its source counts;
    ``incomplet``: from a part of the rows.
    """

    source: Source
    lignes: Sequence[dict[str, Any]]
    total: int
    perimetre: Perimetre
    provenance: Provenance
    ensemble: Ensemble | None = None
    dernier: date | None = None
    siret: str = ""
    differe: bool = False
    choses: int | None = None
    incomplet: bool = False

    @property
    def faits(self) -> int:
        """How many facts the reader may be told of, wherever they are."""
        return self.ensemble.faits if self.ensemble else self.total

    @property
    def compte(self) -> int | None:
        """How many things its source counts, wherever they are; None when that is not known."""
        return None if self.differe else self.ensemble.choses if self.ensemble else self.choses

    @property
    def dit(self) -> str:
        """ "21 aides de l'ADEME", "au moins 300 marchés"; "" without a count."""
        if self.source.compte is None or self.compte is None:
            return ""
        partiel = self.ensemble.sur if self.ensemble else self.incomplet
        return f"{'au moins ' if partiel else ''}{self.source.compte.phrase(self.compte)}"

    @property
    def portee(self) -> str:
        """What the count is about: "toute l'entreprise", "Nord (59) seulement"; "" to who reads everything."""
        perimetre = self.perimetre.complet() if self.ensemble else self.perimetre
        if perimetre.territoire is None:
            return ""
        return perimetre.phrase if perimetre.entier else f"{perimetre.lieux} seulement"


@dataclass(frozen=True, slots=True)
class Apercu:
    """What the Synthèse is made of. ``lieux``: establishments that its facts name; ``ouverts``: how many are open, by
    département; ``echanges``: what services have told of it; ``dates``: of the events that it counts without telling
    them."""

    releves: tuple[ReleveDeSource, ...] = ()
    lieux: Mapping[str, EtablissementVu] = field(default_factory=dict)
    ouverts: Mapping[str, int] = field(default_factory=dict)
    echanges: EchangesLus = AUCUN
    dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class TuileLue:
    """One answer read before any scroll. ``partie``: what the reader's own part says, beside the whole; ``source``: its
    name, "" for Sirene."""

    titre: str
    valeur: str
    perimetre: Perimetre
    precision: str = ""
    rubrique: str = ""
    partie: str = ""
    source: str = ""

    @property
    def mention(self) -> str:
        """What must be said of its scope, "" when no right of the reader is limited."""
        return ", ".join(filter(None, (self.perimetre.mention, self.partie)))

    @property
    def longue(self) -> bool:
        """More than a figure: printed smaller, so that the tiles stay of one height."""
        return len(self.valeur) > 24


@dataclass(frozen=True, slots=True)
class Redirection:
    """The SIREN asked for is the old number of a duplicate: ``siren`` is the one in use."""

    siren: str


@dataclass(frozen=True, slots=True)
class FicheEntreprise:
    """The sheet of a company. ``etablissements`` and ``chronologie`` repeat the content of their blocs for convenience.

    ``perimetre``: what the timeline is about.
    ``trouvee`` is False when the unité légale is missing from the file in place but its establishments are there.
    ``anciens``: SIREN that its own replaces. ``synthese``: beside a tab, the Synthèse, which has every alarm and count.
    """

    entreprise: EntrepriseVue
    trouvee: bool
    alertes: tuple[AlerteLue, ...]
    rubriques: tuple[Rubrique, ...]
    etablissements: PageEtablissements
    chronologie: tuple[Journee, ...]
    perimetre: Perimetre
    tuiles: tuple[TuileLue, ...] = ()
    onglet: Onglet = TOUT
    apercu: Apercu = field(default_factory=Apercu)
    anciens: tuple[str, ...] = ()
    synthese: FicheEntreprise | None = None

    @property
    def unite(self) -> Unite:
        """Its number and its kind; where it is, which may be masked, stays behind."""
        return Unite(self.entreprise.siren)

    @property
    def vue(self) -> EntrepriseVue:
        """The unit that it is about."""
        return self.entreprise

    @property
    def masquee(self) -> bool:
        """Its identity is masked, or the address of its siège."""
        return self.entreprise.masque or (self.entreprise.siege is not None and self.entreprise.siege.masque)


@dataclass(frozen=True, slots=True)
class FicheEtablissement:
    """The sheet of an establishment; ``entreprise`` is None when the unité légale is missing from the file in place.

    ``remplacant``: the SIREN in use when that of its company is the old number of a duplicate, "" otherwise.
    ``synthese``: beside a tab, the Synthèse, which has every alarm and count.
    """

    etablissement: EtablissementVu
    entreprise: EntrepriseVue | None
    alertes: tuple[AlerteLue, ...]
    rubriques: tuple[Rubrique, ...]
    chronologie: tuple[Journee, ...]
    successions: tuple[LienEtablissement, ...]
    perimetre: Perimetre
    tuiles: tuple[TuileLue, ...] = ()
    onglet: Onglet = TOUT
    apercu: Apercu = field(default_factory=Apercu)
    remplacant: str = ""
    synthese: FicheEtablissement | None = None

    @property
    def unite(self) -> Unite:
        """Its number and its kind; where it is, which may be masked, stays behind."""
        return Unite(self.etablissement.siret)

    @property
    def vue(self) -> EtablissementVu:
        """The unit that it is about."""
        return self.etablissement

    @property
    def masquee(self) -> bool:
        """Its identity or its address is masked."""
        return self.etablissement.masque
