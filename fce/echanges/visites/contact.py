"""From a visit that was announced to the contact that it became."""

from __future__ import annotations

from typing import Any

from fce.droits.lecteur import LecteurDeDonnees
from fce.echanges.models import Interaction, VisiteAnnoncee
from fce.echanges.visites import selectors, services


def depart_d_une_visite(lecteur: LecteurDeDonnees, numero: int) -> dict[str, Any]:
    """What the form of a contact begins with: what its service announced. Raises Introuvable for another's visit."""
    visite = selectors.visite_de(lecteur, numero)
    return {
        "visite": visite.pk,
        "version": visite.version,
        "service": visite.service_id,
        "genre": visite.genre,
        "jour": min(max(visite.debut, lecteur.aujourd_hui), visite.fin, lecteur.aujourd_hui),
        "sirets": list(visite.lieux.values_list("siret", flat=True)),
    }


def tenir_par_contact(lecteur: LecteurDeDonnees, numero: int, version: int, interaction: Interaction) -> VisiteAnnoncee:
    """Say that a visit took place, by the contact that tells it; in the transaction that writes it.

    Raises Introuvable, Concurrence, GesteImpossible, ParametreInvalide.
    """
    return services.tenir(lecteur, selectors.visite_de(lecteur, numero), version, interaction)
