"""Establishments in a collective redundancy, one row per case and establishment (DGEFP, SI PSE-RUPCO). The company of
the case may be another one of the same group."""

from dataclasses import replace

from fce.sources.catalogue.dgefp import DGEFP, RUPCO
from fce.sources.catalogue.dgefp.rupco_etablissements import regles
from fce.sources.catalogue.dgefp.rupco_procedures.regles import PSE, deroulement, par_dossier
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import DIFFUSIBLE, Booleen, Code, Entier, Jour, Siren, Siret, Texte
from fce.sources.declaration import Csv, Fait, Frequence, Habilite, Remplace, Source
from fce.sources.presentation import Agregats, Denombrement, Tableau

DATES = ("%d/%m/%Y", "%Y-%m-%d")
RUPTURES = "Nombre de Ruptures de Contrats en {} de procédure Etab"


class EtablissementRupco(Fait):
    numero = Code("Numéro de dossier", "NUMERO DE DOSSIER", masque=DIFFUSIBLE, obligatoire=True)
    type = Texte("Type de dossier", "TYPE DE DOSSIER", masque=DIFFUSIBLE)
    date_enregistrement = Jour("Date d'enregistrement", "DATE ENREGISTREMENT", formats=DATES)
    siren_entreprise = Siren("SIREN de l'entreprise", "SIREN ENTREPRISE", obligatoire=True)
    date_jugement = Jour("Date du jugement", "DATE JUGEMENT", formats=DATES)
    situation_juridique = Texte("Situation juridique", "SITUATION JURIDIQUE", masque=DIFFUSIBLE)
    siren_etablissement = Siren("SIREN de l'établissement", "SIREN ETABLISSEMENT")
    effectif = Entier("Effectif de l'établissement", "EFFECTIF ETABLISSEMENT")
    siret = Siret("SIRET", "SIRET ETABLISSEMENT")
    ruptures_debut = Entier("Ruptures au début de la procédure", RUPTURES.format("début"))
    ruptures_fin = Entier("Ruptures de contrats", RUPTURES.format("fin"), aide="À défaut, celles prévues au début.")
    historique_si = Booleen("Dossier de l'ancien système", "HISTORIQUE_SI", optionnelle=True)


source = Source(
    "rupco-etablissements",
    EtablissementRupco,
    titre="Établissements concernés par une rupture collective",
    compte=Denombrement(
        "établissement concerné par une rupture collective",
        "établissements concernés par une rupture collective",
        distinct=("siret",),
    ),
    producteur=DGEFP,
    systeme="SI PSE-RUPCO",
    acces=Habilite("emploi"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    cle=("numero", "siret"),
    mode=Remplace(sauf="historique_si"),
    date_metier="date_enregistrement",
    rubrique="mutations-economiques",
    licence=RESTREINTE,
    base_legale=f"{RUPCO} ; {ECHANGE}",
    origine="https://ruptures-collectives.emploi.gouv.fr",
    description="Établissements des procédures de rupture collective et nombre de ruptures de contrats ; une ligne "
    "par dossier et par établissement.",
    absence="Aucun établissement concerné par une rupture collective",
    horizon="sur 36 mois pour un PSE, depuis le 02/12/2019 pour un licenciement sans PSE, le 22/12/2017 pour une RCC",
    presentation=Tableau(
        ("siret", "type", "ruptures_fin", "effectif", "date_enregistrement", "numero", "situation_juridique"),
        tri="-date_enregistrement",
        total=("ruptures_fin",),
        lieux=True,
    ),
    selection=regles.etablissements,
    alarme=replace(PSE, situe="rupco-procedures"),
    procedures=deroulement,
    agregats=Agregats(parts=par_dossier),
)
