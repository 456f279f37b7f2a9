"""The documentation of the commands says all that there is, and nothing else."""

import argparse
import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from fce.config.commande import COMMANDES

RACINE = Path(__file__).resolve().parents[2]
DOCUMENT = (RACINE / "docs/exploitation/commandes.md").read_text("utf-8")
SECTIONS: dict[str, str] = dict(re.findall(r"^## `fce (\w+)[^\n]*\n(.*?)(?=^## |\Z)", DOCUMENT, re.M | re.S))
NOTRES = sorted(
    nom for nom, app in get_commands().items() if (app if isinstance(app, str) else app.__module__).startswith("fce.")
)


def options(analyseur: argparse.ArgumentParser) -> set[str]:
    """Long options of a command and of its actions, those that Django gives to every command apart."""
    trouvees = set()
    for action in analyseur._actions:
        if isinstance(action, argparse._SubParsersAction):
            trouvees |= {o for sous in action.choices.values() for o in options(sous)}
        trouvees |= {o for o in action.option_strings if o.startswith("--")}
    return trouvees - communes()


def communes() -> set[str]:
    analyseur = BaseCommand().create_parser("fce", "x")
    return {o for action in analyseur._actions for o in action.option_strings}


def analyseur(nom: str) -> argparse.ArgumentParser:
    app = get_commands()[nom]
    commande = load_command_class(app, nom) if isinstance(app, str) else app
    return commande.create_parser("fce", nom)


def test_each_command_has_its_section_and_each_section_its_command() -> None:
    assert sorted(SECTIONS) == NOTRES


def test_the_help_names_each_command() -> None:
    assert sorted({nom.split()[0] for nom in COMMANDES}) == NOTRES


@pytest.mark.parametrize("nom", NOTRES)
def test_each_option_has_its_line_and_each_line_its_option(nom: str) -> None:
    if nom in ("check", "migrate"):
        pytest.skip("elle garde les options de la commande de Django")
    assert set(re.findall(r"^\| `(--[\w-]+)` \|", SECTIONS[nom], re.M)) == options(analyseur(nom))


@pytest.mark.parametrize("nom", NOTRES)
def test_each_action_is_named(nom: str) -> None:
    for action in analyseur(nom)._actions:
        if isinstance(action, argparse._SubParsersAction):
            for sous in action.choices:
                assert f"`fce {nom} {sous}" in SECTIONS[nom]


def test_settings_that_are_cited_exist() -> None:
    reglages = (RACINE / "docs/exploitation/reglages.md").read_text("utf-8")
    connus = set(re.findall(r"^\| `(\w+)` \|", reglages, re.M))
    documents = [*(RACINE / "docs").rglob("*.md"), RACINE / "README.md", RACINE / "CONTRIBUTING.md"]
    cites = {nom: d.name for d in documents for nom in re.findall(r"\bFCE_[A-Z_0-9]+[A-Z0-9]\b", d.read_text("utf-8"))}
    # FCE_TESTS_DIR moves the database of the tests: no setting of the product.
    assert {nom: d for nom, d in cites.items() if nom not in connus | {"FCE_TESTS_DIR"}} == {}


def test_commands_that_are_cited_exist() -> None:
    documents = [*(RACINE / "docs").rglob("*.md"), RACINE / "README.md", RACINE / "ARCHITECTURE.md"]
    cites = {nom: d.name for d in documents for nom in re.findall(r"[`«] ?fce ([a-z]+)\b", d.read_text("utf-8"))}
    assert {nom: d for nom, d in cites.items() if nom not in {*get_commands(), "seul", "help"}} == {}


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*(RACINE / "docs").rglob("*.md"), *RACINE.glob("*.md")]
    rompus = [
        f"{d.name} : {lien}"
        for d in documents
        for lien in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", d.read_text("utf-8"))
        if not (d.parent / lien).exists()
    ]
    assert rompus == []
    cites = [
        f"{d.name} : {chemin}"
        for d in documents
        for chemin in re.findall(r"`((?:docs|tests|fce)/[\w./-]+[\w])`", d.read_text("utf-8"))
        if not (RACINE / chemin).exists() and not list(RACINE.glob(f"{chemin}*"))
    ]
    assert cites == []


def test_the_events_told_to_whoever_runs_the_service_are_those_of_the_code() -> None:
    document = (RACINE / "docs/exploitation/journaux.md").read_text("utf-8")
    code = "\n".join(f.read_text("utf-8") for f in sorted((RACINE / "fce").rglob("*.py")))
    dits = [
        (nom, gravite)
        for evenements, gravite in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| (error|warning) \|", document, re.M)
        for nom in re.findall(r"`(\w+)`", evenements)
    ]
    assert len(dits) > 15
    assert [(nom, g) for nom, g in dits if not re.search(rf'log\.{g}\(\s*"{nom}\b', code)] == []
