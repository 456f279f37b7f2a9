"""Answers of the live sources in API Entreprise's formats, built from the files of the same producers so that both
agree."""

import csv
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from fce.demo.jeux.fichiers import Ligne

Reponses = Mapping[str, Any]
_DOCUMENT = {"document_url": "https://exemple.invalid/document.pdf", "document_url_expires_in": 86_400}
_SANS_DOCUMENT = dict.fromkeys(_DOCUMENT)


def reponses(chemins: Mapping[str, Path]) -> dict[str, Reponses]:
    """Return {source: {SIREN: answer}} for the live sources that have a file in ``chemins``."""
    sorties: dict[str, Reponses] = {}
    for nom, (colonne, forme) in _FORMES.items():
        groupes: dict[str, list[Ligne]] = {}
        with chemins[nom].open(encoding="utf-8", newline="") as flux:
            for ligne in csv.DictReader(flux, delimiter=";"):
                groupes.setdefault(ligne[colonne][:9], []).append(ligne)
        sorties[nom] = {siren: forme(lignes) for siren, lignes in groupes.items()}
    return sorties


def _chiffres_affaires(lignes: list[Ligne]) -> Any:
    return _elements(
        {"chiffre_affaires": _nombre(x["chiffre_affaires"]), "date_fin_exercice": x["date_fin_exercice"]}
        for x in reversed(lignes)
    )


def _attestation_fiscale(lignes: list[Ligne]) -> Any:
    """None when the company is not up to date: no certificate exists."""
    (ligne,) = lignes
    if ligne["a_jour"] != "oui":
        return None
    return {
        **_DOCUMENT,
        "date_delivrance_attestation": ligne["date_delivrance_attestation"],
        "date_periode_analysee": ligne["date_periode_analysee"],
    }


def _vigilance(lignes: list[Ligne]) -> Any:
    (ligne,) = lignes
    delivree = ligne["entity_status_code"] == "ok"
    return {
        **(_DOCUMENT if delivree else _SANS_DOCUMENT),
        "date_debut_validite": ligne["date_debut_validite"] or None,
        "date_fin_validite": ligne["date_fin_validite"] or None,
        "code_securite": "EXEMPLE00000000" if delivree else None,
        "entity_status": {
            "code": ligne["entity_status_code"],
            "libelle": ligne["entity_status_libelle"],
            "description": f"{ligne['entity_status_libelle']}.",
        },
    }


def _msa(lignes: list[Ligne]) -> Any:
    return {"status": lignes[0]["status"]}


def _eori(lignes: list[Ligne]) -> Any:
    ligne = lignes[0]
    return {
        "id": ligne["identifiant"],
        "actif": ligne["actif"] == "oui",
        "code_pays": ligne["codePays"],
        "code_postal": ligne["codePostal"],
        "libelle": ligne["libelle"],
        "pays": ligne["pays"],
        "rue": ligne["rue"],
        "ville": ligne["ville"],
    }


def _bilans(lignes: list[Ligne]) -> Any:
    autres = ("siren", "annee", "date_arrete_exercice")
    return _elements(
        {
            "annee": x["annee"],
            "date_arrete_exercice": x["date_arrete_exercice"][:7].replace("-", ""),
            "valeurs_calculees": [
                {nom: {"valeur": valeur, "evolution": None} for nom, valeur in x.items() if nom not in autres}
            ],
            "declarations": [],
        }
        for x in reversed(lignes)
    )


def _beneficiaires(lignes: list[Ligne]) -> Any:
    return _elements(
        {
            "beneficiaire_uuid": x["beneficiaire_uuid"],
            "nom": x["nom"],
            "nom_usage": x["nom_usage"] or None,
            "prenoms": x["prenoms"].split(),
            "date_naissance": dict(zip(("annee", "mois"), x["date_naissance"].split("-"), strict=True)),
            "nationalite": x["nationalite"],
            "pays_residence": x["pays_residence"],
            "modalites": {
                "detention_de_capital": {"parts_totale": float(x["detention_de_capital_parts_totale"])},
                "droits_de_vote": {"total": float(x["droits_de_vote_total"])},
                "representant_legal": x["representant_legal"] == "oui",
            },
        }
        for x in lignes
    )


def _liasses(lignes: list[Ligne]) -> Any:
    declarations: dict[str, dict[str, Any]] = {}
    for x in lignes:
        declaration = declarations.setdefault(
            x["numero_imprime"],
            {
                "numero_imprime": x["numero_imprime"],
                "regime": {"code": "RN", "libelle": x["regime_libelle"]},
                "date_declaration": x["date_declaration"],
                "date_fin_exercice": x["date_fin_exercice"],
                "duree_exercice": int(x["duree_exercice"]),
                "millesime": x["millesime"],
                "donnees": [],
            },
        )
        declaration["donnees"].append(
            {
                "code": x["code"],
                "code_EDI": f"{x['code']}:C516:5004:1:MOA",
                "code_absolu": "2000000",
                "code_type_donnee": "CCI",
                "intitule": x["intitule"],
                "code_nref": x["code_nref"],
                "valeurs": [x["valeur"]],
            }
        )
    return {"obligations_fiscales": [], "declarations": list(declarations.values())}


def _liens(lignes: list[Ligne]) -> Any:
    actionnaires = [x for x in lignes if x["sens"] == "actionnaire"]
    filiales = [x for x in lignes if x["sens"] == "filiale"]
    aucun = {"total_actions": None, "nombre": None}
    return {
        "capital": {
            "actionnaires": [_actionnaire(x) for x in actionnaires],
            "repartition": {"personnes_physiques": aucun, "personnes_morales": aucun},
            "depose_neant": not actionnaires,
        },
        "participations": {
            "filiales": [
                {
                    "siren": x["siren_lie"],
                    "denomination": x["denomination"],
                    "complement_denomination": None,
                    "forme_juridique": x["forme_juridique"] or None,
                    "pourcentage_detention": _nombre(x["pourcentage"]),
                    "adresse": _adresse(x["pays"]),
                }
                for x in filiales
            ],
            "nombre_filiales": len(filiales),
            "depose_neant": not filiales,
        },
    }


def _actionnaire(x: Ligne) -> dict[str, Any]:
    return {
        "type": x["type"],
        "pourcentage": _nombre(x["pourcentage"]),
        "nombre_parts": None,
        "personne_physique_attributes": {
            "civilite": None,
            "nom_patronymique_et_prenoms": x["nom_patronymique_et_prenoms"] or None,
            "nom_marital": None,
            "date_naissance": {"annee": None, "mois": None},
        },
        "personne_morale_attributes": {
            "siren": x["siren_lie"] or None,
            "denomination": x["denomination"] or None,
            "complement_denomination": None,
            "forme_juridique": x["forme_juridique"] or None,
        },
        "adresse": _adresse(x["pays"]),
    }


def _adresse(pays: str) -> dict[str, str | None]:
    vide: dict[str, str | None] = dict.fromkeys(("numero", "voie", "lieu_dit_hameau", "code_postal", "ville"))
    return vide | {"pays": pays}


def _elements(valeurs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A collection of API Entreprise: one envelope per element."""
    return [{"data": valeur, "links": {}, "meta": {}} for valeur in valeurs]


def _nombre(texte: str) -> int | float:
    valeur = float(texte)
    return int(valeur) if valeur.is_integer() else valeur


_FORMES: dict[str, tuple[str, Callable[[list[Ligne]], Any]]] = {
    "bdf-bilans": ("siren", _bilans),
    "dgddi-eori": ("siret", _eori),
    "dgfip-attestation-fiscale": ("siren", _attestation_fiscale),
    "dgfip-chiffre-affaires": ("siret", _chiffres_affaires),
    "dgfip-liasses": ("siren", _liasses),
    "dgfip-liens-capitalistiques": ("siren", _liens),
    "inpi-beneficiaires": ("siren", _beneficiaires),
    "msa-conformite": ("siret", _msa),
    "urssaf-vigilance": ("siren", _vigilance),
}
"""{live source: (column of the number, function that builds the answer)}."""
