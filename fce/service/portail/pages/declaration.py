"""The accessibility declaration, computed from the latest audit (``audits/<day>.json``) and the grid.

The file gives date, auditor, pages and exemptions; the grid gives, for each of the 106 RGAA criteria: conform (C), not
conform (NC), not applicable (NA) or not tested (NT).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from fce.service.portail.pages.grille import CRITERES, etats_de_la_grille

_AUDITS: Final = Path(__file__).parent / "audits"
_MOITIE: Final = 0.5
_ANS_VALABLES: Final = 3


class Declaration(NamedTuple):
    """Content of the declaration. ``etats``: {C, NC, NA, NT: number of criteria}."""

    le: date
    auditeur: str
    referentiel: str
    pages: tuple[str, ...]
    derogations: tuple[str, ...]
    etats: Mapping[str, int]
    non_conformes: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every criterion was tested, as an audit requires."""
        return not self.etats["NT"]

    @property
    def taux(self) -> float | None:
        """Share of applicable criteria that are conform, None when none was tested."""
        applicables = self.etats["C"] + self.etats["NC"]
        return self.etats["C"] / applicables if applicables else None

    @property
    def etat(self) -> str:
        """State in the words of the décret 2019-768: « non », « partiellement » or « totalement conforme »."""
        if not self.complete or self.taux is None or self.taux < _MOITIE:
            return "non conforme"
        return "partiellement conforme" if self.etats["NC"] else "totalement conforme"

    @property
    def mention(self) -> str:
        """Legal mention at the foot of every page."""
        return f"Accessibilité : {self.etat}"

    @property
    def valable_jusqu_au(self) -> date:
        """Three years after the audit."""
        # 29 February has no anniversary.
        return date(self.le.year + _ANS_VALABLES, self.le.month, min(self.le.day, 28))


@cache
def declaration_en_vigueur() -> Declaration:
    """Return the declaration of the latest audit. Raises FileNotFoundError without any audit."""
    fichiers = sorted(_AUDITS.glob("*.json"))
    if not fichiers:
        raise FileNotFoundError("aucun audit d’accessibilité")
    audit = json.loads(fichiers[-1].read_text(encoding="utf-8"))
    return lire_audit(audit | {"criteres": etats_de_la_grille()})


def lire_audit(audit: Mapping[str, Any]) -> Declaration:
    """Return the declaration of an audit. Raises ValueError for a missing criterion or an unknown state."""
    criteres: Mapping[str, str] = audit["criteres"]
    if set(criteres) != set(CRITERES) or not set(criteres.values()) <= {"C", "NC", "NA", "NT"}:
        raise ValueError("un audit dit l’état de chacun des 106 critères, et d’eux seuls")
    comptes = Counter(criteres.values())
    return Declaration(
        date.fromisoformat(audit["date"]),
        audit["auditeur"],
        audit["referentiel"],
        tuple(audit["pages"]),
        tuple(audit["derogations"]),
        {etat: comptes[etat] for etat in ("C", "NC", "NA", "NT")},
        tuple(c for c in CRITERES if criteres[c] == "NC"),
    )


def contexte(_: object) -> dict[str, str]:
    """Context processor: ``mention_accessibilite``."""
    return {"mention_accessibilite": declaration_en_vigueur().mention}
