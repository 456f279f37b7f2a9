"""The list of sources: whatever folder of the catalogue holds a ``source.py`` is a source, nothing else to edit."""

import importlib
import inspect
import pkgutil
from functools import cache
from pathlib import Path

from fce.socle.erreurs import Introuvable
from fce.sources import catalogue
from fce.sources.declaration import Source


@cache
def _par_nom() -> dict[str, Source]:
    trouvees: dict[str, Source] = {}
    for module in pkgutil.walk_packages(catalogue.__path__, catalogue.__name__ + "."):
        if module.name.rpartition(".")[2] != "source":
            continue
        declaree = importlib.import_module(module.name).source
        if declaree.nom in trouvees:
            raise ValueError(f"Deux sources se nomment {declaree.nom}.")
        trouvees[declaree.nom] = declaree
    return dict(sorted(trouvees.items()))


def toutes() -> list[Source]:
    """Every source of the catalogue, by name."""
    return list(_par_nom().values())


def source(nom: str) -> Source:
    """The source of that name; raises ``Introuvable`` with the list of names."""
    try:
        return _par_nom()[nom]
    except KeyError:
        raise Introuvable(f"Source « {nom} » inconnue. Sources connues : {', '.join(_par_nom())}.") from None


def exemple(source: Source) -> Path:
    """The invented sample of a source, in its official layout, beside its declaration."""
    (trouve,) = Path(inspect.getfile(source.modele)).parent.glob("exemple.*")
    return trouve
