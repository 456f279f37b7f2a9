"""What the sheet returns to pages, API and exports: frozen, complete, already masked.

A sheet is a list of rubriques, in the order of the register of sources; a rubrique, a list of blocs, one per source. A
bloc is in exactly one of four states: data, none known, source not available, closed to the reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu, PageEtablissements
from fce.donnees.entreprises.historique import Evenement, Journee
from fce.donnees.entreprises.historique_lieux import JalonsComptes
from fce.echanges.sur_la_fiche import AUCUN, EchangesDeFiche
from fce.fiche.formes.imprimable import Cellule, ColonneVue, EnSerie, EnTableau, EnValeurs, LienExterne, Provenance
from fce.fiche.formes.officiers import DirectionVue
from fce.fiche.unite.perimetre import Ensemble, Perimetre, dire
from fce.fiche.unite.registres import ContradictionVue
from fce.fiche.unite.unite_visee import Unite
from fce.sources.declaration import Source
from fce.sources.onglets import TOUT, Onglet
from fce.sources.presentation import Gravite

__all__ = [
    "AlerteVue",
    "Apercu",
    "Bloc",
    "Cellule",
    "ColonneVue",
    "ContactsConnus",
    "ContradictionVue",
    "DernierContact",
    "EnSerie",
    "EnTableau",
    "EnValeurs",
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
    "TuileVue",
]


RELEVE: Final = "releve"
"""Placeholder content of a bloc that is not laid out: ``ReleveDeSource`` summarises it."""
PREMIERS: Final = 5
"""Establishments named by the Synthèse."""


class EtatBloc(StrEnum):
    DONNEES = "donnees"
    AUCUNE = "aucune"
    INDISPONIBLE = "indisponible"
    RESERVEE = "reservee"


@dataclass(frozen=True, slots=True)
class LienEtablissement:
    """A succession link seen from one establishment; ``sens``: "predecesseur" or "successeur", the role of the other
    one."""

    sens: str
    siret: str
    date: date | None
    transfert_siege: bool | None
    continuite_economique: bool | None


class Repreneur(NamedTuple):
    """Successor of a closed unit: SIREN or SIRET, and public name ("" when hidden or unknown)."""

    numero: str
    nom: str


class Bloc(NamedTuple):
    """What one source brings; a tuple, as a cell is. ``message``: French sentence of the states without data.

    ``contenu``, by ``cle``: "identite": EntrepriseVue or EtablissementVu; "etablissements": PageEtablissements;
    "chronologie": tuple[Journee, ...]; "successions": tuple[LienEtablissement, ...]; other sources: EnTableau,
    EnValeurs or EnSerie. ``source``: the declaration. ``raison``: why it is closed to this reader. ``lignes``: typed
    and masked rows of the content, for the API.

    ``differe``: too long to compute within the page, which requests it once shown; elsewhere, not available.
    ``perimetre``: scope of ``lignes``, or of their absence; ``ensemble``: counts and sums of the whole company when
    ``perimetre`` is a part of it. ``direct``: the source is also asked live, and its answer replaces this bloc's
    content. ``a_demander``: the file has nothing but the live source was not asked, so it cannot be said empty.
    ``autres``: what the rows of the file are, when the rule leaves all of them out.
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
    autres: str = ""

    @property
    def horizon(self) -> str:
        """ " sur les 24 derniers mois", or "" without such a limit: an empty bloc must always state it."""
        return self.source.horizon_dit if self.source else ""

    @property
    def mention(self) -> str:
        """Sentence about its scope, "" when no right of the reader is limited."""
        return dire(self.perimetre, self.ensemble) if self.etat is EtatBloc.DONNEES else ""


@dataclass(frozen=True, slots=True)
class Rubrique:
    """A chapter of the sheet; ``cle`` is its anchor ("identite", "etablissements", …)."""

    cle: str
    titre: str
    blocs: tuple[Bloc, ...]


@dataclass(frozen=True, slots=True)
class AlerteVue:
    """An alert at the top of the sheet. ``niveau``: "alerte", "attention" or "information".

    ``jour``, or ``periode`` without one; ``siret``: establishment where it happened; ``origine``: source and its date;
    ``connue_le``: date of the file; ``rubrique``: where the fact is shown; ``heritee``: an alert of the company, shown
    on the sheet of its establishment; ``ensemble``: what the source says of all its facts together, and their period;
    ``gravite``: that of the same fact on a timeline.
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
    ensemble: str = ""
    gravite: Gravite = Gravite.A_VOIR


class ReleveDeSource(NamedTuple):
    """Summary of a source for a unit: rows of this reader, masked, chosen by its rule. A tuple, as a bloc is.

    ``total``: number of rows; ``dernier``: their latest day; ``siret``: attribute of the establishment, "" without one;
    ``differe``: too long to add up within the page; ``choses``: number of things that the source counts; ``incomplet``:
    counted from a part of the rows.
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
        """Number of facts that may be counted for the reader, in the whole company."""
        return self.ensemble.faits if self.ensemble else self.total

    @property
    def compte(self) -> int | None:
        """Number of things that the source counts in the whole company; None when unknown."""
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
        """Scope of the count: "toute l'entreprise", "Nord (59) seulement"; "" for a reader without limits."""
        perimetre = self.perimetre.complet() if self.ensemble else self.perimetre
        if perimetre.territoire is None:
            return ""
        return perimetre.phrase if perimetre.entier else f"{perimetre.lieux} seulement"


@dataclass(frozen=True, slots=True)
class Apercu:
    """Material of the Synthèse. ``lieux``: establishments that its facts name; ``ouverts``: number of open ones by
    département; ``echanges``: what services have told; ``direction``: officers of the company, on their tab and on the
    sheet of an establishment; ``premier``: tab that it opens on. ``places``: {SIRET: département}; ``ici``: open
    establishments of the reader's territory, most employees first.

    Of the timeline: ``dates``: days of the events that are only counted; ``jalons``: openings and closings of
    establishments that the Synthèse counts, ``premier_jalon``: day of the first; ``comptes``: those that a timeline
    counts without telling them; ``partielles``: (title, events told, events known) of sources with too many.

    ``contradictions``: what registers contradict; ``euid``: European identifier of a company, "" when unknown.
    """

    releves: tuple[ReleveDeSource, ...] = ()
    lieux: Mapping[str, EtablissementVu] = field(default_factory=dict)
    ouverts: Mapping[str, int] = field(default_factory=dict)
    echanges: EchangesDeFiche = AUCUN
    dates: tuple[date, ...] = ()
    direction: DirectionVue | None = None
    premier: Onglet | None = None
    places: Mapping[str, str] = field(default_factory=dict)
    ici: tuple[EtablissementVu, ...] = ()
    jalons: int = 0
    premier_jalon: date | None = None
    comptes: tuple[JalonsComptes, ...] = ()
    partielles: tuple[tuple[str, int, int], ...] = ()
    contradictions: tuple[ContradictionVue, ...] = ()
    euid: str = ""


@dataclass(frozen=True, slots=True)
class TuileVue:
    """A tile. ``partie``: figure of the reader's own territory, beside the whole; ``source``: its name, "" for
    Sirene."""

    titre: str
    valeur: str
    perimetre: Perimetre
    precision: str = ""
    rubrique: str = ""
    partie: str = ""
    source: str = ""

    @property
    def mention(self) -> str:
        """Sentence about its scope, "" when no right of the reader is limited."""
        return ", ".join(filter(None, (self.perimetre.mention, self.partie)))

    @property
    def longue(self) -> bool:
        """Longer than a figure: printed smaller, so that tiles keep the same height."""
        return len(self.valeur) > 24


class DernierContact(NamedTuple):
    """The last contact known of an establishment."""

    jour: date
    service: str
    nature: str


@dataclass(frozen=True, slots=True)
class ContactsConnus:
    """Contacts with a company's establishments that this reader may know.

    ``derniers``: the last one, by SIRET; ``complet``: all were read, so that the other establishments have none.
    ``regards``: sources read, with their dates; ``mention``: scope, "" when no right is limited. ``territoire``:
    départements where at least one source was looked at; ``partout``: where all of them were; None when unlimited.
    """

    derniers: Mapping[str, DernierContact]
    complet: bool
    regards: tuple[str, ...]
    mention: str = ""
    territoire: frozenset[str] | None = None
    partout: frozenset[str] | None = None

    def aucun(self, siret: str, departement: str) -> bool:
        """Whether the establishment has no known contact, although every source was looked at there."""
        return siret not in self.derniers and self.complet and (self.partout is None or departement in self.partout)

    @property
    def phrase(self) -> str:
        """Sources that were read, and their scope."""
        dite = f"Contacts regardés : {' ; '.join(self.regards)}."
        suite = f" {self.mention[:1].upper()}{self.mention[1:]}." if self.mention else ""
        trop = "" if self.complet else " Trop de contacts pour dire quels établissements n’en ont pas."
        return f"{dite}{suite}{trop}"


@dataclass(frozen=True, slots=True)
class Redirection:
    """The SIREN asked is the old number of a duplicate: ``siren`` is the current one."""

    siren: str


@dataclass(frozen=True, slots=True)
class FicheEntreprise:
    """The sheet of a company. ``etablissements`` and ``chronologie`` repeat the content of their blocs.

    ``perimetre``: scope of the timeline. ``trouvee``: False when the unité légale is missing from the file in place
    although its establishments are there. ``anciens``: SIREN that this one replaces. ``repris_par``: companies that
    took over the establishments of a ceased one. ``synthese``: with a tab, the Synthèse, which has every alarm and
    count. ``connus``: with the list of establishments on a page, their contacts; None when the reader may know of none.
    """

    entreprise: EntrepriseVue
    trouvee: bool
    alertes: tuple[AlerteVue, ...]
    rubriques: tuple[Rubrique, ...]
    etablissements: PageEtablissements
    chronologie: tuple[Journee, ...]
    perimetre: Perimetre
    tuiles: tuple[TuileVue, ...] = ()
    onglet: Onglet = TOUT
    apercu: Apercu = field(default_factory=Apercu)
    anciens: tuple[str, ...] = ()
    repris_par: tuple[Repreneur, ...] = ()
    synthese: FicheEntreprise | None = None
    connus: ContactsConnus | None = None

    @property
    def unite(self) -> Unite:
        """Its number and kind, without its place, which may be masked."""
        return Unite(self.entreprise.siren)

    @property
    def vue(self) -> EntrepriseVue:
        return self.entreprise

    @property
    def masquee(self) -> bool:
        """Whether its identity, or the address of its siège, is masked."""
        return self.entreprise.masque or (self.entreprise.siege is not None and self.entreprise.siege.masque)


@dataclass(frozen=True, slots=True)
class FicheEtablissement:
    """The sheet of an establishment; ``entreprise`` is None when the unité légale is missing from the file in place.

    ``remplacant``: the current SIREN when that of its company is the old number of a duplicate, else "".
    ``repris_par``: establishments that took over a closed one. ``synthese``: with a tab, the Synthèse, which has every
    alarm and count.
    """

    etablissement: EtablissementVu
    entreprise: EntrepriseVue | None
    alertes: tuple[AlerteVue, ...]
    rubriques: tuple[Rubrique, ...]
    chronologie: tuple[Journee, ...]
    successions: tuple[LienEtablissement, ...]
    perimetre: Perimetre
    tuiles: tuple[TuileVue, ...] = ()
    onglet: Onglet = TOUT
    apercu: Apercu = field(default_factory=Apercu)
    remplacant: str = ""
    repris_par: tuple[Repreneur, ...] = ()
    synthese: FicheEtablissement | None = None

    @property
    def unite(self) -> Unite:
        """Its number and kind, without its place, which may be masked."""
        return Unite(self.etablissement.siret)

    @property
    def vue(self) -> EtablissementVu:
        return self.etablissement

    @property
    def masquee(self) -> bool:
        """Whether its identity or its address is masked."""
        return self.etablissement.masque


Fiche = FicheEntreprise | FicheEtablissement
