"""Food: organic operators, sanitary approvals, hygiene controls."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from fce.demo.entreprises import Etablissement, UniteLegale
from fce.demo.jeux.fichiers import Ligne
from fce.demo.jeux.monde import VEDETTE, Monde, adresse, metier, naf, nom
from fce.socle.formats import PARIS

_CHAMPS = {"01.11Z": "Céréales", "01.21Z": "Raisins de cuve", "01.41Z": "Bovins lait", "01.50Z": "Polyculture"}
_BIO = {**_CHAMPS, "10.51C": "Fromages", "10.71C": "Pain", "47.11B": "Épicerie", "47.21Z": "Fruits et légumes"}
_AGREES = {"10.13A": ("PP", "B, P"), "10.51C": ("DY", "B"), "10.71D": ("PP", ""), "56.21Z": ("CC", "B, P, G")}
_CONTROLES = {
    "10.71C": "Boulangerie-Pâtisserie", "10.71D": "Boulangerie-Pâtisserie", "47.22Z": "Boucherie-Charcuterie",
    "47.11B": "Alimentation générale", "47.11D": "Rayon boucherie-charcuterie", "56.10A": "Restaurant",
    "56.10C": "Restaurant", "56.21Z": "Traiteur", "87.10A": "Restauration collective", "55.10Z": "Restaurant",
    "85.31Z": "Restauration collective", "86.10Z": "Restauration collective",
}  # fmt: skip
_NIVEAUX = ("Très satisfaisant", "Satisfaisant", "A améliorer", "A corriger de manière urgente")


def _places(monde: Monde) -> Iterator[tuple[UniteLegale, Etablissement]]:
    return ((u, e) for u in monde.ouvertes for e in u.etablissements if e.ouvert and monde.lieu(e).departement)


def bio(monde: Monde) -> dict[str, Any]:
    """Answer of the Agence Bio API: farms, makers and shops, with their certificates."""
    operateurs: list[dict[str, Any]] = []
    for unite, etablissement in _places(monde):
        code = naf(etablissement)
        # Gives the featured company an organic activity.
        production = "Prairies" if unite.siren == VEDETTE and etablissement.siege else _BIO.get(code)
        alea = monde.alea("bio", etablissement.siret)
        if production is None or (alea.random() > 0.22 and unite.siren != VEDETTE):
            continue
        rang = len(operateurs) + 1
        debut = max(etablissement.creation or monde.arrete, monde.le(2010, 3, 1)) + timedelta(days=alea.randrange(300))
        if debut > monde.arrete:
            continue
        fin, arrete = monde.le(2026, 6, 30), alea.random() < 0.08 and unite.siren != VEDETTE
        lieu = monde.lieu(etablissement)
        operateurs.append(
            {
                "id": 90_000 + rang,
                "raisonSociale": nom(unite),
                "denominationcourante": None,
                "siret": etablissement.siret,
                "numeroBio": 990_000 + rang,
                "telephone": None,
                "codeNAF": code,
                "gerant": None,
                "dateMaj": str(monde.arrete - timedelta(days=4)),
                "categories": [{"id": 4, "nom": None}],
                "siteWebs": [],
                "adressesOperateurs": [
                    {
                        "id": 1,
                        "lieu": adresse(etablissement),
                        "codePostal": lieu.code_postal,
                        "ville": lieu.nom,
                        "typeAdresseOperateurs": ["Siège social"],
                    }
                ],
                "productions": [{"id": 1, "code": code[:5], "nom": production, "etatProductions": []}],
                "activites": [{"id": 1, "nom": "Production" if code in _CHAMPS else "Préparation"}],
                "certificats": [
                    {
                        "numeroControleEu": "FR-BIO-01",
                        "organisme": alea.choice(("Certificateur Un", "Certificateur Dix")),
                        "etatCertification": "ARRETEE" if arrete else "ENGAGEE",
                        "dateSuspension": None,
                        "dateArret": str(fin) if arrete and debut < fin else None,
                        "dateEngagement": str(debut),
                        "dateNotification": f"{monde.le(2026, 5, 20)}T10:25:27.284Z",
                        "url": f"https://www.example.org/certificat/{90_000 + rang}",
                    }
                ],
                "mixite": "",
                "datePremierEngagement": str(debut),
            }
        )
    return {"nbTotal": str(len(operateurs)), "items": operateurs}


def agrements(monde: Monde) -> Iterator[Ligne]:
    """Handlers of meat or milk; one number may have two categories."""
    rang = 0
    for unite, etablissement in _places(monde):
        agree = _AGREES.get(naf(etablissement))
        if unite.siren == VEDETTE and etablissement.siege:
            agree = ("CC", "")
        if agree is None or not monde.retenue("agrement", unite, 0.7):
            continue
        rang += 1
        lieu, (categorie, especes) = monde.lieu(etablissement), agree
        for activite in ("CP", "") if categorie == "PP" and rang % 3 == 0 else ("CP",):
            yield {
                "Numero de département": lieu.departement,
                "Numéro agrément/Approval number": f"{lieu.departement}.{lieu.commune[-3:]}.{rang:03d}",
                "SIRET": etablissement.siret,
                "Raison SOCIALE - Enseigne commerciale/Name": nom(unite),
                "Adresse/Adress": adresse(etablissement),
                "Code postal/Postal code": lieu.code_postal,
                "Commune/Town": lieu.nom,
                "Catégorie/Category": categorie if activite else "MP",
                "Activités associées/Associated activities": activite,
                "Espèce/Specy": especes,
            }


def alim_confiance(monde: Monde) -> Iterator[Ligne]:
    """Controls of the last twelve months, with times in the Paris zone."""
    rang = 0
    for unite, etablissement in _places(monde):
        exerce = metier(etablissement)
        activite = _CONTROLES.get(exerce.naf) if exerce else None
        if unite.siren == VEDETTE and etablissement.siege:
            activite = "Restauration collective"
        alea = monde.alea("alim", etablissement.siret)
        if activite is None or (alea.random() > 0.15 and unite.siren != VEDETTE):
            continue
        # The featured company was controlled last week.
        jours = 6 if unite.siren == VEDETTE and etablissement.siege else alea.randrange(6, 360)
        quand = monde.arrete - timedelta(days=jours)
        if (etablissement.creation or monde.arrete) >= quand:
            continue
        rang += 1
        lieu, niveau = monde.lieu(etablissement), alea.choices(range(4), (45, 40, 12, 3))[0]
        instant = datetime(quand.year, quand.month, quand.day, 2, tzinfo=PARIS)
        yield {
            "APP_Libelle_etablissement": (etablissement.periodes[-1].enseignes or (nom(unite),))[0],
            "SIRET": etablissement.siret,
            "Adresse_2_UA": adresse(etablissement),
            "Code_postal": lieu.code_postal,
            "Libelle_commune": lieu.nom,
            "Numero_inspection": f"{quand:%y}-99{rang:04d}-1",
            "Date_inspection": instant.isoformat(),
            "APP_Libelle_activite_etablissement": activite,
            "Synthese_eval_sanit": _NIVEAUX[niveau],
            "APP_Code_synthese_eval_sanit": str(niveau + 1),
            "filtre": activite,
            "ods_type_activite": "Autres",
        }
