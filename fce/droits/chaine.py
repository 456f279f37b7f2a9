"""What holds a reader to a habilitation, link by link. One answer, for who is signed in and for programs alike.

Whether the habilitation itself is in force, and what it opens, is the business of ``can``.
"""

from __future__ import annotations

from dataclasses import dataclass

from fce.comptes.mandats import SANS_DONNEES
from fce.socle.identifiants import designe


@dataclass(frozen=True, slots=True)
class Liens:
    """The links as they are at this very request.

    ``administration``: SIRET of the administration that the account acts for, "" for one that is disabled, of a private
    person or of a contractor. ``organisation``: SIREN or SIRET of the one habilitated. ``membre``: in the group,
    neither out of it nor suspended. ``mandats``: functions of the account in the service. ``decideur``: it is this very
    account that has granted the habilitation.
    """

    administration: str
    organisation: str
    organisation_ouverte: bool
    groupe_ouvert: bool
    membre: bool
    mandats: frozenset[str] = frozenset()
    decideur: bool = False


def tient(liens: Liens) -> bool:
    """Tell whether no link is cut: if one is, the habilitation opens nothing to this reader, nor to his programs."""
    return (
        designe(liens.organisation, liens.administration)
        and liens.organisation_ouverte
        and liens.groupe_ouvert
        and liens.membre
        and SANS_DONNEES.isdisjoint(liens.mandats)
        and not liens.decideur
    )
