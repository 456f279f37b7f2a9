"""A kind of exchange, declared once: its gestures, who may do each, in which states, what is said of it and to whom.

The declaration of each kind is its ``genre.py``. What every kind does with its own is here: a gesture on a row that is
held, the step that its history keeps, the conflict with a colleague.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from fce.echanges.erreurs import Concurrence, GesteImpossible


@dataclass(frozen=True, slots=True)
class Geste:
    """Something that may be done with an exchange.

    ``depuis``: the states that allow it; ``vers``: the state that it leads to, None to stay. ``de``: the parts in the
    exchange of those who may do it, none when time alone does. ``fait``, ``dit``: code and sentence of what the page
    says once it is done. ``etape``: as the history names it. ``previent``: {who is written to: sentence of the mail}.
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
    """A kind of exchange. ``clos``: the states in which it is closed, since ``close_le``; ``suit``: the columns that
    a step keeps, before and after; ``inconnu``: what is answered for a number that the reader may not open, whether it
    exists or not."""

    gestes: Mapping[str, Geste]
    clos: frozenset[str]
    suit: tuple[str, ...] = ()
    inconnu: str = ""

    @property
    def phrases(self) -> dict[str, str]:
        """{code: sentence} of what the pages say once a gesture is done."""
        return {geste.fait: geste.dit for geste in self.gestes.values() if geste.fait}

    def possibles(self, etat: str) -> frozenset[str]:
        """The gestures that a state allows."""
        return frozenset(nom for nom, geste in self.gestes.items() if etat in geste.depuis)

    def suivant(self, etat: str, geste: str) -> str:
        """The state that a gesture leads to. Raises GesteImpossible when it may not be done in this state."""
        declare = self.gestes[geste]
        if etat not in declare.depuis:
            raise GesteImpossible(
                "Cela n’est plus possible : l’état a changé entre-temps. Rechargez la page pour voir où elle en est."
            )
        return declare.vers or etat


SANS_VALEUR: Final[Mapping[str, Any]] = {}


def exiger_version(lue: int, en_place: int, quoi: str) -> None:
    """Raise Concurrence when something was written since it was read. ``quoi``: what the colleague did (« modifié cette
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
    """Do a gesture on a row that is held: its new state and values, its next version, one step of its history.

    ``par``: opaque identifier of who does it. Raises GesteImpossible.
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
    """Write a step of the history (``models.commun.EtapeEchange``): what differs from ``avant``, and ``autres``."""
    apres = photographier(genre, chose)
    changes = [nom for nom in sorted(apres) if avant.get(nom) != apres[nom]]
    chose.evenements.create(
        par=par,
        geste=geste,
        avant={nom: avant[nom] for nom in changes if nom in avant},
        apres={nom: apres[nom] for nom in changes} | autres,
    )


def photographier(genre: GenreEchange, chose: Any) -> dict[str, Any]:
    """What the history follows of a row, as JSON holds it."""
    lues = {nom: getattr(chose, nom) for nom in genre.suit}
    return {nom: valeur.isoformat() if isinstance(valeur, date) else valeur for nom, valeur in lues.items()}
