"""Qualifications for energy renovation (« reconnu garant de l'environnement », RGE), one row per establishment,
qualification and domain of works (ADEME)."""

from fce.sources.catalogue.ademe_labels import ADEME
from fce.sources.catalogue.ademe_labels.rge.lecture import lire
from fce.sources.catalogue.insee import LICENCE_OUVERTE
from fce.sources.catalogue.labels import label
from fce.sources.champs import COORDONNEE, DIFFUSIBLE, Booleen, Code, Jour, Siret, Texte
from fce.sources.declaration import TOUS, Fait, Frequence, Lecteur, Pages, Public, Source
from fce.sources.presentation import Denombrement, Lien, Ligne, Tableau


class QualificationRge(Fait):
    siret = Siret("SIRET", "siret", obligatoire=True)
    code_qualification = Code("Code de la qualification", "code_qualification", masque=DIFFUSIBLE, obligatoire=True)
    qualification = Texte("Qualification", "nom_qualification", masque=DIFFUSIBLE)
    adresse_certificat = Texte("Adresse du certificat", "url_qualification", masque=COORDONNEE)
    certificat = Texte("Certificat", "nom_certificat", masque=DIFFUSIBLE)
    domaine = Texte("Domaine de travaux", "domaine", masque=DIFFUSIBLE)
    grand_domaine = Texte("Grand domaine", "meta_domaine", masque=DIFFUSIBLE)
    organisme = Texte("Organisme certificateur", "organisme", masque=DIFFUSIBLE)
    particuliers = Booleen("Travaille pour des particuliers", "particulier")
    date_debut = Jour("Valable depuis le", "lien_date_debut", optionnelle=True)
    date_fin = Jour("Valable jusqu'au", "lien_date_fin", optionnelle=True, futur=True)


def _certificat(ligne: Ligne) -> str | None:
    adresse = ligne["adresse_certificat"] or ""
    return adresse if adresse.startswith("https://") else None


source = Source(
    "rge",
    QualificationRge,
    titre="Qualifications RGE (rénovation énergétique)",
    compte=Denombrement("qualification RGE", "qualifications RGE", distinct=("code_qualification",)),
    producteur=ADEME,
    systeme="Liste des entreprises RGE",
    acces=Public(),
    frequence=Frequence.QUOTIDIENNE,
    fichier=Lecteur(lire, "json"),
    cle=("siret", "code_qualification"),
    date_metier="date_debut",
    doublons=TOUS,
    tolerante=True,
    rubrique="agrements-labels",
    licence=LICENCE_OUVERTE,
    origine="https://data.ademe.fr/datasets/liste-des-entreprises-rge-2",
    adresses=("https://data.ademe.fr/data-fair/api/v1/datasets/liste-des-entreprises-rge-2/lines?size=10000",),
    pages=Pages("results", suivante="next"),
    description="Entreprises reconnues garantes de l'environnement, une ligne par qualification et par domaine.",
    presentation=Tableau(
        colonnes=("siret", "domaine", "qualification", "certificat", "organisme", "particuliers", "date_fin"),
        tri="domaine",
    ),
    recherche=(label("rge", "Reconnu garant de l'environnement (RGE)"),),
    liens=(Lien("Certificat", _certificat),),
)
