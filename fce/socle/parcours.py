"""The journeys of the service, at the end of which one may say « Je donne mon avis » to the State (DINUM)."""

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
"""{journey: what was just done (``faits``) at its end}; those without any show their button on a page of their own."""
_DES_FAITS: Final = {fait: parcours for parcours, codes in PARCOURS.items() for fait in codes}


def adresse_d_avis(parcours: str) -> str:
    """Where one says what one thinks of a journey, "" when the settings do not name its button. Raises KeyError for an
    unknown one."""
    PARCOURS[parcours]
    bouton = settings.FCE_JDMA_BOUTONS.get(parcours, "")
    if not settings.FCE_JDMA_DEMARCHE or not bouton:
        return ""
    return ADRESSE.format(demarche=settings.FCE_JDMA_DEMARCHE, bouton=bouton)


def avis_du_fait(code: str) -> str:
    """Where one says what one thinks of the journey that has just ended so, "" for none."""
    parcours = _DES_FAITS.get(code)
    return adresse_d_avis(parcours) if parcours else ""
