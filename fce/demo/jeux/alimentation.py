"""Food: organic operators, sanitary approvals, hygiene controls."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from fce.demo.jeux.fichiers import Faits
from fce.demo.jeux.monde import VEDETTE, Monde, naf
from fce.socle.texte.formats import PARIS

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


def bio(monde: Monde) -> dict[str, Any]:
    """Answer of the Agence Bio API: farms, makers and shops, with their certificates."""
    operateurs: list[dict[str, Any]] = []
    for unite, etablissement in monde.ouverts:
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
        operateurs.append(
            {
                "siret": etablissement.siret,
                "numeroBio": 990_000 + rang,
                "dateMaj": str(monde.arrete - timedelta(days=4)),
                "datePremierEngagement": str(debut),
                "activites": [{"id": 1, "nom": "Production" if code in _CHAMPS else "Préparation"}],
                "productions": [{"id": 1, "code": code[:5], "nom": production, "etatProductions": []}],
                "certificats": [
                    {
                        "organisme": alea.choice(("Certificateur Un", "Certificateur Dix")),
                        "etatCertification": "ARRETEE" if arrete else "ENGAGEE",
                        "dateSuspension": None,
                        "dateArret": str(fin) if arrete and debut < fin else None,
                        "dateEngagement": str(debut),
                        "url": f"https://www.example.org/certificat/{90_000 + rang}",
                    }
                ],
            }
        )
    return {"nbTotal": str(len(operateurs)), "items": operateurs}


def agrements_sanitaires(monde: Monde) -> Iterator[Faits]:
    """Handlers of meat or milk; one number may have two categories."""
    rang = 0
    for unite, etablissement in monde.ouverts:
        agree = _AGREES.get(naf(etablissement))
        if unite.siren == VEDETTE and etablissement.siege:
            agree = ("CC", "")
        if agree is None or not monde.retenue("agrement", unite, 0.7):
            continue
        rang += 1
        lieu, (categorie, especes) = monde.lieu(etablissement), agree
        for activite in ("CP", "") if categorie == "PP" and rang % 3 == 0 else ("CP",):
            yield {
                **monde.identite(etablissement),
                "departement": lieu.departement,
                "numero": f"{lieu.departement}.{lieu.commune[-3:]}.{rang:03d}",
                "categorie": categorie if activite else "MP",
                "activites": activite,
                "espece": especes,
            }


def alim_confiance(monde: Monde) -> Iterator[Faits]:
    """Controls of the last twelve months, with times in the Paris zone."""
    rang = 0
    for unite, etablissement in monde.ouverts:
        activite = _CONTROLES.get(naf(etablissement))
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
        niveau = alea.choices(range(4), (45, 40, 12, 3))[0]
        yield {
            "siret": etablissement.siret,
            "numero": f"{quand:%y}-99{rang:04d}-1",
            "date_inspection": datetime(quand.year, quand.month, quand.day, 2, tzinfo=PARIS),
            "activite": activite,
            "synthese": _NIVEAUX[niveau],
            "code_synthese": niveau + 1,
        }
