"""Working days: the dates of the law, and what holds of any day in any département."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from fce.socle.texte.jours_ouvres import ajouter, ecoules, est_ouvre, feries

ALSACE_MOSELLE = ("57", "67", "68")
ABOLITION = {
    "971": date(2026, 5, 27),
    "972": date(2026, 5, 22),
    "973": date(2026, 6, 10),
    "974": date(2027, 12, 20),
    "976": date(2026, 4, 27),
    "977": date(2026, 10, 9),
    "978": date(2026, 5, 28),
}
COMME_LE_PAYS = ("01", "2A", "2B", "59", "75", "95", "975", "986", "987", "988")
JOUR = timedelta(days=1)

jours = st.dates(date(1990, 1, 1), date(2110, 12, 31))
departements = st.sampled_from(["", *ALSACE_MOSELLE, *ABOLITION, *COMME_LE_PAYS])
nombres = st.integers(0, 300)
ecarts = st.integers(0, 1500).map(timedelta)


def test_the_country_has_eleven_holidays():
    assert sorted(feries(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 6),  # Easter Monday
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),  # Ascension
        date(2026, 5, 25),  # Whit Monday
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ]


@pytest.mark.parametrize(
    ("lundi_de_paques", "ascension", "lundi_de_pentecote"),
    [
        (date(2008, 3, 24), date(2008, 5, 1), date(2008, 5, 12)),  # Ascension on 1 May
        (date(2024, 4, 1), date(2024, 5, 9), date(2024, 5, 20)),
        (date(2025, 4, 21), date(2025, 5, 29), date(2025, 6, 9)),
        (date(2027, 3, 29), date(2027, 5, 6), date(2027, 5, 17)),
        (date(2038, 4, 26), date(2038, 6, 3), date(2038, 6, 14)),  # Easter as late as can be
        (date(2100, 3, 29), date(2100, 5, 6), date(2100, 5, 17)),
    ],
)
def test_three_holidays_follow_easter(lundi_de_paques, ascension, lundi_de_pentecote):
    assert {lundi_de_paques, ascension, lundi_de_pentecote} <= feries(lundi_de_paques.year)


def test_two_holidays_on_one_day_are_one():
    assert len(feries(2008)) == 10


@pytest.mark.parametrize("departement", ALSACE_MOSELLE)
def test_alsace_and_moselle_have_good_friday_and_the_day_after_christmas_too(departement):
    assert feries(2026, departement) - feries(2026) == {date(2026, 4, 3), date(2026, 12, 26)}
    assert not est_ouvre(date(2026, 4, 3), departement)
    assert not est_ouvre(date(2025, 12, 26), departement)


@pytest.mark.parametrize(("departement", "jour"), ABOLITION.items())
def test_a_territory_overseas_has_the_day_of_the_abolition_of_slavery_too(departement, jour):
    assert feries(jour.year, departement) - feries(jour.year) == {jour}
    assert est_ouvre(jour)
    assert not est_ouvre(jour, departement)


@pytest.mark.parametrize("departement", COMME_LE_PAYS)
def test_any_other_departement_has_the_holidays_of_the_country(departement):
    assert feries(2026, departement) == feries(2026)


def test_the_holidays_of_alsace_and_moselle_are_worked_elsewhere():
    vendredi_saint, saint_etienne = date(2026, 4, 3), date(2025, 12, 26)
    for departement in ("", *ABOLITION, *COMME_LE_PAYS):
        assert est_ouvre(vendredi_saint, departement)
        assert est_ouvre(saint_etienne, departement)


@pytest.mark.parametrize(
    ("jour", "nombre", "departement", "arrivee"),
    [
        (date(2026, 3, 9), 0, "", date(2026, 3, 9)),  # a Monday
        (date(2026, 3, 7), 0, "", date(2026, 3, 9)),  # a Saturday
        (date(2026, 3, 7), 1, "", date(2026, 3, 9)),
        (date(2026, 3, 6), 1, "", date(2026, 3, 9)),  # a Friday
        (date(2026, 3, 9), 5, "", date(2026, 3, 16)),
        (date(2026, 5, 13), 1, "", date(2026, 5, 15)),  # over Ascension
        (date(2026, 4, 2), 1, "59", date(2026, 4, 3)),
        (date(2026, 4, 2), 1, "67", date(2026, 4, 7)),  # Good Friday, then Easter Monday
        (date(2026, 5, 1), 0, "", date(2026, 5, 4)),  # a holiday on a Friday
        (date(2025, 12, 24), 5, "", date(2026, 1, 2)),  # over New Year
        (date(2025, 12, 24), 5, "57", date(2026, 1, 5)),
        (date(2024, 12, 31), 1, "", date(2025, 1, 2)),
        (date(2026, 4, 24), 1, "976", date(2026, 4, 28)),
        (date(2027, 12, 17), 1, "974", date(2027, 12, 21)),
        (date(2100, 2, 26), 1, "", date(2100, 3, 1)),  # 2100 has no 29 February
    ],
)
def test_a_delay_counts_working_days_only(jour, nombre, departement, arrivee):
    assert ajouter(jour, nombre, departement) == arrivee


@pytest.mark.parametrize(
    ("debut", "fin", "departement", "nombre"),
    [
        (date(2026, 3, 6), date(2026, 3, 6), "", 0),
        (date(2026, 3, 9), date(2026, 3, 6), "", 0),
        (date(2026, 3, 6), date(2026, 3, 8), "", 0),  # a Friday to a Sunday
        (date(2026, 3, 6), date(2026, 3, 9), "", 1),
        (date(2025, 12, 24), date(2026, 1, 2), "", 5),
        (date(2025, 12, 24), date(2026, 1, 2), "68", 4),
        (date(2025, 12, 31), date(2026, 12, 31), "", 252),
        (date(2025, 12, 31), date(2026, 12, 31), "67", 251),  # 26 December is a Saturday
        (date(2099, 12, 31), date(2100, 12, 31), "", 254),
    ],
)
def test_working_days_passed_are_those_after_the_first_day_up_to_the_last(debut, fin, departement, nombre):
    assert ecoules(debut, fin, departement) == nombre


def test_a_negative_delay_is_refused():
    with pytest.raises(ValueError, match="negative"):
        ajouter(date(2026, 3, 9), -1)


def test_an_instant_is_not_a_day():
    """It equals no holiday: 1 May at noon would be worked."""
    midi = datetime(2026, 5, 1, 12)
    with pytest.raises(TypeError):
        est_ouvre(midi)
    with pytest.raises(TypeError):
        ajouter(midi, 1)
    with pytest.raises(TypeError):
        ecoules(midi, midi + 30 * JOUR)


@given(jours, departements)
def test_a_working_day_is_neither_at_the_week_end_nor_a_holiday(jour, departement):
    assert est_ouvre(jour, departement) == (
        jour.isoweekday() not in (6, 7) and jour not in feries(jour.year, departement)
    )


@given(st.integers(1990, 2110), departements)
def test_a_departement_has_all_the_holidays_of_the_country(annee, departement):
    assert feries(annee) <= feries(annee, departement)
    assert {jour.year for jour in feries(annee, departement)} == {annee}


@given(jours, nombres, departements)
def test_a_delay_ends_on_a_working_day_that_is_not_earlier(jour, nombre, departement):
    arrivee = ajouter(jour, nombre, departement)
    assert est_ouvre(arrivee, departement)
    assert arrivee >= jour + nombre * JOUR


@given(jours, nombres, departements)
def test_as_many_working_days_have_passed_as_were_added(jour, nombre, departement):
    passes = ecoules(jour, ajouter(jour, nombre, departement), departement)
    assert passes == nombre or ((nombre, passes) == (0, 1) and not est_ouvre(jour, departement))


@given(jours, ecarts, departements)
def test_adding_the_working_days_passed_leads_back_to_the_last_one(debut, ecart, departement):
    fin = ajouter(debut + ecart, 0, departement)
    assert ajouter(debut, ecoules(debut, fin, departement), departement) == fin


@given(jours, ecarts, departements)
def test_working_days_passed_are_those_that_one_would_count(debut, ecart, departement):
    comptes = sum(est_ouvre(debut + n * JOUR, departement) for n in range(1, ecart.days + 1))
    assert ecoules(debut, debut + ecart, departement) == comptes


@given(jours, ecarts, ecarts, departements)
def test_working_days_passed_add_up(debut, premier, second, departement):
    milieu, fin = debut + premier, debut + premier + second
    deux = ecoules(debut, milieu, departement) + ecoules(milieu, fin, departement)
    assert ecoules(debut, fin, departement) == deux


@given(jours, ecarts, nombres, nombres, departements)
def test_a_later_start_or_a_longer_delay_never_ends_earlier(jour, ecart, nombre, autre, departement):
    assert ajouter(jour, nombre, departement) <= ajouter(jour + ecart, nombre, departement)
    court, long = sorted((nombre, autre))
    assert ajouter(jour, court, departement) <= ajouter(jour, long, departement)


@given(jours, nombres, nombres, departements)
def test_two_delays_one_after_the_other_are_their_sum(jour, premier, second, departement):
    depart = ajouter(jour, 0, departement)
    assert ajouter(ajouter(depart, premier, departement), second, departement) == ajouter(
        depart, premier + second, departement
    )
