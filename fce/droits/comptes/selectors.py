"""Reads of the account pages."""

import re
from collections.abc import Iterable, Sequence

from fce.droits.comptes.models import Compte, Mandat, Session


def mandats_de(compte: Compte) -> dict[str, list[str]]:
    """Return {role: perimeters} of the current mandates, cached on the account for the request."""
    if "_mandats" not in compte.__dict__:
        retenir_mandats(compte, Mandat.objects.filter(compte=compte, fin=None).values_list("role", "perimetre"))
    trouves: dict[str, list[str]] = compte.__dict__["_mandats"]
    return trouves


def retenir_mandats(compte: Compte, couples: Iterable[Sequence[str]]) -> None:
    """Cache on the account the mandates read along with it: (role, perimeter) pairs."""
    tenus: dict[str, list[str]] = {}
    for role, perimetre in couples:
        tenus.setdefault(role, []).append(perimetre)
    compte.__dict__["_mandats"] = tenus


def sessions_de(compte: Compte) -> list[Session]:
    """Return an account's sessions, latest first."""
    return list(Session.objects.filter(compte=compte).order_by("-vue_le"))


def compte_identifie(identifiant: str) -> Compte | None:
    """Return the account of an opaque identifier (« c12 »), None for anything else."""
    if not re.fullmatch(r"c[0-9]{1,18}", identifiant):
        return None
    return Compte.objects.filter(pk=int(identifiant[1:])).first()


def comptes_designes(designation: str) -> list[Compte]:
    """Return the accounts with this exact e-mail or opaque identifier (« c12 »); never searches names."""
    designation = designation.strip().lower()
    if (trouve := compte_identifie(designation)) is not None:
        return [trouve]
    if "@" not in designation or "\x00" in designation:
        return []
    return list(Compte.objects.filter(courriel=designation[:320]).order_by("id")[:20])
