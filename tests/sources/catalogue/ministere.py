"""What the tests of the ministry's sources share: rows of an example, as a rule receives them."""

from pathlib import Path
from typing import Any

from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.lecture.lecteur import lire


def dossier(nom: str) -> tuple[Source, Path]:
    """The source and its example."""
    import inspect

    source = registre.source(nom)
    (exemple,) = Path(inspect.getfile(source.modele)).parent.glob("exemple.*")
    return source, exemple


def lignes(nom: str, fichier: Path | None = None) -> list[dict[str, Any]]:
    """Every row of the example (or of ``fichier``), typed, nothing set aside."""
    source, exemple = dossier(nom)
    lues = []
    for lot in lire(source, [fichier or exemple]):
        assert lot.rejets == []
        assert lot.avertissements == []
        lues += lot.lignes.to_dicts()
    return lues


def ligne(nom: str, **valeurs: Any) -> dict[str, Any]:
    """A row of the source, empty but for ``valeurs``."""
    champs = registre.source(nom).champs
    assert valeurs.keys() <= champs.keys()
    return dict.fromkeys(champs) | valeurs
