"""The files that everyone may download: made once per version, masked alike in both formats, in nobody's way."""

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client

from fce.donnees.entreprises.natures import natures
from fce.donnees.imports.models import Import
from fce.donnees.publication import fichiers, telechargement
from fce.socle.erreurs import DejaEnCours, SourceIndisponible
from fce.socle.travaux.verrous import seul
from fce.sources import registre
from fce.sources.champs import Nature
from tests.donnees.publication.test_catalogue import MASQUE, OUVERT, OUVERTES, RESERVEES, remplir, unites  # noqa: F401
from tests.pannes import lever
from tests.sql import executer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unites")]


@pytest.fixture(autouse=True)
def _a_part(settings: Any, tmp_path: Path) -> None:
    settings.FCE_DATA_DIR = tmp_path


def parquet(client: Client, nom: str) -> Any:
    reponse = client.get(f"/sources/{nom}/donnees.parquet")
    assert reponse.status_code == 200
    assert reponse["Content-Type"] == "application/vnd.apache.parquet"
    assert reponse["Content-Disposition"] == f'attachment; filename="{nom}.parquet"'
    return pq.ParquetFile(io.BytesIO(b"".join(reponse.streaming_content)))


def en_texte(valeur: Any) -> str:
    """As the csv writes it."""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, datetime):
        return valeur.strftime("%Y-%m-%dT%H:%M:%S")
    return (
        "" if valeur is None else str(valeur).replace(".", ",") if not isinstance(valeur, str | date) else str(valeur)
    )


@pytest.mark.parametrize("source", OUVERTES, ids=lambda s: s.nom)
def test_both_formats_have_the_same_columns(client: Client, source: Any) -> None:
    noms = [champ["name"] for champ in client.get(f"/sources/{source.nom}/donnees.schema.json").json()["fields"]]
    assert parquet(client, source.nom).schema_arrow.names == noms


@pytest.mark.parametrize("nom", ["sirene-unites-legales", "sirene-etablissements"])
def test_both_formats_have_the_same_values_masked_alike(client: Client, nom: str) -> None:
    lus = parquet(client, nom).read().to_pylist()
    texte = b"".join(client.get(f"/sources/{nom}/donnees.csv").streaming_content).decode("utf-8-sig")
    assert [{c: en_texte(v) for c, v in rang.items()} for rang in lus] == list(
        csv.DictReader(io.StringIO(texte), delimiter=";")
    )
    assert OUVERT in str(lus)
    assert MASQUE in str(lus)
    assert "SECRETE" not in str(lus)
    assert f"RUE {MASQUE}" not in str(lus)


def test_a_parquet_file_is_typed_and_says_what_it_is(client: Client) -> None:
    remplir(
        "ratios_financiers",
        {"siren": OUVERT, "date_cloture": "2025-12-31", "type_bilan": "C", "chiffre_affaires": "1234.50"},
    )
    Import.objects.filter(source="ratios-financiers").update(date_metier=date(2026, 1, 2))
    fichier = parquet(client, "ratios-financiers")
    (rang,) = fichier.read().to_pylist()
    assert date(2025, 12, 31) in rang.values()
    dit = {k.decode(): v.decode() for k, v in fichier.metadata.metadata.items() if k.startswith(b"fce.")}
    assert dit["fce.date"] == "2026-01-02"
    assert "Licence Ouverte" in dit["fce.licence"]
    assert json.loads(dit["fce.schema"]) == client.get("/sources/ratios-financiers/donnees.schema.json").json()


def test_the_headers_say_the_date_the_licence_and_the_schema(client: Client) -> None:
    remplir("rge", {"siret": f"{OUVERT}00012"})
    Import.objects.filter(source="rge").update(date_metier=date(2026, 10, 1))
    reponse = client.get("/sources/rge/donnees.csv")
    assert reponse["X-FCE-Date-Des-Donnees"] == "2026-10-01"
    assert "Licence Ouverte" in reponse["X-FCE-Licence"]
    assert reponse["Link"] == '<http://testserver/sources/rge/donnees.schema.json>; rel="describedby"'
    assert reponse["Last-Modified"]
    inchange = client.get("/sources/rge/donnees.csv", headers={"If-None-Match": reponse["ETag"]})
    assert (inchange.status_code, inchange.content) == (304, b"")
    reponse.close()


def test_s4_a_declared_front_end_sends_the_file_itself(client: Client, settings: Any) -> None:
    settings.FCE_FRONTAL_FICHIERS = "/fichiers-internes/"
    reponse = client.get("/sources/sirene-unites-legales/donnees.csv")
    assert (reponse.status_code, reponse.content) == (200, b"")
    interne = reponse["X-Accel-Redirect"]
    assert interne.startswith("/fichiers-internes/sirene-unites-legales/")
    assert (fichiers.racine() / interne.removeprefix("/fichiers-internes/")).stat().st_size
    assert reponse["Content-Disposition"] == 'attachment; filename="sirene-unites-legales.csv"'
    assert reponse["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("source", RESERVEES[:3], ids=lambda s: s.nom)
def test_a_restricted_source_has_no_file(client: Client, source: Any) -> None:
    assert client.get(f"/sources/{source.nom}/donnees.parquet").status_code == 403


def test_a_large_file_waits_for_the_worker(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fichiers, "IMMEDIATES", 0)
    remplir("rge", {"siret": f"{OUVERT}00012"})
    reponse = client.get("/sources/rge/donnees.csv")
    assert reponse.status_code == 503
    assert "en préparation" in reponse.content.decode()
    publiee = fichiers.publication(registre.source("rge"))
    assert all(chemin.is_file() for chemin in fichiers.preparer(publiee))
    reponse = client.get("/sources/rge/donnees.csv")
    assert reponse.status_code == 200
    reponse.close()


def test_a_new_version_or_a_new_masking_makes_another_file(client: Client) -> None:
    rge = registre.source("rge")
    remplir("rge", {"siret": f"{OUVERT}00012"})
    premiere, chemin = fichiers.fichier(rge, "csv")
    remplir("rge", {"siret": f"{OUVERT}00012"}, {"siret": f"{MASQUE}00012"})
    seconde, _ = fichiers.fichier(rge, "csv")
    assert premiere.cle != seconde.cle
    assert not chemin.exists(), "l'ancienne version ne sert plus"
    # The unit asked to be masked since: Sirene alone changed.
    remplir("sirene_unites_legales", {"siren": OUVERT, "statut_diffusion": "P", "categorie_juridique": "1000"})
    assert fichiers.publication(rge).cle != seconde.cle
    assert (
        fichiers.publication(registre.source("sirene-doublons")).cle
        == fichiers.publication(registre.source("sirene-doublons")).cle
    )


def test_making_a_file_holds_no_view(monkeypatch: pytest.MonkeyPatch) -> None:
    """An import redefines the view without waiting for a file of an hour to be read."""
    monkeypatch.setattr(telechargement, "BLOC", 1)
    remplir("rge", {"siret": f"{OUVERT}00012"}, {"siret": f"{MASQUE}00012"})
    publiee = fichiers.publication(registre.source("rge"))
    complets = {i.source: i for i in Import.objects.filter(pk__in=[i.pk for i in publiee.en_place.values()])}
    lignes = telechargement.lignes(publiee.source, publiee.attributs, complets)
    next(lignes)
    assert not executer(
        "SELECT relname FROM pg_locks JOIN pg_class c ON c.oid = relation WHERE pid = pg_backend_pid() "
        "AND relkind = 'v' AND relnamespace = 'public'::regnamespace"
    )
    lignes.close()


def test_two_processes_do_not_make_the_same_file() -> None:
    publiee = fichiers.publication(registre.source("rge"))
    publiee.dossier.mkdir(parents=True)
    with seul(publiee.dossier / ".verrou", "en cours"):
        with pytest.raises(DejaEnCours):
            fichiers.preparer(publiee)
        with pytest.raises(SourceIndisponible, match="en préparation"):
            fichiers.fichier(publiee.source, "csv")


def test_a_failure_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    publiee = fichiers.publication(registre.source("rge"))
    monkeypatch.setattr(telechargement, "fichier", lever(RuntimeError))
    with pytest.raises(RuntimeError):
        fichiers.preparer(publiee)
    assert [f.name for f in publiee.dossier.iterdir()] == [".verrou"]


def test_t2_a_file_is_made_again_when_what_masks_its_fields_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a file made before a field was closed would go on giving it."""
    source = registre.source("agrements-sanitaires")
    avant = fichiers.publication(source).cle
    assert fichiers.publication(source).cle == avant
    monkeypatch.setattr(fichiers, "natures", lambda s: {**natures(s), "numero": Nature.DIFFUSIBLE})
    assert fichiers.publication(source).cle != avant
