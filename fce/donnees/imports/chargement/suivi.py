"""Progress of a long command: a bar on a terminal, one line per step in a log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

# In a log, print a measured step every 25 %.
_PALIER = 25


@contextmanager
def suivre(titre: str, sortie: Any) -> Iterator[Callable[[str, int, int], None]]:
    """Give a progress function (step, done, total) that writes on ``sortie`` (a Django ``OutputWrapper`` or a
    stream)."""
    if not sortie.isatty():
        yield _lignes(titre, sortie)
        return
    colonnes = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*colonnes, console=Console(file=getattr(sortie, "_out", sortie)), transient=True) as barre:
        tache = barre.add_task(titre, total=None)

        def avancer(etape: str, fait: int, total: int) -> None:
            barre.update(tache, description=f"{titre} — {etape}", completed=fait, total=total or None)

        yield avancer


def _lignes(titre: str, sortie: Any) -> Callable[[str, int, int], None]:
    derniere: tuple[str, int] = ("", -1)

    def dire(etape: str, fait: int, total: int) -> None:
        nonlocal derniere
        palier = int(100 * fait / total) // _PALIER * _PALIER if total else -1
        if (etape, palier) == derniere:
            return
        derniere = (etape, palier)
        sortie.write(f"{titre} — {etape}" + (f" {palier} %" if total else "") + "\n")
        sortie.flush()

    return dire
