"""Public bodies: communes, elected officials, associations (RNA), public contracts."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from fce.demo import noms, personnages as p
from fce.demo.entreprises import UniteLegale
from fce.demo.jeux.fichiers import Faits, en_zip, gabarit
from fce.demo.jeux.monde import VEDETTE, Monde, fermeture, forme, nom
from fce.socle.texte.identifiants import rna_valide

COMMUNE, INTERCOMMUNALITE = "7210", "7346"
MUNICIPALES = date(2026, 3, 22)
"""Second round of the municipal elections; the next ones are in 2032."""

_MARCHES_PAR_ACHETEUR = 9
_ACHATS = {
    "24": ("Rails et aiguillages de la ligne touristique", "34941000"),
    "25": ("Portes coupe-feu", "44221220"),
    "41": ("Construction d'une salle polyvalente", "45212000"),
    "42": ("Réfection de la voirie", "45233141"),
    "43": ("Rénovation énergétique de bâtiments, lot second œuvre", "45321000"),
    "62": ("Hébergement et maintenance d'un logiciel métier", "72267000"),
    "71": ("Maîtrise d'œuvre", "71300000"),
    "81": ("Nettoyage de locaux", "90910000"),
    "80": ("Gardiennage de sites", "79713000"),
    "10": ("Fourniture de pain et de pâtisseries", "15811000"),
    "56": ("Préparation de repas en liaison froide", "55520000"),
    "47": ("Mobilier scolaire", "39160000"),
    "85": ("Formation des agents", "80500000"),
    "38": ("Collecte des déchets", "90511000"),
    "28": ("Appareils de levage", "42410000"),
}
_PROCEDURES = (
    "Procédure adaptée",
    "Appel d'offres ouvert",
    "Marché passé sans publicité ni mise en concurrence préalable",
)


def communes(monde: Monde) -> list[UniteLegale]:
    """Return one commune per official code."""
    premieres: dict[str, UniteLegale] = {}
    for unite in monde.ouvertes:
        if forme(unite) == COMMUNE and (code := monde.lieu(unite.siege).commune):
            connue = premieres.get(code)
            if connue is None or unite.siren == p.COMMUNE.siren:
                premieres[code] = unite
    return sorted(premieres.values(), key=lambda u: u.siren)


def collectivites(monde: Monde) -> Iterator[Faits]:
    """Two years of accounts per commune."""
    exercice = monde.calendrier.annee_effectifs
    for unite in communes(monde):
        alea = monde.alea("population", unite.siren)
        habitants = alea.randint(180, 6_000)
        for annee, population in ((exercice, habitants), (exercice - 1, habitants - alea.randint(-9, 20))):
            propres = {"categorie": "Commune", "Code Insee Collectivité": monde.lieu(unite.siege).commune}
            yield {**monde.identite(unite), **propres, "exercice": annee, "population": population}


def elus(monde: Monde) -> bytes:
    """The zip of elected officials: municipal and intermunicipal councils, and the SIREN of each code."""
    municipaux: list[Faits] = []
    for unite in communes(monde):
        code = {"Code de la commune": monde.lieu(unite.siege).commune}
        municipaux += [code | elu for elu in _conseil(monde, unite, "Maire", "adjoint au maire", MUNICIPALES)]
    communautaires: list[Faits] = []
    for unite in (u for u in monde.ouvertes if forme(u) == INTERCOMMUNALITE):
        premier, quand = "Président du conseil communautaire", MUNICIPALES + timedelta(days=21)
        conseil = _conseil(monde, unite, premier, "Vice-président", quand)
        communautaires += [{"N° SIREN": unite.siren} | elu for elu in conseil]
    membres = {
        nom: gabarit("elus", nom).octets(lignes)
        for nom, lignes in (
            ("elus-conseillers-municipaux-cm.csv", municipaux),
            ("elus-conseillers-communautaires-epci.csv", communautaires),
        )
    }
    membres["collectivites.csv"] = gabarit("collectivites").octets(collectivites(monde))
    return en_zip(membres, monde.calendrier.jour)


def _conseil(monde: Monde, unite: UniteLegale, premier: str, suivants: str, mandat: date) -> Iterator[dict[str, Any]]:
    alea = monde.alea("conseil", unite.siren)
    for rang in range(alea.randint(7, 15)):
        elu = noms.personne(alea)
        fonction = premier if rang == 0 else f"{rang}e {suivants}" if rang < 4 else ""
        yield {
            "nom": elu.nom,
            "prenom": elu.prenoms[0].title(),
            "sexe": elu.sexe,
            "Date de naissance": date(alea.randint(1945, 2000), 1, 1),
            "date_mandat": mandat,
            "fonction": fonction,
            "date_fonction": mandat + timedelta(days=14) if fonction else None,
        }


def rna(monde: Monde) -> Iterator[Faits]:
    """Associations with an RNA number; a missing date is written 1 January of year 1."""
    for unite in monde.unites.values():
        if not rna_valide(unite.rna) or unite.creation is None:
            continue
        lieu, a, fin = monde.lieu(unite.siege), unite.siege.adresse, fermeture(unite)
        publication, connue = unite.creation + timedelta(days=23), unite.siren == p.ASSOCIATION.siren
        objet = "sauvegarder, restaurer et animer ; l'ouvrir au public"
        yield {
            "id": unite.rna,
            "siret": unite.siege.siret,
            "gestion": "999P",
            "date_creat": unite.creation,
            "date_decla": max(publication, monde.le(2020, 10, 13)),
            "date_publi": publication,
            "date_disso": fin or "0001-01-01",
            "nature": "D",
            "groupement": "S",
            "titre": nom(unite),
            "titre_court": unite.sigle,
            "objet": objet if connue else "réunir celles et ceux que le sujet intéresse",
            "objet_social1": "019000",
            "objet_social2": "000000",
            "adrs_numvoie": a.numero,
            "adrs_typevoie": a.type_voie,
            "adrs_libvoie": a.voie,
            "adrs_codeinsee": lieu.commune,
            "adrs_codepostal": lieu.code_postal,
            "adrs_libcommune": lieu.nom,
            "adrg_pays": "FRANCE",
            "dir_civilite": "PF" if int(unite.siren) % 2 else "PM",
            "siteweb": "https://moulin.example" if connue else "",
            "publiweb": "0",
            "position": "D" if fin else "A",
            "maj_time": f"{max(fin or monde.arrete, publication)} 10:08:36",
        }


def rnf(monde: Monde) -> Iterator[Faits]:
    """Foundations, the endowment fund of the featured company, and a fund without SIRET."""
    for rang, unite in enumerate(sorted(monde.ouvertes, key=lambda u: u.siren), 1):
        if unite.creation is None or not (unite.siren == VEDETTE or forme(unite) == "9300"):
            continue
        identite, fonds = monde.identite(unite), unite.siren == VEDETTE
        genre = "FDD" if fonds else ("FRUP", "FE")[rang % 2]
        yield {
            **identite,
            "titre": f"FONDS DE DOTATION {nom(unite)}" if fonds else nom(unite),
            "numero": f"{identite['code_departement']:0>3}-{genre}-{rang:05d}-01",
            "date_creation": f"{monde.le(2019, 11, 20) if fonds else unite.creation} 00:00:00",
            "adresse": " ".join(filter(None, (identite[x] for x in ("adresse", "code_postal", "ville")))),
            "genre": genre,
        }
    yield {
        "titre": "FONDS SANS NUMERO INVENTE",
        "numero": "075-FDD-99999-01",
        "genre": "FDD",
        "date_creation": f"{monde.le(2023, 5, 24)} 00:00:00",
        "code_postal": "75008",
        "ville": "Paris",
    }


def marches_publics(monde: Monde) -> Iterator[Faits]:
    """One row per version of a contract, between a public body and a company of the universe."""
    vendeurs = [
        u
        for u in monde.ouvertes
        if u.effectif and not forme(u).startswith(("7", "9")) and u.activite and u.activite.naf[:2] in _ACHATS
    ]
    vedette = monde.unites[VEDETTE]
    for rang_acheteur, acheteur in enumerate(monde.publics):
        if not acheteur.effectif:
            continue
        alea = monde.alea("marches", acheteur.siren)
        for rang in range(1, alea.randint(2, _MARCHES_PAR_ACHETEUR)):
            # The three largest buyers also buy from the featured company.
            titulaire = vedette if rang == 1 and rang_acheteur < 3 else alea.choice(vendeurs)
            notification = monde.le(2022, 1, 10) + timedelta(days=alea.randrange(1_720))
            if rang == 1 and rang_acheteur == 0:
                notification = monde.arrete - timedelta(days=28)
            if max(titulaire.creation or monde.arrete, acheteur.creation or monde.arrete) < notification:
                yield from _marche(monde, acheteur, titulaire, notification, rang)


def _marche(
    monde: Monde, acheteur: UniteLegale, titulaire: UniteLegale, notification: date, rang: int
) -> Iterator[Faits]:
    alea = monde.alea("marche", acheteur.siren, str(rang))
    objet, cpv = _ACHATS[(titulaire.activite.naf if titulaire.activite else "43")[:2]]
    montant, mois = round(40_000 + alea.paretovariate(1.1) * 20_000, -2), alea.choice((6, 12, 24, 36, 48))
    numero = f"{notification.year}M{rang:04d}"
    versions = 2 if alea.random() < 0.15 else 1
    for version in range(versions):
        yield {
            "uid": f"{acheteur.siege.siret}{numero}",
            "nature": "Marché",
            "acheteur": acheteur.siege.siret,
            "acheteur_nom": nom(acheteur),
            "titulaire": titulaire.siege.siret,
            "titulaire_typeIdentifiant": "SIRET",
            "titulaire_nom": nom(titulaire),
            "objet": objet,
            "montant": round(montant * (1 + version * 0.08), 1),
            "cpv": cpv,
            "procedure": _PROCEDURES[0 if montant < 90_000 else alea.choice((0, 1, 1, 2))],
            "duree_mois": f"{mois}.0" if alea.random() < 0.2 else mois,
            "date_notification": notification,
            "lieu": monde.lieu(acheteur.siege).departement,
            "modification": version,
            "donnees_actuelles": version == versions - 1,
        }
