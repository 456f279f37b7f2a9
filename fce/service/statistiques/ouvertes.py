"""Open data of use: one row per published figure, and the Table Schema of its columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from fce.service.statistiques.indicateurs import INDICATEURS
from fce.service.statistiques.mesures import MESURES
from fce.service.statistiques.models import ChiffreMensuel
from fce.socle.texte.secret_statistique import SEUIL_AGENTS, SEUIL_SERVICES
from fce.socle.web.exports import Cellule as CelluleDeFichier

LICENCE: Final = "Licence Ouverte 2.0"
DEMONSTRATION: Final = "données de démonstration"
PUBLIE, RETENU = "publié", "retenu"
COLONNES: Final = ("mois", "mesure", "libelle", "organisation", "valeur", "unite", "etat", "origine")
_SENS: Final = {
    "mois": ("date", "%Y-%m-%d", "Premier jour du mois que décrit le chiffre."),
    "mesure": ("string", "", "Code de ce qui est mesuré."),
    "libelle": ("string", "", "Ce qui est mesuré, en toutes lettres."),
    "organisation": ("string", "", "Organisation à laquelle se rapporte le chiffre ; vide : toutes."),
    "valeur": ("number", "", "Le chiffre ; vide s’il est retenu par le secret statistique."),
    "unite": ("string", "", "Unité du chiffre."),
    "etat": ("string", "", "« publié », ou « retenu » par le secret statistique."),
    "origine": ("string", "", f"« {DEMONSTRATION} » dans une démonstration ; vide : mesuré en service."),
}


def lignes(chiffres: Iterable[ChiffreMensuel]) -> Iterator[dict[str, Any]]:
    """Yield the rows as {column: value}."""
    for chiffre in chiffres:
        # A measure that no longer exists keeps its published rows.
        mesure = MESURES.get(chiffre.mesure)
        yield {
            "mois": chiffre.mois.isoformat(),
            "mesure": chiffre.mesure,
            "libelle": mesure.libelle if mesure else chiffre.mesure,
            "organisation": chiffre.organisation,
            "valeur": chiffre.valeur,
            "unite": mesure.unite if mesure else "",
            "etat": RETENU if chiffre.valeur is None else PUBLIE,
            "origine": DEMONSTRATION if chiffre.invente else "",
        }


def rangees(chiffres: Iterable[ChiffreMensuel]) -> Iterator[list[CelluleDeFichier]]:
    """Yield the rows of the CSV file in the order of ``COLONNES``; whole numbers without decimals."""
    for ligne in lignes(chiffres):
        valeur = ligne["valeur"]
        ligne["valeur"] = int(valeur) if valeur is not None and valeur == int(valeur) else valeur
        yield [ligne[nom] for nom in COLONNES]


def contenu(chiffres: Collection[ChiffreMensuel]) -> dict[str, Any]:
    """Return the JSON file: figures, indicators, secrecy thresholds."""
    return {
        "titre": "Usage de la Fiche Commune Entreprise",
        "licence": LICENCE,
        "origine": DEMONSTRATION if any(chiffre.invente for chiffre in chiffres) else "",
        "secret_statistique": {"agents": SEUIL_AGENTS, "services": SEUIL_SERVICES},
        "indicateurs": [
            {
                "code": i.code,
                "titre": i.titre,
                "definition": i.definition,
                "formule": i.formule,
                "unite": i.unite,
                "reference": i.reference,
                "cible": i.cible,
                "evenements": list(i.evenements),
            }
            for i in INDICATEURS
        ],
        "chiffres": list(lignes(chiffres)),
    }


def schema() -> dict[str, Any]:
    """Return the Table Schema of the CSV file v2 (https://datapackage.org/standard/table-schema/)."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "name": "usage-fiche-commune-entreprise",
        "title": "Usage de la Fiche Commune Entreprise",
        "description": "Chiffres mensuels de l’usage du service, sous le secret statistique. "
        "Fichier CSV en UTF-8, séparé par des points-virgules, virgule décimale.",
        "fields": [_champ(nom) for nom in COLONNES],
        "primaryKey": ["mois", "mesure", "organisation"],
        "missingValues": [""],
    }


def _champ(nom: str) -> dict[str, Any]:
    genre, format_, sens = _SENS[nom]
    champ: dict[str, Any] = {"name": nom, "title": nom, "type": genre, "description": sens}
    if format_:
        champ["format"] = format_
    if genre == "number":
        champ["decimalChar"] = ","
    if nom in ("mois", "mesure", "etat"):
        champ["constraints"] = {"required": True}
    return champ
