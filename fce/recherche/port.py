"""What the search asks of an engine. Ranking is decided above (``classement``): an engine only obeys.

An engine keeps several whole versions of the index and serves one; a version is built aside (``Chantier``), then
switched to at once. Readers of any process see it at their next question.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

import msgspec

from fce.recherche.analyse import USUEL, Mot
from fce.recherche.champs import Etat

if TYPE_CHECKING:
    import polars as pl

Genre = Literal["entreprises", "etablissements"]
GENRES: tuple[Genre, ...] = ("entreprises", "etablissements")
LES_ETATS: tuple[Etat, ...] = ("actif", "cesse")


class EtapeDeRecherche(IntEnum):
    """How loosely the words are taken; each step includes those before."""

    STRICTE = 0
    PREFIXE = 1
    FAUTE = 2
    PARTIELLE = 3


class CodeCherche(msgspec.Struct, frozen=True):
    """One code in one field of ``champs.CHAMPS``; not for the documents that bear the counted code ``sauf``.

    ``absent``: every document but those that bear it.
    """

    champ: str
    valeur: str
    sauf: str | None = None
    absent: bool = False


class Quidam(msgspec.Struct, frozen=True):
    """Somebody: one same person bears all the ``codes``, and the words of ``lieux`` are those of a place.

    ``faute``: words near those may be looked for too (``classement.gens_proches``). ``score`` is what such a document
    is worth.
    ``debut``: the same person bears a word that begins so; with ``avec``, one of the whole words, it is told by the
    pair that both make.
    """

    codes: tuple[str, ...]
    lieux: tuple[Mot, ...] = ()
    score: float = 0.0
    faute: bool = False
    debut: str = ""
    avec: str = ""

    @property
    def usuels(self) -> tuple[str, ...]:
        """Codes of those who are called by these very words: a name and the first of their first names."""
        return tuple(USUEL + code for code in self.codes if "_" in code)


PERSONNE = ("0",)
"""A code, or a SIREN, that nobody bears: a restriction that nothing meets."""


class Question(msgspec.Struct, frozen=True):
    """A question to the engine.

    ``mots`` must all be found (any field, optional words apart); none means "everything that the filters keep".
    ``cle`` and ``noyaux`` are the whole names that the text may be, ``proches`` exact ones near it, with their weight.
    ``fautes``: the words that may have been meant for others (first form), from the step FAUTE on.
    ``groupes`` are the filters: at least one code (or somebody) of each group. ``creation`` bounds are days
    (``date.toordinal``).
    ``noms_seuls``: the words are not looked for in places.
    ``sirens`` are found elsewhere (establishments) with their score: they match as if their words did.
    ``quidams`` match as if their words did, too: a document of which one person fits one of them. ``nommement``: the
    words are those of one of them, and what holds them here and there comes after.
    ``epingles`` are the numbers (SIREN, or SIRET of establishments) that come first, in this order, whatever their
    score. ``entre``: SIREN of the first and of the last company kept. ``seulement`` restricts to these companies, and
    ``partielle`` says that some are missing from them. ``tri`` may be "numero" (SIREN, or SIRET for establishments),
    and ``apres`` then keeps what follows this number.
    """

    genre: Genre
    mots: tuple[Mot, ...] = ()
    cle: str = ""
    noyaux: tuple[tuple[str, float], ...] = ()
    proches: tuple[tuple[str, float], ...] = ()
    etape: EtapeDeRecherche = EtapeDeRecherche.STRICTE
    fautes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    etats: tuple[Etat, ...] = ("actif",)
    groupes: tuple[tuple[CodeCherche | Quidam, ...], ...] = ()
    creation: tuple[int | None, int | None] = (None, None)
    sirens: tuple[tuple[str, float], ...] = ()
    noms_seuls: bool = False
    quidams: tuple[Quidam, ...] = ()
    nommement: bool = False
    epingles: tuple[str, ...] = ()
    entre: tuple[int, int] | None = None
    seulement: tuple[str, ...] = ()
    partielle: bool = False
    tri: str = "pertinence"
    inverse: bool = False
    apres: int | None = None

    @property
    def usuels(self) -> tuple[str, ...]:
        """Of the people that the filters name: those who are called so come before those who bear other first names."""
        return tuple(code for groupe in self.groupes for c in groupe if isinstance(c, Quidam) for code in c.usuels)

    @property
    def seul_code(self) -> CodeCherche | None:
        """The one code that the documents must bear, when that is all that is asked."""
        match self.groupes:
            case ((CodeCherche(sauf=None, absent=False) as code,),):
                nue = Question(self.genre, etats=self.etats, groupes=self.groupes, tri=self.tri, inverse=self.inverse)
                return code if self == nue else None
        return None

    @property
    def notee(self) -> bool:
        """Tell whether documents are worth more or less than others for what is asked; else the largest come first."""
        return self.tri == "pertinence" and bool(self.mots or self.sirens or self.usuels)


class Hit(msgspec.Struct, frozen=True):
    """A document found: ``siren`` always, ``siret`` for an establishment, ``mentions`` (people…) for a company, and
    what was kept to show it (``ligne``), empty by an engine that keeps nothing."""

    siren: str
    siret: str | None
    score: float
    mentions: tuple[str, ...] = ()
    ligne: bytes = b""


class ReponseDuMoteur(msgspec.Struct, frozen=True):
    """Hits of the page asked, in order, and the exact total (``Moteur.search`` says when it may be less).

    ``manifeste``: of the version that answered, from an engine that keeps the lines of its hits."""

    hits: tuple["Hit", ...]
    total: int
    manifeste: "Manifeste | None" = None


@dataclass(frozen=True, slots=True)
class Manifeste:
    """What a version was built from: ``generations`` maps each source to the id of the import it read."""

    version: str
    generations: dict[str, int]
    documents: dict[str, int] = field(default_factory=dict)
    construit_le: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


class Redacteur(Protocol):
    """Writes the documents of one fragment of a version being built."""

    def ajouter(self, genre: Genre, etat: Etat, documents: "pl.DataFrame") -> None:
        """Take documents of one kind and state: a row each, a column per field of ``champs.CHAMPS``, null without."""
        ...

    def terminer(self) -> None: ...

    def abandonner(self) -> None:
        """Stop: nothing is written in the background any more, where it was can be removed. Never raises."""
        ...


class Chantier(Protocol):
    """A version being built, invisible until ``basculer``."""

    @property
    def fragments(self) -> int: ...

    def redacteur(self, fragment: int) -> Redacteur: ...

    def basculer(self, manifeste: Manifeste) -> None: ...


@dataclass(frozen=True, slots=True)
class Changements:
    """Companies to write again with all their establishments (SIREN), and establishments to write again (SIRET), of
    which the company is written again too."""

    entieres: frozenset[str]
    lieux: frozenset[str]

    @property
    def sirens(self) -> list[str]:
        """Every company to write again, in order."""
        return sorted(self.entieres.union(siret[:9] for siret in self.lieux))


class RedacteurDeRetouche(Redacteur, Protocol):
    """Amends one fragment of the version in place, aside."""

    def retirer(self, changements: Changements) -> None:
        """Take what is to be written again out of what the fragment held."""
        ...


class Retouche(Protocol):
    """The version in place, amended aside: invisible until ``basculer``, and the version in place is not touched."""

    @property
    def fragments(self) -> int:
        """Fragments of the version in place, whatever the settings say since."""
        ...

    def redacteur(self, fragment: int) -> RedacteurDeRetouche: ...

    def terminer(self) -> dict[str, int]:
        """Gather what the fragments wrote; the documents of each kind that the amended version holds."""
        ...

    def basculer(self, manifeste: Manifeste) -> None: ...


class Moteur(Protocol):
    """What search asks of an engine; which one answers is said by the settings, behind ``selectors.moteur()``."""

    def search(
        self, question: Question, *, decalage: int = 0, limite: int = 20, plafond: int | None = None
    ) -> ReponseDuMoteur:
        """Raise ``IndexIndisponible`` when there is no version in place.

        ``plafond``: the total may be told as any number beyond this one when it is beyond; it is exact below.
        """
        ...

    def nombre(self, question: Question) -> int:
        """Count the hits, without telling which they are."""
        ...

    def facettes(self, question: Question) -> dict[str, int]:
        """Count the hits by code of the fields ``codes`` and ``faits``."""
        ...

    def entreprises_par_code(self, question: Question) -> dict[str, int]:
        """Count the companies of the hits, all of them establishments, by code of the fields ``codes`` and ``faits``.

        Takes the time of each hit: for some thousands of them at most.
        """
        ...

    def sirens(self, question: Question, limite: int) -> tuple[list[tuple[str, float]], int]:
        """Return distinct companies of the best hits with their best score, and the total number of hits."""
        ...

    def frequences(self, question: Question) -> dict[str, int]:
        """Count, roughly, the documents that hold the first form of each word in a name, an enseigne or a commune."""
        ...

    def connus(self, question: Question, champ: str, valeurs: Iterable[str]) -> frozenset[str]:
        """Return those of these values that are, in a field, that of some document of the kind and states asked."""
        ...

    def voisins(self, mots: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the words of the index that one typo tells from each of these, most frequent first.

        Takes the same time whatever the index holds.
        """
        ...

    def absents(self, mots: Iterable[str]) -> frozenset[str]:
        """Return those of these words that no document holds, in any of its fields of words."""
        ...

    def documents(self) -> int:
        """Count the documents in place."""
        ...

    def porte_ce_nom(self, question: Question) -> bool:
        """Tell whether a document bears exactly the name typed (``cle``, ``noyaux``), filters apart."""
        ...

    def manifeste(self) -> Manifeste | None:
        """Return what the version in place was built from."""
        ...

    def d_une_demande(self) -> "Moteur":
        """Return this engine for one request, which is answered by one version whatever is switched meanwhile: that in
        place at its first question, where the engine can tell."""
        ...

    def chantier(self, fragments: int) -> AbstractContextManager[Chantier, bool | None]:
        """Open a version aside; raises ``DejaEnCours`` when another build is running."""
        ...


@runtime_checkable
class MoteurRetouchable(Moteur, Protocol):
    """An engine that can make a version of the one in place and of what changed since; the others build a whole one."""

    def retouche(self, depuis: str) -> AbstractContextManager[Retouche, bool | None]:
        """Open a copy of the version ``depuis``, in place, to amend it; raises ``DejaEnCours`` as ``chantier`` does,
        ``IndexIndisponible`` when that version is not in place any more, or cannot be read."""
        ...
