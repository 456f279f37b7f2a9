"""The active filters of a query in words, each with what removes it: one label for values that make one interval."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from fce.recherche.question import filtres
from fce.recherche.question.filtres import BORNES_CREATION, FERMETURE


class Etiquetee(NamedTuple):
    """A label, and the parameters of the query without it (None: dropped)."""

    libelle: str
    sans: Mapping[str, object]


def etiqueter(poses: Mapping[str, Sequence[str]]) -> Iterator[Etiquetee]:
    """Yield the labels of values by filter, in order."""
    tous = filtres.tous()
    annee = _annee_de_creation(poses)
    if annee:
        yield Etiquetee(f"Créée en {annee}", dict.fromkeys(BORNES_CREATION))
    for nom, codes in poses.items():
        if annee and nom in BORNES_CREATION:
            continue
        if ensemble := tous[nom].reunir_en(codes):
            yield Etiquetee(ensemble, {nom: None})
            continue
        # What is closed in some year is closed: both come off together.
        avec = {"etat": None} if nom == FERMETURE else {}
        for code in codes:
            yield Etiquetee(tous[nom].etiqueter(code), {nom: [c for c in codes if c != code], **avec})


def _annee_de_creation(poses: Mapping[str, Sequence[str]]) -> str:
    """Return the year that the two bounds of the creation date make; "" for any other bounds."""
    depuis, jusque = (next(iter(poses.get(nom, ())), "") for nom in BORNES_CREATION)
    annee = depuis[:4]
    return annee if (depuis, jusque) == (f"{annee}-01-01", f"{annee}-12-31") else ""
