"""Table of the measures by size, extrapolated to the whole of France."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

FRANCE = 30_000_000
"""Unités légales of the national register; with 1.47 establishments each, 44 million establishments."""
POINTS = 3

Mesures = dict[str, Any]
Ligne = tuple[str, str, Callable[[Mesures], float]]


def _imports(nom: str) -> Callable[[Mesures], float]:
    return lambda m: float(m["imports"][nom]["s"])


def _total(m: Mesures) -> float:
    return float(m["imports_s"] + m["index"]["s"])


def _sommet(cle: str) -> Callable[[Mesures], float]:
    return lambda m: float(max(m["imports_memoire"][cle], m["index"]["memoire"][cle]))


LIGNES: tuple[Ligne, ...] = (
    ("fichiers", "Go", lambda m: m["fichiers"] / 1e9),
    ("écriture des fichiers", "s", lambda m: m["generation_s"]),
    ("import, unités légales", "s", _imports("unites")),
    ("import, établissements", "s", _imports("etablissements")),
    ("import, dirigeants", "s", _imports("dirigeants")),
    ("les trois imports", "s", lambda m: m["imports_s"]),
    ("index", "s", lambda m: m["index"]["s"]),
    ("des fichiers au portail", "s", _total),
    ("base", "Go", lambda m: m["disque"]["base"] / 1e9),
    ("index, disque", "Go", lambda m: m["disque"]["index"] / 1e9),
    ("mémoire, import et index", "Mio", _sommet("processus")),
    ("mémoire, PostgreSQL", "Mio", _sommet("postgres")),
    ("mémoire, service", "Mio", lambda m: m["memoire_service"]["processus"]),
    ("jour de changements, cherchable", "s", lambda m: m["jour"]["s"]),
    ("dont import", "s", lambda m: m["jour"]["import_s"]),
    ("lectures pendant la bascule, p95", "ms", lambda m: m["jour"]["p95_ms"]),
)


def bilan(resultats: Path) -> str:
    """Markdown table: one column per size (its last run), then a linear extrapolation from the three largest, never
    below their maximum."""
    mesures = _par_taille(resultats)
    if not mesures:
        return f"Aucune mesure dans {resultats} : lancez « make bench-national TAILLE=… »."
    tailles = [m["entreprises"] for m in mesures]
    classes = [classe for classe in mesures[-1]["latences"] if all(classe in m["latences"] for m in mesures)]
    titres = [f"{_millions(t)} M" for t in tailles]
    if len(mesures) >= POINTS:
        titres.append(f"{_millions(FRANCE)} M, estimé")
    sortie = [f"| entreprises | | {' | '.join(titres)} |", "|---|---|" + "---:|" * len(titres)]
    for nom, unite, lire in LIGNES:
        sortie.append(f"| {nom} | {unite} | {' | '.join(_cellules(tailles, [lire(m) for m in mesures]))} |")
    for classe in classes:
        medianes, p95 = (_cellules(tailles, [m["latences"][classe][rang] for m in mesures]) for rang in (0, 1))
        paires = " | ".join(f"{mediane} ({haut})" for mediane, haut in zip(medianes, p95, strict=True))
        sortie.append(f"| {classe}, médiane (p95) | ms | {paires} |")
    debits = [_nombre(m["export_lignes_s"]) for m in mesures]
    sortie.append(f"| export d’un département | lignes/s | {' | '.join(debits)} |{' |' * (len(mesures) >= POINTS)}")
    erreurs = sum(m["jour"]["erreurs"] for m in mesures)
    lectures = sum(m["jour"]["lectures"] for m in mesures)
    sortie.append(f"\n{lectures} lectures pendant les bascules, {erreurs} en erreur.")
    if len(mesures) >= POINTS:
        sortie.append(
            f"Estimation : droite des moindres carrés par les {POINTS} plus grandes tailles ; rien n’y est mesuré."
        )
    return "\n".join(sortie)


def _par_taille(resultats: Path) -> list[Mesures]:
    if not resultats.exists():
        return []
    lues = [json.loads(ligne) for ligne in resultats.read_text(encoding="utf-8").splitlines() if ligne.strip()]
    return [m for _, m in sorted({m["entreprises"]: m for m in lues}.items())]


def _cellules(tailles: list[int], valeurs: list[float]) -> list[str]:
    estimee = [_prolonger(tailles[-POINTS:], valeurs[-POINTS:])] if len(tailles) >= POINTS else []
    return [_nombre(valeur) for valeur in (*valeurs, *estimee)]


def _prolonger(tailles: list[int], valeurs: list[float]) -> float:
    pente, origine = np.polyfit(tailles, valeurs, 1)
    return max(float(pente) * FRANCE + float(origine), *valeurs)


def _millions(entreprises: int) -> str:
    return f"{entreprises / 1e6:g}".replace(".", ",")


def _nombre(valeur: float) -> str:
    ecrit = f"{valeur:.2f}" if valeur < 10 else f"{valeur:.1f}" if valeur < 100 else f"{valeur:,.0f}".replace(",", " ")
    return ecrit.replace(".", ",")
