"""Changes of connecting institutions, each with its event."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from fce.droits.comptes.evenements import noter
from fce.service.portail.models import EtapeRaccordement, Raccordement
from fce.service.portail.rejoindre.etapes import EtatEtape, GenreEtape
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte import paris


def ecrire_raccordement(raccordement: Raccordement | None, *, par: str, **dits: Any) -> Raccordement:
    """Create (None, with all its steps) or edit an institution. ``dits``: its fields."""
    with ecriture():
        ecrit = raccordement or Raccordement()
        for champ, valeur in dits.items():
            setattr(ecrit, champ, valeur)
        ecrit.save()
        if raccordement is None:
            EtapeRaccordement.objects.bulk_create(EtapeRaccordement(raccordement=ecrit, etape=e) for e in GenreEtape)
        noter(par, "raccordement_ecrit", f"raccordement-{ecrit.pk}", apres={"publie": ecrit.publie})
    return ecrit


def modifier_etape(
    raccordement: Raccordement, etape: GenreEtape, *, etat: EtatEtape, le: date | None, precision: str, par: str
) -> None:
    """Set the progress of a step. Raises ParametreInvalide when a done step has no day or a future one, when a future
    step has a day, and for the publication step, which the catalogue proves."""
    if etape is GenreEtape.PUBLICATION:
        raise ParametreInvalide(
            "La publication se constate, quand un jeu du producteur est en place : elle ne se note pas."
        )
    if etat == EtatEtape.FAITE and (le is None or le > paris.aujourd_hui()):
        raise ParametreInvalide("Une étape faite porte le jour où elle l’a été, aujourd’hui au plus tard.")
    if etat == EtatEtape.A_VENIR and le is not None:
        raise ParametreInvalide("Une étape à venir n’a pas encore de date.")
    with ecriture():
        EtapeRaccordement.objects.filter(raccordement=raccordement, etape=etape).update(
            etat=etat, le=le, precision=precision.strip()
        )
        Raccordement.objects.filter(pk=raccordement.pk).update(modifie_le=timezone.now())
        noter(
            par,
            "raccordement_avance",
            f"raccordement-{raccordement.pk}",
            apres={"etape": str(etape), "etat": str(etat)},
        )
