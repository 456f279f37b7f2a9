"""``FCE_CONVENTION=false``: no address, no entry of the menu, nothing to do, no step, no link of the foot shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.comptes.routes import routes

ADRESSES = sorted({r.adresse for r in routes() if r.nom.startswith("convention:")})
QUESTIONS = """
import json, sys
import django; django.setup()
from django.apps import apps
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from fce.socle.fil import paliers
from fce.socle.offres import offres

def repond(adresse):
    try:
        return resolve(adresse).namespace == "convention"
    except Resolver404:
        return False

print(json.dumps({
    "adresses": [a for a in json.loads(sys.argv[1]) if repond(a)],
    "a_faire": [lire.__module__ for lire in offres().taches],
    "menu": [e.route for e in offres().menu],
    "fil": [*paliers(), *(palier.route for palier in paliers().values())],
    "pied": [lien for lien in ("/budget", "/sources") if f'href="{lien}"' in render_to_string("cadre/pied.html")],
    "tables": len([*apps.get_app_config("convention").get_models()]),
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
    lu = montre(tmp_path, FCE_CONVENTION="true" if ouverte else "false")
    assert len(ADRESSES) > 20
    assert lu["adresses"] == (ADRESSES if ouverte else [])
    for quoi in ("a_faire", "menu", "fil"):
        siens = [nom for nom in lu[quoi] if nom.startswith(("fce.convention", "convention:"))]
        assert bool(siens) is ouverte, quoi
    assert lu["pied"] == (["/budget", "/sources"] if ouverte else ["/sources"])
    # What is kept is kept.
    assert lu["tables"] == 10
