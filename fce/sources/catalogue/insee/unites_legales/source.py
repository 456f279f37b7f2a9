"""Legal units in their current state, one row per SIREN (Insee, StockUniteLegale)."""

from fce.sources.catalogue.insee import GRAVITES, INSEE, LICENCE_OUVERTE, ORIGINE_SIRENE
from fce.sources.champs import DIFFUSIBLE, NOM, PERSONNE, SIGLE, Booleen, Code, Entier, Horodatage, Jour, Siren, Texte
from fce.sources.declaration import Auto, Csv, Fait, Frequence, Public, Source
from fce.sources.nouvelles import NouvelleValeur


class UniteLegale(Fait):
    siren = Siren("Numéro SIREN", "siren", obligatoire=True)
    statut_diffusion = Code(
        "Statut de diffusion de l'unité légale", "statutDiffusionUniteLegale", masque=DIFFUSIBLE, attendues=("O", "P")
    )
    unite_purgee = Booleen("Unité légale purgée", "unitePurgeeUniteLegale")
    date_creation = Jour("Date de création de l'unité légale", "dateCreationUniteLegale")
    sigle = Texte("Sigle de l'unité légale", "sigleUniteLegale", masque=SIGLE)
    sexe = Code("Caractère féminin ou masculin de la personne physique", "sexeUniteLegale", masque=PERSONNE)
    prenom_1 = Texte("Premier prénom déclaré pour une personne physique", "prenom1UniteLegale", masque=PERSONNE)
    prenom_2 = Texte("Deuxième prénom déclaré pour une personne physique", "prenom2UniteLegale", masque=PERSONNE)
    prenom_3 = Texte("Troisième prénom déclaré pour une personne physique", "prenom3UniteLegale", masque=PERSONNE)
    prenom_4 = Texte("Quatrième prénom déclaré pour une personne physique", "prenom4UniteLegale", masque=PERSONNE)
    prenom_usuel = Texte("Prénom usuel de la personne physique", "prenomUsuelUniteLegale", masque=PERSONNE)
    pseudonyme = Texte("Pseudonyme de la personne physique", "pseudonymeUniteLegale", masque=PERSONNE)
    identifiant_association = Code(
        "Numéro au Répertoire National des Associations", "identifiantAssociationUniteLegale", masque=NOM
    )
    tranche_effectifs = Code(
        "Tranche d'effectif salarié de l'unité légale", "trancheEffectifsUniteLegale", masque=DIFFUSIBLE
    )
    annee_effectifs = Entier(
        "Année de validité de la tranche d'effectif salarié de l'unité légale", "anneeEffectifsUniteLegale"
    )
    date_dernier_traitement = Horodatage(
        "Date du dernier traitement de l'unité légale dans le répertoire Sirene", "dateDernierTraitementUniteLegale"
    )
    nombre_periodes = Entier("Nombre de périodes de l'unité légale", "nombrePeriodesUniteLegale")
    categorie_entreprise = Code(
        "Catégorie à laquelle appartient l'entreprise", "categorieEntreprise", masque=DIFFUSIBLE
    )
    annee_categorie_entreprise = Entier("Année de validité de la catégorie d'entreprise", "anneeCategorieEntreprise")
    date_debut = Jour("Date de début d'une période d'historique d'une unité légale", "dateDebut")
    etat_administratif = Code("État administratif de l'unité légale", "etatAdministratifUniteLegale", masque=DIFFUSIBLE)
    nom = Texte("Nom de naissance de la personne physique", "nomUniteLegale", masque=PERSONNE)
    nom_usage = Texte("Nom d'usage de la personne physique", "nomUsageUniteLegale", masque=PERSONNE)
    denomination = Texte("Dénomination de l'unité légale", "denominationUniteLegale", masque=NOM)
    denomination_usuelle_1 = Texte(
        "Dénomination usuelle de l'unité légale", "denominationUsuelle1UniteLegale", masque=NOM
    )
    denomination_usuelle_2 = Texte(
        "Dénomination usuelle de l'unité légale – deuxième champ", "denominationUsuelle2UniteLegale", masque=NOM
    )
    denomination_usuelle_3 = Texte(
        "Dénomination usuelle de l'unité légale – troisième champ", "denominationUsuelle3UniteLegale", masque=NOM
    )
    categorie_juridique = Code(
        "Catégorie juridique de l'unité légale", "categorieJuridiqueUniteLegale", masque=DIFFUSIBLE
    )
    activite_principale = Code(
        "Activité principale de l'unité légale", "activitePrincipaleUniteLegale", masque=DIFFUSIBLE
    )
    nomenclature_activite_principale = Code(
        "Nomenclature d'activité de la variable activitePrincipaleUniteLegale",
        "nomenclatureActivitePrincipaleUniteLegale",
        masque=DIFFUSIBLE,
    )
    nic_siege = Code("Numéro interne de classement (Nic) de l'unité légale", "nicSiegeUniteLegale", masque=DIFFUSIBLE)
    economie_sociale_solidaire = Booleen(
        "Appartenance au champ de l'économie sociale et solidaire", "economieSocialeSolidaireUniteLegale"
    )
    societe_mission = Booleen("Qualité de société à mission", "societeMissionUniteLegale", optionnelle=True)
    caractere_employeur = Booleen("Caractère employeur de l'unité légale", "caractereEmployeurUniteLegale")
    activite_principale_naf25 = Code(
        "Activité principale de l'unité légale (NAF 2025)",
        "activitePrincipaleNAF25UniteLegale",
        masque=DIFFUSIBLE,
        optionnelle=True,
    )


source = Source(
    "sirene-unites-legales",
    UniteLegale,
    titre="Unités légales",
    producteur=INSEE,
    systeme="Sirene",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Auto(Csv(separateur=",", nuls=("[ND]",))),
    cle=("siren",),
    tolerante=True,
    opposition="statut_diffusion",
    rubrique="identite",
    licence=LICENCE_OUVERTE,
    origine=ORIGINE_SIRENE,
    ressource="825f4199-cadd-486c-ac46-a65a8ea1a047",
    nouvelles=(
        NouvelleValeur(
            "cessation",
            "Entreprise : en activité → cessée",
            ("etat_administratif",),
            vers=("C",),
            date="date_debut",
            gravite=GRAVITES["cessation"],
        ),
        NouvelleValeur(
            "reprise", "Entreprise : cessée → en activité", ("etat_administratif",), vers=("A",), date="date_debut"
        ),
        NouvelleValeur("siege", "Siège transféré", ("nic_siege",), date="date_debut", dit=lambda x: x["nic_siege"]),
    ),
    description="Répertoire Sirene : les unités légales dans leur état courant, une ligne par SIREN.",
)
