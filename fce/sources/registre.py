"""Registry of the sources: every folder ``<producteur>/<jeu>`` of a catalogue with a ``source.py``.

The catalogue of the package comes first, then those of ``FCE_CATALOGUES``. All are imported under
``fce.sources.catalogue``, so that a folder can move between catalogues unchanged.
"""

import importlib
import inspect
from collections.abc import Callable, Iterable
from functools import cache, wraps
from pathlib import Path
from typing import TypeVar

from django.conf import settings

from fce.socle.erreurs import ConfigurationInvalide, Introuvable
from fce.sources import catalogue
from fce.sources.declaration import Source
from fce.sources.fautes import lieu, phrase

T = TypeVar("T")
_EN_VIGUEUR: dict[str, Source] = {}
"""The catalogue and the sources declared as data, once there are some; replaced whole, never changed."""


def par_nom() -> dict[str, Source]:
    """{name: source} of the catalogue and of the declarations in force. Raises as ``du_catalogue``."""
    return _EN_VIGUEUR or du_catalogue()


def mettre_en_vigueur(declarees: Iterable[Source]) -> None:
    """Add these sources, declared as data, to the catalogue, in place of those added before."""
    global _EN_VIGUEUR
    ajoutees = {source.nom: source for source in declarees}
    _EN_VIGUEUR = dict(sorted((du_catalogue() | ajoutees).items())) if ajoutees else {}


def par_registre(fonction: Callable[[], T]) -> Callable[[], T]:
    """Cache the result of a function of the registry until the registry changes."""
    garde: tuple[dict[str, Source], T] | None = None

    @wraps(fonction)
    def rendre() -> T:
        nonlocal garde
        connues, gardee = par_nom(), garde
        if gardee is None or gardee[0] is not connues:
            garde = gardee = (connues, fonction())
        return gardee[1]

    return rendre


@cache
def du_catalogue() -> dict[str, Source]:
    """{name: source} of every ``source.py``, read once per process. Raises ConfigurationInvalide listing every faulty
    declaration."""
    trouvees: dict[str, Source] = {}
    fichiers: dict[str, Path] = {}
    fautes: list[str] = []
    for racine in racines():
        if not racine.is_dir():
            fautes.append(f"FCE_CATALOGUES : le dossier {racine} n'existe pas.")
        for fichier in sorted(racine.glob("*/*/source.py")):
            try:
                declaree = _importer(fichier, racine)
            except Exception as erreur:
                # Collect all the faults, with their file and line.
                fautes.append(phrase(erreur, fichier, racine))
                continue
            if declaree.nom in trouvees:
                autre = fichiers[declaree.nom]
                fautes.append(f"{lieu(fichier)} : une autre source se nomme « {declaree.nom} » ({lieu(autre)}).")
                continue
            trouvees[declaree.nom], fichiers[declaree.nom] = declaree, fichier
    if fautes:
        raise ConfigurationInvalide("\n".join(["Déclarations de sources refusées :", *(f"- {f}" for f in fautes)]))
    return dict(sorted(trouvees.items()))


def racines() -> list[Path]:
    """Folders of the catalogues, that of the package first. The others may not exist."""
    return [Path(inspect.getfile(catalogue)).parent, *settings.FCE_CATALOGUES]


def _importer(fichier: Path, racine: Path) -> Source:
    jeu, producteur = fichier.parent, fichier.parent.parent
    for nom, dossier in ((catalogue.__name__, racine), (f"{catalogue.__name__}.{producteur.name}", producteur)):
        # A producer may have data sets in several catalogues.
        chemins = importlib.import_module(nom).__path__
        if str(dossier) not in chemins:
            chemins.append(str(dossier))
    module = importlib.import_module(f"{catalogue.__name__}.{producteur.name}.{jeu.name}.source")
    if Path(str(module.__file__)) != fichier:
        raise ConfigurationInvalide(f"le dossier {producteur.name}/{jeu.name} existe déjà dans un autre catalogue")
    declaree = getattr(module, "source", None)
    if not isinstance(declaree, Source):
        raise ConfigurationInvalide("ce fichier doit finir par « source = Source(…) »")
    if len(list(jeu.glob("exemple.*"))) != 1:
        raise ConfigurationInvalide("un fichier « exemple » et un seul doit être à côté")
    if declaree.direct is not None and declaree.importable and not (jeu / "reponses.json").is_file():
        raise ConfigurationInvalide("une source directe a des réponses d'exemple, « reponses.json », à côté")
    return declaree


def toutes() -> list[Source]:
    """Every source, by name. Raises as ``par_nom``."""
    return list(par_nom().values())


def source(nom: str) -> Source:
    """Raises Introuvable with the known names."""
    try:
        return par_nom()[nom]
    except KeyError:
        raise Introuvable(f"Source « {nom} » inconnue. Sources connues : {', '.join(par_nom())}.") from None


def exemple(source: Source) -> Path:
    """Raises Introuvable for a source declared as data, which has none."""
    if source.nom not in du_catalogue():
        raise Introuvable(f"La source « {source.nom} » n’a pas d’exemple.")
    (trouve,) = Path(inspect.getfile(source.modele)).parent.glob("exemple.*")
    return trouve


def reponses(source: Source) -> Path:
    """Invented live answers by number: ``reponses.json``, or the sample when the source has no file."""
    return exemple(source).with_name("reponses.json") if source.importable else exemple(source)
