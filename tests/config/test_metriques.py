"""Metrics of a real « fce serve »: on their own port, all workers together, and nothing in them about a reader."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.test import Client
from django.urls import get_resolver

from fce.exploitation.metriques import adresse, processus
from fce.exploitation.metriques.collecteur import Collecteur
from fce.exploitation.metriques.mesurer import SANS_VUE
from fce.socle.erreurs import ConfigurationInvalide
from fce.socle.travaux import mesures
from tests.acces.test_routes import routes
from tests.config.serveur import Serveur, attendre, installe, port_libre, repond, serveur

Mesures = dict[str, float]


def lire(port: int) -> Mesures:
    """{measure with its labels: value}."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as reponse:
        texte = reponse.read().decode()
    lignes = (ligne.rpartition(" ") for ligne in texte.splitlines() if not ligne.startswith("#"))
    return {nom: float(valeur) for nom, _, valeur in lignes}


@pytest.fixture(scope="module")
def mesure() -> Iterator[tuple[Serveur, int]]:
    port = port_libre()
    with (
        installe("metriques") as dossier,
        serveur(dossier, "--travailleurs", "2", FCE_METRIQUES=f"127.0.0.1:{port}") as s,
    ):
        attendre(lambda: s.qui_ecoutent() == 2, 60)
        yield s, port


def test_requests_are_counted_by_view_and_status_whichever_worker_answered(mesure: tuple[Serveur, int]) -> None:
    s, port = mesure
    avant = lire(port)
    for chemin in ("/mentions-legales", "/mentions-legales", "/etablissement/00000100800001", "/rien-de-tel?q=secret"):
        s.demander(chemin)
    s.brut(b"GET / HTTP/1.1\r\n\r\n")
    apres = lire(port)
    gagne = {nom: valeur - avant.get(nom, 0) for nom, valeur in apres.items() if valeur != avant.get(nom, 0)}
    assert gagne['fce_requetes_total{statut="200",vue="portail:mentions-legales"}'] == 2
    assert gagne['fce_requete_secondes_count{vue="portail:mentions-legales"}'] == 2
    assert gagne[f'fce_requetes_total{{statut="404",vue="{SANS_VUE}"}}'] == 1
    assert gagne['fce_refus_total{statut="400"}'] == 1
    assert apres["fce_base_repond"] == 1
    assert apres['fce_voie_fils{voie="sante"}'] == 2


def test_log_04_labels_hold_names_of_the_code_and_nothing_that_a_reader_wrote(mesure: tuple[Serveur, int]) -> None:
    s, port = mesure
    vues = {chemin for chemin, _ in routes()}
    for chemin in ("/etablissement/00000100800001", "/recherche?q=DUPONT", "/entreprise/000099937", "/DUPONT"):
        s.demander(chemin, Cookie="__Host-fce=jeton")
    texte = " ".join(lire(port))
    assert not re.search(r"DUPONT|000099937|00000100800001|jeton|127\.0\.0\.1", texte)
    assert not [v for v in re.findall(r'vue="([^"]+)"', texte) if "/" in v]
    assert len(vues) > 100


def test_a_worker_that_dies_leaves_its_counts_and_takes_its_threads_along(mesure: tuple[Serveur, int]) -> None:
    s, port = mesure
    for _ in range(8):
        s.demander("/mentions-legales")
    compte = 'fce_requetes_total{statut="200",vue="portail:mentions-legales"}'
    avant = lire(port)
    os.kill(s.travailleurs()[0], signal.SIGKILL)
    attendre(lambda: s.qui_ecoutent() == 2 and repond(s), 60)
    apres = lire(port)
    assert apres[compte] >= avant[compte]
    assert apres['fce_voie_fils{voie="pages"}'] == avant['fce_voie_fils{voie="pages"}']


@pytest.mark.epreuve
def test_fail_01_a_database_that_hangs_is_a_measure(mesure: tuple[Serveur, int]) -> None:
    s, port = mesure
    maitre = int((s.cluster.donnees / "postmaster.pid").read_text().split()[0])
    os.kill(maitre, signal.SIGSTOP)
    for enfant in enfants(maitre):
        os.kill(enfant, signal.SIGSTOP)
    try:
        attendre(lambda: lire(port)["fce_base_repond"] == 0, 30)
        assert "fce_travailleurs" not in lire(port)
    finally:
        for pid in (maitre, *enfants(maitre)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
    attendre(lambda: lire(port)["fce_base_repond"] == 1, 60)


def enfants(pid: int) -> list[int]:
    return [p.pid for p in psutil.Process(pid).children(recursive=True)]


def test_fail_01_a_database_that_refuses_is_a_measure() -> None:
    """This test may not use the database."""
    lus = {famille.name: famille for famille in Collecteur().collect()}
    assert lus["fce_base_repond"].samples[0].value == 0
    assert "fce_travailleurs" not in lus


@pytest.mark.django_db
def test_hdr_09_no_public_address_gives_the_metrics(client: Client) -> None:
    donnent = [chemin for chemin, _ in routes() if re.search("metri|prometheus", chemin)]
    assert donnent == []
    assert not [v for v in get_resolver().reverse_dict if isinstance(v, str) and "metri" in v]
    for chemin in ("/metrics", "/metriques", "/sante/metriques"):
        reponse = client.get(chemin)
        assert reponse.status_code == 404
        assert b"fce_requetes" not in reponse.content


@pytest.mark.parametrize("faux", ["9101", "localhost:9101", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", "::1"])
def test_an_address_that_is_none_stops_the_start(faux: str) -> None:
    with pytest.raises(ConfigurationInvalide, match="FCE_METRIQUES"):
        adresse.verifier(faux, production=False)


@pytest.mark.parametrize("ouverte", ["0.0.0.0:9101", "[::]:9101", "51.15.7.9:9101"])
def test_production_refuses_metrics_that_everybody_could_read(ouverte: str) -> None:
    adresse.verifier(ouverte, production=False)
    with pytest.raises(ConfigurationInvalide, match="FCE_METRIQUES"):
        adresse.verifier(ouverte, production=True)


@pytest.mark.parametrize("bonne", ["", "127.0.0.1:9101", "[::1]:9101", "10.0.0.7:9101"])
def test_this_machine_and_its_private_network_are_accepted(bonne: str) -> None:
    adresse.verifier(bonne, production=True)


def test_a_process_without_room_for_its_files_serves_without_metrics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(processus.DOSSIER, str(tmp_path / "absent"))
    processus.brancher()
    assert "metriques_indisponibles" in caplog.text
    assert all(m.compteur_reel is None for m in mesures.TOUTES)


def test_without_the_setting_nothing_is_counted(settings: Any) -> None:
    assert settings.FCE_METRIQUES == ""
    assert all(m.compteur_reel is None for m in mesures.TOUTES)
    mesures.JOURNAL.ajouter(1)
    mesures.DUREES.observer(0.1, "portail:accueil")
