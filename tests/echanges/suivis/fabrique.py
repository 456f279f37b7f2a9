"""Followed units, successive versions, and the jobs they queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.donnees.imports.models import VersionEnPlace
from fce.droits.comptes.models import Compte
from fce.echanges import tasks
from fce.echanges.models import AlerteSuivi, Suivi
from fce.echanges.suivis import annonces, courriels, services
from fce.echanges.suivis.alertes import noter_les_changements
from fce.echanges.unites import UniteVisee
from tests.donnees.entreprises import fabrique as f

SIREN = f.siren_no(1)
SIRET = f.siret_no(SIREN)
TRAVAUX = {
    annonces.TACHE_IMPORT: tasks.noter_les_alertes_d_un_import,
    annonces.TACHE_RETRAIT: tasks.retirer_les_alertes_d_un_import,
    annonces.TACHE_CONTACT: tasks.noter_les_alertes_d_un_contact,
    annonces.TACHE_VISITE: tasks.noter_les_alertes_d_une_visite,
    courriels.TACHE_ALERTES: tasks.ecrire_les_alertes,
}


def suivre(compte: Compte, numero: str = SIREN) -> Suivi:
    return services.ajouter_suivi(compte, UniteVisee(numero, "ENTREPRISE"))


def il_y_a(jours: int) -> date:
    return timezone.localdate() - timedelta(days=jours)


def sirene(siren: str = SIREN, **champs: Any) -> None:
    f.unites(f.unite(siren, denomination="MINOTERIE"))
    f.lieux(f.lieu(siren, **{"code_commune": "59350", "libelle_commune": "LILLE", **champs}))


def passer(source: str, avant: Iterable[Mapping[str, Any]], apres: Iterable[Mapping[str, Any]]) -> tuple[int, int]:
    """Put two versions in place: (number of the second, of the first)."""
    f.charger(source, avant)
    depuis = VersionEnPlace.objects.get(source=source).en_place_id
    f.charger(source, apres)
    return VersionEnPlace.objects.get(source=source).en_place_id, depuis


def comparer(source: str, avant: Iterable[Mapping[str, Any]], apres: Iterable[Mapping[str, Any]]) -> int:
    """Also write the alerts; return their number."""
    return noter_les_changements(source, *passer(source, avant, apres))


def pse(siren: str = SIREN, numero: str = "PSE1", **champs: Any) -> dict[str, Any]:
    return {"numero": numero, "type": "PSE", "siren": siren, "date_enregistrement": il_y_a(10)} | champs


def dites(compte: Compte) -> list[tuple[str, str]]:
    """(code, SIRET, or SIREN without one) of the alerts of an account."""
    siennes = AlerteSuivi.objects.filter(suivi__compte=compte).order_by("code", "siret")
    return [(a.code, a.siret or a.siren) for a in siennes]


def travailler(*taches: str) -> int:
    """Run the waiting jobs in order; return their number."""
    faits = 0
    for travail in ProcrastinateJob.objects.filter(task_name__in=taches or TRAVAUX).order_by("pk"):
        TRAVAUX[travail.task_name](**travail.args)
        faits += 1
    return faits
