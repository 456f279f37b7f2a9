"""Turnover declared to the tax administration, one row per establishment and closing date (DGFiP)."""

from fce.sources.catalogue.dgfip import BASE_FISCALE, DEPOT, DGFIP, FISCAL, SCHEMA
from fce.sources.catalogue.dgfip.chiffre_affaires.regles import chiffre_affaires
from fce.sources.catalogue.outils import CHIFFRE_PAR_AN, COLONNE_PROPRE, RESTREINTE, TITRE_PAR_AN, dernier_exercice
from fce.sources.champs import Decimal, Jour, Siret
from fce.sources.comptes import ParAn
from fce.sources.declaration import ApiEntreprise, Fait, Frequence, Source
from fce.sources.presentation import Serie, Tuile
from fce.sources.synthese import FISCALITE, LigneMetier


class ChiffreAffaires(Fait):
    siret = Siret("SIRET de l'établissement principal imposable", "siret", obligatoire=True)
    date_fin_exercice = Jour("Date de fin d'exercice", "date_fin_exercice", obligatoire=True)
    chiffre_affaires = Decimal("Chiffre d'affaires", "chiffre_affaires", unite="€")


source = Source(
    "dgfip-chiffre-affaires",
    ChiffreAffaires,
    titre="Chiffre d'affaires déclaré (DGFiP)",
    producteur=DGFIP,
    systeme="TDFC",
    acces=FISCAL,
    frequence=Frequence.MENSUELLE,
    fichier=DEPOT,
    direct=ApiEntreprise(
        "/v3/dgfip/etablissements/{siret}/chiffres_affaires",
        {"date_fin_exercice": "date_fin_exercice", "chiffre_affaires": "chiffre_affaires"},
    ),
    cle=("siret", "date_fin_exercice"),
    date_metier="date_fin_exercice",
    parution=365,
    rubrique="fiscalite-douane",
    base_legale=BASE_FISCALE,
    licence=RESTREINTE,
    origine="https://entreprise.api.gouv.fr/catalogue/dgfip/chiffres_affaires",
    description="Chiffre d'affaires des trois derniers exercices, tel que déclaré dans la liasse fiscale : une ligne "
    "par établissement et date de clôture. Colonnes : siret, date_fin_exercice, chiffre_affaires." + SCHEMA,
    presentation=Serie(date="date_fin_exercice", courbes=("chiffre_affaires",)),
    tuile=Tuile("Chiffre d'affaires (DGFiP)", chiffre_affaires),
    synthese=(
        LigneMetier(
            (FISCALITE,),
            20,
            "CA déclaré",
            dernier_exercice("CA déclaré", "date_fin_exercice", "chiffre_affaires", compare=True),
            sujet="ca",
        ),
    ),
    par_an=ParAn(CHIFFRE_PAR_AN, TITRE_PAR_AN, "date_fin_exercice", "chiffre_affaires", COLONNE_PROPRE, rang=1),
)
