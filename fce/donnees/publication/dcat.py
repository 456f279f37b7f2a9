"""The catalogue as DCAT-AP 3.0.1 in JSON-LD (https://semiceu.github.io/DCAT-AP/releases/3.0.1/), from the declarations
only."""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings

from fce.donnees.imports.selectors import SourceSuivie
from fce.socle.web.offres import JeuDuService, offres
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.declaration import Frequence, Source

# Authority list "frequency" of the Publications Office of the European Union, required by DCAT-AP.
_FREQUENCES: Final = {
    Frequence.QUOTIDIENNE: "DAILY",
    Frequence.HEBDOMADAIRE: "WEEKLY",
    Frequence.MENSUELLE: "MONTHLY",
    Frequence.TRIMESTRIELLE: "QUARTERLY",
    Frequence.ANNUELLE: "ANNUAL",
    Frequence.IRREGULIERE: "IRREG",
}
_AUTORITE: Final = "http://publications.europa.eu/resource/authority"
CONTEXTE: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
Adresse = Callable[..., str]
_EQUIPE: Final = {"@type": "foaf:Organization", "foaf:name": "Équipe de la Fiche Commune Entreprise"}
_OUVERTE: Final = {"@id": "https://spdx.org/licenses/etalab-2.0", "@type": "dct:LicenseDocument"}
_FORMES: Final = (("CSV", "donnees", "text/csv"), ("Parquet", "donnees-parquet", "application/vnd.apache.parquet"))


def catalogue(etats: list[SourceSuivie], adresse: Adresse) -> dict[str, Any]:
    """``adresse(view, *arguments)`` gives the absolute URL of a named view."""
    return {
        "@context": CONTEXTE,
        "@id": adresse("donnees:sources"),
        "@type": "dcat:Catalog",
        "dct:title": {"@value": "Données en place dans la Fiche Commune Entreprise", "@language": "fr"},
        "dct:description": {
            "@value": "Jeux de données que réunit la Fiche Commune Entreprise, leur état et leurs fichiers ouverts.",
            "@language": "fr",
        },
        "dct:publisher": _EQUIPE,
        "dct:language": {"@id": f"{_AUTORITE}/language/FRA", "@type": "dct:LinguisticSystem"},
        "foaf:homepage": {"@id": adresse("portail:accueil"), "@type": "foaf:Document"},
        "dcat:dataset": [
            *(_jeu(etat, adresse) for etat in etats),
            *(_du_service(jeu, adresse) for jeu in offres().jeux),
        ],
    }


def _jeu(etat: SourceSuivie, adresse: Adresse) -> dict[str, Any]:
    source = etat.source
    jeu: dict[str, Any] = {
        "@id": adresse("donnees:source", source.nom),
        "@type": "dcat:Dataset",
        "dct:identifier": source.nom,
        "dct:title": {"@value": source.titre, "@language": "fr"},
        "dct:publisher": _producteur(source),
        "dct:accrualPeriodicity": {"@id": f"{_AUTORITE}/frequency/{_FREQUENCES[source.frequence]}"},
        "dct:accessRights": {"@id": f"{_AUTORITE}/access-right/{_acces(source)}"},
        "dcat:landingPage": {"@id": adresse("donnees:source", source.nom)},
        "dct:conformsTo": {"@id": adresse("donnees:schema", source.nom)},
    }
    if contact := _contact():
        jeu["dcat:contactPoint"] = contact
    if source.description:
        jeu["dct:description"] = {"@value": source.description, "@language": "fr"}
    if source.origine.startswith(("http://", "https://")):
        jeu["dct:source"] = {"@id": source.origine}
    if etat.en_place is not None and etat.en_place.date_metier:
        jeu["dct:modified"] = {"@value": etat.en_place.date_metier.isoformat(), "@type": "xsd:date"}
    if etat.en_place is not None and source.acces.classe == "C0":
        jeu["dcat:distribution"] = [_distribution(source, adresse, *forme) for forme in _FORMES]
    return jeu


def _du_service(jeu: JeuDuService, adresse: Adresse) -> dict[str, Any]:
    sien: dict[str, Any] = {
        "@id": adresse(jeu.page),
        "@type": "dcat:Dataset",
        "dct:identifier": jeu.nom,
        "dct:title": {"@value": jeu.titre, "@language": "fr"},
        "dct:description": {"@value": jeu.description, "@language": "fr"},
        "dct:publisher": _EQUIPE,
        "dct:accrualPeriodicity": {"@id": f"{_AUTORITE}/frequency/{jeu.frequence}"},
        "dct:accessRights": {"@id": f"{_AUTORITE}/access-right/PUBLIC"},
        "dcat:landingPage": {"@id": adresse(jeu.page)},
        "dct:conformsTo": {"@id": adresse(jeu.schema)},
        "dcat:distribution": [
            {
                "@id": adresse(route),
                "@type": "dcat:Distribution",
                "dct:title": {"@value": jeu.titre, "@language": "fr"},
                "dcat:accessURL": {"@id": adresse(jeu.page)},
                "dcat:downloadURL": {"@id": adresse(route)},
                "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{type_}"},
                "dct:conformsTo": {"@id": adresse(jeu.schema)},
                "dct:license": _OUVERTE,
            }
            for type_, route in jeu.fichiers.items()
        ],
    }
    if contact := _contact():
        sien["dcat:contactPoint"] = contact
    return sien


def _contact() -> dict[str, Any] | None:
    """Contact for the catalogue; None when ``FCE_CONTACT`` is empty."""
    adresse: str = settings.FCE_CONTACT
    if not adresse:
        return None
    lien = {"vcard:hasEmail": {"@id": f"mailto:{adresse}"}} if "@" in adresse else {"vcard:hasURL": {"@id": adresse}}
    return {"@type": "vcard:Organization", "vcard:fn": "Équipe de la Fiche Commune Entreprise", **lien}


def _producteur(source: Source) -> dict[str, Any]:
    producteur: dict[str, Any] = {"@type": "foaf:Organization", "foaf:name": source.producteur.nom}
    if source.producteur.site:
        producteur["foaf:homepage"] = {"@id": source.producteur.site}
    return producteur


def _distribution(source: Source, adresse: Adresse, forme: str, vue: str, type_: str) -> dict[str, Any]:
    distribution: dict[str, Any] = {
        "@id": adresse(f"donnees:{vue}", source.nom),
        "@type": "dcat:Distribution",
        "dct:title": {"@value": f"{source.titre} ({forme})", "@language": "fr"},
        "dcat:accessURL": {"@id": adresse("donnees:source", source.nom)},
        "dcat:downloadURL": {"@id": adresse(f"donnees:{vue}", source.nom)},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{type_}"},
        "dct:conformsTo": {"@id": adresse("donnees:schema-donnees", source.nom)},
    }
    if source.licence:
        distribution["dct:license"] = _licence(source.licence)
    return distribution


def _licence(nom: str) -> dict[str, Any]:
    autre = {"@type": "dct:LicenseDocument", "dct:title": {"@value": nom, "@language": "fr"}}
    return _OUVERTE if nom == LICENCE_OUVERTE else autre


def _acces(source: Source) -> str:
    return "PUBLIC" if source.acces.classe == "C0" else "RESTRICTED"
