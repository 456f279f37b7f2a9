"""Head-count in full-time equivalents, one row per establishment and month; a company's is their sum (GIP-MDS, DSN)."""

from fce.sources.catalogue.dares import DSN
from fce.sources.catalogue.gipmds import GIP_MDS
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import Decimal, Mois, Siret
from fce.sources.declaration import Csv, Fait, Frequence, Habilite, ParPeriode, Source
from fce.sources.presentation import Agregats, ParEtablissement, Serie
from fce.sources.synthese import Effectif


class EffectifEtp(Fait):
    siret = Siret("SIRET", "siret", obligatoire=True)
    mois = Mois("Période concernée", "periode_concerne", formats=("%Y-%m-%d", "%Y-%m"), obligatoire=True)
    effectif = Decimal("Effectif en équivalent temps plein", "effectif", unite="ETP")


source = Source(
    "effectifs-etp",
    EffectifEtp,
    titre="Effectifs en équivalent temps plein",
    producteur=GIP_MDS,
    systeme="DSN",
    acces=Habilite("emploi"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    layout_partiel=True,
    cle=("siret", "mois"),
    mode=ParPeriode("mois", garde=60),
    date_metier="mois",
    parution=45,
    rubrique="effectifs",
    licence=RESTREINTE,
    base_legale=f"{DSN} ; code de la sécurité sociale, art. L. 130-1 (effectif salarié) ; {ECHANGE}",
    origine="https://www.net-entreprises.fr",
    description="Effectif moyen mensuel en équivalent temps plein ; une ligne par établissement et par mois. Celui "
    "d'une entreprise est la somme de ceux de ses établissements. À ne pas confondre avec l'effectif physique.",
    absence="Aucun effectif en équivalent temps plein connu",
    horizon="sur les 60 derniers mois reçus",
    presentation=Serie("mois", courbes=("effectif",)),
    agregats=Agregats(serie=True),
    synthese=(
        Effectif("mois", "effectif", rang=2, unite="équivalent temps plein", plusieurs="équivalents temps plein"),
    ),
    regroupement=ParEtablissement(derniere="mois", colonnes=("effectif",)),
)
