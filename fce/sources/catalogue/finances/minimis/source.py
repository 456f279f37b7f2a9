"""De minimis aids, one row per aid granted (national register, regulation (EU) 2023/2831)."""

from fce.sources.catalogue.finances import FINANCES
from fce.sources.catalogue.finances.minimis.lecture import lire
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import ADRESSE, DIFFUSIBLE, NOM, REGISTRE, Code, Decimal, Jour, Siren, Siret, Texte
from fce.sources.declaration import TOUS, Fait, Frequence, Lecteur, Public, Seuils, Source
from fce.sources.presentation import Denombrement, Filtre, Jalon, Tableau


class AideMinimis(Fait):
    siren = Siren("SIREN du bénéficiaire", "siren", obligatoire=True)
    siret = Siret("SIRET du bénéficiaire", "siret")
    identifiant = Code("Identifiant déclaré", "identifiant_beneficiaire", masque=REGISTRE)
    nom = Texte("Bénéficiaire", "nom_beneficiaire", masque=NOM)
    date_octroi = Jour("Octroyée le", "date_octroi")
    montant = Decimal("Montant (équivalent-subvention brut)", "montant_esb", unite="€")
    regime = Texte("Régime", "regime", masque=DIFFUSIBLE, obligatoire=True)
    instrument = Texte("Instrument", "instrument_aide", masque=DIFFUSIBLE)
    secteur = Code("Secteur", "secteur_aide", masque=DIFFUSIBLE)
    autorite = Texte("Autorité", "autorite", masque=DIFFUSIBLE)
    operateur = Texte("Opérateur", "operateur", masque=DIFFUSIBLE)
    commune = Texte("Commune", "commune_beneficiaire", masque=ADRESSE)
    pays = Texte("Pays", "pays_beneficiaire", masque=ADRESSE)
    date_declaration = Jour("Déclarée le", "date_declaration")
    date_publication = Jour("Publiée le", "date_publication")


source = Source(
    "aides-minimis",
    AideMinimis,
    titre="Aides de minimis",
    compte=Denombrement("aide de minimis", "aides de minimis"),
    producteur=FINANCES,
    systeme="Registre national des aides de minimis",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Lecteur(lire, extension="csv"),
    cle=("siren", "date_octroi", "montant", "operateur"),
    doublons=TOUS,
    seuils=Seuils(cles=0.05),
    date_metier="date_publication",
    rubrique="aides",
    base_legale="règlement (UE) 2023/2831 relatif aux aides de minimis, art. 6",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/r/f43a5294-8f79-4b40-b5f9-88b62ea1ad14",
    ressource="f43a5294-8f79-4b40-b5f9-88b62ea1ad14",
    description="Registre des aides de minimis : une ligne par aide octroyée, avec son montant en "
    "équivalent-subvention brut. L'identifiant publié est un SIREN ou un SIRET.",
    presentation=Tableau(
        ("date_octroi", "montant", "instrument", "regime", "autorite", "operateur"),
        tri="-date_octroi",
        total=("montant",),
    ),
    jalon=Jalon("date_octroi", "Aide de minimis", "instrument", pluriel="aides de minimis"),
    recherche=(Filtre("aides", "Aides publiques", valeur="minimis"),),
)
