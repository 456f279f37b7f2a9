"""Figures of the tax returns, one row per box (DGFiP)."""

from fce.socle.texte.typographie import chiffres
from fce.sources.catalogue.dgfip import BASE_FISCALE, DEPOT, DGFIP, FISCAL, SCHEMA
from fce.sources.catalogue.dgfip.liasses import regles
from fce.sources.catalogue.dgfip.liasses.direct import cases
from fce.sources.catalogue.outils import RESTREINTE
from fce.sources.champs import DIFFUSIBLE, LIBRE, Code, Entier, Jour, Siren, Texte
from fce.sources.comptes import Confrontation
from fce.sources.declaration import ApiEntreprise, Fait, Frequence, Source
from fce.sources.presentation import Denombrement, Tableau
from fce.sources.synthese import FISCALITE, LigneMetier


class LiasseFiscale(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    date_fin_exercice = Jour("Fin d'exercice", "date_fin_exercice", obligatoire=True)
    numero_imprime = Code(
        "Imprimé",
        "numero_imprime",
        masque=DIFFUSIBLE,
        obligatoire=True,
        nomenclature=regles.IMPRIMES,
        aide="Numéro du Cerfa : 2050, 2051, 2033A…",
    )
    code_nref = Code("Code NREF", "code_nref", masque=DIFFUSIBLE, obligatoire=True)
    rang = Entier("Rang de la valeur", "rang", minimum=1, aide="Une case répétée a plusieurs valeurs.")
    code = Code("Case", "code", masque=DIFFUSIBLE)
    intitule = Texte("Intitulé", "intitule", masque=DIFFUSIBLE)
    valeur = Texte(
        "Valeur",
        "valeur",
        masque=LIBRE,
        aide="Telle que déclarée : montant, taux, date ou texte.",
        typographie=chiffres,
    )
    regime = Texte("Régime", "regime_libelle", masque=DIFFUSIBLE)
    date_declaration = Jour("Déclarée le", "date_declaration")
    duree_exercice = Entier("Durée de l'exercice", "duree_exercice", unite="jours")
    millesime = Code("Millésime", "millesime", masque=DIFFUSIBLE)


source = Source(
    "dgfip-liasses",
    LiasseFiscale,
    titre="Liasses fiscales",
    compte=Denombrement("liasse fiscale", "liasses fiscales", distinct=("date_fin_exercice",)),
    producteur=DGFIP,
    systeme="TDFC",
    acces=FISCAL,
    frequence=Frequence.MENSUELLE,
    fichier=DEPOT,
    direct=ApiEntreprise(
        "/v3/dgfip/unites_legales/{siren}/liasses_fiscales/{annee}",
        {
            **{nom: nom for nom in ("date_fin_exercice", "numero_imprime", "code_nref", "rang", "code", "intitule")},
            **{nom: nom for nom in ("valeur", "date_declaration", "duree_exercice", "millesime")},
            "regime": "regime.libelle",
        },
        lignes=cases,
        annees=(1, 2),
    ),
    cle=("siren", "date_fin_exercice", "numero_imprime", "code_nref", "rang"),
    date_metier="date_declaration",
    parution=365,
    rubrique="fiscalite-douane",
    base_legale=BASE_FISCALE,
    licence=RESTREINTE,
    origine="https://entreprise.api.gouv.fr/catalogue/dgfip/liasses_fiscales",
    description="Cases des liasses fiscales déposées, une ligne par case et par valeur. Colonnes : siren, "
    "date_fin_exercice, numero_imprime, code_nref, rang, code, intitule, valeur, regime_libelle, date_declaration, "
    "duree_exercice, millesime." + SCHEMA,
    presentation=Tableau(
        ("date_fin_exercice", "numero_imprime", "code", "intitule", "valeur", "date_declaration"),
        tri="-date_fin_exercice",
    ),
    confrontation=Confrontation(
        "Déclaré et publié",
        "ratios-financiers",
        regles.confronter,
        note="Comptes publiés de la société, jamais ceux, consolidés, de son groupe.",
    ),
    synthese=(
        LigneMetier((FISCALITE,), 10, "Liasse", regles.depot),
        LigneMetier((FISCALITE,), 30, "Résultat déclaré", regles.resultat, sujet="resultat"),
        LigneMetier((FISCALITE,), 40, "Écart avec les comptes", regles.ecart, avec="ratios-financiers"),
    ),
)
