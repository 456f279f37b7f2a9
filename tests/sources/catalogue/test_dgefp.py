"""Short-time work, redundancies, apprenticeship, training organisations."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from fce.sources import registre
from fce.sources.catalogue.dgefp.activite_partielle import regles as apart
from fce.sources.catalogue.dgefp.apprentissage import regles as apprentissage
from fce.sources.catalogue.dgefp.organismes_formation import regles as formation
from fce.sources.catalogue.dgefp.rupco_etablissements import regles as touches
from fce.sources.catalogue.dgefp.rupco_procedures import regles as rupco
from fce.sources.modes import Remplace
from tests.sources.catalogue.lectures import ligne, lignes

JOUR = date(2026, 11, 25)
UN, DEUX = "00000100800010", "00000100800028"


def decision(convention: str, jour: date | None, heures: int, siret: str = UN, avenant: int = 0) -> dict[str, Any]:
    return ligne(
        "activite-partielle", siret=siret, convention=convention, avenant=avenant, date_decision=jour,
        heures_autorisees=Decimal(heures), heures_consommees=Decimal(heures) / 2,
    )  # fmt: skip


def test_the_latest_decision_of_a_convention_counts_then_hours_are_added() -> None:
    lues = [
        decision("A", date(2026, 1, 14), 800),
        decision("A", date(2026, 4, 20), 1200, avenant=1),
        decision("B", date(2026, 2, 1), 300),
    ]
    assert [d["heures_autorisees"] for d in apart.dernieres_decisions(lues, JOUR)] == [1200, 300]
    assert apart.heures(lues, JOUR) == "1\u202f500 h autorisées, 750 h consommées, 1 établissement"


def test_two_decisions_of_one_day_are_ranked_by_amendment() -> None:
    lues = [decision("A", date(2026, 1, 14), 900, avenant=2), decision("A", date(2026, 1, 14), 800, avenant=1)]
    assert [d["avenant"] for d in apart.dernieres_decisions(lues, JOUR)] == [2]


def test_establishments_are_counted_not_rows() -> None:
    lues = [decision(c, date(2026, 1, 14), 100, s) for c, s in (("A", UN), ("B", UN), ("C", DEUX))]
    assert (apart.heures(lues, JOUR) or "").endswith("2 établissements")


def test_the_last_24_months_are_applied() -> None:
    lues = [decision("A", date(2024, 11, 24), 100), decision("B", date(2024, 11, 25), 100), decision("C", None, 100)]
    assert [d["convention"] for d in apart.dernieres_decisions(lues, JOUR)] == ["B"]
    assert apart.heures([decision("A", date(2020, 4, 2), 910)], JOUR) is None


@given(st.integers(0, 120), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_some_months_ago_is_as_many_months_back(mois: int, jour: date) -> None:
    avant = apart.il_y_a(mois, jour)
    ecart = (jour.year - avant.year) * 12 + jour.month - avant.month
    assert (ecart, avant.day) == (mois, jour.day) or (ecart, avant.day) == (mois - 1, 1)


def dossier(numero: str, type_: str, jour: date | None, **valeurs: Any) -> dict[str, Any]:
    return ligne("rupco-procedures", numero=numero, type=type_, date_enregistrement=jour, **valeurs)


def test_a_pse_is_shown_for_36_months_on_the_tile_too() -> None:
    vieux, recent = dossier("1", "PSE", date(2023, 11, 24)), dossier("2", "PSE", date(2023, 11, 25))
    assert [d["numero"] for d in rupco.procedures([vieux, recent], JOUR)] == ["2"]
    assert rupco.tuile([vieux, recent], JOUR) == "1 PSE"
    assert rupco.tuile([vieux], JOUR) is None
    assert rupco.pse([vieux], JOUR) == []
    assert [f.phrase for f in rupco.pse([recent], JOUR)] == ["Plan de sauvegarde de l’emploi enregistré le 25/11/2023"]


def test_other_procedures_are_shown_since_their_system_exists() -> None:
    lues = [
        dossier("1", "LiceC -10", date(2019, 12, 1)),
        dossier("2", "LiceC -10", date(2019, 12, 2)),
        dossier("3", "RCC", date(2017, 12, 21)),
        dossier("4", "RCC", date(2017, 12, 22)),
    ]
    assert [d["numero"] for d in rupco.procedures(lues, JOUR)] == ["2", "4"]


def test_kinds_are_said_in_words_and_the_tile_still_tells_them_apart() -> None:
    montrees = rupco.procedures(lignes("rupco-procedures"), JOUR)
    assert "LiceC – moins de 10 salariés (2 à 9)" in {m["type"] for m in montrees}
    assert rupco.tuile(montrees, JOUR) == "1 RCC, 1 PSE, 2 LiceC"
    assert rupco.procedures(montrees, JOUR) == montrees


def etablissement(numero: str, type_: str, debut: int | None, fin: int | None, siret: str = UN) -> dict[str, Any]:
    return ligne(
        "rupco-etablissements", numero=numero, type=type_, siret=siret, date_enregistrement=date(2026, 2, 9),
        ruptures_debut=debut, ruptures_fin=fin,
    )  # fmt: skip


@pytest.mark.parametrize(("debut", "fin", "montre"), [(40, None, 40), (40, 12, 12), (40, 0, 0), (None, None, None)])
def test_terminations_are_those_of_the_end_else_of_the_start(
    debut: int | None, fin: int | None, montre: int | None
) -> None:
    (vu,) = touches.etablissements([etablissement("1", "PSE", debut, fin)], JOUR)
    assert vu["ruptures_fin"] == montre


def test_a_licec_without_any_termination_is_hidden_but_not_a_pse() -> None:
    vides = [
        etablissement("1", "LiceC -10", 0, 0),
        etablissement("2", "LiceC +10", 0, None),
        etablissement("3", "PSE", 0, 0),
    ]
    assert [v["numero"] for v in touches.etablissements(vides, JOUR)] == ["3"]
    assert touches.etablissements([etablissement("1", "LiceC -10", 3, 0)], JOUR)


def test_a_case_and_an_establishment_come_once() -> None:
    lues = [
        etablissement("1", "PSE", 4, None),
        etablissement("1", "PSE", 4, None),
        etablissement("1", "PSE", 1, 1, DEUX),
    ]
    assert len(touches.etablissements(lues, JOUR)) == 2


def test_the_rows_of_the_former_system_survive() -> None:
    for nom in ("rupco-procedures", "rupco-etablissements"):
        source = registre.source(nom)
        assert source.mode == Remplace(sauf="historique_si")
        assert source.champs["historique_si"].optionnelle


def test_an_establishment_of_another_company_of_the_group_is_kept() -> None:
    lues = lignes("rupco-etablissements")
    assert any(lue["siren_entreprise"] != lue["siren_etablissement"] for lue in lues)


def contrat(debut: date | None, rupture: date | None = None) -> dict[str, Any]:
    return ligne("apprentissage", siret=UN, date_debut=debut, date_rupture=rupture)


def test_contracts_are_counted_by_year_over_three_years_signed_and_broken() -> None:
    lues = [
        contrat(date(2026, 9, 1)),
        contrat(date(2025, 9, 1), date(2026, 1, 12)),
        contrat(date(2024, 9, 2)),
        contrat(date(2022, 10, 1), date(2022, 11, 30)),
        contrat(date(2023, 9, 1), date(2024, 2, 1)),
    ]
    annees = apprentissage.par_annee(lues, JOUR)
    assert [(a["annee"], a["signes"], a["rompus"]) for a in annees] == [(2026, 1, 1), (2025, 1, 0), (2024, 1, 1)]
    assert apprentissage.contrats(lues, JOUR) == "3 contrats signés depuis 2024, 2 rompus"
    assert len(apprentissage.trois_ans(lues, JOUR)) == 4


def test_no_contract_says_nothing() -> None:
    assert apprentissage.contrats([contrat(date(2020, 1, 1))], JOUR) is None


def test_the_third_speciality_is_shown() -> None:
    source = registre.source("organismes-formation")
    assert {"specialite_1", "specialite_2", "specialite_3"} <= set(source.presentation.colonnes)  # type: ignore[union-attr]
    assert lignes("organismes-formation")[0]["specialite_3"] == "Ressources humaines"


def test_every_declaring_establishment_of_a_company_is_kept() -> None:
    lues = [lue for lue in lignes("organismes-formation") if lue["siren"] == "000001016"]
    assert len({lue["siret"] for lue in lues}) == 2
    assert formation.organismes(lues, JOUR) == "2 déclarations d'activité"
