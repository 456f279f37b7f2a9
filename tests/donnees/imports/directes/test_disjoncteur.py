"""A provider in trouble is left alone, then tried by one call; only its own failures count."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from fce.donnees.imports.directes.disjoncteur import PAUSE, PAUSE_MAX, SEUIL, Disjoncteur
from fce.donnees.imports.directes.erreurs import (
    AppelRefuse,
    CircuitOuvert,
    DelaiDepasse,
    DemandeRefusee,
    ErreurDirecte,
    FournisseurEnPanne,
    LimiteAtteinte,
    NonConfiguree,
    ReponseInvalide,
    ReseauEnPanne,
    Sature,
)


class Horloge:
    def __init__(self) -> None:
        self.heure = 1000.0

    def __call__(self) -> float:
        return self.heure


@pytest.fixture
def horloge() -> Horloge:
    return Horloge()


@pytest.fixture
def circuit(horloge: Horloge) -> Disjoncteur:
    return Disjoncteur(horloge)


def appel(circuit: Disjoncteur, erreur: ErreurDirecte | None) -> None:
    circuit.autoriser()
    circuit.terminer(erreur)


def trop_de_pannes(circuit: Disjoncteur) -> None:
    for _ in range(SEUIL):
        appel(circuit, DelaiDepasse())


@pytest.mark.parametrize("panne", [DelaiDepasse, ReseauEnPanne, FournisseurEnPanne, ReponseInvalide])
def test_three_outages_in_a_row_open_the_circuit(circuit: Disjoncteur, panne: type[ErreurDirecte]) -> None:
    for _ in range(SEUIL):
        assert not circuit.ouvert
        appel(circuit, panne())
    assert circuit.ouvert
    with pytest.raises(CircuitOuvert):
        circuit.autoriser()


@pytest.mark.parametrize("refus", [AppelRefuse, DemandeRefusee, NonConfiguree, Sature, None])
def test_an_answer_even_negative_resets_the_count(circuit: Disjoncteur, refus: type[ErreurDirecte] | None) -> None:
    for _ in range(SEUIL - 1):
        appel(circuit, DelaiDepasse())
    appel(circuit, refus() if refus else None)
    for _ in range(SEUIL - 1):
        appel(circuit, DelaiDepasse())
    assert not circuit.ouvert


def test_after_the_pause_a_single_call_tries(circuit: Disjoncteur, horloge: Horloge) -> None:
    trop_de_pannes(circuit)
    horloge.heure += PAUSE
    circuit.autoriser()
    with pytest.raises(CircuitOuvert):
        circuit.autoriser()
    circuit.terminer(None)
    for _ in range(5):
        appel(circuit, None)


def test_a_failed_try_reopens_for_one_pause(circuit: Disjoncteur, horloge: Horloge) -> None:
    trop_de_pannes(circuit)
    horloge.heure += PAUSE
    appel(circuit, FournisseurEnPanne())
    with pytest.raises(CircuitOuvert):
        circuit.autoriser()
    horloge.heure += PAUSE
    appel(circuit, None)
    assert not circuit.ouvert


@pytest.mark.parametrize(("demandee", "tenue"), [(20.0, 20.0), (0.0, 1.0), (86400.0, PAUSE_MAX)])
def test_a_limit_reached_suspends_for_the_time_asked_without_excess(
    circuit: Disjoncteur, horloge: Horloge, demandee: float, tenue: float
) -> None:
    appel(circuit, LimiteAtteinte(demandee))
    with pytest.raises(LimiteAtteinte):
        circuit.autoriser()
    horloge.heure += tenue
    appel(circuit, None)
    assert not circuit.ouvert


def test_of_sixteen_calls_together_only_one_tries(circuit: Disjoncteur, horloge: Horloge) -> None:
    trop_de_pannes(circuit)
    horloge.heure += PAUSE
    depart = threading.Barrier(16)

    def essayer(rang: int) -> bool:
        depart.wait()
        try:
            circuit.autoriser()
        except CircuitOuvert:
            return False
        return True

    with ThreadPoolExecutor(16) as fils:
        assert sum(fils.map(essayer, range(16))) == 1
