"""A habilitation or an actor that contradicts itself does not exist."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fce.demo import numeros
from fce.droits.habilitations.acteurs import ANONYME, Acteur, EtatHabilitation, GenreActeur
from fce.droits.habilitations.finalites import Droit
from fce.socle.erreurs import ParametreInvalide
from tests.droits.comptes.fabrique import MEME_ADMINISTRATION, SERVICE
from tests.droits.habilitations.fabrique import agent, habilitation

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("approbateur", "demandeur"),
    [("a", "a"), ("A", "a"), (" a", "a "), ("", "a"), ("a", ""), (" ", "a"), ("a", "\t")],
)
def test_nobody_approves_his_own_request(approbateur: str, demandeur: str) -> None:
    with pytest.raises(ParametreInvalide):
        habilitation(approbateur=approbateur, demandeur=demandeur)


@pytest.mark.parametrize(
    "difference",
    [
        {"organisation": ""},
        {"organisation": "123456789"},
        {"organisation": SERVICE[:10]},
        {"territoire": {"FRANCE"}},
        {"territoire": {"fr"}},
        {"territoire": {"96"}},
        {"territoire": {"20"}},
        {"territoire": {"5"}},
        {"territoire": "59"},
        {"groupes": "emploi"},
        {"groupes": {""}},
        {"groupes": {"Emploi"}},
        {"droits": "consulter"},
        {"droits": {"supprimer"}},
        {"debut": date(2026, 6, 2), "fin": date(2026, 6, 1)},
        {"debut": date(2026, 1, 1), "fin": date(2027, 1, 3)},
        {"revoquee_le": datetime(2026, 6, 1)},
    ],
    ids="-".join,
)
def test_a_habilitation_that_contradicts_itself_is_refused(difference: dict[str, Any]) -> None:
    with pytest.raises(ParametreInvalide):
        habilitation(**difference)


@pytest.mark.parametrize("code", ["01", "19", "2A", "2B", "59", "95", "971", "976", "987"])
def test_every_departement_and_overseas_collectivite_is_a_territory(code: str) -> None:
    assert habilitation(territoire={code}).territoire == {code}


def test_a_habilitation_keeps_its_own_copy_of_what_it_was_given() -> None:
    groupes, droits = {"emploi"}, {"consulter"}
    accordee = habilitation(groupes=groupes, droits=droits)
    groupes.add("fiscal")
    droits.add("exporter")
    assert accordee.groupes == {"emploi"}
    assert accordee.droits == {Droit.CONSULTER}


@pytest.mark.parametrize(
    ("heure_de_paris", "etat"),
    [
        (datetime(2025, 12, 31, 23, 59, 59), EtatHabilitation.A_VENIR),
        (datetime(2026, 1, 1, 0, 0, 0), EtatHabilitation.EN_VIGUEUR),
        (datetime(2026, 12, 31, 23, 59, 59), EtatHabilitation.EN_VIGUEUR),
        (datetime(2027, 1, 1, 0, 0, 0), EtatHabilitation.EXPIREE),
        (datetime(2027, 1, 1, 0, 0, 1), EtatHabilitation.EXPIREE),
    ],
)
def test_a_habilitation_begins_and_ends_at_midnight_in_paris(heure_de_paris: datetime, etat: EtatHabilitation) -> None:
    instant = heure_de_paris.replace(tzinfo=PARIS)
    assert habilitation().etat(instant) is etat
    assert habilitation().etat(instant.astimezone(UTC)) is etat


@pytest.mark.parametrize("jour", [date(2026, 3, 29), date(2026, 10, 25)])
def test_midnight_in_paris_holds_on_the_days_the_clock_changes(jour: date) -> None:
    accordee = habilitation(debut=date(2026, 1, 1), fin=jour)
    minuit = datetime.combine(jour + timedelta(days=1), datetime.min.time(), PARIS)
    assert accordee.etat(minuit.astimezone(UTC) - timedelta(seconds=1)) is EtatHabilitation.EN_VIGUEUR
    assert accordee.etat(minuit.astimezone(UTC) + timedelta(seconds=1)) is EtatHabilitation.EXPIREE


def test_a_revocation_counts_from_its_very_instant() -> None:
    instant = datetime(2026, 6, 1, 12, tzinfo=UTC)
    revoquee = habilitation(revoquee_le=instant)
    assert revoquee.etat(instant - timedelta(microseconds=1)) is EtatHabilitation.EN_VIGUEUR
    assert revoquee.etat(instant) is EtatHabilitation.REVOQUEE
    assert revoquee.etat(instant + timedelta(days=900)) is EtatHabilitation.REVOQUEE


def test_an_instant_without_time_zone_is_an_error_not_a_guess() -> None:
    with pytest.raises(ValueError, match="time zone"):
        habilitation().etat(datetime(2026, 6, 1))


def test_an_organisation_is_recognised_exactly_never_by_a_part_of_its_number() -> None:
    d_un_service, de_toutes = habilitation(), habilitation(organisation=SERVICE[:9])
    assert d_un_service.est_de(SERVICE)
    assert not d_un_service.est_de(MEME_ADMINISTRATION)
    assert de_toutes.est_de(SERVICE)
    assert de_toutes.est_de(MEME_ADMINISTRATION)
    assert not de_toutes.est_de(numeros.siren(202) + SERVICE[9:])
    assert not d_un_service.est_de("")


@pytest.mark.parametrize(
    "difference",
    [
        {"identifiant": ""},
        {"identifiant": "  "},
        {"genre": "administrateur"},
        {"siret_administration": SERVICE[:9]},
        {"siret_administration": "12345678901234"},
    ],
    ids="-".join,
)
def test_an_actor_that_contradicts_itself_is_refused(difference: dict[str, Any]) -> None:
    with pytest.raises(ParametreInvalide):
        agent(**difference)


@pytest.mark.parametrize(
    "difference",
    [
        {"identifiant": "x"},
        {"siret_administration": SERVICE},
        {"habilitations": (habilitation(),)},
        {"mfa": True},
    ],
    ids="-".join,
)
def test_an_anonymous_reader_holds_nothing(difference: dict[str, Any]) -> None:
    assert Acteur(GenreActeur.ANONYME) == ANONYME
    with pytest.raises(ParametreInvalide):
        Acteur(GenreActeur.ANONYME, **difference)
