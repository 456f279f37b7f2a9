"""What a filter of the search is: the type of the entries of ``filtres``."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from fce.recherche.alimentations import NON, OUI
from fce.recherche.codes import Codes
from fce.recherche.port import GENRES, CodeCherche, Genre, Quidam
from fce.recherche.saisies import Saisie

Critere = CodeCherche | Quidam


class Composant(Enum):
    """What a filter is on the page."""

    LIEU = auto()
    """Boxes under the one field that takes any place."""
    ACTIVITE = auto()
    """Boxes under the field that takes an activity."""
    CASES = auto()
    """Boxes to tick."""
    CASE = auto()
    """One box, among those of the registers."""
    TEXTE = auto()
    """A field that takes words."""
    OUI_NON = auto()
    """A choice between yes, no and either."""
    DATE = auto()
    """A day."""


@dataclass(frozen=True, slots=True)
class FiltreDeRecherche:
    """A filter: its name in addresses, its title, and all that the search does with it.

    ``libelle``: what one value reads, ``None`` when it has no label; ``ecrit``: the same for the eyes of an agent, when
    it is written otherwise. ``etiquette``: an active value among those that can be lifted; ``conseil``: « Sans le
    filtre … »; ``api``: what the documentation of the API says of its values.

    ``porteurs``: kinds of document that bear its codes. ``entreprise``, ``etablissement``: columns of the row of each
    (``entreprises.contenu``) that give them; an establishment without column of its own bears those of its company.
    ``encoder``: from these columns to the codes borne, ``prefixe`` and the value when not said; ``demander``: from a
    value asked to the codes looked for. ``facette``: counted among the results. ``sur_un_etablissement``: it must hold
    with the others of that sort on one same establishment.

    ``valeurs``: those that are offered before any count is known; ``enfants``: what is inside a value, when boxes open
    level by level, and ``racines`` the first of these levels, from the counts; ``rang``: order of the values, when it
    is not that of their counts. ``invite``: label of the field. ``deplie``: open when the page opens; ``ordre``: among
    the boxes of the page, smallest first.
    ``declare``: by sources, in their ``recherche``; ``alerte``: any value of it is an alarm.
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
    encoder: Callable[..., Codes] | None = None
    entreprise: tuple[str, ...] = ()
    etablissement: tuple[str, ...] = ()
    porteurs: tuple[Genre, ...] = GENRES
    facette: bool = True
    sur_un_etablissement: bool = False
    valeurs: Sequence[str] = ()
    enfants: Callable[[str], Iterable[str]] | None = None
    racines: Callable[[Mapping[str, int]], Sequence[str]] | None = None
    rang: Callable[[str], int] | None = None
    deplie: bool = False
    ordre: int = 0
    declare: bool = False
    alerte: bool = False

    @property
    def famille(self) -> str:
        """Name under which it is lifted and counted: places make one filter, any other is one by itself."""
        return "lieu" if self.composant is Composant.LIEU else self.nom

    @property
    def debut(self) -> str:
        """What its codes begin with in the index."""
        return self.prefixe or f"{self.nom}:"

    @property
    def repetable(self) -> bool:
        """Tell whether several values of it may be asked."""
        return self.composant is not Composant.DATE

    def en_clair(self, valeur: str) -> str:
        """Return what an agent reads for a value."""
        return self.ecrit(valeur) if self.ecrit else self.libelle(valeur) or valeur

    def etiqueter(self, valeur: str) -> str:
        """Return an active value as it is shown among those that can be lifted."""
        return self.etiquette.format(titre=self.titre, valeur=self.en_clair(valeur))

    def criteres(self, valeurs: Iterable[str]) -> tuple[Critere, ...]:
        """Return what the engine is asked: one of these."""
        demander = self.demander or (lambda valeur: (CodeCherche("codes", self.debut + valeur),))
        return tuple(critere for valeur in valeurs for critere in demander(valeur))

    def codes(self, *colonnes: object) -> Codes:
        """Return the codes that a document bears, from the columns declared."""
        if self.encoder:
            return self.encoder(*colonnes)
        (valeur,) = colonnes
        if valeur is None or valeur == "":
            return Codes((), "")
        if isinstance(valeur, bool):
            valeur = OUI if valeur else NON
        return Codes((f"{self.debut}{valeur}",), "")
