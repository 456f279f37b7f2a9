"""Volume limits (``FCE_VOLUMES``): companies whose restricted data an agent, or all the programs of a service, may read
in a sliding window."""

import functools
import re
from dataclasses import dataclass

from fce.socle.erreurs import ConfigurationInvalide
from fce.socle.texte.formats import nombre, pluriel

_LIMITE = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,6})")
_UNITES = ((604_800, "semaine"), (86_400, "jour"), (3_600, "heure"))


@dataclass(frozen=True, slots=True)
class LimiteVolume:
    """At most ``poids`` companies in any window of ``secondes``."""

    poids: int
    secondes: int


@functools.cache
def lire_limites(texte: str) -> tuple[LimiteVolume, ...]:
    """Parse a setting such as ``200/600,2400/86400``; empty gives no limit. Raises ConfigurationInvalide."""
    limites = []
    for partie in filter(None, (p.strip() for p in texte.split(","))):
        if not (trouve := _LIMITE.fullmatch(partie)):
            raise ConfigurationInvalide(
                f"FCE_VOLUMES s’écrit « entreprises/secondes », séparés par des virgules, pas « {partie} »."
            )
        limites.append(LimiteVolume(int(trouve[1]), int(trouve[2])))
    return tuple(limites)


def la_plus_longue(limites: tuple[LimiteVolume, ...]) -> tuple[LimiteVolume, ...]:
    """The limit with the longest window, alone; none without limits."""
    return tuple(sorted(limites, key=lambda limite: limite.secondes)[-1:])


def fermeture(limites: tuple[LimiteVolume, ...], entreprises: int) -> str:
    """Return how long a file of so many companies, which only the longest limit bounds, leaves its reader without
    restricted data ("1 jour"); "" when it reaches no shorter limit."""
    courtes = [x.secondes for x in limites if x not in la_plus_longue(limites) and entreprises >= x.poids]
    return duree(max(courtes)) if courtes else ""


def duree(secondes: int) -> str:
    """Return a duration in French, rounded up: "10 minutes", "1 heure", "45 secondes"."""
    for unite, nom in _UNITES:
        if secondes >= unite and secondes % unite == 0:
            return pluriel(secondes // unite, nom)
    if secondes < 60:
        return pluriel(secondes, "seconde")
    heures, minutes = divmod(-(-secondes // 60), 60)
    if not heures:
        return pluriel(minutes, "minute")
    return f"{nombre(heures)} h {minutes:02d}" if minutes else pluriel(heures, "heure")


def phrase(limite: LimiteVolume, demande: int, attente: int | None, *, partage: bool = False) -> str:
    """Return why an answer is refused and what to do. ``attente``: seconds, None when the request alone is too large.
    ``partage``: the programs of a service share the limit."""
    plafond = f"{pluriel(limite.poids, 'entreprise')} en {duree(limite.secondes)}"
    if attente is None:
        return (
            f"Cette demande porte sur {pluriel(demande, 'entreprise')} ; la consultation de données réservées est "
            f"limitée à {plafond}. Réduisez-la."
        )
    qui = "Les programmes de votre service ont" if partage else "Vous avez"
    return (
        f"{qui} consulté les données réservées de beaucoup d’entreprises : la limite est de {plafond}. "
        f"Réessayez dans {duree(attente)}. Les données ouvertes restent accessibles."
    )
