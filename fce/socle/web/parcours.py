"""Journeys at the end of which readers may give their opinion to the State (« Je donne mon avis », DINUM)."""

from __future__ import annotations

from typing import Final

from django.conf import settings

ADRESSE: Final = "https://jedonnemonavis.numerique.gouv.fr/Demarches/{demarche}?button={bouton}"
PARCOURS: Final[dict[str, tuple[str, ...]]] = {
    "visite": ("visite-annoncee", "visite-tenue", "contact-note"),
    "habilitation": (),
    "signalement": ("signalement-envoye",),
    "depot": ("depot-publie",),
    "demande": ("demande-repondre",),
}
"""{journey: codes of ``faits`` that end it}; those without a code show the button on a page of their own."""
_DES_FAITS: Final = {fait: parcours for parcours, codes in PARCOURS.items() for fait in codes}


def adresse_d_avis(parcours: str) -> str:
    """Return the URL of a journey's opinion form, "" when the settings have no button for it. Raises KeyError for an
    unknown journey."""
    PARCOURS[parcours]
    bouton = settings.FCE_JDMA_BOUTONS.get(parcours, "")
    if not settings.FCE_JDMA_DEMARCHE or not bouton:
        return ""
    return ADRESSE.format(demarche=settings.FCE_JDMA_DEMARCHE, bouton=bouton)


def avis_du_fait(code: str) -> str:
    """Return the URL of the opinion form of the journey that this action ends, "" for none."""
    parcours = _DES_FAITS.get(code)
    return adresse_d_avis(parcours) if parcours else ""
