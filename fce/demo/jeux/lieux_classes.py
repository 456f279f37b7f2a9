"""Places of other registers: classified installations, health and care, schools."""

from collections.abc import Iterator
from datetime import timedelta

from fce.demo.entreprises import Etablissement
from fce.demo.jeux.fichiers import Faits, en_zip, gabarit
from fce.demo.jeux.monde import VEDETTE, Monde, forme, naf, nom
from fce.demo.noms import sans_accent
from fce.sources.catalogue.sante.finess.lecture import COLONNES as COLONNES_FINESS

AUTORISATION, ENREGISTREMENT, DECLARATION = "Autorisation", "Enregistrement", "Déclaration avec contrôle"
_RUBRIQUES = {
    "24": ("2545", "Fabrication d'acier, fer, fonte", "", AUTORISATION),
    "25": ("2560", "Travail mécanique des métaux", "1", ENREGISTREMENT),
    "20": ("4718", "Gaz inflammables liquéfiés", "1", AUTORISATION),
    "22": ("2661", "Transformation de polymères", "1", ENREGISTREMENT),
    "13": ("2311", "Fibres d'origine végétale (traitement)", "1", ENREGISTREMENT),
    "10": ("2221", "Préparation de produits alimentaires d'origine animale", "1", ENREGISTREMENT),
    "16": ("2410", "Travail du bois", "1", ENREGISTREMENT),
    "38": ("2760", "Installation de stockage de déchets inertes", "3", ENREGISTREMENT),
    "01": ("2101", "Élevage de bovins", "2.b", DECLARATION),
    "28": ("2560", "Travail mécanique des métaux", "2", DECLARATION),
    "30": ("2940", "Application de vernis, peintures", "2", DECLARATION),
}
_DE_RUBRIQUE = ("numeroRubrique", "nature", "alinea", "regimeAutoriseAlinea")
_SANTE = {
    "86.10Z": ("355", "Centre Hospitalier (C.H.)", "Centres Hospitaliers",
               "ARS établissements Publics de santé dotation globale"),
    "87.10A": ("500", "Etablissement d'hébergement pour personnes âgées dépendantes",
               "Etablissements d'Hébergement pour Personnes Âgées", "ARS/PCD, Tarif partiel"),
    "88.10A": ("460", "Service autonomie aide (SAA)", "Services d'aide et d'accompagnement",
               "Président du Conseil Départemental"),
    "88.91A": ("167", "Etablissement d'Accueil Collectif Régulier et Occasionnel",
               "Etablissements d'accueil du jeune enfant", "Etablissement Tarif Libre"),
    "47.73Z": ("620", "Pharmacie d'Officine", "Pharmacies d'Officine", "Indéterminé"),
    "86.21Z": ("603", "Maison de santé (L.6223-3)", "Autres Etablissements de Soins", "Indéterminé"),
}  # fmt: skip
"""{activity: code, category, family, funding}."""

_LETTRES = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""Check letters of a UAI."""


def icpe_seveso(monde: Monde) -> bytes:
    """Géorisques' zip: installations, headings, inspections, two document files."""
    installations: list[Faits] = []
    rubriques: list[Faits] = []
    inspections: list[Faits] = []
    for unite, etablissement in monde.places:
        code = naf(etablissement)
        rubrique = _RUBRIQUES.get(code[:2])
        assez_grand = (etablissement.effectif or 0) >= 8 or code in ("01.41Z", "01.50Z") or not etablissement.ouvert
        if rubrique is None or not assez_grand or not monde.retenue("icpe", unite, 0.4):
            continue
        aiot = f"00999{len(installations) + 1:05d}"
        alea = monde.alea("icpe-visites", etablissement.siret)
        installations.append(_installation(monde, etablissement, aiot, rubrique))
        rubriques.append({"code_aiot": aiot, **dict(zip(_DE_RUBRIQUE, rubrique, strict=True))})
        ouvert_depuis = max(etablissement.creation or monde.arrete, monde.le(2019, 1, 1))
        for rang in range(alea.randint(0, 3) if unite.siren != VEDETTE else 2):
            duree = (monde.arrete - ouvert_depuis).days
            if etablissement.ouvert and duree > 60:
                visite = ouvert_depuis + timedelta(days=alea.randrange(30, duree))
                if unite.siren == VEDETTE and rang == 1:
                    visite = monde.arrete - timedelta(days=9)
                inspections.append({"code_aiot": aiot, "dateInspection": visite})
    fichiers: dict[str, list[Faits]] = {
        "InstallationClassee.csv": installations,
        "inspection.csv": inspections,
        "rubriqueIC.csv": rubriques,
        "metadataFichierInspection.csv": [],
        "metadataFichierHorsInspection.csv": [],
    }
    membres = {nom_: gabarit("icpe-seveso", nom_).octets(lignes) for nom_, lignes in fichiers.items()}
    return en_zip(membres, monde.calendrier.jour)


def _installation(monde: Monde, etablissement: Etablissement, aiot: str, rubrique: tuple[str, ...]) -> Faits:
    identite, alea = monde.identite(etablissement), monde.alea("icpe", etablissement.siret)
    regime = rubrique[3]
    grave = regime == AUTORISATION
    seveso = alea.choice(("Seveso seuil haut", "Seveso seuil bas", "Non Seveso")) if grave else "Non Seveso"
    return {
        **identite,
        "code_aiot": aiot,
        "raison_sociale": sans_accent(identite["raison_sociale"]),
        "commune": identite["commune"].title(),
        "priorite_nationale": seveso == "Seveso seuil haut",
        "statut_seveso": seveso,
        "ied": grave,
        "etat": "En exploitation avec titre" if etablissement.ouvert else "En fin d'exploitation",
        "regime": regime if regime != DECLARATION else "Autres régimes",
        "adresse_georisques": f"https://www.georisques.gouv.fr/risques/installations/donnees/details/{aiot}",
    }


def finess(monde: Monde) -> bytes:
    """The FINESS extraction in latin-1, without header: a dated line, then one per place."""
    structures = gabarit("finess", entete=tuple(COLONNES_FINESS)).enregistrements(_structures(monde))
    # Each line ends with an extra separator.
    lignes = (";".join([*(valeur or "" for valeur in structure.values()), ""]) for structure in structures)
    entete = f"finess;etalab;113;{monde.le(2026, 10, 15)}"
    return "".join(f"{ligne}\n" for ligne in (entete, *lignes)).encode("latin-1")


def _structures(monde: Monde) -> Iterator[Faits]:
    rang = 0
    for unite, etablissement in monde.places:
        categorie = _SANTE.get(naf(etablissement))
        if categorie is None or not etablissement.ouvert or unite.personne is not None:
            continue
        lieu, rang, raison = monde.lieu(etablissement), rang + 1, sans_accent(nom(unite))
        ouverture = max(etablissement.creation or monde.arrete, monde.le(1970, 1, 1))
        public = forme(unite).startswith("7")
        yield {
            "section": "structureet",
            "siret": etablissement.siret,
            "numero_finess": f"{lieu.departement[:2]}0{rang:06d}",
            "numero_finess_juridique": f"{lieu.departement[:2]}9{int(unite.siren) // 10:06d}",
            "raison_sociale": raison[:38],
            "raison_sociale_longue": raison,
            "acheminement": f"{lieu.code_postal} {lieu.nom}",
            **dict(zip(("code_categorie", "categorie", "famille", "tarification"), categorie, strict=True)),
            "service_public": "Etablissement public de santé" if public else "",
            "date_ouverture": ouverture,
            "date_autorisation": ouverture,
            "date_mise_a_jour": monde.le(2026, 9, 10),
        }


def annuaire_education(monde: Monde) -> Iterator[Faits]:
    """Schools, collèges, lycées, and an apprentices' school of the featured company."""
    rang = 0
    for unite, etablissement in monde.places:
        enseigne = naf(etablissement) == "85.31Z"
        if not etablissement.ouvert or not (enseigne or (unite.siren == VEDETTE and etablissement.siege)):
            continue
        rang += 1
        lieu, public = monde.lieu(etablissement), forme(unite).startswith("7")
        genre, nature = ("Collège", "COLLEGE") if enseigne else ("Lycée", "LYCEE PROFESSIONNEL")
        if forme(unite).startswith("7210"):
            genre, nature = "Ecole", "ECOLE MATERNELLE"
        yield {
            "uai": f"{lieu.departement.zfill(3)}99{rang:02d}{_LETTRES[rang % 23]}",
            "nom": (etablissement.periodes[-1].enseignes or (nom(unite),))[0],
            "type_etablissement": genre,
            "statut": "Public" if public else "Privé",
            "apprentissage": None if enseigne else True,
            "education_prioritaire": "REP" if rang % 5 == 0 else "",
            "SIREN_SIRET": etablissement.siret,
            "contrat": "SANS OBJET" if public else "HORS CONTRAT",
            "academie": lieu.nom_departement,
            "date_ouverture": etablissement.creation,
            "date_mise_a_jour": monde.arrete,
            "etat": "OUVERT",
            "tutelle": "MINISTERE DE L'EDUCATION NATIONALE",
            "nature": nature,
        }
