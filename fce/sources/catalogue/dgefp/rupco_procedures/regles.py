"""Collective redundancies (PSE, LiceC) and collective agreed terminations (RCC): what is shown, and for how long."""

from collections.abc import Sequence
from datetime import date

from fce.socle.formats import jour
from fce.sources.catalogue.dgefp.activite_partielle.regles import il_y_a
from fce.sources.presentation import FaitAlarmant, Ligne

MOIS_PSE = 36
DEPUIS = {"RCC": date(2017, 12, 22), "LICEC": date(2019, 12, 2)}
"""First day of each system: the law on RCC, the opening of the portal for redundancies without a PSE."""

# The kind stays at the start: tiles and alerts are computed on rows whose kind is already in words.
LIBELLES = {
    "LiceC -10": "LiceC – moins de 10 salariés (2 à 9)",
    "LiceC +10": "LiceC – 10 salariés ou plus (entreprise de moins de 50)",
}


def famille(type_dossier: str | None) -> str:
    """ "PSE", "LICEC" or "RCC" from a kind of case; "" for any other one."""
    compact = (type_dossier or "").upper().replace(" ", "")
    return next((nom for nom in ("PSE", "LICEC", "RCC") if compact.startswith(nom)), "")


def en_cours_de_vue(ligne: Ligne, aujourd_hui: date) -> bool:
    """Whether a case is recent enough: a PSE over 36 months, the others since their system exists."""
    enregistre = ligne["date_enregistrement"]
    if enregistre is None:
        return False
    sorte = famille(ligne["type"])
    debut = il_y_a(MOIS_PSE, aujourd_hui) if sorte == "PSE" else DEPUIS.get(sorte)
    return debut is None or enregistre >= debut


def procedures(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """The cases to show, each number once, latest first, kinds in words."""
    uniques = {ligne["numero"]: ligne for ligne in reversed(lignes) if en_cours_de_vue(ligne, aujourd_hui)}
    montrees = [{**ligne, "type": LIBELLES.get(ligne["type"], ligne["type"])} for ligne in uniques.values()]
    return sorted(montrees, key=lambda ligne: ligne["date_enregistrement"], reverse=True)


def avec_ruptures(lignes: Sequence[Ligne], etablissements: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """Each case with the terminations of its establishments (at the end, else at the start) and how many these are.

    None where nothing is known: no figure is not zero. ``etablissements``: rows of rupco-etablissements.
    """
    par_dossier: dict[str, list[Ligne]] = {}
    for ligne in etablissements:
        par_dossier.setdefault(ligne["numero"], []).append(ligne)
    completees: list[Ligne] = []
    for ligne in lignes:
        siens = par_dossier.get(ligne["numero"], [])
        connues = [e["ruptures_fin"] for e in siens if e["ruptures_fin"] is not None]
        lieux = len({e["siret"] for e in siens if e["siret"]})
        completees.append({**ligne, "ruptures": sum(connues) if connues else None, "lieux": lieux or None})
    return completees


def pse(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    """The latest PSE registered within 36 months, none when there is no such case."""
    dates = [ligne["date_enregistrement"] for ligne in lignes
             if famille(ligne["type"]) == "PSE" and en_cours_de_vue(ligne, aujourd_hui)]  # fmt: skip
    if not dates:
        return []
    return [FaitAlarmant(f"Plan de sauvegarde de l'emploi enregistré le {jour(max(dates))}", max(dates))]


def est_un_pse(ligne: Ligne) -> bool:
    """Whether a case is a plan for the protection of employment."""
    return famille(ligne["type"]) == "PSE"


def est_une_autre_rupture(ligne: Ligne) -> bool:
    """Whether a case is another collective termination: redundancies without a PSE, or agreed terminations."""
    return famille(ligne["type"]) in ("LICEC", "RCC")


def tuile(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    """ "2 PSE, 1 RCC": cases, not rows nor establishments."""
    comptes: dict[str, set[str]] = {}
    for ligne in lignes:
        if en_cours_de_vue(ligne, aujourd_hui) and (sorte := famille(ligne["type"])):
            comptes.setdefault({"LICEC": "LiceC"}.get(sorte, sorte), set()).add(ligne["numero"])
    return ", ".join(f"{len(numeros)} {nom}" for nom, numeros in sorted(comptes.items(), reverse=True)) or None
