"""One call has five seconds in all, whatever the other side does, and each failure has its own sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import pytest

from fce.donnees.imports.directes import transport
from fce.donnees.imports.directes.erreurs import (
    AppelRefuse,
    DelaiDepasse,
    DemandeRefusee,
    ErreurDirecte,
    FournisseurEnPanne,
    LimiteAtteinte,
    ReponseInvalide,
    ReseauEnPanne,
)
from tests.donnees.imports.directes.serveur import Reponse, Serveur, donnees, erreur

COURT = 0.6


def demander(serveur: Serveur, delai: float = 3.0) -> dict[str, Any] | None:
    return transport.demander(f"{serveur.adresse}/v3/x/{{siren}}", entetes={}, parametres={"object": "x"}, delai=delai)


def test_an_answer_arrives_as_it_is(serveur: Serveur) -> None:
    serveur.jouer(donnees({"a": 1}))
    assert demander(serveur) == {"data": {"a": 1}, "links": {}, "meta": {}}
    assert len(serveur.recues) == 1


def test_the_404_of_api_entreprise_says_that_the_unit_is_not_known(serveur: Serveur) -> None:
    serveur.jouer(erreur(404))
    assert demander(serveur) is None


@pytest.mark.parametrize("corps", [b"<html>404</html>", b"{}", b"[]", b""])
def test_another_404_says_nothing_of_the_unit(serveur: Serveur, corps: bytes) -> None:
    serveur.jouer(Reponse(404, corps))
    with pytest.raises(ReponseInvalide):
        demander(serveur)


@pytest.mark.parametrize(
    "corps",
    [b"", b"<html>", b'{"data": ', b"[1, 2]", b'"texte"', b"null", b'{"errors": []}', b"\xff\xfe\x00", b"[" * 100_000],
)
def test_a_body_that_is_not_the_envelope_is_refused(serveur: Serveur, corps: bytes) -> None:
    serveur.jouer(Reponse(200, corps))
    with pytest.raises(ReponseInvalide):
        demander(serveur)


def test_an_oversized_body_is_abandoned(serveur: Serveur) -> None:
    serveur.jouer(Reponse(200, b" " * (transport.OCTETS_MAX + 10)))
    with pytest.raises(ReponseInvalide):
        demander(serveur)


def test_a_body_that_claims_to_be_compressed_and_is_not_is_refused(serveur: Serveur) -> None:
    serveur.jouer(Reponse(200, b"pas du gzip", {"Content-Encoding": "gzip"}))
    with pytest.raises(ReponseInvalide):
        demander(serveur)


@pytest.mark.parametrize(
    ("statut", "attendue"),
    [(401, AppelRefuse), (403, AppelRefuse), (400, DemandeRefusee), (422, DemandeRefusee), (302, DemandeRefusee),
     (500, FournisseurEnPanne), (501, FournisseurEnPanne)],
)  # fmt: skip
def test_what_a_new_try_would_not_change_is_not_retried(
    serveur: Serveur, statut: int, attendue: type[ErreurDirecte]
) -> None:
    serveur.jouer(erreur(statut, Location="http://127.0.0.1:1/"))
    with pytest.raises(attendue):
        demander(serveur)
    assert len(serveur.recues) == 1


@pytest.mark.parametrize("statut", [502, 503, 504])
def test_a_passing_outage_is_retried(serveur: Serveur, statut: int) -> None:
    serveur.jouer(erreur(statut), erreur(statut), donnees({}))
    assert demander(serveur) is not None
    assert len(serveur.recues) == 3


def test_an_outage_that_lasts_is_told_after_three_tries(serveur: Serveur) -> None:
    serveur.jouer(erreur(503))
    with pytest.raises(FournisseurEnPanne):
        demander(serveur)
    assert len(serveur.recues) == transport.ESSAIS_PAR_APPEL


def test_a_cut_connection_is_retried(serveur: Serveur) -> None:
    serveur.jouer(Reponse(200, {"data": {"nom": "x" * 100}}, couper=True), donnees({}))
    assert demander(serveur) is not None
    assert len(serveur.recues) == 2


def test_an_unreachable_provider_is_told(serveur: Serveur) -> None:
    with pytest.raises(ReseauEnPanne):
        transport.demander("http://127.0.0.1:1/v3", entetes={}, parametres={}, delai=2.0)


def test_the_wait_asked_for_is_respected_if_it_fits_in_the_deadline(
    serveur: Serveur, monkeypatch: pytest.MonkeyPatch
) -> None:
    attentes: list[float] = []

    async def attendre(secondes: float) -> None:
        attentes.append(secondes)

    monkeypatch.setattr(transport, "asyncio", SimpleNamespace(sleep=attendre))
    serveur.jouer(erreur(429, Retry_After="1"), donnees({}))
    assert demander(serveur) is not None
    assert attentes == [1]


def dans_une_heure() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


@pytest.mark.parametrize(
    ("entetes_de", "bornes"),
    [
        (lambda: {"Retry_After": "40"}, (39, 41)),
        (lambda: {"Retry_After": format_datetime(dans_une_heure(), usegmt=True)}, (3500, 3601)),
        (lambda: {"RateLimit_Reset": f"{dans_une_heure().timestamp():.0f}"}, (3500, 3601)),
        (lambda: {"Retry_After": "bientot"}, (59, 61)),
        (dict, (59, 61)),
    ],
    ids=["secondes", "date", "instant", "illisible", "rien"],
)
def test_a_wait_too_long_is_not_kept_but_is_told(
    serveur: Serveur, entetes_de: Callable[[], dict[str, str]], bornes: tuple[int, int]
) -> None:
    serveur.jouer(erreur(429, **entetes_de()))
    with pytest.raises(LimiteAtteinte) as levee:
        demander(serveur)
    assert bornes[0] <= levee.value.attente <= bornes[1]
    assert len(serveur.recues) == 1


@pytest.mark.parametrize(
    "lente",
    [
        Reponse(200, {"data": {}}, avant=3),
        # A byte at a time, each well within any time-out on a read.
        Reponse(200, {"data": {"nom": "x" * 200}}, goutte=0.05),
    ],
    ids=["muette", "goutte à goutte"],
)
def test_the_deadline_is_total(serveur: Serveur, lente: Reponse) -> None:
    serveur.jouer(lente)
    with pytest.raises(DelaiDepasse):
        demander(serveur, COURT)


def test_the_tries_together_fit_in_the_deadline(serveur: Serveur) -> None:
    serveur.jouer(Reponse(503, {"errors": []}, avant=0.25))
    with pytest.raises(ErreurDirecte):
        demander(serveur, COURT)
    assert len(serveur.recues) < transport.ESSAIS_PAR_APPEL


def test_without_time_left_nothing_is_asked(serveur: Serveur) -> None:
    with pytest.raises(DelaiDepasse):
        demander(serveur, 0)
    assert serveur.recues == []
