"""Decisions on short-time work (initial or amendment) with cumulated hours, one row each (DGEFP, APART)."""

from fce.sources.catalogue.dgefp import DGEFP
from fce.sources.catalogue.dgefp.activite_partielle import regles
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import DIFFUSIBLE, Booleen, Code, Decimal, Entier, Jour, Siret, Texte
from fce.sources.declaration import Csv, Fait, Frequence, Habilite, Source, plus_recent
from fce.sources.presentation import Agregats, Denombrement, Gravite, Jalon, ParEtablissement, Tableau, Tuile


class ActivitePartielle(Fait):
    siret = Siret("SIRET", "SIRET", obligatoire=True)
    convention = Code("N° de convention", "NUM_CONVENTION", masque=DIFFUSIBLE, obligatoire=True)
    date_decision = Jour("Date de décision", "DATE_DECISION", formats=("%d/%m/%Y", "%Y-%m-%d"))
    avenant = Entier("Avenant", "NUM_AVENANT")
    da_init = Booleen("Demande initiale", "DA_INIT")
    heures_avenant = Decimal("Heures autorisées par l'avenant", "NB_H_AUTO_AVN", unite="h", virgule=True)
    heures_autorisees = Decimal("Heures autorisées", "NB_H_AUTO_CUM", unite="h", virgule=True)
    heures_consommees = Decimal("Heures consommées", "NB_H_CONSO_CUM", unite="h", virgule=True)
    cause = Texte("Motif", "CAUSE", masque=DIFFUSIBLE)


source = Source(
    "activite-partielle",
    ActivitePartielle,
    titre="Activité partielle",
    compte=Denombrement(
        "convention d'activité partielle", "conventions d'activité partielle", distinct=("siret", "convention")
    ),
    producteur=DGEFP,
    systeme="APART",
    acces=Habilite("emploi"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    cle=("siret", "convention", "avenant"),
    doublons=plus_recent("date_decision"),
    date_metier="date_decision",
    rubrique="mutations-economiques",
    licence=RESTREINTE,
    base_legale=f"code du travail, art. L. 5122-1 (activité partielle) ; {ECHANGE}",
    origine="https://activitepartielle.emploi.gouv.fr",
    description="Décisions d'activité partielle ; une ligne par décision. La fiche montre la dernière décision de "
    "chaque convention, sur 24 mois : les heures d'un avenant reprennent celles de sa convention.",
    absence="Aucune activité partielle",
    horizon="sur les 24 derniers mois",
    presentation=Tableau(
        ("siret", "convention", "avenant", "date_decision", "heures_autorisees", "heures_consommees", "cause"),
        tri="-date_decision",
        total=("heures_autorisees", "heures_consommees"),
    ),
    regroupement=ParEtablissement(somme=("heures_autorisees", "heures_consommees"), derniere="date_decision"),
    selection=regles.dernieres_decisions,
    tuile=Tuile("Activité partielle", regles.heures),
    agregats=Agregats(tuile=regles.heures),
    procedures=regles.procedures,
    jalon=Jalon(
        "date_decision",
        "Décision d'activité partielle",
        "cause",
        gravite=Gravite.A_VOIR,
        pluriel="décisions d’activité partielle",
    ),
)
