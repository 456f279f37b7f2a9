"""Places of other registers: classified installations, health and care, schools."""

from collections.abc import Iterator
from datetime import timedelta

from fce.demo.entreprises import Etablissement, UniteLegale
from fce.demo.jeux.fichiers import Ligne, en_zip, membre
from fce.demo.jeux.monde import VEDETTE, Monde, adresse, forme, jour, naf, nom
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
_SERVICES = {"32": "HDF", "44": "GE", "84": "ARA", "93": "PACA", "75": "NA", "76": "OCC", "11": "DRIEAT"}
_SANTE = {
    "86.10Z": ("355", "Centre Hospitalier (C.H.)", "1102", "Centres Hospitaliers", "03",
               "ARS établissements Publics de santé dotation globale"),
    "87.10A": ("500", "Etablissement d'hébergement pour personnes âgées dépendantes", "4401",
               "Etablissements d'Hébergement pour Personnes Âgées", "45", "ARS/PCD, Tarif partiel"),
    "88.10A": ("460", "Service autonomie aide (SAA)", "4605", "Services d'aide et d'accompagnement", "08",
               "Président du Conseil Départemental"),
    "88.91A": ("167", "Etablissement d'Accueil Collectif Régulier et Occasionnel", "4505",
               "Etablissements d'accueil du jeune enfant", "01", "Etablissement Tarif Libre"),
    "47.73Z": ("620", "Pharmacie d'Officine", "3101", "Pharmacies d'Officine", "99", "Indéterminé"),
    "86.21Z": ("603", "Maison de santé (L.6223-3)", "2205", "Autres Etablissements de Soins", "99", "Indéterminé"),
}  # fmt: skip

_LETTRES = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""Check letters of a UAI."""


def _places(monde: Monde) -> Iterator[tuple[UniteLegale, Etablissement]]:
    for unite in monde.unites.values():
        for etablissement in unite.etablissements:
            if monde.lieu(etablissement).departement:
                yield unite, etablissement


def icpe(monde: Monde) -> bytes:
    """Géorisques' zip: installations, headings, inspections, two document files."""
    installations: list[dict[str, str]] = []
    rubriques: list[dict[str, str]] = []
    inspections: list[dict[str, str]] = []
    for unite, etablissement in _places(monde):
        code = naf(etablissement)
        rubrique = _RUBRIQUES.get(code[:2])
        assez_grand = (etablissement.effectif or 0) >= 8 or code in ("01.41Z", "01.50Z") or not etablissement.ouvert
        if rubrique is None or not assez_grand or not monde.retenue("icpe", unite, 0.4):
            continue
        aiot = f"00999{len(installations) + 1:05d}"
        alea = monde.alea("icpe-visites", etablissement.siret)
        installations.append(_installation(monde, unite, etablissement, aiot, rubrique))
        numero, nature, alinea, regime = rubrique
        rubriques.append(
            {"codeAiot": aiot, "numeroRubrique": numero, "nature": nature, "alinea": alinea,
             "regimeAutoriseAlinea": regime, "dateMotif": jour(monde.le(2018, 6, 12))}
        )  # fmt: skip
        ouvert_depuis = max(etablissement.creation or monde.arrete, monde.le(2019, 1, 1))
        for rang in range(alea.randint(0, 3) if unite.siren != VEDETTE else 2):
            duree = (monde.arrete - ouvert_depuis).days
            if etablissement.ouvert and duree > 60:
                visite = ouvert_depuis + timedelta(days=alea.randrange(30, duree))
                if unite.siren == VEDETTE and rang == 1:
                    visite = monde.arrete - timedelta(days=9)
                inspections.append({"codeAiot": aiot, "dateInspection": str(visite)})
    fichiers: dict[str, list[dict[str, str]]] = {
        "InstallationClassee.csv": installations,
        "inspection.csv": inspections,
        "rubriqueIC.csv": rubriques,
        "metadataFichierInspection.csv": [],
        "metadataFichierHorsInspection.csv": [],
    }
    membres = {nom_: membre("icpe-seveso", nom_, "iso-8859-1").octets(lignes) for nom_, lignes in fichiers.items()}
    return en_zip(membres, monde.calendrier.jour)


def _installation(
    monde: Monde, unite: UniteLegale, etablissement: Etablissement, aiot: str, rubrique: tuple[str, str, str, str]
) -> dict[str, str]:
    lieu, alea, code = monde.lieu(etablissement), monde.alea("icpe", etablissement.siret), naf(etablissement)
    grave = rubrique[3] == AUTORISATION
    seveso = alea.choice(("Seveso seuil haut", "Seveso seuil bas", "Non Seveso")) if grave else "Non Seveso"
    return {
        "codeAiot": aiot,
        "raisonSociale": sans_accent(nom(unite)),
        "adresse1": adresse(etablissement),
        "codePostal": lieu.code_postal,
        "codeInsee": lieu.commune,
        "commune": lieu.nom.title(),
        "codeNaf": code[:2],
        "numeroSiret": etablissement.siret,
        "bovins": "true" if code.startswith("01") else "false",
        "industrie": "false" if code.startswith("01") else "true",
        "prioriteNationale": "true" if seveso == "Seveso seuil haut" else "false",
        "statutSeveso": seveso,
        "ied": "true" if grave else "false",
        "serviceAiot": f"DREAL {_SERVICES.get(lieu.region, lieu.region)}",
        "etatActivite": "En exploitation avec titre" if etablissement.ouvert else "En fin d'exploitation",
        "regimeVigueur": rubrique[3] if rubrique[3] != DECLARATION else "Autres régimes",
        "url": f"https://www.georisques.gouv.fr/risques/installations/donnees/details/{aiot}",
    }


def finess(monde: Monde) -> bytes:
    """The FINESS extraction in latin-1, without header: a dated line, then one per place."""
    lignes = [f"finess;etalab;113;{monde.le(2026, 10, 15)}"]
    for unite, etablissement in _places(monde):
        categorie = _SANTE.get(naf(etablissement))
        if categorie is None or not etablissement.ouvert or unite.personne is not None:
            continue
        lieu, rang = monde.lieu(etablissement), len(lignes)
        ouverture = max(etablissement.creation or monde.arrete, monde.le(1970, 1, 1))
        code, libelle, agregat, famille, tarif, tarification = categorie
        public = forme(unite).startswith("7")
        cellules = {
            "section": "structureet",
            "nofinesset": f"{lieu.departement[:2]}0{rang:06d}",
            "nofinessej": f"{lieu.departement[:2]}9{int(unite.siren) // 10:06d}",
            "rs": sans_accent(nom(unite))[:38],
            "rslongue": sans_accent(nom(unite)),
            "numvoie": etablissement.adresse.numero,
            "typvoie": etablissement.adresse.type_voie,
            "voie": sans_accent(etablissement.adresse.voie),
            "commune": lieu.commune[-3:],
            "departement": lieu.departement,
            "libdepartement": sans_accent(lieu.nom_departement),
            "ligneacheminement": f"{lieu.code_postal} {lieu.nom}",
            "categetab": code,
            "libcategetab": libelle,
            "categagretab": agregat,
            "libcategagretab": famille,
            "siret": etablissement.siret,
            "codeape": naf(etablissement).replace(".", ""),
            "codemft": tarif,
            "libmft": tarification,
            "codesph": "1" if public else "",
            "libsph": "Etablissement public de santé" if public else "",
            "dateouv": str(ouverture),
            "dateautor": str(ouverture),
            "datemaj": str(monde.le(2026, 9, 10)),
        }
        # Each line ends with an extra separator.
        lignes.append(";".join([*(cellules.get(colonne, "") for colonne in COLONNES_FINESS), ""]))
    return "".join(f"{ligne}\n" for ligne in lignes).encode("latin-1")


def education(monde: Monde) -> Iterator[Ligne]:
    """Schools, collèges, lycées, and an apprentices' school of the featured company."""
    rang = 0
    for unite, etablissement in _places(monde):
        enseigne = naf(etablissement) == "85.31Z"
        if not etablissement.ouvert or not (enseigne or (unite.siren == VEDETTE and etablissement.siege)):
            continue
        rang += 1
        lieu, maternelle = monde.lieu(etablissement), forme(unite).startswith("7210")
        genre, nature, code = (
            ("Ecole", "ECOLE MATERNELLE", "101")
            if maternelle
            else ("Collège", "COLLEGE", "340")
            if enseigne
            else ("Lycée", "LYCEE PROFESSIONNEL", "320")
        )
        public = forme(unite).startswith("7")
        yield {
            "Identifiant_de_l_etablissement": f"{lieu.departement.zfill(3)}99{rang:02d}{_LETTRES[rang % 23]}",
            "Nom_etablissement": (etablissement.periodes[-1].enseignes or (nom(unite),))[0],
            "Type_etablissement": genre,
            "Statut_public_prive": "Public" if public else "Privé",
            "Adresse_1": adresse(etablissement),
            "Code_postal": lieu.code_postal,
            "Code_commune": lieu.commune,
            "Nom_commune": lieu.nom.title(),
            "Code_departement": lieu.departement.zfill(3),
            "Code_region": lieu.region,
            "Apprentissage": "" if enseigne else "1",
            "Appartenance_Education_Prioritaire": "REP" if rang % 5 == 0 else "",
            "SIREN_SIRET": etablissement.siret,
            "Type_contrat_prive": "SANS OBJET" if public else "HORS CONTRAT",
            "Libelle_departement": lieu.nom_departement,
            "Libelle_academie": lieu.nom_departement,
            "Libelle_region": lieu.nom_region,
            "epsg_origine": "EPSG:2154",
            "date_ouverture": str(etablissement.creation),
            "date_maj_ligne": str(monde.arrete),
            "etat": "OUVERT",
            "ministere_tutelle": "MINISTERE DE L'EDUCATION NATIONALE",
            "multi_uai": "0",
            "code_nature": code,
            "libelle_nature": nature,
        }
