"""What the pages of the room read."""

import re
from collections.abc import Iterable, Sequence

from fce.comptes.models import Compte, Mandat, Session


def mandats_de(compte: Compte) -> dict[str, list[str]]:
    """{role: perimeters} in force, read once per request on the account that it carries."""
    if "_mandats" not in compte.__dict__:
        retenir_mandats(compte, Mandat.objects.filter(compte=compte, fin=None).values_list("role", "perimetre"))
    trouves: dict[str, list[str]] = compte.__dict__["_mandats"]
    return trouves


def retenir_mandats(compte: Compte, couples: Iterable[Sequence[str]]) -> None:
    """Keep on the account, for this request, the mandates that were read with it: (role, perimeter) pairs."""
    tenus: dict[str, list[str]] = {}
    for role, perimetre in couples:
        tenus.setdefault(role, []).append(perimetre)
    compte.__dict__["_mandats"] = tenus


def sessions_de(compte: Compte) -> list[Session]:
    """Sessions of an account, the latest first."""
    return list(Session.objects.filter(compte=compte).order_by("-vue_le"))


def compte_identifie(identifiant: str) -> Compte | None:
    """The account of an opaque identifier (« c12 »), None for anything else, or when it is gone."""
    if not re.fullmatch(r"c[0-9]{1,18}", identifiant):
        return None
    return Compte.objects.filter(pk=int(identifiant[1:])).first()


def comptes_designes(designation: str) -> list[Compte]:
    """Accounts of an exact e-mail, or of an opaque identifier (« c12 »); nobody is found by a part of a name."""
    designation = designation.strip().lower()
    if (trouve := compte_identifie(designation)) is not None:
        return [trouve]
    if "@" not in designation or "\x00" in designation:
        return []
    return list(Compte.objects.filter(courriel=designation[:320]).order_by("id")[:20])
