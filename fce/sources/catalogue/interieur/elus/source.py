"""Elected representatives of local authorities, one row per mandate (Ministry of the Interior)."""

from fce.socle.texte.typographie import fonction, nom_de_famille, prenoms
from fce.sources.catalogue.interieur import INTERIEUR
from fce.sources.catalogue.interieur.elus.lecture import lire
from fce.sources.catalogue.interieur.elus.regles import par_fonction
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import DIFFUSIBLE, PERSONNE, Code, Jour, Siren, Texte
from fce.sources.declaration import TOUS, Fait, Frequence, Lecteur, Public, Seuils, Source
from fce.sources.presentation import Denombrement, Personne, Tableau

FORMATS = ("%Y-%m-%d", "%d/%m/%Y")


class Elu(Fait):
    siren = Siren("SIREN de la collectivité", "siren", obligatoire=True)
    nom = Texte("Nom", "Nom de l'élu", masque=PERSONNE, obligatoire=True, typographie=nom_de_famille)
    prenom = Texte("Prénom", "Prénom de l'élu", masque=PERSONNE, typographie=prenoms)
    sexe = Code("Sexe", "Code sexe", masque=PERSONNE)
    mandat = Texte("Mandat", "mandat", masque=DIFFUSIBLE, typographie=fonction)
    fonction = Texte("Fonction", "Libellé de la fonction", masque=DIFFUSIBLE, optionnelle=True, typographie=fonction)
    date_mandat = Jour("Début du mandat", "Date de début du mandat", formats=FORMATS)
    date_fonction = Jour("Début de la fonction", "Date de début de la fonction", formats=FORMATS, optionnelle=True)
    code = Code("Code de la collectivité", "code", masque=DIFFUSIBLE)


source = Source(
    "elus",
    Elu,
    titre="Élus",
    compte=Denombrement("élu", distinct=("nom", "prenom")),
    producteur=INTERIEUR,
    systeme="Répertoire national des élus",
    acces=Public(),
    frequence=Frequence.TRIMESTRIELLE,
    fichier=Lecteur(lire, extension="zip"),
    cle=("siren", "nom", "prenom", "mandat"),
    doublons=TOUS,
    seuils=Seuils(cles=0.05),
    layout_partiel=True,
    date_metier="date_mandat",
    aussi_datee=("date_fonction",),
    parution=2_200,
    rubrique="identite",
    base_legale="décret n° 2014-1479 du 9 décembre 2014 relatif au répertoire national des élus",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/repertoire-national-des-elus-1",
    sans_adresse="cinq fichiers à réunir avec celui qui donne le SIREN de chaque commune, qu'aucun ne publie tel quel",
    description="Élus des communes, groupements, départements, régions et collectivités à statut particulier : une "
    "ligne par mandat. Le dépôt est un zip des fichiers officiels et du fichier des collectivités, qui donne le SIREN "
    "de chaque code. Ni date de naissance ni profession.",
    presentation=Tableau(("nom", "prenom", "mandat", "fonction", "date_mandat"), tri=""),
    selection=par_fonction,
    recherche=(Personne("nom", "prenom", role="élu", qualite="fonction", selection=par_fonction),),
)
