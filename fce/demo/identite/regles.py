"""Differences between ProConnect and FranceConnect: parameters, scopes, levels, durations. Data only.

Sources: partner documentation and server code of both (proconnect-gouv/federation, france-connect/sources).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fce.demo.identite.personnages import AGENTS, PARTICULIERS, Personnage

MFA: Final = ("eidas0-mfa", "eidas1-mfa", "eidas2", "eidas3")
_COMMUNS: Final = frozenset({
    "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "acr_values", "claims", "prompt",
    "idp_hint", "login_hint",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Regles:
    """Rules of one issuer. ``scopes``: {scope: claim}. Lengths in characters, durations in seconds."""

    cle: str
    titre: str
    personnages: tuple[Personnage, ...]
    parametres: frozenset[str]
    scopes: Mapping[str, str]
    state_min: int
    nonce_min: int
    duree_code: int
    duree_jeton: int
    niveaux: tuple[str, ...]
    # FranceConnect requires ``acr_values`` and always returns the level; ProConnect returns it when ``claims`` names
    # it.
    niveau_obligatoire: bool
    # Pairwise identifiers (OpenID Connect Core §8.1).
    sujet_par_service: bool


PROCONNECT: Final = Regles(
    cle="proconnect",
    titre="ProConnect",
    personnages=AGENTS,
    parametres=_COMMUNS | {"siret_hint", "response_mode", "code_challenge", "code_challenge_method"},
    scopes={
        "openid": "sub", "given_name": "given_name", "usual_name": "usual_name", "email": "email", "uid": "uid",
        "siret": "siret", "idp_id": "idp_id", "roles": "roles", "organization_label": "organization_label",
    },
    state_min=32,
    nonce_min=32,
    duree_code=60,
    duree_jeton=3600,
    niveaux=("eidas0", "eidas1", *MFA),
    niveau_obligatoire=False,
    sujet_par_service=False,
)  # fmt: skip
FRANCECONNECT: Final = Regles(
    cle="franceconnect",
    titre="FranceConnect",
    personnages=PARTICULIERS,
    parametres=_COMMUNS,
    scopes={"openid": "sub", "given_name": "given_name", "family_name": "family_name", "email": "email"},
    state_min=22,
    nonce_min=22,
    duree_code=30,
    duree_jeton=60,
    niveaux=("eidas1",),
    niveau_obligatoire=True,
    sujet_par_service=True,
)


def revendications(personnage: Personnage) -> dict[str, Any]:
    """Return a person's claims, except those of the protocol."""
    dites: dict[str, Any] = {"given_name": personnage.prenom, "email": personnage.email}
    if personnage.administration is None:
        return {**dites, "family_name": personnage.nom}
    return {
        **dites,
        "usual_name": personnage.nom,
        "uid": personnage.cle,
        "siret": personnage.administration.siret,
        "organization_label": personnage.administration.nom,
        "idp_id": "00000000-0000-4000-8000-000000000001",
        "roles": list(personnage.roles),
    }


def niveau(demandes: tuple[str, ...], permis: tuple[str, ...]) -> tuple[str, list[str]]:
    """Return (acr, amr): the first requested level with a second factor, else none."""
    fort = next((n for n in demandes if n in permis and n in MFA), None)
    if fort is not None:
        return "eidas1-mfa" if "eidas1-mfa" in demandes else fort, ["pwd", "otp", "mfa"]
    return "eidas1", ["pwd"]
