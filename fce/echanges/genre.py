"""Declarative model of a kind of exchange: actions, who may do each, in which states, sentences and mails.

Each kind declares itself in its ``genre.py``. This module applies an action to a locked row, writes its history,
detects conflicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from fce.echanges.erreurs import Concurrence, GesteImpossible


@dataclass(frozen=True, slots=True)
class Geste:
    """An action on an exchange.

    ``depuis``: states that allow it; ``vers``: resulting state, None if unchanged. ``de``: roles that may do it, empty
    for a job. ``fait``, ``dit``: code and sentence shown once done. ``etape``: label in the history. ``previent``:
    {recipient: sentence of the mail}.
    """

    depuis: frozenset[str]
    vers: str | None = None
    de: frozenset[str] = frozenset()
    fait: str = ""
    dit: str = ""
    etape: str = ""
    previent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GenreEchange:
    """A kind of exchange. ``clos``: closed states, since ``close_le``; ``suit``: columns recorded by a step, before and
    after; ``inconnu``: answer for a number that is unknown or closed to the reader."""

    gestes: Mapping[str, Geste]
    clos: frozenset[str]
    suit: tuple[str, ...] = ()
    inconnu: str = ""

    @property
    def phrases(self) -> dict[str, str]:
        """{code: sentence} shown once an action is done."""
        return {geste.fait: geste.dit for geste in self.gestes.values() if geste.fait}

    def possibles(self, etat: str) -> frozenset[str]:
        """Actions allowed in a state."""
        return frozenset(nom for nom, geste in self.gestes.items() if etat in geste.depuis)

    def suivant(self, etat: str, geste: str) -> str:
        """State after an action. Raises GesteImpossible when the state does not allow it."""
        declare = self.gestes[geste]
        if etat not in declare.depuis:
            raise GesteImpossible(
                "Cela n’est plus possible : l’état a changé entre-temps. Rechargez la page pour voir où elle en est."
            )
        return declare.vers or etat


SANS_VALEUR: Final[Mapping[str, Any]] = {}


def exiger_version(lue: int, en_place: int, quoi: str) -> None:
    """Raise Concurrence when the version changed since it was read. ``quoi``: what the colleague did (« modifié cette
    visite »)."""
    if lue != en_place:
        raise Concurrence(
            f"Un collègue a {quoi} entre-temps : rien n’a été écrasé. Relisez, puis recommencez.", version=en_place
        )


def faire(
    genre: GenreEchange,
    chose: Any,
    geste: str,
    par: str,
    maintenant: datetime,
    valeurs: Mapping[str, Any] = SANS_VALEUR,
) -> None:
    """Apply an action to a locked row: state, values, version, one step of history.

    ``par``: opaque identifier of the author. Raises GesteImpossible.
    """
    etat = genre.suivant(chose.etat, geste)
    avant = photographier(genre, chose)
    if etat != chose.etat:
        chose.close_le = maintenant if etat in genre.clos else None
    for nom, valeur in {**valeurs, "etat": etat}.items():
        setattr(chose, nom, valeur)
    chose.version += 1
    chose.save()
    if genre.suit:
        noter(genre, chose, geste, par, avant)


def noter(
    genre: GenreEchange,
    chose: Any,
    geste: str,
    par: str,
    avant: Mapping[str, Any] = SANS_VALEUR,
    **autres: Any,
) -> None:
    """Write a step of history (``models.commun.EtapeEchange``): the differences from ``avant``, and ``autres``."""
    apres = photographier(genre, chose)
    changes = [nom for nom in sorted(apres) if avant.get(nom) != apres[nom]]
    chose.evenements.create(
        par=par,
        geste=geste,
        avant={nom: avant[nom] for nom in changes if nom in avant},
        apres={nom: apres[nom] for nom in changes} | autres,
    )


def photographier(genre: GenreEchange, chose: Any) -> dict[str, Any]:
    """Columns of a row followed by the history, as JSON values."""
    lues = {nom: getattr(chose, nom) for nom in genre.suit}
    return {nom: valeur.isoformat() if isinstance(valeur, date) else valeur for nom, valeur in lues.items()}
