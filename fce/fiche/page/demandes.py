"""The open questions between the reader's service and others about a unit, one line each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from fce.echanges.demandes.genre import EtatSaisine
from fce.echanges.sur_la_fiche import DemandeDeFiche
from fce.fiche.formes.contenu import Fiche
from fce.socle.texte.formats import jour


@dataclass(frozen=True, slots=True)
class LigneDemande:
    """``role``: received or sent; ``service``: the other one; ``quand``: deadline, "" when no answer is awaited."""

    titre: str
    lien: str
    role: str
    service: str
    etat: str
    quand: str
    retard: bool


def _etat(demande: DemandeDeFiche) -> str:
    """State of a question, or that its asker has an answer to read."""
    if demande.etat is EtatSaisine.REPONDUE and not demande.recue and demande.repondue_le:
        return f"réponse reçue le {jour(demande.repondue_le)}"
    return str(demande.etat.label)


def demandes(fiche: Fiche, aujourd_hui: date) -> dict[str, Any]:
    """The questions read for this reader, and how many are late; nothing for other readers."""
    lignes = tuple(
        LigneDemande(
            f"Demande – {d.objet}",
            reverse("echanges:demande", args=[d.numero]),
            "reçue de" if d.recue else "envoyée à",
            d.autre,
            _etat(d),
            f"avant le {jour(d.limite)}" if d.limite else "",
            d.limite is not None and d.limite < aujourd_hui,
        )
        for d in fiche.apercu.echanges.demandes
    )
    return {"demandes": lignes, "demandes_en_retard": sum(ligne.retard for ligne in lignes)}
