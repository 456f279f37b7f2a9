"""Apprenticeship contracts with their start and breach dates, one row per contract (DGEFP, Ari@ne then DECA)."""

from fce.sources.catalogue.dgefp import DGEFP
from fce.sources.catalogue.dgefp.apprentissage import regles
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import DIFFUSIBLE, PERSONNE, Code, Jour, Siret
from fce.sources.declaration import Csv, Fait, Frequence, Habilite, Source
from fce.sources.presentation import Agregats, Denombrement, ParEtablissement, Pliage, Tableau, Tuile

DATES = ("%d/%m/%Y", "%Y-%m-%d")


class ContratApprentissage(Fait):
    date_debut = Jour("Début du contrat", "Contrat DateDebut", formats=DATES)
    type_contrat = Code("Type de contrat", "TypeContrat", masque=DIFFUSIBLE, nomenclature=regles.TYPES)
    numero = Code("Numéro d'enregistrement", "NumeroEnregistrement", obligatoire=True, masque=PERSONNE)
    siret = Siret("SIRET", "Employeur Siret", obligatoire=True)
    date_rupture = Jour("Date de rupture", "DateRupture", formats=DATES)


source = Source(
    "apprentissage",
    ContratApprentissage,
    titre="Apprentissage",
    compte=Denombrement("contrat d'apprentissage", "contrats d'apprentissage", distinct=("numero",)),
    producteur=DGEFP,
    systeme="Ari@ne, DECA",
    acces=Habilite("emploi"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    cle=("numero",),
    date_metier="date_debut",
    aussi_datee=("date_rupture",),
    rubrique="aides",
    licence=RESTREINTE,
    base_legale=f"code du travail, art. L. 6224-1 (dépôt du contrat d'apprentissage) ; {ECHANGE}",
    origine="https://travail-emploi.gouv.fr",
    description="Contrats d'apprentissage signés et rompus ; une ligne par contrat. La fiche montre l'année en "
    "cours et les deux précédentes.",
    absence="Aucun contrat d'apprentissage",
    horizon="sur l'année en cours et les deux précédentes",
    presentation=Tableau(
        ("siret", "date_debut", "type_contrat", "date_rupture"),
        tri="-date_debut",
        pliage=Pliage(regles.par_annee, {"annee": "Année", "signes": "Contrats signés", "rompus": "Contrats rompus"}),
    ),
    regroupement=ParEtablissement(derniere="date_debut"),
    selection=regles.trois_ans,
    tuile=Tuile("Apprentissage", regles.contrats),
    agregats=Agregats(tuile=regles.contrats, pliage=True),
)
