"""Company agreements without duplicates, and their twelve themes."""

from collections.abc import Sequence
from datetime import date

from fce.socle.texte.formats import jour, pluriel
from fce.sources.presentation import Ligne

THEMES = {
    "epargne": "Épargne salariale",
    "remuneration": "Rémunération",
    "temps_travail": "Durée et aménagement du temps de travail",
    "conditions_travail": "Conditions de travail",
    "emploi": "Emploi",
    "egalite_pro": "Égalité professionnelle",
    "classifications": "Classifications",
    "formation": "Formation professionnelle",
    "protection_sociale": "Protection sociale",
    "droit_syndical": "Droit syndical",
    "autres": "Autres thèmes",
    "nouvelles_technologies": "Nouvelles technologies, numérique",
}


def distincts(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """One row per agreement (case number and SIRET): some files have a row per theme."""
    reunis: dict[tuple[str | None, str | None], dict[str, object]] = {}
    for ligne in lignes:
        cle = (ligne["numero"], ligne["siret"])
        if cle not in reunis:
            reunis[cle] = dict(ligne)
            continue
        reuni = reunis[cle]
        for theme in THEMES:
            reuni[theme] = max(_marque(reuni, theme), _marque(ligne, theme))
    return list(reunis.values())


def par_theme(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """An agreement counts once under each of its themes."""
    uniques = distincts(lignes, aujourd_hui)
    themes: list[Ligne] = []
    for attribut, libelle in THEMES.items():
        concernes = [accord for accord in uniques if _marque(accord, attribut)]
        if concernes:
            dates = [accord["date_signature"] for accord in concernes if accord["date_signature"]]
            themes.append({"theme": libelle, "accords": len(concernes), "dernier": max(dates, default=None)})
    return themes


def nombre_d_accords(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    uniques = distincts(lignes, aujourd_hui)
    return pluriel(len(uniques), "accord") if uniques else None


def accords(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    nombre = nombre_d_accords(lignes, aujourd_hui)
    if nombre is None:
        return None
    dates = [ligne["date_signature"] for ligne in lignes if ligne["date_signature"]]
    return nombre + (f", le dernier signé le {jour(max(dates))}" if dates else "")


def en_note(lignes: Sequence[Ligne], aujourd_hui: date) -> list[tuple[str, str]]:
    tous = accords(lignes, aujourd_hui)
    themes = sorted(par_theme(lignes, aujourd_hui), key=lambda theme: -theme["accords"])
    return [*([("En tout", tous)] if tous else ()), *((t["theme"], pluriel(t["accords"], "accord")) for t in themes)]


def legifrance(ligne: Ligne) -> str | None:
    """URL of the establishment's agreements on Légifrance, whose search takes no SIREN."""
    return f"https://www.legifrance.gouv.fr/liste/acco?siret={ligne['siret']}" if ligne["siret"] else None


def _marque(ligne: Ligne, theme: str) -> int:
    return ligne[theme] or 0
