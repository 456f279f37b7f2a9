"""Controls of measuring instruments by regional services, one row per establishment and control (DGCCRF, SPARC)."""

from fce.sources.catalogue.dgccrf import DGCCRF
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import COMMUNE, DIFFUSIBLE, Jour, Siret, Texte
from fce.sources.declaration import TOUS, Csv, Cumule, Fait, Frequence, Habilite, Source
from fce.sources.nouvelles import Apparition
from fce.sources.presentation import Denombrement, Jalon, ParEtablissement, Tableau
from fce.sources.synthese import Contact


class ControleMetrologie(Fait):
    siret = Siret("SIRET", "siret", obligatoire=True)
    date = Jour("Date de contrôle", "date_controle", formats=("%Y-%m-%d", "%d/%m/%Y"), obligatoire=True)
    region = Texte("Région", "libelle_region", masque=COMMUNE)
    categorie = Texte("Catégorie d'instruments", "libelle_categorie", masque=DIFFUSIBLE)


source = Source(
    "sparc-metrologie",
    ControleMetrologie,
    titre="Contrôles de métrologie",
    compte=Denombrement("contrôle de métrologie", "contrôles de métrologie", distinct=("siret", "date")),
    producteur=DGCCRF,
    systeme="SPARC",
    acces=Habilite("contacts"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    layout_partiel=True,
    cle=("siret", "date", "categorie"),
    doublons=TOUS,
    mode=Cumule(),
    date_metier="date",
    rubrique="controles",
    licence=RESTREINTE,
    base_legale=f"décret n° 2001-387 du 3 mai 2001 (contrôle des instruments de mesure) ; {ECHANGE}",
    origine="https://www.entreprises.gouv.fr",
    description="Contrôles de métrologie légale (pôle C) : le jour, la région et la catégorie d'instruments ; une "
    "ligne par contrôle.",
    absence="Aucun contrôle de métrologie connu",
    presentation=Tableau(
        ("siret", "date", "region", "categorie"), tri="-date", ordre={"dgccrf": ("categorie", "region")}
    ),
    regroupement=ParEtablissement(derniere="date", colonnes=("region", "categorie")),
    jalon=Jalon("date", "Contrôle de métrologie", "categorie", pluriel="contrôles de métrologie"),
    synthese=(Contact("date", "métrologie", service="region", prefixe="DREETS ", famille="Métrologie", controle=True),),
    nouvelles=(Apparition("controle", "Nouveau contrôle de métrologie", date="date"),),
)
