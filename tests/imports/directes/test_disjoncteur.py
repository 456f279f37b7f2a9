"""A provider in trouble is left alone, then tried by one call; only its own failures count."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from fce.imports.directes.disjoncteur import PAUSE, PAUSE_MAX, SEUIL, Disjoncteur
from fce.imports.directes.erreurs import (
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


@pytest.mark.parametrize("panne", [DelaiDepasse, ReseauEnPanne, FournisseurEnPanne, ReponseInvalide])
def test_trois_pannes_de_suite_ouvrent_le_circuit(circuit: Disjoncteur, panne: type[ErreurDirecte]) -> None:
    for _ in range(SEUIL):
        assert not circuit.ouvert
        appel(circuit, panne())
    assert circuit.ouvert
    with pytest.raises(CircuitOuvert):
        circuit.autoriser()


@pytest.mark.parametrize("refus", [AppelRefuse, DemandeRefusee, NonConfiguree, Sature, None])
def test_une_reponse_meme_negative_remet_le_compte_a_zero(
    circuit: Disjoncteur, refus: type[ErreurDirecte] | None
) -> None:
    for _ in range(SEUIL - 1):
        appel(circuit, DelaiDepasse())
    appel(circuit, refus() if refus else None)
    for _ in range(SEUIL - 1):
        appel(circuit, DelaiDepasse())
    assert not circuit.ouvert


def test_apres_la_pause_un_seul_appel_essaie(circuit: Disjoncteur, horloge: Horloge) -> None:
    for _ in range(SEUIL):
        appel(circuit, DelaiDepasse())
    horloge.heure += PAUSE
    circuit.autoriser()
    with pytest.raises(CircuitOuvert):
        circuit.autoriser()
    circuit.terminer(None)
    for _ in range(5):
        appel(circuit, None)


def test_un_essai_manque_rouvre_pour_une_pause(circuit: Disjoncteur, horloge: Horloge) -> None:
    for _ in range(SEUIL):
        appel(circuit, DelaiDepasse())
    horloge.heure += PAUSE
    appel(circuit, FournisseurEnPanne())
    with pytest.raises(CircuitOuvert):
        circuit.autoriser()
    horloge.heure += PAUSE
    appel(circuit, None)
    assert not circuit.ouvert


@pytest.mark.parametrize(("demandee", "tenue"), [(20.0, 20.0), (0.0, 1.0), (86400.0, PAUSE_MAX)])
def test_une_limite_atteinte_suspend_le_temps_demande_sans_exces(
    circuit: Disjoncteur, horloge: Horloge, demandee: float, tenue: float
) -> None:
    appel(circuit, LimiteAtteinte(demandee))
    with pytest.raises(LimiteAtteinte):
        circuit.autoriser()
    horloge.heure += tenue
    appel(circuit, None)
    assert not circuit.ouvert


def test_de_seize_appels_ensemble_un_seul_essaie(circuit: Disjoncteur, horloge: Horloge) -> None:
    for _ in range(SEUIL):
        appel(circuit, DelaiDepasse())
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
