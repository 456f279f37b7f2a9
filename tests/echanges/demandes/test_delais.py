"""Delays, in working days of the service that is asked: pure functions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from fce.echanges.demandes import delais
from fce.echanges.demandes.genre import EN_ATTENTE, EtatDemande, EtatSaisine, etat_de_la_demande
from fce.socle.texte.jours_ouvres import ecoules, est_ouvre

JOURS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
DEPARTEMENTS = st.sampled_from(["", "59", "67", "971", "974"])
S, D = EtatSaisine, EtatDemande


@pytest.mark.parametrize(
    ("departements", "attendu"), [(("59",), "59"), (("57",), "57"), (("59", "62"), ""), (("FR",), ""), ((), "")]
)
def test_a_service_has_the_holidays_of_its_only_departement(departements: tuple[str, ...], attendu: str) -> None:
    assert delais.departement_de(departements) == attendu


@given(JOURS, DEPARTEMENTS)
def test_three_working_days_to_take_it(jour: date, departement: str) -> None:
    limite = delais.limite_pour_prendre(jour, departement)
    assert est_ouvre(limite, departement)
    assert ecoules(jour, limite, departement) == 3


@given(JOURS, DEPARTEMENTS, st.one_of(st.none(), st.integers(-5, 60)))
def test_fifteen_to_answer_it_or_the_asker_s_day_when_sooner_never_under_three(
    jour: date, departement: str, dans: int | None
) -> None:
    echeance = None if dans is None else jour + timedelta(days=dans)
    limite = delais.limite_pour_repondre(jour, departement, echeance)
    assert 3 <= ecoules(jour, limite, departement) <= 15
    if echeance is None:
        assert ecoules(jour, limite, departement) == 15
    elif ecoules(jour, echeance, departement) > 3:
        assert limite <= echeance


@given(JOURS, DEPARTEMENTS)
def test_three_reminders_six_working_days_apart(jour: date, departement: str) -> None:
    assert [delais.rappel_suivant(jour, departement, n) is None for n in (1, 2, 3)] == [False, False, True]
    suivant = delais.rappel_suivant(jour, departement, 1)
    assert suivant is not None
    assert ecoules(jour, suivant, departement) == 6


@pytest.mark.parametrize(
    ("etats", "attendu"),
    [
        ([S.ENVOYEE, S.ENVOYEE], D.ENVOYEE),
        ([S.ENVOYEE, S.PRISE], D.EN_COURS),
        ([S.ENVOYEE, S.REPONDUE], D.EN_COURS),
        ([S.ENVOYEE, S.TRANSFEREE], D.ENVOYEE),
        ([S.REPONDUE, S.DECLINEE, S.CLOSE], D.REPONDUE),
        ([S.REPONDUE, S.DECLINEE], D.REPONDUE),
        ([S.DECLINEE, S.DECLINEE, S.TRANSFEREE], D.DECLINEE),
        ([S.DECLINEE, S.CLOSE], D.EN_COURS),
        ([S.CLOSE, S.TRANSFEREE], D.CLOSE),
        ([S.TRANSFEREE], D.CLOSE),
    ],
)
def test_where_a_question_stands_follows_from_where_it_stands_in_each_service(
    etats: list[EtatSaisine], attendu: EtatDemande
) -> None:
    assert etat_de_la_demande(etats) is attendu


@given(st.lists(st.sampled_from([S.ENVOYEE, S.PRISE, S.REPONDUE, S.DECLINEE]), min_size=1), st.data())
def test_e10_it_is_declined_when_every_service_declined_it_closed_or_not(etats: list[EtatSaisine], tire: Any) -> None:
    """Whatever the asker closes meanwhile, but for the last one."""
    closes = tire.draw(st.lists(st.sampled_from(range(len(etats))), unique=True, max_size=len(etats) - 1))
    lus = [S.CLOSE if n in closes else etat for n, etat in enumerate(etats)]
    declinee = etat_de_la_demande(lus, [etats[n] for n in closes]) is D.DECLINEE
    assert declinee is all(etat == S.DECLINEE for etat in etats)


@given(JOURS, DEPARTEMENTS, st.integers(-40, 60))
def test_e12_the_absence_of_the_asker_does_not_count_in_his_delays(jour: date, departement: str, dans: int) -> None:
    retour = jour + timedelta(days=dans)
    assert delais.limite_pour_preciser(jour, departement, None) == delais.limite_pour_prendre(jour, departement)
    assert ecoules(max(jour, retour), delais.limite_pour_preciser(jour, departement, retour), departement) == 3
    assert delais.cloture(jour, retour) - max(jour, retour) == delais.CLOTURE
    assert delais.cloture(jour, None) - jour == delais.CLOTURE


@given(st.lists(st.sampled_from(list(EtatSaisine)), min_size=1))
def test_it_is_closed_when_nothing_of_it_waits_nor_is_to_be_read(etats: list[EtatSaisine]) -> None:
    close = etat_de_la_demande(etats) is EtatDemande.CLOSE
    assert close is not bool(set(etats) & (EN_ATTENTE | {S.REPONDUE, S.DECLINEE}))
    assert etat_de_la_demande(etats) is etat_de_la_demande(reversed(etats))
