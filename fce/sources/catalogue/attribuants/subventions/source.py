"""Subsidies granted by public bodies, one row per decision and beneficiary."""

from fce.sources.catalogue.attribuants import ATTRIBUANTS
from fce.sources.catalogue.attribuants.subventions.lecture import lire
from fce.sources.catalogue.conventions import BASE
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import DIFFUSIBLE, LIBRE, NOM, REGISTRE, Booleen, Code, Decimal, Jour, Siren, Siret, Texte
from fce.sources.declaration import TOUS, Fait, Frequence, Lecteur, Public, Seuils, Source
from fce.sources.presentation import Denombrement, Filtre, Jalon, Tableau


class SubventionPublique(Fait):
    siren = Siren("SIREN du bénéficiaire", "siren", obligatoire=True)
    siret = Siret("SIRET du bénéficiaire", "siret")
    identifiant = Code("Identifiant déclaré", "idBeneficiaire", masque=REGISTRE)
    nom = Texte("Bénéficiaire", "nomBeneficiaire", masque=NOM)
    date_convention = Jour("Attribuée le", "dateConvention", formats=("%Y-%m-%d", "%d/%m/%Y"))
    objet = Texte("Objet", "objet", masque=LIBRE)
    montant = Decimal("Montant attribué", "montant", unite="€")
    nature = Texte("Nature", "nature", masque=DIFFUSIBLE)
    attribuant = Texte("Attribuée par", "nomAttribuant", masque=DIFFUSIBLE)
    siret_attribuant = Code("SIRET de l'attribuant", "idAttribuant", masque=DIFFUSIBLE, obligatoire=True)
    reference = Code("Référence de la décision", "referenceDecision", masque=REGISTRE, obligatoire=True)
    conditions_versement = Texte("Conditions de versement", "conditionsVersement", masque=DIFFUSIBLE)
    periode_versement = Texte("Période de versement", "datesPeriodeVersement", masque=DIFFUSIBLE)
    identifiant_rae = Code("Identifiant au répertoire des aides", "idRAE", masque=DIFFUSIBLE)
    notification_ue = Booleen("Notifiée à l'Union européenne", "notificationUE")
    part = Decimal("Part de la dépense", "pourcentageSubvention", unite="%")


source = Source(
    "subventions",
    SubventionPublique,
    titre="Subventions attribuées",
    compte=Denombrement("subvention attribuée", "subventions attribuées"),
    producteur=ATTRIBUANTS,
    systeme="Données essentielles des conventions de subvention",
    acces=Public(),
    frequence=Frequence.TRIMESTRIELLE,
    fichier=Lecteur(lire, extension="csv"),
    cle=("siret_attribuant", "reference", "siren"),
    doublons=TOUS,
    seuils=Seuils(cles=0.10, quarantaine=0.10),
    tolerante=True,
    date_metier="date_convention",
    rubrique="aides",
    base_legale=BASE,
    licence=LICENCE_OUVERTE,
    origine="https://schema.data.gouv.fr/scdl/subventions/",
    sans_adresse="chaque attribuant publie son fichier ; l'exploitant réunit ceux qu'il retient, en un zip",
    description="Subventions que les administrations déclarent avoir attribuées : une ligne par décision et "
    "bénéficiaire. Le montant est attribué, pas versé. Un CSV au schéma des données essentielles des conventions de "
    "subvention, ou un zip de tels fichiers, de tous les attribuants retenus.",
    presentation=Tableau(
        ("date_convention", "attribuant", "objet", "montant", "nature", "conditions_versement"),
        tri="-date_convention",
        total=("montant",),
    ),
    absence="Aucune subvention attribuée connue",
    jalon=Jalon("date_convention", "Subvention attribuée", "objet", pluriel="subventions attribuées"),
    recherche=(Filtre("aides", "Aides publiques", valeur="subvention"),),
)
