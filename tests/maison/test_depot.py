"""Rules of the repository itself: what no reviewer should have to check by hand."""

import re
import subprocess
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[2]
SUIVIS = [
    RACINE / nom
    for nom in subprocess.run(["git", "ls-files", "-z"], cwd=RACINE, capture_output=True, text=True).stdout.split("\0")
    if nom and (RACINE / nom).is_file()
]


def suivis(*suffixes: str) -> list[Path]:
    if not SUIVIS:
        pytest.skip("pas de dépôt git ici : les fichiers suivis sont inconnus")
    return [f for f in SUIVIS if f.suffix in suffixes]


def test_no_python_file_is_longer_than_400_lines():
    longs = {str(f.relative_to(RACINE)): n for f in suivis(".py") if (n := len(f.read_text().splitlines())) > 400}
    assert longs == {}


def test_every_decision_is_numbered_and_has_the_same_shape():
    decisions = sorted((RACINE / "docs" / "adr").glob("*.md"))
    assert [int(f.name[:4]) for f in decisions] == list(range(1, len(decisions) + 1))
    for f in decisions:
        assert f.read_text().startswith(f"# {f.name[:4]} – "), f.name
    assert {f.name: n for f in decisions if (n := len(f.read_text().split())) > 400} == {}


def test_every_runtime_dependency_has_its_reason():
    import tomllib

    declarees = tomllib.loads((RACINE / "pyproject.toml").read_text())["project"]["dependencies"]
    raisons = (RACINE / "docs" / "adr" / "0008-dependances.md").read_text()
    noms = [re.split(r"[\[<>=]", d)[0] for d in declarees]
    assert [n for n in noms if n not in raisons] == []


def test_every_dependency_is_pinned():
    import tomllib

    projet = tomllib.loads((RACINE / "pyproject.toml").read_text())["project"]
    fixees = {
        re.sub(r"[-_.]+", "-", ligne.split("==")[0]).lower()
        for ligne in (RACINE / "contraintes.txt").read_text().splitlines()
    }
    declarees = {
        re.sub(r"[-_.]+", "-", re.split(r"[\[<>=]", d)[0]).lower()
        for d in [*projet["dependencies"], *projet["optional-dependencies"]["dev"]]
    }
    assert declarees - fixees == set()


def test_the_readme_stays_short():
    assert len((RACINE / "README.md").read_text().splitlines()) <= 120


def test_every_source_and_fact_has_its_word_in_the_glossary():
    from fce.sources import registre

    glossaire = (RACINE / "docs" / "glossaire.md").read_text()
    manquants = [
        nom
        for source in registre.toutes()
        for nom in (source.nom, source.modele.__name__)
        if f"`{nom}`" not in glossaire
    ]
    assert manquants == []


def test_no_template_escapes_nothing():
    dangereux = re.compile(
        r"\|\s*safe\b|autoescape off|\bon[a-z]+=\"|javascript:|<script(?![^>]*\bsrc=)|<style\b|\bstyle=\""
    )
    # nginx serves its own pages alone: their style is inside, under its hash (tests/ops/test_fichiers.py).
    pages = [f for f in suivis(".html") if f.parent != RACINE / "ops" / "nginx"]
    fautes = [f"{f.relative_to(RACINE)}: {m.group()}" for f in pages for m in dangereux.finditer(f.read_text())]
    assert fautes == []


# What a sheet repeats is built in Python, ten times faster; tests/fiche/test_echappement.py feeds it hostile values.
# Texts in Markdown: tests/socle/texte/test_markdown.py does.
HTML_EN_PYTHON = {
    "fce/fiche/page/html.py",
    "fce/fiche/page/html_graphiques.py",
    "fce/fiche/templatetags/fiche.py",
    "fce/socle/texte/markdown.py",
}


def test_html_is_marked_as_safe_only_where_its_escaping_is_tested():
    fautes = {
        str(f.relative_to(RACINE))
        for f in suivis(".py")
        if f.is_relative_to(RACINE / "fce") and "mark_safe" in f.read_text()
    }
    assert fautes <= HTML_EN_PYTHON
