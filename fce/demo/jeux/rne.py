"""RNE in INPI's format: one formality per company, with offices and observations."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

from fce.demo import lieux
from fce.demo.entreprises import UniteLegale
from fce.demo.jeux.difficultes import CLOTURE, CONVERSION, DIRECTE, OUVERTURE, PLAN, SAUVEGARDE, Difficultes, Jugement
from fce.demo.jeux.dirigeants import Direction, Individu, Mandat, individu
from fce.demo.jeux.monde import VEDETTE, Monde, fermeture, forme, nom
from fce.referentiels import naf
from fce.socle.texte import paris
from fce.socle.texte.formats import jour

PRONONCES = {
    OUVERTURE: "prononçant l'ouverture d'une procédure de redressement judiciaire",
    SAUVEGARDE: "prononçant l'ouverture d'une procédure de sauvegarde",
    CONVERSION: "prononçant la conversion du redressement judiciaire en liquidation judiciaire",
    DIRECTE: "prononçant la liquidation judiciaire",
    PLAN: "arrêtant le plan de redressement",
    CLOTURE: "prononçant la clôture de la procédure pour extinction du passif",
}
"""{kind of judgment: registrar's wording}."""

_CAPITAUX = (1_000, 2_000, 5_000, 7_622.45, 8_000, 10_000, 15_000, 37_000, 50_000)


@cache
def _chefs_lieux() -> dict[str, str]:
    """{département: its largest town}, used as the seat of its court."""
    plus_grandes: dict[str, lieux.Ville] = {}
    for ville in lieux.villes():
        connue = plus_grandes.get(ville.departement)
        if connue is None or ville.population > connue.population:
            plus_grandes[ville.departement] = ville
    return {code: ville.nom.rstrip(" 0123456789").title() for code, ville in plus_grandes.items()}


def tribunal(monde: Monde, unite: UniteLegale) -> str:
    """Return the town of a company's court; Paris when its siège is abroad."""
    return _chefs_lieux().get(monde.lieu(unite.siege).departement, "Paris")


def rne(monde: Monde, direction: Direction, difficultes: Difficultes) -> list[dict[str, Any]]:
    return [
        _formalite(monde, monde.unites[siren], mandats, difficultes) for siren, mandats in direction.mandats.items()
    ]


def _formalite(
    monde: Monde, unite: UniteLegale, mandats: tuple[Mandat, ...], difficultes: Difficultes
) -> dict[str, Any]:
    contenu: dict[str, Any] = {
        "formeExerciceActivitePrincipale": _exercice(unite),
        "natureCreation": {"dateCreation": str(unite.creation), "formeJuridique": forme(unite)},
    }
    if unite.personne is not None:
        contenu["personnePhysique"] = _physique(mandats[0])
    else:
        contenu["personneMorale"] = _morale(monde, unite, mandats)
    inscrit = contenu.get("personnePhysique") or contenu["personneMorale"]
    if notees := list(_observations(monde, unite, difficultes)):
        inscrit["observations"] = {"rcs": notees}
    if fin := fermeture(unite):
        inscrit["detailCessationEntreprise"] = {"dateRadiation": str(fin), "dateEffet": str(fin)}
    traitement = paris.jour_ecrit(unite.traitement) if unite.traitement else monde.arrete
    if unite.siren == VEDETTE:
        traitement = monde.arrete
    return {
        "updatedAt": f"{min(traitement, monde.arrete)}T10:30:45+01:00",
        "siren": unite.siren,
        "formality": {"diffusionINSEE": "O" if unite.diffusion == "O" else "N", "content": contenu},
    }


def _exercice(unite: UniteLegale) -> str:
    famille = unite.activite.famille if unite.activite else ""
    return {"artisan": "ARTISANALE", "agricole": "AGRICOLE", "liberal": "LIBERALE", "sante": "LIBERALE"}.get(
        famille, "COMMERCIALE"
    )


def _physique(mandat: Mandat) -> dict[str, Any]:
    description = {"descriptionPersonne": _description(mandat.individu)} if mandat.individu else {}
    return {"identite": {"entrepreneur": description}}


def _description(individu: Individu) -> dict[str, Any]:
    return {
        "nom": individu.personne.nom,
        "nomUsage": individu.personne.nom_usage,
        "prenoms": individu.prenoms,
        "dateDeNaissance": individu.naissance,
        "nationalite": individu.nationalite,
    }


def _morale(monde: Monde, unite: UniteLegale, mandats: tuple[Mandat, ...]) -> dict[str, Any]:
    alea, effectif = monde.alea("rne", unite.siren), unite.effectif or 0
    capital = alea.choice(_CAPITAUX) * max(1, effectif)
    metier = unite.activite or unite.siege.activite
    objet = (naf.libelle(metier.naf) if metier else None) or "Toutes opérations commerciales"
    sas = forme(unite) == "5720"
    return {
        "identite": {
            "entreprise": {
                "denomination": nom(unite),
                "dateDebutActiv": str(unite.creation),
            },
            "description": {
                "objet": f"{objet}, et toutes opérations qui s'y rattachent.",
                "duree": 99,
                "dateClotureExerciceSocial": alea.choice(("3112", "3112", "3006", "3009")),
                "capitalVariable": alea.random() < 0.05,
                "montantCapital": round(float(capital), 2),
                "deviseCapital": "EUR",
                "indicateurAssocieUnique": sas or forme(unite) == "5498",
                "ess": unite.periodes[-1].ess == "O",
            },
        },
        "composition": {"pouvoirs": [*map(_pouvoir, mandats), *_anciens(monde, unite)]},
    }


def _pouvoir(mandat: Mandat) -> dict[str, Any]:
    qui: dict[str, Any] = {}
    if mandat.individu is not None:
        qui = {"individu": {"descriptionPersonne": _description(mandat.individu)}}
    elif societe := mandat.societe:
        qui = {"entreprise": {"siren": societe.siren, "denomination": nom(societe), "pays": "FRANCE"}}
    return {"roleEntreprise": mandat.role, "actif": True, **qui}


def _anciens(monde: Monde, unite: UniteLegale) -> Iterator[dict[str, Any]]:
    """An office that ended, for one company in five; the register gives the day of two in three of them."""
    alea = monde.alea("anciens", unite.siren)
    if alea.random() >= 0.2 and unite.siren != VEDETTE:
        return
    parti = max(unite.creation or monde.arrete, monde.arrete - timedelta(days=alea.randrange(60, 2_000)))
    autre = {"autreRoleEntreprise": "Directeur de l’innovation"} if alea.random() < 0.2 else {}
    dates = {"dateFin": str(parti)} if alea.random() < 0.66 else {}
    yield {**_pouvoir(Mandat("99" if autre else "53", individu(alea))), "actif": False, **autre, **dates}


def _observations(monde: Monde, unite: UniteLegale, difficultes: Difficultes) -> list[dict[str, str]]:
    """Each judgment is noted within three weeks, removal on its day."""
    alea = monde.alea("observations", unite.siren)
    notes: list[tuple[Any, str]] = []
    if unite.siren == VEDETTE or (forme(unite).startswith("5") and alea.random() < 0.04):
        age = 2 if unite.siren == VEDETTE else alea.randrange(300, 2_500)
        quand = max(unite.creation or monde.arrete, monde.arrete - timedelta(days=age))
        notes.append((quand, "Augmentation du capital par incorporation de réserves"))
    if procedure := difficultes.procedures.get(unite.siren):
        for jugement in procedure.jugements:
            quand = min(jugement.date + timedelta(days=alea.randrange(3, 20)), monde.arrete)
            notes.append((quand, observation(tribunal(monde, unite), jugement)))
        if procedure.radiation:
            notes.append((procedure.radiation, f"Radiation à compter du {jour(procedure.radiation)}"))
    return [
        {"numObservation": f"{quand.year}D{rang}", "dateAjout": str(quand), "texte": texte, "etatObs": "Ajout"}
        for rang, (quand, texte) in enumerate(sorted(notes), start=1)
    ]


def observation(ville: str, jugement: Jugement) -> str:
    """Return the registrar's sentence about a judgment."""
    return f"Jugement du tribunal de commerce de {ville} en date du {jour(jugement.date)} {PRONONCES[jugement.genre]}"
