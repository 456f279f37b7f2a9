"""State of a restored database: closed until ``fce.exploitation.sauvegarde`` opens it. Rooms ask here before they open
anything."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db import DEFAULT_DB_ALIAS, connections

from fce.socle.erreurs import ServiceFerme


class EtatRestaure(StrEnum):
    """``EN_COURS``: a restore was interrupted; ``FERMEE``: nobody has read what it said; ``PUBLIQUE``: open data only,
    because what was withdrawn since the backup is unknown."""

    EN_COURS = "en_cours"
    FERMEE = "fermee"
    PUBLIQUE = "publique"
    OUVERTE = "ouverte"


OUVERTE_AUX_AGENTS: Final = "NOT EXISTS (SELECT FROM sauvegarde.restauration WHERE etat <> 'ouverte')"
"""SQL condition: false while restricted data must stay closed."""


def etat() -> EtatRestaure:
    """State of the database; « ouverte » when it was never restored."""
    with connections[DEFAULT_DB_ALIAS].cursor() as curseur:
        curseur.execute("SELECT to_regclass('sauvegarde.restauration') IS NOT NULL")
        if not curseur.fetchone()[0]:
            return EtatRestaure.OUVERTE
        curseur.execute("SELECT etat FROM sauvegarde.restauration")
        ligne = curseur.fetchone()
    return EtatRestaure(ligne[0]) if ligne else EtatRestaure.OUVERTE


def exiger_ouverte_au_public() -> None:
    """Raise ServiceFerme when nobody has opened a restored database: neither the server nor the worker starts."""
    if etat() in (EtatRestaure.EN_COURS, EtatRestaure.FERMEE):
        raise ServiceFerme(
            "Cette base vient d’être restaurée et reste fermée : lisez « fce restaurer --etat », puis « fce restaurer "
            "--ouvrir »."
        )


def exiger_ouverte_aux_agents() -> None:
    """Raise ServiceFerme while nobody may sign in."""
    with connections[DEFAULT_DB_ALIAS].cursor() as curseur:
        curseur.execute(f"SELECT {OUVERTE_AUX_AGENTS}")
        (ouverte,) = curseur.fetchone()
    if not ouverte:
        raise ServiceFerme(
            "Le service vient d’être restauré d’une sauvegarde : les données réservées restent fermées jusqu’à ce que "
            "l’équipe ait remis les droits retirés depuis. Les données ouvertes se lisent sans se connecter."
        )
