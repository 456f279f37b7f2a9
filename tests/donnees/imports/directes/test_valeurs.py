"""JSON becomes typed rows by the declared types; what is compulsory and cannot be read makes the answer invalid."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from fce.donnees.imports.directes import valeurs
from fce.donnees.imports.directes.erreurs import ReponseInvalide
from fce.sources import champs
from fce.sources.declaration import Fait, Frequence, Public, Source
from fce.sources.direct import ApiEntreprise
from tests.donnees.entreprises import fabrique as f
from tests.fiche.jeux import OFFICE

SIREN = f.siren_no(1)
SIRET = f.siret_no(SIREN)


class Direct(Fait):
    """One field of each type."""

    siren = champs.Siren("SIREN", "siren", obligatoire=True)
    siret = champs.Siret("SIRET", "siret")
    annee = champs.Entier("Année", "annee", minimum=1990)
    montant = champs.Decimal("Montant", "montant")
    jour = champs.Jour("Jour", "jour")
    instant = champs.Horodatage("Instant", "instant")
    actif = champs.Booleen("Actif", "actif")
    texte = champs.Texte("Texte", "texte")


SOURCE = Source(
    "essai-direct",
    Direct,
    titre="Essai direct",
    producteur=OFFICE,
    systeme="Essai",
    acces=Public(),
    frequence=Frequence.QUOTIDIENNE,
    direct=ApiEntreprise(
        "/v3/essai/unites_legales/{siren}",
        {nom: f"objet.{nom}" for nom in ("annee", "montant", "jour", "instant", "actif", "texte", "siret")},
    ),
    cle=("siren",),
    rubrique="identite",
)


def lire(**objet: Any) -> tuple[dict[str, Any], int]:
    brutes = valeurs.extraire(SOURCE, {"objet": objet}, SIREN)
    (ligne,), illisibles = valeurs.typer(SOURCE, brutes)
    return ligne, illisibles


@pytest.mark.parametrize(
    ("champ", "valeur", "attendue"),
    [
        ("annee", 2025, 2025),
        ("annee", "2025", 2025),
        ("annee", 2025.0, 2025),
        ("montant", 12.345, Decimal("12.34")),
        ("montant", "1234,5", Decimal("1234.50")),
        ("montant", "-7", Decimal("-7.00")),
        ("jour", "2025-12-31", date(2025, 12, 31)),
        # Midnight of Paris, as INSEE's answers give it: the day before in UTC.
        ("jour", 1138143600, date(2006, 1, 25)),
        ("jour", -556765200, date(1952, 5, 11)),
        ("jour", "2016-12-31T00:00:00+01:00", date(2016, 12, 31)),
        ("instant", "2025-06-01T12:00:00Z", datetime(2025, 6, 1, 14)),
        ("instant", "2025-06-01T12:00:00", datetime(2025, 6, 1, 12)),
        ("actif", True, True),
        ("actif", "non", False),
        ("texte", "  bord  ", "bord"),
        ("texte", "   ", None),
        ("texte", 12, "12"),
        ("siret", SIRET, SIRET),
    ],
)
def test_each_type_is_read(champ: str, valeur: Any, attendue: Any) -> None:
    ligne, illisibles = lire(**{champ: valeur})
    assert (ligne[champ], illisibles) == (attendue, 0)
    assert ligne["siren"] == SIREN


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("annee", "deux mille"), ("annee", 2025.5), ("annee", True), ("annee", 1889), ("montant", float("nan")),
        ("montant", float("inf")), ("montant", 10**40), ("montant", "1 234"), ("jour", "31/12/2025"), ("jour", 10**18),
        ("instant", "hier"), ("actif", "peut-être"), ("actif", 2), ("texte", True), ("siret", "123"), ("siret", 12),
    ],
)  # fmt: skip
def test_an_unreadable_value_is_left_empty_and_counted(champ: str, valeur: Any) -> None:
    ligne, illisibles = lire(**{champ: valeur})
    assert (ligne[champ], illisibles) == (None, 1)


def test_an_object_or_a_list_in_place_of_a_value_makes_the_answer_invalid() -> None:
    for valeur in ({}, [], [1], {"x": 1}):
        with pytest.raises(ReponseInvalide):
            lire(texte=valeur)


@pytest.mark.parametrize("donnees", [None, 12, "x", [1], [{"x": 1}], [None], {"objet": 12}, {"objet": [1]}])
def test_an_unexpected_shape_makes_the_answer_invalid(donnees: Any) -> None:
    with pytest.raises(ReponseInvalide):
        valeurs.extraire(SOURCE, donnees, SIREN)


def test_an_absent_part_is_empty() -> None:
    for donnees in ({}, {"objet": None}, {"objet": {}}):
        (ligne,), illisibles = valeurs.typer(SOURCE, valeurs.extraire(SOURCE, donnees, SIREN))
        assert illisibles == 0
        assert ligne == {**dict.fromkeys(SOURCE.champs), "siren": SIREN}


def test_a_mandatory_value_that_is_unreadable_makes_the_answer_invalid() -> None:
    with pytest.raises(ReponseInvalide):
        valeurs.typer(SOURCE, [{"siren": "123456789"}])
    with pytest.raises(ReponseInvalide):
        valeurs.typer(SOURCE, [{}])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.sampled_from(["data", "objet", "jour", "x"]), x, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_any_json_gives_rows_or_an_invalid_answer(donnees: Any) -> None:
    try:
        brutes = valeurs.extraire(SOURCE, donnees, SIREN)
        lignes, _ = valeurs.typer(SOURCE, brutes)
    except ReponseInvalide:
        return
    assert all(ligne["siren"] == SIREN for ligne in lignes)


@given(st.dictionaries(st.sampled_from(sorted(set(SOURCE.champs) - {"siren"})), JSON))
def test_any_value_is_read_counted_or_refused(objet: dict[str, Any]) -> None:
    try:
        ligne, illisibles = lire(**objet)
    except ReponseInvalide:
        return
    assert 0 <= illisibles <= len(objet)
    assert set(ligne) == set(SOURCE.champs)
