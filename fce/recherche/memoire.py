"""What one request has already asked of the engine: the same question is answered once.

Steps, counts and offers ask much the same of it; within a request the answers are also all of one version of the index.
"""

from collections.abc import Callable, Hashable, Iterable
from contextlib import AbstractContextManager
from typing import NamedTuple, TypeVar

from fce.recherche.port import Chantier, Manifeste, Moteur, Question, ReponseDuMoteur

_T = TypeVar("_T")


class _Page(NamedTuple):
    """The first page of a question, as it was asked."""

    limite: int
    plafond: int | None
    reponse: ReponseDuMoteur

    def suffit(self, limite: int, plafond: int | None) -> bool:
        """Tell whether it holds that many hits, and a total as exact as what is asked now."""
        exact = self.plafond is None or self.reponse.total <= self.plafond
        return limite <= self.limite and (exact or (plafond is not None and plafond <= (self.plafond or 0)))


class MoteurMemoire:
    """An engine that remembers its answers. For one request: neither shared between threads nor kept."""

    def __init__(self, moteur: Moteur) -> None:
        self._moteur = moteur.d_une_demande()
        self._pages: dict[Question, _Page] = {}
        self._voisins: dict[str, tuple[str, ...]] = {}
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
        lue = self._pages.get(question)
        if lue is None or not lue.suffit(limite, plafond):
            reponse = self._moteur.search(question, limite=limite, plafond=plafond)
            lue = self._pages[question] = _Page(limite, plafond, reponse)
        reponse = lue.reponse
        return ReponseDuMoteur(reponse.hits[:limite], reponse.total, reponse.manifeste)

    def nombre(self, question: Question) -> int:
        """Count the hits; those of a page already read are known."""
        lue = self._pages.get(question)
        if lue is not None and lue.suffit(0, None):
            return lue.reponse.total
        return self._une_fois(("nombre", question), lambda: self._moteur.nombre(question))

    def facettes(self, question: Question) -> dict[str, int]:
        """Count the hits by code."""
        return self._une_fois(("facettes", question), lambda: self._moteur.facettes(question))

    def entreprises_par_code(self, question: Question) -> dict[str, int]:
        """Count the companies of the hits by code."""
        return self._une_fois(("croisees", question), lambda: self._moteur.entreprises_par_code(question))

    def sirens(self, question: Question, limite: int) -> tuple[list[tuple[str, float]], int]:
        """Return distinct companies of the best hits."""
        return self._une_fois(("sirens", question, limite), lambda: self._moteur.sirens(question, limite))

    def frequences(self, question: Question) -> dict[str, int]:
        """Count the documents that hold each word."""
        return self._une_fois(("frequences", question.genre, question.etats, question.mots),
                              lambda: self._moteur.frequences(question))  # fmt: skip

    def connus(self, question: Question, champ: str, valeurs: Iterable[str]) -> frozenset[str]:
        """Return the values that are known."""
        toutes = tuple(valeurs)
        return self._une_fois(
            ("connus", question.genre, question.etats, champ, toutes),
            lambda: self._moteur.connus(question, champ, toutes),
        )

    def voisins(self, mots: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the words one typo away."""
        tous = [*mots]
        if nouveaux := [mot for mot in tous if mot not in self._voisins]:
            self._voisins.update(self._moteur.voisins(nouveaux))
        return {mot: self._voisins[mot] for mot in tous}

    def absents(self, mots: Iterable[str]) -> frozenset[str]:
        """Return the words that no document holds."""
        tous = tuple(mots)
        return self._une_fois(("absents", tous), lambda: self._moteur.absents(tous))

    def documents(self) -> int:
        """Count the documents in place."""
        return self._moteur.documents()

    def porte_ce_nom(self, question: Question) -> bool:
        """Tell whether a document bears exactly the name typed."""
        return self._une_fois(
            ("porte", question.genre, question.etats, question.cle, question.noyaux),
            lambda: self._moteur.porte_ce_nom(question),
        )

    def manifeste(self) -> Manifeste | None:
        """Return what the version in place was built from."""
        return self._moteur.manifeste()

    def d_une_demande(self) -> "MoteurMemoire":
        """Return this engine, which is already that of one request."""
        return self

    def chantier(self, fragments: int) -> AbstractContextManager[Chantier, bool | None]:
        """Open a version aside."""
        return self._moteur.chantier(fragments)

    def _une_fois(self, cle: Hashable, demander: Callable[[], _T]) -> _T:
        if cle not in self._reponses:
            self._reponses[cle] = demander()
        return self._reponses[cle]  # type: ignore[return-value]
