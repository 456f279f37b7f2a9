"""Who deposits: a program of a producer, by its token, or a data officer of a producer, by an account and a mandate."""

from dataclasses import dataclass
from typing import Any, Final

from fce.comptes.mandats import Mandats
from fce.comptes.models import Mandat
from fce.imports.models import Depot, JetonDepot
from fce.sources import registre
from fce.sources.declaration import Source

from . import jetons
from .erreurs import DepotInterdit

_FINI: Final = "Votre mandat de dépôt a pris fin pendant l’envoi : rien n’en a été gardé."


@dataclass(frozen=True, slots=True)
class Responsable:
    """A data officer, at this request. ``par``: opaque identifier; ``producteurs``: codes that his mandates name."""

    par: str
    producteurs: frozenset[str]


Deposant = JetonDepot | Responsable


def couvre(deposant: Deposant, source: Source) -> bool:
    """Whether ``source`` is one of those that the depositor answers for."""
    if isinstance(deposant, JetonDepot):
        return jetons.couvre(deposant, source)
    return source.producteur.code in deposant.producteurs


def sources_de(deposant: Deposant) -> list[Source]:
    """The sources that the depositor answers for, by name."""
    return [source for source in registre.toutes() if couvre(deposant, source)]


def producteurs_de(deposant: Deposant) -> frozenset[str]:
    """Codes of the producers in whose name the depositor acts."""
    return frozenset({deposant.producteur}) if isinstance(deposant, JetonDepot) else deposant.producteurs


def envoi(deposant: Deposant) -> dict[str, Any]:
    """The fields of a deposit that say who sends it."""
    return {"jeton": deposant, "par": ""} if isinstance(deposant, JetonDepot) else {"jeton": None, "par": deposant.par}


def a_envoye(deposant: Deposant, depot: Depot) -> bool:
    """Whether it is this very depositor who sent the file."""
    if isinstance(deposant, JetonDepot):
        return depot.jeton_id == deposant.pk
    return depot.par == deposant.par


def nommer(deposant: Deposant) -> str:
    """How the journal of imports names the depositor."""
    return nommer_l_envoi(deposant.pk, "") if isinstance(deposant, JetonDepot) else nommer_l_envoi(None, deposant.par)


def nommer_l_envoi(jeton: int | None, par: str) -> str:
    """How the journal of imports names a sender, from the token or the account that a deposit keeps."""
    return f"jeton n° {jeton}" if jeton is not None else f"compte {par}"


def confirmer(deposant: Deposant, source: Source) -> None:
    """Check, once the file is there, that who sends it still may: receiving may have taken an hour.

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
