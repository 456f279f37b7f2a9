"""Balance sheets analysed by the Banque de France, one row per company and closing month (FIBEN)."""

from fce.sources.catalogue.bdf import BDF
from fce.sources.catalogue.bdf.bilans.direct import bilans
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import Decimal, Entier, Jour, Siren
from fce.sources.declaration import ApiEntreprise, Csv, Fait, Frequence, Secret, Source
from fce.sources.presentation import Serie

MILLIERS = "k€"


class BilanBdf(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    annee = Entier("Année", "annee", minimum=1990)
    date_arrete = Jour("Arrêté le", "date_arrete_exercice", obligatoire=True)
    valeur_ajoutee = Entier("Valeur ajoutée (BdF)", "valeur_ajoutee_bdf", unite=MILLIERS)
    ebe = Entier("Excédent brut d'exploitation", "excedent_brut_exploitation", unite=MILLIERS)
    caf = Entier("Capacité d'autofinancement", "capacite_autofinancement", unite=MILLIERS)
    frng = Entier("Fonds de roulement net global", "fonds_roulement_net_global", unite=MILLIERS)
    bfr = Entier("Besoin en fonds de roulement", "besoin_en_fonds_de_roulement", unite=MILLIERS)
    ratio_frng_bfr = Decimal(
        "Fonds de roulement sur besoin",
        "ratio_fonds_roulement_net_global_sur_besoin_en_fonds_de_roulement",
        unite="%",
    )
    disponibilites = Entier("Disponibilités", "disponibilites", unite=MILLIERS)
    dettes_stables = Entier("Dettes stables", "total_dettes_stables", unite=MILLIERS)
    dettes_court_terme = Entier("Dettes à un an au plus", "dettes4_maturite_a_un_an_au_plus", unite=MILLIERS)


source = Source(
    "bdf-bilans",
    BilanBdf,
    titre="Bilans analysés par la Banque de France",
    producteur=BDF,
    systeme="FIBEN",
    acces=Secret("fiscal"),
    frequence=Frequence.ANNUELLE,
    fichier=Csv(separateur=";"),
    direct=ApiEntreprise(
        "/v3/banque_de_france/unites_legales/{siren}/bilans",
        {
            "annee": "annee",
            "date_arrete": "date_arrete_exercice",
            "valeur_ajoutee": "valeur_ajoutee_bdf",
            "ebe": "excedent_brut_exploitation",
            "caf": "capacite_autofinancement",
            "frng": "fonds_roulement_net_global",
            "bfr": "besoin_en_fonds_de_roulement",
            "ratio_frng_bfr": "ratio_fonds_roulement_net_global_sur_besoin_en_fonds_de_roulement",
            "disponibilites": "disponibilites",
            "dettes_stables": "total_dettes_stables",
            "dettes_court_terme": "dettes4_maturite_a_un_an_au_plus",
        },
        lignes=bilans,
    ),
    cle=("siren", "date_arrete"),
    date_metier="date_arrete",
    rubrique="finances",
    base_legale=f"code monétaire et financier, art. L. 144-1 ; {ECHANGE}",
    licence=RESTREINTE,
    origine="https://entreprise.api.gouv.fr/catalogue/banque_de_france/bilans",
    description="Valeurs calculées par la Banque de France sur les trois derniers bilans, en milliers d'euros : une "
    "ligne par entreprise et date d'arrêté. Fichier de dépôt : CSV en UTF-8, séparateur point-virgule, une colonne par "
    "valeur de la réponse d'API Entreprise, date_arrete_exercice au format AAAA-MM-JJ. Aussi interrogeable "
    "en direct par API Entreprise.",
    presentation=Serie(
        "date_arrete", ("valeur_ajoutee", "ebe", "caf", "frng", "bfr"), dessinees=("valeur_ajoutee", "ebe")
    ),
)
