"""Directors who left, one row per office that the register says is over (INPI, RNE): same file as the officers."""

from fce.socle.texte.typographie import fonction, nom_de_famille, prenoms
from fce.sources.catalogue.inpi import BASE_RNE, INPI, LICENCE_RNE, ORIGINE_RNE, SANS_ADRESSE_RNE
from fce.sources.catalogue.inpi.rne_dirigeants.lecture import lire_les_anciens
from fce.sources.champs import DIFFUSIBLE, PERSONNE, Code, Entier, Jour, Siren, Texte
from fce.sources.declaration import TOUS, Agents, Fait, Frequence, Lecteur, Public, Source
from fce.sources.presentation import Denombrement, Jalon, Tableau


class AncienDirigeantRne(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    rang = Entier("Rang", "rang", minimum=1)
    qualite = Texte("Qualité", "qualite", masque=DIFFUSIBLE, typographie=fonction)
    role = Code("Code de la qualité", "role", masque=DIFFUSIBLE)
    type_personne = Code("Type", "type", masque=DIFFUSIBLE, attendues=("personne physique", "personne morale"))
    nom = Texte("Nom", "nom", masque=PERSONNE, typographie=nom_de_famille)
    nom_usage = Texte("Nom d'usage", "nomUsage", masque=PERSONNE, typographie=nom_de_famille)
    prenoms = Texte("Prénoms", "prenoms", masque=PERSONNE, typographie=prenoms)
    naissance = Code("Mois de naissance", "dateDeNaissance", masque=PERSONNE, acces=Agents(), aide="AAAA-MM.")
    nationalite = Texte("Nationalité", "nationalite", masque=PERSONNE, acces=Agents())
    denomination = Texte("Société dirigeante", "denomination", masque=PERSONNE)
    siren_dirigeant = Siren("SIREN de la société dirigeante", "sirenDirigeant", masque=PERSONNE)
    date_debut = Jour("Depuis le", "dateDebut")
    date_fin = Jour("Parti le", "dateFin", futur=True)
    constate = Jour("Fin constatée le", "constate", aide="Jour du départ, ou celui du fichier qui ne le dit plus.")
    depart = Texte("Départ", "depart", masque=DIFFUSIBLE)
    mandat = Texte("Mandat terminé", "mandat", masque=PERSONNE)
    date_mise_a_jour = Jour("Mise à jour", "updatedAt")


source = Source(
    "rne-anciens-dirigeants",
    AncienDirigeantRne,
    titre="Anciens dirigeants",
    compte=Denombrement("mandat terminé", "mandats terminés"),
    producteur=INPI,
    systeme="RNE",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    # Most formalities have no ended office.
    fichier=Lecteur(lire_les_anciens, extension="json", part=0.05),
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
    description="Mandats que le RNE dit terminés, une ligne par mandat : le jour du départ s'il est dit, sinon celui "
    "du fichier où il n'est plus en cours. Le mois de naissance et la nationalité sont réservés aux agents ; ni jour "
    "de naissance ni adresse personnelle ne sont conservés.",
    presentation=Tableau(
        (
            *("depart", "qualite", "nom", "nom_usage", "prenoms", "denomination", "siren_dirigeant", "date_debut"),
            *("naissance", "nationalite"),
        ),
        tri="-constate",
    ),
    absence="Aucun mandat terminé n'a été trouvé",
    jalon=Jalon("constate", "Fin de mandat", "mandat", pluriel="fins de mandat"),
)
