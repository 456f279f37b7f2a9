"""Structures of integration through economic activity under an agreement with the State, one row per establishment and
kind (ASP, public list)."""

from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.asp import ASP
from fce.sources.catalogue.asp.iae import regles
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import ADRESSE, COORDONNEE, DIFFUSIBLE, NOM, Code, Siret, Texte
from fce.sources.declaration import TOUS, Csv, Fait, Frequence, Public, Source
from fce.sources.presentation import Denombrement, Filtre, Tableau


class StructureIae(Fait):
    mesure = Code(
        "Type de structure", "MESURE", masque=DIFFUSIBLE, obligatoire=True, attendues=tuple(regles.MESURES),
        indexe=True, nomenclature=regles.MESURES,
    )  # fmt: skip
    code_departement = Code(
        "Code du département", "CODE_DEPARTEMENT", masque=ADRESSE, nomenclature=nomenclatures.departement
    )
    departement = Texte("Département", "LIBELLE_DPT", masque=ADRESSE)
    code_postal = Code("Code postal", "CODE_POSTAL", masque=ADRESSE)
    commune = Texte("Commune", "COMMUNE", masque=ADRESSE)
    naf = Code("Activité (NAF)", "CODE_NAF2", masque=DIFFUSIBLE, nomenclature=nomenclatures.activite)
    nature_juridique = Texte("Nature juridique", "NATURE_JURIDIQUE", masque=DIFFUSIBLE)
    siret = Siret("SIRET", "SIRET", obligatoire=True)
    denomination = Texte("Dénomination", "DENOMINATION_SOCIALE", masque=NOM)
    numero_rue = Texte("Numéro", "NUM_RUE", masque=ADRESSE)
    rue = Texte("Voie", "NOM_RUE", masque=ADRESSE)
    code_postal_correspondance = Code("Code postal (correspondance)", "CODE_POST_COM", masque=ADRESSE)
    commune_correspondance = Texte("Commune (correspondance)", "LIB_COM", masque=ADRESSE)
    telephone = Texte("Téléphone", "TELEPHONE", masque=COORDONNEE)
    courriel = Texte("Courriel", "MAIL_SIAE", masque=COORDONNEE)


source = Source(
    "iae",
    StructureIae,
    titre="Insertion par l'activité économique",
    compte=Denombrement("structure d'insertion", "structures d'insertion", distinct=("siret", "mesure")),
    producteur=ASP,
    systeme="Extranet IAE",
    acces=Public(),
    frequence=Frequence.ANNUELLE,
    fichier=Csv(separateur=";"),
    # A structure has one row per place of activity, and the rows differ only by that place.
    cle=("siret", "mesure"),
    doublons=TOUS,
    rubrique="agrements-labels",
    licence=LICENCE_OUVERTE,
    base_legale="code du travail, art. L. 5132-2 et L. 5132-4 (insertion par l'activité économique)",
    origine="https://www.data.gouv.fr/organizations/agence-de-services-et-de-paiement",
    sans_adresse="la liste du jour n'est donnée que par une API à jeton (le marché de l'inclusion)",
    description="Structures conventionnées de l'insertion par l'activité économique ; une ligne par établissement, "
    "par type de structure et par lieu d'activité.",
    absence="Aucune convention d'insertion par l'activité économique connue",
    presentation=Tableau(("siret", "mesure", "denomination", "commune", "departement")),
    recherche=(
        Filtre("iae", "Insertion par l'activité économique", "mesure", libelle=regles.libelle, valeurs=regles.MESURES),
    ),
)
