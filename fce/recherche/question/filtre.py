"""The type of the entries of ``filtres``: a filter of the search."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from fce.droits.habilitations.portee import Condition
from fce.recherche.engines.codes import Codes
from fce.recherche.engines.port import GENRES, CodeCherche, Genre, Plage, Quidam
from fce.recherche.question.alimentations import NON, OUI
from fce.recherche.question.saisies import Saisie, SaisieLibre

Critere = CodeCherche | Quidam | Plage


class Composant(Enum):
    """How a filter is displayed."""

    LIEU = auto()
    """Boxes under the field that takes any place."""
    ACTIVITE = auto()
    """Boxes under the field that takes an activity."""
    CASES = auto()
    """Checkboxes."""
    CASE = auto()
    """One checkbox, among those of the registers."""
    TEXTE = auto()
    """A text field."""
    OUI_NON = auto()
    """A choice between yes, no and either."""
    DATE = auto()
    """A date field."""
    CARTE = auto()
    """A square of a map: no box of the panel."""


@dataclass(frozen=True, slots=True)
class FiltreDeRecherche:
    """A filter: its name in addresses, its title, and everything that the search does with it.

    Texts. ``libelle``: label of a value, ``None`` when unknown; ``ecrit``: label shown to agents, when different;
    ``etiquette``: an active value, in the list of filters to remove; ``conseil``: completes « Sans le filtre … »;
    ``api``: description of the values in the API documentation; ``invite``: label of the field.

    Index. ``porteurs``: kinds of document that hold its codes. ``entreprise``, ``etablissement``: columns of the row of
    each (``donnees.entreprises.sirene``) that the codes are made of; an establishment without columns has the codes of
    its company. ``encoder``: from these columns to codes (default: ``prefixe`` + value). ``demander``: from a value
    asked to the codes searched. ``facette``: counted among the results. ``sur_un_etablissement``: must hold on the same
    establishment as the other filters with this flag.

    SQL. ``sql``: condition on a row of the prepared establishments (``LieuPrepare``, alias ``t``), in which ``{parmi}``
    compares a column with the codes searched, without their prefix; "" when only the index knows. ``deplier``: from
    such a code to the values of the column, when they differ.

    Values. ``officielle``: true for a value of its official list, or without one; ``admises``: that list, when short
    enough to be told.

    Boxes. ``valeurs``: values offered before counts are known; ``enfants``: values inside a value, for boxes that open
    level by level; ``racines``: the first level, from the counts; ``rang``: order of the values, when not by count;
    ``ordre``: rank among the boxes, smallest first.

    Words. ``tournures``: phrases typed in the search box, with the value that each asks for. ``reunir``: one label for
    several values, when there is one.

    ``declare``: comes from a source (``Source.recherche``). ``alerte``: any value is an alert.
    """

    nom: str
    titre: str
    saisie: Saisie
    composant: Composant
    libelle: Callable[[str], str | None]
    conseil: str
    ecrit: Callable[[str], str] | None = None
    etiquette: str = "{titre} : {valeur}"
    api: str = ""
    invite: str = ""
    prefixe: str = ""
    demander: Callable[[str], tuple[Critere, ...]] | None = None
    sql: str = ""
    deplier: Callable[[str], Iterable[Any]] | None = None
    encoder: Callable[..., Codes] | None = None
    entreprise: tuple[str, ...] = ()
    etablissement: tuple[str, ...] = ()
    porteurs: tuple[Genre, ...] = GENRES
    facette: bool = True
    sur_un_etablissement: bool = False
    valeurs: Sequence[str] = ()
    admises: Sequence[str] = ()
    officielle: Callable[[str], object] = bool
    enfants: Callable[[str], Iterable[str]] | None = None
    racines: Callable[[Mapping[str, int]], Sequence[str]] | None = None
    rang: Callable[[str], int] | None = None
    ordre: int = 0
    tournures: Mapping[str, str] = field(default_factory=dict)
    reunir: Callable[[Sequence[str]], str | None] | None = None
    declare: bool = False
    alerte: bool = False

    @property
    def famille(self) -> str:
        """Name under which it is removed and counted: places form one family, any other filter its own."""
        return "lieu" if self.composant is Composant.LIEU else self.nom

    @property
    def debut(self) -> str:
        """Prefix of its codes in the index."""
        return self.prefixe or f"{self.nom}:"

    @property
    def repetable(self) -> bool:
        return self.composant is not Composant.DATE

    def en_clair(self, valeur: str) -> str:
        """Return the label that an agent reads for a value."""
        return self.ecrit(valeur) if self.ecrit else self.libelle(valeur) or valeur

    def etiqueter(self, valeur: str) -> str:
        """Return the text of an active value in the list of filters to remove."""
        return self.etiquette.format(titre=self.titre, valeur=self.en_clair(valeur))

    def reunir_en(self, valeurs: Sequence[str]) -> str | None:
        """Return one label for several active values, when the filter has one."""
        return self.reunir(valeurs) if self.reunir and len(valeurs) > 1 else None

    def criteres(self, valeurs: Iterable[str]) -> tuple[Critere, ...]:
        """Return what the engine must find: at least one of these."""
        demander = self.demander or (lambda valeur: (CodeCherche("codes", self.debut + valeur),))
        return tuple(critere for valeur in valeurs for critere in demander(valeur))

    def condition(self, valeurs: Iterable[str]) -> Condition | None:
        """Return what SQL must find: the same codes as ``criteres``. None when only the engine knows."""
        if not self.sql:
            return None
        codes = [c.valeur.removeprefix(self.debut) for c in self.criteres(valeurs) if isinstance(c, CodeCherche)]
        depliees = sorted({depliee for code in codes for depliee in (self.deplier(code) if self.deplier else (code,))})
        # By an equality, PostgreSQL reads the first rows of a page in the order of the index.
        parmi, cherche = ("= %s", depliees[0]) if len(depliees) == 1 else ("= ANY(%s)", depliees)
        sql = self.sql.format(parmi=parmi)
        return Condition(sql, (cherche,) * sql.count("%s"))

    def libre(self, valeur: str) -> bool:
        """Return whether a value is free text, such as the name of a person, rather than a known code."""
        connue = valeur in self.valeurs or self.libelle(valeur) not in (None, valeur)
        return isinstance(self.saisie, SaisieLibre) and not connue

    def codes(self, *colonnes: object) -> Codes:
        """Return the codes of a document, from the values of the declared columns."""
        if self.encoder:
            return self.encoder(*colonnes)
        (valeur,) = colonnes
        if valeur is None or valeur == "":
            return Codes((), "")
        if isinstance(valeur, bool):
            valeur = OUI if valeur else NON
        return Codes((f"{self.debut}{valeur}",), "")
