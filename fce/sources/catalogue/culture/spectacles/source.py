"""Receipts of declaration of live shows, which count as licences (code du travail, art. L. 7122-3; ministry of
culture)."""

from fce.sources.catalogue.culture import CULTURE
from fce.sources.catalogue.culture.spectacles.lecture import LABEL, LIBELLE, lire
from fce.sources.catalogue.insee import LICENCE_OUVERTE
from fce.sources.catalogue.labels import label
from fce.sources.champs import DIFFUSIBLE, NOM, REGISTRE, Code, Jour, Siren, Siret, Texte
from fce.sources.declaration import TOUS, Fait, Frequence, Lecteur, Public, Source
from fce.sources.presentation import Denombrement, Tableau

FORMATS = ("%Y-%m-%d", "%d/%m/%Y")


class DeclarationSpectacles(Fait):
    recepisse = Code("N° du récépissé", "numero_recepisse", masque=REGISTRE, obligatoire=True)
    siren = Siren("SIREN", "siren")
    siret = Siret("SIRET", "siret")
    statut = Code("Statut du récépissé", "statut_recepisse", masque=DIFFUSIBLE)
    code_categorie = Code("Code de la catégorie", "categorie", masque=DIFFUSIBLE)
    categorie = Texte("Catégorie", LIBELLE, masque=DIFFUSIBLE)
    declaration = Texte("Type de déclaration", "type_declaration", masque=DIFFUSIBLE)
    date_depot = Jour("Dossier déposé le", "date_depot_dossier", formats=FORMATS)
    date_validite = Jour("Valable à compter du", "date_validite", formats=FORMATS)
    date_expiration = Jour("Expire le", "date_expire_licence", formats=FORMATS, futur=True)
    date_retrait = Jour("Retiré le", "date_retrait_licence", formats=FORMATS)
    lieu = Texte("Lieu de spectacles", "nom_lieu", masque=NOM)
    label = Code("Label", LABEL, masque=DIFFUSIBLE)


source = Source(
    "spectacles",
    DeclarationSpectacles,
    titre="Entrepreneurs de spectacles vivants",
    compte=Denombrement(
        "licence de spectacles valide",
        "licences de spectacles valides",
        distinct=("recepisse",),
        si=("statut", ("Valide",)),
    ),
    producteur=CULTURE,
    systeme="PLATESV",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Lecteur(lire, "csv"),
    cle=("recepisse",),
    doublons=TOUS,
    date_metier="date_depot",
    aussi_datee=("date_validite",),
    tolerante=True,
    rubrique="agrements-labels",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/r/fb6c3b2e-da8c-4e69-a719-6a96329e4cb2",
    ressource="fb6c3b2e-da8c-4e69-a719-6a96329e4cb2",
    description="Déclarations des entrepreneurs de spectacles vivants, une ligne par récépissé.",
    presentation=Tableau(
        colonnes=("recepisse", "categorie", "statut", "date_depot", "date_validite", "date_expiration", "lieu"),
        tri="-date_depot",
    ),
    recherche=(label("spectacles", "Entrepreneur de spectacles vivants", champ="label"),),
)
