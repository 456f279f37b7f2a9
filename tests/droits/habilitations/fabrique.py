"""Factories of actors, habilitations and sources: each gives a plain case, and the test states the differences."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from fce.droits.habilitations.acteurs import Acteur, GenreActeur, Habilitation
from fce.droits.habilitations.finalites import FINALITES, GROUPES, Droit, Profil
from fce.socle.texte import paris
from tests.droits.comptes.fabrique import SERVICE
from tests.horloge import INSTANT

MIDI = INSTANT.replace(month=6, day=15, hour=10, minute=0)  # noon in Paris, within the habilitation


# The control of labour law as if it opened every group, for tests that are not about purposes.
OUVRE_TOUT = replace(FINALITES["controle-travail"], groupes=frozenset(GROUPES))


@dataclass(frozen=True)
class Acces:
    """Access of a declaration: ``Acces("C2", "emploi")``."""

    classe: Any
    groupe: Any = None
    finalites: Any = None


@dataclass(frozen=True)
class Champ:
    acces: Any = None


@dataclass(frozen=True)
class Source:
    acces: Any
    champs: dict[str, Any] = field(default_factory=dict)
    nom: str = "jeu-essai"

    @property
    def acces_propres(self) -> dict[str, Any]:
        return {nom: champ.acces for nom, champ in self.champs.items() if getattr(champ, "acces", None) is not None}


def habilitation_de(profil: Profil) -> Habilitation:
    """What a profile proposes, as it stands."""
    finalites = tuple(FINALITES[nom] for nom in profil.finalites)
    return habilitation(groupes=profil.groupes, finalites=finalites, droits=profil.droits)


def habilitation(**differences: Any) -> Habilitation:
    """Consult and export the group "emploi" in the département 59, for the control of labour law, this year."""
    annee = paris.aujourd_hui().year
    return Habilitation(
        **{
            "organisation": SERVICE,
            "groupes": frozenset({"emploi"}),
            "finalites": (FINALITES["controle-travail"],),
            "territoire": frozenset({"59"}),
            "droits": frozenset({Droit.CONSULTER, Droit.EXPORTER}),
            "debut": date(annee, 1, 1),
            "fin": date(annee, 12, 31),
            "approbateur": "approbatrice",
            "demandeur": "demandeur",
            **differences,
        }
    )


def agent(*habilitations: Habilitation, **differences: Any) -> Acteur:
    """An agent of the service, signed in with a second factor."""
    return Acteur(
        **{
            "genre": GenreActeur.AGENT,
            "identifiant": "agent-1",
            "siret_administration": SERVICE,
            "habilitations": habilitations,
            "mfa": True,
            **differences,
        }
    )
