"""Code officiel géographique: regions, départements, EPCI and every commune code ever given."""

import json
from pathlib import Path
from typing import Any

from scripts.referentiels.ecriture import propre

Lignes = list[tuple[str, ...]]

_TYPES = {
    "commune-actuelle": "actuelle",
    "arrondissement-municipal": "arrondissement",
    "commune-deleguee": "deleguee",
    "commune-associee": "associee",
}


def _lire(paquet: Path, nom: str) -> list[dict[str, Any]]:
    lignes: list[dict[str, Any]] = json.loads((paquet / "data" / f"{nom}.json").read_text("utf-8"))
    return lignes


def regions(cog: Path) -> Lignes:
    return [(r["code"], propre(r["nom"])) for r in _lire(cog, "regions")]


def departements(cog: Path) -> Lignes:
    return [(d["code"], propre(d["nom"]), d["region"]) for d in _lire(cog, "departements")]


def epci(cog: Path) -> Lignes:
    return sorted((e["code"], propre(e["nom"]), e["type"], str(e["populationMunicipale"])) for e in _lire(cog, "epci"))


def communes(cog: Path, cog_historique: Path, cog_mayotte: Path) -> Lignes:
    """One row per commune code: code, nom, type, commune of today, EPCI, postal codes, population.

    Today's communes and municipal arrondissements first, then déléguées and associées, then codes that no longer
    exist. The code of a déléguée may be that of its commune nouvelle (its chef-lieu): both rows are kept, the
    first one is the commune. A withdrawn code gets its last published name from the history in an older package.
    Mayotte's codes before 2011 (985xx) are only in another older package.
    """
    de_epci = {membre["code"]: e["code"] for e in _lire(cog, "epci") for membre in e["membres"]}
    presentes = _lire(cog, "communes")
    ordre = list(_TYPES)
    lignes: Lignes = []
    for c in sorted(presentes, key=lambda c: (ordre.index(c["type"]), c["code"])):
        actuelle = c.get("chefLieu") or c.get("commune") or c["code"]
        postaux = " ".join(sorted(set(c.get("codesPostaux", []))))
        habitants = str(c.get("population", ""))
        lignes.append(
            (c["code"], propre(c["nom"]), _TYPES[c["type"]], actuelle, de_epci.get(actuelle, ""), postaux, habitants)
        )

    connus = {c["code"] for c in presentes}
    remplacantes = {ancien: c["code"] for c in presentes for ancien in c.get("anciensCodes", [])}
    for c in _lire(cog_mayotte, "communes"):
        for ancien in c.get("anciensCodes", []):
            if ancien.startswith("985"):
                remplacantes.setdefault(ancien, c["code"])
    noms: dict[str, str] = {}
    for episode in sorted(_lire(cog_historique, "historique-communes"), key=lambda e: e.get("dateDebut") or ""):
        noms[episode["code"]] = propre(episode["nom"])
    nom_de = {c["code"]: propre(c["nom"]) for c in presentes if c["type"] == "commune-actuelle"}
    for ancien, actuelle in sorted(remplacantes.items()):
        if ancien not in connus:
            nom = noms.get(ancien) or nom_de[actuelle]
            lignes.append((ancien, nom, "ancienne", actuelle, de_epci.get(actuelle, ""), "", ""))
    return lignes
