"""Answers of the live sources in API Entreprise's formats, built from the files of the same producers so that both
agree: the inverse of ``ApiEntreprise.champs`` and ``ApiEntreprise.lignes``."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fce.sources import champs, registre
from fce.sources.champs import Champ
from fce.sources.declaration import Source
from fce.sources.direct import direct_de

Reponses = Mapping[str, Any]
Element = dict[str, Any]


def reponses(chemins: Mapping[str, Path]) -> dict[str, Reponses]:
    """Return {source: {SIREN: answer}} for the live sources that have a file in ``chemins``."""
    sorties: dict[str, Reponses] = {}
    for nom, forme in _FORMES.items():
        source, groupes = registre.source(nom), dict[str, list[Element]]()
        numero = source.champs.get("siren") or source.champs["siret"]
        with chemins[nom].open(encoding="utf-8", newline="") as flux:
            for ligne in csv.DictReader(flux, delimiter=";"):
                groupes.setdefault(ligne[numero.colonne][:9], []).append(_element(source, ligne))
        sorties[nom] = {siren: forme(elements) for siren, elements in groupes.items()}
    return sorties


def _element(source: Source, ligne: Mapping[str, str]) -> Element:
    """An object of the answer, whose values are at the paths that the declaration reads."""
    element: Element = {}
    for attribut, chemin in direct_de(source).champs.items():
        champ = source.champs[attribut]
        *niveaux, dernier = chemin.split(".")
        objet = element
        for niveau in niveaux:
            objet = objet.setdefault(niveau, {})
        objet[dernier] = _valeur(champ, ligne[champ.colonne])
    return element


def _valeur(champ: Champ, texte: str) -> str | float | bool | None:
    if not texte:
        return None
    if isinstance(champ, champs.Booleen):
        return texte == "oui"
    return float(texte) if isinstance(champ, champs.Decimal | champs.Entier) else texte


def _un(elements: list[Element]) -> Element:
    return elements[0]


def _liste(elements: list[Element]) -> list[Element]:
    """A collection of API Entreprise: one envelope per element, newest first."""
    return [{"data": element, "links": {}, "meta": {}} for element in reversed(elements)]


def _attestation_fiscale(elements: list[Element]) -> Element | None:
    """The tax certificate of a company; None when it is not up to date, since no certificate then exists."""
    (element,) = elements
    return {**element, "document_url": "https://exemple.invalid/document.pdf"} if element["a_jour"] else None


def _bilans(elements: list[Element]) -> list[Element]:
    dates = ("annee", "date_arrete_exercice")
    return _liste(
        [
            {
                "annee": x["annee"],
                "date_arrete_exercice": x["date_arrete_exercice"][:7].replace("-", ""),
                "valeurs_calculees": [{nom: {"valeur": v} for nom, v in x.items() if nom not in dates}],
            }
            for x in elements
        ]
    )


def _beneficiaires(elements: list[Element]) -> list[Element]:
    for x in elements:
        x["prenoms"] = x["prenoms"].split()
        x["date_naissance"] = dict(zip(("annee", "mois"), x.pop("naissance").split("-"), strict=True))
    return _liste(elements)


def _liasses(elements: list[Element]) -> Element:
    declarations: dict[str, Element] = {}
    for x in elements:
        case = {nom: x.pop(nom) for nom in ("code", "intitule", "code_nref")} | {"valeurs": [x.pop("valeur")]}
        declarations.setdefault(x["numero_imprime"], {**x, "donnees": []})["donnees"].append(case)
    return {"declarations": list(declarations.values())}


def _liens(elements: list[Element]) -> Element:
    actionnaires, filiales = [], []
    for n, x in enumerate(elements):
        if n and x["rang"] == 1:
            break  # the year before, which another request would ask for
        morale = {"siren": x["siren_lie"], "denomination": x["denomination"], "forme_juridique": x["forme_juridique"]}
        if x["sens"] == "filiale":
            filiales.append({**morale, "adresse": x["adresse"], "pourcentage_detention": x["pourcentage"]})
        else:
            physique = {"nom_patronymique_et_prenoms": x["personne"]}
            commun = {nom: x[nom] for nom in ("type", "pourcentage", "nombre_parts", "adresse")}
            personnes = {"personne_morale_attributes": morale, "personne_physique_attributes": physique}
            actionnaires.append({**commun, **personnes})
    return {"capital": {"actionnaires": actionnaires}, "participations": {"filiales": filiales}}


_FORMES: dict[str, Callable[[list[Element]], Any]] = {
    "bdf-bilans": _bilans,
    "dgddi-eori": _un,
    "dgfip-attestation-fiscale": _attestation_fiscale,
    "dgfip-chiffre-affaires": _liste,
    "dgfip-liasses": _liasses,
    "dgfip-liens-capitalistiques": _liens,
    "inpi-beneficiaires": _beneficiaires,
    "msa-conformite": _un,
    "urssaf-vigilance": _un,
}
"""{live source: shape of its answer}."""
