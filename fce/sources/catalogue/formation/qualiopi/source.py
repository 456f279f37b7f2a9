"""Declared training bodies (code du travail, art. L. 6351-1) and their Qualiopi certification (art. L. 6316-1; DGEFP,
public list v2, technical column names)."""

from fce.sources.catalogue.formation import DGEFP
from fce.sources.catalogue.insee import LICENCE_OUVERTE
from fce.sources.champs import DIFFUSIBLE, NOM, REGISTRE, Booleen, Code, Entier, Jour, Siren, Siret, Texte
from fce.sources.declaration import Csv, Fait, Frequence, Public, Source
from fce.sources.presentation import Denombrement, Filtre, Tableau

CERTIFICATIONS = ("Actions de formations", "Bilans de compétences", "VAE", "Actions de formations par apprentissage")


class CertificationFormation(Fait):
    declaration = Code("N° de déclaration d'activité", "numerodeclarationactivite", masque=REGISTRE, obligatoire=True)
    siren = Siren("SIREN", "siren", obligatoire=True)
    siret = Siret("SIRET déclarant", "siretetablissementdeclarant")
    denomination = Texte("Dénomination", "denomination", masque=NOM)
    certifications = Texte("Certification Qualiopi", "certifications", masque=DIFFUSIBLE)
    actions = Booleen("Actions de formation", "certifications_actionsdeformation")
    bilans = Booleen("Bilans de compétences", "certifications_bilansdecompetences")
    vae = Booleen("Validation des acquis de l'expérience", "certifications_vae")
    apprentissage = Booleen("Apprentissage", "certifications_actionsdeformationparapprentissage")
    date_declaration = Jour(
        "Dernière déclaration", "informationsdeclarees_datedernieredeclaration", formats=("%d/%m/%Y", "%Y-%m-%d")
    )
    stagiaires = Entier("Stagiaires", "informationsdeclarees_nbstagiaires", minimum=0)
    formateurs = Entier("Formateurs", "informationsdeclarees_effectifformateurs", minimum=0)
    specialites = Texte("Spécialités", "toutes_specialites", masque=DIFFUSIBLE)


source = Source(
    "qualiopi",
    CertificationFormation,
    titre="Certification Qualiopi",
    compte=Denombrement(
        "organisme certifié Qualiopi",
        "organismes certifiés Qualiopi",
        distinct=("declaration",),
        si=("certifications", ()),
    ),
    producteur=DGEFP,
    systeme="Liste publique des organismes de formation (v2)",
    acces=Public(),
    frequence=Frequence.QUOTIDIENNE,
    fichier=Csv(separateur=";"),
    cle=("declaration",),
    date_metier="date_declaration",
    parution=365,
    layout_partiel=True,
    tolerante=True,
    rubrique="agrements-labels",
    licence=LICENCE_OUVERTE,
    origine="https://dgefp.opendatasoft.com/explore/dataset/liste-publique-des-of-v2/",
    adresses=(
        "https://dgefp.opendatasoft.com/api/explore/v2.1/catalog/datasets/liste-publique-des-of-v2/exports/csv"
        "?delimiter=%3B&use_labels=false",
    ),
    description="Organismes de formation et leurs certifications Qualiopi, une ligne par déclaration d'activité.",
    presentation=Tableau(
        colonnes=("declaration", "denomination", "certifications", "stagiaires", "formateurs", "date_declaration"),
        tri="-date_declaration",
    ),
    recherche=(Filtre("qualiopi", "Certification Qualiopi", "certifications", valeurs=CERTIFICATIONS, separateur="/"),),
)
