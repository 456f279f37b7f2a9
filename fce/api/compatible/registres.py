"""Endpoints of the contract that are not about companies: dates of the sources, collective agreements."""

from collections.abc import Mapping
from typing import Final

from fce.api.compatible import lectures
from fce.donnees.entreprises.repertoire import UNITES_LEGALES
from fce.donnees.imports import selectors as imports
from fce.referentiels import conventions
from fce.socle.texte import paris

SOURCES: Final = {
    "ess_france": "ess",
    "rge": "rge",
    "uai": "annuaire-education",
    "collectivite_territoriale": "collectivites",
    "collectivite_territoriale_elus": "elus",
    "sirene": UNITES_LEGALES,
    "egapro": "egapro",
    "agence_bio": "bio",
    "entrepreneur_spectacle": "spectacles",
    "finess_juridique": "finess",
    "finess_geographique": "finess",
    "bilan_financier": "ratios-financiers",
    "organisme_formation": "organismes-formation",
    "convention_collective": "idcc-etablissements",
    "marche_inclusion": "iae",
    "achats_responsables": "achats-responsables",
    "patrimoine_vivant": "patrimoine-vivant",
    "alim_confiance": "alim-confiance",
    "aides_ademe": "aides-ademe",
    "aides_minimis": "aides-minimis",
    "avocat": "avocats",
    "bilan_ges": "bilan-ges",
    "bodacc": "bodacc",
    "tva": "tva",
    "rne": "rne",
}
"""{name in the contract: source}."""
_DE_KALI: Final = ("id_kali", "cc_ti", "nature", "etat", "debut", "fin", "url")
"""Fields of an agreement that only Légifrance gives: always null here."""


def dates() -> dict[str, str | None]:
    """Day that each source describes, or that of its import when its file gives none; null when never imported."""
    reperes = imports.reperes()
    return {nom: _jour(reperes.get(source)) for nom, source in SOURCES.items()}


def _jour(repere: imports.Reperes | None) -> str | None:
    return str(repere.date_metier or paris.jour_de(repere.importee_le)) if repere else None


def conventions_connues() -> dict[str, dict[str, str | None]]:
    """{number without its leading zeros: what is known of the agreement}."""
    return {
        code.lstrip("0"): {"titre de la convention": titre, **dict.fromkeys(_DE_KALI)}
        for code, titre in conventions.titres().items()
    }


def conventions_de(siren: str) -> Mapping[str, list[str]]:
    """{agreement: establishments that apply it}; empty for an unknown company."""
    unite = lectures.unites_par_siren([siren], (), frozenset({"complements"})).get(siren)
    sirets: dict[str, list[str]] = {}
    for fait in unite.faits.get("idcc-etablissements", ()) if unite else ():
        sirets.setdefault(fait["idcc"], []).append(fait["_siret"])
    return sirets
