"""Monthly head-count in people, not full-time equivalents, one row per establishment and month (DARES, DSN)."""

from fce.sources.catalogue.dares import DARES, DSN
from fce.sources.catalogue.dares.dsn_effectifs import regles
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import Entier, Jour, Mois, Siret
from fce.sources.declaration import Csv, Fait, Frequence, Habilite, ParPeriode, Source
from fce.sources.nouvelles import Variation
from fce.sources.presentation import Agregats, Alarme, Gravite, ParEtablissement, Serie, Tuile
from fce.sources.synthese import Effectif


class EffectifDsn(Fait):
    mois = Mois("Mois", "MOIS", obligatoire=True)
    siret = Siret("SIRET", "SIRET", obligatoire=True)
    total = Entier("Effectif total", "EFF_TOTAL", minimum=0)
    hommes = Entier("Hommes", "EFF_HOMME", minimum=0)
    femmes = Entier("Femmes", "EFF_FEMME", minimum=0)
    cdd = Entier("CDD", "NB_CDD", minimum=0)
    cdi = Entier("CDI", "NB_CDI", minimum=0)
    cdi_inter = Entier("CDI intérimaires", "NB_CDI_INTER", minimum=0)
    inter_mission = Entier("Intérimaires en mission", "NB_INTER_MISSION", minimum=0)
    interim = Entier("Intérim", "NB_INTERIM", minimum=0)
    apprentis = Entier(
        "Apprentis", "NB_APPRENTI", minimum=0, optionnelle=True, aide="Colonne absente des extractions anciennes."
    )
    date_maj = Jour("Date de mise à jour", "DATE_MAJ", formats=("%Y/%m/%d", "%Y-%m-%d"))


source = Source(
    "dsn-effectifs",
    EffectifDsn,
    titre="Effectifs physiques mensuels",
    producteur=DARES,
    systeme="DSN",
    acces=Habilite("emploi"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=","),
    cle=("siret", "mois"),
    mode=ParPeriode("mois", garde=60),
    date_metier="mois",
    parution=45,
    rubrique="effectifs",
    licence=RESTREINTE,
    base_legale=f"{DSN} ; {ECHANGE}",
    origine="https://dares.travail-emploi.gouv.fr",
    description="Effectif physique de chaque établissement en fin de mois, par sexe et par nature de contrat ; une "
    "ligne par établissement et par mois, 60 mois gardés.",
    absence="Aucun effectif déclaré en DSN",
    horizon="sur les 60 derniers mois reçus",
    presentation=Serie("mois", courbes=("total", "femmes", "hommes"), barres=("cdi", "cdd", "interim", "apprentis")),
    regroupement=ParEtablissement(derniere="mois", colonnes=("total", "cdi", "cdd", "interim", "apprentis")),
    tuile=Tuile("Effectif", regles.effectif),
    alarme=Alarme(
        regles.baisse,
        gravite=Gravite.A_VOIR,
        nom="effectif",
        titre="Effectif en baisse de 20 % ou plus en un an",
        ecart=12,
    ),
    nouvelles=(
        Variation(
            "effectif",
            "Effectif, 20 % de plus ou de moins",
            "mois",
            "total",
            regles.BAISSE,
            regles.MINIMUM,
            alarmante=True,
        ),
    ),
    agregats=Agregats(tuile=regles.effectif, alerte=regles.perte, serie=True),
    synthese=(Effectif("mois", "total", rang=1),),
)
