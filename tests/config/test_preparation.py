"""A web process is ready before it takes a connection: its first reader waits no longer than the next one."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fce.config import preparation
from tests.pannes import lever

PREMIERE_LECTURE = """
import sys
from fce.config.wsgi import application
from fce.config.serveur.demande import environnement

charges = set(sys.modules)
for adresse in ("/healthz", "/recherche/suggestions?q=boul", "/recherche?q=boulangerie+lille"):
    chemin, _, question = adresse.encode().partition(b"?")
    scope = {
        "method": "GET", "raw_path": chemin, "query_string": question, "http_version": "1.1",
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "headers": [(b"host", b"localhost")],
    }
    list(application(environnement(scope), lambda *_: None))
print(sorted(m for m in set(sys.modules) - charges if m.startswith("fce.") and "templatetags" not in m))
from fce.referentiels.territoires import index_lieux
from fce.recherche import comprehension
print(index_lieux.index.cache_info().misses, comprehension._activites.cache_info().misses)
"""


def test_the_first_requests_load_none_of_our_code_and_make_no_vocabulary_again(tmp_path: Path) -> None:
    dit = subprocess.run(
        [sys.executable, "-c", PREMIERE_LECTURE],
        env={**os.environ, "FCE_DATA_DIR": str(tmp_path), "FCE_ROLE": "web"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert dit[-2:] == ["[]", "1 1"], dit


def test_what_cannot_be_loaded_is_told_and_the_process_serves(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(preparation.comprehension, "lire", lever(OSError("disque")))
    preparation.preparer()
    assert "preparation_impossible" in caplog.text
    assert "disque" not in caplog.text


def test_a_cluster_that_stalls_does_not_delay_the_start(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as muet:
        settings.FCE_SEARCH_URL = f"opensearch+http://127.0.0.1:{muet.getsockname()[1]}/fce"
        preparation.preparer()
        muet.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody came
            muet.accept()
