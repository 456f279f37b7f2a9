"""Who deposits: a producer's program, by its token, or a producer's data officer, by an account and a mandate."""

from dataclasses import dataclass
from typing import Any, Final

from fce.donnees.imports.models import Depot, JetonDepot
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Mandat
from fce.sources import registre
from fce.sources.declaration import Source

from . import jetons
from .erreurs import DepotInterdit

_FINI: Final = "Votre mandat de dépôt a pris fin pendant l’envoi : rien n’en a été gardé."


@dataclass(frozen=True, slots=True)
class Responsable:
    """A data officer during one request. ``par``: opaque identifier of the account; ``producteurs``: producer codes of
    the mandates."""

    par: str
    producteurs: frozenset[str]


Deposant = JetonDepot | Responsable


def couvre(deposant: Deposant, source: Source) -> bool:
    if isinstance(deposant, JetonDepot):
        return jetons.couvre(deposant, source)
    return source.producteur.code in deposant.producteurs


def sources_de(deposant: Deposant) -> list[Source]:
    return [source for source in registre.toutes() if couvre(deposant, source)]


def producteurs_de(deposant: Deposant) -> frozenset[str]:
    return frozenset({deposant.producteur}) if isinstance(deposant, JetonDepot) else deposant.producteurs


def envoi(deposant: Deposant) -> dict[str, Any]:
    return {"jeton": deposant, "par": ""} if isinstance(deposant, JetonDepot) else {"jeton": None, "par": deposant.par}


def a_envoye(deposant: Deposant, depot: Depot) -> bool:
    if isinstance(deposant, JetonDepot):
        return depot.jeton_id == deposant.pk
    return depot.par == deposant.par


def nommer(deposant: Deposant) -> str:
    return nommer_l_envoi(deposant.pk, "") if isinstance(deposant, JetonDepot) else nommer_l_envoi(None, deposant.par)


def nommer_l_envoi(jeton: int | None, par: str) -> str:
    return f"jeton n° {jeton}" if jeton is not None else f"compte {par}"


def confirmer(deposant: Deposant, source: Source) -> None:
    """Check again, after a reception that may have lasted an hour, that the sender may deposit.

    Raises NonAuthentifie (token revoked or expired meanwhile), DepotInterdit (mandate ended, account disabled).
    """
    if isinstance(deposant, JetonDepot):
        jetons.verifier_validite(JetonDepot.objects.get(pk=deposant.pk))
        return
    en_cours = Mandat.objects.filter(
        compte_id=int(deposant.par.removeprefix("c")),
        compte__desactive_le=None,
        role=Mandats.DEPOT,
        perimetre=source.producteur.code,
        fin=None,
    )
    if not en_cours.exists():
        raise DepotInterdit(_FINI)
