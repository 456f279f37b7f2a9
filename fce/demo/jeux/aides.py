"""Public aid: small grants, energy and waste, recovery plan, subsidised and integration jobs."""

from collections.abc import Iterator
from datetime import date, timedelta

from fce.demo import personnages as p
from fce.demo.jeux.effectifs import Emploi
from fce.demo.jeux.fichiers import Faits
from fce.demo.jeux.monde import VEDETTE, Monde, employeurs, forme, naf
from fce.referentiels import categories_juridiques

PLAFOND_MINIMIS = 300_000
"""Euros over three years; no older aid is listed (regulation (EU) 2023/2831, art. 3)."""

SIRET_ADEME = "38529030900454"
PLAN_DE_RELANCE = date(2020, 6, 1)
"""Companies created later could not apply (plan announced on 3 September 2020, file until March 2022)."""

_MASQUE = "-"
_INSTRUMENTS = ("Subvention directe", "Subvention directe", "Garantie", "Prêt bonifié", "Avantage fiscal")
_OBJETS_ADEME = (
    "Récupération de chaleur fatale",
    "Étude de décarbonation",
    "Réemploi d'emballages",
    "Tremplin pour la transition : isolation, éclairage",
    "Chaufferie biomasse",
    "Compostage de proximité",
)
_MESURES = (
    "Décarbonation de l'industrie",
    "Soutien à l'investissement industriel dans les territoires",
    "Relocalisation",
    "Soutien à la modernisation des filières",
    "Chèque numérique",
)
_STRUCTURES = {"88.99B": "ACI", "81.30Z": "EI", "38.11Z": "EI", "88.10A": "AI"}


def aides_minimis(monde: Monde) -> Iterator[Faits]:
    """One row per aid; name and town are "-" for beneficiaries in partial diffusion."""
    for unite in monde.ouvertes:
        if forme(unite).startswith("7") or ((unite.effectif or 0) >= 50 and unite.siren != VEDETTE):
            continue
        if not monde.retenue("minimis", unite, 0.05):
            continue
        alea, reste = monde.alea("minimis-aides", unite.siren), PLAFOND_MINIMIS
        lieu = monde.lieu(unite.siege)
        for rang in range(alea.randint(1, 3)):
            quand = monde.le(2024, 1, 15) + timedelta(days=alea.randrange(940))
            if rang == 0 and unite.siren == VEDETTE:
                quand = monde.arrete - timedelta(days=40)
            montant = min(reste, round(alea.paretovariate(0.8) * 1_500, 1))
            reste -= round(montant)
            if quand <= (unite.creation or monde.arrete) or montant <= 0:
                continue
            yield {
                **monde.identite(unite),
                "commune": lieu.nom.title(),
                **({"nom": _MASQUE, "commune": _MASQUE} if unite.diffusion != "O" else {}),
                "regime": "SIEG" if forme(unite).startswith("9") else "Minimis",
                "identifiant": unite.siege.siret if alea.random() < 0.3 else unite.siren,
                "montant": montant,
                "instrument": alea.choice(_INSTRUMENTS),
                "secteur": unite.periodes[-1].activite[:5],
                "pays": "France",
                "date_octroi": quand,
                "date_declaration": quand + timedelta(days=25),
                "date_publication": quand + timedelta(days=26),
                "autorite": f"Région {lieu.nom_region}" if alea.random() < 0.6 else "DGE - Economie Finances",
                "operateur": "Bpifrance" if alea.random() < 0.5 else "DGFIP - Economie Finances",
            }


def aides_ademe(monde: Monde) -> Iterator[Faits]:
    """One row per ADEME decision; the beneficiary is a SIRET, sometimes a SIREN."""
    rang = 0
    for unite in monde.ouvertes:
        exerce = unite.activite
        vise = exerce is not None and exerce.famille in ("industrie", "artisan", "public", "agricole", "association")
        if not vise or not monde.retenue("ademe", unite, 0.04):
            continue
        alea = monde.alea("ademe-aides", unite.siren)
        for numero in range(alea.randint(1, 2)):
            quand = monde.le(2022, 2, 1) + timedelta(days=alea.randrange(1_700))
            if numero == 0 and unite.siren == VEDETTE:
                quand = monde.arrete - timedelta(days=30)
            if quand <= (unite.creation or monde.arrete):
                continue
            rang += 1
            montant = round(min(2_000_000.0, alea.paretovariate(0.7) * 4_000), 2)
            yield {
                **monde.identite(unite),
                "attribuant": "ADEME",
                "siret_attribuant": SIRET_ADEME,
                "date_convention": quand,
                "reference": f"{quand:%y}DEM{rang:04d}",
                "identifiant": unite.siren if alea.random() < 0.2 else unite.siege.siret,
                "objet": alea.choice(_OBJETS_ADEME),
                "montant": montant,
                "nature": "aide en numéraire",
                "conditions_versement": "Unique",
                "periode_versement": str(quand),
                "notification_ue": montant > 500_000,
            }


def subventions(monde: Monde) -> Iterator[Faits]:
    """Grants of a town to associations and small companies: granted, whether paid or not."""
    rang = 0
    for unite in monde.ouvertes:
        associative = forme(unite).startswith("92")
        if not monde.retenue("subventions", unite, 0.4 if associative else 0.02):
            continue
        alea, lieu = monde.alea("subventions-montants", unite.siren), monde.lieu(unite.siege)
        quand = monde.le(2022, 3, 1) + timedelta(days=alea.randrange(1_650))
        if quand <= (unite.creation or monde.arrete):
            continue
        rang += 1
        yield {
            **monde.identite(unite),
            "attribuant": f"Région {lieu.nom_region}",
            "siret_attribuant": SIRET_ADEME,
            "date_convention": quand,
            "reference": f"{quand:%Y}-{rang:04d}",
            "identifiant": unite.siege.siret,
            "objet": alea.choice(("Fonctionnement annuel", "Achat de matériel", "Accueil de jeunes en été")),
            "montant": alea.randrange(5, 400) * 100,
            "nature": "aide en numéraire",
            "conditions_versement": "Unique",
            "periode_versement": str(quand),
            "notification_ue": False,
            "part": alea.choice((20, 50, 80)),
        }


def plan_relance(monde: Monde) -> Iterator[Faits]:
    """Industry and shops that existed then; the digital voucher goes to shops."""
    for unite in monde.ouvertes:
        exerce = unite.activite
        if exerce is None or exerce.famille not in ("industrie", "commerce") or not unite.effectif:
            continue
        if (unite.creation or monde.arrete) > PLAN_DE_RELANCE or not monde.retenue("relance", unite, 0.12):
            continue
        alea = monde.alea("relance-mesures", unite.siren)
        mesures = alea.sample(_MESURES[:4], alea.randint(1, 2)) if exerce.famille == "industrie" else [_MESURES[4]]
        for mesure in sorted(mesures):
            yield {"siren": unite.siren, "mesure": mesure, "date": alea.choice(("2021-11-30", "2022-03-31"))}


def contrats_aides(emploi: Emploi) -> Iterator[Faits]:
    """One row per employer among associations and public bodies (with contracts), and a few others (without)."""
    annee = emploi.monde.calendrier.annee_close
    for unite in emploi.monde.ouvertes:
        non_marchand = forme(unite).startswith(("7", "9"))
        if not employeurs(unite) or not emploi.monde.retenue("cui", unite, 0.5 if non_marchand else 0.02):
            continue
        siege = unite.siege if unite.siege.effectif else employeurs(unite)[0]
        effectif = emploi.totaux(siege).get(date(annee, 12, 1), 0)
        aide = (non_marchand or unite.siren == VEDETTE) and effectif > 1
        alea = emploi.monde.alea("cui-contrats", unite.siren)
        stock = alea.randint(1, max(1, min(12, effectif // 4))) if aide else 0
        entrees = stock + alea.randint(0, 3) if aide else 0
        yield {
            "siret": siege.siret,
            "contrat_aide": aide,
            "annee": annee,
            "contrats": entrees + stock,
            "entrees": entrees,
            "stock": stock,
        }


def iae(monde: Monde) -> Iterator[Faits]:
    """Integration structures by trade, and one temporary-work agency."""
    for unite in monde.ouvertes:
        mesure = _STRUCTURES.get(naf(unite.siege))
        if unite.siren == p.INTERIM.siren:
            mesure = "ETTI"
        elif unite.siren == p.ASSOCIATION.siren:
            mesure = "ACI"
        elif mesure is None or not unite.effectif or monde.alea("iae", unite.siren).random() > 0.6:
            continue
        identite = monde.identite(unite)
        yield {
            **identite,
            "mesure": mesure,
            "code_departement": identite["code_departement"].zfill(3),
            "departement": identite["departement"].upper(),
            "naf": unite.periodes[-1].activite.replace(".", ""),
            # The producer pads this column with a space.
            "nature_juridique": f"{categories_juridiques.libelle(forme(unite)) or ''} ",
            "numero_rue": unite.siege.adresse.numero,
            "code_postal_correspondance": identite["code_postal"],
            "commune_correspondance": identite["commune"],
            "telephone": "0199009999",
            "courriel": "contact.exemple@insertion.example",
        }
