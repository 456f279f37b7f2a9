"""Ratios from the company's own accounts, one row per closing date and kind of accounts (INPI, BCE)."""

from fce.sources.catalogue.inpi import INPI
from fce.sources.catalogue.inpi.comptes import DOCUMENTS, ComptesAnnuels, lire_propres, taux
from fce.sources.catalogue.inpi.ratios_financiers.medianes import MEDIANES
from fce.sources.catalogue.inpi.ratios_financiers.regles import (
    chiffre_affaires,
    cinq_ans,
    confidentiels,
    intitule_du_secteur,
    secteur_compare,
    type_de_comptes,
)
from fce.sources.catalogue.outils import CHIFFRE_PAR_AN, COLONNE_PROPRE, LICENCE_OUVERTE, TITRE_PAR_AN, dernier_exercice
from fce.sources.champs import DIFFUSIBLE, Code, Entier
from fce.sources.comptes import ParAn, Ratio, Ratios
from fce.sources.declaration import Frequence, Lecteur, Public, Source
from fce.sources.presentation import Denombrement, Serie, Tuile
from fce.sources.synthese import DOUANE, FISCALITE, Comptes, LigneMetier


class RatiosFinanciers(ComptesAnnuels):
    mediane_marge_ebe = taux("Taux de marge d'EBE : médiane du secteur (calcul FCE)")
    mediane_taux_endettement = taux("Taux d'endettement : médiane du secteur (calcul FCE)")
    mediane_ratio_liquidite = taux("Ratio de liquidité : médiane du secteur (calcul FCE)")
    mediane_autonomie_financiere = taux("Autonomie financière : médiane du secteur (calcul FCE)")
    secteur = Code(
        "Secteur des médianes (calcul FCE)",
        masque=DIFFUSIBLE,
        optionnelle=True,
        aide="Code NAF : sous-classe, classe, groupe ou division ; « 2025- » devant, au-dessus de la sous-classe de la "
        "NAF 2025.",
    )
    secteur_comptes = Entier(
        "Comptes publics du secteur (calcul FCE)",
        optionnelle=True,
        aide="Comptes dont les médianes sont faites, clos la même année ; au moins trois autres que celui de la ligne.",
    )


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
    calcul=MEDIANES,
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
    "ratios-consolides. Des comptes déposés comme confidentiels, même en partie, seul le dépôt est gardé. Les médianes "
    "du secteur sont un calcul de FCE.",
    presentation=Serie(
        "date_cloture",
        ("chiffre_affaires", "marge_brute", "ebe", "ebit", "resultat_net"),
        dessinees=("chiffre_affaires", "resultat_net"),
    ),
    selection=cinq_ans,
    reste=confidentiels,
    ratios=Ratios(
        "Ratios financiers de la société",
        "date_cloture",
        (
            Ratio("marge_ebe", "Part du chiffre d'affaires que laisse l'exploitation.", "mediane_marge_ebe"),
            Ratio(
                "taux_endettement",
                "Dettes rapportées aux capitaux propres : au-delà de 100 %, elles les dépassent.",
                "mediane_taux_endettement",
            ),
            Ratio(
                "ratio_liquidite",
                "Actif à court terme rapporté aux dettes à court terme : sous 100 %, il ne les couvre pas.",
                "mediane_ratio_liquidite",
            ),
            Ratio(
                "autonomie_financiere",
                "Part des capitaux propres dans le total du bilan.",
                "mediane_autonomie_financiere",
            ),
        ),
        comptes=type_de_comptes,
        secteur=secteur_compare,
        intitule=intitule_du_secteur,
        note="Comptes publics de la société, jamais ceux, consolidés, de son groupe.",
        calcul="Médiane du secteur : calcul FCE sur les comptes publics des sociétés de même activité (code NAF "
        "principal, Sirene), clos la même année et qui donnent les quatre ratios, hors unités à diffusion partielle ; "
        "au niveau le plus fin où trois autres sociétés au moins en ont, sans quoi il n'y a pas de médiane.",
    ),
    liens=(DOCUMENTS,),
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
