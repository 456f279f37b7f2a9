"""A company for programs: Core Business Vocabulary 2.2.0 (https://semiceu.github.io/Core-Business-Vocabulary/) and
schema.org, in JSON-LD. Public facts of an unmasked company only. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fce.donnees.entreprises.contenu import Adresse
from fce.fiche.formes.contenu import FicheEntreprise

CONTEXTE: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "legal": "http://www.w3.org/ns/legal#",
    "locn": "http://www.w3.org/ns/locn#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
ICD_SIRENE: Final = "0002"
"""Code of Sirene's scheme of numbers in ISO/IEC 6523."""


def decrire(fiche: FicheEntreprise, adresse: str) -> dict[str, Any]:
    """``adresse``: absolute URL of the sheet. A sole trader is no legal entity: it keeps its numbers under schema.org
    alone."""
    vue, euid = fiche.entreprise, fiche.apercu.euid
    siren, tva = (_identifiant(*x) for x in (("SIREN", vue.siren, "Insee"), ("TVA", vue.tva, "DGFiP")))
    morale = {
        "legal:legalName": _texte(vue.nom),
        "legal:legalIdentifier": siren,
        "adms:identifier": [
            tva,
            *([_identifiant("EUID", euid, "Registre du commerce et des sociétés")] if euid else []),
        ],
        "cv:registrationDate": _jour(vue.date_creation),
        "cv:registeredAddress": _adresse(vue.siege.adresse) if vue.siege else None,
    }
    decrite = {
        "@context": CONTEXTE,
        "@id": adresse,
        "@type": "schema:Organization" if vue.personne_physique else ["legal:LegalEntity", "schema:Organization"],
        **({} if vue.personne_physique else morale),
        "dct:alternative": [_texte(nom) for nom in dict.fromkeys(vue.noms[1:]) if nom],
        "schema:name": vue.nom,
        "schema:iso6523Code": f"{ICD_SIRENE}:{vue.siren}",
        "schema:vatID": vue.tva,
        "schema:dissolutionDate": _jour(vue.etat_depuis) if vue.etat == "C" else None,
    }
    return {cle: valeur for cle, valeur in decrite.items() if valeur}


def _texte(dit: str) -> dict[str, str]:
    return {"@value": dit, "@language": "fr"}


def _jour(jour: Any) -> Mapping[str, str] | None:
    return {"@value": jour.isoformat(), "@type": "xsd:date"} if jour else None


def _identifiant(nom: str, numero: str, agence: str) -> dict[str, Any]:
    return {
        "@type": "adms:Identifier", "rdfs:label": _texte(nom), "skos:notation": numero, "adms:schemeAgency": agence
    }  # fmt: skip


def _adresse(adresse: Adresse) -> dict[str, Any] | None:
    dite = {"locn:fullAddress": ", ".join(adresse.lignes), "locn:postCode": adresse.code_postal}
    dite |= {"locn:postName": adresse.commune, "locn:thoroughfare": adresse.voie}
    return {"@type": "locn:Address", **{cle: valeur for cle, valeur in dite.items() if valeur}}
