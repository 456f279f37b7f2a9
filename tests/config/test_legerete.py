"""What a page never needs is never loaded by a web process, nor the engine of the search by who searches nothing."""

import subprocess
import sys

import pytest


def test_whoever_has_all_the_addresses_and_searches_nothing_has_loaded_no_engine():
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'fce.config.settings'; import django; django.setup();"
        "import fce.config.urls; from fce.sources import registre; registre.toutes();"
        "print(sorted({'numpy', 'opensearchpy', 'polars', 'pyarrow', 'tantivy', 'weasyprint'} & sys.modules.keys()))"
    )
    sortie = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert sortie.stdout.strip() == "[]"


def test_a_test_that_starts_a_process_bears_the_mark(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("processus") is not None
