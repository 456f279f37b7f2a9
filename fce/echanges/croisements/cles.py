"""Upkeep of the address keys that places keep: the file of Sirene changes, and so does the way to fold an address."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from fce.echanges.croisements.adresses import lieux_de
from fce.echanges.models import Cible, LieuInteraction, LieuVisite
from fce.echanges.operations.genre import EtatOperation
from fce.echanges.visites.genre import EtatVisite
from fce.echanges.vocabulaire import PROXIMITE
from fce.socle.texte import paris

_LOT: Final = 1000


def refaire_les_cles(maintenant: datetime) -> int:
    """Write again the keys, of what may still cross something, that are no longer those of Sirene; how many."""
    jour = paris.jour_de(maintenant)
    encore: list[QuerySet[Any]] = [
        LieuVisite.objects.filter(visite__etat=EtatVisite.ANNONCEE),
        LieuInteraction.objects.filter(interaction__jour__gte=jour - 2 * PROXIMITE, interaction__retiree_le=None),
        Cible.objects.filter(operation__etat=EtatOperation.PREPARATION),
    ]
    return sum(_refaire(lieux) for lieux in encore)


def _refaire(lieux: QuerySet[Any]) -> int:
    tous = list(lieux.only("pk", "siret", "cle_adresse"))
    connus = lieux_de(lieu.siret for lieu in tous)
    changes = [x for x in tous if x.siret in connus and x.cle_adresse != connus[x.siret].cle_adresse]
    for lieu in changes:
        lieu.cle_adresse = connus[lieu.siret].cle_adresse
    return lieux.model._default_manager.bulk_update(changes, ["cle_adresse"], batch_size=_LOT)
