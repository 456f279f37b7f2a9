"""Foundations and endowment funds of the national register, one row per RNF number (Ministry of the Interior)."""

from fce.sources.catalogue.interieur import INTERIEUR
from fce.sources.catalogue.interieur.rnf.lecture import lire
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import ADRESSE, DIFFUSIBLE, NOM, Code, Jour, Siret, Texte
from fce.sources.declaration import Fait, Frequence, Lecteur, Public, Seuils, Source
from fce.sources.presentation import Appellation, Denombrement, Filtre, Jalon, Valeurs

GENRES = {
    "FDD": "Fonds de dotation",
    "FE": "Fondation d'entreprise",
    "FRUP": "Fondation reconnue d'utilité publique",
}
"""Kinds read in published RNF numbers; the register documents none, and any other code is shown as it is."""


class FondationRnf(Fait):
    numero = Code("N° RNF", "numero_rnf", masque=NOM, obligatoire=True)
    siret = Siret("SIRET", "siret")
    titre = Texte("Nom au répertoire", "titre", masque=NOM)
    genre = Code("Genre", "type_organisme", masque=DIFFUSIBLE, nomenclature=GENRES)
    date_creation = Jour("Date de création", "date_creation")
    adresse = Texte("Adresse", "adresse", masque=ADRESSE)
    code_postal = Code("Code postal", "code_postal", masque=ADRESSE)
    ville = Texte("Commune", "ville", masque=ADRESSE)


source = Source(
    "rnf",
    FondationRnf,
    titre="Répertoire national des fondations",
    compte=Denombrement("fondation", "fondations"),
    producteur=INTERIEUR,
    systeme="RNF",
    acces=Public(),
    frequence=Frequence.QUOTIDIENNE,
    fichier=Lecteur(lire, extension="csv"),
    cle=("numero",),
    seuils=Seuils(cles=0.05),
    rubrique="identite",
    base_legale="loi n° 87-571 du 23 juillet 1987 sur le développement du mécénat, art. 18 et suivants ; loi "
    "n° 2008-776 du 4 août 2008, art. 140",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/6a04750602ec619fc638a075",
    ressource="45d450f1-b0d4-42b7-bb16-7b46895eb83a",
    description="Fonds de dotation et fondations déclarés en préfecture : une ligne par numéro RNF. Une fondation sur "
    "cinq n'a pas de SIRET au répertoire : elle ne paraît sur aucune fiche.",
    presentation=Valeurs(
        ("numero", "titre", "genre", "date_creation", "adresse", "code_postal", "ville"), tri="-date_creation"
    ),
    absence="Aucune inscription connue au répertoire national des fondations",
    jalon=Jalon("date_creation", "Fondation créée, d'après le RNF", "titre"),
    recherche=(
        Filtre(
            "fondation", "Fondations et fonds de dotation", "genre", libelle=lambda x: GENRES.get(x, x), valeurs=GENRES
        ),
        Appellation("titre", "Nom au répertoire des fondations"),
    ),
)
