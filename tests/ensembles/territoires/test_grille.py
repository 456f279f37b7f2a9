"""The fixed grid: what is published of closed measures tells nothing of one company, even by subtraction."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given, strategies as st

from fce.ensembles.territoires.grille import CaseComptee, figer, publier, sure
from fce.ensembles.territoires.models import CaseDeGrille, LieuPrepare
from fce.socle.texte import paris
from tests.donnees.entreprises import fabrique as f
from tests.ensembles.territoires import fabrique as t

pytestmark = pytest.mark.django_db
CHIFFRES = "/territoire/departement/59/chiffres"


def case(*contributions: int) -> CaseComptee:
    return CaseComptee(sum(contributions), len(contributions), max(contributions, default=0))


@pytest.mark.parametrize(
    ("contributions", "dite"),
    [((5, 5), False), ((5, 5, 5), True), ((850, 75, 75), False), ((849, 76, 75), True), ((), False)],
)
def test_three_companies_and_none_of_85_percent(contributions: tuple[int, ...], dite: bool) -> None:
    assert sure(case(*contributions)) is dite


def test_a_hidden_cell_is_not_given_back_by_the_total() -> None:
    cases = {"A": case(10, 20, 30), "B": case(7), "C": case(10, 10, 10, 10)}
    publiees, total = publier(cases, case(10, 20, 30, 7, 10, 10, 10, 10))
    assert total == 107
    assert publiees == {"A": None, "B": None, "C": 40}


def test_a_small_total_publishes_nothing() -> None:
    assert publier({"A": case(3, 4)}, case(3, 4)) == ({"A": None}, None)


@given(
    st.dictionaries(st.sampled_from("ABCDEFG"), st.lists(st.integers(1, 10_000), min_size=1, max_size=6), min_size=1)
)
def test_the_rest_of_a_published_total_is_always_safe(tirees: dict[str, list[int]]) -> None:
    """The companies of the hidden cells, together, are what a subtraction tells: three at least, none dominant."""
    cases = {cle: case(*tirees[cle]) for cle in sorted(tirees)}
    publiees, total = publier(cases, case(*(v for siennes in tirees.values() for v in siennes)))
    caches = [v for cle, siennes in tirees.items() if publiees[cle] is None for v in siennes]
    assert all(sure(cases[cle]) for cle, valeur in publiees.items() if valeur is not None)
    if total is not None and caches:
        assert sure(case(*caches)) or all(v is None for v in publiees.values())


def peupler(*effectifs: int) -> None:
    """A département of one section, with a company of each head-count."""
    sirens = [f.siren_no(20 + n) for n in range(len(effectifs))]
    t.peupler()
    f.unites(*(f.unite(s, denomination=f"SOCIETE {n}") for n, s in enumerate(sirens)))
    f.lieux(*(
        f.lieu(s, code_commune=t.LILLE, libelle_commune="LILLE", activite_principale="62.01Z",
               nomenclature_activite_principale="NAFRev2") for s in sirens
    ))  # fmt: skip
    mois = t.dernier_mois()
    f.charger(
        "dsn-effectifs",
        [{"siret": t.siret(s), "mois": mois, "total": n} for s, n in zip(sirens, effectifs, strict=True)],
    )
    CaseDeGrille.objects.all().delete()
    t.preparer(paris.aujourd_hui())


def test_an_agent_without_habilitation_reads_the_grid_and_only_it() -> None:
    peupler(101, 102, 103)
    page = t.sans_habilitation().client(finalite=None).get(CHIFFRES).content.decode()
    grille = page.split("Repères du département")[1].split("</table>")[0]
    assert ">310<" in grille
    assert "306" not in grille
    assert "Repères" not in t.agent("59").client().get(CHIFFRES).content.decode()


@pytest.mark.parametrize("effectifs", [(101, 102), (9000, 10, 10, 10)])
def test_a_cell_of_two_companies_or_of_one_is_secret(effectifs: tuple[int, ...]) -> None:
    peupler(*effectifs)
    page = t.sans_habilitation().client(finalite=None).get(CHIFFRES).content.decode()
    assert "secret statistique" in page
    assert not CaseDeGrille.objects.filter(mesure="effectif").exclude(valeur=None).exists()


def test_a_row_of_the_grid_says_nothing_by_being_there() -> None:
    """Every section that has establishments has a row, whether or not somebody has a fact there."""
    peupler(101, 102, 103)
    LieuPrepare.objects.filter(siren=t.PETITE).update(pse=paris.aujourd_hui())
    lues = []
    for _ in range(2):
        CaseDeGrille.objects.all().delete()
        with connection.cursor() as curseur:
            figer(curseur, paris.aujourd_hui(), {"rupco-etablissements"})
        lues.append(list(CaseDeGrille.objects.filter(departement="59").values_list("section", "mesure", "valeur")))
        LieuPrepare.objects.update(pse=None)
    assert lues[0] == lues[1]
    assert {section for section, _, _ in lues[0]} >= {"", *LieuPrepare.objects.values_list("section", flat=True)}


def test_a_measure_is_frozen_once_a_source_of_it_is_in_place() -> None:
    peupler(101, 102, 103)
    CaseDeGrille.objects.all().delete()
    with connection.cursor() as curseur:
        figer(curseur, paris.aujourd_hui(), {"rupco-etablissements"})
        client = t.sans_habilitation().client(finalite=None)
        assert "pas encore calculé ce mois-ci" in client.get(CHIFFRES).content.decode()
        figer(curseur, paris.aujourd_hui(), {"rupco-etablissements", "dsn-effectifs"})
    assert set(CaseDeGrille.objects.values_list("mesure", flat=True)) == {"pse", "effectif"}
    assert ">310<" in client.get(CHIFFRES).content.decode()


def test_no_filter_changes_the_grid_and_no_day_of_the_month_does() -> None:
    peupler(101, 102, 103)
    client = t.sans_habilitation().client(finalite=None)
    grille = client.get(CHIFFRES).content.decode().split("Repères du département")[1].split("</table>")[0]
    for params in ({"naf": "J"}, {"au_moins": "51"}, {"commune": "59350"}):
        lue = client.get(CHIFFRES, params).content.decode().split("Repères du département")[1].split("</table>")[0]
        assert lue == grille
    f.charger("dsn-effectifs", [])
    t.preparer(paris.aujourd_hui())
    assert client.get(CHIFFRES).content.decode().split("Repères du département")[1].split("</table>")[0] == grille
    suivant = paris.aujourd_hui().replace(day=28) + timedelta(days=10)
    t.preparer(suivant)
    assert set(CaseDeGrille.objects.values_list("mois", flat=True)) <= {suivant.replace(day=1)}


@pytest.mark.parametrize("chemin", ["region/32", "commune/59350", "epci/200093201"])
def test_the_grid_has_one_shape_the_departement(chemin: str) -> None:
    peupler(101, 102, 103)
    page = t.sans_habilitation().client(finalite=None).get(f"/territoire/{chemin}/chiffres").content.decode()
    assert "Repères" not in page
