"""Apprenticeship contracts begun and broken in the last three calendar years."""

from collections.abc import Sequence
from datetime import date

from fce.socle.texte.formats import pluriel
from fce.sources.presentation import Ligne

ANNEES = 3
TYPES = {
    "11": "Premier contrat",
    "21": "Nouveau contrat chez le même employeur, le précédent terminé",
    "22": "Nouveau contrat chez un autre employeur, le précédent terminé",
    "23": "Nouveau contrat, le précédent rompu",
    "31": "Avenant : situation juridique de l'employeur",
    "32": "Avenant : changement d'employeur d'un contrat saisonnier",
    "33": "Avenant : prolongation après un échec à l'examen",
    "34": "Avenant : prolongation d'un apprenti travailleur handicapé",
    "35": "Avenant : diplôme supplémentaire",
    "36": "Avenant : maître d'apprentissage, durée du travail, réduction de durée…",
    "37": "Avenant : lieu d'exécution du contrat",
    "38": "Avenant : lieu de la formation",
}


def trois_ans(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    premiere = aujourd_hui.year - ANNEES + 1
    return [
        ligne
        for ligne in lignes
        if any(ligne[jour] and ligne[jour].year >= premiere for jour in ("date_debut", "date_rupture"))
    ]


def par_annee(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    return [
        {"annee": annee, "signes": _en(lignes, "date_debut", annee), "rompus": _en(lignes, "date_rupture", annee)}
        for annee in range(aujourd_hui.year, aujourd_hui.year - ANNEES, -1)
    ]


def contrats(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    annees = par_annee(lignes, aujourd_hui)
    signes, rompus = sum(a["signes"] for a in annees), sum(a["rompus"] for a in annees)
    if not signes and not rompus:
        return None
    phrase = pluriel(signes, "contrat signé", "contrats signés")
    return f"{phrase} depuis {annees[-1]['annee']}, {pluriel(rompus, 'rompu')}"


def _en(lignes: Sequence[Ligne], jour: str, annee: int) -> int:
    return sum(1 for ligne in lignes if ligne[jour] and ligne[jour].year == annee)
