"""Workers posted by foreign companies, one row per French client company and year (DGT, SIPSI)."""

from fce.sources.catalogue.dgt import DGT
from fce.sources.catalogue.dgt.detachement_siren import regles
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import Entier, Siren
from fce.sources.declaration import Csv, Fait, Frequence, Habilite, ParPeriode, Seuils, Source
from fce.sources.presentation import Denombrement, Tableau, Tuile


class DetachementSiren(Fait):
    siren = Siren("SIREN de l'entreprise cliente", "client_siren", obligatoire=True)
    annee = Entier("Année", depuis_colonne="salaries", aide="Donnée par le nom de la colonne des salariés.")
    salaries = Entier(
        "Salariés détachés distincts", "salaries_distincts_AAAA", motif=r"salaries_distincts_(\d{4})", minimum=0
    )


source = Source(
    "detachement-siren",
    DetachementSiren,
    titre="Salariés détachés chez l'entreprise",
    compte=Denombrement(
        "année avec des salariés détachés",
        "années avec des salariés détachés",
        distinct=("annee",),
        si=("salaries", ()),
    ),
    producteur=DGT,
    systeme="SIPSI",
    acces=Habilite("travail"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=","),
    cle=("siren", "annee"),
    # The January file holds one month of the new year: accept any number of rows.
    seuils=Seuils(baisse=0, hausse=100),
    mode=ParPeriode("annee"),
    rubrique="relations-travail",
    licence=RESTREINTE,
    base_legale=f"code du travail, art. L. 1262-2-1 (déclaration préalable de détachement) ; {ECHANGE}",
    origine="https://www.sipsi.travail.gouv.fr",
    description="Salariés détachés en France par des entreprises étrangères au profit de l'entreprise, année par "
    "année ; une ligne par entreprise cliente et par année.",
    absence="Aucun salarié détaché déclaré",
    horizon="sur l'année en cours et la précédente",
    presentation=Tableau(("annee", "salaries"), tri="-annee"),
    selection=regles.deux_annees,
    tuile=Tuile("Salariés détachés", regles.detaches),
)
