"""Tokens of the producers: 256 random bits, shown once; only the SHA-256 is stored.

Neither salt nor slow hash, which protect short passwords: nobody can guess among 2^256 tokens.
"""

import datetime
import hashlib
import re
import secrets
from collections.abc import Sequence

from django.utils import timezone

from fce.donnees.imports.models import JetonDepot
from fce.socle.base.restauration import exiger_ouverte_aux_agents
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.sources import registre
from fce.sources.declaration import Source

from .erreurs import DepotInterdit, NonAuthentifie

# Lets secret scanners recognise a leaked token.
MARQUE_DEPOT = "fcedepot_"
JOURS_MAX = 365
_FORME = re.compile(rf"{MARQUE_DEPOT}[A-Za-z0-9_-]{{43}}")
_PREFIXE = len(MARQUE_DEPOT) + 5
# Store the last use at most once a minute, instead of writing at each request.
_PAS_D_USAGE = datetime.timedelta(minutes=1)


def creer(
    producteur: str, sources: Sequence[str] = (), *, jours: int = JOURS_MAX, libelle: str = "", par: str = ""
) -> tuple[JetonDepot, str]:
    """Create a token of ``producteur`` (its code) for ``sources`` (default: all of its sources); return it and its
    secret.

    Raises ParametreInvalide: unknown producer, source of another producer, duration outside 1-365 days.
    """
    siennes = {s.nom for s in registre.toutes() if s.producteur.code == producteur}
    if not siennes:
        connus = ", ".join(sorted({s.producteur.code for s in registre.toutes()}))
        raise ParametreInvalide(f"Producteur « {producteur} » inconnu. Producteurs connus : {connus}.")
    if autres := sorted(set(sources) - siennes):
        raise ParametreInvalide(
            f"{', '.join(autres)} : pas une source de « {producteur} ». Les siennes : {', '.join(sorted(siennes))}."
        )
    if not 1 <= jours <= JOURS_MAX:
        raise ParametreInvalide(f"Un jeton vaut de 1 à {JOURS_MAX} jours, pas {jours}.")
    secret = MARQUE_DEPOT + secrets.token_urlsafe(32)
    jeton = JetonDepot.objects.create(
        producteur=producteur,
        sources=sorted(set(sources)),
        libelle=libelle[:200],
        prefixe=secret[:_PREFIXE],
        empreinte=_empreinte(secret),
        par=par[:200],
        expire=timezone.now() + datetime.timedelta(days=jours),
    )
    return jeton, secret


def authentifier(secret: str) -> JetonDepot:
    """The valid token with this secret. Raises NonAuthentifie, whose message never contains the secret, and
    ServiceFerme while a restored service does not know which tokens were revoked."""
    exiger_ouverte_aux_agents()
    jeton = JetonDepot.objects.filter(empreinte=_empreinte(secret)).first() if _FORME.fullmatch(secret) else None
    if jeton is None:
        raise NonAuthentifie("Jeton de dépôt absent ou inconnu : envoyez « Authorization: Bearer » suivi du vôtre.")
    verifier_validite(jeton)
    return jeton


def verifier_validite(jeton: JetonDepot) -> None:
    if jeton.revoque:
        raise NonAuthentifie("Ce jeton de dépôt a été révoqué : demandez-en un autre au gestionnaire du service.")
    if jeton.expire <= timezone.now():
        raise NonAuthentifie("Ce jeton de dépôt a expiré : demandez-en un autre au gestionnaire du service.")


def noter_usage(jeton: JetonDepot) -> None:
    maintenant = timezone.now()
    if jeton.dernier_usage is None or maintenant - jeton.dernier_usage > _PAS_D_USAGE:
        JetonDepot.objects.filter(pk=jeton.pk).update(dernier_usage=maintenant)


def revoquer(numero: int) -> JetonDepot:
    """Idempotent. Raises Introuvable."""
    JetonDepot.objects.filter(pk=numero, revoque=None).update(revoque=timezone.now())
    jeton = JetonDepot.objects.filter(pk=numero).first()
    if jeton is None:
        raise Introuvable(f"Aucun jeton de dépôt n° {numero} : « fce depot jetons » les liste.")
    return jeton


def couvre(jeton: JetonDepot, source: Source) -> bool:
    """A token that lists no source covers all those of its producer."""
    return source.producteur.code == jeton.producteur and (not jeton.sources or source.nom in jeton.sources)


def source_permise(jeton: JetonDepot, nom: str) -> Source:
    """The source of that name. Raises DepotInterdit when the source is unknown or not covered by the token."""
    for source in registre.toutes():
        if source.nom == nom and couvre(jeton, source):
            return source
    raise DepotInterdit(
        "Ce jeton ne permet pas de déposer cette source. "
        f"Les siennes : {', '.join(s.nom for s in registre.toutes() if couvre(jeton, s))}."
    )


def _empreinte(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
