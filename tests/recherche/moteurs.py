"""The engines that the tests of the search run on: the one of a folder, and the one of a cluster where there is one.

``make test-opensearch`` starts a cluster and says where it is; each test has a prefix of its own there.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fce.recherche.engines.adresse import lire
from fce.recherche.engines.opensearch import MoteurOpenSearch, chantier, schema
from fce.recherche.engines.opensearch.client import Client
from fce.recherche.engines.tantivy import MoteurTantivy
from fce.recherche.port import Moteur

GRAPPE = os.environ.get("FCE_ESSAI_OPENSEARCH", "")
MOTEURS = ("tantivy", "opensearch") if GRAPPE else ("tantivy",)


@contextmanager
def prefixe_neuf() -> Iterator[str]:
    """Yield an address of the cluster under which there is nothing, and leave nothing there."""
    adresse = f"{GRAPPE}/essai-{uuid.uuid4().hex[:12]}"
    yield adresse
    client = Client(lire(adresse))
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
        yield MoteurOpenSearch(lire(adresse))


SUR_UN_DOSSIER = pytest.mark.parametrize("moteur_en_place", ["tantivy"], indirect=True)
SUR_UNE_GRAPPE = pytest.mark.parametrize("moteur_en_place", MOTEURS[1:], indirect=True)


def versions_gardees() -> list[str]:
    """Names of the versions that the engine of the settings keeps."""
    from django.conf import settings

    if not settings.FCE_SEARCH_URL:
        dossier = settings.FCE_INDEX_DIR / "versions"
        return sorted(version.name for version in dossier.iterdir()) if dossier.is_dir() else []
    indexes = chantier.versions(Client(lire(settings.FCE_SEARCH_URL)))
    return sorted({index.rsplit("-", 1)[0] for index in indexes if index.endswith(schema.LEXIQUE)})
