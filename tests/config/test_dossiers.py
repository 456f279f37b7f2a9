"""The documents say what the code says: their tables, the rows of the register, the copies that are published."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from fce.service.portail.transparence.documents import documents
from scripts.dossiers.documents import PUBLICS, RACINE, ecarts
from scripts.dossiers.tableaux import TABLEAUX

ENSEMBLE = "\n".join(f.read_text("utf-8") for f in (RACINE / "docs").rglob("*.md"))


def test_the_documents_are_those_that_the_code_writes() -> None:
    differents = sorted(str(f.relative_to(RACINE)) for f in ecarts())
    assert differents == [], "python -m scripts.dossiers les récrit"


def test_each_table_is_in_one_document_and_has_its_author() -> None:
    assert sorted(re.findall(r"<!-- tableau : ([\w-]+) -->", ENSEMBLE)) == sorted(TABLEAUX)


@pytest.mark.django_db
@pytest.mark.parametrize("nom", PUBLICS)
def test_each_published_document_is_a_page_and_a_file(client: Client, nom: str) -> None:
    document = documents()[nom]
    page = client.get(f"/transparence/{nom}")
    html = page.content.decode()
    assert (page.status_code, html.count("<h1")) == (200, 1)
    assert document.titre in html
    assert "<!--" not in document.texte
    fichier = client.get(f"/transparence/{nom}.md")
    assert fichier["Content-Type"] == "text/markdown; charset=utf-8"
    assert len(fichier.content) == document.octets
    # Every link stays on the service, or is complete.
    liens = re.findall(r"\]\(([^)]*)\)", document.texte)
    assert [x for x in liens if not x.startswith(("https://", "/transparence/", "mailto:"))] == []
    assert {x.rpartition("/")[2] for x in liens if x.startswith("/transparence/")} <= set(PUBLICS)


@pytest.mark.django_db
def test_what_would_help_an_attacker_is_not_published(client: Client) -> None:
    """Neither weaknesses, nor test results, nor addresses, nor versions: the operator and the authority read those."""
    for nom in ("risques", "tests", "batterie", "acces", "dependances", "flux", "incidents", "architecture"):
        assert client.get(f"/transparence/{nom}").status_code == 404
    publies = "\n".join(d.texte for d in documents().values())
    assert re.findall(r"\b[\w-]+==\d|127\.0\.0\.1|/etc/|/var/", publies) == []
