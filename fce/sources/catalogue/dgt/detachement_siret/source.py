"""Workers posted by foreign companies, one row per French establishment and year (DGT, SIPSI)."""

from fce.sources.catalogue.dgt import DGT
from fce.sources.catalogue.dgt.detachement_siren import regles
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import Entier, Siret
from fce.sources.declaration import Csv, Fait, Frequence, Habilite, ParPeriode, Seuils, Source
from fce.sources.presentation import Denombrement, ParEtablissement, Tableau


class DetachementSiret(Fait):
    siret = Siret("SIRET du lieu de travail", "siret", obligatoire=True)
    annee = Entier("Année", depuis_colonne="salaries", aide="Donnée par le nom de la colonne des salariés.")
    salaries = Entier(
        "Salariés détachés distincts", "salaries_distincts_AAAA", motif=r"salaries_distincts_(\d{4})", minimum=0
    )


source = Source(
    "detachement-siret",
    DetachementSiret,
    titre="Salariés détachés, par établissement",
    compte=Denombrement(
        "établissement avec des salariés détachés",
        "établissements avec des salariés détachés",
        distinct=("siret",),
        si=("salaries", ()),
    ),
    producteur=DGT,
    systeme="SIPSI",
    acces=Habilite("travail"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=","),
    cle=("siret", "annee"),
    # The January file holds one month of the new year: accept any number of rows.
    seuils=Seuils(baisse=0, hausse=100),
    mode=ParPeriode("annee"),
    rubrique="relations-travail",
    licence=RESTREINTE,
    base_legale=f"code du travail, art. L. 1262-2-1 (déclaration préalable de détachement) ; {ECHANGE}",
    origine="https://www.sipsi.travail.gouv.fr",
    description="Salariés détachés en France par des entreprises étrangères, par lieu de travail et par année ; une "
    "ligne par établissement et par année.",
    absence="Aucun salarié détaché déclaré",
    horizon="sur l'année en cours et la précédente",
    presentation=Tableau(("annee", "siret", "salaries"), tri="-annee"),
    regroupement=ParEtablissement(derniere="annee", colonnes=("salaries",), cachee_des=10),
    selection=regles.deux_annees,
)
