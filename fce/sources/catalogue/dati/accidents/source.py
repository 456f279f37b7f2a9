"""Declared work accidents over the period of the file, with the rates of the sector, one row per establishment
(DAT'IA)."""

from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.dati import DATI
from fce.sources.catalogue.dati.accidents import regles
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import DIFFUSIBLE, Code, Decimal, Entier, Siret
from fce.sources.declaration import Csv, Fait, Frequence, Habilite, Source
from fce.sources.nouvelles import NouvelleValeur
from fce.sources.presentation import Agregats, Alarme, Denombrement, ParEtablissement, Tableau, Tuile
from fce.sources.synthese import PartDeNote

POUR_1000 = "‰ salariés"


class AccidentsTravail(Fait):
    siret = Siret("SIRET", "01_SIRET", obligatoire=True)
    total = Entier("Accidents du travail", "02_nb_at_total", minimum=0)
    mortels = Entier("Mortels", "03_nb_at_mortels", minimum=0)
    avec_arret = Entier("Avec arrêt de travail", "04_nb_at_avec_arret_travail", minimum=0)
    sans_arret = Entier("Sans arrêt de travail", "05_nb_at_sans_arret_travail", minimum=0)
    code_naf_niv1 = Code(
        "Secteur (section de la NAF rév. 2)", "06_NAF_NIV1", masque=DIFFUSIBLE, nomenclature=nomenclatures.activite
    )
    taux = Decimal("Taux de l'établissement", "07_nb_at_pour_1000salaries", virgule=True, unite=POUR_1000)
    taux_france = Decimal("Secteur en France", "08_nb_at_pour_1000sal_france_secteur", virgule=True, unite=POUR_1000)
    taux_region = Decimal(
        "Secteur dans la région", "09_nb_at_pour_1000sal_region_secteur", virgule=True, unite=POUR_1000
    )


source = Source(
    "accidents-travail",
    AccidentsTravail,
    titre="Accidents du travail",
    compte=Denombrement("accident du travail", "accidents du travail", somme="total"),
    producteur=DATI,
    systeme="DAT'IA",
    acces=Habilite("travail"),
    frequence=Frequence.ANNUELLE,
    fichier=Csv(separateur=";"),
    cle=("siret",),
    rubrique="relations-travail",
    licence=RESTREINTE,
    base_legale=f"code de la sécurité sociale, art. L. 441-2 (déclaration d'accident du travail) ; {ECHANGE}",
    origine="https://travail-emploi.gouv.fr",
    description="Accidents du travail déclarés et taux pour 1 000 salariés, à comparer à ceux du secteur en France "
    "et dans la région ; une ligne par établissement, sur la période que couvre l'extraction.",
    absence="Aucun accident du travail connu",
    horizon="sur la période du fichier, que son producteur ne donne pas",
    presentation=Tableau(
        ("siret", "total", "mortels", "avec_arret", "sans_arret", "taux", "taux_france", "taux_region"),
        tri="-total",
        total=("total", "mortels", "avec_arret", "sans_arret"),
        note="Accidents de la période que couvre le fichier ; son producteur ne la donne pas.",
    ),
    regroupement=ParEtablissement(
        somme=("mortels", "total", "avec_arret", "sans_arret"), premiers=("mortels", "total")
    ),
    tuile=Tuile("Accidents du travail", regles.accidents),
    alarme=Alarme(regles.morts, nom="mortels", titre="Mort au travail", remplies=("mortels",)),
    nouvelles=(
        NouvelleValeur(
            "accident-mortel",
            "Accidents du travail mortels",
            ("mortels",),
            si=regles.mort_de_plus,
            dit=lambda x: str(x["mortels"]),
            alarmante=True,
        ),
    ),
    synthese=(PartDeNote("accidents", regles.detail),),
    agregats=Agregats(tuile=regles.comptes, alerte=regles.deces),
)
