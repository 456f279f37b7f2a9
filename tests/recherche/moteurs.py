"""The engines that the tests of the search run on: the one of a folder, and the one of a cluster where there is one.

``make test-opensearch`` asks for one, which the first test that needs it starts; an address in FCE_ESSAI_OPENSEARCH is
that of one which is there already. Each test has a prefix of its own.
"""

import atexit
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import pytest
from django.conf import settings

from fce.recherche.engines.adresse import lire_adresse
from fce.recherche.engines.opensearch import MoteurOpenSearch, chantier, schema
from fce.recherche.engines.opensearch.client import Client
from fce.recherche.engines.port import Moteur
from fce.recherche.engines.tantivy import MoteurTantivy
from tests.recherche.opensearch.grappe import Grappe

VOULUE = os.environ.get("FCE_ESSAI_OPENSEARCH", "")
NOTRE_GRAPPE = VOULUE == "grappe"
MOTEURS = ("tantivy", "opensearch") if VOULUE else ("tantivy",)


@lru_cache(maxsize=1)
def notre_grappe() -> Grappe:
    """Start the cluster of this run, which ends with it."""
    grappe = Grappe()
    atexit.register(grappe.arreter)
    return grappe


def adresse_de_la_grappe() -> str:
    """Address of the cluster of the tests."""
    return notre_grappe().adresse if NOTRE_GRAPPE else VOULUE


@contextmanager
def prefixe_neuf() -> Iterator[str]:
    """Yield an address of the cluster under which there is nothing, and leave nothing there."""
    adresse = f"{adresse_de_la_grappe()}/essai-{uuid.uuid4().hex[:12]}"
    yield adresse
    client = Client(lire_adresse(adresse))
    restes = client.demander("GET", f"/{client.adresse.prefixe}-*/_settings", filter_path="*.settings.index.uuid") or {}
    if restes:
        client.demander("DELETE", "/" + ",".join(restes))


@contextmanager
def moteur_neuf(nom: str, dossier: Path) -> Iterator[Moteur]:
    """Yield an engine that holds nothing, for tests that share one."""
    if nom == "tantivy":
        yield MoteurTantivy(dossier)
        return
    with prefixe_neuf() as adresse:
        yield MoteurOpenSearch(lire_adresse(adresse))


SUR_UN_DOSSIER = pytest.mark.parametrize("moteur_en_place", ["tantivy"], indirect=True)


def versions_gardees() -> list[str]:
    """Names of the versions that the engine of the settings keeps."""
    if not settings.FCE_SEARCH_URL:
        dossier = settings.FCE_INDEX_DIR / "versions"
        return sorted(version.name for version in dossier.iterdir()) if dossier.is_dir() else []
    indexes = chantier.versions(Client(lire_adresse(settings.FCE_SEARCH_URL)))
    return sorted({index.rsplit("-", 1)[0] for index in indexes if index.endswith(schema.LEXIQUE)})


def un_autre_processus() -> Moteur:
    """Return the engine of the settings as another process has it: it has opened nothing yet."""
    if settings.FCE_SEARCH_URL:
        return MoteurOpenSearch(lire_adresse(settings.FCE_SEARCH_URL))
    return MoteurTantivy(settings.FCE_INDEX_DIR)
