"""Tokens of the API: a program reads in the name of one habilitation that allows it, until a day, a year at most.

The secret is shown once; whoever issues it had a second factor.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from django.utils import timezone

from fce.comptes.erreurs import AccesRefuse, DejaFait
from fce.comptes.models import Compte
from fce.droits.acteurs import Acteur, Genre
from fce.droits.dossiers.conversion import habilitation
from fce.droits.dossiers.etats import Etat
from fce.droits.erreurs import JetonRefuse, TropDeJetons
from fce.droits.finalites import Droit
from fce.droits.models import Dossier, EvenementDossier, JetonApi
from fce.socle import jetons
from fce.socle.base import ecriture
from fce.socle.erreurs import ParametreInvalide

MARQUE: Final = "fceapi_"
JOURS_MAX: Final = 365
EN_COURS_MAX: Final = 5
"""Tokens of a habilitation that are alive at once: one per program, and one to replace it by."""
_FORME = re.compile(rf"{MARQUE}[A-Za-z0-9_-]{{{jetons.CARACTERES}}}")
_PAS_D_USAGE = timedelta(minutes=1)


def creer(dossier: Dossier, emetteur: Compte, *, mfa: bool, libelle: str, jours: int) -> tuple[JetonApi, str]:
    """A token and its secret. Raises AccesRefuse (no right to the API, no second factor), ParametreInvalide, and
    TropDeJetons past ``EN_COURS_MAX``."""
    if dossier.etat != Etat.VALIDE or Droit.API not in dossier.droits:
        raise AccesRefuse("Cette habilitation ne permet pas l’API : demandez-en une qui comprenne ce droit.")
    if not mfa:
        raise AccesRefuse("Reconnectez-vous avec un second facteur pour créer un jeton.")
    if not 1 <= jours <= JOURS_MAX:
        raise ParametreInvalide(f"Un jeton vaut de 1 à {JOURS_MAX} jours.")
    secret = jetons.nouveau(MARQUE)
    with ecriture():
        # Two makers at once: the second counts the token of the first.
        Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
        vivants = JetonApi.objects.filter(dossier=dossier, revoque_le=None, expire_le__gt=timezone.now())
        if vivants.count() >= EN_COURS_MAX:
            raise TropDeJetons(
                f"Cette habilitation a déjà {EN_COURS_MAX} jetons en cours, le plus permis : révoquez celui qui ne "
                "sert plus, puis recommencez."
            )
        jeton = JetonApi.objects.create(
            dossier=dossier,
            siret=emetteur.siret,
            libelle=libelle.strip()[:200],
            prefixe=secret[: len(MARQUE) + 5],
            empreinte=jetons.empreinte(secret),
            par=emetteur.identifiant,
            expire_le=timezone.now() + timedelta(days=jours),
        )
        _noter(jeton, emetteur.identifiant, "jeton_cree")
    return jeton, secret


def revoquer(jeton: JetonApi, par: str) -> None:
    """End a token, from the next call on. Raises DejaFait."""
    with ecriture():
        if not JetonApi.objects.filter(pk=jeton.pk, revoque_le=None).update(revoque_le=timezone.now()):
            raise DejaFait("Ce jeton est déjà révoqué.")
        _noter(jeton, par, "jeton_revoque")


def acteur_du_jeton(secret: str) -> Acteur:
    """The program behind a secret, with its one habilitation as it stands now. Raises JetonRefuse."""
    jeton = _trouver(secret)
    maintenant = timezone.now()
    if jeton is None or jeton.revoque_le is not None or jeton.expire_le <= maintenant:
        raise JetonRefuse("Jeton inconnu, révoqué ou expiré : demandez-en un autre au gestionnaire de votre groupe.")
    if jeton.dernier_usage is None or maintenant - jeton.dernier_usage > _PAS_D_USAGE:
        with ecriture(durable=False):
            JetonApi.objects.filter(pk=jeton.pk).update(dernier_usage=maintenant)
    dossier = jeton.dossier
    tenue = habilitation(dossier, dossier.groupe.organisation.numero) if dossier.etat in _LISIBLES else None
    return Acteur(Genre.JETON, jeton.identifiant, jeton.siret, (tenue,) if tenue else (), mfa=True)


# A draft or a refused one cannot be converted, and has never had a token.
_LISIBLES = (Etat.VALIDE, Etat.SUSPENDU, Etat.EXPIRE, Etat.REVOQUE)


def _trouver(secret: str) -> JetonApi | None:
    if not _FORME.fullmatch(secret):
        return None
    connus = JetonApi.objects.select_related("dossier__groupe__organisation")
    return connus.filter(empreinte=jetons.empreinte(secret)).first()


def _noter(jeton: JetonApi, par: str, action: str) -> None:
    EvenementDossier.objects.create(dossier=jeton.dossier, par=par, action=action, apres={"jeton": jeton.pk})
