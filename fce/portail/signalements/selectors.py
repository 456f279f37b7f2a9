"""What the pages of reports read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fce.comptes.models import Compte
from fce.fiche.blocs import AUTRES
from fce.portail.dirigeant.selectors import dirige, noms
from fce.portail.models import Signalement
from fce.socle.erreurs import Introuvable
from fce.sources import registre
from fce.sources.rubriques import TITRES

RUBRIQUES: Final = {**TITRES, AUTRES: "Autre chose"}


def proposees() -> dict[str, str]:
    """Chapters that a sheet has, and « Autre chose »: one without any source is not asked about."""
    presentes = {source.rubrique for source in registre.toutes()} | {"identite", "etablissements", AUTRES}
    return {code: titre for code, titre in RUBRIQUES.items() if code in presentes}


@dataclass(frozen=True, slots=True)
class Vu:
    """A report, the name of its company as everyone sees it, the titles of its rubrique and of its source."""

    signalement: Signalement
    nom: str
    rubrique: str
    source: str


def peut_signaler(compte: Compte, siren: str) -> bool:
    """An agent on any sheet; a private person on those of the companies that she heads."""
    return compte.agent or dirige(compte, siren)


def vus(signalements: Iterable[Signalement]) -> list[Vu]:
    """Reports as they are shown. One query for the names."""
    lus = list(signalements)
    connus = noms(s.siren for s in lus)
    return [
        Vu(s, connus.get(s.siren, ""), RUBRIQUES.get(s.rubrique, s.rubrique), titre_de_source(s.source)) for s in lus
    ]


def titre_de_source(nom: str) -> str:
    """Title of a source, "" for none or one that is no longer there."""
    if not nom:
        return ""
    try:
        return registre.source(nom).titre
    except Introuvable:
        return ""


def siens(compte: Compte) -> list[Vu]:
    """The reports of an account, the latest first."""
    return vus(Signalement.objects.filter(auteur=compte.identifiant)[:100])


def signalement(numero: int) -> Signalement:
    """Any of them, for the team. Raises Introuvable."""
    trouve = Signalement.objects.filter(pk=numero).first() if numero < 2**63 else None
    if trouve is None:
        raise Introuvable(f"Aucun signalement n° {numero}.")
    return trouve
