"""Every object with states has one machine, which alone says what a state allows: walks on each of them, and no state
checked beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from hypothesis import given, strategies as st

from fce.socle.base.transitions import Machine

RACINE = Path(__file__).parents[2]
MODULES = sorted(p for p in (RACINE / "fce").rglob("*.py") if " = Machine(" in p.read_text("utf-8"))
MACHINES: dict[str, Machine[Any, Any]] = {
    nom: dite
    for module in MODULES
    for nom, dite in vars(import_module(".".join(module.relative_to(RACINE).with_suffix("").parts))).items()
    if isinstance(dite, Machine)
}
# What may still be done once closed, written again by hand.
APRES = {
    "VISITES": {"defaire", "tenir", "ne_pas_tenir"},
    "OPERATIONS": {"noter_visites"},
    "DEMANDES": {"rouvrir", "juger"},
    "DOSSIERS": {"renouveler"},
}
SANS_MACHINE = {
    "listes.LigneDeListe": "its service sets it as it likes",
    "portail.PointFeuilleDeRoute": "the team sets it as it likes",
    "portail.EtapeRaccordement": "the team sets it as it likes",
    "echanges.RendezVous": "written by the release before, never changed",
    "changements.BasculeSuivie": "written by one computation",
}


@pytest.mark.parametrize("nom", MACHINES)
@given(st.data())
def test_a_walk_meets_declared_states_only_and_a_closed_object_leaves_by_a_named_action(
    nom: str, data: st.DataObject
) -> None:
    machine = MACHINES[nom]
    etat = next(iter(machine.etats))
    for geste in data.draw(st.lists(st.sampled_from(list(machine.gestes)), max_size=20)):
        permis, clos = geste in machine.possibles(etat), etat in machine.clos
        assert permis == (etat in machine.depuis(geste))
        if not permis:
            with pytest.raises(machine.erreur) as refus:
                machine.suivant(etat, geste)
            assert refus.value.status == 409
            continue
        etat = machine.suivant(etat, geste)
        assert etat in machine.etats
        assert not clos or geste in APRES.get(nom, ())


@pytest.mark.parametrize("nom", MACHINES)
def test_every_state_is_reached_and_what_creates_an_object_gives_its_first_state(nom: str) -> None:
    machine = MACHINES[nom]
    premier = next(iter(machine.etats))
    atteints = {premier}
    for _ in machine.etats:
        atteints |= {machine.suivant(etat, g) for etat in atteints for g in machine.possibles(etat)}
    assert atteints == set(machine.etats)
    noms = type(next(iter(machine.gestes)))
    assert noms is str or set(machine.gestes) == set(noms)
    crees = {geste.vers for geste in machine.gestes.values() if not geste.depuis}
    assert crees <= {premier}
    assert premier in machine.ouverts


def test_every_model_with_states_has_a_machine() -> None:
    avec = {str(m._meta.label): m._meta.get_field("etat") for m in apps.get_models() if "etat" in _champs(m)}
    declares = [list(machine.etats.choices) for machine in MACHINES.values()]
    sans = {nom for nom, champ in avec.items() if champ.choices and list(champ.choices) not in declares}
    assert sans == set(SANS_MACHINE)


def test_no_set_of_states_is_written_outside_a_declaration() -> None:
    assert not list(_ensembles())


def _champs(modele: Any) -> set[str]:
    return {champ.name for champ in modele._meta.get_fields()}


def _ensembles() -> Iterator[str]:
    """Where two states of a machine are listed by hand; a list that names one twice holds the parameters of a
    statement."""
    noms = {machine.etats.__qualname__ for machine in MACHINES.values()}
    for chemin in (RACINE / "fce").rglob("*.py"):
        if chemin in MODULES or {"migrations", "demo"} & set(chemin.parts):
            continue
        for noeud in ast.walk(ast.parse(chemin.read_text("utf-8"))):
            if isinstance(noeud, ast.Tuple | ast.List | ast.Set):
                dits = [ast.unparse(e) for e in noeud.elts if isinstance(e, ast.Attribute)]
                siens = [dit for dit in dits if dit.rpartition(".")[0] in noms]
                if 1 < len(siens) == len(set(siens)):
                    yield f"{chemin.relative_to(RACINE)}:{noeud.lineno} {siens}"
