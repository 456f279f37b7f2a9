"""How a source shows itself: on the sheet, in the search, on the timeline. Data only; the sheet obeys.

Callables receive rows as mappings {attribute: value} (dates are ``datetime.date``) and must be pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fce.socle.formats import pluriel

Ligne = Mapping[str, Any]
Selection = Callable[[Sequence[Ligne], date], Sequence[Ligne]]
"""Business rule that chooses or folds rows before they are shown: (rows, today) → rows."""


@dataclass(frozen=True, slots=True)
class Pliage:
    """Folds the rows into others (one per theme, one per year), shown first; the rows themselves stay one click away.

    ``fonction``: (rows kept by the selection, today) → rows with attributes of their own. ``colonnes``: {attribute:
    French label} of what is shown of them, in order. ``entreprise``: on the sheet of a company only. ``lien``: built
    from a folded row, which names no unit.
    """

    fonction: Selection
    colonnes: Mapping[str, str]
    entreprise: bool = False
    lien: Lien | None = None


@dataclass(frozen=True, slots=True)
class Tableau:
    """A table. ``colonnes``: attributes shown (all by default); ``tri``: attribute, ``-`` first for newest or greatest
    first; ``total``: attributes summed in a last row; ``limite``: first rows shown before "voir plus"; ``pliage``: what
    the rows say once folded; ``optionnelles``: columns that a reader may leave out (never the first); ``note``: what
    must be known of all the rows, their period for instance."""

    colonnes: tuple[str, ...] = ()
    tri: str = ""
    total: tuple[str, ...] = ()
    limite: int = 20
    pliage: Pliage | None = None
    optionnelles: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Valeurs:
    """One row per unit shown as label and value pairs; the latest one when there are several (``tri``)."""

    colonnes: tuple[str, ...] = ()
    tri: str = ""


@dataclass(frozen=True, slots=True)
class Presence:
    """The unit is on a list: ``phrase`` says so ("Entreprise labellisée…"), with ``colonnes`` beside it."""

    phrase: str
    colonnes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Serie:
    """Figures over time, with charts of one idea each: ``courbes`` are the figures, the first of them drawn unless
    ``dessinees`` names others, each in a chart of its own; ``barres`` make a whole, drawn as shares; ``date`` is the
    attribute of time."""

    date: str
    courbes: tuple[str, ...]
    barres: tuple[str, ...] = ()
    dessinees: tuple[str, ...] = ()


Presentation = Tableau | Valeurs | Presence | Serie


@dataclass(frozen=True, slots=True)
class ParEtablissement:
    """On the sheet of a company, one row per establishment: ``somme`` adds up, ``derniere`` keeps the latest date.

    ``colonnes``: attributes of the latest row shown beside. ``cachee_des``: from so many establishments on, the list is
    folded (0: never). ``premiers``: of ``somme``, those whose greatest come first, before the latest.
    """

    somme: tuple[str, ...] = ()
    derniere: str = ""
    colonnes: tuple[str, ...] = ()
    cachee_des: int = 0
    premiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Complement:
    """What another source says of the same rows: ``fonction`` takes (rows, rows of ``source`` that this reader may
    read, today) and gives the rows with attributes of their own, ``colonnes``: {attribute: French label}.

    A label says no scope: those rows may be a part of the company, and the sheet completes the label with what was
    read."""

    source: str
    fonction: Callable[[Sequence[Ligne], Sequence[Ligne], date], Sequence[Ligne]]
    colonnes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ParAn:
    """Feeds a figure told year by year by several sources: those that give the same ``nom`` make one table, ``titre``.

    ``date`` says the year, ``valeur`` is the figure. Sources of the same ``colonne`` complete one another, the smallest
    ``rang`` first, a greater one where it says nothing or zero; figures of two columns are never mixed.
    """

    nom: str
    titre: str
    date: str
    valeur: str
    colonne: str
    rang: int = 0


@dataclass(frozen=True, slots=True)
class Jalon:
    """An event of the timeline per row: ``date`` and ``detail`` are attributes, ``titre`` is a French sentence.

    ``par_detail``: the detail says what kind of event it is ("Procédures collectives"), so that they are told apart.
    """

    date: str
    titre: str
    detail: str = ""
    par_detail: bool = False


@dataclass(frozen=True, slots=True)
class Tuile:
    """A figure of the summary on top of the sheet: (rows, today) → text, None when there is nothing to say."""

    titre: str
    valeur: Callable[[Sequence[Ligne], date], str | None]


@dataclass(frozen=True, slots=True)
class FaitAlarmant:
    """What an alarm tells of a row: a French sentence, its day (None: none is known), its period when it has no day,
    and the establishment where it happened, "" for the whole unit."""

    phrase: str
    jour: date | None = None
    periode: str = ""
    siret: str = ""


@dataclass(frozen=True, slots=True)
class Alarme:
    """What the reader must know first: (rows, today) → facts, none when there is nothing to say.

    ``mois``: how long one lasts after its day, None as long as the rows tell it. An establishment is told those of its
    company.
    """

    faits: Callable[[Sequence[Ligne], date], Sequence[FaitAlarmant]]
    mois: int | None = None

    def lire(self, lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
        """The facts that still last."""
        return [f for f in self.faits(lignes, aujourd_hui) if self._dure(f, aujourd_hui)]

    def _dure(self, fait: FaitAlarmant, aujourd_hui: date) -> bool:
        if self.mois is None or fait.jour is None:
            return True
        ecoules = (aujourd_hui.year - fait.jour.year) * 12 + aujourd_hui.month - fait.jour.month
        return ecoules - (aujourd_hui.day < fait.jour.day) < self.mois


@dataclass(frozen=True, slots=True)
class Agregats:
    """What is said of a whole company to who reads the facts of a part of its establishments: counts and sums only.

    Nothing by default: what is not declared here is worked out on his part, and says so. Rows and the totals of the
    declaration are counted and added up without it. What these functions say holds no establishment, no date of an
    event, no place and no link, even when there is one row. ``tuile``: the text of the tile; ``alerte``: a sentence
    that counts; ``pliage``: the summary has counts alone, over periods set in advance; ``serie``: the date is the
    period of a stock, not the day of an event.
    """

    tuile: Callable[[Sequence[Ligne], date], str | None] | None = None
    alerte: Callable[[Sequence[Ligne], date], str | None] | None = None
    pliage: bool = False
    serie: bool = False


@dataclass(frozen=True, slots=True)
class Denombrement:
    """What a source counts, in French words: the rows that its rule keeps, or what they are about.

    ``pluriel``: when it is not the word and an s. ``distinct``: attributes that tell a thing from another, when several
    rows tell of one; ``somme``: the attribute to add up, when a row is a figure. ``si``: (attribute, values) of the
    rows that count; without values, those where it is filled in and is neither zero nor false.
    """

    mot: str
    pluriel: str = ""
    distinct: tuple[str, ...] = ()
    somme: str = ""
    si: tuple[str, tuple[str, ...]] | None = None

    @property
    def attributs(self) -> tuple[str, ...]:
        """Attributes that the count depends on; none: rows are counted."""
        return tuple(filter(None, (*self.distinct, self.somme, self.si[0] if self.si else "")))

    def compter(self, lignes: Sequence[Ligne]) -> int:
        """How many things these rows tell."""
        comptees = [x for x in lignes if self._compte(x)]
        if self.somme:
            return sum(int(x.get(self.somme) or 0) for x in comptees)
        if not self.distinct:
            return len(comptees)
        identites = [identite for x in comptees if any(identite := tuple(x.get(a) for a in self.distinct))]
        # A row whose identity is hidden (a masked person) is a thing of its own: nothing tells it from another.
        return len(set(identites)) + len(comptees) - len(identites)

    def phrase(self, nombre: int) -> str:
        """ "1 convention collective", "128 aides de l'ADEME"."""
        return pluriel(nombre, *filter(None, (self.mot, self.pluriel)))

    def _compte(self, ligne: Ligne) -> bool:
        if self.si is None:
            return True
        attribut, valeurs = self.si
        valeur = ligne.get(attribut)
        return valeur in valeurs if valeurs else valeur not in (None, "", 0)


@dataclass(frozen=True, slots=True)
class Filtre:
    """Feeds a filter of the search: each unit takes the value of ``champ``, or ``valeur`` when it is in the source.

    With both, it takes ``valeur`` when ``champ`` is filled in.

    ``nom``: its name in addresses; the sources that give the same one feed the same filter. ``libelle``: what a value
    reads; a value without one is left out. ``separateur``: what cuts several values written in one cell.
    ``selection``: business rule that first chooses or folds the rows of a unit; ``lues``: attributes it needs.
    ``alerte``: to have a value is an alarm, shown beside the name of the company among the results, with its day:
    the first of the attributes ``jours`` that is filled in.
    """

    nom: str
    titre: str
    champ: str = ""
    valeur: str = ""
    libelle: Callable[[str], str | None] | None = None
    separateur: str = ""
    selection: Selection | None = None
    lues: tuple[str, ...] = ()
    alerte: bool = False
    jours: tuple[str, ...] = ()

    @property
    def attributs(self) -> tuple[str, ...]:
        """Attributes read of a row."""
        return tuple(dict.fromkeys(filter(None, (self.champ, *self.lues, *self.jours))))


@dataclass(frozen=True, slots=True)
class Personne:
    """Feeds the search with people: the attributes of the name and first names of one same person.

    ``usage``: another name of the same person; ``qualite``: in what capacity, shown beside. ``role``: kind of people,
    in one French word. ``selection`` and ``lues``: as for ``Filtre``; the first rows are those shown on a result.
    """

    nom: str
    prenoms: str
    role: str = "dirigeant"
    usage: str = ""
    qualite: str = ""
    selection: Selection | None = None
    lues: tuple[str, ...] = ()

    @property
    def attributs(self) -> tuple[str, ...]:
        """Attributes read of a row."""
        return tuple(filter(None, (self.nom, self.prenoms, self.usage, self.qualite, *self.lues)))


@dataclass(frozen=True, slots=True)
class Appellation:
    """Feeds the search with another name of the unit; ``titre``: what this name is, said on the results it brings."""

    champ: str
    titre: str = "Autre nom"

    @property
    def attributs(self) -> tuple[str, ...]:
        """Attributes read of a row."""
        return (self.champ,)


@dataclass(frozen=True, slots=True)
class NumeroRna:
    """Feeds the search with the RNA number of an association: typed whole, it finds the unit."""

    champ: str

    @property
    def attributs(self) -> tuple[str, ...]:
        """Attributes read of a row."""
        return (self.champ,)


Alimentation = Filtre | Personne | Appellation | NumeroRna


@dataclass(frozen=True, slots=True)
class Lien:
    """A link out, built from a row: None when the row has not what it takes. Only https addresses.

    ``identifie``: the page it leads to may say who or where the unit is; not given for a unit that is masked.
    """

    libelle: str
    adresse: Callable[[Ligne], str | None]
    identifie: bool = True
