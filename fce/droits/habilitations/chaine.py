"""The links between an account and a habilitation: if one is cut, the habilitation opens nothing to the account or to
its programs.

``can`` decides whether the habilitation itself is in force, and what it opens.
"""

from __future__ import annotations

from dataclasses import dataclass

from fce.droits.comptes.mandats import SANS_DONNEES
from fce.socle.texte.identifiants import designe


@dataclass(frozen=True, slots=True)
class Liens:
    """State of the links at this request.

    ``administration``: SIRET of the administration that the account acts for; "" for a disabled account, a private
    person or a contractor. ``organisation``: SIREN or SIRET that holds the habilitation. ``membre``: present in the
    group and not suspended. ``mandats``: functions of the account in the service. ``decideur``: this account granted
    the habilitation.
    """

    administration: str
    organisation: str
    organisation_ouverte: bool
    groupe_ouvert: bool
    membre: bool
    mandats: frozenset[str] = frozenset()
    decideur: bool = False


def tient(liens: Liens) -> bool:
    """Whether no link is cut; otherwise the habilitation opens nothing to this reader or to his programs."""
    return (
        designe(liens.organisation, liens.administration)
        and liens.organisation_ouverte
        and liens.groupe_ouvert
        and liens.membre
        and SANS_DONNEES.isdisjoint(liens.mandats)
        and not liens.decideur
    )
