"""Establishments in their current state, one row per SIRET (Insee, StockEtablissement)."""

from fce.sources.catalogue.insee import GRAVITES, INSEE, LICENCE_OUVERTE, ORIGINE_SIRENE
from fce.sources.champs import (
    ADRESSE,
    COMMUNE,
    COORDONNEE,
    DIFFUSIBLE,
    ENSEIGNE,
    Booleen,
    Code,
    Decimal,
    Entier,
    Horodatage,
    Jour,
    Siren,
    Siret,
    Texte,
)
from fce.sources.declaration import Auto, Csv, Fait, Frequence, Public, Source
from fce.sources.nouvelles import Apparition, NouvelleValeur


class Etablissement(Fait):
    siren = Siren("Numéro SIREN", "siren", obligatoire=True)
    nic = Code("Numéro interne de classement de l'établissement", "nic", masque=DIFFUSIBLE)
    siret = Siret("Numéro SIRET", "siret", obligatoire=True)
    statut_diffusion = Code(
        "Statut de diffusion de l'établissement",
        "statutDiffusionEtablissement",
        masque=DIFFUSIBLE,
        attendues=("O", "P"),
    )
    date_creation = Jour("Date de création de l'établissement", "dateCreationEtablissement")
    tranche_effectifs = Code(
        "Tranche d'effectif salarié de l'établissement", "trancheEffectifsEtablissement", masque=DIFFUSIBLE
    )
    annee_effectifs = Entier(
        "Année de validité de la tranche d'effectif salarié de l'établissement", "anneeEffectifsEtablissement"
    )
    activite_principale_registre_metiers = Code(
        "Activité exercée par l'artisan inscrit au registre des métiers",
        "activitePrincipaleRegistreMetiersEtablissement",
        masque=DIFFUSIBLE,
    )
    date_dernier_traitement = Horodatage(
        "Date du dernier traitement de l'établissement dans le répertoire Sirene", "dateDernierTraitementEtablissement"
    )
    etablissement_siege = Booleen("Qualité de siège ou non de l'établissement", "etablissementSiege")
    nombre_periodes = Entier("Nombre de périodes de l'établissement", "nombrePeriodesEtablissement")
    complement_adresse = Texte("Complément d'adresse", "complementAdresseEtablissement", masque=ADRESSE)
    numero_voie = Texte("Numéro de voie", "numeroVoieEtablissement", masque=ADRESSE)
    indice_repetition = Code("Indice de répétition dans la voie", "indiceRepetitionEtablissement", masque=ADRESSE)
    dernier_numero_voie = Texte(
        "Dernier numéro de voie", "dernierNumeroVoieEtablissement", masque=ADRESSE, optionnelle=True
    )
    indice_repetition_dernier_numero_voie = Code(
        "Indice de répétition du dernier numéro de voie",
        "indiceRepetitionDernierNumeroVoieEtablissement",
        masque=ADRESSE,
        optionnelle=True,
    )
    type_voie = Code("Type de voie", "typeVoieEtablissement", masque=ADRESSE)
    libelle_voie = Texte("Libellé de voie", "libelleVoieEtablissement", masque=ADRESSE)
    code_postal = Code("Code postal", "codePostalEtablissement", masque=ADRESSE)
    libelle_commune = Texte("Libellé de la commune", "libelleCommuneEtablissement", masque=COMMUNE)
    libelle_commune_etranger = Texte(
        "Libellé de la commune pour un établissement situé à l'étranger",
        "libelleCommuneEtrangerEtablissement",
        masque=COMMUNE,
    )
    distribution_speciale = Texte(
        "Distribution spéciale de l'établissement", "distributionSpecialeEtablissement", masque=ADRESSE
    )
    code_commune = Code("Code commune de l'établissement", "codeCommuneEtablissement", masque=COMMUNE)
    code_cedex = Code("Code cedex", "codeCedexEtablissement", masque=ADRESSE)
    libelle_cedex = Texte("Libellé du code cedex", "libelleCedexEtablissement", masque=ADRESSE)
    code_pays_etranger = Code(
        "Code pays pour un établissement situé à l'étranger", "codePaysEtrangerEtablissement", masque=COMMUNE
    )
    libelle_pays_etranger = Texte(
        "Libellé du pays pour un établissement situé à l'étranger", "libellePaysEtrangerEtablissement", masque=COMMUNE
    )
    identifiant_adresse = Code(
        "Identifiant de l'adresse (BAN)", "identifiantAdresseEtablissement", masque=ADRESSE, optionnelle=True
    )
    coordonnee_lambert_abscisse = Decimal(
        "Abscisse Lambert de l'établissement",
        "coordonneeLambertAbscisseEtablissement",
        decimales=10,
        masque=COORDONNEE,
        unite="m",
        optionnelle=True,
    )
    coordonnee_lambert_ordonnee = Decimal(
        "Ordonnée Lambert de l'établissement",
        "coordonneeLambertOrdonneeEtablissement",
        decimales=10,
        masque=COORDONNEE,
        unite="m",
        optionnelle=True,
    )
    complement_adresse_2 = Texte("Complément d'adresse secondaire", "complementAdresse2Etablissement", masque=ADRESSE)
    numero_voie_2 = Texte("Numéro de la voie de l'adresse secondaire", "numeroVoie2Etablissement", masque=ADRESSE)
    indice_repetition_2 = Code(
        "Indice de répétition dans la voie pour l'adresse secondaire", "indiceRepetition2Etablissement", masque=ADRESSE
    )
    type_voie_2 = Code("Type de voie de l'adresse secondaire", "typeVoie2Etablissement", masque=ADRESSE)
    libelle_voie_2 = Texte("Libellé de voie de l'adresse secondaire", "libelleVoie2Etablissement", masque=ADRESSE)
    code_postal_2 = Code("Code postal de l'adresse secondaire", "codePostal2Etablissement", masque=ADRESSE)
    libelle_commune_2 = Texte(
        "Libellé de la commune de l'adresse secondaire", "libelleCommune2Etablissement", masque=COMMUNE
    )
    libelle_commune_etranger_2 = Texte(
        "Libellé de la commune de l'adresse secondaire pour un établissement situé à l'étranger",
        "libelleCommuneEtranger2Etablissement",
        masque=COMMUNE,
    )
    distribution_speciale_2 = Texte(
        "Distribution spéciale de l'adresse secondaire de l'établissement",
        "distributionSpeciale2Etablissement",
        masque=ADRESSE,
    )
    code_commune_2 = Code("Code commune de l'adresse secondaire", "codeCommune2Etablissement", masque=COMMUNE)
    code_cedex_2 = Code("Code cedex de l'adresse secondaire", "codeCedex2Etablissement", masque=ADRESSE)
    libelle_cedex_2 = Texte(
        "Libellé du code cedex de l'adresse secondaire", "libelleCedex2Etablissement", masque=ADRESSE
    )
    code_pays_etranger_2 = Code(
        "Code pays de l'adresse secondaire pour un établissement situé à l'étranger",
        "codePaysEtranger2Etablissement",
        masque=COMMUNE,
    )
    libelle_pays_etranger_2 = Texte(
        "Libellé du pays de l'adresse secondaire pour un établissement situé à l'étranger",
        "libellePaysEtranger2Etablissement",
        masque=COMMUNE,
    )
    date_debut = Jour("Date de début d'une période d'historique d'un établissement", "dateDebut")
    etat_administratif = Code(
        "État administratif de l'établissement", "etatAdministratifEtablissement", masque=DIFFUSIBLE
    )
    enseigne_1 = Texte("Première ligne d'enseigne de l'établissement", "enseigne1Etablissement", masque=ENSEIGNE)
    enseigne_2 = Texte("Deuxième ligne d'enseigne de l'établissement", "enseigne2Etablissement", masque=ENSEIGNE)
    enseigne_3 = Texte("Troisième ligne d'enseigne de l'établissement", "enseigne3Etablissement", masque=ENSEIGNE)
    denomination_usuelle = Texte(
        "Dénomination usuelle de l'établissement", "denominationUsuelleEtablissement", masque=ENSEIGNE
    )
    activite_principale = Code(
        "Activité principale de l'établissement pendant la période",
        "activitePrincipaleEtablissement",
        masque=DIFFUSIBLE,
    )
    nomenclature_activite_principale = Code(
        "Nomenclature d'activité de la variable activitePrincipaleEtablissement",
        "nomenclatureActivitePrincipaleEtablissement",
        masque=DIFFUSIBLE,
    )
    caractere_employeur = Booleen("Caractère employeur de l'établissement", "caractereEmployeurEtablissement")
    activite_principale_naf25 = Code(
        "Activité principale de l'établissement (NAF 2025)",
        "activitePrincipaleNAF25Etablissement",
        masque=DIFFUSIBLE,
        optionnelle=True,
    )


source = Source(
    "sirene-etablissements",
    Etablissement,
    titre="Établissements",
    producteur=INSEE,
    systeme="Sirene",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Auto(Csv(separateur=",", nuls=("[ND]",))),
    cle=("siret",),
    tolerante=True,
    opposition="statut_diffusion",
    rubrique="etablissements",
    licence=LICENCE_OUVERTE,
    origine=ORIGINE_SIRENE,
    ressource="0651fb76-bcf3-4f6a-a38d-bc04fa708576",
    nouvelles=(
        Apparition("nouvel-etablissement", "Nouvel établissement", date="date_creation", gravite=GRAVITES["ouverture"]),
        NouvelleValeur(
            "fermeture", "Établissement : ouvert → fermé", ("etat_administratif",), vers=("F",), date="date_debut"
        ),
        NouvelleValeur(
            "reouverture", "Établissement : fermé → ouvert", ("etat_administratif",), vers=("A",), date="date_debut"
        ),
        NouvelleValeur(
            "adresse",
            "Adresse de l’établissement",
            ("code_commune", "libelle_voie", "numero_voie"),
            dit=lambda x: " ".join(filter(None, (x["numero_voie"], x["libelle_voie"], x["code_commune"]))),
        ),
    ),
    description="Répertoire Sirene : les établissements dans leur état courant, une ligne par SIRET.",
)
