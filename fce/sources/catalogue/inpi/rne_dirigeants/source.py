"""Directors of companies, one row per active office (INPI, RNE)."""

from fce.sources.catalogue.inpi import BASE_RNE, INPI, LICENCE_RNE, ORIGINE_RNE, SANS_ADRESSE_RNE
from fce.sources.catalogue.inpi.mandats import MandatRne
from fce.sources.catalogue.inpi.rne_dirigeants.lecture import lire
from fce.sources.catalogue.inpi.rne_dirigeants.regles import mandataires, par_personne
from fce.sources.catalogue.inpi.roles import VERBES
from fce.sources.declaration import TOUS, Frequence, Lecteur, Public, Source
from fce.sources.presentation import Denombrement, Personne, Tableau
from fce.sources.synthese import Direction, Mandataires


class DirigeantRne(MandatRne):
    """One office in force."""


source = Source(
    "rne-dirigeants",
    DirigeantRne,
    titre="Dirigeants",
    compte=Denombrement("dirigeant ou mandataire", "dirigeants et mandataires"),
    producteur=INPI,
    systeme="RNE",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    # A formality of several kilobytes gives a row of two hundred bytes.
    fichier=Lecteur(lire, extension="json", part=0.2),
    cle=("siren", "rang"),
    doublons=TOUS,
    index_composes=(("nom", "naissance"),),
    tolerante=True,
    date_metier="date_mise_a_jour",
    rubrique="dirigeants",
    base_legale=BASE_RNE,
    licence=LICENCE_RNE,
    origine=ORIGINE_RNE,
    sans_adresse=SANS_ADRESSE_RNE,
    description="Dirigeants et mandataires en exercice inscrits au RNE, une ligne par mandat. Le mois de naissance et "
    "la nationalité sont réservés aux agents ; ni jour de naissance ni adresse personnelle ne sont conservés.",
    presentation=Tableau(
        (
            *("qualite", "nom", "nom_usage", "prenoms", "denomination", "siren_dirigeant", "date_debut"),
            *("naissance", "nationalite"),
        )
    ),
    selection=par_personne,
    absence="Aucun mandataire n'a été trouvé",
    synthese=(
        Mandataires(mandataires),
        Direction(
            "nom",
            "nom_usage",
            "prenoms",
            "naissance",
            "siren_dirigeant",
            "denomination",
            "qualite",
            "role",
            VERBES,
            "date_debut",
            "rne-anciens-dirigeants",
            "depart",
        ),
    ),
    recherche=(
        Personne(
            "nom",
            "prenoms",
            usage="nom_usage",
            qualite="qualite",
            selection=par_personne,
            autres=("siren", "rang", "siren_dirigeant", "denomination"),
        ),
    ),
)
