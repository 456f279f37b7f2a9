"""Collective termination procedures (PSE, LiceC or RCC), one row per case (DGEFP, SI PSE-RUPCO)."""

from fce.sources.catalogue.dgefp import DGEFP, RUPCO
from fce.sources.catalogue.dgefp.rupco_procedures import regles
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import DIFFUSIBLE, NOM, Booleen, Code, Entier, Jour, Siren, Texte
from fce.sources.declaration import Csv, Fait, Frequence, Habilite, Remplace, Source
from fce.sources.nouvelles import Apparition
from fce.sources.presentation import Complement, Denombrement, Gravite, Jalon, Tableau, Tuile
from fce.sources.synthese import GroupeEntreprise

DATES = ("%d/%m/%Y", "%Y-%m-%d")


class ProcedureRupco(Fait):
    numero = Code("Numéro de dossier", "NUMERO DE DOSSIER", masque=DIFFUSIBLE, obligatoire=True)
    type = Texte("Type de dossier", "TYPE DE DOSSIER", masque=DIFFUSIBLE)
    date_enregistrement = Jour("Date d'enregistrement", "DATE ENREGISTREMENT", formats=DATES)
    etat = Texte("État du dossier", "ETAT DU DOSSIER", masque=DIFFUSIBLE)
    siren = Siren("SIREN", "SIREN ENTREPRISE", obligatoire=True)
    effectif_entreprise = Entier("Effectif de l'entreprise", "EFFECTIF ENTREPRISE")
    effectif_groupe = Entier("Effectif du groupe", "EFFECTIF GROUPE")
    nom_groupe = Texte("Groupe", "NOM GROUPE", masque=NOM)
    date_jugement = Jour("Date du jugement", "DATE JUGEMENT", formats=DATES)
    situation_juridique = Texte("Situation juridique", "SITUATION JURIDIQUE", masque=DIFFUSIBLE)
    historique_si = Booleen(
        "Dossier de l'ancien système", "HISTORIQUE_SI", optionnelle=True, aide="Repris une fois, jamais remplacé."
    )


source = Source(
    "rupco-procedures",
    ProcedureRupco,
    titre="PSE, licenciements collectifs et RCC",
    compte=Denombrement("procédure de rupture collective", "procédures de rupture collective", distinct=("numero",)),
    producteur=DGEFP,
    systeme="SI PSE-RUPCO",
    acces=Habilite("emploi"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    cle=("numero",),
    mode=Remplace(sauf="historique_si"),
    date_metier="date_enregistrement",
    rubrique="mutations-economiques",
    licence=RESTREINTE,
    base_legale=f"{RUPCO} ; {ECHANGE}",
    origine="https://ruptures-collectives.emploi.gouv.fr",
    description="Procédures de rupture collective de contrats ; une ligne par dossier. La fiche montre les PSE de "
    "36 mois, les licenciements sans PSE depuis le 02/12/2019 et les RCC depuis le 22/12/2017.",
    absence="Aucune procédure de rupture collective connue",
    horizon="sur 36 mois pour un PSE, depuis le 02/12/2019 pour un licenciement sans PSE, le 22/12/2017 pour une RCC",
    presentation=Tableau(
        ("type", "etat", "date_enregistrement", "numero", "situation_juridique", "date_jugement", "nom_groupe"),
        tri="-date_enregistrement",
    ),
    selection=regles.procedures,
    complement=Complement(
        "rupco-etablissements",
        regles.avec_ruptures,
        {"ruptures": "Ruptures de contrats", "lieux": "Établissements concernés"},
        apres="etat",
    ),
    tuile=Tuile("Ruptures collectives", regles.tuile),
    alarme=regles.PSE,
    procedures=regles.deroulement,
    nouvelles=(
        Apparition(
            "pse",
            "Nouveau plan de sauvegarde de l’emploi",
            date="date_enregistrement",
            si=regles.est_un_pse,
            autres=("type",),
            alarmante=True,
        ),
        Apparition(
            "rupture-collective",
            "Nouvelle procédure de licenciement ou de rupture collective",
            date="date_enregistrement",
            si=regles.est_une_autre_rupture,
            autres=("type",),
        ),
    ),
    synthese=(GroupeEntreprise("nom_groupe"),),
    jalon=Jalon(
        "date_enregistrement",
        "Procédure de rupture collective enregistrée",
        "type",
        gravite=Gravite.A_VOIR,
        graves=("PSE",),
    ),
)
