"""Directors of companies, one row per active office (INPI, RNE)."""

from fce.socle.texte.typographie import fonction, nom_de_famille, prenoms
from fce.sources.catalogue.inpi import BASE_RNE, INPI, LICENCE_RNE, ORIGINE_RNE, SANS_ADRESSE_RNE
from fce.sources.catalogue.inpi.rne_dirigeants.lecture import lire
from fce.sources.catalogue.inpi.rne_dirigeants.regles import mandataires, par_personne
from fce.sources.catalogue.inpi.roles import VERBES
from fce.sources.champs import DIFFUSIBLE, PERSONNE, Code, Entier, Jour, Siren, Texte
from fce.sources.declaration import TOUS, Agents, Fait, Frequence, Lecteur, Public, Source
from fce.sources.presentation import Denombrement, Personne, Tableau
from fce.sources.synthese import Direction, Mandataires


class DirigeantRne(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    rang = Entier("Rang", "rang", minimum=1)
    qualite = Texte("Qualité", "qualite", masque=DIFFUSIBLE, typographie=fonction)
    date_debut = Jour("Depuis le", "dateDebut", aide="Jour où le mandat a commencé, si le registre le dit.")
    role = Code("Code de la qualité", "role", masque=DIFFUSIBLE)
    type_personne = Code("Type", "type", masque=DIFFUSIBLE, attendues=("personne physique", "personne morale"))
    nom = Texte("Nom", "nom", masque=PERSONNE, typographie=nom_de_famille)
    nom_usage = Texte("Nom d'usage", "nomUsage", masque=PERSONNE, typographie=nom_de_famille)
    prenoms = Texte("Prénoms", "prenoms", masque=PERSONNE, typographie=prenoms)
    naissance = Code("Mois de naissance", "dateDeNaissance", masque=PERSONNE, acces=Agents(), aide="AAAA-MM.")
    nationalite = Texte("Nationalité", "nationalite", masque=PERSONNE, acces=Agents())
    denomination = Texte("Société dirigeante", "denomination", masque=PERSONNE)
    siren_dirigeant = Siren("SIREN de la société dirigeante", "sirenDirigeant", masque=PERSONNE)
    date_mise_a_jour = Jour("Mise à jour", "updatedAt")


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
