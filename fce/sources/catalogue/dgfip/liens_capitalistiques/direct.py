"""Live answer of the DGFiP: shareholders and subsidiaries, as in forms 2059-F and 2059-G."""

from typing import Any

from fce.sources.catalogue.outils import siren_ou_rien
from fce.sources.direct import Elements


def liens(donnees: Any) -> Elements:
    """One element per link, ``rang`` from 1 over both lists; births and streets are not read."""
    actionnaires = [_actionnaire(x) for x in donnees["capital"]["actionnaires"] or []]
    filiales = [_filiale(x) for x in donnees["participations"]["filiales"] or []]
    return [{**lien, "rang": rang} for rang, lien in enumerate([*actionnaires, *filiales], start=1)]


def _actionnaire(brut: dict[str, Any]) -> dict[str, Any]:
    morale, physique = brut["personne_morale_attributes"] or {}, brut["personne_physique_attributes"] or {}
    return {
        **morale,
        **brut,
        "sens": "actionnaire",
        "siren_lie": siren_ou_rien(morale.get("siren")),
        "personne": physique.get("nom_patronymique_et_prenoms"),
    }


def _filiale(brut: dict[str, Any]) -> dict[str, Any]:
    return {
        **brut,
        "sens": "filiale",
        "type": "personne_morale",
        "siren_lie": siren_ou_rien(brut.get("siren")),
        "pourcentage": brut.get("pourcentage_detention"),
    }
