"""Cache of one request's questions to the engine: search steps, counts and offers repeat the same ones.

Within a request, all answers therefore come from one version of the index.
"""

from collections.abc import Callable, Hashable, Iterable
from contextlib import AbstractContextManager
from typing import NamedTuple, TypeVar

from fce.recherche.engines.port import Chantier, Manifeste, Moteur, Question, ReponseDuMoteur

_T = TypeVar("_T")


class _Page(NamedTuple):
    """The first page of a question, as asked."""

    limite: int
    plafond: int | None
    reponse: ReponseDuMoteur

    def suffit(self, limite: int, plafond: int | None) -> bool:
        """Whether this page holds enough hits, and a total exact enough, for another question."""
        exact = self.plafond is None or self.reponse.total <= self.plafond
        return limite <= self.limite and (exact or (plafond is not None and plafond <= (self.plafond or 0)))


class MoteurMemoire:
    """An engine that caches its answers. For one request: neither shared between threads nor kept."""

    def __init__(self, moteur: Moteur) -> None:
        self._moteur = moteur.d_une_demande()
        self._pages: dict[Question, _Page] = {}
        self._voisins: dict[str, tuple[str, ...]] = {}
        self._absents: dict[str, bool] = {}
        self._reponses: dict[Hashable, object] = {}

    def search(
        self, question: Question, *, decalage: int = 0, limite: int = 20, plafond: int | None = None
    ) -> ReponseDuMoteur:
        """Return a page; a shorter one is cut from the first page already read."""
        if decalage:
            return self._une_fois(
                ("search", question, decalage, limite, plafond),
                lambda: self._moteur.search(question, decalage=decalage, limite=limite, plafond=plafond),
            )
        gardee = self._pages.get(question)
        if gardee is None or not gardee.suffit(limite, plafond):
            reponse = self._moteur.search(question, limite=limite, plafond=plafond)
            gardee = self._pages[question] = _Page(limite, plafond, reponse)
        reponse = gardee.reponse
        return ReponseDuMoteur(reponse.hits[:limite], reponse.total, reponse.manifeste)

    def nombre(self, question: Question) -> int:
        """Count the hits; known when a page was already read."""
        gardee = self._pages.get(question)
        if gardee is not None and gardee.suffit(0, None):
            return gardee.reponse.total
        return self._une_fois(("nombre", question), lambda: self._moteur.nombre(question))

    def facettes(self, question: Question) -> dict[str, int]:
        return self._une_fois(("facettes", question), lambda: self._moteur.facettes(question))

    def carreaux(self, question: Question, rang: int) -> dict[int, int]:
        return self._moteur.carreaux(question, rang)

    def entreprises_par_code(self, question: Question) -> dict[str, int]:
        return self._une_fois(("croisees", question), lambda: self._moteur.entreprises_par_code(question))

    def sirens(self, question: Question, limite: int) -> tuple[list[tuple[str, float]], int]:
        return self._une_fois(("sirens", question, limite), lambda: self._moteur.sirens(question, limite))

    def frequences(self, question: Question) -> dict[str, int]:
        return self._une_fois(
            ("frequences", question.genre, question.etats, question.mots), lambda: self._moteur.frequences(question)
        )

    def connus(self, question: Question, champ: str, valeurs: Iterable[str]) -> frozenset[str]:
        toutes = tuple(valeurs)
        return self._une_fois(
            ("connus", question.genre, question.etats, champ, toutes),
            lambda: self._moteur.connus(question, champ, toutes),
        )

    def voisins(self, mots: Iterable[str]) -> dict[str, tuple[str, ...]]:
        tous = [*mots]
        if nouveaux := [mot for mot in tous if mot not in self._voisins]:
            self._voisins.update(self._moteur.voisins(nouveaux))
        return {mot: self._voisins[mot] for mot in tous}

    def absents(self, mots: Iterable[str]) -> frozenset[str]:
        tous = [*mots]
        if nouveaux := [mot for mot in tous if mot not in self._absents]:
            absents = self._moteur.absents(nouveaux)
            self._absents.update((mot, mot in absents) for mot in nouveaux)
        return frozenset(mot for mot in tous if self._absents[mot])

    def documents(self) -> int:
        return self._moteur.documents()

    def porte_ce_nom(self, question: Question) -> bool:
        return self._une_fois(
            ("porte", question.genre, question.etats, question.cle, question.noyaux),
            lambda: self._moteur.porte_ce_nom(question),
        )

    def manifeste(self) -> Manifeste | None:
        return self._moteur.manifeste()

    def d_une_demande(self) -> "MoteurMemoire":
        """Return this engine: it already serves one request."""
        return self

    def prevoir(self, *questions: Callable[[Moteur], object]) -> None:
        self._moteur.prevoir(*questions)

    def chantier(self, fragments: int) -> AbstractContextManager[Chantier, bool | None]:
        return self._moteur.chantier(fragments)

    def _une_fois(self, cle: Hashable, demander: Callable[[], _T]) -> _T:
        if cle not in self._reponses:
            self._reponses[cle] = demander()
        return self._reponses[cle]  # type: ignore[return-value]
