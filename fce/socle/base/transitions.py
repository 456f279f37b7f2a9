"""State machines: the states of a kind of object, its actions, who may do each, from which states and to which one.

A room declares one ``Machine`` per kind of object; whoever asks what a state allows asks the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet, TextChoices

from fce.socle.erreurs import FCEError

E = TypeVar("E", bound=TextChoices)
G = TypeVar("G", bound=str)


class EtatIncompatible(FCEError):
    """The state of an object does not allow an action."""

    status = 409
    code = "etat_incompatible"


@dataclass(frozen=True, slots=True)
class Geste:
    """An action.

    ``depuis``: states that allow it, none for the one that creates the object; ``vers``: resulting state, None if
    unchanged. ``de``: roles that may do it, empty for a job. ``fait``, ``dit``: code and sentence shown once done.
    ``etape``: label in the history. ``previent``: {recipient: sentence of the mail}. ``libelle``: of its button.
    ``refus``: end of the sentence that refuses it.
    """

    depuis: frozenset[str] = frozenset()
    vers: str | None = None
    de: frozenset[str] = frozenset()
    fait: str = ""
    dit: str = ""
    etape: str = ""
    previent: Mapping[str, str] = field(default_factory=dict)
    libelle: str = ""
    refus: str = ""


@dataclass(frozen=True, slots=True)
class Machine(Generic[E, G]):
    """The states of a kind of object and its actions; an object starts in the first state.

    ``apres_coup``: actions that still change the state once closed. ``refus``: sentence of a refusal, with ``{etat}``
    for the label of the state, ``{refus}`` for that of the action, ``{attendus}`` for the states that allow it;
    ``erreur``: its class. ``suit``: columns that a step of the history keeps, before and after. ``inconnu``: answer for
    a number that is unknown or closed to the reader. ``objet``: what rights and journal call this kind.
    """

    etats: type[E]
    gestes: Mapping[G, Geste]
    apres_coup: frozenset[G] = frozenset()
    refus: str = "Cela n’est plus possible : l’état a changé entre-temps. Rechargez la page pour voir où elle en est."
    erreur: type[FCEError] = EtatIncompatible
    suit: tuple[str, ...] = ()
    inconnu: str = ""
    objet: Any = None

    @property
    def ouverts(self) -> frozenset[E]:
        """States that an action leads out of, other than ``apres_coup``."""
        return self.depuis(*(g for g, geste in self.gestes.items() if geste.vers and g not in self.apres_coup))

    @property
    def clos(self) -> frozenset[E]:
        return frozenset(self.etats) - self.ouverts

    def depuis(self, *gestes: G) -> frozenset[E]:
        """States that allow one of these actions."""
        return frozenset(etat for etat in self.etats if any(etat in self.gestes[geste].depuis for geste in gestes))

    def possibles(self, etat: str, role: str = "") -> list[G]:
        """Actions that a state allows, in the order of the declaration; those of ``role``, when given."""
        return [g for g, geste in self.gestes.items() if etat in geste.depuis and (not role or role in geste.de)]

    def suivant(self, etat: str, geste: G) -> E:
        """State after an action. Raises ``erreur`` when the state does not allow it."""
        declare, actuel = self.gestes[geste], self.etats(etat)
        if etat not in declare.depuis:
            attendus = ", ".join(f"« {e.label} »" for e in self.etats if e in declare.depuis)
            phrase = self.refus.format(etat=actuel.label, refus=declare.refus, attendus=attendus)
            raise self.erreur(phrase, etat=str(etat))
        return actuel if declare.vers is None else self.etats(declare.vers)

    def passer(self, lignes: QuerySet[Any], geste: G, **valeurs: Any) -> int:
        """Apply an action to those of these rows whose state allows it, in one statement, so that of two at once one
        finds nothing; return how many."""
        declare = self.gestes[geste]
        etat = {} if declare.vers is None else {"etat": declare.vers}
        return lignes.filter(etat__in=declare.depuis).update(**etat, **valeurs)
