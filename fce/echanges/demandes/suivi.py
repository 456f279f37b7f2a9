"""A step forward of a thread that is held: its new state, what it says, its question closed with the last of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from fce.echanges.etats import (
    EN_ATTENTE,
    PARCOURS_SAISINE,
    EtatDemande,
    GesteSaisine,
    etat_de_la_demande,
    suivant,
)
from fce.echanges.models import Demande, EvenementSaisine, Saisine

PSEUDONYME: Final = "agent"
"""What takes the place of whoever wrote, once a question is closed for long."""
_SUIVIS: Final = ("etat", "attribuee_a_id", "limite", "motif", "utile", "transferee_a_id", "rappels")
"""What a step says before and after."""


def ecrire(saisine: Saisine, geste: GesteSaisine, par: str, valeurs: Mapping[str, Any], maintenant: datetime) -> None:
    """Do a gesture on a thread that is held with its question, and note it. What waits no more has neither limit nor
    reminder. Raises GesteImpossible."""
    etat = suivant(PARCOURS_SAISINE, saisine.etat, geste)
    avant = photographie(saisine)
    for nom, valeur in valeurs.items():
        setattr(saisine, nom, valeur)
    saisine.etat = etat
    if etat not in EN_ATTENTE:
        saisine.limite = saisine.rappel_le = None
    saisine.version += 1
    saisine.save()
    noter(saisine, par, geste, avant)
    _fermer_ou_rouvrir(saisine.demande_id, maintenant)


def noter(saisine: Saisine, par: str, geste: str, avant: Mapping[str, Any]) -> None:
    """Write a step: what differs from ``avant``."""
    apres = photographie(saisine)
    changes = sorted(nom for nom in _SUIVIS if avant.get(nom) != apres[nom])
    EvenementSaisine.objects.create(
        saisine=saisine,
        par=par,
        geste=geste,
        avant={nom: avant[nom] for nom in changes if nom in avant},
        apres={nom: apres[nom] for nom in changes},
    )


def _fermer_ou_rouvrir(numero: int, maintenant: datetime) -> None:
    """A question is closed when the last of its threads is; its retention runs from then."""
    demande = Demande.objects.get(pk=numero)
    etats = demande.saisines.values_list("etat", flat=True)
    close = etat_de_la_demande(etats) is EtatDemande.CLOSE
    if close is (demande.close_le is None):
        demande.close_le = maintenant if close else None
        demande.version += 1
        demande.save(update_fields=["close_le", "version"])


def photographie(saisine: Saisine) -> dict[str, Any]:
    """What a step of a thread tells: its state and what goes with it, as JSON holds it."""
    lues = {nom: getattr(saisine, nom) for nom in _SUIVIS}
    return {nom: valeur.isoformat() if isinstance(valeur, date) else valeur for nom, valeur in lues.items()}
