"""The files for the homologation and for privacy name proofs, measures, scenarios and blanks that are there."""

from __future__ import annotations

import re

import pytest

from tests.preuves import RACINE, manque

DOCUMENTS = {
    str(chemin.relative_to(RACINE)): chemin.read_text(encoding="utf-8")
    for dossier in ("docs/homologation", "docs/rgpd")
    for chemin in sorted((RACINE / dossier).glob("*.md"))
}
MESURES, RISQUES = DOCUMENTS["docs/homologation/mesures.md"], DOCUMENTS["docs/homologation/risques.md"]
LIGNES = [[c.strip() for c in x.strip("|").split("|")] for x in MESURES.splitlines() if re.match(r"\| M\d", x)]
_PREUVE = re.compile(r"`((?:fce|tests|docs|bench|scripts|\.ci)/[^` ]+|(?:[A-Z]+\.md|Makefile|contraintes\.txt))`")
_BLANC = re.compile(r"(?<!« )à compléter par l’opérateur(?: \((O\d+(?:, O\d+)*)\))?")


def numeros(lettre: str, texte: str) -> set[str]:
    """Every number of a kind that a text cites, those inside « M29 à M31 » included."""
    cites = set(re.findall(rf"\b{lettre}\d+\b", texte))
    for premier, dernier in re.findall(rf"\b{lettre}(\d+) à {lettre}(\d+)\b", texte):
        cites |= {f"{lettre}{n}" for n in range(int(premier), int(dernier) + 1)}
    return cites


def test_each_measure_has_a_number_of_its_own_a_state_and_the_proof_of_what_is_in_place() -> None:
    assert [ligne[0] for ligne in LIGNES] == [f"M{n}" for n in range(1, len(LIGNES) + 1)]
    for numero, _mesure, etat, preuve, remarque in LIGNES:
        assert etat in ("en place", "en partie", "à l’opérateur"), numero
        assert bool(_PREUVE.findall(preuve)) is (etat != "à l’opérateur"), numero
        assert remarque or etat != "en partie", f"{numero} : ce qui manque n’est pas dit"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_proof_is_there(document: str) -> None:
    assert sorted(preuve for preuve in _PREUVE.findall(DOCUMENTS[document]) if manque(preuve)) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_measure_that_is_cited_is_one(document: str) -> None:
    assert numeros("M", DOCUMENTS[document]) <= {ligne[0] for ligne in LIGNES}


def test_each_scenario_is_met_by_measures_and_those_that_are_decided_of_exist() -> None:
    operationnels = RISQUES.split("## Atelier 4")[1].split("## Atelier 5")[0]
    chemins = dict(re.findall(r"^\| (S\d[a-z]) \|[^|]*\| ([^|]*) \|", operationnels, re.M))
    assert len(chemins) > 15
    assert [chemin for chemin, mesures in chemins.items() if not numeros("M", mesures)] == []
    strategiques = set(re.findall(r"^\| (S\d) \|", RISQUES, re.M))
    assert {chemin[:2] for chemin in chemins} == strategiques
    traitement = RISQUES.split("## Atelier 5")[1] + DOCUMENTS["docs/homologation/decision.md"]
    assert set(re.findall(r"\bS\d[a-z]\b", traitement)) <= set(chemins)


def test_what_is_left_to_the_operator_is_numbered_and_listed_once() -> None:
    listes = re.findall(r"^\| (O\d+) \|", DOCUMENTS["docs/homologation/README.md"], re.M)
    assert listes == [f"O{n}" for n in range(1, len(listes) + 1)]
    blancs = [(nom, b) for nom, texte in DOCUMENTS.items() for b in _BLANC.findall(texte.replace("\n", " "))]
    assert [nom for nom, numeros_du_blanc in blancs if not numeros_du_blanc] == []
    cites = {
        o
        for texte in DOCUMENTS.values()
        for o in re.findall(r"\bO\d+\b", re.sub(r"^\| O\d+ \|", "", texte, flags=re.M))
    }
    assert cites == set(listes)
