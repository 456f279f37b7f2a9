"""Successive states of legal units, one row per SIREN and period (Insee, StockUniteLegaleHistorique)."""

from fce.sources.catalogue.insee import INSEE, LICENCE_OUVERTE, ORIGINE_SIRENE
from fce.sources.champs import DIFFUSIBLE, NOM, PERSONNE, Booleen, Code, Jour, Siren, Texte
from fce.sources.declaration import Auto, Csv, Fait, Frequence, Public, Source


class UniteLegaleHistorique(Fait):
    siren = Siren("Numéro SIREN", "siren", obligatoire=True)
    date_fin = Jour("Date de fin d'une période d'historique d'une unité légale", "dateFin")
    date_debut = Jour("Date de début d'une période d'historique d'une unité légale", "dateDebut")
    etat_administratif = Code("État administratif de l'unité légale", "etatAdministratifUniteLegale", masque=DIFFUSIBLE)
    changement_etat_administratif = Booleen(
        "Indicatrice de changement de l'état administratif de l'unité légale", "changementEtatAdministratifUniteLegale"
    )
    nom = Texte("Nom de naissance de la personne physique", "nomUniteLegale", masque=PERSONNE)
    changement_nom = Booleen("Indicatrice de changement du nom de la personne physique", "changementNomUniteLegale")
    nom_usage = Texte("Nom d'usage de la personne physique", "nomUsageUniteLegale", masque=PERSONNE)
    changement_nom_usage = Booleen(
        "Indicatrice de changement du nom d'usage de la personne physique", "changementNomUsageUniteLegale"
    )
    denomination = Texte("Dénomination de l'unité légale", "denominationUniteLegale", masque=NOM)
    changement_denomination = Booleen(
        "Indicatrice de changement de la dénomination de l'unité légale", "changementDenominationUniteLegale"
    )
    denomination_usuelle_1 = Texte(
        "Dénomination usuelle de l'unité légale", "denominationUsuelle1UniteLegale", masque=NOM
    )
    denomination_usuelle_2 = Texte(
        "Dénomination usuelle de l'unité légale – deuxième champ", "denominationUsuelle2UniteLegale", masque=NOM
    )
    denomination_usuelle_3 = Texte(
        "Dénomination usuelle de l'unité légale – troisième champ", "denominationUsuelle3UniteLegale", masque=NOM
    )
    changement_denomination_usuelle = Booleen(
        "Indicatrice de changement de la dénomination usuelle de l'unité légale",
        "changementDenominationUsuelleUniteLegale",
    )
    categorie_juridique = Code(
        "Catégorie juridique de l'unité légale", "categorieJuridiqueUniteLegale", masque=DIFFUSIBLE
    )
    changement_categorie_juridique = Booleen(
        "Indicatrice de changement de la catégorie juridique de l'unité légale",
        "changementCategorieJuridiqueUniteLegale",
    )
    activite_principale = Code(
        "Activité principale de l'unité légale", "activitePrincipaleUniteLegale", masque=DIFFUSIBLE
    )
    nomenclature_activite_principale = Code(
        "Nomenclature d'activité de la variable activitePrincipaleUniteLegale",
        "nomenclatureActivitePrincipaleUniteLegale",
        masque=DIFFUSIBLE,
    )
    changement_activite_principale = Booleen(
        "Indicatrice de changement de l'activité principale de l'unité légale",
        "changementActivitePrincipaleUniteLegale",
    )
    nic_siege = Code("Numéro interne de classement (Nic) de l'unité légale", "nicSiegeUniteLegale", masque=DIFFUSIBLE)
    changement_nic_siege = Booleen(
        "Indicatrice de changement du nic du siège de l'unité légale", "changementNicSiegeUniteLegale"
    )
    economie_sociale_solidaire = Booleen(
        "Appartenance au champ de l'économie sociale et solidaire", "economieSocialeSolidaireUniteLegale"
    )
    changement_economie_sociale_solidaire = Booleen(
        "Indicatrice de changement de l'appartenance au champ de l'économie sociale et solidaire",
        "changementEconomieSocialeSolidaireUniteLegale",
    )
    societe_mission = Booleen("Qualité de société à mission", "societeMissionUniteLegale", optionnelle=True)
    changement_societe_mission = Booleen(
        "Indicatrice de changement de la qualité de société à mission",
        "changementSocieteMissionUniteLegale",
        optionnelle=True,
    )
    caractere_employeur = Booleen("Caractère employeur de l'unité légale", "caractereEmployeurUniteLegale")
    changement_caractere_employeur = Booleen(
        "Indicatrice de changement du caractère employeur de l'unité légale", "changementCaractereEmployeurUniteLegale"
    )


source = Source(
    "sirene-unites-legales-historique",
    UniteLegaleHistorique,
    titre="Historique des unités légales",
    producteur=INSEE,
    systeme="Sirene",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Auto(Csv(separateur=",", nuls=("[ND]",))),
    cle=("siren", "date_debut"),
    date_metier="date_debut",
    tolerante=True,
    rubrique="historique",
    licence=LICENCE_OUVERTE,
    origine=ORIGINE_SIRENE,
    ressource="0835cd60-2c2a-497b-bc64-404de704ce89",
    description="Répertoire Sirene : les états successifs des unités légales, une ligne par SIREN et par période.",
)
