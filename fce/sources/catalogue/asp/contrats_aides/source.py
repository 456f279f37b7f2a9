"""Subsidised jobs in one year, one row per establishment; the names of the columns give the year (ASP, Extranet
CUI)."""

from fce.sources.catalogue.asp import ASP
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import Booleen, Entier, Siret
from fce.sources.declaration import Csv, Fait, Frequence, Habilite, Source
from fce.sources.presentation import Denombrement, ParEtablissement, Tableau


class ContratsAides(Fait):
    siret = Siret("SIRET", "siret", obligatoire=True)
    contrat_aide = Booleen("Emploie en contrat aidé", "contrat_aide")
    annee = Entier("Année", depuis_colonne="entrees", aide="Donnée par le nom de la colonne des embauches.")
    contrats = Entier("Contrats", "CA_contrat_AAAA", motif=r"CA_contrat_(\d{4})", optionnelle=True)
    entrees = Entier("Embauches dans l'année", "CA_entree_AAAA", motif=r"CA_entree_(\d{4})")
    stock = Entier("Salariés au 31 décembre", "CA_stock_12_AAAA", motif=r"CA_stock_12_(\d{4})")


source = Source(
    "contrats-aides",
    ContratsAides,
    titre="Contrats aidés",
    compte=Denombrement(
        "salarié en contrat aidé au 31 décembre", "salariés en contrat aidé au 31 décembre", somme="stock"
    ),
    producteur=ASP,
    systeme="Extranet CUI",
    acces=Habilite("emploi"),
    frequence=Frequence.ANNUELLE,
    fichier=Csv(separateur=";"),
    layout_partiel=True,
    cle=("siret", "annee"),
    date_metier="annee",
    rubrique="aides",
    licence=RESTREINTE,
    base_legale=f"code du travail, art. L. 5134-19-1 (contrat unique d'insertion) ; {ECHANGE}",
    origine="https://www.asp.gouv.fr",
    description="Parcours emploi compétences et autres contrats aidés : embauches de l'année et salariés au 31 "
    "décembre ; une ligne par établissement, l'année est celle que porte le fichier.",
    absence="Aucun contrat aidé connu",
    horizon="sur l'année du fichier",
    presentation=Tableau(("siret", "annee", "contrat_aide", "entrees", "stock"), tri="-annee"),
    regroupement=ParEtablissement(somme=("entrees", "stock"), colonnes=("annee",)),
)
