"""The list, the command and the page of each live source say that it is one, and how it is doing."""

from __future__ import annotations

import io
import json
from html import unescape
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from fce.donnees.imports.directes import disjoncteur
from fce.donnees.imports.directes.erreurs import DelaiDepasse
from fce.donnees.imports.directes.etat import EtatDirect, conservation, etat
from fce.sources import registre
from fce.sources.declaration import Source
from tests.donnees.imports.directes.serveur import Serveur

pytestmark = pytest.mark.django_db
DIRECTES = [s for s in registre.toutes() if s.direct]
ATTENDUES = {
    *("dgfip-attestation-fiscale", "dgfip-chiffre-affaires", "dgfip-liasses", "dgfip-liens-capitalistiques"),
    *("dgddi-eori", "urssaf-vigilance", "msa-conformite", "bdf-bilans", "inpi-beneficiaires", "tva"),
    "sirene-diffusion-partielle",
}


def test_all_direct_sources_of_the_registry_are_there() -> None:
    assert {s.nom for s in DIRECTES} == ATTENDUES


def test_the_state_follows_the_settings_then_the_outages(serveur: Serveur, settings: Any) -> None:
    source = registre.source("tva")
    assert etat(source) is EtatDirect.EN_SERVICE
    for _ in range(disjoncteur.SEUIL):
        disjoncteur.disjoncteur("european_commission").terminer(DelaiDepasse())
    assert etat(source) is EtatDirect.SUSPENDUE
    assert etat(registre.source("msa-conformite")) is EtatDirect.EN_SERVICE
    settings.FCE_API_ENTREPRISE_TOKEN = ""
    assert etat(source) is EtatDirect.NON_CONFIGUREE


def test_the_command_lists_direct_sources_as_direct(serveur: Serveur) -> None:
    sortie = io.StringIO()
    call_command("sources", "--json", stdout=sortie)
    lues = {ligne["source"]: ligne for ligne in json.loads(sortie.getvalue())}
    assert {nom for nom, ligne in lues.items() if ligne["directe"]} == ATTENDUES
    assert lues["tva"]["directe"] == "en service"
    assert lues["sirene-diffusion-partielle"]["etat"] == "interrogée en direct"
    sortie = io.StringIO()
    call_command("sources", stdout=sortie)
    texte = sortie.getvalue()
    for nom in ATTENDUES:
        (ligne,) = (x for x in texte.splitlines() if x.strip().startswith(f"{nom} "))
        assert "directe (en" in ligne


@pytest.mark.parametrize("source", DIRECTES, ids=lambda s: s.nom)
def test_its_page_says_where_it_is_asked_and_how_long_it_is_kept(
    source: Source, serveur: Serveur, client: Client
) -> None:
    assert source.direct is not None
    html = unescape(client.get(f"/sources/{source.nom}").content.decode())
    assert source.direct.chemin in html
    assert conservation(source) in html
    assert "Directe : en service" in html
    if not source.importable:
        assert "Pas encore importé" not in html
        assert "Seuils" not in html


def test_the_list_of_the_catalogue_shows_direct_sources(client: Client) -> None:
    html = unescape(client.get("/sources").content.decode())
    assert html.count("Directe : non configurée") == len(DIRECTES)
    assert html.count("Interrogée en direct") == sum(not s.importable for s in DIRECTES)
