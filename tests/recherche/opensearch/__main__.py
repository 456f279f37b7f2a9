"""``make test-opensearch``: the tests of the search on three nodes started here; further arguments are pytest's."""

import os
import sys

import pytest

from tests.recherche.opensearch import grappe


def main(arguments: list[str]) -> int:
    try:
        grappe.java()
        grappe.jars()
    except grappe.GrappeImpossible as erreur:
        sys.stderr.write(f"Les tests sur OpenSearch n’ont pas tourné. {erreur}\n")
        return 1
    os.environ["FCE_ESSAI_OPENSEARCH"] = "grappe"
    return int(pytest.main(["tests/recherche", "-k", "opensearch", *arguments]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
