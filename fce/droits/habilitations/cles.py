"""Keys of the API: a secret as that of a token, which opens no right; a program that sends it has its own quota.

Whoever is signed in makes his own; the operator makes those of outside programs, and alone changes a quota.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from time import monotonic
from typing import Final, NamedTuple

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.models import QuerySet
from django.utils import timezone

from fce.droits.comptes.erreurs import AccesRefuse
from fce.droits.comptes.evenements import OPERATEUR
from fce.droits.comptes.models import Compte
from fce.droits.habilitations.erreurs import JetonRefuse, TropDeJetons
from fce.droits.habilitations.jetons import FORME, JETON_INCONNU, compte_ouvert, inscrire, noter_jeton
from fce.droits.habilitations.models import JetonApi
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.base.roles import Role, sous_role
from fce.socle.erreurs import BaseIndisponible, Introuvable, ParametreInvalide
from fce.socle.web import jetons

VIVANTES_MAX: Final = 5
DEBIT_MAX: Final = 250
"""Requests per second: the front server takes no more from one address (ops/nginx/fce.conf)."""
_FRAICHEUR_S: Final = 30
"""Seconds after which each process reads a quota again."""
_PANNES: Final = (DatabaseError, InterfaceError, BaseIndisponible)
log = structlog.get_logger("fce.debit")


class JetonConnu(NamedTuple):
    """A live token or key, as the rate limit counts it. ``debit``: requests per second."""

    numero: int
    debit: int
    cle: bool


def creer(demandeur: Compte, *, libelle: str, jours: int) -> tuple[JetonApi, str]:
    """Make a key for an account; return it with its secret. Raises TropDeJetons above ``VIVANTES_MAX``,
    ParametreInvalide."""
    with ecriture():
        limites.exiger_place(
            "cle",
            demandeur.pk,
            de(demandeur).filter(revoque_le=None, expire_le__gt=timezone.now()),
            VIVANTES_MAX,
            f"Vous avez déjà {VIVANTES_MAX} clés en cours, le plus permis : révoquez celle qui ne sert plus.",
            TropDeJetons,
        )
        return inscrire(demandeur.identifiant, libelle, jours)


def creer_pour_un_tiers(libelle: str, jours: int, debit: int | None) -> tuple[JetonApi, str]:
    """Make a key for an outside program, by the operator. Raises ParametreInvalide."""
    verifier_debit(debit)
    with ecriture():
        return inscrire(OPERATEUR, libelle, jours, debit=debit)


def fixer_debit(numero: int, debit: int | None, par: str) -> JetonApi:
    """Give a token or a key its own quota (None: the usual one), within ``_FRAICHEUR_S`` in every process.

    Raises Introuvable, ParametreInvalide, and AccesRefuse to whoever made it.
    """
    verifier_debit(debit)
    with ecriture():
        jeton = JetonApi.objects.select_for_update(of=("self",)).filter(pk=numero).first()
        if jeton is None:
            raise Introuvable(f"Aucune clé n° {numero}.")
        if jeton.par == par != OPERATEUR:
            raise AccesRefuse("Personne ne fixe le quota de sa propre clé.")
        avant = jeton.debit
        jeton.changer(debit=debit)
        noter_jeton(jeton, par, "debit", avant={"debit": avant}, apres={"debit": debit})
    _jeton_connu.cache_clear()
    return jeton


def verifier_debit(debit: int | None) -> None:
    if debit is not None and not 1 <= debit <= DEBIT_MAX:
        raise ParametreInvalide(f"Un quota va de 1 à {DEBIT_MAX} demandes par seconde.")


def de(compte: Compte) -> QuerySet[JetonApi]:
    """The keys of an account."""
    return JetonApi.objects.filter(dossier=None, par=compte.identifiant)


def connu(porteur: str) -> JetonConnu | None:
    """The live token or key of an ``Authorization`` header, None for any other, and while the database fails."""
    if (secret := _secret(porteur)) is None:
        return None
    try:
        return _jeton_connu(jetons.empreinte(secret), _moment())
    except _PANNES as erreur:
        log.warning("jeton_non_lu", erreur=type(erreur).__name__)
        return None


def fini(porteur: str) -> bool:
    """Whether an ``Authorization`` header holds a secret of ours that is no live token or key; False while the database
    fails."""
    secret = _secret(porteur)
    with suppress(*_PANNES):
        return secret is not None and _jeton_connu(jetons.empreinte(secret), _moment()) is None
    return False


def exiger_vivant(porteur: str) -> None:
    """Raise JetonRefuse for a secret that has ended: a program that believes to have its own quota must learn that it
    has not."""
    if fini(porteur):
        raise JetonRefuse(JETON_INCONNU)


def _secret(porteur: str) -> str | None:
    genre, _, secret = porteur.partition(" ")
    return secret.strip() if genre.lower() == "bearer" and FORME.fullmatch(secret.strip()) else None


def _moment() -> int:
    return int(monotonic() // _FRAICHEUR_S)


@lru_cache(maxsize=1_000)
def _jeton_connu(empreinte: str, moment: int) -> JetonConnu | None:
    """``moment``: when it is read, so that it is read again later."""
    with sous_role(Role.AGENTS):
        vivants = JetonApi.objects.filter(empreinte=empreinte, revoque_le=None, expire_le__gt=timezone.now())
        jeton = vivants.first()
        if jeton is None or not compte_ouvert(jeton.par):
            return None
    return JetonConnu(jeton.pk, jeton.debit or settings.FCE_DEBIT_CLE, jeton.dossier_id is None)
