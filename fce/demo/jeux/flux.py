"""Changes since the Sirene stock, as the Sirene API gives them: one creation, one cessation."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from fce.demo import ecriture, lieux, personnages as p
from fce.demo.activites import activite
from fce.demo.entreprises import Plan, UniteLegale, construire
from fce.demo.jeux import fichiers
from fce.demo.jeux.monde import Monde, forme

TRAITEMENT = time(0, 12, 45)
"""At night, because a demonstration may be made early in the day."""


def sirene_flux(monde: Monde) -> bytes:
    """Two concatenated answers: units changed since the stock, then their establishments."""
    unites = [naissance(monde), *(cessee(monde, u) for u in _cessant(monde))]
    annee = monde.calendrier.annee_effectifs
    etablissements = [e for u in unites for e in u.etablissements]
    lignes_u, periodes_u, lignes_e, periodes_e = (
        list(fichiers.gabarit(source.nom).enregistrements(faits))
        for source, faits in (
            (ecriture.UNITES, ecriture.unites(unites, annee)),
            (ecriture.UNITES_HISTORIQUE, ecriture.unites_historique(unites)),
            (ecriture.LIEUX, ecriture.etablissements(unites, annee)),
            (ecriture.LIEUX_HISTORIQUE, ecriture.etablissements_historique(unites)),
        )
    )
    reponses = (
        {"unitesLegales": [_unite(x, _par(periodes_u, "siren", x["siren"])) for x in lignes_u]},
        {"etablissements": [_etablissement(x, _par(periodes_e, "siret", x["siret"])) for x in lignes_e]},
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


def _par(lignes: Iterable[dict[str, str]], cle: str, numero: str) -> list[dict[str, Any]]:
    """Periods of a number, newest first, without identifier columns."""
    siennes = (ligne for ligne in lignes if ligne[cle] == numero)
    return [{nom: _valeur(v) for nom, v in x.items() if nom not in ("siren", "nic", "siret")} for x in siennes]


def _unite(ligne: dict[str, str], periodes: list[dict[str, Any]]) -> dict[str, Any]:
    # The API gives this column only for purged units.
    propres = {nom: v for nom, v in ligne.items() if nom not in periodes[0] and nom != "unitePurgeeUniteLegale"}
    return {**{nom: _valeur(v) for nom, v in propres.items()}, "periodesUniteLegale": periodes}


def _etablissement(ligne: dict[str, str], periodes: list[dict[str, Any]]) -> dict[str, Any]:
    propres = {nom: v for nom, v in ligne.items() if nom not in periodes[0]}
    noms = list(propres)
    noms = noms[noms.index("complementAdresseEtablissement") :]
    adresses = {nom: _valeur(propres.pop(nom)) for nom in noms if "activite" not in nom}
    return {
        **{nom: _valeur(v) for nom, v in propres.items()},
        "adresseEtablissement": {nom: v for nom, v in adresses.items() if "2Etablissement" not in nom},
        "adresse2Etablissement": {nom: v for nom, v in adresses.items() if "2Etablissement" in nom},
        "periodesEtablissement": periodes,
    }


def _valeur(cellule: str | int | None) -> str | int | None:
    return {"": None, "true": True, "false": False}.get(cellule, cellule)  # type: ignore[arg-type]
