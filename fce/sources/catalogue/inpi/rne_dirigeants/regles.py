"""One row per person: merge the roles of a person in a company."""

from collections.abc import Sequence
from datetime import date

from fce.socle.texte.pliage import plier
from fce.sources.presentation import Ligne

RANGS = ("president", "gerant", "directeur general", "directeur", "entrepreneur", "membre", "administrateur")


def par_personne(lignes: Sequence[Ligne], aujourd_hui: date) -> Sequence[Ligne]:
    """Rows merged by person, roles joined by commas, in the order of the register.

    Persons match on name, first names and month of birth; companies on SIREN, or on name without SIREN.
    """
    if len(lignes) == 1:  # most companies
        return lignes
    personnes: dict[tuple[object, ...], list[Ligne]] = {}
    for ligne in sorted(lignes, key=lambda x: (x["siren"], x["rang"] or 0)):
        personnes.setdefault(_identite(ligne), []).append(ligne)
    return [_reunir(mandats) for mandats in personnes.values()]


def _reunir(mandats: Sequence[Ligne]) -> Ligne:
    if len(mandats) == 1:
        return mandats[0]
    qualites = dict.fromkeys(str(m["qualite"]) for m in mandats if m["qualite"])
    return {**mandats[0], "qualite": ", ".join(qualites) or mandats[0]["qualite"]}


def mandataires(lignes: Sequence[Ligne]) -> list[tuple[str, str]]:
    nommes = []
    for ligne in lignes:
        nom_porte = ligne.get("nom_usage") or ligne.get("nom") or ""
        personne = f"{(ligne.get('prenoms') or '').split(',')[0].split(' ')[0].title()} {nom_porte}"
        if nom := personne.strip() or ligne.get("denomination"):
            nommes.append((str(ligne["qualite"] or "Dirigeant"), str(nom)))
    return sorted(nommes, key=lambda x: _rang(x[0]))


def _rang(qualite: str) -> int:
    pliee = plier(qualite)
    return next((n for n, mot in enumerate(RANGS) if mot in pliee), len(RANGS))


def _identite(ligne: Ligne) -> tuple[object, ...]:
    if ligne["nom"] or ligne["prenoms"]:
        return (ligne["siren"], plier(ligne["nom"] or ""), plier(ligne["prenoms"] or ""), ligne.get("naissance"))
    if ligne["siren_dirigeant"] or ligne["denomination"]:
        return (ligne["siren"], ligne["siren_dirigeant"] or plier(ligne["denomination"] or ""))
    # Rows that name nobody are never merged.
    return (ligne["siren"], ligne["rang"])
