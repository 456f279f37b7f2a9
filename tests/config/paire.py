"""A primary and its replica for the tests, with two Sirene files in place, and this very process set on both."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext

from bench.replication import Primaire, Secondaire
from fce.config import verification
from fce.donnees.imports import services
from fce.socle.base import replique
from fce.sources import registre
from tests.config.serveur import installe
from tests.dossiers import TEMPORAIRES

UNITES, LIEUX = "sirene-unites-legales", "sirene-etablissements"
SIREN = "000099911"
NOM = "BISCUITERIE FICTIVE INVENTEE"


@dataclass(frozen=True)
class Paire:
    """``dossier``: of the primary, which is the data folder of a service."""

    primaire: Primaire
    secondaire: Secondaire
    dossier: Path

    def publier(self, avant: str = NOM, apres: str = NOM) -> None:
        """A new version of the companies: that of the example, where ``apres`` stands in the place of ``avant``."""
        texte = registre.exemple(registre.source(UNITES)).read_text("utf-8")
        fichier = self.dossier / "StockUniteLegale.csv"
        fichier.write_text(texte.replace(avant, apres), "utf-8")
        services.importer(UNITES, [fichier], forcer="essai")


@contextlib.contextmanager
def en_marche(nom: str) -> Iterator[Paire]:
    """Both servers, the replica having replayed all of the primary."""
    a_cote = TEMPORAIRES / f"fce-{nom}-{os.getpid()}-replique"
    try:
        with installe(nom) as dossier:
            primaire = Primaire(dossier, durable=False)
            secondaire = Secondaire(a_cote, primaire, durable=False)
            with primaire.en_marche(), secondaire.en_marche():
                yield Paire(primaire, secondaire, dossier)
        secondaire.effacer()
    finally:
        shutil.rmtree(a_cote, ignore_errors=True)


@contextlib.contextmanager
def branchee(paire: Paire) -> Iterator[Paire]:
    """This process on these two servers, in the place of the database of the tests."""
    avant = dict(connections.settings)
    premiere: dict[str, Any] = {**avant["default"], "HOST": paire.primaire.parametres()["host"], "NAME": "fce"}
    suivie = verification.lire_adresse_de_base(paire.secondaire.adresse)
    la_bas = {**premiere, **suivie, "OPTIONS": premiere["OPTIONS"], "ENGINE": premiere["ENGINE"]}
    _mettre({"default": premiere, replique.ALIAS: la_bas})
    try:
        for source in (UNITES, LIEUX):
            services.importer(source, [registre.exemple(registre.source(source))])
        paire.secondaire.rejoindre()
        yield paire
    finally:
        _mettre(avant)


def _mettre(bases: dict[str, Any]) -> None:
    for alias in [*connections.settings]:
        connections[alias].close()
        del connections[alias]
        del connections.settings[alias]
    connections.settings |= bases


@dataclass
class Lectures:
    """The statements that went to each server."""

    primaire: list[str]
    replique: list[str]


@contextlib.contextmanager
def compter() -> Iterator[Lectures]:
    """What is asked meanwhile of the primary, and of the replica."""
    lues = Lectures([], [])
    with CaptureQueriesContext(connections["default"]) as la, CaptureQueriesContext(connections[replique.ALIAS]) as ici:
        yield lues
    lues.primaire, lues.replique = ([q["sql"] for q in x.captured_queries] for x in (la, ici))
