"""The checks of ``fce check --deploy``, on the very machine that serves: each gives one French line, good or bad.

``frontal``: what a reader gets through the public address; ``machine``: files, ports, clock, backups, accounts.
"""

from django.conf import settings

from fce.config.deploiement import frontal, machine
from fce.config.diagnostic import Constat


def constats() -> list[Constat]:
    """Run all the checks of a service in production; none depends on another."""
    return [
        _environnement(),
        frontal.constater_les_frontaux(),
        *frontal.constater_l_adresse(settings.FCE_ADRESSE_PUBLIQUE),
        machine.constater_le_compte(),
        machine.constater_les_fichiers(),
        machine.constater_les_ports(conteneur=machine.dans_un_conteneur()),
        *machine.constater_les_disques(),
        machine.constater_l_horloge(),
        machine.constater_la_sauvegarde(),
        *machine.constater_la_base(),
    ]


def _environnement() -> Constat:
    if not settings.PRODUCTION:
        return Constat("Environnement", False, "FCE_ENV ne vaut pas « production » : les réglages dangereux passent.")
    return Constat("Environnement", True, "production.")
