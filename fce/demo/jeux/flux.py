"""Changes since the Sirene stock, as the Sirene API gives them: one creation, one cessation."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from fce.demo import colonnes, ecriture, lieux
from fce.demo import personnages as p
from fce.demo.activites import activite
from fce.demo.entreprises import Plan, UniteLegale, construire
from fce.demo.jeux.monde import Monde, forme

TRAITEMENT = time(0, 12, 45)
"""At night, because a demonstration may be made early in the day."""


def flux(monde: Monde) -> bytes:
    """Two concatenated answers: units changed since the stock, then their establishments."""
    unites = [naissance(monde), *(cessee(monde, u) for u in _cessant(monde))]
    annee = monde.calendrier.annee_effectifs
    etablissements = [e for u in unites for e in u.etablissements]
    lignes_u = [dict(zip(colonnes.UNITES, x, strict=True)) for x in ecriture.lignes_unites(unites, annee)]
    lignes_e = [
        dict(zip(colonnes.ETABLISSEMENTS, x, strict=True)) for x in ecriture.lignes_etablissements(unites, annee)
    ]
    periodes_u = _par(ecriture.lignes_unites_historique(unites), colonnes.UNITES_HISTORIQUE, "siren")
    periodes_e = _par(ecriture.lignes_etablissements_historique(unites), colonnes.ETABLISSEMENTS_HISTORIQUE, "siret")
    reponses = (
        {"unitesLegales": [_unite(x, periodes_u[x["siren"]]) for x in lignes_u]},
        {"etablissements": [_etablissement(x, periodes_e[x["siret"]]) for x in lignes_e]},
    )
    pages = []
    for reponse, nombre in zip(reponses, (len(unites), len(etablissements)), strict=True):
        entete = {"total": nombre, "debut": 0, "nombre": nombre, "statut": 200, "message": "ok"}
        pages.append(json.dumps({"header": entete, **reponse}, ensure_ascii=False))
    return "".join(f"{page}\n" for page in pages).encode()


def naissance(monde: Monde) -> UniteLegale:
    """A company created after the stock."""
    jour, instant = _aujourd_hui(monde)
    plan = Plan(p.NEE_APRES.siren, "5710", activite("62.01Z"), jour, lieux.ville("35238"), denomination=p.NEE_APRES.nom)
    unite = construire(monde.alea("flux"), plan, monde.calendrier)
    siege = replace(unite.siege, traitement=instant)
    return replace(unite, traitement=instant, etablissements=[siege])


def cessee(monde: Monde, unite: UniteLegale) -> UniteLegale:
    """A company open in the stock, closed since with its establishments."""
    jour, instant = _aujourd_hui(monde)
    fin = replace(unite.periodes[-1], debut=jour, etat="C")
    fermes = [
        replace(e, periodes=(*e.periodes, replace(e.periodes[-1], debut=jour, etat="F")), traitement=instant)
        for e in unite.etablissements
        if e.ouvert
    ]
    return replace(unite, periodes=(*unite.periodes, fin), traitement=instant, etablissements=fermes, categorie="")


def _aujourd_hui(monde: Monde) -> tuple[date, datetime]:
    """Day of the changes and time of their processing."""
    jour = monde.calendrier.jour
    return jour, datetime.combine(jour, TRAITEMENT)


def _cessant(monde: Monde) -> Sequence[UniteLegale]:
    """One small company without employees, unknown to the other files."""
    petites = [u for u in monde.ouvertes if forme(u) == "5720" and u.effectif is None and u.diffusion == "O"]
    return petites[-1:]


def _par(lignes: Iterable[list[str]], noms: Sequence[str], cle: str) -> dict[str, list[dict[str, Any]]]:
    """Periods by number, newest first, without identifier columns."""
    trouvees: dict[str, list[dict[str, Any]]] = {}
    for cellules in lignes:
        ligne = dict(zip(noms, cellules, strict=True))
        periode = {nom: _valeur(v) for nom, v in ligne.items() if nom not in ("siren", "nic", "siret")}
        trouvees.setdefault(ligne[cle], []).append(periode)
    return trouvees


def _unite(ligne: dict[str, str], periodes: list[dict[str, Any]]) -> dict[str, Any]:
    # The API gives this column only for purged units.
    propres = {nom: v for nom, v in ligne.items() if nom not in periodes[0] and nom != "unitePurgeeUniteLegale"}
    return {**{nom: _valeur(v) for nom, v in propres.items()}, "periodesUniteLegale": periodes}


def _etablissement(ligne: dict[str, str], periodes: list[dict[str, Any]]) -> dict[str, Any]:
    propres = {nom: v for nom, v in ligne.items() if nom not in periodes[0]}
    adresse = {nom: _valeur(propres.pop(nom)) for nom in _ADRESSE}
    adresse_2 = {nom: _valeur(propres.pop(nom)) for nom in _ADRESSE_2}
    return {
        **{nom: _valeur(v) for nom, v in propres.items()},
        "adresseEtablissement": adresse,
        "adresse2Etablissement": adresse_2,
        "periodesEtablissement": periodes,
    }


_ADRESSES = colonnes.ETABLISSEMENTS[
    colonnes.ETABLISSEMENTS.index("complementAdresseEtablissement") : colonnes.ETABLISSEMENTS.index("dateDebut")
]
_ADRESSE_2 = tuple(nom for nom in _ADRESSES if "2Etablissement" in nom)
_ADRESSE = tuple(nom for nom in _ADRESSES if nom not in _ADRESSE_2)


def _valeur(cellule: str) -> str | bool | None:
    return {"": None, "true": True, "false": False}.get(cellule, cellule)
