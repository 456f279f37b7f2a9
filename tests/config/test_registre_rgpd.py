"""``docs/rgpd/registre.md`` has a sheet for each table about people; ``test_dossiers`` compares columns and times."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib import import_module

import pytest

from fce.socle.base.conservation import declarees, modeles
from fce.sources import registre
from scripts.dossiers.durees import courte, table
from tests.preuves import RACINE

TEXTE = (RACINE / "docs/rgpd/registre.md").read_text(encoding="utf-8")
FICHES = re.split(r"^## \d+\. ", TEXTE, flags=re.M)[1:]
TABLES = [table(m) for m in declarees(modeles())]


def lignes(entete: str) -> list[list[str]]:
    """The rows of every table of the document under these first two headings."""
    debut = re.compile(rf"^\| {re.escape(entete)} \|[^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)+)", re.M)
    return [[c.strip() for c in x.strip("|").split("|")] for corps in debut.findall(TEXTE) for x in corps.splitlines()]


def noms(cellule: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cellule)


def test_each_table_about_people_is_in_one_sheet_of_the_register() -> None:
    assert sorted(noms(nom)[0] for nom, *_ in lignes("table | données")) == sorted(TABLES)


@pytest.mark.parametrize("fiche", FICHES, ids=lambda f: f.splitlines()[0])
def test_a_sheet_says_what_article_30_asks_for(fiche: str) -> None:
    if "usage.md" in fiche:
        fiche += (RACINE / "docs/rgpd/usage.md").read_text(encoding="utf-8")
    dites = {ligne.split("|")[1].strip() for ligne in fiche.splitlines() if ligne.startswith("| ")}
    assert {"finalité", "personnes", "source", "destinataires", "sécurité", "droits"} <= dites


def test_a_live_answer_is_kept_as_long_as_its_declaration_says() -> None:
    directes = {s.nom: s.direct.conservation for s in registre.toutes() if s.direct is not None}
    attendues = {nom: courte(c) if c else "jamais gardée" for nom, c in directes.items()}
    assert {noms(nom)[0]: gardee for nom, gardee in lignes("source directe | gardée")} == attendues


def test_what_is_bounded_elsewhere_is_so_in_the_code() -> None:
    bornes = lignes("ce qui est borné | valeur")
    assert len(bornes) > 10
    for quoi, valeur, fichier, nom in bornes:
        (chemin,), (constante,) = noms(fichier), noms(nom)
        if chemin == "fce/config/settings.py":  # what it is when nobody sets it
            (lue,) = re.findall(rf'env\.int\(\s*"{constante}", (\d+)', (RACINE / chemin).read_text(encoding="utf-8"))
        else:
            vraie = getattr(import_module(chemin.removesuffix(".py").replace("/", ".")), constante)
            lue = courte(vraie) if isinstance(vraie, timedelta) else str(vraie)
        assert valeur == lue, quoi
