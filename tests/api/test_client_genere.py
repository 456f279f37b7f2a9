"""A partner may generate his client from the OpenAPI document: it reads the feed and the files."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fce.api.v1 import api
from fce.donnees.changements import fichiers, services
from tests.donnees.changements.histoire import Transport, importer
from tests.donnees.changements.test_flux import PERSONNE, A, B, lieux, unites
from tests.recherche.repertoire import LIEUX, UNITES

pytestmark = pytest.mark.django_db


@pytest.fixture
def genere(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The generated package, importable under the name ``client_genere``."""
    settings.FCE_DATA_DIR = tmp_path
    (document := tmp_path / "openapi.json").write_text(json.dumps(api.get_openapi_schema()))
    generateur = Path(sys.executable).with_name("openapi-python-client")
    # Without hooks: the code of the partner is his to format.
    (reglages := tmp_path / "reglages.yml").write_text("post_hooks: []\n")
    commande = [str(generateur), "generate", "--path", str(document), "--config", str(reglages)]
    subprocess.run(
        [*commande, "--meta", "none", "--output-path", str(tmp_path / "client_genere")], check=True, capture_output=True
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("client_genere")
    for nom in [nom for nom in sys.modules if nom.split(".")[0] == "client_genere"]:
        del sys.modules[nom]


def appeler(genere: Any, operation: str, *arguments: Any, **parametres: Any) -> Any:
    client = genere.Client("http://testserver", httpx_args={"transport": Transport()})
    return importlib.import_module(f"client_genere.api.{operation}").sync_detailed(
        *arguments, client=client, **parametres
    )


def test_a_generated_client_reads_the_feed_the_files_and_a_sheet(genere: Any) -> None:
    importer({UNITES: unites(**{A: PERSONNE}), LIEUX: lieux()})
    services.calculer()
    fichiers.ecrire()
    genres = importlib.import_module("client_genere.models").FceApiChangementsFichierCompletGenre
    fichier = appeler(genere, "changements.fce_api_changements_fichier_complet", genres.NDJSON_GZ)
    assert fichier.status_code == 200
    assert fichier.content[:2] == b"\x1f\x8b"
    importer({UNITES: unites(**{A: PERSONNE, B: {"sigle": "N"}})})
    services.calculer()
    flux = appeler(
        genere, "changements.fce_api_changements_changements", curseur=fichier.headers["X-FCE-Curseur"], taille=10
    )
    premier, fin = map(json.loads, flux.content.splitlines())
    assert premier["siren"] == B
    assert fin["a_jour"]
    fiche = appeler(genere, "fiches.fce_api_v1_fiche_entreprise", A)
    assert fiche.parsed.to_dict()["siren"] == A
