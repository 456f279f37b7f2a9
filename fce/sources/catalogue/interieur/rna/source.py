"""Associations of the national register, one row per RNA number (Ministry of the Interior, 39 columns of the "Waldec"
file)."""

from fce.sources.catalogue.interieur import INTERIEUR
from fce.sources.catalogue.interieur.rna.lecture import lire
from fce.sources.catalogue.interieur.rna.regles import (
    GROUPEMENTS,
    NATURES,
    POSITIONS,
    data_subvention,
    journal_officiel,
)
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import (
    ADRESSE,
    COORDONNEE,
    DIFFUSIBLE,
    LIBRE,
    NOM,
    PERSONNE,
    SIGLE,
    Code,
    Horodatage,
    Jour,
    Siret,
    Texte,
)
from fce.sources.declaration import Agents, Fait, Frequence, Lecteur, Public, Seuils, Source
from fce.sources.presentation import Appellation, Filtre, Jalon, Lien, NumeroRna, Valeurs


class AssociationRna(Fait):
    id = Code("N° RNA", "id", masque=NOM, obligatoire=True, indexe=True)
    id_ex = Code("Ancien numéro", "id_ex", masque=NOM)
    siret = Siret("SIRET", "siret")
    rup_mi = Code("N° de reconnaissance d'utilité publique", "rup_mi", masque=NOM)
    gestion = Code("Code du site gestionnaire", "gestion", masque=ADRESSE)
    date_creat = Jour("Date de création", "date_creat")
    date_decla = Jour("Dernière déclaration", "date_decla")
    date_publi = Jour("Publication au Journal officiel", "date_publi")
    date_disso = Jour("Date de dissolution", "date_disso")
    nature = Code(
        "Nature",
        "nature",
        masque=DIFFUSIBLE,
        attendues=("D", "R"),
        nomenclature=NATURES,
        aide="D : simplement déclarée ; R : reconnue d'utilité publique.",
    )
    groupement = Code(
        "Groupement",
        "groupement",
        masque=DIFFUSIBLE,
        nomenclature=GROUPEMENTS,
        aide="S : simple ; U : union ; F : fédération.",
    )
    titre = Texte("Titre", "titre", masque=NOM)
    titre_court = Texte("Titre court", "titre_court", masque=SIGLE)
    objet = Texte("Objet", "objet", masque=LIBRE)
    objet_social1 = Code("Objet social principal", "objet_social1", masque=DIFFUSIBLE)
    objet_social2 = Code("Objet social secondaire", "objet_social2", masque=DIFFUSIBLE)
    adrs_complement = Texte("Complément d'adresse", "adrs_complement", masque=ADRESSE)
    adrs_numvoie = Texte("Numéro de voie", "adrs_numvoie", masque=ADRESSE)
    adrs_repetition = Code("Indice de répétition", "adrs_repetition", masque=ADRESSE)
    adrs_typevoie = Code("Type de voie", "adrs_typevoie", masque=ADRESSE)
    adrs_libvoie = Texte("Voie", "adrs_libvoie", masque=ADRESSE)
    adrs_distrib = Texte("Distribution", "adrs_distrib", masque=ADRESSE)
    adrs_codeinsee = Code("Code commune", "adrs_codeinsee", masque=ADRESSE)
    adrs_codepostal = Code("Code postal", "adrs_codepostal", masque=ADRESSE)
    adrs_libcommune = Texte("Commune", "adrs_libcommune", masque=ADRESSE)
    adrg_declarant = Texte("Déclarant", "adrg_declarant", masque=PERSONNE, acces=Agents())
    adrg_complemid = Texte("Adresse de gestion : destinataire", "adrg_complemid", masque=PERSONNE, acces=Agents())
    adrg_complemgeo = Texte("Adresse de gestion : complément", "adrg_complemgeo", masque=ADRESSE, acces=Agents())
    adrg_libvoie = Texte("Adresse de gestion : voie", "adrg_libvoie", masque=ADRESSE, acces=Agents())
    adrg_distrib = Texte("Adresse de gestion : distribution", "adrg_distrib", masque=ADRESSE, acces=Agents())
    adrg_codepostal = Code("Adresse de gestion : code postal", "adrg_codepostal", masque=ADRESSE, acces=Agents())
    adrg_achemine = Texte("Adresse de gestion : acheminement", "adrg_achemine", masque=ADRESSE, acces=Agents())
    adrg_pays = Texte("Adresse de gestion : pays", "adrg_pays", masque=ADRESSE, acces=Agents())
    dir_civilite = Code("Civilité du dirigeant", "dir_civilite", masque=PERSONNE, acces=Agents())
    siteweb = Texte("Site internet", "siteweb", masque=COORDONNEE)
    publiweb = Code("Autorisation de publication sur internet", "publiweb", masque=DIFFUSIBLE)
    observation = Texte("Observation", "observation", masque=LIBRE)
    position = Code(
        "Position",
        "position",
        masque=DIFFUSIBLE,
        nomenclature=POSITIONS,
        aide="A : active ; D : dissoute ; S : supprimée.",
    )
    maj_time = Horodatage("Mise à jour", "maj_time", formats=("%Y-%m-%d %H:%M:%S",))


source = Source(
    "rna",
    AssociationRna,
    titre="Répertoire national des associations",
    producteur=INTERIEUR,
    systeme="RNA",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Lecteur(lire, extension="csv"),
    cle=("id",),
    tolerante=True,
    seuils=Seuils(cles=0.05),
    date_metier="maj_time",
    rubrique="identite",
    base_legale="loi du 1er juillet 1901 relative au contrat d'association, art. 5 ; arrêté du 14 octobre 2009 portant "
    "création du répertoire national des associations",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/repertoire-national-des-associations",
    adresses=("https://media.interieur.gouv.fr/rna/rna_waldec_{mois}.zip",),
    description="Associations déclarées en préfecture depuis 2009 : une ligne par numéro RNA, un fichier par "
    "département. Le déclarant et l'adresse de gestion sont réservés aux agents.",
    presentation=Valeurs(
        ("id", "titre", "titre_court", "objet", "nature", "date_creat", "date_publi", "date_disso", "siteweb"),
        tri="-maj_time",
    ),
    jalon=Jalon("date_publi", "Association publiée au Journal officiel", "titre"),
    recherche=(
        Filtre("rna", "Association inscrite au RNA", valeur="oui"),
        NumeroRna("id"),
        Appellation("titre", "Titre de l’association"),
        Appellation("titre_court", "Titre de l’association"),
    ),
    liens=(Lien("Data.Subvention", data_subvention), Lien("Annonces au Journal officiel", journal_officiel)),
)
