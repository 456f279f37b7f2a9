"""Reading in the child process: sends batches in Arrow format, and rows set aside in JSON.

The parent imports this module for the names of these functions, so polars is imported inside them.
"""

import importlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from fce.sources.lecture.commande import ResumeDeSource


def preparer() -> None:
    """Configure Django just enough for model fields: no application, no database. Yield the processor."""
    from django.apps import apps
    from django.conf import settings

    from fce.socle.travaux import priorite

    priorite.ceder()
    settings.configure(INSTALLED_APPS=[], TIME_ZONE="Europe/Paris", USE_TZ=True)
    # Not ``django.setup()``, which loads URLs and forms, for half a second of CPU.
    apps.populate(())


def lire_lots(
    source: bytes,
    dossiers: Sequence[tuple[str, list[str]]],
    fichiers: Sequence[Path],
    copie: Sequence[str],
    gardees: Sequence[str],
    options: dict[str, Any],
) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield the batches of ``lecteur.lire``. ``source``: a pickled ``ResumeDeSource``, whose reader is in ``dossiers``.

    A message is an Arrow table (columns ``gardees``, or all without ``copie``), then the columns ``copie`` in csv,
    which the parent passes to PostgreSQL unchanged.
    """
    import pickle

    from fce.sources.lecture.lecteur import lire

    for nom, chemins in dossiers:
        importlib.import_module(nom).__path__[:] = chemins
    declaree: ResumeDeSource = pickle.loads(source)  # noqa: S301  written by our parent
    place = (0, 0)

    def noter(faits: int, total: int) -> None:
        nonlocal place
        place = faits, total

    for lot in lire(declaree, fichiers, progression=noter, **options):
        dit: dict[str, Any] = {
            "place": place,
            "fichier": fichiers.index(lot.fichier) if lot.fichier else None,
            "rejets": [_plat(r) for r in lot.rejets],
            "vidages": [_plat(r) for r in lot.vidages],
            "avertissements": lot.avertissements,
        }
        for tranche in _trancher(lot.lignes):
            tampon = io.BytesIO()
            (tranche.select(gardees) if copie else tranche).write_ipc_stream(tampon, compat_level=_compatible())
            table = tampon.tell()
            if copie:
                tranche.select(copie).write_csv(tampon, include_header=False)
            yield {**dit, "hauteur": tranche.height, "table": table}, tampon.getvalue()
            dit = {**dit, "rejets": [], "vidages": [], "avertissements": []}


def _trancher(lignes: "pl.DataFrame") -> Iterator["pl.DataFrame"]:
    from fce.sources.lecture.taille import OCTETS_DU_LOT, octets_de_texte

    if lignes.height > 1 and octets_de_texte(lignes) > OCTETS_DU_LOT:
        moitie = lignes.height // 2
        yield from _trancher(lignes.slice(0, moitie))
        yield from _trancher(lignes.slice(moitie))
    else:
        yield lignes


def _compatible() -> Any:
    import polars as pl

    # A format without shared text buffers: the message then has the size that the parent will hold.
    return pl.CompatLevel.oldest()


def _plat(rejet: Any) -> list[Any]:
    return [rejet.ligne, rejet.colonne, rejet.valeur, rejet.motif, rejet.cle]
