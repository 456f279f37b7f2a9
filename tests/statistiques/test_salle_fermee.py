"""``FCE_STATISTIQUES=false``: no address, no menu, nothing in the catalogue, nobody listens to events."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

QUESTIONS = """
import json
import django; django.setup()
from django.template.loader import get_template
from django.urls import Resolver404, resolve
from fce.socle.fil import paliers
from fce.socle.offres import offres

def repond(adresse):
    try:
        return bool(resolve(adresse))
    except Resolver404:
        return False

print(json.dumps({
    "adresses": [a for a in ("/stats", "/stats/donnees.csv", "/stats/donnees.json", "/stats/schema.json") if repond(a)],
    "ecoutes": int(offres().evenements is not None),
    "catalogue": [jeu.nom for jeu in offres().jeux],
    "fil": [route for route in paliers() if route.startswith("statistiques:")],
    "pied": "/stats" in get_template("cadre/pied.html").render(),
}))
"""


@pytest.mark.parametrize("ouverte", [True, False])
def test_a_closed_room_shows_nothing_and_hears_nothing(ouverte: bool, tmp_path: Path) -> None:
    propres = {k: v for k, v in os.environ.items() if not k.startswith(("FCE_", "DATABASE_URL"))}
    propres |= {"FCE_DATA_DIR": str(tmp_path), "FCE_ROLE": "tache", "DJANGO_SETTINGS_MODULE": "fce.config.settings"}
    propres |= {"FCE_STATISTIQUES": "true" if ouverte else "false"}
    fini = subprocess.run(
        [sys.executable, "-c", QUESTIONS],
        env=propres,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert fini.returncode == 0, fini.stderr
    lu: dict[str, Any] = json.loads(fini.stdout.splitlines()[-1])
    assert len(lu["adresses"]) == (4 if ouverte else 0)
    assert lu["ecoutes"] == (1 if ouverte else 0)
    assert lu["catalogue"] == (["usage"] if ouverte else [])
    assert bool(lu["fil"]) is ouverte
    assert lu["pied"] is ouverte
