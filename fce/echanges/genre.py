"""Applies an action of an exchange to a locked row, writes its history, detects conflicts. Each kind of exchange
declares its machine (``socle.base.transitions``) in its ``genre.py``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from fce.echanges.erreurs import Concurrence
from fce.socle.base.transitions import G, Machine

SANS_VALEUR: Final[Mapping[str, Any]] = {}


def exiger_version(connue: int, en_place: int, quoi: str) -> None:
    """Raise Concurrence when the version changed since it was read. ``quoi``: what the colleague did (« modifié cette
    visite »)."""
    if connue != en_place:
        raise Concurrence(
            f"Un collègue a {quoi} entre-temps : rien n’a été écrasé. Relisez, puis recommencez.", version=en_place
        )


def faire(
    machine: Machine[Any, G],
    chose: Any,
    geste: G,
    par: str,
    maintenant: datetime,
    valeurs: Mapping[str, Any] = SANS_VALEUR,
) -> None:
    """Apply an action to a locked row: state, values, version, one step of history.

    ``par``: opaque identifier of the author. Raises GesteImpossible.
    """
    etat = machine.suivant(chose.etat, geste)
    avant = photographier(machine, chose)
    if etat != chose.etat:
        chose.close_le = maintenant if etat in machine.clos else None
    for nom, valeur in {**valeurs, "etat": etat}.items():
        setattr(chose, nom, valeur)
    chose.version += 1
    chose.save()
    if machine.suit:
        noter(machine, chose, geste, par, avant)


def noter(
    machine: Machine[Any, G],
    chose: Any,
    geste: G,
    par: str,
    avant: Mapping[str, Any] = SANS_VALEUR,
    **autres: Any,
) -> None:
    """Write a step of history (``models.commun.EtapeEchange``): the differences from ``avant``, and ``autres``."""
    apres = photographier(machine, chose)
    changes = [nom for nom in sorted(apres) if avant.get(nom) != apres[nom]]
    chose.evenements.create(
        par=par,
        geste=geste,
        avant={nom: avant[nom] for nom in changes if nom in avant},
        apres={nom: apres[nom] for nom in changes} | autres,
    )


def photographier(machine: Machine[Any, Any], chose: Any) -> dict[str, Any]:
    """Columns of a row followed by the history, as JSON values."""
    colonnes = {nom: getattr(chose, nom) for nom in machine.suit}
    return {nom: valeur.isoformat() if isinstance(valeur, date) else valeur for nom, valeur in colonnes.items()}
