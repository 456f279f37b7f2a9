"""Tokens of the producers: 256 random bits, shown once, of which only the SHA-256 is kept.

No salt nor slow hash: they protect short secrets that people choose, and a guess among 2^256 is out of reach.
"""

import datetime
import hashlib
import re
import secrets
from collections.abc import Sequence

from django.utils import timezone

from fce.imports.models import JetonDepot
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.sources import registre
from fce.sources.declaration import Source

from .erreurs import DepotInterdit, NonAuthentifie

# What programs that look for leaked secrets recognise.
MARQUE_DEPOT = "fcedepot_"
JOURS_MAX = 365
_FORME = re.compile(rf"{MARQUE_DEPOT}[A-Za-z0-9_-]{{43}}")
_PREFIXE = len(MARQUE_DEPOT) + 5
# The day of the last use is worth a write now and then, not one per request.
_PAS_D_USAGE = datetime.timedelta(minutes=1)


def creer(
    producteur: str, sources: Sequence[str] = (), *, jours: int = JOURS_MAX, libelle: str = "", par: str = ""
) -> tuple[JetonDepot, str]:
    """A new token of ``producteur`` (its code) for these of its sources, all of them by default; and its secret.

    Raises ParametreInvalide: unknown producer, a source that is not its own, a duration out of 1–365 days.
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
    """The token that has this secret, still good; raises NonAuthentifie. The secret is in no message."""
    jeton = JetonDepot.objects.filter(empreinte=_empreinte(secret)).first() if _FORME.fullmatch(secret) else None
    if jeton is None:
        raise NonAuthentifie("Jeton de dépôt absent ou inconnu : envoyez « Authorization: Bearer » suivi du vôtre.")
    verifier_validite(jeton)
    return jeton


def verifier_validite(jeton: JetonDepot) -> None:
    """Raise NonAuthentifie when the token is revoked or expired."""
    if jeton.revoque:
        raise NonAuthentifie("Ce jeton de dépôt a été révoqué : demandez-en un autre au gestionnaire du service.")
    if jeton.expire <= timezone.now():
        raise NonAuthentifie("Ce jeton de dépôt a expiré : demandez-en un autre au gestionnaire du service.")


def noter_usage(jeton: JetonDepot) -> None:
    """Remember that the token was just used, to the minute."""
    maintenant = timezone.now()
    if jeton.dernier_usage is None or maintenant - jeton.dernier_usage > _PAS_D_USAGE:
        JetonDepot.objects.filter(pk=jeton.pk).update(dernier_usage=maintenant)


def revoquer(numero: int) -> JetonDepot:
    """End a token now, whatever it is doing; raises Introuvable. Revoking twice changes nothing."""
    JetonDepot.objects.filter(pk=numero, revoque=None).update(revoque=timezone.now())
    jeton = JetonDepot.objects.filter(pk=numero).first()
    if jeton is None:
        raise Introuvable(f"Aucun jeton de dépôt n° {numero} : « fce depot jetons » les liste.")
    return jeton


def couvre(jeton: JetonDepot, source: Source) -> bool:
    """Whether the token may deposit ``source``: one of its producer, and one of those it names if it names some."""
    return source.producteur.code == jeton.producteur and (not jeton.sources or source.nom in jeton.sources)


def source_permise(jeton: JetonDepot, nom: str) -> Source:
    """The source of that name; raises DepotInterdit when it is not one of the token's, or does not exist."""
    for source in registre.toutes():
        if source.nom == nom and couvre(jeton, source):
            return source
    raise DepotInterdit(
        "Ce jeton ne permet pas de déposer cette source. "
        f"Les siennes : {', '.join(s.nom for s in registre.toutes() if couvre(jeton, s))}."
    )


def _empreinte(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
