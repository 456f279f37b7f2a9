"""Certificates of operators with a notified organic activity (règlement UE 2018/848, Agence Bio)."""

from fce.sources.catalogue.agence_bio import AGENCE_BIO
from fce.sources.catalogue.agence_bio.bio.lecture import LABEL, LIBELLE, lire
from fce.sources.catalogue.insee import LICENCE_OUVERTE
from fce.sources.catalogue.labels import label
from fce.sources.champs import COORDONNEE, DIFFUSIBLE, REGISTRE, Code, Jour, Siret, Texte
from fce.sources.declaration import TOUS, Fait, Frequence, Lecteur, Pages, Public, Source
from fce.sources.presentation import Denombrement, Lien, Ligne, Tableau


class OperateurBio(Fait):
    siret = Siret("SIRET", "siret")
    numero_bio = Code("Numéro bio", "numeroBio", masque=REGISTRE, obligatoire=True)
    date_premier_engagement = Jour("Premier engagement", "datePremierEngagement")
    date_mise_a_jour = Jour("Date de mise à jour", "dateMaj")
    activites = Texte("Activités", "activites", masque=DIFFUSIBLE)
    productions = Texte("Productions", "productions", masque=DIFFUSIBLE)
    organisme = Texte("Organisme certificateur", "organisme", masque=DIFFUSIBLE)
    code_etat = Code("Code de l'état", "etatCertification", masque=DIFFUSIBLE)
    etat = Texte("État de la certification", LIBELLE, masque=DIFFUSIBLE)
    date_engagement = Jour("Engagée le", "dateEngagement")
    date_suspension = Jour("Suspendue le", "dateSuspension")
    date_arret = Jour("Arrêtée le", "dateArret")
    adresse_certificat = Texte("Adresse du certificat", "url", masque=COORDONNEE)
    label = Code("Label", LABEL, masque=DIFFUSIBLE)


def _certificat(ligne: Ligne) -> str | None:
    adresse = ligne["adresse_certificat"] or ""
    return adresse if adresse.startswith("https://") else None


source = Source(
    "bio",
    OperateurBio,
    titre="Agriculture biologique",
    compte=Denombrement(
        "certification bio en cours", "certifications bio en cours", distinct=("numero_bio",), si=("label", ())
    ),
    producteur=AGENCE_BIO,
    systeme="Annuaire des professionnels du bio",
    acces=Public(),
    frequence=Frequence.HEBDOMADAIRE,
    fichier=Lecteur(lire, "json"),
    cle=("numero_bio",),
    doublons=TOUS,
    date_metier="date_mise_a_jour",
    aussi_datee=("date_premier_engagement", "date_engagement", "date_suspension", "date_arret"),
    tolerante=True,
    rubrique="agrements-labels",
    licence=LICENCE_OUVERTE,
    origine="https://opendata.agencebio.org",
    adresses=("https://opendata.agencebio.org/api/gouv/operateurs/?nb=1000&debut=0",),
    pages=Pages("items", rang="debut"),
    description="Professionnels du bio notifiés à l'Agence Bio, une ligne par certificat.",
    presentation=Tableau(
        colonnes=("numero_bio", "siret", "etat", "date_engagement", "organisme", "activites", "productions"),
        tri="-date_engagement",
    ),
    recherche=(label("bio", "Agriculture biologique", champ="label"),),
    liens=(Lien("Certificat", _certificat),),
)
