"""Successive states of establishments, one row per SIRET and period (Insee, StockEtablissementHistorique)."""

from fce.sources.catalogue.insee import INSEE, LICENCE_OUVERTE, ORIGINE_SIRENE
from fce.sources.champs import DIFFUSIBLE, ENSEIGNE, Booleen, Code, Jour, Siren, Siret, Texte
from fce.sources.declaration import Auto, Csv, Fait, Frequence, Public, Source


class EtablissementHistorique(Fait):
    siren = Siren("Numéro SIREN", "siren", obligatoire=True)
    nic = Code("Numéro interne de classement de l'établissement", "nic", masque=DIFFUSIBLE)
    siret = Siret("Numéro SIRET", "siret", obligatoire=True)
    date_fin = Jour("Date de fin d'une période d'historique d'un établissement", "dateFin")
    date_debut = Jour("Date de début d'une période d'historique d'un établissement", "dateDebut")
    etat_administratif = Code(
        "État administratif de l'établissement", "etatAdministratifEtablissement", masque=DIFFUSIBLE
    )
    changement_etat_administratif = Booleen(
        "Indicatrice de changement de l'état administratif de l'établissement",
        "changementEtatAdministratifEtablissement",
    )
    enseigne_1 = Texte("Première ligne d'enseigne de l'établissement", "enseigne1Etablissement", masque=ENSEIGNE)
    enseigne_2 = Texte("Deuxième ligne d'enseigne de l'établissement", "enseigne2Etablissement", masque=ENSEIGNE)
    enseigne_3 = Texte("Troisième ligne d'enseigne de l'établissement", "enseigne3Etablissement", masque=ENSEIGNE)
    changement_enseigne = Booleen(
        "Indicatrice de changement de l'enseigne de l'établissement", "changementEnseigneEtablissement"
    )
    denomination_usuelle = Texte(
        "Dénomination usuelle de l'établissement", "denominationUsuelleEtablissement", masque=ENSEIGNE
    )
    changement_denomination_usuelle = Booleen(
        "Indicatrice de changement de la dénomination usuelle de l'unité légale",
        "changementDenominationUsuelleEtablissement",
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
    changement_activite_principale = Booleen(
        "Indicatrice de changement de l'activité principale de l'établissement",
        "changementActivitePrincipaleEtablissement",
    )
    caractere_employeur = Booleen("Caractère employeur de l'établissement", "caractereEmployeurEtablissement")
    changement_caractere_employeur = Booleen(
        "Indicatrice de changement du caractère employeur de l'établissement",
        "changementCaractereEmployeurEtablissement",
    )


source = Source(
    "sirene-etablissements-historique",
    EtablissementHistorique,
    titre="Historique des établissements",
    producteur=INSEE,
    systeme="Sirene",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Auto(Csv(separateur=",", nuls=("[ND]",))),
    cle=("siret", "date_debut"),
    date_metier="date_debut",
    tolerante=True,
    rubrique="historique",
    licence=LICENCE_OUVERTE,
    origine=ORIGINE_SIRENE,
    ressource="88fbb6b4-0320-443e-b739-b4376a012c32",
    description="Répertoire Sirene : les états successifs des établissements, une ligne par SIRET et par période.",
)
