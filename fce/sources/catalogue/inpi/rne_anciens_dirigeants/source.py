"""Directors who left, one row per office that the register says is over (INPI, RNE): same file as the officers."""

from fce.sources.catalogue.inpi import BASE_RNE, INPI, LICENCE_RNE, ORIGINE_RNE, SANS_ADRESSE_RNE
from fce.sources.catalogue.inpi.mandats import MandatRne
from fce.sources.catalogue.inpi.rne_dirigeants.lecture import lire_les_anciens
from fce.sources.champs import DIFFUSIBLE, PERSONNE, Jour, Texte
from fce.sources.declaration import TOUS, Frequence, Lecteur, Public, Source
from fce.sources.presentation import Denombrement, Jalon, Tableau


class AncienDirigeantRne(MandatRne):
    date_fin = Jour("Parti le", "dateFin", futur=True)
    constate = Jour("Fin constatée le", "constate", aide="Jour du départ, ou celui du fichier qui ne le dit plus.")
    depart = Texte("Départ", "depart", masque=DIFFUSIBLE)
    mandat = Texte("Mandat terminé", "mandat", masque=PERSONNE)


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
