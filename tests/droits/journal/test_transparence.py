"""What a company head may learn of the journal: late, rounded, and nothing of an inspection."""

from datetime import UTC, date, datetime

import pytest

from fce.demo import numeros
from fce.droits.habilitations.finalites import FINALITES
from fce.droits.journal import services, transparence
from fce.droits.journal.transparence import COMPTABLES, JAMAIS, Trimestre, administrations, trimestres
from fce.echanges.offres import OBJETS
from tests.droits.journal.fabrique import consultation, siren

MAINTENANT = datetime(2026, 11, 25, 10, tzinfo=UTC)
T2 = Trimestre(2025, 2)
DANS_T2 = datetime(2025, 5, 15, 10, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("journal")


def siret(rang: int, etablissement: int = 1) -> str:
    base = numeros.siren(300 + rang)
    return base + numeros.nic(base, etablissement)


def consulter(nombre: int, quand: datetime = DANS_T2, **champs: object) -> None:
    for rang in range(nombre):
        services.consigner(
            [
                consultation(
                    **{
                        "agent": f"c{rang}",
                        "siret_administration": siret(rang),
                        "finalite": "accompagnement-economique",
                        **champs,
                    }
                )
            ],
            quand,
        )


def compte(numero: str = "") -> int | None:
    return administrations(numero or siren(1), [T2])[T2]


def test_no_control_is_ever_countable():
    assert not COMPTABLES & JAMAIS
    assert set(FINALITES) <= COMPTABLES | JAMAIS, "décidez si la nouvelle finalité est comptée"
    for code in COMPTABLES:
        assert "contrôl" not in FINALITES[code].libelle.lower()
        assert "enquête" not in FINALITES[code].libelle.lower()


@pytest.mark.parametrize("finalite", [*sorted(JAMAIS), "finalite-a-venir", ""])
def test_what_is_not_listed_as_countable_is_not_counted(finalite):
    consulter(5, finalite=finalite)
    assert compte() is None


@pytest.mark.parametrize(("nombre", "dit"), [(0, None), (1, None), (2, None), (3, 3), (4, 4)])
def test_below_three_nothing_is_said(nombre, dit):
    consulter(nombre)
    assert compte() == dit


def test_inspections_change_no_count():
    consulter(3)
    consulter(9, finalite="controle-fiscal", siret_administration=siret(50))
    assert compte() == 3


@pytest.mark.parametrize("nom", [objet.nom for objet in OBJETS.values()])
def test_nobody_outside_the_state_learns_that_a_visit_was_announced_or_an_operation_read(nom):
    """Not even by a count: with readings of the exchanges alone it is as if there were none."""
    consulter(5, sources=(nom,), lignes={nom: 1})
    assert compte() is None
    consulter(3)
    assert compte() == 3
    consulter(1, sources=(nom, "wikit-controles"), siret_administration=siret(50))
    assert compte() == 4


def test_a_reading_of_no_source_in_particular_is_counted():
    consulter(3, sources=(), lignes={})
    assert compte() == 3


def test_an_administration_counts_once_whatever_its_services_and_readings():
    for etablissement in (1, 2, 3):
        consulter(1, siret_administration=siret(0, etablissement))
    consulter(2)
    assert compte() is None


def test_readings_of_an_establishment_are_readings_of_the_company():
    consulter(3, numero=siren(1) + "00012")
    assert compte() == 3
    assert compte(siren(2)) is None


def test_lists_and_searches_name_nobody():
    consulter(5, numero="")
    assert compte() is None
    assert compte("") is None


@pytest.mark.parametrize(
    ("quand", "compte_"),
    [
        (datetime(2025, 3, 31, 21, 59, tzinfo=UTC), False),  # 23:59 in Paris, the day before
        (datetime(2025, 3, 31, 22, 0, tzinfo=UTC), True),
        (datetime(2025, 6, 30, 21, 59, tzinfo=UTC), True),
        (datetime(2025, 6, 30, 22, 0, tzinfo=UTC), False),
    ],
)
def test_a_quarter_is_that_of_paris(quand, compte_):
    consulter(3, quand)
    assert (compte() == 3) is compte_


def test_only_quarters_ended_for_twelve_months_and_wholly_kept(settings):
    settings.FCE_JOURNAL_MOIS = 36
    assert trimestres(MAINTENANT)[0] == Trimestre(2025, 3)
    assert trimestres(MAINTENANT)[-1] == Trimestre(2024, 1)
    assert len(trimestres(MAINTENANT)) == 7
    # The quarter ended on 30 September 2025: told from 1 October 2026 on, by the clock of Paris.
    assert Trimestre(2025, 3) not in trimestres(datetime(2026, 9, 30, 21, 0, tzinfo=UTC))
    assert Trimestre(2025, 3) in trimestres(datetime(2026, 10, 1, 10, 0, tzinfo=UTC))
    settings.FCE_JOURNAL_MOIS = 18
    assert trimestres(MAINTENANT) == [Trimestre(2025, 3)]
    settings.FCE_JOURNAL_MOIS = 12
    assert trimestres(MAINTENANT) == []
    assert administrations(siren(1), []) == {}


def test_eighteen_months_kept_always_give_a_quarter(settings):
    settings.FCE_JOURNAL_MOIS = 18
    for mois in range(1, 13):
        for jour in (1, 15, 28):
            assert trimestres(datetime(2026, mois, jour, 12, tzinfo=UTC)), (mois, jour)


def test_quarters_say_their_days_and_their_name():
    assert (T2.debut, T2.fin, str(T2)) == (date(2025, 4, 1), date(2025, 6, 30), "2e trimestre 2025")
    assert str(Trimestre(2024, 1)) == "1er trimestre 2024"
    assert Trimestre(2024, 1).fin == date(2024, 3, 31)
    assert Trimestre(2024, 4).fin == date(2024, 12, 31)


def test_one_query_whatever_the_number_of_quarters(settings, django_assert_num_queries):
    settings.FCE_JOURNAL_MOIS = 36
    periodes = trimestres(MAINTENANT)
    with django_assert_num_queries(1):
        assert transparence.administrations(siren(1), periodes) == dict.fromkeys(periodes)
