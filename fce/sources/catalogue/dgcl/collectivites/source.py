"""Local authorities, one row per SIREN, from the latest year of their consolidated accounts."""

from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.dgcl import DGCL
from fce.sources.catalogue.dgcl.collectivites.lecture import lire
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import DIFFUSIBLE, NOM, Code, Entier, Siren, Texte
from fce.sources.declaration import Fait, Frequence, Lecteur, Public, Source, plus_recent
from fce.sources.presentation import Filtre, Valeurs

NIVEAUX = {
    "commune": "Commune",
    "epci": "Intercommunalité",
    "departement": "Département",
    "region": "Région",
    "autre": "Autre collectivité",
}


class Collectivite(Fait):
    siren = Siren("SIREN", "Code Siren Collectivité", obligatoire=True)
    nom = Texte("Nom", "Libellé Budget", masque=NOM)
    categorie = Texte("Catégorie", "Catégorie", masque=DIFFUSIBLE)
    niveau = Code("Niveau", "niveau", masque=DIFFUSIBLE, attendues=tuple(NIVEAUX), aide="Déduit des codes.")
    code = Code("Code officiel", "code", masque=DIFFUSIBLE, indexe=True)
    code_departement = Code(
        "Département",
        "Code Insee Département",
        masque=DIFFUSIBLE,
        optionnelle=True,
        nomenclature=nomenclatures.departement,
    )
    code_region = Code(
        "Région", "Code Insee Région", masque=DIFFUSIBLE, optionnelle=True, nomenclature=nomenclatures.region
    )
    population = Entier("Population totale", "Population totale", optionnelle=True, unite="habitants")
    exercice = Entier("Exercice", "Exercice", minimum=1990)


source = Source(
    "collectivites",
    Collectivite,
    titre="Collectivité territoriale",
    producteur=DGCL,
    systeme="Comptes consolidés des collectivités",
    acces=Public(),
    frequence=Frequence.ANNUELLE,
    fichier=Lecteur(lire, extension="csv"),
    cle=("siren",),
    date_metier="exercice",
    parution=365,
    # The file has a row per aggregate and year; only the identity matters here.
    doublons=plus_recent("exercice"),
    layout_partiel=True,
    tolerante=True,
    rubrique="identite",
    base_legale="code général des collectivités territoriales ; code des relations entre le public et "
    "l'administration, art. L. 312-1-1",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/5f68c4ec9920494bf28021e3",
    # Régions and départements; the lists of communes and groupings have no stable URL.
    adresses=(
        "https://www.data.gouv.fr/api/1/datasets/r/619ee62e-8f9e-4c62-b166-abc6f2b86201",
        "https://www.data.gouv.fr/api/1/datasets/r/2f4f901d-e3ce-4760-b122-56a311340fc4",
    ),
    description="Communes, groupements, départements et régions : une ligne par collectivité, avec son code officiel "
    "géographique et sa population. Le fichier des comptes consolidés de chaque niveau peut être déposé.",
    presentation=Valeurs(("nom", "categorie", "code", "code_departement", "code_region", "population", "exercice")),
    recherche=(Filtre("collectivite", "Collectivité territoriale", "niveau", libelle=NIVEAUX.get, valeurs=NIVEAUX),),
)
