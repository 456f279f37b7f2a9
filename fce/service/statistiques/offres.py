"""What the figures of the service offer to the pages of the other rooms: they count events, and are open data."""

from __future__ import annotations

from typing import Final

from fce.service.statistiques.collecte import noter
from fce.service.statistiques.selectors import chiffres_d_impact
from fce.socle.web.offres import JeuDuService, Offres, PageOuverte, Palier

OFFRES: Final = (
    Offres(
        reglage="FCE_STATISTIQUES",
        evenements=noter,
        impact=chiffres_d_impact,
        pages=(PageOuverte("Le service", "Statistiques", "statistiques:stats"),),
        fil={
            Palier("Statistiques", "statistiques:stats"): (
                "statistiques:csv",
                "statistiques:json",
                "statistiques:schema",
            )
        },
        jeux=(
            JeuDuService(
                nom="usage",
                titre="Usage du service",
                description="Chiffres mensuels de l’usage du service, sous le secret statistique.",
                page="statistiques:stats",
                fichiers={"text/csv": "statistiques:csv", "application/json": "statistiques:json"},
                schema="statistiques:schema",
                frequence="MONTHLY",
            ),
        ),
    ),
)
