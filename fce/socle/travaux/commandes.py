"""Commands of ``fce``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fce.socle.erreurs import DejaEnCours, FCEError


class Commande(BaseCommand):
    """A command without Django's system checks, which load all the pages; each of its actions is the method of its
    name."""

    requires_system_checks: list[str] = []
    retour = 1
    """Exit code of an action that is refused."""

    def handle(self, *args: Any, **options: Any) -> None:
        with refus_dit(self.retour):
            getattr(self, f"_{options['action']}")(options)


@contextmanager
def refus_dit(retour: int = 2) -> Iterator[None]:
    """End the command with this exit code, by default that of a wrong argument, when what it asks for is refused; what
    fails, or is under way elsewhere, keeps its own."""
    try:
        yield
    except FCEError as erreur:
        if erreur.status >= 500 or isinstance(erreur, DejaEnCours):
            raise
        raise CommandError(erreur.message, returncode=retour) from erreur
