"""Ratios from a group's consolidated accounts, one row per closing date (INPI, BCE)."""

from fce.sources.catalogue.inpi import INPI
from fce.sources.catalogue.inpi.comptes import DOCUMENTS, ComptesAnnuels, lire_consolides
from fce.sources.catalogue.inpi.ratios_financiers.regles import cinq_ans
from fce.sources.catalogue.outils import CHIFFRE_PAR_AN, LICENCE_OUVERTE, TITRE_PAR_AN
from fce.sources.comptes import ParAn
from fce.sources.declaration import Frequence, Lecteur, Public, Source
from fce.sources.presentation import Serie


class RatiosConsolides(ComptesAnnuels): ...


source = Source(
    "ratios-consolides",
    RatiosConsolides,
    titre="Données financières du groupe (comptes consolidés)",
    producteur=INPI,
    systeme="Comptes annuels (ratios INPI et BCE)",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Lecteur(lire_consolides, extension="csv"),
    cle=("siren", "date_cloture"),
    tolerante=True,
    date_metier="date_cloture",
    parution=365,
    rubrique="finances",
    base_legale="code de commerce, art. L. 232-21 à L. 232-25",
    licence=LICENCE_OUVERTE,
    origine="https://data.economie.gouv.fr/explore/dataset/ratios_inpi_bce",
    ressource="9d213815-1649-4527-9eb4-427146ef2e5b",
    description="Chiffre d'affaires, résultats et ratios des comptes consolidés déposés par l'entreprise pour son "
    "groupe : une ligne par date de clôture, tirée du même fichier que ratios-financiers.",
    presentation=Serie(
        "date_cloture",
        ("chiffre_affaires", "marge_brute", "ebe", "ebit", "resultat_net"),
        dessinees=("chiffre_affaires", "resultat_net"),
    ),
    selection=cinq_ans,
    liens=(DOCUMENTS,),
    absence="Aucun compte consolidé connu",
    par_an=ParAn(
        CHIFFRE_PAR_AN,
        TITRE_PAR_AN,
        "date_cloture",
        "chiffre_affaires",
        "Chiffre d'affaires consolidé du groupe (€)",
        rang=2,
    ),
)
