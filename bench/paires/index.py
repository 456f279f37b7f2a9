"""Build what ``bench.paires`` queries: the portal, its index in both engines, a plain OpenSearch index, a PostgreSQL
table.

Each step is timed and done once; a kept folder resumes where it was left.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from bench.national.execution import lancer, tout_importer
from bench.national.memoire import Memoire
from bench.paires import documents, noeud, ordinaire, postgres


class Chantier:
    """Steps done in a folder, with the cost of each: ``s``, ``octets``, ``memoire`` (MiB)."""

    def __init__(self, dossier: Path, entreprises: int) -> None:
        self.dossier, self.entreprises = dossier, entreprises
        self._journal = dossier / f"etapes-{entreprises}.json"
        self.etapes: dict[str, Any] = json.loads(self._journal.read_text()) if self._journal.exists() else {}

    def faire(self, nom: str, etape: Callable[[], dict[str, Any]]) -> None:
        if nom not in self.etapes:
            self.etapes[nom] = etape()
            self._journal.write_text(json.dumps(self.etapes))
        print(f"  {nom} : {self.etapes[nom]}", flush=True)

    def portail(self) -> None:
        """Write the files of the register, import them, index them in the portal's own engine."""
        self.faire("portail", self._importer)
        self.faire("fce", lambda: self._indexer({}, lambda: _poids(self.dossier / "var" / "index")))

    def moteurs(self, port: int, pid: int, sans: Collection[str] = (), *, fusionner: bool = False) -> None:
        """Index the same companies in the other engines, except ``sans``; ``fusionner``: one segment per shard in the
        plain one."""
        adresse = {"FCE_SEARCH_URL": f"opensearch+http://127.0.0.1:{port}/fce"}
        if "grappe" not in sans:
            self.faire("fce, OpenSearch", lambda: self._indexer(adresse, lambda: noeud.octets(port, "fce-*"), pid))
        self.faire(
            "OpenSearch ordinaire",
            lambda: _charger(
                lambda: ordinaire.charger(noeud.Noeud(port), documents.fiches()),
                lambda: noeud.octets(port, ordinaire.INDEX),
            ),
        )
        if fusionner:
            self.faire("OpenSearch ordinaire, fusion", lambda: _fusionner(port))
        if "postgres" not in sans:
            self.faire(
                "PostgreSQL",
                lambda: _charger(lambda: postgres.charger(documents.fiches()), postgres.octets, "postgres"),
            )

    def _importer(self) -> dict[str, Any]:
        from bench.national.fichiers import ecrire

        (fichiers := self.dossier / "fichiers").mkdir(exist_ok=True)
        debut = time.perf_counter()
        ecrits = ecrire(fichiers, self.entreprises)
        tout_importer(ecrits, 1)
        return {"s": round(time.perf_counter() - debut, 1), "lignes": ecrits.lignes}

    def _indexer(
        self, reglages: dict[str, str], peser: Callable[[], int], serveur: int | None = None
    ) -> dict[str, Any]:
        """``serveur``: indexing process on the other side, also measured."""
        with Memoire(serveur) if serveur else nullcontext() as autre:
            duree, memoire = lancer("index", "--forcer", **reglages)
        mesure = {"s": duree, "octets": peser(), "memoire": memoire["processus"]}
        return mesure | ({"noeud": autre.sommets()["processus"]} if autre else {})


def _charger(charger: Callable[[], int], peser: Callable[[], int], qui: str = "processus") -> dict[str, Any]:
    debut = time.perf_counter()
    with Memoire(os.getpid()) as memoire:
        documents = charger()
    duree = round(time.perf_counter() - debut, 1)
    return {"s": duree, "documents": documents, "octets": peser(), "memoire": memoire.sommets()[qui]}


def _fusionner(port: int) -> dict[str, Any]:
    debut = time.perf_counter()
    ordinaire.fusionner(noeud.Noeud(port))
    return {"s": round(time.perf_counter() - debut, 1)}


def _poids(dossier: Path) -> int:
    return sum(f.stat().st_size for f in dossier.rglob("*") if f.is_file())
