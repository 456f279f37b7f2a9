"""Real imports: the job is queued in the transaction of the switch, a rollback takes alerts back, a merge that shares
its large table is compared by what differs, a first file tells nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.donnees.imports import services
from fce.donnees.imports.chargement import bascule, fusion
from fce.donnees.imports.chargement.bascule import retablir_les_vues
from fce.donnees.imports.models import Import
from fce.droits.comptes.models import Compte
from fce.echanges.models import AlerteSuivi, RythmeAlertes
from fce.echanges.suivis.annonces import TACHE_IMPORT, TACHE_RETRAIT
from fce.sources import registre
from tests.donnees.imports.chargement import test_flux as flux
from tests.donnees.imports.chargement.outils import effacer
from tests.droits.comptes import fabrique as c
from tests.echanges.suivis import fabrique as s
from tests.sources import fabrique

pytestmark = pytest.mark.django_db(transaction=True)
CONTROLES = registre.source("wikit-controles")
SIRENS = flux.SIRENS[:3]
SIRET = flux.siret(SIRENS[0])


@pytest.fixture(autouse=True)
def _rien_ne_reste() -> Iterator[None]:
    yield
    effacer(CONTROLES, flux.FLUX)
    retablir_les_vues((CONTROLES, *flux.ENSEMBLE))


@pytest.fixture
def elle() -> Compte:
    compte = c.compte()
    s.suivre(compte, SIRENS[0])
    return compte


def importer(dossier: Path, *jours: int) -> Import:
    """A file of controls of the followed establishment, so many days ago each."""
    rangs = [[SIRET, f"{s.il_y_a(jour):%d/%m/%Y}", "UC 1"] for jour in jours]
    texte = fabrique.texte_csv(rangs, list(CONTROLES.colonnes), ";")
    nom = f"controles-{'-'.join(map(str, jours))}.csv"
    return services.importer(CONTROLES, [fabrique.ecrire(dossier, texte, nom)], forcer="essai")


def travaux() -> list[str]:
    noms = ProcrastinateJob.objects.filter(task_name__in=(TACHE_IMPORT, TACHE_RETRAIT)).order_by("pk")
    return list(noms.values_list("task_name", flat=True))


def test_a_first_file_tells_nothing_and_the_next_one_what_it_changes(elle: Compte, tmp_path: Path) -> None:
    importer(tmp_path, 40)
    assert travaux() == []
    second = importer(tmp_path, 40, 10)
    (travail,) = ProcrastinateJob.objects.filter(task_name=TACHE_IMPORT)
    assert (travail.args["vers"], travail.lock) == (second.pk, "alertes:wikit-controles")
    assert s.travailler() == 1
    assert s.dites(elle) == [("controle", SIRET)]
    assert s.travailler() == 1
    assert s.dites(elle) == [("controle", SIRET)]


def test_an_import_that_changes_nothing_followed_or_is_refused_queues_no_alert(elle: Compte, tmp_path: Path) -> None:
    importer(tmp_path, 40)
    avant = travaux()
    refuse = fabrique.ecrire(tmp_path, "n'importe quoi", "faux.csv")
    with pytest.raises(Exception, match="colonne"):
        services.importer(CONTROLES, [refuse])
    assert travaux() == avant


def test_a_rollback_takes_back_what_no_mail_counted_and_forward_again_tells_it_again(
    elle: Compte, tmp_path: Path
) -> None:
    importer(tmp_path, 40)
    importer(tmp_path, 40, 10)
    s.travailler()
    services.revenir(CONTROLES)
    assert travaux() == [TACHE_IMPORT, TACHE_RETRAIT]
    s.travailler(TACHE_RETRAIT)
    assert s.dites(elle) == []
    # The first job, killed and run again after the rollback, tells nothing of what was undone.
    s.travailler(TACHE_IMPORT)
    assert s.dites(elle) == []
    services.revenir(CONTROLES)
    assert travaux() == [TACHE_IMPORT, TACHE_RETRAIT, TACHE_IMPORT]
    s.travailler(TACHE_IMPORT)
    assert s.dites(elle) == [("controle", SIRET)]


def test_an_alert_of_a_mail_that_left_is_not_told_again_after_a_rollback(elle: Compte, tmp_path: Path) -> None:
    importer(tmp_path, 40)
    importer(tmp_path, 40, 10)
    s.travailler()
    AlerteSuivi.objects.update(lot=1)
    RythmeAlertes.objects.update(lots=1, partis=1)
    services.revenir(CONTROLES)
    services.revenir(CONTROLES)
    s.travailler(TACHE_RETRAIT, TACHE_IMPORT)
    assert [a.lot for a in AlerteSuivi.objects.all()] == [1]


def test_no_switch_no_job(elle: Compte, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies between the moment the job is queued and the end of the transaction."""
    importer(tmp_path, 40)

    def mourir(*_: Any, **__: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as une_fois:
        une_fois.setattr(bascule, "demander", mourir)
        with pytest.raises(SystemExit):
            importer(tmp_path, 40, 10)
    assert travaux() == []
    importer(tmp_path, 40, 10)
    assert travaux() == [TACHE_IMPORT]


def test_two_imports_before_the_job_are_each_compared_with_the_one_before_when_it_is_still_there(
    elle: Compte, tmp_path: Path
) -> None:
    """The oldest generation is gone: what changed then is not guessed; the rest is told."""
    importer(tmp_path, 200)
    importer(tmp_path, 200, 40)
    importer(tmp_path, 200, 40, 10)
    s.travailler()
    assert [(a.code, a.jour) for a in AlerteSuivi.objects.all()] == [("controle", s.il_y_a(10))]


def test_a_closed_room_writes_nothing(elle: Compte, tmp_path: Path, settings: Any) -> None:
    importer(tmp_path, 40)
    importer(tmp_path, 40, 10)
    settings.FCE_ECHANGES = False
    assert s.travailler() == 1
    assert s.dites(elle) == []


@pytest.mark.parametrize("partage", ["copie", "partage"])
def test_the_daily_changes_are_told_whether_the_large_table_is_copied_or_shared(
    partage: str, elle: Compte, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if partage == "partage":
        monkeypatch.setattr(fusion, "LIGNES_MIN", 0)
        monkeypatch.setattr(fusion, "PART_MAX", 10)
    flux.stock(tmp_path, "STOCK", SIRENS)
    cesse = flux.unite(SIRENS[0], "STOCK", "2025-11-02T08:00:00.123")
    cesse["periodesUniteLegale"][0]["etatAdministratifUniteLegale"] = "C"
    fichier = flux.ecrire(
        tmp_path,
        "jour.json",
        unitesLegales=[cesse],
        etablissements=[flux.lieu(SIRENS[0], "STOCK", "2025-11-02T08:00:00.123")],
    )
    services.importer(flux.FLUX, [fichier], forcer="essai")
    s.travailler()
    assert ("cessation", SIRENS[0]) in s.dites(elle)
    assert not AlerteSuivi.objects.exclude(siren=SIRENS[0]).exists()
