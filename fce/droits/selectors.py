"""The actor behind an account, at this very request: nothing is remembered from one to the next."""

from __future__ import annotations

import structlog

from fce.comptes.administration import administration_de
from fce.comptes.models import Compte
from fce.droits.acteurs import ANONYME, Acteur, Genre, Habilitation
from fce.droits.dossiers.conversion import habilitation
from fce.droits.dossiers.etats import Etat
from fce.droits.models import Dossier
from fce.socle.erreurs import ParametreInvalide

journal = structlog.get_logger("fce.droits")
# A draft opens nothing and explains nothing; an ended one explains why.
_LUS = (Etat.VALIDE, Etat.SUSPENDU, Etat.EXPIRE, Etat.REVOQUE)


def acteur_de(compte: Compte | None, *, mfa: bool) -> Acteur:
    """Who asks, with the habilitations of the groups he is in. One query for an agent, none for anyone else."""
    if compte is None or not compte.agent or not compte.actif:
        return ANONYME
    siret = administration_de(compte)
    return Acteur(
        Genre.AGENT,
        compte.identifiant,
        siret,
        habilitations_de(compte) if siret else (),
        mfa=mfa,
    )


def habilitations_de(compte: Compte) -> tuple[Habilitation, ...]:
    """Those of the groups that the account is in; one that cannot be read opens nothing."""
    dossiers = (
        Dossier.objects.select_related("groupe__organisation")
        .filter(
            etat__in=_LUS,
            groupe__appartenances__compte=compte,
            groupe__appartenances__fin=None,
            groupe__appartenances__suspendue_le=None,
            groupe__ferme_le=None,
            groupe__organisation__fermee_le=None,
        )
        .order_by("id")
    )
    lues = []
    for dossier in dossiers:
        try:
            lues.append(habilitation(dossier, dossier.groupe.organisation.numero))
        except (ParametreInvalide, ValueError):
            journal.error("habilitation_illisible", dossier=dossier.pk)
    return tuple(lues)
