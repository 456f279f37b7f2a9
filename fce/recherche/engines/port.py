"""What the search asks of an engine. ``classement`` decides the ranking; an engine only applies it.

An engine keeps several complete versions of the index and serves one. A version is built aside (``Chantier``), then
switched to atomically: readers of any process see it at their next question.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

import msgspec

from fce.recherche.engines.analyse import USUEL, Mot
from fce.recherche.engines.champs import Etat

if TYPE_CHECKING:
    import polars as pl

Genre = Literal["entreprises", "etablissements"]
GENRES: tuple[Genre, ...] = ("entreprises", "etablissements")
LES_ETATS: tuple[Etat, ...] = ("actif", "cesse")


class EtapeDeRecherche(IntEnum):
    """How strictly words are matched; each step includes the previous ones."""

    STRICTE = 0
    PREFIXE = 1
    FAUTE = 2
    PARTIELLE = 3


class CodeCherche(msgspec.Struct, frozen=True):
    """One code in one field of ``champs.CHAMPS``. Documents that hold the counted code ``sauf`` are excluded.

    ``absent``: match instead every document without the code.
    """

    champ: str
    valeur: str
    sauf: str | None = None
    absent: bool = False


class Plage(msgspec.Struct, frozen=True):
    """Documents whose square of the grid has a number between these two, included (``referentiels.carreaux``)."""

    de: int
    a: int


class Quidam(msgspec.Struct, frozen=True):
    """A person searched: the same person bears all the ``codes``, and the words of ``lieux`` are those of a place.

    ``faute``: names one typo away may be searched too (``classement.gens_proches``). ``score``: score of a match.
    ``debut``: the same person bears a word with this prefix; with ``avec``, one of the whole words, the prefix is
    searched in the pairs that both form.
    """

    codes: tuple[str, ...]
    lieux: tuple[Mot, ...] = ()
    score: float = 0.0
    faute: bool = False
    debut: str = ""
    avec: str = ""

    @property
    def usuels(self) -> tuple[str, ...]:
        """Codes of the people usually called by these very words: a name and their first first name."""
        return tuple(USUEL + code for code in self.codes if "_" in code)


PERSONNE = ("0",)
"""A code, or a SIREN, that no document bears: a restriction that matches nothing."""


class Question(msgspec.Struct, frozen=True):
    """A question to the engine.

    Words. All of ``mots`` must be found, in any field, optional words excepted; none means all the documents of the
    filters. ``cle`` and ``noyaux``: whole names that the text may be; ``proches``: existing names near it, with their
    weight. ``fautes``: for a word (its first form), the words that may have been meant, from step FAUTE on.
    ``noms_seuls``: do not search the words in places.

    Filters. ``groupes``: at least one code, person or square of each group. ``creation``: bounds, as
    ``date.toordinal`` days.
    ``entre``: first and last number kept (SIREN, or SIRET for establishments). ``seulement``: restricts to these
    companies; ``partielle``: some are missing from it.

    Other matches. ``sirens``: companies found by their establishments, with a score; they match as if by their words.
    ``quidams``: a company matches as well when a person of it is one of them. ``nommement``: the words are the name of
    one of them, so documents that hold them in several places come after.

    Order. ``epingles``: SIREN (SIRET for establishments) that come first, in this order. ``tri`` may be "numero" (SIREN
    or SIRET): ``apres`` then keeps what follows this number.
    """

    genre: Genre
    mots: tuple[Mot, ...] = ()
    cle: str = ""
    noyaux: tuple[tuple[str, float], ...] = ()
    proches: tuple[tuple[str, float], ...] = ()
    etape: EtapeDeRecherche = EtapeDeRecherche.STRICTE
    fautes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    etats: tuple[Etat, ...] = ("actif",)
    groupes: tuple[tuple[CodeCherche | Quidam | Plage, ...], ...] = ()
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
    def numero(self) -> str:
        """Field that identifies a document of its kind: ``siren`` or ``siret``."""
        return "siren" if self.genre == "entreprises" else "siret"

    @property
    def usuels(self) -> tuple[str, ...]:
        """Codes that rank first the people usually called by the name of a filter, before those with other first
        names."""
        return tuple(code for groupe in self.groupes for c in groupe if isinstance(c, Quidam) for code in c.usuels)

    @property
    def seul_code(self) -> CodeCherche | None:
        """The only code that the documents must bear, when nothing else is asked."""
        match self.groupes:
            case ((CodeCherche(sauf=None, absent=False) as code,),):
                nue = Question(self.genre, etats=self.etats, groupes=self.groupes, tri=self.tri, inverse=self.inverse)
                return code if self == nue else None
        return None

    @property
    def notee(self) -> bool:
        """Whether documents get a score; otherwise the largest come first."""
        return self.tri == "pertinence" and bool(self.mots or self.sirens or self.usuels)


class Hit(msgspec.Struct, frozen=True):
    """A document found: ``siren`` always, ``siret`` for an establishment, ``mentions`` (people…) for a company.

    ``ligne``: the stored line to display; empty for a closed unit.
    """

    siren: str
    siret: str | None
    score: float
    mentions: tuple[str, ...] = ()
    ligne: bytes = b""


class ReponseDuMoteur(msgspec.Struct, frozen=True):
    """Hits of the page asked, in order, and the exact total (less exact beyond a cap: ``Moteur.search``).

    ``manifeste``: that of the version whose hits these are.
    """

    hits: tuple["Hit", ...]
    total: int
    manifeste: "Manifeste | None" = None


@dataclass(frozen=True, slots=True)
class Manifeste:
    """What a version was built from: ``generations`` maps each source to the id of the import read."""

    version: str
    generations: dict[str, int]
    documents: dict[str, int] = field(default_factory=dict)
    construit_le: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


class Redacteur(Protocol):
    """Writes the documents of one fragment of a version being built."""

    def ajouter(self, genre: Genre, etat: Etat, documents: "pl.DataFrame") -> None:
        """Add documents of one kind and state: one row each, one column per field of ``champs.CHAMPS``, null when
        absent."""

    def terminer(self) -> None: ...

    def abandonner(self) -> None:
        """Stop every background write, so that the folder can be removed. Never raises."""


class Chantier(Protocol):
    """A version being built, invisible until ``basculer``."""

    @property
    def fragments(self) -> int: ...

    def redacteur(self, fragment: int) -> Redacteur: ...

    def basculer(self, manifeste: Manifeste) -> None: ...


@dataclass(frozen=True, slots=True)
class Changements:
    """Companies to write again with all their establishments (SIREN), and single establishments to write again (SIRET),
    whose company is written again too."""

    entieres: frozenset[str]
    lieux: frozenset[str]

    @property
    def sirens(self) -> list[str]:
        """SIREN of every company to write again, sorted."""
        return sorted(self.entieres.union(siret[:9] for siret in self.lieux))


class RedacteurDeRetouche(Redacteur, Protocol):
    """Updates one fragment of a copy of the version in place."""

    def retirer(self, changements: Changements) -> None:
        """Delete the documents to be written again."""


class Retouche(Protocol):
    """A copy of the version in place, being updated: invisible until ``basculer``. The version in place is
    untouched."""

    @property
    def fragments(self) -> int:
        """Number of fragments of the version in place, whatever the current settings."""

    def redacteur(self, fragment: int) -> RedacteurDeRetouche: ...

    def terminer(self) -> dict[str, int]:
        """Gather what the fragments wrote; return the number of documents of the new version by kind."""

    def basculer(self, manifeste: Manifeste) -> None: ...


class Moteur(Protocol):
    """A search engine. The settings say which one ``selectors.moteur()`` returns."""

    def search(
        self, question: Question, *, decalage: int = 0, limite: int = 20, plafond: int | None = None
    ) -> ReponseDuMoteur:
        """Return one page of hits and their total. Raises ``IndexIndisponible`` when there is no version in place.

        ``plafond``: the total is exact up to this number; beyond, any greater number may be returned.
        """

    def nombre(self, question: Question) -> int:
        """Count the hits."""

    def facettes(self, question: Question) -> dict[str, int]:
        """Count the hits by code of the fields ``codes`` and ``faits``."""

    def carreaux(self, question: Question, rang: int) -> dict[int, int]:
        """Count the hits by square of a size, by number (``referentiels.carreaux``): a company by that of its siège."""

    def entreprises_par_code(self, question: Question) -> dict[str, int]:
        """Count the companies of the hits (establishments), by code of the fields ``codes`` and ``faits``.

        The time is proportional to the hits: for some thousands of them at most.
        """

    def sirens(self, question: Question, limite: int) -> tuple[list[tuple[str, float]], int]:
        """Return the distinct companies of the best hits with their best score, and the total number of hits."""

    def frequences(self, question: Question) -> dict[str, int]:
        """Approximate number of documents that hold the first form of each word in a name, an enseigne or a commune."""

    def connus(self, question: Question, champ: str, valeurs: Iterable[str]) -> frozenset[str]:
        """Return those of these values that a document of the kind and states asked holds in a field."""

    def voisins(self, mots: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the words of the index one typo away from each of these, most frequent first.

        The time does not depend on the size of the index.
        """

    def absents(self, mots: Iterable[str]) -> frozenset[str]:
        """Return those of these words that no document holds, in any text field."""

    def documents(self) -> int:
        """Number of documents in place."""

    def porte_ce_nom(self, question: Question) -> bool:
        """Whether a document bears exactly the name typed (``cle``, ``noyaux``); filters are ignored."""

    def manifeste(self) -> Manifeste | None:
        """Return what the version in place was built from."""

    def d_une_demande(self) -> "Moteur":
        """Return this engine for one request: the version in place at its first question answers all of them, if the
        engine supports it."""

    def prevoir(self, *questions: "Callable[[Moteur], object]") -> None:
        """Announce questions that will probably be asked, each a call of the engine that it is given. An engine asked
        over the network fetches all the answers in one round trip."""

    def chantier(self, fragments: int) -> AbstractContextManager[Chantier, bool | None]:
        """Open a new version; raises ``DejaEnCours`` when another build is running."""


@runtime_checkable
class MoteurRetouchable(Moteur, Protocol):
    """An engine that can update a copy of the version in place. The others only build whole versions."""

    def retouche(self, depuis: str) -> AbstractContextManager[Retouche, bool | None]:
        """Open a copy of the version ``depuis``, in place, for update. Raises ``DejaEnCours`` as ``chantier`` does,
        ``IndexIndisponible`` when that version is no longer in place, or cannot be read."""
