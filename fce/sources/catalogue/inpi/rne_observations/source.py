"""Observations on the national register of companies, one row each (INPI, RNE)."""

from fce.sources.catalogue.inpi import BASE_RNE, INPI, LICENCE_RNE, ORIGINE_RNE, SANS_ADRESSE_RNE
from fce.sources.catalogue.inpi.rne_observations.lecture import lire
from fce.sources.champs import ADRESSE, DIFFUSIBLE, LIBRE, Code, Entier, Jour, Siren, Texte
from fce.sources.declaration import TOUS, Fait, Frequence, Lecteur, Public, Source
from fce.sources.presentation import Denombrement, Gravite, Jalon, Tableau


class ObservationRne(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    rang = Entier("Rang", "rang", minimum=1)
    registre = Texte("Inscrite par", "registre", masque=ADRESSE)
    numero = Code("Numéro", "numero", masque=DIFFUSIBLE)
    date = Jour("Date", "date")
    texte = Texte("Observation", "texte", masque=LIBRE)


source = Source(
    "rne-observations",
    ObservationRne,
    titre="Observations au RNE",
    compte=Denombrement("observation au RNE", "observations au RNE"),
    producteur=INPI,
    systeme="RNE",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Lecteur(lire, extension="json"),
    cle=("siren", "rang"),
    doublons=TOUS,
    tolerante=True,
    date_metier="date",
    rubrique="annonces",
    base_legale=BASE_RNE,
    licence=LICENCE_RNE,
    origine=ORIGINE_RNE,
    sans_adresse=SANS_ADRESSE_RNE,
    description="Observations des greffes et inscriptions d'office des chambres portées au RNE, une ligne par "
    "observation.",
    presentation=Tableau(("date", "texte", "registre", "numero"), tri="-date"),
    jalon=Jalon(
        "date",
        "Observation au registre",
        "texte",
        gravite=Gravite.A_VOIR,
        # The same judgments and removals as in the Bodacc.
        graves=("jugement", "redressement judiciaire", "liquidation judiciaire", "sauvegarde", "radiation"),
        pluriel="observations au registre",
    ),
)
