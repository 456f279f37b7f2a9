"""Builds what ``bench.paires`` asks: the portal, its index in both engines, a plain index of OpenSearch, a table of
PostgreSQL. Each step is timed and done once: a folder that is kept is taken up again where it was left.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from bench import national, paires_documents, paires_noeud, paires_ordinaire, paires_postgres
from bench.national_memoire import Memoire


class Chantier:
    """The steps that were done in a folder, with what each cost: ``s``, ``octets``, ``memoire`` (MiB)."""

    def __init__(self, dossier: Path, entreprises: int) -> None:
        self.dossier, self.entreprises = dossier, entreprises
        self._journal = dossier / f"etapes-{entreprises}.json"
        self.etapes: dict[str, Any] = json.loads(self._journal.read_text()) if self._journal.exists() else {}

    def faire(self, nom: str, etape: Callable[[], dict[str, Any]]) -> None:
        """Do a step unless it was done; print and keep what it cost."""
        if nom not in self.etapes:
            self.etapes[nom] = etape()
            self._journal.write_text(json.dumps(self.etapes))
        print(f"  {nom} : {self.etapes[nom]}", flush=True)

    def portail(self) -> None:
        """Write the files of the register, import them, index them in the portal's own engine."""
        self.faire("portail", self._importer)
        self.faire("fce", lambda: self._indexer({}, lambda: _poids(self.dossier / "var" / "index")))

    def moteurs(self, port: int, pid: int, sans: Collection[str] = (), *, fusionner: bool = False) -> None:
        """Index the same companies in the others, but those left aside; ``fusionner``: one segment in the plain one."""
        adresse = {"FCE_SEARCH_URL": f"opensearch+http://127.0.0.1:{port}/fce"}
        if "grappe" not in sans:
            self.faire(
                "fce, OpenSearch", lambda: self._indexer(adresse, lambda: paires_noeud.octets(port, "fce-*"), pid)
            )
        self.faire(
            "OpenSearch ordinaire",
            lambda: _charger(
                lambda: paires_ordinaire.charger(paires_noeud.Noeud(port), paires_documents.fiches()),
                lambda: paires_noeud.octets(port, paires_ordinaire.INDEX),
            ),
        )
        if fusionner:
            self.faire("OpenSearch ordinaire, fusion", lambda: _fusionner(port))
        if "postgres" not in sans:
            self.faire(
                "PostgreSQL",
                lambda: _charger(
                    lambda: paires_postgres.charger(paires_documents.fiches()), paires_postgres.octets, "postgres"
                ),
            )

    def _importer(self) -> dict[str, Any]:
        from django.core.management import call_command

        from bench.national_fichiers import ecrire

        call_command("migrate", verbosity=0, skip_checks=True)
        fichiers = self.dossier / "fichiers"
        fichiers.mkdir(exist_ok=True)
        debut = time.perf_counter()
        ecrits = ecrire(fichiers, self.entreprises)
        for source, chemin in zip(national.SOURCES.values(), ecrits[:3], strict=True):
            national.lancer("import", source, str(chemin))
            chemin.unlink()
        return {"s": round(time.perf_counter() - debut, 1), "lignes": ecrits.lignes}

    def _indexer(
        self, reglages: dict[str, str], peser: Callable[[], int], serveur: int | None = None
    ) -> dict[str, Any]:
        """``serveur``: the process that indexes on the other side, looked at too."""
        if serveur is None:
            duree, memoire = national.lancer("index", "--forcer", **reglages)
            return {"s": duree, "octets": peser(), "memoire": memoire["processus"]}
        with Memoire(serveur) as noeud:
            duree, memoire = national.lancer("index", "--forcer", **reglages)
        return {
            "s": duree, "octets": peser(), "memoire": memoire["processus"], "noeud": noeud.sommets()["processus"],
        }  # fmt: skip


def _charger(charger: Callable[[], int], peser: Callable[[], int], qui: str = "processus") -> dict[str, Any]:
    """``qui`` works: this process with the node, its child, or PostgreSQL."""
    debut = time.perf_counter()
    with Memoire(os.getpid()) as memoire:
        documents = charger()
    duree = round(time.perf_counter() - debut, 1)
    return {"s": duree, "documents": documents, "octets": peser(), "memoire": memoire.sommets()[qui]}


def _fusionner(port: int) -> dict[str, Any]:
    debut = time.perf_counter()
    paires_ordinaire.fusionner(paires_noeud.Noeud(port))
    return {"s": round(time.perf_counter() - debut, 1)}


def _poids(dossier: Path) -> int:
    return sum(f.stat().st_size for f in dossier.rglob("*") if f.is_file())
