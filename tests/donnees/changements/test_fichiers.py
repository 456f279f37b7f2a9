"""Bulk files: the same companies in three formats, the cursor inside, and nobody masked since."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

import fce.client
from fce.client import ClientFce, ErreurFce, lire
from fce.donnees.changements import fichiers, selectors, services, sources, tasks
from fce.donnees.changements.models import ChangementDEntreprise
from fce.donnees.imports import services as imports
from fce.socle.base.conservation import purger
from tests.donnees.changements.histoire import Transport, client, importer, publies, suivre
from tests.donnees.changements.test_flux import PERSONNE, A, B, lieux, unites
from tests.recherche.repertoire import GENS, LIEUX, UNITES

pytestmark = pytest.mark.django_db
ADRESSE = "/api/v1/fichiers/entreprises."
ADRESSES = [*(ADRESSE + g for g in ("ndjson.gz", "csv.gz", "parquet")), "/api/v1/fichiers/etablissements.parquet"]


@pytest.fixture(autouse=True)
def complet(settings: Any, tmp_path: Path) -> fichiers.FichierComplet:
    settings.FCE_DATA_DIR = tmp_path
    importer({UNITES: unites(**{A: PERSONNE}), LIEUX: lieux()})
    services.calculer()
    return fichiers.ecrire()


def contenu(genre: str) -> bytes:
    return b"".join(Client().get(ADRESSE + genre).streaming_content)


def test_the_three_formats_hold_the_same_companies_and_the_cursor(complet: fichiers.FichierComplet) -> None:
    en_tete, *lignes = [json.loads(ligne) for ligne in gzip.decompress(contenu("ndjson.gz")).splitlines()]
    assert en_tete == {"curseur": complet.curseur, "date": complet.date}
    assert {ligne["siren"]: ligne["donnees"] for ligne in lignes} == publies()
    rangs = list(csv.DictReader(io.StringIO(gzip.decompress(contenu("csv.gz")).decode("utf-8-sig")), delimiter=";"))
    parquet = pq.ParquetFile(io.BytesIO(contenu("parquet")))
    assert parquet.metadata.metadata[b"fce.curseur"].decode() == complet.curseur
    for tableau in (rangs, parquet.read().to_pylist()):
        assert [(r["siren"], r["siege_libelle_commune"], r["curseur"]) for r in tableau] == [
            (A, "LILLE", complet.curseur),
            (B, "LILLE", complet.curseur),
        ]
        assert json.loads(tableau[0]["autres"])[LIEUX][0]["libelle_commune"] == "LILLE"


def test_a_copy_begun_with_the_file_follows_the_feed(tmp_path: Path) -> None:
    with client() as fce:
        recu = fce.fichier(tmp_path / "copie.ndjson.gz")
        copie = lire(recu)
        importer({UNITES: unites(**{A: PERSONNE, B: {"sigle": "N"}})})
        recus, _ = suivre(copie, recu.curseur)
        assert [r.siren for r in recus] == [B]
        assert copie == publies()
        assert not fce.fichier(recu.chemin, etag=recu.etag).neuf


def test_a_switch_not_computed_yet_comes_again_in_the_feed(tmp_path: Path) -> None:
    importer({LIEUX: lieux(**{B: {"libelle_commune": "LOMME"}})})
    complet = fichiers.ecrire()
    copie = publies()
    recus, _ = suivre(copie, complet.curseur)
    assert [r.siren for r in recus] == [B]
    assert copie == publies()


@pytest.mark.parametrize("calculee", [False, True])
def test_a_file_that_shows_somebody_masked_since_is_not_served(calculee: bool) -> None:
    assert b"MARIVAULT" in gzip.decompress(contenu("ndjson.gz"))
    importer({UNITES: unites(**{A: {**PERSONNE, "statut_diffusion": "P"}})})
    if calculee:
        services.calculer()
    assert {Client().get(adresse).status_code for adresse in ADRESSES} == {503}
    with client() as fce, pytest.raises(ErreurFce) as refus:
        fce.fichier(Path("/nonexistent"))
    assert refus.value.statut == 503
    tasks.calculer_les_changements()
    assert not [f for f in (fichiers.racine_des_fichiers()).iterdir() if f.name.endswith(tuple(fichiers.TYPES))]
    tasks.ecrire_les_fichiers_complets()
    assert b"MARIVAULT" not in gzip.decompress(contenu("ndjson.gz"))


def restants() -> set[str]:
    return {f.suffix for f in fichiers.racine_des_fichiers().iterdir() if f.name.endswith(tuple(fichiers.TYPES))}


def test_a_file_that_shows_a_company_withdrawn_since_is_not_served() -> None:
    importer({UNITES: [u for u in unites(**{A: PERSONNE}) if u["siren"] == B]})
    services.calculer()
    assert {Client().get(adresse).status_code for adresse in ADRESSES} == {503}
    tasks.calculer_les_changements()
    assert restants() == set()
    tasks.ecrire_les_fichiers_complets()
    assert b"MARIVAULT" not in gzip.decompress(contenu("ndjson.gz"))


@pytest.mark.parametrize("fermer", ["champ", "source", "masque"])
def test_a_file_that_shows_what_was_closed_since_is_not_served(
    fermer: str, complet: fichiers.FichierComplet, monkeypatch: pytest.MonkeyPatch
) -> None:
    suivies = dict(sources.toutes())
    if fermer == "champ":
        suivies[UNITES] = replace(suivies[UNITES], attributs=suivies[UNITES].attributs[:-1])
    elif fermer == "source":
        del suivies[LIEUX]
    else:
        # The same field, masked otherwise than when the file was written.
        autres = {**complet.champs, UNITES: [c.replace("DIFFUSIBLE", "NOM") for c in complet.champs[UNITES]]}
        pointeur = fichiers.racine_des_fichiers() / "actuel.json"
        pointeur.write_text(json.dumps({**json.loads(pointeur.read_text()), "champs": autres}))
    monkeypatch.setattr(sources, "toutes", lambda: suivies)
    assert Client().get(f"{ADRESSE}ndjson.gz").status_code == 503
    assert fichiers.a_refaire(timezone.now())
    fichiers.effacer()
    assert restants() == set()


def test_p4_the_switch_asks_for_the_files_that_replace_those_of_somebody_who_objected() -> None:
    importer({UNITES: unites(**{A: {**PERSONNE, "statut_diffusion": "P"}})})
    tasks.calculer_les_changements()
    # Asked for once, before the clock of the worker.
    tasks.calculer_les_changements()
    (travail,) = ProcrastinateJob.objects.filter(task_name=tasks.ECRITURE)
    assert (travail.scheduled_at, travail.status) == (None, "todo")
    assert {Client().get(adresse).status_code for adresse in ADRESSES} == {503}
    tasks.ecrire_les_fichiers_complets()
    assert b"MARIVAULT" not in gzip.decompress(contenu("ndjson.gz"))
    tasks.calculer_les_changements()
    assert ProcrastinateJob.objects.filter(task_name=tasks.ECRITURE).count() == 1


def test_p4_a_reader_is_told_how_long_the_writing_takes_and_the_client_waits_as_long(
    complet: fichiers.FichierComplet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    racine = fichiers.racine_des_fichiers()
    pointeur = {**json.loads((racine / "actuel.json").read_text()), "duree_s": 900}
    (racine / "actuel.json").write_text(json.dumps(pointeur))
    importer({UNITES: unites(**{A: {**PERSONNE, "statut_diffusion": "P"}})})
    tasks.calculer_les_changements()
    assert attente() == 900 + fichiers.MARGE_S
    # A writing that began five minutes ago has as much less to do.
    debut = (timezone.now() - timedelta(minutes=5)).timestamp()
    (racine / "actuel.json").write_text(json.dumps({**pointeur, "date": "2026-01-01T00:00:00+00:00"}))
    os.utime(racine / ".verrou", (debut, debut))
    assert 600 + fichiers.MARGE_S - 5 <= attente() <= 600 + fichiers.MARGE_S
    os.utime(racine / ".verrou", (debut - 9_000, debut - 9_000))
    assert attente() == fichiers.MARGE_S
    attendues: list[float] = []
    monkeypatch.setattr(fce.client, "sleep", attendues.append)
    with ClientFce("http://testserver", patience_s=fichiers.MARGE_S, transport=Transport()) as lecteur:
        with pytest.raises(ErreurFce) as refus:
            lecteur.fichier(tmp_path / "copie.ndjson.gz")
        assert (refus.value.statut, refus.value.attente) == (503, fichiers.MARGE_S)
    assert attendues == [fichiers.MARGE_S]


def attente() -> int:
    reponse = Client().get(f"{ADRESSE}ndjson.gz")
    assert reponse.status_code == 503
    return int(reponse["Retry-After"])


def test_p4_files_are_not_served_again_once_what_masked_somebody_in_them_is_purged(settings: Any) -> None:
    importer({UNITES: unites(**{A: {**PERSONNE, "statut_diffusion": "P"}})})
    services.calculer()
    purger(timezone.now() + timedelta(days=settings.FCE_CHANGEMENTS_JOURS, minutes=1))
    settings.FCE_CHANGEMENTS_JOURS = 366
    assert not ChangementDEntreprise.objects.exists()
    assert {Client().get(adresse).status_code for adresse in ADRESSES} == {503}


def test_a_file_without_what_was_opened_since_is_served() -> None:
    importer({GENS: [{"siren": B, "rang": 1, "nom": "NEUF"}]})
    services.calculer()
    assert b"MARIVAULT" in gzip.decompress(contenu("ndjson.gz"))


@pytest.mark.parametrize("pointeur", ["", "{", "[]", "{}", '{"cle": "x"}'])
def test_a_pointer_that_a_crash_left_unreadable_is_written_again(pointeur: str) -> None:
    (fichiers.racine_des_fichiers() / "actuel.json").write_text(pointeur)
    assert Client().get(f"{ADRESSE}ndjson.gz").status_code == 503
    tasks.calculer_les_changements()
    tasks.ecrire_les_fichiers_complets()
    assert b"MARIVAULT" in gzip.decompress(contenu("ndjson.gz"))


def test_the_headers_say_when_the_file_was_written_and_the_date_of_sirene() -> None:
    importer({UNITES: unites(**{A: PERSONNE})}, jour=date(2026, 11, 2))
    services.calculer()
    neuf = fichiers.ecrire()
    reponse = Client().get(f"{ADRESSE}csv.gz")
    assert (reponse["X-FCE-Date-Des-Donnees"], reponse["X-FCE-Ecrit-Le"]) == ("2026-11-02", neuf.date)
    exposes = set(reponse["Access-Control-Expose-Headers"].split(", "))
    assert {"X-FCE-Curseur", "X-FCE-Date-Des-Donnees", "X-FCE-Ecrit-Le", "ETag"} <= exposes
    b"".join(reponse.streaming_content)
    importer({UNITES: unites(**{A: PERSONNE})}, datee=False)
    services.calculer()
    fichiers.ecrire()
    reponse = Client().get(f"{ADRESSE}csv.gz")
    assert "X-FCE-Date-Des-Donnees" not in reponse
    b"".join(reponse.streaming_content)


def test_without_sirene_there_is_no_file_and_none_is_promised() -> None:
    imports.retirer([UNITES, LIEUX])
    reponse = Client().get(f"{ADRESSE}csv.gz")
    assert reponse.status_code == 503
    assert reponse.json()["detail"] == "Il n’y a pas de fichier complet : le répertoire Sirene n’est pas en place."
    assert not fichiers.a_refaire(timezone.now())


def test_the_files_are_made_again_when_something_changed_and_they_are_a_day_old(
    complet: fichiers.FichierComplet,
) -> None:
    demain = timezone.now() + timedelta(days=1, minutes=1)
    assert not fichiers.a_refaire(demain)
    importer({UNITES: unites(**{A: PERSONNE, B: {"sigle": "N"}})})
    services.calculer()
    assert not fichiers.a_refaire(timezone.now())
    assert fichiers.a_refaire(demain)


def test_a_broken_feed_asks_for_files_that_lead_to_it(complet: fichiers.FichierComplet) -> None:
    services.rompre()
    assert fichiers.a_refaire(timezone.now())
    reponse = Client().get("/api/v1/changements", {"curseur": complet.curseur})
    assert reponse["Content-Type"] == "application/problem+json"
    lu = reponse.json()
    assert (lu["type"], lu["title"], lu["status"]) == ("about:blank", "Curseur trop ancien", 410)
    assert (lu["code"], lu["fichier"]) == ("curseur_perdu", "/api/v1/fichiers/entreprises.ndjson.gz")
    neuf = fichiers.ecrire()
    selectors.exiger(selectors.Curseur(neuf.bascule), selectors.horizon())


def test_nginx_sends_the_file_when_it_is_before_the_service(settings: Any, complet: fichiers.FichierComplet) -> None:
    settings.FCE_FRONTAL_FICHIERS = "/interne/"
    reponse = Client().get(f"{ADRESSE}parquet")
    assert reponse["X-Accel-Redirect"] == f"/interne/entreprises/{complet.cle}.parquet"
    assert reponse["X-FCE-Curseur"] == complet.curseur


def test_an_unknown_format_is_refused() -> None:
    assert Client().get(f"{ADRESSE}xlsx").status_code == 400
