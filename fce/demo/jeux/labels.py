"""Labels and approvals by trade: renovation, training, shows, lawyers, and others."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

from fce.demo import personnages as p
from fce.demo.entreprises import UniteLegale
from fce.demo.jeux.fichiers import Ligne
from fce.demo.jeux.monde import VEDETTE, Monde, adresse, forme, jour, nom
from fce.demo.noms import sans_accent
from fce.socle.identifiants import formater_siren, formater_siret

GROS = 500
SANS_ZEROS = 10_000
"""Below, the number without its zeros is too short to be recognised as a SIREN."""

_QUALIFICATIONS = {
    "43.21A": (("43SPVRGE", "Panneaux solaires photovoltaïques", "qualifelec", "Certificat Qualifelec RGE"),
               ("43CET", "Chauffe-Eau Thermodynamique", "qualifelec", "Certificat Qualifelec RGE")),
    "43.22A": (("5412", "Chauffe-Eau Thermodynamique", "qualibat", "QUALIBAT-RGE"),),
    "43.22B": (("8212", "Ventilation mécanique", "qualibat", "QUALIBAT-RGE"),
               ("5413", "Pompe à chaleur : chauffage", "qualibat", "QUALIBAT-RGE")),
    "43.31Z": (("7132", "Isolation par l'intérieur des murs ou rampants de toitures  ou plafonds", "qualibat",
                "QUALIBAT-RGE"),),
    "43.32A": (("3511", "Fenêtres, volets, portes donnant sur l'extérieur", "qualibat", "QUALIBAT-RGE"),),
    "43.91B": (("3811", "Isolation du toit", "qualibat", "QUALIBAT-RGE"),),
    "43.99C": (("7131", "Isolation par l'extérieur des murs ou des toitures terrasses  ou des planchers bas",
                "qualibat", "QUALIBAT-RGE"),),
    "71.12B": (("1911", "Audit énergétique", "opqibi", "OPQIBI"),),
}  # fmt: skip
_SPECIALITES = (
    ("312", "Commerce, vente"),
    ("315", "Ressources humaines"),
    ("326", "Informatique, traitement de l'information"),
    ("413", "Développement des capacités comportementales et relationnelles"),
    ("136", "Langues vivantes"),
    ("250", "Spécialités pluritechnologiques mécanique-électricité"),
)
_FAMILLES_ESS = {"92": "Associations", "93": "Fondations", "82": "Mutuelles"}


def rge(monde: Monde) -> dict[str, Any]:
    """Answer of ADEME's API: one record per qualification, valid for a year."""
    resultats = []
    for unite in monde.ouvertes:
        connues = _QUALIFICATIONS.get(unite.activite.naf, ()) if unite.activite else ()
        if unite.siren == VEDETTE:
            connues = _QUALIFICATIONS["71.12B"]
        if not connues or not monde.retenue("rge", unite, 0.3):
            continue
        lieu = monde.lieu(unite.siege)
        age = 1 if unite.siren == VEDETTE else monde.alea("rge-debut", unite.siren).randrange(10, 355)
        debut = monde.arrete - timedelta(days=age)
        for code, domaine, organisme, certificat in connues:
            resultats.append(
                {
                    "site_internet": "",
                    "code_postal": lieu.code_postal,
                    "commune": lieu.nom,
                    "domaine": domaine,
                    "nom_entreprise": nom(unite),
                    "nom_qualification": domaine,
                    "organisme": organisme,
                    "telephone": None,
                    "url_qualification": f"https://www.example.org/certificats/{code}.pdf",
                    "siret": unite.siege.siret,
                    "meta_domaine": "Etudes énergétiques"
                    if organisme == "opqibi"
                    else "Travaux d'efficacité énergétique",
                    "code_qualification": code,
                    "particulier": organisme != "opqibi",
                    "adresse": adresse(unite.siege),
                    "nom_certificat": certificat,
                    "email": None,
                    "lien_date_debut": str(debut),
                    "lien_date_fin": str(debut + timedelta(days=364)),
                }
            )
    return {"total": len(resultats), "results": resultats}


@cache
def _specialites(rang: int) -> tuple[tuple[str, str], ...]:
    return (_SPECIALITES[rang % len(_SPECIALITES)], _SPECIALITES[(rang + 2) % len(_SPECIALITES)])


def _organismes(monde: Monde) -> Iterator[tuple[int, UniteLegale]]:
    rang = 0
    for unite in monde.ouvertes:
        forme_gens = unite.activite is not None and unite.activite.naf in ("85.59A", "85.59B")
        if unite.siren in (VEDETTE, p.HOPITAL.siren) or (forme_gens and monde.retenue("of", unite, 0.7)):
            rang += 1
            yield rang, unite


def _declaration(monde: Monde, rang: int, unite: UniteLegale) -> str:
    return f"{monde.lieu(unite.siege).region or '11'}999{rang:06d}"


def organismes_formation(monde: Monde) -> Iterator[Ligne]:
    adr, cert, inf = "adressePhysiqueOrganismeFormation.", "certifications.", "informationsDeclarees."
    for rang, unite in _organismes(monde):
        lieu, faits = monde.lieu(unite.siege), _formation(monde, rang, unite)
        (code1, libelle1), (code2, libelle2) = _specialites(rang)
        yield {
            "numeroDeclarationActivite": _declaration(monde, rang, unite),
            "denomination": nom(unite),
            "siren": unite.siren,
            "siretEtablissementDeclarant": unite.siege.siret,
            f"{adr}voie": adresse(unite.siege),
            f"{adr}codePostal": lieu.code_postal,
            f"{adr}ville": lieu.nom,
            f"{adr}codeRegion": lieu.region,
            f"{cert}actionsDeFormation": faits["actions"],
            f"{cert}bilansDeCompetences": faits["bilans"],
            f"{cert}VAE": "false",
            f"{cert}actionsDeFormationParApprentissage": faits["apprentissage"],
            f"{inf}dateDerniereDeclaration": faits["date"],
            f"{inf}debutExercice": faits["debut_exercice"],
            f"{inf}finExercice": faits["fin_exercice"],
            f"{inf}specialitesDeFormation.codeSpecialite1": code1,
            f"{inf}specialitesDeFormation.libelleSpecialite1": libelle1,
            f"{inf}specialitesDeFormation.codeSpecialite2": code2,
            f"{inf}specialitesDeFormation.libelleSpecialite2": libelle2,
            f"{inf}nbStagiaires": faits["stagiaires"],
            f"{inf}effectifFormateurs": faits["formateurs"],
        }


def qualiopi(monde: Monde) -> Iterator[Ligne]:
    """Certified organisations (Qualiopi) of that list."""
    for rang, unite in _organismes(monde):
        lieu, faits = monde.lieu(unite.siege), _formation(monde, rang, unite)
        dites = ["Actions de formations"] if faits["actions"] == "true" else []
        dites += ["Bilans de compétences"] if faits["bilans"] == "true" else []
        dites += ["Actions de formations par apprentissage"] if faits["apprentissage"] == "true" else []
        (code1, libelle1), (code2, libelle2) = _specialites(rang)
        inf = "informationsdeclarees_"
        yield {
            "adressephysiqueorganismeformation_coderegion": lieu.region,
            "certifications": "/".join(dites),
            "certifications_actionsdeformation": faits["actions"],
            "certifications_actionsdeformationparapprentissage": faits["apprentissage"],
            "certifications_bilansdecompetences": faits["bilans"],
            "certifications_vae": "false",
            "denomination": nom(unite),
            "dep_name": lieu.nom_departement,
            f"{inf}datedernieredeclaration": faits["date"],
            f"{inf}debutexercice": faits["debut_exercice"],
            f"{inf}effectifformateurs": faits["formateurs"],
            f"{inf}finexercice": f"{faits['exercice']}-12-31",
            f"{inf}nbstagiaires": faits["stagiaires"],
            f"{inf}specialitesdeformation_codespecialite1": code1,
            f"{inf}specialitesdeformation_codespecialite2": code2,
            f"{inf}specialitesdeformation_libellespecialite1": libelle1,
            f"{inf}specialitesdeformation_libellespecialite2": libelle2,
            "numerodeclarationactivite": _declaration(monde, rang, unite),
            "reg_code": lieu.region,
            "reg_name": lieu.nom_region,
            "siren": unite.siren,
            "siretetablissementdeclarant": unite.siege.siret,
            "toutes_specialites": f"{libelle1}, {libelle2}",
        }


def _formation(monde: Monde, rang: int, unite: UniteLegale) -> dict[str, str]:
    alea = monde.alea("formation", unite.siren)
    declaration = monde.le(2026, 4, 1) + timedelta(days=alea.randrange(60))
    exercice = declaration.year - 1
    return {
        "actions": "true",
        "bilans": "true" if rang % 4 == 0 else "false",
        "apprentissage": "true" if rang % 3 == 0 or unite.siren == VEDETTE else "false",
        "date": jour(declaration),
        "exercice": str(exercice),
        "debut_exercice": f"01/01/{exercice}",
        "fin_exercice": f"31/12/{exercice}",
        "stagiaires": str(alea.randint(10, 1_500)),
        "formateurs": str(alea.randint(1, 3 + (unite.effectif or 0) // 20)),
    }


def spectacles(monde: Monde) -> Iterator[Ligne]:
    """Licences of theatres and companies: one per category, five years; latin-1."""
    rang = 0
    for unite in monde.ouvertes:
        # Ensures at least one licence, in a universe of any size.
        scene = unite.siren == p.ASSOCIATION.siren or (unite.activite is not None and unite.activite.naf == "90.01Z")
        if not scene or unite.creation is None or unite.creation > monde.le(2025, 6, 1):
            continue
        alea = monde.alea("spectacles", unite.siren)
        for categorie in sorted(alea.sample("123", alea.randint(1, 2))):
            rang += 1
            depot = max(unite.creation, monde.le(2020, 6, 1)) + timedelta(days=alea.randrange(120))
            if unite.siren == p.ASSOCIATION.siren:
                depot = monde.arrete - timedelta(days=40)
            expire = depot + timedelta(days=30 + 5 * 365)
            yield {
                "numero_recepisse": f"PLATESV-{'D' if categorie == '1' else 'R'}-{depot.year}-99{rang:04d}",
                "date_validite": str(depot + timedelta(days=31)),
                "date_depot_dossier": str(depot),
                "statut_recepisse": "Valide" if expire > monde.arrete else "Invalide",
                "categorie": categorie,
                "type_declaration": alea.choice(("Première demande", "Renouvellement")),
                "type_declarant": "Personne physique" if unite.personne else "Personne morale",
                "raison_sociale": sans_accent(nom(unite)),
                "siren_siret": unite.siren if alea.random() < 0.2 else unite.siege.siret,
                "nom_lieu": "Petit Théâtre" if categorie == "1" else "",
                "code_naf_ape": "90.01Z - Arts du spectacle vivant" if unite.siren != p.ASSOCIATION.siren else "",
                "region_siret": monde.lieu(unite.siege).nom_region,
                "date_expire_licence": str(expire),
            }


def avocats(monde: Monde) -> Iterator[Ligne]:
    """One row per lawyer; bars format the number differently."""
    for unite in monde.ouvertes:
        if unite.activite is not None and unite.activite.naf == "69.10Z":
            for rang in range(1 + (unite.effectif or 0) // 4):
                yield {"cbSiretSiren": formater_siren(unite.siren) if rang % 3 == 1 else unite.siren}


def bilan_ges(monde: Monde) -> Iterator[Ligne]:
    """Due from 500 people on, 250 for public bodies (code de l'environnement, art. L. 229-25)."""
    for unite in monde.ouvertes:
        if (unite.effectif or 0) >= (250 if forme(unite).startswith("7") else GROS):
            yield {"SIREN principal": unite.siren}


def achats_responsables(monde: Monde) -> Iterator[Ligne]:
    """A few large buyers; the scope is free text, often empty."""
    for unite in monde.ouvertes:
        if (unite.effectif or 0) >= 200 and monde.retenue("rfar", unite, 0.4):
            perimetre = monde.alea("rfar-perimetre", unite.siren).choice(("", "Entité juridique", "Siège et réseau"))
            yield {"SIREN": unite.siren, "PERIMETRE": perimetre}


def patrimoine_vivant(monde: Monde) -> Iterator[Ligne]:
    """Craft trades; the SIRET may have spaces."""
    for rang, unite in enumerate(monde.ouvertes):
        naf = unite.activite.naf if unite.activite else ""
        if naf in ("13.20Z", "14.13Z", "31.09B", "23.70Z", "24.10Z") and monde.retenue("epv", unite, 0.4):
            siret = unite.siege.siret
            yield {"SIRET": formater_siret(siret) if rang % 5 == 0 else siret}


def ess(monde: Monde) -> Iterator[Ligne]:
    """Social-economy companies of Sirene; half of the numbers lost their leading zeros, as in spreadsheets."""
    for rang, unite in enumerate(monde.ouvertes):
        if unite.periodes[-1].ess != "O":
            continue
        lieu = monde.lieu(unite.siege)
        yield {
            "SIREN": str(int(unite.siren)) if rang % 2 and int(unite.siren) > SANS_ZEROS else unite.siren,
            "Nom ou raison sociale de l'entreprise": nom(unite),
            "Famille juridique de l'entreprise": _FAMILLES_ESS.get(forme(unite)[:2], "Coopératives"),
            "Code postal": lieu.code_postal,
            "Libellé de la commune de l'établissement": lieu.nom,
            "Code du département de l'établissement": lieu.departement,
            "Département de l'établissement": sans_accent(lieu.nom_departement),
            "Région de l'établissement": sans_accent(lieu.nom_region).replace("-", " "),
        }
