"""What the sheet offers to other rooms: links to companies and establishments, actions of every sheet and list."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from fce.droits.comptes.requete import compte_de
from fce.socle.texte.identifiants import est_siren
from fce.socle.web import liens
from fce.socle.web.offres import ActionDeFiche, Offres, PageOuverte


def _fiche(numero: str) -> str:
    return liens.adresse("entreprise" if est_siren(numero) else "etablissement", numero)


def _note(request: HttpRequest, numero: str) -> str | None:
    """For agents; a second factor is asked when it is opened."""
    compte = compte_de(request)
    return f"{_fiche(numero)}/note" if compte is not None and compte.agent else None


OFFRES: Final = (
    Offres(
        liens={
            "entreprise": "fiche:entreprise",
            "etablissement": "fiche:etablissement",
            "finalite": "fiche:finalite",
        },
        actions=(
            ActionDeFiche("Note de préparation", _note, 10, principale=True),
            ActionDeFiche("Toute la fiche sur une page", lambda _, numero: f"{_fiche(numero)}/tout", 40),
            ActionDeFiche("Exporter la fiche (XLSX)", lambda _, numero: f"{_fiche(numero)}/export.xlsx", 50),
        ),
        pages=(PageOuverte("Aide et contact", "L’ordre de gravité de l’historique", "fiche:gravite"),),
    ),
)
