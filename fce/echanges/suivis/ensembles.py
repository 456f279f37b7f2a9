"""Following a set of units that another room keeps, such as a list: its owner says what is in it, each time it
changes, and who reads it (``proprietaires``).

``cle``: name of the set, in the column that holds the parameters of a followed search, which never look like it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from fce.droits.comptes.models import Compte
from fce.echanges.models import Suivi, UniteSuivie
from fce.echanges.suivis.proprietaires import CLE_D_ENSEMBLE
from fce.echanges.suivis.services import LOT_D_UNITES, suivre_des_unites


def cle_d_ensemble(chose: str, numero: int) -> str:
    """Key of a set: its kind (``Offres.liens``) and number."""
    return f"{CLE_D_ENSEMBLE}{chose}/{numero}"


def suivre_un_ensemble(compte: Compte, cle: str, nom: str, numeros: Collection[str]) -> Suivi:
    """Follow these units as one; repeated calls do nothing more. Raises ParametreInvalide above ``SUIVIS_MAX``."""
    return suivre_des_unites(compte, numeros, {"nom": nom}, recherche=cle)


def arreter_de_suivre(compte: Compte, cle: str) -> None:
    """Unfollow a set, whether followed or not."""
    Suivi.objects.filter(compte=compte, recherche=cle).delete()


def suit_l_ensemble(compte: Compte, cle: str) -> bool:
    """Whether this account follows this set."""
    return Suivi.objects.filter(compte=compte, recherche=cle).exists()


def comptes_qui_suivent(cle: str) -> list[Compte]:
    """Accounts that follow a set."""
    return [suivi.compte for suivi in Suivi.objects.select_related("compte").filter(recherche=cle)]


def accorder(cle: str, numeros: QuerySet[Any, Any], comptes: Collection[int]) -> None:
    """Follow what a set holds now (``numeros``: query of its column ``numero``), for these accounts only; the others
    stop. PostgreSQL compares: only what differs is written. Call it in the transaction that changed the set, which
    locks it."""
    Suivi.objects.filter(recherche=cle).exclude(compte__in=comptes).delete()
    for suivi in Suivi.objects.filter(recherche=cle):
        suivi.unites.exclude(numero__in=numeros).delete()
        neufs = numeros.exclude(numero__in=suivi.unites.values("numero")).values_list("numero", flat=True)
        UniteSuivie.objects.bulk_create((UniteSuivie(suivi=suivi, numero=n) for n in neufs), batch_size=LOT_D_UNITES)


def oublier(cle: str) -> None:
    """Nobody follows a set that is deleted."""
    Suivi.objects.filter(recherche=cle).delete()


def numeros_suivis(chose: str) -> list[int]:
    """Numbers of the sets of a kind that somebody follows."""
    debut = cle_d_ensemble(chose, 0)[:-1]
    cles = Suivi.objects.filter(recherche__startswith=debut).values_list("recherche", flat=True).distinct()
    return sorted(int(cle.removeprefix(debut)) for cle in cles)
