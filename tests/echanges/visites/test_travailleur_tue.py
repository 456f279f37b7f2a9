"""A real worker killed in the middle of what it tells: nobody is left with an agreement that no longer holds, nobody is
told twice."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.echanges.courriels import TACHE_SERVICE
from fce.echanges.models import ReponseCroisement, VisiteAnnoncee
from fce.echanges.visites import services
from fce.echanges.visites.croisees import TACHE_CROISER
from fce.echanges.visites.devenir import TACHE_CHANGEMENT
from tests.donnees.imports.travaux.processus import attendre, lancer
from tests.echanges.travaux import derouler
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.test_visite_commune import Scene, annoncer

pytestmark = [pytest.mark.epreuve, pytest.mark.django_db(transaction=True)]
GRAINE, TUES = 38, 2
SANS_SERVEUR = {"FCE_COURRIEL": "smtp://127.0.0.1:9"}
"""Mails stay queued, to be counted."""


def en_file(tache: str) -> int:
    return ProcrastinateJob.objects.filter(task_name=tache).exclude(status="succeeded").count()


def tuer_puis_finir(tache: str, alea: Random, donnees: Path) -> None:
    """Kill a worker a moment after it takes a job, ``TUES`` times if any is left; then let one finish."""
    reglages = {"FCE_DATA_DIR": str(donnees), **SANS_SERVEUR}
    for _ in range(TUES):
        ProcrastinateJob.objects.filter(task_name=tache).update(scheduled_at=None)
        travailleur = lancer(reglages=reglages, silence=1)
        attendre(lambda: not ProcrastinateJob.objects.filter(task_name=tache, status="todo").exists(), travailleur)
        time.sleep(alea.uniform(0, 0.05))
        travailleur.kill()
        travailleur.communicate()
        time.sleep(1.5)
    dernier = lancer(reglages=reglages, silence=1)
    try:
        attendre(lambda: not en_file(tache), dernier)
    finally:
        dernier.kill()
        dernier.communicate()


@pytest.mark.parametrize("tour", range(2))
def test_e1_whoever_agreed_is_told_once_though_workers_are_killed(tour: int, tmp_path: Path) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    scene = Scene(ou, elle, autre, annoncer(elle, ou), annoncer(autre, ou), timezone.now())
    tuer_puis_finir(TACHE_CROISER, Random(GRAINE + tour), tmp_path / "d")
    assert ReponseCroisement.objects.filter(attend_depuis__isnull=False).count() == 2
    assert ProcrastinateJob.objects.filter(task_name=TACHE_SERVICE).count() == 2
    derouler(timezone.now() + timedelta(days=2))
    scene.repondre(elle)
    scene.repondre(autre)
    derouler(timezone.now() + timedelta(days=2))
    ProcrastinateJob.objects.all().delete()
    scene.relire()
    services.renoncer(elle.lecteur, scene.mienne, scene.mienne.version)
    tuer_puis_finir(TACHE_CHANGEMENT, Random(GRAINE - tour), tmp_path / "d")
    assert VisiteAnnoncee.objects.get(pk=scene.mienne.pk).etat == "renoncee"
    assert scene.a_faire(autre) == [f"/visites/{scene.sienne.reference}"]
    courriels = ProcrastinateJob.objects.filter(task_name=TACHE_SERVICE).values_list("args", flat=True)
    assert [(c["service"], c["page"]) for c in courriels] == [(autre.groupe.pk, f"/visites/{scene.sienne.reference}")]
