"""How a source appears on the sheet, in the search and on the timeline: data only.

Functions receive rows as mappings {attribute: value} (dates are ``datetime.date``) and must be pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from fce.socle.texte.formats import pluriel

Ligne = Mapping[str, Any]
Selection = Callable[[Sequence[Ligne], date], Sequence[Ligne]]
"""Business rule that selects or merges rows before display: (rows, today) → rows."""


@dataclass(frozen=True, slots=True)
class Pliage:
    """Folds rows into fewer ones (per theme, per year), shown first; one click shows all the rows.

    ``fonction``: (selected rows, today) → rows with their own attributes. ``colonnes``: {attribute: French label} to
    show. ``entreprise``: only on the sheet of a company. ``lien``: built from a folded row, which identifies no unit.
    """

    fonction: Selection
    colonnes: Mapping[str, str]
    entreprise: bool = False
    lien: Lien | None = None


@dataclass(frozen=True, slots=True)
class Tableau:
    """A table. ``colonnes``: attributes shown (all by default). ``tri``: attribute, prefixed by ``-`` for descending
    order. ``total``: attributes summed in a last row. ``limite``: rows shown before "voir plus". ``optionnelles``:
    columns that a reader may hide (never the first). ``note``: remark on all the rows, such as their period. ``ordre``:
    {inspection body: columns that it reads first}, for the bodies whose own source it is; for them the source comes
    first in its chapter. ``lieux``: on the sheet of a company, rows name their establishment, those of the reader's
    territory first."""

    colonnes: tuple[str, ...] = ()
    tri: str = ""
    total: tuple[str, ...] = ()
    limite: int = 20
    pliage: Pliage | None = None
    optionnelles: tuple[str, ...] = ()
    note: str = ""
    ordre: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lieux: bool = False


@dataclass(frozen=True, slots=True)
class Valeurs:
    """One row as label and value pairs: the latest one by ``tri``."""

    colonnes: tuple[str, ...] = ()
    tri: str = ""


@dataclass(frozen=True, slots=True)
class Presence:
    """The unit is on a list: ``phrase`` says so ("Entreprise labellisée…"), with ``colonnes`` beside."""

    phrase: str
    colonnes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Serie:
    """Figures over time (attribute ``date``). ``courbes``: the figures; each of ``dessinees``, or else the first, has a
    chart. ``barres``: parts of a whole, drawn as shares."""

    date: str
    courbes: tuple[str, ...]
    barres: tuple[str, ...] = ()
    dessinees: tuple[str, ...] = ()


Presentation = Tableau | Valeurs | Presence | Serie


def colonnes_du_metier(forme: Presentation, corps: Iterable[str]) -> tuple[str, ...]:
    """Columns that a reader of these inspection bodies reads first; empty when the source is not his own."""
    ordre = forme.ordre if isinstance(forme, Tableau) else {}
    return next((ordre[c] for c in corps if c in ordre), ())


@dataclass(frozen=True, slots=True)
class ParEtablissement:
    """On the sheet of a company, one row per establishment: ``somme`` adds up, ``derniere`` keeps the latest date.

    ``colonnes``: other attributes of the latest row. ``cachee_des``: number of establishments from which the list is
    folded (0: never). ``premiers``: attributes of ``somme`` that sort the list, greatest first, before the date.
    """

    somme: tuple[str, ...] = ()
    derniere: str = ""
    colonnes: tuple[str, ...] = ()
    cachee_des: int = 0
    premiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Complement:
    """Data of another source about the same rows: ``fonction`` takes (rows, rows of ``source`` that this reader may
    read, today) and gives rows with extra attributes ``colonnes``: {attribute: French label}.

    Labels do not mention the scope, because the sheet adds it: the reader may see only a part of the company.
    ``apres``: attribute that the extra columns follow, "" for the last one.
    """

    source: str
    fonction: Callable[[Sequence[Ligne], Sequence[Ligne], date], Sequence[Ligne]]
    colonnes: Mapping[str, str]
    apres: str = ""


class Gravite(StrEnum):
    """How serious an event of the timeline is: the word that readers see, gravest first.

    Grave: what may end the company, its jobs or a life. À voir: what changes a figure, a place, a right or the life of
    the company. The same for every reader, and for a fact that several sources or pages tell: what a source dates
    (``Jalon``), raises as an alarm (``Alarme``) and announces (``nouvelles``) takes it from one declaration.
    """

    GRAVE = "grave"
    A_VOIR = "à voir"
    ORDINAIRE = "ordinaire"


@dataclass(frozen=True, slots=True)
class Jalon:
    """One timeline event per row: attributes ``date`` and ``detail``, French sentence ``titre``.

    ``par_detail``: the detail gives the kind of event ("Procédures collectives"). ``gravite``: that of its events;
    ``graves``: words of the details of those that are grave; ``pluriel``: their name after their number.
    """

    date: str
    titre: str
    detail: str = ""
    par_detail: bool = False
    gravite: Gravite = Gravite.ORDINAIRE
    graves: tuple[str, ...] = ()
    pluriel: str = ""

    def gravite_de(self, detail: str | None) -> Gravite:
        dit = (detail or "").lower()
        return Gravite.GRAVE if any(mot.lower() in dit for mot in self.graves) else self.gravite


@dataclass(frozen=True, slots=True)
class Tuile:
    """Figure at the top of the sheet: (rows, today) → text, or None."""

    titre: str
    valeur: Callable[[Sequence[Ligne], date], str | None]


@dataclass(frozen=True, slots=True)
class FaitAlarmant:
    """French sentence, day (None: unknown), period if there is no day, and SIRET ("": the whole unit)."""

    phrase: str
    jour: date | None = None
    periode: str = ""
    siret: str = ""


@dataclass(frozen=True, slots=True)
class Alarme:
    """Alarm of a sheet: (rows, today) → facts, about the company or the establishment that the rows are of.

    ``nom``: in addresses, and ``titre``: where several units are listed; by default, those of the source. Two sources
    may raise the same alarm. ``mois``: how long a fact lasts after its day; None: while the rows tell it. The sheet of
    an establishment also shows the alarms of its company. ``gravite``: on the timeline, where each fact is an event
    when the source has no ``Jalon``. ``situe``: source of the same alarm about companies, of which this one names the
    establishments: only these are touched.

    What the rule needs, so that all units are read at once: rows that have one of ``remplies`` (none: all of them), and
    of each unit, with ``ecart`` (months), those of its latest ``date_metier`` and of that many months before.
    """

    faits: Callable[[Sequence[Ligne], date], Sequence[FaitAlarmant]]
    mois: int | None = None
    gravite: Gravite = Gravite.GRAVE
    nom: str = ""
    titre: str = ""
    remplies: tuple[str, ...] = ()
    ecart: int = 0
    situe: str = ""

    def en_cours(self, lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
        return [f for f in self.faits(lignes, aujourd_hui) if self._dure(f, aujourd_hui)]

    def _dure(self, fait: FaitAlarmant, aujourd_hui: date) -> bool:
        if self.mois is None or fait.jour is None:
            return True
        ecoules = (aujourd_hui.year - fait.jour.year) * 12 + aujourd_hui.month - fait.jour.month
        return ecoules - (aujourd_hui.day < fait.jour.day) < self.mois


@dataclass(frozen=True, slots=True)
class RegleAlarme:
    """The facts of an alarm told without a function of its own: rows whose ``champ`` is one of ``valeurs`` (none: is
    neither empty, zero nor false). ``jour``, ``siret``: attributes, "" for none."""

    phrase: str
    champ: str
    valeurs: tuple[str, ...] = ()
    jour: str = ""
    siret: str = ""
    mois: int | None = None
    gravite: Gravite = Gravite.GRAVE
    titre: str = ""

    def faits(self, lignes: Sequence[Ligne], aujourd_hui: date) -> Sequence[FaitAlarmant]:
        alarmantes = [x for x in lignes if self._alarme(x.get(self.champ))]
        return [FaitAlarmant(self.phrase, x.get(self.jour), siret=x.get(self.siret) or "") for x in alarmantes]

    def alarme(self) -> Alarme:
        return Alarme(self.faits, self.mois, self.gravite, titre=self.titre, remplies=(self.champ,))

    def _alarme(self, valeur: Any) -> bool:
        return str(valeur) in self.valeurs if self.valeurs else valeur not in (None, "", 0)


@dataclass(frozen=True, slots=True)
class Agregats:
    """Counts and sums over a whole company, for a reader who may list only some of its establishments.

    What is not declared here is computed on the visible part, and labelled so. The number of rows and the declared
    totals need no declaration. These functions must not reveal an establishment, the date of an event, a place or a
    link, even for a single row.
    ``tuile``: text of the tile. ``alerte``: a sentence with a count, then its period after a comma. ``pliage``: the
    folded rows only hold counts over fixed periods. ``parts``: counts by thing (a case) that another source tells for
    the whole company, for its ``Complement``. ``serie``: the date is the period of a stock, not the day of an event.
    """

    tuile: Callable[[Sequence[Ligne], date], str | None] | None = None
    alerte: Callable[[Sequence[Ligne], date], str | None] | None = None
    pliage: bool = False
    parts: Selection | None = None
    serie: bool = False


@dataclass(frozen=True, slots=True)
class Denombrement:
    """What a source counts, in French words.

    ``pluriel``: if not the word plus "s". ``distinct``: attributes that identify a thing told by several rows.
    ``somme``: attribute to add up, when a row is a figure. ``si``: (attribute, values) of the rows that count; without
    values, the attribute must be neither empty, zero nor false.
    """

    mot: str
    pluriel: str = ""
    distinct: tuple[str, ...] = ()
    somme: str = ""
    si: tuple[str, tuple[str, ...]] | None = None

    @property
    def attributs(self) -> tuple[str, ...]:
        """Attributes needed to count; empty: rows are counted."""
        return tuple(filter(None, (*self.distinct, self.somme, self.si[0] if self.si else "")))

    def compter(self, lignes: Sequence[Ligne]) -> int:
        comptees = [x for x in lignes if self._compte(x)]
        if self.somme:
            return sum(int(x.get(self.somme) or 0) for x in comptees)
        if not self.distinct:
            return len(comptees)
        identites = [identite for x in comptees if any(identite := tuple(x.get(a) for a in self.distinct))]
        # Count each row with a hidden identity (masked person) as one thing: nothing identifies it.
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
    """Feeds a search filter: each unit takes the value of ``champ``, or ``valeur`` when the source knows the unit.

    With both, it takes ``valeur`` when ``champ`` is not empty.
    ``nom``: name in URLs; sources with the same name feed the same filter. ``libelle``: label of a value; a value
    without label is ignored. ``valeurs``: its closed list, when there is one. ``separateur``: between several values of
    a cell. ``selection``: business rule applied first to the rows of a unit; ``autres``: attributes it reads.
    ``alerte``: having a value is an alert, shown in the results with its day: the first non-empty attribute of
    ``jours``. ``tournures``: phrases typed in the search box that ask for a value, « en redressement ».
    """

    nom: str
    titre: str
    champ: str = ""
    valeur: str = ""
    libelle: Callable[[str], str | None] | None = None
    valeurs: Collection[str] = ()
    separateur: str = ""
    selection: Selection | None = None
    autres: tuple[str, ...] = ()
    alerte: bool = False
    jours: tuple[str, ...] = ()
    tournures: Mapping[str, str] = field(default_factory=dict)

    @property
    def attributs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, (self.champ, *self.autres, *self.jours))))


@dataclass(frozen=True, slots=True)
class Personne:
    """Feeds the search with people: attributes of the name and first names of one person.

    ``usage``: the person's other name. ``qualite``: capacity, shown beside. ``role``: kind of people, in one French
    word. ``selection`` and ``autres``: as for ``Filtre``; results show the first rows.
    """

    nom: str
    prenoms: str
    role: str = "dirigeant"
    usage: str = ""
    qualite: str = ""
    selection: Selection | None = None
    autres: tuple[str, ...] = ()

    @property
    def attributs(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.nom, self.prenoms, self.usage, self.qualite, *self.autres)))


@dataclass(frozen=True, slots=True)
class Appellation:
    """Feeds the search with another name of the unit; ``titre``: kind of name, shown in the results."""

    champ: str
    titre: str = "Autre nom"

    @property
    def attributs(self) -> tuple[str, ...]:
        return (self.champ,)


@dataclass(frozen=True, slots=True)
class NumeroRna:
    """Feeds the search with the RNA number of an association; only a full number finds it."""

    champ: str

    @property
    def attributs(self) -> tuple[str, ...]:
        return (self.champ,)


Alimentation = Filtre | Personne | Appellation | NumeroRna


@dataclass(frozen=True, slots=True)
class Lien:
    """Outgoing https link, built from a row; None when the row lacks the data.

    ``identifie``: the page may identify or locate the unit, so the link is hidden for a masked unit.
    """

    libelle: str
    adresse: Callable[[Ligne], str | None]
    identifie: bool = True
