"""Public contracts, one row per version of a contract and holder (DECP)."""

from fce.referentiels import cpv
from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.acheteurs import ACHETEURS
from fce.sources.catalogue.acheteurs.marches_publics.lecture import lire
from fce.sources.catalogue.acheteurs.marches_publics.regles import versions_en_vigueur
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import (
    ADRESSE,
    DIFFUSIBLE,
    LIBRE,
    NOM,
    REGISTRE,
    Booleen,
    Code,
    Decimal,
    Entier,
    Jour,
    Siren,
    Siret,
    Texte,
)
from fce.sources.declaration import TOUS, Fait, Frequence, Lecteur, Public, Seuils, Source
from fce.sources.presentation import Denombrement, Filtre, Jalon, Tableau


class MarchePublic(Fait):
    siren = Siren("SIREN du titulaire", "siren", obligatoire=True)
    siret = Siret("SIRET du titulaire", "siret")
    uid = Code("Identifiant du marché", "uid", masque=REGISTRE, obligatoire=True)
    titulaire = Code("Identifiant du titulaire", "titulaire_id", masque=REGISTRE)
    titulaire_nom = Texte("Titulaire", "titulaire_nom", masque=NOM, optionnelle=True)
    # Declared after the holder's number, because the row is about the holder.
    acheteur = Siret("SIRET de l'acheteur", "acheteur_id")
    acheteur_nom = Texte("Acheteur", "acheteur_nom", masque=DIFFUSIBLE, optionnelle=True)
    lieu = Code(
        "Lieu d'exécution",
        "lieuExecution_code",
        masque=ADRESSE,
        optionnelle=True,
        nomenclature=nomenclatures.departement_du_lieu,
    )
    objet = Texte("Objet", "objet", masque=LIBRE)
    cpv = Code("CPV", "codeCPV", masque=DIFFUSIBLE, nomenclature=cpv.division)
    procedure = Texte("Procédure", "procedure", masque=DIFFUSIBLE)
    nature = Texte("Nature", "nature", masque=DIFFUSIBLE, optionnelle=True)
    montant = Decimal("Montant", "montant", unite="€", aide="Pour un accord-cadre, un plafond et non une dépense.")
    date_notification = Jour("Notifié le", "dateNotification")
    duree = Texte("Durée", "duree", masque=DIFFUSIBLE)
    duree_mois = Entier("Durée en mois", "dureeMois", unite="mois")
    modification = Entier("N° de modification", "modification_id", optionnelle=True)
    donnees_actuelles = Booleen("Version en vigueur", "donneesActuelles", optionnelle=True)


source = Source(
    "marches-publics",
    MarchePublic,
    titre="Marchés publics",
    compte=Denombrement("marché public", "marchés publics", distinct=("uid",)),
    producteur=ACHETEURS,
    systeme="DECP",
    acces=Public(),
    frequence=Frequence.HEBDOMADAIRE,
    fichier=Lecteur(lire, extension="csv"),
    cle=("uid", "titulaire", "modification"),
    doublons=TOUS,
    seuils=Seuils(cles=0.15, quarantaine=0.15),
    layout_partiel=True,
    tolerante=True,
    date_metier="date_notification",
    parution=60,
    rubrique="marches-publics",
    base_legale="code de la commande publique, art. L. 2196-2 ; arrêté du 22 décembre 2022 relatif aux données "
    "essentielles des marchés publics",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/"
    "donnees-essentielles-de-la-commande-publique-consolidees-format-tabulaire",
    ressource="22847056-61df-452d-837d-8b8ceadbfc52",
    description="Données essentielles des marchés publics d'au moins 40 000 € : une ligne par version d'un marché et "
    "par titulaire. Les titulaires étrangers, sans SIRET, sont mis de côté.",
    presentation=Tableau(
        ("acheteur_nom", "acheteur", "lieu", "objet", "cpv", "procedure", "montant", "date_notification", "duree"),
        tri="-date_notification",
        optionnelles=("cpv", "procedure", "duree"),
    ),
    selection=versions_en_vigueur,
    absence="Aucune commande publique connue",
    jalon=Jalon("date_notification", "Marché public notifié", "objet", pluriel="marchés publics notifiés"),
    recherche=(Filtre("marches_publics", "Titulaire de marchés publics", valeur="oui"),),
)
