"""What questions have for an agent to do: a number and a day, nothing of a company."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.urls import reverse

from fce.comptes.models import Compte
from fce.droits.lecteur import LecteurDeDonnees
from fce.droits.selectors import acteur_de
from fce.echanges.demandes import boite
from fce.echanges.demandes.acces import services_a_confirmer
from fce.echanges.etats import EtatSaisine
from fce.echanges.models import Saisine
from fce.socle import paris
from fce.socle.offres import Tache

DITES_MAX: Final = 10
"""Of each kind: the box has them all."""


def taches(compte: Compte, aujourd_hui: date) -> Iterator[Tache]:
    """Questions that nobody of his services has taken, those that he has taken, answers that he waits for.

    Shown to a session with a second factor; the purpose is asked for on the page.
    """
    if not compte.agent:
        return
    services = services_a_confirmer(LecteurDeDonnees(acteur_de(compte, mfa=True)))
    if not services:
        return
    for saisine in boite.en_attente(services, compte)[:DITES_MAX]:
        titre = "Prendre une demande" if saisine.etat == EtatSaisine.ENVOYEE else "Répondre à une demande"
        yield Tache(titre, _page(saisine), f"Demande n° {saisine.demande_id}", avant_le=saisine.limite)
    for saisine in boite.repondues(services, compte)[:DITES_MAX]:
        depuis = paris.jour_de(saisine.repondue_le) if saisine.repondue_le else None
        yield Tache("Lire la réponse, puis clore", _page(saisine), f"Demande n° {saisine.demande_id}", depuis_le=depuis)


def _page(saisine: Saisine) -> str:
    return reverse("echanges:demande", args=[saisine.demande_id])
