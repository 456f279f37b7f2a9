"""Public bodies: communes, elected officials, associations (RNA), public contracts."""

from collections.abc import Iterator
from datetime import date, timedelta

from fce.demo import noms
from fce.demo import personnages as p
from fce.demo.entreprises import UniteLegale
from fce.demo.jeux.fichiers import Ligne, en_zip, gabarit, membre
from fce.demo.jeux.monde import VEDETTE, Monde, fermeture, forme, nom
from fce.socle.identifiants import rna_valide

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


def collectivites(monde: Monde) -> Iterator[Ligne]:
    """Two years of accounts per commune."""
    exercice = monde.calendrier.annee_effectifs
    for unite in communes(monde):
        lieu, alea = monde.lieu(unite.siege), monde.alea("population", unite.siren)
        habitants = alea.randint(180, 6_000)
        for annee, population in ((exercice, habitants), (exercice - 1, habitants - alea.randint(-9, 20))):
            yield {
                "Exercice": str(annee),
                "Outre-mer": "Oui" if lieu.departement.startswith("97") else "Non",
                f"Code Insee {exercice} Région": lieu.region,
                f"Nom {exercice} Région": lieu.nom_region,
                f"Code Insee {exercice} Département": lieu.departement,
                f"Nom {exercice} Département": lieu.nom_departement,
                "Catégorie": "Commune",
                "Code Insee Collectivité": lieu.commune,
                "Code Siren Collectivité": unite.siren,
                "Libellé Budget": nom(unite),
                "Population totale": str(population),
            }


def elus(monde: Monde) -> bytes:
    """The zip of elected officials: municipal and intermunicipal councils, and the SIREN of each code."""
    municipaux: list[dict[str, str]] = []
    communautaires: list[dict[str, str]] = []
    for unite in communes(monde):
        propre = {"Code de la commune": monde.lieu(unite.siege).commune, "Libellé de la commune": nom(unite).title()}
        conseil = _conseil(monde, unite, "Maire", "adjoint au maire", MUNICIPALES)
        municipaux += [{**propre, "Code nationalité": "FR", **ligne} for ligne in conseil]
    for unite in monde.ouvertes:
        if forme(unite) == INTERCOMMUNALITE:
            propre = {"N° SIREN": unite.siren, "Libellé de l'EPCI": nom(unite).title()}
            premier, quand = "Président du conseil communautaire", MUNICIPALES + timedelta(days=21)
            communautaires += [
                {**propre, **ligne} for ligne in _conseil(monde, unite, premier, "Vice-président", quand)
            ]
    cm, epci = "elus-conseillers-municipaux-cm.csv", "elus-conseillers-communautaires-epci.csv"
    return en_zip(
        {
            cm: membre("elus", cm).octets(municipaux),
            epci: membre("elus", epci).octets(communautaires),
            "collectivites.csv": gabarit("collectivites", monde.calendrier).octets(collectivites(monde)),
        },
        monde.calendrier.jour,
    )


def _conseil(monde: Monde, unite: UniteLegale, premier: str, suivants: str, mandat: date) -> Iterator[dict[str, str]]:
    alea, lieu = monde.alea("conseil", unite.siren), monde.lieu(unite.siege)
    for rang in range(alea.randint(7, 15)):
        elu = noms.personne(alea)
        fonction = premier if rang == 0 else f"{rang}e {suivants}" if rang < 4 else ""
        yield {
            "Code du département": lieu.departement,
            "Libellé du département": lieu.nom_departement,
            "Nom de l'élu": elu.nom,
            "Prénom de l'élu": elu.prenoms[0].title(),
            "Code sexe": elu.sexe,
            "Date de naissance": f"{alea.randint(1945, 2000)}-01-01",
            "Code de la catégorie socio-professionnelle": "33",
            "Libellé de la catégorie socio-professionnelle": "Cadres",
            "Date de début du mandat": str(mandat),
            "Libellé de la fonction": fonction,
            "Date de début de la fonction": str(mandat + timedelta(days=14)) if fonction else "",
        }


def rna(monde: Monde) -> Iterator[Ligne]:
    """Associations with an RNA number; a missing date is written 1 January of year 1."""
    for unite in monde.unites.values():
        if not rna_valide(unite.rna) or unite.creation is None:
            continue
        lieu, a, fin = monde.lieu(unite.siege), unite.siege.adresse, fermeture(unite)
        publication = unite.creation + timedelta(days=23)
        yield {
            "id": unite.rna,
            "siret": unite.siege.siret,
            "gestion": "999P",
            "date_creat": str(unite.creation),
            "date_decla": str(max(publication, monde.le(2020, 10, 13))),
            "date_publi": str(publication),
            "date_disso": str(fin) if fin else "0001-01-01",
            "nature": "D",
            "groupement": "S",
            "titre": nom(unite),
            "titre_court": unite.sigle,
            "objet": "sauvegarder, restaurer et animer ; l'ouvrir au public"
            if unite.siren == p.ASSOCIATION.siren
            else "réunir celles et ceux que le sujet intéresse",
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
            "siteweb": "https://moulin.example" if unite.siren == p.ASSOCIATION.siren else "",
            "publiweb": "0",
            "position": "D" if fin else "A",
            "maj_time": f"{max(fin or monde.arrete, publication):%Y-%m-%d} 10:08:36",
        }


def rnf(monde: Monde) -> Iterator[Ligne]:
    """Foundations, the endowment fund of the featured company, and a fund without SIRET."""
    for rang, unite in enumerate(sorted(monde.ouvertes, key=lambda u: u.siren), 1):
        if unite.creation is None or not (unite.siren == VEDETTE or forme(unite) == "9300"):
            continue
        lieu, a = monde.lieu(unite.siege), unite.siege.adresse
        fonds = unite.siren == VEDETTE
        genre = "FDD" if fonds else ("FRUP", "FE")[rang % 2]
        yield {
            "titre": f"FONDS DE DOTATION {nom(unite)}" if fonds else nom(unite),
            "numero_rnf": f"{lieu.departement:0>3}-{genre}-{rang:05d}-01",
            "siret": unite.siege.siret,
            "date_creation": f"{monde.le(2019, 11, 20) if fonds else unite.creation} 00:00:00",
            "adresse": " ".join(x for x in (a.numero, a.type_voie, a.voie, lieu.code_postal, lieu.nom) if x),
            "code_postal": lieu.code_postal,
            "ville": lieu.nom,
            "type_organisme": genre,
        }
    yield {
        "titre": "FONDS SANS NUMERO INVENTE",
        "numero_rnf": "075-FDD-99999-01",
        "type_organisme": "FDD",
        "date_creation": f"{monde.le(2023, 5, 24)} 00:00:00",
        "code_postal": "75008",
        "ville": "Paris",
    }


def marches(monde: Monde) -> Iterator[Ligne]:
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
) -> Iterator[dict[str, str]]:
    alea = monde.alea("marche", acheteur.siren, str(rang))
    objet, cpv = _ACHATS[(titulaire.activite.naf if titulaire.activite else "43")[:2]]
    montant, mois = round(40_000 + alea.paretovariate(1.1) * 20_000, -2), alea.choice((6, 12, 24, 36, 48))
    numero = f"{notification.year}M{rang:04d}"
    versions = 2 if alea.random() < 0.15 else 1
    for version in range(versions):
        yield {
            "uid": f"{acheteur.siege.siret}{numero}",
            "id": numero,
            "nature": "Marché",
            "acheteur_id": acheteur.siege.siret,
            "acheteur_nom": nom(acheteur),
            "titulaire_id": titulaire.siege.siret,
            "titulaire_typeIdentifiant": "SIRET",
            "titulaire_nom": nom(titulaire),
            "objet": objet,
            "montant": f"{montant * (1 + version * 0.08):.1f}",
            "codeCPV": cpv,
            "procedure": _PROCEDURES[0 if montant < 90_000 else alea.choice((0, 1, 1, 2))],
            "dureeMois": f"{mois}.0" if alea.random() < 0.2 else str(mois),
            "dateNotification": str(notification),
            "datePublicationDonnees": str(notification + timedelta(days=20)),
            "lieuExecution_code": monde.lieu(acheteur.siege).departement,
            "modification_id": str(version),
            "donneesActuelles": "true" if version == versions - 1 else "false",
        }
