"""Markdown tables of ``bench.paires``."""

from __future__ import annotations

from statistics import mean, median
from typing import Any

from bench.temps import p95

FCE, BRUT, COUCHE, LEGER = "FCE", "OpenSearch brut", "OpenSearch, couche", "OpenSearch léger"
TOUTES = "toutes"
REUSSITES = ("un", "cinq", "moyen_un", "moyen_cinq", "juste_un", "juste_cinq")
MOITIE = 0.5
"""Below this share of answered questions, a way does not answer the class."""


def bilan(mesures: dict[str, Any]) -> str:
    classes = {**mesures["classes"], TOUTES: _ensemble(mesures["classes"])}
    noms = [*classes[TOUTES]]
    titre = f"{_milliers(mesures['entreprises'])} entreprises, {mesures['machine']}, le {mesures['le'][:10]}"
    charge = _decimal(mesures["charge_apres"])
    return "\n".join(
        [
            f"\n{titre} ; charge moyenne de la machine à la fin des latences : {charge}.",
            *_tableau(f"ms, p50 (p95), un client | {' | '.join(noms)} | brut ÷ FCE | couche ÷ FCE | léger ÷ FCE", [
                (c, *(_latence(m[n]) for n in noms), *(_rapport(m, autre) for autre in (BRUT, COUCHE, LEGER)))
                for c, m in classes.items()
            ]),
            *_tableau(f"processeur par demande, ms, médiane (moyenne) | {' | '.join(noms)}", [
                (c, *(_processeur(m[n]["processeur"]) for n in noms)) for c, m in classes.items()
            ]),
            *_pertinence(f"succès@1 / @5, %, {mesures['exemples']} questions", "", classes),
            *_pertinence("succès moyen@1 / @5, %", "moyen_", classes),
            *_pertinence("réponse juste@1 / @5, %", "juste_", classes),
            *_tableau(f"demandes par seconde (processeur, ms) | {' | '.join(noms)}", [
                (f"{n} client{'s' * (n != '1')}", *(_debit(mesures["debit"][nom][n]) for nom in noms))
                for n in mesures["debit"][FCE]
            ]),
            *_tableau("index | s | Mo | mémoire du chargement, Mio", [
                (nom, _decimal(e["s"]), _milliers(e["octets"] // 10**6), _milliers(e["memoire"] + e.get("noeud", 0)))
                for nom, e in mesures["index"].items() if "octets" in e
            ]),
            *_tableau("mémoire du service, Mio | processus", [
                (nom, " + ".join(map(_milliers, parts))) for nom, parts in mesures["memoire"].items()
            ]),
            *_tableau("pages de FCE | ms, p50 (p95)", [
                (nom, _p50_p95(temps)) for nom, temps in mesures["pages"].items()
            ]),
        ]
    )  # fmt: skip


def _ensemble(classes: dict[str, Any]) -> dict[str, Any]:
    ensemble: dict[str, Any] = {}
    for nom in next(iter(classes.values())):
        parts = [c[nom] for c in classes.values()]
        connues = [p for p in parts if "un" in p]
        ensemble[nom] = {
            "temps": [t for p in parts for t in p["temps"]],
            "repondues": [r for p in parts for r in p["repondues"]],
            "processeur": [t for p in parts for t in p["processeur"]],
            **{cle: sum(p[cle] for p in connues) / len(connues) for cle in REUSSITES},
        }
    return ensemble


def _latence(mesure: dict[str, Any]) -> str:
    part = sum(mesure["repondues"]) / len(mesure["repondues"])
    muettes = "" if part > 1 - 1e-9 else f" – {round(100 * part)} %"
    return _p50_p95(mesure["temps"]) + muettes


def _rapport(mesures: dict[str, Any], autre: str) -> str:
    """p50 (p95) of another way divided by ours, on the questions both answer; « – » when it answers less than half."""
    nous, lui = mesures[FCE], mesures[autre]
    if sum(lui["repondues"]) < MOITIE * len(lui["repondues"]):
        return "–"
    garde = [a and b for a, b in zip(nous["repondues"], lui["repondues"], strict=True)]
    leurs, notres = ([t for t, g in zip(m["temps"], garde, strict=True) if g] for m in (lui, nous))
    return f"{_decimal(median(leurs) / median(notres))} ({_decimal(p95(leurs) / p95(notres))})"


def _p50_p95(temps: list[float]) -> str:
    return f"{_decimal(median(temps))} ({_decimal(p95(temps))})"


def _processeur(temps: list[float]) -> str:
    return f"{_decimal(median(temps))} ({_decimal(mean(temps))})"


def _pertinence(titre: str, sorte: str, classes: dict[str, Any]) -> list[str]:
    return _tableau(f"{titre} | {' | '.join(classes[TOUTES])}", [
        (c, *(f"{_decimal(x[sorte + 'un'])} / {_decimal(x[sorte + 'cinq'])}" for x in m.values()))
        for c, m in classes.items() if "un" in m[FCE]
    ])  # fmt: skip


def _debit(mesure: dict[str, float]) -> str:
    return f"{_decimal(mesure['par_s'])} ({_decimal(mesure['processeur_ms'])})"


def _decimal(nombre: float) -> str:
    return f"{nombre:.0f}" if nombre >= 100 else f"{nombre:.1f}".replace(".", ",")


def _milliers(nombre: int) -> str:
    return f"{nombre:,}".replace(",", "\u202f")


def _tableau(entete: str, lignes: list[tuple[str, ...]]) -> list[str]:
    colonnes = len(entete.split(" | "))
    return ["", f"| {entete} |", "|---" * colonnes + "|", *(f"| {' | '.join(ligne)} |" for ligne in lignes)]
