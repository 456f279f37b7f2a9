"""The code of the house is easy to read: names of their own, small functions, one logger."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import fce
from fce.donnees.entreprises.colonnes_ouvertes import OUVERTES
from fce.recherche.question import filtres
from fce.referentiels import activites, naf

RACINE = Path(fce.__file__).parent
FICHIERS = [p for p in sorted(RACINE.rglob("*.py")) if "migrations" not in p.parts]
LIGNES_D_UNE_FONCTION = 60


@cache
def arbre(chemin: Path) -> ast.Module:
    return ast.parse(chemin.read_text(encoding="utf-8"))


def piece(chemin: Path) -> str:
    return chemin.relative_to(RACINE).parts[0]


def test_no_public_class_has_the_name_of_one_of_another_room() -> None:
    """The demonstration, which invents companies, has words of its own; so do Django's commands."""
    pieces: dict[str, set[str]] = defaultdict(set)
    for chemin in FICHIERS:
        for noeud in arbre(chemin).body:
            if isinstance(noeud, ast.ClassDef) and not noeud.name.startswith("_") and piece(chemin) != "demo":
                pieces[noeud.name].add(piece(chemin))
    assert {nom: ou for nom, ou in pieces.items() if len(ou) > 1 and nom != "Command"} == {}


def test_a_public_constant_of_two_rooms_has_one_value() -> None:
    """Those that only their module reads are private: they are no words of the house."""
    valeurs: dict[str, dict[str, str]] = defaultdict(dict)
    for chemin in FICHIERS:
        if piece(chemin) == "demo" or "catalogue" in chemin.parts or "views" in chemin.stem:
            continue
        for nom, valeur in _constantes(arbre(chemin)):
            if _lue_ailleurs(chemin, nom):
                valeurs[nom][str(chemin.relative_to(RACINE))] = valeur
    assert {nom: ou for nom, ou in valeurs.items() if len(set(ou.values())) > 1} == {}


def test_v30_a_code_of_the_naf_is_written_in_the_nomenclatures_only() -> None:
    """Elsewhere a rule would know one of both nomenclatures: ``referentiels.activites`` knows them. The demonstration
    invents companies."""
    nomenclatures = "|".join((naf.NAF_REV_2, *naf.ECRITURES_2025))
    ecrite = re.compile(rf"""(?:^|'|")(?:\d\d\.\d\d[A-Z]|{nomenclatures})(?:$|'|")""")
    trouves = {
        f"{chemin.relative_to(RACINE)}:{noeud.lineno}"
        for chemin in FICHIERS
        if piece(chemin) not in ("demo", "referentiels")
        for parent in ast.walk(arbre(chemin))
        if not isinstance(parent, ast.Expr)  # docstrings
        for noeud in ast.iter_child_nodes(parent)
        if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str) and ecrite.search(noeud.value)
    }
    assert trouves == set()


def test_codes_of_both_nomenclatures_are_compared_in_one_room() -> None:
    """A sub-class is in one nomenclature, so its code is enough: ``activites`` gives its section, its levels and what
    two codes share. Elsewhere nobody cuts a code, nor asks one nomenclature only for the levels of a code."""
    compare = re.compile(r"\bnaf\.ancetres|left\([^)]*activite_principale\w*, [1-5]\)|activite_principale\w*\W{1,3}\[:")
    ailleurs = [p for p in FICHIERS if piece(p) not in ("demo", "referentiels")]
    assert [p.name for p in ailleurs if compare.search(p.read_text(encoding="utf-8"))] == []
    assert not {*map(naf.est_sous_classe, activites.section_de())} ^ {True}
    assert len(activites.section_de()) == sum(
        naf.est_sous_classe(lue.code) for de in activites.NOMS for lue in naf.libelles(de)
    )


def test_a_filter_is_compiled_on_its_entry_only() -> None:
    """What a document bears and what SQL compares are said in ``recherche``; the others give a filter and a value."""
    dit = re.compile(r"""CodeCherche\(\s*["'](?:codes|faits)["']|\bt\.(?:naf25?|juridique|tranche|employeur)\b""")
    ailleurs = [p for p in FICHIERS if piece(p) != "recherche"]
    assert [p.name for p in ailleurs if dit.search(p.read_text(encoding="utf-8"))] == []


def test_an_open_column_is_named_in_one_table_only() -> None:
    """Files and lists choose from ``OUVERTES``; a filter may have the title of a column."""
    titres = {c.titre for c in OUVERTES.values() if " " in c.titre} - {f.titre for f in filtres.SIRENE.values()}
    trouves = {
        f"{chemin.relative_to(RACINE)}:{noeud.lineno}"
        for chemin in FICHIERS
        if piece(chemin) in ("recherche", "listes", "rapprochement", "territoires", "changements")
        for noeud in ast.walk(arbre(chemin))
        if isinstance(noeud, ast.Constant) and noeud.value in titres
    }
    assert trouves == set()


def _constantes(module: ast.Module) -> Iterator[tuple[str, str]]:
    for noeud in module.body:
        cibles = [noeud.target] if isinstance(noeud, ast.AnnAssign) else getattr(noeud, "targets", [])
        valeur = getattr(noeud, "value", None)
        for cible in cibles:
            if isinstance(cible, ast.Name) and re.fullmatch(r"[A-Z][A-Z0-9_]+", cible.id) and valeur is not None:
                yield cible.id, ast.unparse(valeur)


@cache
def _importees() -> frozenset[tuple[str, str]]:
    """(module, name) of what a module of the house takes from another one by its name."""
    prises = set()
    for chemin in FICHIERS:
        paquet = ".".join(("fce", *chemin.relative_to(RACINE).parent.parts))
        for noeud in ast.walk(arbre(chemin)):
            if isinstance(noeud, ast.ImportFrom):
                base = noeud.module or ""
                if noeud.level:
                    base = ".".join([*paquet.split(".")[: len(paquet.split(".")) - noeud.level + 1], base]).rstrip(".")
                prises |= {(base, alias.name) for alias in noeud.names}
    return frozenset(prises)


def _lue_ailleurs(chemin: Path, nom: str) -> bool:
    module = ".".join(("fce", *chemin.relative_to(RACINE).with_suffix("").parts)).removesuffix(".__init__")
    return (module, nom) in _importees()


def test_a_function_stays_short() -> None:
    """One of the tests, of the benches and of the scripts too."""
    ailleurs = (p for dossier in ("tests", "bench", "scripts") for p in (RACINE.parent / dossier).rglob("*.py"))
    fichiers = [*FICHIERS, *ailleurs]
    assert len(fichiers) > len(FICHIERS) > 900
    assert {str(p.relative_to(RACINE.parent)): trop for p in fichiers if (trop := longues(p))} == {}


def longues(chemin: Path) -> set[str]:
    fonctions = (n for n in ast.walk(arbre(chemin)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return {n.name for n in fonctions if (n.end_lineno or 0) - n.lineno >= LIGNES_D_UNE_FONCTION}


def test_a_logger_is_log_and_comes_of_structlog() -> None:
    """``journal`` is that of the readings (``fce.droits.journal``)."""
    ecrivent = [c for c in FICHIERS if re.search(r"getLogger|get_logger", c.read_text(encoding="utf-8"))]
    assert len(ecrivent) > 20
    assert {str(c.relative_to(RACINE)): fautes for c in ecrivent if (fautes := [*mal_nommes(arbre(c))])} == {}


def mal_nommes(module: ast.Module) -> Iterator[str]:
    """Loggers of another library, or of another name."""
    for noeud in ast.walk(module):
        if isinstance(noeud, ast.Call) and ast.unparse(noeud.func) in ("logging.getLogger", "getLogger"):
            yield f"ligne {noeud.lineno} : logging.getLogger"
        if (
            isinstance(noeud, ast.Assign)
            and "get_logger" in ast.unparse(noeud.value)
            and [ast.unparse(c).lstrip("_") for c in noeud.targets] != ["log"]
        ):
            yield f"ligne {noeud.lineno} : {ast.unparse(noeud)}"


@pytest.mark.parametrize(
    ("ecrit", "fautes"),
    [
        ("log = structlog.get_logger('fce.essai')", 0),
        ("_log = structlog.get_logger('fce.essai')", 0),
        ("journal = structlog.get_logger('fce.essai')", 1),
        ("log = logging.getLogger('fce')", 1),
    ],
)
def test_a_logger_of_another_name_or_library_is_found(ecrit: str, fautes: int) -> None:
    assert len([*mal_nommes(ast.parse(ecrit))]) == fautes


def test_no_name_of_the_code_is_shown_to_a_reader() -> None:
    """A class renamed everywhere once became the label of a field: « FormulaireNom »."""
    classes = {n.name for c in FICHIERS for n in ast.walk(arbre(c)) if isinstance(n, ast.ClassDef)}
    composes = {nom for nom in classes if re.search(r"[a-z][A-Z]", nom)}
    fautes = [
        f"{chemin.relative_to(RACINE)}:{mot.value.lineno} « {mot.value.value} »"
        for chemin in FICHIERS
        for noeud in ast.walk(arbre(chemin))
        if isinstance(noeud, ast.Call)
        for mot in noeud.keywords
        if mot.arg in ("label", "help_text", "titre", "libelle", "verbose_name", "message")
        and isinstance(mot.value, ast.Constant)
        and isinstance(mot.value.value, str)
        and composes & set(re.findall(r"\w+", mot.value.value))
    ]
    assert fautes == []


def test_a_struct_is_not_copied_as_a_dataclass() -> None:
    """``replace`` of dataclasses refuses a struct of msgspec when it is called, and no type checker tells: who knows a
    struct, and changes fields that it has, takes that of msgspec."""
    structures = {
        (_module(chemin), noeud.name): {x.target.id for x in noeud.body if isinstance(x, ast.AnnAssign)}  # type: ignore[union-attr]
        for chemin in FICHIERS
        for noeud in arbre(chemin).body
        if isinstance(noeud, ast.ClassDef) and "msgspec.Struct" in map(ast.unparse, noeud.bases)
    }
    fautes = []
    for chemin in FICHIERS:
        noeuds = [*ast.walk(arbre(chemin))]
        importes = {(n.module, nom.name) for n in noeuds if isinstance(n, ast.ImportFrom) for nom in n.names}
        if ("dataclasses", "replace") not in importes:
            continue
        connues = [champs for cle, champs in structures.items() if cle in importes or cle[0] == _module(chemin)]
        changes = [
            {mot.arg for mot in n.keywords}
            for n in noeuds
            if isinstance(n, ast.Call) and ast.unparse(n.func) == "replace"
        ]
        if any(change <= champs for change in changes for champs in connues):
            fautes.append(_module(chemin))
    assert len(structures) > 10
    assert fautes == []


def _module(chemin: Path) -> str:
    return ".".join(chemin.relative_to(RACINE.parent).with_suffix("").parts)


DU_JOURNAL = {"Signal": {0}, "consigner_refus": {1, 4}}
"""Functions that write the journal, and which of their arguments are words of its vocabulary."""


def test_what_writes_the_journal_takes_its_words_from_their_list() -> None:
    fautes = []
    for chemin in FICHIERS:
        for appel in (n for n in ast.walk(arbre(chemin)) if isinstance(n, ast.Call)):
            places = DU_JOURNAL.get(getattr(appel.func, "attr", getattr(appel.func, "id", "")), ())
            mots = [appel.args[i] for i in places if i < len(appel.args)]
            mots += [cle.value for cle in appel.keywords if cle.arg in {"surface", "raison_code"}]
            fautes += [f"{chemin}:{mot.lineno}" for mot in mots if isinstance(mot, ast.Constant)]
    assert fautes == []


IMPORTEURS = {
    "csp": {"config/settings.py", "ensembles/rapprochement/views_service.py"},
    "httpx": {"client.py", "socle/web/http.py"},
}
"""Modules that import what Django 6 replaces, or what may be replaced (docs/adr/0069); none is added."""


@pytest.mark.parametrize("bibliotheque", IMPORTEURS)
def test_a_library_that_may_leave_gains_no_user(bibliotheque: str) -> None:
    importe = re.compile(rf"^\s*(import|from) {bibliotheque}\b", re.M)
    trouves = {str(f.relative_to(RACINE)) for f in FICHIERS if importe.search(f.read_text("utf-8"))}
    assert trouves == IMPORTEURS[bibliotheque]
