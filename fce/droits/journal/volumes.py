"""The limits of volume: companies of which an agent may read restricted data, by sliding windows (``FCE_VOLUMES``)."""

import functools
import re
from dataclasses import dataclass

from fce.socle.erreurs import ConfigurationInvalide
from fce.socle.formats import nombre

_LIMITE = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,6})")
_UNITES = ((604_800, "semaine", "semaines"), (86_400, "jour", "jours"), (3_600, "heure", "heures"))


@dataclass(frozen=True, slots=True)
class Limite:
    """``poids``: companies, at most, in any window of ``secondes``."""

    poids: int
    secondes: int


@functools.cache
def lire(texte: str) -> tuple[Limite, ...]:
    """Limits of a setting such as ``200/600,2400/86400``; none for an empty one. Raises ConfigurationInvalide."""
    limites = []
    for partie in filter(None, (p.strip() for p in texte.split(","))):
        if not (trouve := _LIMITE.fullmatch(partie)):
            raise ConfigurationInvalide(
                f"FCE_VOLUMES s’écrit « entreprises/secondes », séparés par des virgules, pas « {partie} »."
            )
        limites.append(Limite(int(trouve[1]), int(trouve[2])))
    return tuple(limites)


def duree(secondes: int) -> str:
    """A duration as a reader says it, rounded up: "10 minutes", "1 heure", "45 secondes"."""
    for unite, un, plusieurs in _UNITES:
        if secondes >= unite and secondes % unite == 0:
            return f"{secondes // unite} {un if secondes == unite else plusieurs}"
    if secondes < 60:
        return f"{secondes} seconde{'s' if secondes > 1 else ''}"
    minutes = -(-secondes // 60)
    if minutes < 60:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    heures, reste = divmod(minutes, 60)
    return f"{heures} h {reste:02d}" if reste else f"{heures} heure{'s' if heures > 1 else ''}"


def phrase(limite: Limite, demande: int, attente: int | None) -> str:
    """Why an answer is refused, and what to do. ``attente``: seconds, None when the request alone is too large."""
    plafond = f"{nombre(limite.poids)} entreprises en {duree(limite.secondes)}"
    if attente is None:
        return (
            f"Cette demande porte sur {nombre(demande)} entreprises ; la consultation de données réservées est limitée "
            f"à {plafond}. Réduisez-la."
        )
    return (
        f"Vous avez consulté les données réservées de beaucoup d’entreprises : la limite est de {plafond}. "
        f"Réessayez dans {duree(attente)}. Les données ouvertes restent accessibles."
    )
