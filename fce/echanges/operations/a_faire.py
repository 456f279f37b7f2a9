"""What operations have for an agent to do: a number and a day, no name of an operation nor of a company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.urls import reverse

from fce.comptes.models import Compte
from fce.droits.lecteur import LecteurDeDonnees
from fce.droits.selectors import acteur_de
from fce.echanges.etats import EtatOperation
from fce.echanges.finalite import finalites_offertes
from fce.echanges.models import OperationConjointe
from fce.echanges.objets import OPERATION
from fce.echanges.operations.acces import services_auteurs
from fce.echanges.operations.croisements import croisements_de
from fce.socle import paris
from fce.socle.offres import Tache


def taches(compte: Compte, aujourd_hui: date) -> Iterator[Tache]:
    """Operations to prepare, for their members; to close, and crossings to read, for who leads them.

    Shown to a session with a second factor. The purpose is asked for on the page: here each that would do
    is taken as said.
    """
    if not compte.agent:
        return
    siennes = OperationConjointe.objects.filter(
        etat=EtatOperation.PREPARATION,
        participations__service__appartenances__compte=compte,
        participations__service__appartenances__fin=None,
        participations__service__appartenances__suspendue_le=None,
    ).distinct()
    operations = {o: set(o.participations.values_list("service", flat=True)) for o in siennes}
    if not operations:
        return
    lecteur = LecteurDeDonnees(acteur_de(compte, mfa=True))
    services = frozenset[int]().union(
        *(services_auteurs(replace(lecteur, finalite=f.code)) for f in finalites_offertes(lecteur, OPERATION))
    )
    for operation, participants in operations.items():
        if participants & services:
            yield from _taches(operation, operation.coordinateur_id in services, aujourd_hui)


def _taches(operation: OperationConjointe, coordonnee: bool, aujourd_hui: date) -> Iterator[Tache]:
    page = reverse("echanges:operation", args=[operation.pk])
    if operation.jour >= aujourd_hui:
        yield Tache("Préparer l’opération", page, f"Opération n° {operation.pk}", avant_le=operation.jour)
    elif coordonnee:
        precision = f"Opération n° {operation.pk} : son bilan est à écrire"
        yield Tache("Clore l’opération", page, precision, depuis_le=operation.jour)
    if coordonnee and (croises := croisements_de(operation)):
        depuis = paris.jour_de(min(c.depuis for c in croises))
        yield Tache("Lire un croisement", f"{page}#croisements", f"Opération n° {operation.pk}", depuis_le=depuis)
