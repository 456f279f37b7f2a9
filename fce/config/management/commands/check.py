"""``fce check``: Django's own checks, then ours; exit code 1 on any fault."""

import sys
from typing import Any

from django.core.management.commands import check


class Command(check.Command):
    help = "Vérifie réglages, base, schéma, vues, index et espace disque."

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if args or options["tags"] or options["list_tags"]:
            return  # only some of Django's checks were asked for
        from fce.exploitation import deploiement, diagnostic
        from fce.exploitation.deploiement import temoin

        faits = [*diagnostic.constats(), *(deploiement.constats() if options["deploy"] else [])]
        for constat in faits:
            self.stdout.write(f"[{'bon' if constat.bon else 'DÉFAUT'}] {constat.point} : {constat.phrase}")
        if options["deploy"]:
            temoin.noter(faits)
        if not all(constat.bon for constat in faits):
            sys.exit(1)
