"""Count the lines of code of each part of the project, without blanks, comments or docstrings, and the words of those.

``python -m scripts.compter`` counts the work tree; with a git revision, it counts that revision too and the difference.
"""

from __future__ import annotations

import argparse
import ast
import io
import subprocess
import tarfile
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

RACINE: Final = Path(__file__).resolve().parents[1]
COLONNES: Final = ("fichiers", "lignes", "docstrings", "leurs mots", "commentaires", "mots de ceux-ci", "fmt: skip")
MISE_EN_PAGE: Final = (tokenize.ENCODING, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
COMMANDES: Final = ("fmt: ", "noqa", "type: ignore")


def du_dossier() -> Iterator[tuple[str, str]]:
    """Python files of the work tree, committed or not, those that git ignores left out."""
    noms = _git("ls-files", "--cached", "--others", "--exclude-standard", "*.py").decode().splitlines()
    yield from ((nom, (RACINE / nom).read_text("utf-8")) for nom in noms if (RACINE / nom).exists())


def de_la_revision(revision: str) -> Iterator[tuple[str, str]]:
    with tarfile.open(fileobj=io.BytesIO(_git("archive", revision))) as archive:
        for membre in archive:
            if membre.name.endswith(".py") and (fichier := archive.extractfile(membre)):
                yield membre.name, fichier.read().decode("utf-8")


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(RACINE), *arguments], check=True, capture_output=True).stdout


def partie(nom: str) -> str:
    """The part that a file counts in: its top folder; in the product, the demonstration and migrations are apart."""
    if "/migrations/" in nom:
        return "migrations"
    return "démonstration" if nom.startswith("fce/demo/") else nom.split("/")[0]


def compter(source: str) -> Counter[str]:
    """The numbers of ``COLONNES`` for one file."""
    documentes = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Expr) and _est_un_texte(n)]
    docstrings = {ligne for n in documentes for ligne in range(n.lineno, (n.end_lineno or n.lineno) + 1)}
    lignes: set[int] = set()
    compte = Counter(fichiers=1, docstrings=len(documentes))
    compte["leurs mots"] = sum(len(ast.literal_eval(n.value).split()) for n in documentes)
    for jeton in tokenize.generate_tokens(io.StringIO(source).readline):
        if jeton.type == tokenize.COMMENT:
            compte["fmt: skip"] += "fmt: skip" in jeton.string
            if not any(commande in jeton.string for commande in COMMANDES):
                compte["commentaires"] += 1
                compte["mots de ceux-ci"] += len(jeton.string.split()) - 1
        elif jeton.type not in MISE_EN_PAGE:
            lignes.update(range(jeton.start[0], jeton.end[0] + 1))
    compte["lignes"] = len(lignes - docstrings)
    return compte


def _est_un_texte(noeud: ast.Expr) -> bool:
    """Say whether a statement is only a text: the docstring of a module, a class, a function or a constant."""
    return isinstance(noeud.value, ast.Constant) and isinstance(noeud.value.value, str)


def par_partie(fichiers: Iterator[tuple[str, str]]) -> dict[str, Counter[str]]:
    comptes: dict[str, Counter[str]] = defaultdict(Counter)
    for nom, source in fichiers:
        comptes[partie(nom)].update(compter(source))
    return comptes


def imprimer(titre: str, comptes: dict[str, Counter[str]]) -> None:
    print(f"\n{titre:<15}" + "".join(f"{colonne:>16}" for colonne in COLONNES))
    for nom in sorted(comptes):
        print(f"{nom:<15}" + "".join(f"{comptes[nom][colonne]:>16}" for colonne in COLONNES))


def main() -> None:
    analyseur = argparse.ArgumentParser(description="Compte le code, sans blancs, commentaires ni docstrings.")
    analyseur.add_argument("revision", nargs="?", help="révision de git à laquelle comparer")
    ici = par_partie(du_dossier())
    if revision := analyseur.parse_args().revision:
        avant = par_partie(de_la_revision(revision))
        imprimer(revision, avant)
        for nom in {*ici, *avant}:
            avant[nom].subtract(ici[nom])
        imprimer("de moins", avant)
    imprimer("aujourd'hui", ici)


if __name__ == "__main__":
    main()
