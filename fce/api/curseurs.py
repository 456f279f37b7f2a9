"""The signed cursor of a search read whole: the last number read, the query, and the version of the index."""

from __future__ import annotations

from hashlib import sha256
from typing import Final, NamedTuple

from django.core import signing

from fce.recherche.question.requete import Requete
from fce.recherche.reponse.selectors import moteur
from fce.socle.erreurs import FCEError, ParametreInvalide

DEBUT: Final = "*"
LONGUEUR_MAX: Final = 400
_SEL: Final = "fce.api.curseurs"


class CurseurPerime(FCEError):
    """The index was replaced since this cursor: pages of two versions do not add up to either."""

    status = 410
    code = "curseur_perime"


class PlaceDuParcours(NamedTuple):
    """``apres``: the last number read, None at the start. ``page``: rank of the page to read, from 1."""

    apres: int | None
    page: int
    version: str


def place_de(texte: str, requete: Requete) -> PlaceDuParcours:
    """Raises ParametreInvalide for a cursor that we did not give, or gave for another query; CurseurPerime."""
    manifeste = moteur().manifeste()
    version = manifeste.version if manifeste else ""
    if texte == DEBUT:
        return PlaceDuParcours(None, 1, version)
    try:
        demandee, celle_du_curseur, page, apres = signing.loads(texte, salt=_SEL)
    except (signing.BadSignature, ValueError) as erreur:
        raise ParametreInvalide(
            f"Ce curseur n’en est pas un : donnez « {DEBUT} » pour commencer, puis « suivant » tel qu’il a été reçu.",
            parametre="curseur",
        ) from erreur
    if demandee != _empreinte(requete):
        raise ParametreInvalide(
            "Ce curseur est celui d’une autre recherche : gardez les mêmes paramètres d’une page à l’autre.",
            parametre="curseur",
        )
    if celle_du_curseur != version:
        raise CurseurPerime(
            f"L’index a changé depuis ce curseur : recommencez avec « curseur={DEBUT} ».", parametre="curseur"
        )
    return PlaceDuParcours(apres, page, version)


def ecrire(requete: Requete, place: PlaceDuParcours) -> str:
    return signing.dumps((_empreinte(requete), place.version, place.page, place.apres), salt=_SEL)


def _empreinte(requete: Requete) -> str:
    return sha256(requete.query_string().encode()).hexdigest()[:16]
