"""Controls of competition and consumption, one row per establishment, day and unit (DGCCRF, SORA). The outcome is
restricted to the DGCCRF."""

from fce.sources.catalogue.dgccrf import DGCCRF
from fce.sources.catalogue.dgccrf.sora.lecture import DATE, visites
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import COMMUNE, DIFFUSIBLE, Booleen, Jour, Siret, Texte
from fce.sources.declaration import TOUS, Cumule, Fait, Frequence, Habilite, Lecteur, Secret, Source
from fce.sources.nouvelles import Apparition
from fce.sources.presentation import Denombrement, Jalon, ParEtablissement, Tableau
from fce.sources.synthese import Contact


class ControleSora(Fait):
    siret = Siret("SIRET", "Etob Siret", obligatoire=True)
    date = Jour("Date de visite", DATE, obligatoire=True, aide="Réunion de l'année, du mois et du jour du fichier.")
    unite = Texte("Unité", "Unfct Libelle", masque=COMMUNE)
    suite = Booleen("Suite donnée", "Suite (1 = oui, 0 = non)", acces=Secret("ccrf"))
    messagerie = Texte(
        "Messagerie de l'unité", "Messagerie", masque=COMMUNE, aide="Boîte d'un service, non nominative."
    )
    annee = Texte("Année de visite", "Année de Visite Date Intervention", masque=DIFFUSIBLE)
    mois = Texte(
        "Mois de visite", "Mois de Visite Date Intervention", masque=DIFFUSIBLE, aide="Tel qu'écrit dans le fichier."
    )
    jour = Texte("Jour de visite", "Jour de Visite Date Intervention", masque=DIFFUSIBLE)


source = Source(
    "sora-controles",
    ControleSora,
    titre="Contrôles de la DGCCRF",
    compte=Denombrement("contrôle de la DGCCRF", "contrôles de la DGCCRF", distinct=("siret", "date", "unite")),
    producteur=DGCCRF,
    systeme="SORA",
    acces=Habilite("contacts"),
    frequence=Frequence.MENSUELLE,
    fichier=Lecteur(visites, extension="csv"),
    cle=("siret", "date", "unite"),
    doublons=TOUS,
    mode=Cumule(),
    date_metier="date",
    rubrique="controles",
    licence=RESTREINTE,
    base_legale=f"code de la consommation, art. L. 511-3 (agents habilités) ; {ECHANGE}",
    origine="https://www.economie.gouv.fr/dgccrf",
    description="Contrôles du pôle C : le jour, l'unité et sa messagerie ; une ligne par visite. Les suites ne "
    "sont ouvertes qu'aux agents de la CCRF.",
    absence="Aucun contrôle connu de la DGCCRF",
    presentation=Tableau(
        ("siret", "date", "unite", "messagerie", "suite"), tri="-date", ordre={"dgccrf": ("unite", "suite")}
    ),
    regroupement=ParEtablissement(derniere="date", colonnes=("unite", "messagerie")),
    jalon=Jalon("date", "Contrôle de la DGCCRF", "unite", pluriel="contrôles de la DGCCRF"),
    synthese=(Contact("date", "contrôle", service="unite", courriel="messagerie", famille="CCRF", controle=True),),
    nouvelles=(Apparition("controle", "Nouveau contrôle de la concurrence et de la consommation", date="date"),),
)
