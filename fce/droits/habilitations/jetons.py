"""API tokens: a program reads under one habilitation that allows it, for a year at most; and keys, which open nothing
but a quota of their own (``cles``).

The secret is displayed once. The issuer of a token must have signed in with a second factor.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from fce.droits.comptes.administration import administration_de
from fce.droits.comptes.erreurs import AccesRefuse, DejaFait
from fce.droits.comptes.evenements import OPERATEUR, noter
from fce.droits.comptes.models import Compte
from fce.droits.comptes.selectors import compte_identifie
from fce.droits.habilitations.acteurs import ANONYME, Acteur, GenreActeur, Habilitation
from fce.droits.habilitations.dossiers.etats import EtatDossier
from fce.droits.habilitations.erreurs import JetonRefuse, TropDeJetons
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.models import Dossier, EvenementDossier, JetonApi
from fce.droits.habilitations.selectors import habilitations_de
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import ParametreInvalide
from fce.socle.web import jetons

MARQUE_API: Final = "fceapi_"
JOURS_MAX: Final = 365
VIVANTS_MAX: Final = 5
"""Maximum live tokens per habilitation: one per program, and one to replace it."""
FORME = re.compile(rf"{MARQUE_API}[A-Za-z0-9_-]{{{jetons.CARACTERES}}}")
JETON_INCONNU: Final = (
    "Ce jeton, ou cette clé, est inconnu, révoqué ou expiré, ou son compte est fermé : demandez-en un autre."
)
_PAS_D_USAGE = timedelta(minutes=1)


def creer(dossier: Dossier, emetteur: Compte, *, mfa: bool, libelle: str, jours: int) -> tuple[JetonApi, str]:
    """Create a token and return it with its secret.

    Raises AccesRefuse (no API right, issuer not in the group, no second factor), ParametreInvalide, and TropDeJetons
    above ``VIVANTS_MAX``.
    """
    if dossier.etat != EtatDossier.VALIDE or Droit.API not in dossier.droits:
        raise AccesRefuse("Cette habilitation ne permet pas l’API : demandez-en une qui comprenne ce droit.")
    if _tenue(emetteur, dossier) is None:
        raise AccesRefuse("Cette habilitation ne vous ouvre rien : seul un membre de son groupe peut créer un jeton.")
    if not mfa:
        raise AccesRefuse("Reconnectez-vous avec un second facteur pour créer un jeton.")
    with ecriture():
        limites.exiger_place(
            "jeton",
            dossier.pk,
            JetonApi.objects.filter(dossier=dossier, revoque_le=None, expire_le__gt=timezone.now()),
            VIVANTS_MAX,
            f"Cette habilitation a déjà {VIVANTS_MAX} jetons en cours, le plus permis : révoquez celui qui ne sert "
            "plus, puis recommencez.",
            TropDeJetons,
        )
        return inscrire(emetteur.identifiant, libelle, jours, dossier=dossier, siret=emetteur.siret)


def inscrire(par: str, libelle: str, jours: int, **champs: Any) -> tuple[JetonApi, str]:
    """Write a token or a key, and its event; return it with its secret. Raises ParametreInvalide."""
    if not 1 <= jours <= JOURS_MAX:
        raise ParametreInvalide(f"Un jeton ou une clé vaut de 1 à {JOURS_MAX} jours.")
    secret = jetons.nouveau(MARQUE_API)
    jeton = JetonApi.objects.create(
        libelle=libelle.strip()[:200],
        prefixe=secret[: len(MARQUE_API) + 5],
        empreinte=jetons.empreinte(secret),
        par=par,
        expire_le=timezone.now() + timedelta(days=jours),
        **champs,
    )
    noter_jeton(jeton, par, "cree")
    return jeton, secret


def revoquer(jeton: JetonApi, par: str) -> None:
    """Revoke a token from the next call on. Raises DejaFait."""
    with ecriture():
        if not JetonApi.objects.filter(pk=jeton.pk, revoque_le=None).update(revoque_le=timezone.now()):
            raise DejaFait("Ce jeton est déjà révoqué.")
        noter_jeton(jeton, par, "revoque")


def acteur_du_jeton(secret: str) -> Acteur:
    """The actor of a token: the current rights of its issuer, under the token's habilitation only; ``ANONYME`` for a
    key.

    Raises JetonRefuse, also when the issuer has lost the habilitation, or his account.
    """
    jeton = _trouver(secret)
    maintenant = timezone.now()
    if jeton is None or jeton.revoque_le is not None or jeton.expire_le <= maintenant:
        raise JetonRefuse(JETON_INCONNU)
    if jeton.dossier is None:
        if not compte_ouvert(jeton.par):
            raise JetonRefuse("Le compte qui a demandé cette clé n’est plus ouvert : demandez-en une autre.")
        return ANONYME
    emetteur = compte_identifie(jeton.par)
    tenue = _tenue(emetteur, jeton.dossier) if emetteur else None
    if emetteur is None or tenue is None:
        raise JetonRefuse(
            "Ce jeton n’ouvre plus rien : l’habilitation, le groupe ou l’administration de celui qui l’a créé ne le "
            "permettent plus. Demandez-en un autre au gestionnaire de votre groupe."
        )
    if jeton.dernier_usage is None or maintenant - jeton.dernier_usage > _PAS_D_USAGE:
        with ecriture(durable=False):
            JetonApi.objects.filter(pk=jeton.pk).update(dernier_usage=maintenant)
    return Acteur(GenreActeur.JETON, jeton.identifiant, administration_de(emetteur), (tenue,), mfa=True)


def compte_ouvert(par: str) -> bool:
    """Whether the account that made a token or a key is open; the operator has none."""
    compte = compte_identifie(par)
    return par == OPERATEUR or (compte is not None and compte.actif)


def _tenue(emetteur: Compte, dossier: Dossier) -> Habilitation | None:
    """The habilitation while its issuer may use it himself, else None."""
    return next((h for h in habilitations_de(emetteur) if h.reference == dossier.reference), None)


def _trouver(secret: str) -> JetonApi | None:
    if not FORME.fullmatch(secret):
        return None
    return JetonApi.objects.select_related("dossier").filter(empreinte=jetons.empreinte(secret)).first()


def noter_jeton(jeton: JetonApi, par: str, action: str, **valeurs: dict[str, Any]) -> None:
    """Write an event of a token in the history of its habilitation, of a key in that of the accounts."""
    if jeton.dossier is None:
        noter(par, f"cle_{action}", f"clé {jeton.identifiant}", **valeurs)
        return
    apres = {"jeton": jeton.pk, **valeurs.get("apres", {})}
    EvenementDossier.objects.create(dossier=jeton.dossier, par=par, action=f"jeton_{action}", apres=apres)
