"""Visits of the State's regional economic services, formerly "pôle 3E", one row per visit (DGE, EOS)."""

from fce.sources.catalogue.dge import DGE
from fce.sources.catalogue.dge.eos import regles
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import COMMUNE, DIFFUSIBLE, PERSONNE, Jour, Siret, Texte
from fce.sources.declaration import TOUS, Csv, Cumule, Fait, Frequence, Habilite, Secret, Source
from fce.sources.nouvelles import Apparition
from fce.sources.presentation import Denombrement, Jalon, ParEtablissement, Tableau
from fce.sources.synthese import Contact

CONTENU = Secret("economie")


class VisiteEos(Fait):
    siret = Siret("SIRET", "SIRET", obligatoire=True)
    date = Jour("Date de la visite", "Date de la visite", formats=("%d/%m/%Y", "%Y-%m-%d"), futur=True)
    region = Texte("Région", "Région de l'utilisateur propriétaire de la visite", masque=COMMUNE)
    visiteurs = Texte("Visite effectuée par", "Visite effectuée par", masque=PERSONNE, acces=CONTENU)
    filieres = Texte(
        "Filières stratégiques", "Filière(s) stratégique(s) - Tous les  libellés", masque=DIFFUSIBLE, acces=CONTENU
    )
    type_suivi = Texte("Type de suivi", "Type de suivi", masque=DIFFUSIBLE)
    suivi_eti = Texte("Suivi ETI ou pépite", "Type de suivi ETI/Pépite", masque=DIFFUSIBLE, acces=CONTENU)


source = Source(
    "eos-visites",
    VisiteEos,
    titre="Visites des services économiques de l'État en région",
    compte=Denombrement("visite des services économiques", "visites des services économiques"),
    producteur=DGE,
    systeme="EOS",
    acces=Habilite("contacts"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    cle=("siret", "date"),
    date_metier="date",
    doublons=TOUS,
    mode=Cumule(),
    rubrique="controles",
    licence=RESTREINTE,
    base_legale=ECHANGE,
    origine="https://www.entreprises.gouv.fr",
    description="Visites des services économiques de l'État en région (pôle ES) ; une ligne par visite. Les 31 "
    "décembre, qui valent « dans l'année », et les dates à venir ne sont pas montrés.",
    absence="Aucune visite connue des services économiques",
    horizon="à un jour précis et déjà passé",
    presentation=Tableau(
        ("siret", "date", "region", "type_suivi", "visiteurs", "filieres", "suivi_eti"),
        tri="-date",
        ordre={"dge": ("type_suivi", "region", "visiteurs")},
    ),
    regroupement=ParEtablissement(derniere="date", colonnes=("region", "type_suivi")),
    selection=regles.visites_reelles,
    jalon=Jalon(
        "date",
        "Visite des services économiques de l'État",
        "region",
        pluriel="visites des services économiques de l’État",
    ),
    synthese=(
        Contact(
            "date",
            "visite",
            service="region",
            prefixe="DREETS ",
            famille="DREETS, économie",
            ecartes=(regles.JOUR_INCONNU,),
        ),
    ),
    nouvelles=(Apparition("controle", "Nouvelle visite d’un service économique de l’État", date="date"),),
)
