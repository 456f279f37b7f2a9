"""The demonstration universe, written once for the whole folder of tests and read back as any reader would."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from fce.demo import univers
from fce.demo.calendrier import Calendrier, aujourd_hui
from fce.demo.jeux import ecriture
from tests.demo.jeux import Jeux

Ligne = dict[str, str]


@dataclass(frozen=True)
class Fichiers:
    chemins: dict[str, Path]
    unites: list[Ligne]
    etablissements: list[Ligne]
    unites_historique: list[Ligne]
    etablissements_historique: list[Ligne]
    successions: list[Ligne]
    doublons: list[Ligne]
    calendrier: Calendrier


@pytest.fixture(scope="session")
def fichiers(tmp_path_factory: pytest.TempPathFactory) -> Fichiers:
    calendrier = aujourd_hui()
    chemins = univers.ecrire(tmp_path_factory.mktemp("univers"), univers.composer(calendrier=calendrier))
    return Fichiers(
        chemins,
        lire(chemins["sirene-unites-legales"]),
        lire(chemins["sirene-etablissements"]),
        lire(chemins["sirene-unites-legales-historique"]),
        lire(chemins["sirene-etablissements-historique"]),
        lire(chemins["sirene-successions"]),
        lire(chemins["sirene-doublons"]),
        calendrier,
    )


def lire(chemin: Path) -> list[Ligne]:
    with chemin.open(encoding="utf-8", newline="") as fichier:
        return list(csv.DictReader(fichier, strict=True))


@pytest.fixture(scope="session")
def jeux(tmp_path_factory: pytest.TempPathFactory) -> Jeux:
    """Every data set of the whole universe, made today."""
    calendrier = aujourd_hui()
    return Jeux(ecriture.ecrire_tout(tmp_path_factory.mktemp("jeux"), calendrier=calendrier), calendrier)
