"""Whoever opposed the diffusion of its data stays masked until a newer file opens it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fce.donnees.imports import services
from fce.donnees.imports.models import Import, VersionEnPlace
from fce.donnees.imports.selectors import generations
from fce.recherche import services as recherche
from fce.socle.texte import paris
from tests.donnees.changements.histoire import importer
from tests.donnees.entreprises import fabrique as f
from tests.recherche.repertoire import LIEUX, UNITES
from tests.sql import valeurs

pytestmark = pytest.mark.django_db
A, B = f.siren_no(1), f.siren_no(2)


def unites(statut: str, **autres: Any) -> list[dict[str, Any]]:
    personne = {"categorie_juridique": "1000", "nom": "MARIVAULT", **autres}
    return [f.unite(A, statut_diffusion=statut, **personne), f.unite(B, denomination="SOCIETE")]


def statuts(source: str = UNITES) -> list[str]:
    vue = source.replace("-", "_")
    return valeurs(f"SELECT statut_diffusion FROM {vue} ORDER BY siren")


def test_a_rollback_does_not_open_a_person_masked_since() -> None:
    importer({UNITES: unites("O")})
    importer({UNITES: unites("P")})
    services.revenir(UNITES)
    assert statuts() == ["P", "O"]
    services.revenir(UNITES)
    services.revenir(UNITES)
    assert statuts() == ["P", "O"]


def test_a_rollback_does_not_open_an_establishment_masked_since() -> None:
    importer({LIEUX: [f.lieu(A), f.lieu(B)]})
    importer({LIEUX: [f.lieu(A, statut_diffusion="P"), f.lieu(B)]})
    services.revenir(LIEUX)
    assert statuts(LIEUX) == ["P", "O"]


def test_an_older_file_forced_in_place_does_not_open_either() -> None:
    importer({UNITES: unites("P")}, jour=date(2026, 11, 2))
    importer({UNITES: unites("O")}, jour=date(2026, 11, 1))
    assert statuts() == ["P", "O"]


def test_a_file_that_nothing_dates_does_not_open_either() -> None:
    importer({UNITES: unites("P")}, jour=date(2026, 11, 30))
    importer({UNITES: unites("O")}, datee=False)
    assert statuts() == ["P", "O"]
    importer({UNITES: unites("O")}, jour=date(2026, 11, 29))
    assert statuts() == ["P", "O"]
    importer({UNITES: unites("O")}, jour=date(2026, 12, 1))
    assert statuts() == ["O", "O"]


def test_of_files_that_nothing_dates_the_last_one_opens() -> None:
    importer({UNITES: unites("P")}, datee=False)
    importer({UNITES: unites("O")}, datee=False)
    assert statuts() == ["O", "O"]


@pytest.mark.parametrize("jour", [date(2026, 11, 15), None])
def test_after_a_rollback_only_a_file_newer_than_the_masks_opens(jour: date | None) -> None:
    """The version back in place is older than the masks put in it."""
    importer({UNITES: unites("O")}, jour=date(2026, 11, 1))
    importer({UNITES: unites("P")}, jour=date(2026, 11, 30))
    services.revenir(UNITES)
    importer({UNITES: unites("O")}, jour=jour, datee=jour is not None)
    assert statuts() == ["P", "O"]
    importer({UNITES: unites("O")}, jour=date(2026, 11, 29))
    assert statuts() == ["P", "O"]
    importer({UNITES: unites("O")}, jour=date(2026, 12, 1))
    assert statuts() == ["O", "O"]


def test_after_a_rollback_a_person_that_the_version_in_place_does_not_know_stays_masked() -> None:
    societe, personne = unites("P")[1], unites("P")[0]
    importer({UNITES: [societe]}, jour=date(2026, 11, 1))
    importer({UNITES: [personne, societe]}, jour=date(2026, 11, 30))
    services.revenir(UNITES)
    importer({UNITES: unites("O")}, jour=date(2026, 11, 15))
    importer({UNITES: unites("O")}, jour=date(2026, 11, 16))
    assert statuts() == ["P", "O"]
    importer({UNITES: unites("O")}, jour=date(2026, 12, 1))
    assert statuts() == ["O", "O"]


def test_after_the_rollback_of_an_undated_file_what_may_be_older_opens_nobody() -> None:
    importer({UNITES: unites("O")}, jour=date(2026, 1, 1))
    importer({UNITES: unites("P")}, datee=False)
    services.revenir(UNITES)
    importer({UNITES: unites("O")}, jour=paris.aujourd_hui() - timedelta(days=1))
    assert statuts() == ["P", "O"]
    importer({UNITES: unites("O")}, jour=paris.aujourd_hui())
    assert statuts() == ["O", "O"]


def test_a_newer_file_opens() -> None:
    importer({UNITES: unites("O")})
    importer({UNITES: unites("P")})
    services.revenir(UNITES)
    importer({UNITES: unites("O")})
    assert statuts() == ["O", "O"]


def test_a_rollback_of_an_opening_masks_as_the_older_file_did() -> None:
    importer({UNITES: unites("P")})
    importer({UNITES: unites("O")})
    services.revenir(UNITES)
    assert statuts() == ["P", "O"]


def test_what_was_made_of_the_version_before_is_made_again(client: Client, settings: Any, tmp_path: Path) -> None:
    """A published file, or an index, of these very rows would still show the person."""
    settings.FCE_DATA_DIR = tmp_path
    importer({UNITES: unites("O")})
    importer({LIEUX: [f.lieu(A)]})
    adresse = f"/sources/{UNITES}/donnees.csv"
    assert b"MARIVAULT" in b"".join(client.get(adresse).streaming_content)
    avant = generations((UNITES,))
    importer({UNITES: unites("P")})
    services.revenir(UNITES)
    assert VersionEnPlace.objects.get(source=UNITES).en_place_id == avant[UNITES]
    assert generations((UNITES,)) != avant
    assert b"MARIVAULT" not in b"".join(client.get(adresse).streaming_content)


def test_each_masking_changes_the_identity_of_the_rows(client: Client, settings: Any, tmp_path: Path) -> None:
    """A file and an index made between two rollbacks to a version show who the second one masks."""
    settings.FCE_DATA_DIR = tmp_path
    adresse = f"/sources/{UNITES}/donnees.csv"
    personnes = {"categorie_juridique": "1000"}
    a, b = (f.unite(n, nom=nom, **personnes) for n, nom in ((A, "MARIVAULT"), (B, "TALVANDE")))
    importer({UNITES: [a, b]})
    importer({LIEUX: [f.lieu(A), f.lieu(B)]})
    importer({UNITES: [{**a, "statut_diffusion": "P"}, b]})
    services.revenir(UNITES)
    recherche.indexer(forcer=True)
    assert b"TALVANDE" in b"".join(client.get(adresse).streaming_content)
    assert "TALVANDE" in client.get("/api/v1/recherche", {"q": "talvande"}).content.decode()
    importer({UNITES: [{**a, "statut_diffusion": "P"}, {**b, "statut_diffusion": "P"}]})
    services.revenir(UNITES)
    assert b"TALVANDE" not in b"".join(client.get(adresse).streaming_content)
    assert "TALVANDE" not in client.get("/api/v1/recherche", {"q": "talvande"}).content.decode()


def test_a_rollback_that_masks_nobody_keeps_what_was_made_of_its_version() -> None:
    importer({UNITES: unites("P")})
    avant = generations((UNITES,))
    importer({UNITES: unites("P", sigle="N")})
    services.revenir(UNITES)
    assert generations((UNITES,)) == avant
    assert not Import.objects.exclude(identite=None).exists()
