"""Types of the matcher: a row to reconcile, a candidate, the answer. Nothing but public, unmasked values."""

from enum import StrEnum
from typing import Final, NamedTuple

import msgspec
from xlsxwriter.utility import xl_col_to_name

from fce.socle.texte.pliage import normaliser_requete

CELLULE_MAX: Final = 200
"""Characters kept of a cell: it is compared with every candidate, and what is read of it stays in a cache."""


class Issue(StrEnum):
    """What became of a row."""

    TROUVE = "trouve"
    FERME = "ferme"
    REMPLACE = "remplace"
    AMBIGU = "ambigu"
    INCONNU = "inconnu"


class LigneARapprocher(msgspec.Struct, frozen=True):
    """A row of a table. ``numero``: what its column of SIREN or SIRET holds, as written. ``siret_voulu``: an
    establishment is wanted, not only its company. ``rang``: its line in the sheet. ``doublon``: the first line that
    asks the same."""

    nom: str = ""
    numero: str = ""
    code_postal: str = ""
    commune: str = ""
    naf: str = ""
    siret_voulu: bool = True
    rang: int = 0
    doublon: int = 0

    def borner(self) -> "LigneARapprocher":
        """Return the row with its cells as ``lire_cellule`` reads them."""
        return msgspec.structs.replace(
            self,
            nom=lire_cellule(self.nom),
            numero=lire_cellule(self.numero),
            code_postal=lire_cellule(self.code_postal),
            commune=lire_cellule(self.commune),
            naf=lire_cellule(self.naf),
        )


class FeuilleDeTableau(msgspec.Struct, frozen=True):
    """A sheet, or a pasted text, as its cells are written, outer spaces aside. ``rangees``: (line, cells) of the lines
    that are not empty; ``entete``: line of the titles once an agent has agreed, 0 for none."""

    nom: str
    cachee: bool
    rangees: list[tuple[int, list[str]]]
    entete: int = 0

    @property
    def largeur(self) -> int:
        return max((len(cellules) for _, cellules in self.rangees), default=0)

    def ligne(self, rang: int) -> list[str]:
        """Cells of a line; none for an empty one."""
        return next((cellules for n, cellules in self.rangees if n == rang), [])

    def pleines(self) -> list[tuple[int, list[str]]]:
        """Its lines, each as wide as the sheet."""
        largeur = self.largeur
        return [(rang, [*cellules, *[""] * (largeur - len(cellules))]) for rang, cellules in self.rangees]

    def titres(self, entete: int) -> list[str]:
        """Titles of its columns: those of this line, else their letters."""
        dits = dict(enumerate(lire_cellule(titre) for titre in self.ligne(entete)))
        return [dits.get(n) or f"Colonne {xl_col_to_name(n)}" for n in range(self.largeur)]


def lire_cellule(texte: str) -> str:
    """Read a cell as one safe line of ``CELLULE_MAX`` characters at most."""
    # Cut first: a workbook cites one long text from many cells, and each would be folded whole.
    return normaliser_requete(texte[: 2 * CELLULE_MAX])[:CELLULE_MAX]


class Candidat(NamedTuple):
    """A company, or one establishment of it (``siret``), that a row may name.

    ``enseignes``: names of the establishment alone; ``noms``: those of its company, the displayed one first.
    ``formes``: legal forms as people write them (« sarl »), from the catégorie juridique. ``actif``: state of the
    establishment, or of the company without one.
    """

    siren: str
    siret: str
    noms: tuple[str, ...]
    enseignes: tuple[str, ...]
    formes: frozenset[str]
    code_postal: str
    code_commune: str
    commune: str
    departement: str
    activites: tuple[str, ...]
    actif: bool
    siege: bool
    entreprise_active: bool

    @property
    def nom(self) -> str:
        return self.enseignes[0] if self.enseignes else self.noms[0]


class CandidatNote(msgspec.Struct, frozen=True):
    """A candidate as the answer gives it: its score (0 to 1), and why in French. ``noms``: its other names, empty for a
    masked unit."""

    siren: str
    siret: str
    nom: str
    lieu: str
    actif: bool
    score: float
    pourquoi: tuple[str, ...] = ()
    noms: tuple[str, ...] = ()

    @property
    def numero(self) -> str:
        return self.siret or self.siren


class ReponseDeLigne(msgspec.Struct, frozen=True):
    """The answer for a row. ``numero``: SIREN or SIRET decided, or "" (ambiguous, unknown); ``ancien``: the number that
    it replaces; ``pourquoi``: sentence for an agent; ``candidats``: best first."""

    issue: Issue
    numero: str = ""
    nom: str = ""
    lieu: str = ""
    pourquoi: str = ""
    ancien: str = ""
    candidats: tuple[CandidatNote, ...] = ()
