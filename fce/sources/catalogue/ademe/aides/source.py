"""Subsidies granted by ADEME, one row per decision."""

from fce.sources.catalogue.ademe import ADEME
from fce.sources.catalogue.ademe.aides.lecture import lire
from fce.sources.catalogue.conventions import BASE
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import DIFFUSIBLE, LIBRE, NOM, REGISTRE, Booleen, Code, Decimal, Jour, Siren, Siret, Texte
from fce.sources.declaration import TOUS, Fait, Frequence, Lecteur, Public, Seuils, Source
from fce.sources.presentation import Denombrement, Filtre, Jalon, Tableau


class AideAdeme(Fait):
    siren = Siren("SIREN du bénéficiaire", "siren", obligatoire=True)
    siret = Siret("SIRET du bénéficiaire", "siret")
    identifiant = Code("Identifiant déclaré", "idBeneficiaire", masque=REGISTRE)
    nom = Texte("Bénéficiaire", "nomBeneficiaire", masque=NOM)
    date_convention = Jour("Date", "dateConvention", formats=("%Y-%m-%d", "%d/%m/%Y"))
    objet = Texte("Objet", "objet", masque=LIBRE)
    montant = Decimal("Montant", "montant", unite="€")
    nature = Texte("Nature", "nature", masque=DIFFUSIBLE)
    attribuant = Texte("Attribuant", "Nom de l attribuant", masque=DIFFUSIBLE)
    siret_attribuant = Code("SIRET de l'attribuant", "idAttribuant", masque=DIFFUSIBLE)
    reference = Code("Référence de la décision", "referenceDecision", masque=REGISTRE, obligatoire=True)
    dispositif = Texte("Dispositif", "dispositifAide", masque=DIFFUSIBLE)
    conditions_versement = Texte("Conditions de versement", "conditionsVersement", masque=DIFFUSIBLE)
    periode_versement = Texte("Période de versement", "datesPeriodeVersement", masque=DIFFUSIBLE)
    identifiant_rae = Code("Identifiant au répertoire des aides", "idRAE", masque=DIFFUSIBLE)
    notification_ue = Booleen("Notifiée à l'Union européenne", "notificationUE")


source = Source(
    "aides-ademe",
    AideAdeme,
    titre="Aides de l'ADEME",
    compte=Denombrement("aide de l'ADEME", "aides de l'ADEME", distinct=("reference",)),
    producteur=ADEME,
    systeme="Données essentielles des conventions de subvention",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Lecteur(lire, extension="csv"),
    cle=("reference", "siren"),
    doublons=TOUS,
    seuils=Seuils(cles=0.10, quarantaine=0.10),
    tolerante=True,
    date_metier="date_convention",
    parution=90,
    rubrique="aides",
    base_legale=BASE,
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/r/a514049e-6213-4b7e-81e2-5443fb7cd375",
    ressource="a514049e-6213-4b7e-81e2-5443fb7cd375",
    description="Aides financières de l'ADEME : une ligne par décision et bénéficiaire.",
    presentation=Tableau(
        ("date_convention", "nom", "objet", "montant", "nature", "notification_ue"),
        tri="-date_convention",
        total=("montant",),
    ),
    absence="Aucune aide financière connue",
    jalon=Jalon("date_convention", "Aide de l'ADEME", "objet", pluriel="aides de l’ADEME"),
    recherche=(Filtre("aides", "Aides publiques", valeur="ademe"),),
)
