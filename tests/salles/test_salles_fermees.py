"""With any one room closed, the service stands: it is sound, its pages answer, none leads to that room.

A process without a database says what it would answer and offer; a whole demonstration is read in the drills."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, ResolverMatch, resolve

from tests.config.serveur import environnement
from tests.demonstration import copier
from tests.dossiers import dossier_court
from tests.droits.comptes.routes import routes
from tests.preuves import manque
from tests.salles.table import OUVERTES, SALLES, Salle

RACINE = Path(__file__).resolve().parents[2]
ADRESSES = sorted({route.adresse for route in routes()})
OFFERTS = {
    "FCE_ECHANGES": ("echanges", 30, {"actions", "actions_de_liste", "taches", "menu", "fil", "a_la_bascule"}, set()),
    "FCE_CONVENTION": ("convention", 20, {"taches", "menu", "fil", "pages", "couts"}, {"/budget"}),
    "FCE_STATISTIQUES": ("statistiques", 4, {"fil", "pages", "jeux", "impact", "evenements"}, {"/stats"}),
    "FCE_DEPOTS": ("depots", 9, set(), set()),
}
"""{setting: (name of the room, least number of its addresses, what it offers, its links in the foot)}."""
QUESTIONS = """
import json, re, sys
import django; django.setup()
from django.apps import apps
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from fce.socle.web.fil import paliers
from fce.socle.web.offres import offres

def vue(adresse):
    try:
        return resolve(adresse).view_name
    except Resolver404:
        return None

o = offres()
print(json.dumps({
    "vues": {adresse: vue(adresse) for adresse in json.loads(sys.argv[1])},
    "offerts": {
        "actions": [a.adresse.__module__ for a in o.actions],
        "actions_de_liste": [a.adresse.__module__ for a in o.actions_de_liste],
        "taches": [lire.__module__ for lire in o.taches],
        "menu": [e.route for e in o.menu],
        "fil": [*paliers(), *(palier.route for palier in paliers().values())],
        "pages": [page.route for page in o.pages],
        "jeux": [jeu.page for jeu in o.jeux],
        **{nom: [getattr(getattr(o, nom), "__module__", "")] for nom in ("couts", "impact", "evenements")},
        "a_la_bascule": [suite.__module__ for suite in o.a_la_bascule],
    },
    "pied": re.findall('href="(/[^"]*)"', render_to_string("cadre/pied.html")),
    "gardes": [sorted(m._meta.db_table for m in apps.get_models()), sorted(o.lectures_tues)],
}))
"""


@pytest.fixture(scope="module")
def dossier() -> Iterator[Path]:
    with dossier_court("salles") as chemin:
        copier(chemin)
        yield chemin


def lancer(commande: list[object], dossier: Path, **reglages: str) -> str:
    env = environnement(dossier, DJANGO_SETTINGS_MODULE="fce.config.settings", FCE_ROLE="tache", **reglages)
    fini = subprocess.run(list(map(str, commande)), cwd=RACINE, env=env, capture_output=True, text=True, timeout=300)
    assert fini.returncode == 0, fini.stdout[-2000:] + fini.stderr[-4000:]
    return fini.stdout


def lues(dossier: Path, **reglages: str) -> dict[str, tuple[int, list[str]]]:
    """{"who page": (status, its links)} of a service with these settings, in which ``fce check`` finds nothing."""
    sortie = lancer([sys.executable, "-m", "tests.salles.rendues"], dossier, **reglages)
    return {cle: (statut, liens) for cle, (statut, liens) in json.loads(sortie.splitlines()[-1]).items()}


def trouve(adresse: str) -> ResolverMatch | None:
    """What answers an address of the service where everything is open."""
    try:
        return resolve(urlsplit(adresse).path)
    except Resolver404:
        return None


def menent(salle: Salle, liens: list[str]) -> list[str]:
    return [lien for lien in liens if (la := trouve(lien)) and salle.sienne(la)]


def dits(dossier: Path, **reglages: str) -> dict[str, Any]:
    """What a process started with these settings answers and offers; it asks the database for nothing."""
    dit: dict[str, Any] = json.loads(
        lancer([sys.executable, "-c", QUESTIONS, json.dumps(ADRESSES)], dossier, **reglages).splitlines()[-1]
    )
    return dit


@pytest.fixture(scope="module")
def tout_ouvert(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return dits(tmp_path_factory.mktemp("ouvert"))


@pytest.mark.parametrize("salle", SALLES, ids=lambda salle: salle.reglage)
def test_a_closed_room_shows_nothing_and_an_open_one_does(
    salle: Salle, tout_ouvert: dict[str, Any], tmp_path: Path
) -> None:
    piece, combien, offerts, pied = OFFERTS[salle.reglage]
    ferme = dits(tmp_path, **{salle.reglage: "false"})
    siennes = menent(salle, ADRESSES)
    assert len(siennes) >= combien
    # The sheet takes any address under a company; one that is no number of its own is not found.
    assert [a for a in siennes if ferme["vues"][a] == tout_ouvert["vues"][a]] == []
    for dit, attendus in ((tout_ouvert, offerts), (ferme, set())):
        assert {
            quoi for quoi, noms in dit["offerts"].items() if any(n.startswith(piece) or f".{piece}." in n for n in noms)
        } == attendus
    assert set(tout_ouvert["pied"]) - set(ferme["pied"]) == pied
    # What is kept is kept, is purged in its time, and stays named in the journal of those who read it.
    assert ferme["gardes"] == tout_ouvert["gardes"]
    assert "echanges-visites" in ferme["gardes"][1]


@pytest.mark.epreuve
def test_an_open_service_leads_to_each_of_its_rooms(dossier: Path) -> None:
    """What the next test looks for is there to be seen when nothing is closed."""
    pages = lues(dossier)
    assert len({cle.split(" ")[0] for cle in pages}) > 8
    for salle in SALLES:
        assert any(menent(salle, liens) for _, liens in pages.values()), salle.reglage


@pytest.mark.epreuve
@pytest.mark.parametrize("salle", SALLES, ids=lambda salle: salle.reglage)
def test_a_service_without_one_room_stands_and_never_leads_to_it(dossier: Path, salle: Salle) -> None:
    pages = lues(dossier, **{salle.reglage: "false"})
    assert {cle: statut for cle, (statut, _) in pages.items() if statut >= 500} == {}
    assert sum(statut == 200 for statut, _ in pages.values()) > 100
    assert {cle: la for cle, (_, liens) in pages.items() if (la := menent(salle, liens))} == {}


@pytest.mark.django_db
def test_the_brand_block_of_the_state_is_shown_where_it_is_set_and_only_there(client: Client, settings: Any) -> None:
    neutre = client.get("/cookies").content.decode()
    assert "fr-logo" not in neutre
    assert "/fce/favicon.svg" in neutre
    settings.FCE_MARQUE = "République|Française"
    marquee = client.get("/cookies").content.decode()
    assert marquee.count("République<br>Française") == 2
    assert "/dsfr/dist/favicon/favicon.svg" in marquee


def test_the_suite_of_a_closed_room_leaves_out_tests_that_exist() -> None:
    noms = {chemin for salle in SALLES for chemin in salle.tests} | set(OUVERTES)
    assert {nom for nom in noms if manque(f"tests/{nom.partition('[')[0]}")} == set()
