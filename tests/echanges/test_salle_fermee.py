"""``FCE_ECHANGES=false``: no address, no action, no entry of the menu, nothing to do, no step of the room shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.comptes.routes import routes

ADRESSES = sorted({r.adresse for r in routes() if r.nom.startswith("echanges:")})
QUESTIONS = """
import json, sys
import django; django.setup()
from django.apps import apps
from django.urls import Resolver404, resolve
from fce.imports.chargement.bascule import basculee
from fce.recherche.services import index_en_place
from fce.socle.fil import paliers
from fce.socle.offres import offres

def repond(adresse):
    try:
        # The sheet takes any address under a company; one that is no number of its own is not found.
        return resolve(adresse).namespace == "echanges"
    except Resolver404:
        return False

print(json.dumps({
    "adresses": [a for a in json.loads(sys.argv[1]) if repond(a)],
    "actions": [a.adresse.__module__ for a in offres().actions],
    "listes": [a.adresse.__module__ for a in offres().actions_de_liste],
    "a_faire": [lire.__module__ for lire in offres().taches],
    "menu": [e.route for e in offres().menu],
    "fil": [*paliers(), *(palier.route for palier in paliers().values())],
    "ecoutes": [uid for s in (basculee, index_en_place) for (uid, *_), *_ in s.receivers if isinstance(uid, str)],
    "tables": len([*apps.get_app_config("echanges").get_models()]),
    "journal": sorted(offres().lectures_tues),
}))
"""


def montre(tmp_path: Path, **reglages: str) -> dict[str, list[str]]:
    """What a process started with these settings shows; it asks the base for nothing."""
    propres = {k: v for k, v in os.environ.items() if not k.startswith(("FCE_", "DATABASE_URL"))}
    propres |= {"FCE_DATA_DIR": str(tmp_path), "FCE_ROLE": "tache", "DJANGO_SETTINGS_MODULE": "fce.config.settings"}
    commande = [sys.executable, "-c", QUESTIONS, json.dumps(ADRESSES)]
    fini = subprocess.run(
        commande, env=propres | reglages, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60
    )
    assert fini.returncode == 0, fini.stderr
    lu: dict[str, list[str]] = json.loads(fini.stdout.splitlines()[-1])
    return lu


@pytest.mark.parametrize("ouverte", [True, False])
def test_a_closed_room_shows_nothing_and_an_open_one_does(ouverte: bool, tmp_path: Path) -> None:
    lu = montre(tmp_path, FCE_ECHANGES="true" if ouverte else "false")
    assert len(ADRESSES) > 30
    assert lu["adresses"] == (ADRESSES if ouverte else [])
    for quoi in ("actions", "listes", "a_faire", "menu", "fil", "ecoutes"):
        siens = [nom for nom in lu[quoi] if nom.startswith(("fce.echanges", "echanges"))]
        assert bool(siens) is ouverte, quoi
    # What is kept is kept, is purged in its time, and stays named in the journal of those who read it.
    assert lu["tables"] > 10
    assert "echanges-visites" in lu["journal"]
