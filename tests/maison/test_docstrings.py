"""A public name says what it is, in a sentence that needs no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.maison.test_code import FICHIERS, RACINE, arbre

DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

MOTS_MIN = 4
RENVOIS = re.compile(
    r"^(The same|Same|Return the same,|As |See |Idem|Like |Likewise|Ditto|The twin|One of them|They|This|These|Them"
    r"|Those (of|that|to which))\b|\b(as|see) (above|below)\b"
)
"""A first sentence that begins so leans on another docstring, or on what stands above it."""

DITS_AILLEURS = {
    "Django, classes": {"Meta", "Command"},
    "Django, commandes": {"handle", "add_arguments"},
    "Django, applications": {"ready"},
    "Django, formulaires": {"clean"},
    "Django, intergiciels": {"process_view", "process_exception"},
    "Django, sessions": {"create", "exists", "save", "delete", "clear_expired"},
    "Django, envois": {"new_file", "receive_data_chunk", "file_complete", "upload_interrupted"},
    "Django, champs": {"db_type"},
    "Django, messagerie": {"send_messages"},
    "Python, flux": {"readable", "readinto", "close"},
    "Python, fils": {"run"},
    "Python, serveur HTTP": {"log_message", "do_GET"},
}
"""Names that a library gives to what it calls, and documents, for the methods that it calls."""
PAR_DJANGO = re.compile(r"^clean_\w+$")
"""Checks of one field of a form."""


def _noms_dits() -> set[str]:
    return {nom for noms in DITS_AILLEURS.values() for nom in noms}


def test_a_public_name_is_said_in_a_sentence_that_stands_alone() -> None:
    fautes = []
    for chemin in FICHIERS:
        for nom, noeud in _publics(arbre(chemin)):
            phrase = (ast.get_docstring(noeud) or "").split("\n\n")[0].replace("\n", " ")
            if faute := _faute(phrase):
                fautes.append(f"{chemin.relative_to(RACINE)}:{noeud.lineno} {nom} {faute} : « {phrase} »")
    assert not fautes, "\n".join(fautes)


def test_every_room_is_said_in_a_sentence_too() -> None:
    pieces = [c for c in FICHIERS if c.name == "__init__.py" and len(c.relative_to(RACINE).parts) == 2]
    phrases = {c.parent.name: (ast.get_docstring(arbre(c)) or "").split("\n")[0] for c in pieces}
    assert {piece: faute for piece, phrase in phrases.items() if (faute := _faute(phrase))} == {}


@pytest.mark.parametrize(
    ("phrase", "faute"),
    [
        ("", "ne dit rien"),
        ("Public keys.", "dit trop peu"),
        ("The same for a SIRET.", "s’appuie sur un autre texte"),
        ("Those of the settings that the server knows.", "s’appuie sur un autre texte"),
        ("Return a masked address, as above.", "s’appuie sur un autre texte"),
        ("The SIRET, or None when it is not one", "n’est pas une phrase finie"),
        ("The SIRET, or None when it is not one.", ""),
        ("A number in French: ``1 234,5``.", ""),
    ],
)
def test_what_a_sentence_lacks_is_seen(phrase: str, faute: str) -> None:
    assert _faute(phrase) == faute


def test_every_name_left_to_a_library_is_one_that_the_house_defines() -> None:
    definis = {n.name for c in FICHIERS for n in ast.walk(arbre(c)) if isinstance(n, DEFINITIONS)}
    assert _noms_dits() - definis == set()


def _faute(phrase: str) -> str:
    if not phrase:
        return "ne dit rien"
    if RENVOIS.search(phrase):
        return "s’appuie sur un autre texte"
    if len(phrase.split()) < MOTS_MIN:
        return "dit trop peu"
    return "" if phrase[-1] in '.:!?»)"…}' else "n’est pas une phrase finie"


def _publics(dans: ast.Module | ast.ClassDef, avant: str = "") -> Iterator[tuple[str, DEFINITIONS]]:
    """Public classes, functions and methods, but what a library, an overload or a protocol names and documents."""
    for noeud in dans.body:
        if not isinstance(noeud, DEFINITIONS) or noeud.name.startswith("_"):
            continue
        if _dit_ailleurs(noeud, dans) or any("overload" in ast.unparse(d) for d in noeud.decorator_list):
            continue
        if not _est_application(noeud):
            yield avant + noeud.name, noeud
        if isinstance(noeud, ast.ClassDef) and not any("Protocol" in ast.unparse(b) for b in noeud.bases):
            yield from _publics(noeud, f"{noeud.name}.")


def _dit_ailleurs(noeud: DEFINITIONS, dans: ast.Module | ast.ClassDef) -> bool:
    if isinstance(noeud, ast.ClassDef):
        return noeud.name in DITS_AILLEURS["Django, classes"]
    return isinstance(dans, ast.ClassDef) and (noeud.name in _noms_dits() or bool(PAR_DJANGO.match(noeud.name)))


def _est_application(noeud: DEFINITIONS) -> bool:
    """An ``AppConfig``: its ``verbose_name`` is the name of the room, that the docstring of its package tells."""
    return isinstance(noeud, ast.ClassDef) and any("AppConfig" in ast.unparse(b) for b in noeud.bases)
