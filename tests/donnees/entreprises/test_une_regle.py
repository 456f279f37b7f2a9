"""One module reads the status of diffusion, and one room reads Sirene: whoever asks gets a rule or masked rows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

import fce
from fce.donnees.entreprises import repertoire, selectors, situation
from fce.donnees.entreprises.diffusion import Regime
from tests.acces.masquees import TOUS
from tests.donnees.entreprises import fabrique as f
from tests.maison.arbres import docstrings

RACINE = Path(fce.__file__).parent
REGLE = "donnees/entreprises/diffusion.py"
A_PART = ("sources/catalogue/", "demo/")
"""Declarations, and what is computed while a file is imported: below the rooms; and who writes files as Insee does."""
INVENTEES = {"fiche/unite/unite_visee.py", "fiche/groupe/etat.py", "service/portail/essai/services.py"}
"""Name a regime for a unit that no row describes: unknown, or made up; none compares one."""
_LUE = re.compile(r"\bstatut_diffusion\b|\bregime\)?\s*(?:=|<>|IN)\s*\(?'")
_TABLES = re.compile(r"(?<!\{)\bsirene_(?:unites|etablissements|successions|doublons)")


def modules() -> Iterator[tuple[str, ast.Module]]:
    for chemin in sorted(RACINE.rglob("*.py")):
        nom = str(chemin.relative_to(RACINE))
        if "migrations" not in chemin.parts and not nom.startswith(A_PART):
            yield nom, ast.parse(chemin.read_text(encoding="utf-8"))


def textes(arbre: ast.Module) -> Iterator[str]:
    ecartes = docstrings(arbre)
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str) and id(noeud) not in ecartes:
            yield noeud.value
        elif isinstance(noeud, ast.JoinedStr):
            yield ast.unparse(noeud)


def compares(arbre: ast.Module) -> bool:
    """Whether a regime is compared, or a mask with the kind of person."""
    juges = [n for n in ast.walk(arbre) if isinstance(n, ast.Compare | ast.BoolOp)]
    ecrits = [ast.unparse(n) for n in juges]
    return any("Regime." in e or ("masque" in e and "personne_physique" in e) for e in ecrits)


def test_nobody_else_reads_the_status_of_diffusion() -> None:
    lus, nommes = set(), set()
    for nom, arbre in modules():
        attributs = {n.attr for n in ast.walk(arbre) if isinstance(n, ast.Attribute)}
        if "statut_diffusion" in attributs or any(map(_LUE.search, textes(arbre))) or compares(arbre):
            lus.add(nom)
        if attributs & {*Regime.__members__} and not nom.startswith("donnees/entreprises/"):
            nommes.add(nom)
    assert lus == {REGLE}
    assert nommes == INVENTEES


def test_nobody_else_names_a_table_of_sirene() -> None:
    fautifs = set()
    for nom, arbre in modules():
        pris = {a.name for n in ast.walk(arbre) if isinstance(n, ast.ImportFrom) for a in n.names}
        nus = {ast.unparse(n) for n in ast.walk(arbre) if isinstance(n, ast.Attribute)}
        lues = (
            pris & {"UL", "ETAB"} or nus & {"requetes.UL", "requetes.ETAB"} or any(map(_TABLES.search, textes(arbre)))
        )
        if lues and not nom.startswith("donnees/entreprises/"):
            fautifs.add(nom)
    assert fautifs == set()


@pytest.mark.django_db
def test_a_relation_holds_who_may_be_read_there_and_no_column_that_the_strictest_hides() -> None:
    sirens = [f.siren_no(n) for n in range(len(TOUS))]
    cas = list(zip(sirens, TOUS, strict=True))
    f.unites(*(f.unite(s, categorie_juridique=c, statut_diffusion=u, denomination="[ND]") for s, (c, u, *_) in cas))
    places = [(s, n, statut) for s, (_, _, *statuts) in cas for n, statut in enumerate(statuts, 1)]
    f.lieux(*(f.lieu(s, n, statut_diffusion=statut, libelle_commune="[ND]") for s, n, statut in places))
    unites = selectors.entreprises(sirens)
    lieux = selectors.etablissements(f.siret_no(s, n) for s, n, _ in places)
    regimes = situation.situations({*unites, *lieux})

    def lus(relation: str, cle: str) -> set[str]:
        with connection.cursor() as curseur:
            curseur.execute(f"SELECT r.* FROM {relation} r")
            noms = [c.name for c in curseur.description]
            lignes = [dict(zip(noms, x, strict=True)) for x in curseur.fetchall()]
        assert "[ND]" not in {v for x in lignes for v in x.values()}
        assert all(x.get("regime", sous) == sous for x in lignes for sous in [regimes[x[cle]].regime])
        return {x[cle] for x in lignes}

    assert lus(repertoire.UNITES_OUVERTES, "siren") == {s for s, vue in unites.items() if not vue.masque}
    assert lus(repertoire.UNITES_LISTABLES, "siren") == {s for s, vue in unites.items() if vue.regime.listable}
    assert lus(repertoire.LIEUX_OUVERTS, "siret") == {s for s, vu in lieux.items() if not vu.masque}
    assert lus(repertoire.LIEUX_LISTABLES, "siret") == {s for s, vu in lieux.items() if vu.regime.listable}
    assert lus(repertoire.LIEUX_CONNUS, "siret") == lieux.keys()
