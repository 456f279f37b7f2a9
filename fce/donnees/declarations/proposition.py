"""From what a file shows to the words of its declaration: what the screens start from. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fce.donnees.declarations import forme
from fce.donnees.declarations.detection import ColonneProposee
from fce.donnees.declarations.exploration import Exploration
from fce.sources import champs
from fce.sources.schema import genre as type_de


def commencer(contenu: Mapping[str, Any], vue: Exploration) -> dict[str, Any]:
    """The draft once its file is read. Columns that it already describes keep their words."""
    choix, detection = vue.choix, vue.detection
    dialecte: dict[str, Any] = {"headerRows": [choix.entete]} if choix.entete else {"header": False}
    if vue.format == "csv":
        dialecte["delimiter"] = choix.separateur
    elif choix.feuille:
        dialecte["sheetName"] = choix.feuille
    fichier = {"format": vue.format, "encoding": choix.encodage or "utf-8", "dialect": dialecte}
    dites = {c["name"]: c for c in contenu.get("fields", ())}
    gardees = [p for p in detection.colonnes if (p.titre in dites if dites else p.gardee)]
    mots = dict(contenu.get("fce", {}))
    if not dites:
        mots |= {"cle": [*detection.identifiants], "doublons": {"garder": "premier" if detection.uniques else "tous"}}
    return {**contenu, **fichier, "fields": [dites.get(p.titre) or colonne(p) for p in gardees], "fce": mots}


def colonne(proposee: ColonneProposee, **dits: Any) -> dict[str, Any]:
    """A column in the words of a declaration: as proposed, but for ``dits`` (``libelle``, ``genre``, ``nature``,
    ``classe``, ``format``)."""
    dit = proposee._asdict() | {"classe": proposee.niveau if proposee.personnelle else ""} | dits
    nature = "personne" if dit["nature"] == "contact" else dit["nature"]
    propre = {"attribut": proposee.attribut, "genre": dit["genre"]}
    if nature != "diffusible" or dit["genre"] in ("texte", "code"):
        propre["nature"] = nature
    if dit["classe"]:
        propre["acces"] = {"classe": dit["classe"]}
    ecrite = {"name": proposee.titre, "title": dit["libelle"], "type": type_de(_TEMOINS[dit["genre"]]), "fce": propre}
    if dit["genre"] in ("jour", "mois", "horodatage"):
        formats = dict.fromkeys(filter(None, (dit.get("format"), *proposee.formats)))
        ecrite |= {"format": next(iter(formats), None)}
        propre["formats"] = [*formats][1:]
    if dit["genre"] == "decimal" and proposee.virgule:
        ecrite["decimalChar"] = ","
    if proposee.cle:
        ecrite["constraints"] = {"required": True}
    return ecrite


_TEMOINS: dict[str, champs.Champ] = {genre: classe("x", "x") for genre, classe in forme.GENRES.items()}


def ouvertes(contenu: Mapping[str, Any], vue: Exploration) -> list[str]:
    """Labels of the columns that seem to speak of people and that this draft opens: to more than habilitated agents, or
    as if they spoke of nobody."""
    proposees = {p.titre: p for p in vue.detection.colonnes if p.personnelle}
    des_lignes = contenu.get("fce", {}).get("acces", {}).get("classe", "")
    return [
        c["title"]
        for c in contenu.get("fields", ())
        if c["name"] in proposees
        and (
            c["fce"].get("acces", {}).get("classe", des_lignes) in ("", "C0", "C1")
            or c["fce"].get("nature", "diffusible") not in ("personne", "libre")
        )
    ]
