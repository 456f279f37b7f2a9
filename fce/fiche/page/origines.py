"""A line of a card, and the sources of a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fce.fiche.formes.contenu import Fiche, Provenance, ReleveDeSource
from fce.fiche.formes.officiers import DirectionVue
from fce.socle.texte.formats import jour

NOM_COURT: Final = 12


@dataclass(frozen=True, slots=True)
class Paire:
    """A label and its value; ``precision``: smaller text after it; ``lien``: address of what the value counts."""

    titre: str
    valeur: str
    precision: str = ""
    lien: str = ""


def origines(fiche: Fiche, rubrique: str, releves: Sequence[ReleveDeSource | DirectionVue]) -> str:
    """Sources of a card: "Insee, 02/11/2026 – RNE, 31/10/2026, en retard"."""
    provenances = [r.provenance for r in releves]
    if rubrique:
        blocs = [b for r in fiche.rubriques if r.cle == rubrique for b in r.blocs if b.source is None]
        provenances[:0] = [p for b in blocs[:1] for p in b.provenances[:1]]
    dits = [
        ", ".join(filter(None, (court(p), jour(p.date_metier), "en retard" if p.en_retard else "")))
        for p in provenances
    ]
    return " – ".join(dict.fromkeys(dits))


def court(provenance: Provenance) -> str:
    """The system's name when short, else its producer."""
    return provenance.systeme if len(provenance.systeme) <= NOM_COURT else provenance.producteur
