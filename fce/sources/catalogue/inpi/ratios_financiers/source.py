"""Ratios from the company's own accounts, one row per closing date and kind of accounts (INPI, BCE)."""

from fce.sources.catalogue.inpi import INPI
from fce.sources.catalogue.inpi.comptes import ComptesAnnuels, lire_propres
from fce.sources.catalogue.inpi.ratios_financiers.regles import chiffre_affaires, cinq_ans
from fce.sources.catalogue.outils import CHIFFRE_PAR_AN, COLONNE_PROPRE, LICENCE_OUVERTE, TITRE_PAR_AN, dernier_exercice
from fce.sources.declaration import Frequence, Lecteur, Public, Source
from fce.sources.presentation import Denombrement, ParAn, Serie, Tuile
from fce.sources.synthese import DOUANE, FISCALITE, Comptes, LigneMetier


class RatiosFinanciers(ComptesAnnuels): ...


source = Source(
    "ratios-financiers",
    RatiosFinanciers,
    titre="Données financières",
    compte=Denombrement("exercice"),
    producteur=INPI,
    systeme="Comptes annuels (ratios INPI et BCE)",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Lecteur(lire_propres, extension="csv"),
    cle=("siren", "date_cloture", "type_bilan"),
    tolerante=True,
    date_metier="date_cloture",
    parution=365,
    rubrique="finances",
    base_legale="code de commerce, art. L. 232-21 à L. 232-25",
    licence=LICENCE_OUVERTE,
    origine="https://data.economie.gouv.fr/explore/dataset/ratios_inpi_bce",
    ressource="9d213815-1649-4527-9eb4-427146ef2e5b",
    description="Chiffre d'affaires, résultats et ratios des comptes déposés au registre : une ligne par entreprise, "
    "date de clôture et type de comptes. Les comptes consolidés du même fichier forment la source "
    "ratios-consolides. Les chiffres déposés comme confidentiels ne sont pas conservés.",
    presentation=Serie(
        "date_cloture",
        ("chiffre_affaires", "marge_brute", "ebe", "ebit", "resultat_net"),
        dessinees=("chiffre_affaires", "resultat_net"),
    ),
    selection=cinq_ans,
    absence="Aucun compte publié connu",
    tuile=Tuile("Chiffre d'affaires", chiffre_affaires),
    synthese=(
        Comptes("date_cloture", "chiffre_affaires", "resultat_net"),
        LigneMetier(
            (FISCALITE, DOUANE),
            21,
            "CA publié",
            dernier_exercice("CA publié", "date_cloture", "chiffre_affaires", compare=True),
            sujet="ca",
        ),
        LigneMetier(
            (FISCALITE,),
            31,
            "Résultat publié",
            dernier_exercice("Résultat publié", "date_cloture", "resultat_net"),
            sujet="resultat",
        ),
    ),
    par_an=ParAn(CHIFFRE_PAR_AN, TITRE_PAR_AN, "date_cloture", "chiffre_affaires", COLONNE_PROPRE),
)
