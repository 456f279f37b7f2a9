"""Whether agricultural contributions are up to date, one row per SIRET (MSA)."""

from datetime import timedelta

from fce.sources.catalogue.msa import MSA
from fce.sources.catalogue.msa.conformite.regles import en_clair, en_retard
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import DIFFUSIBLE, Code, Jour, Siret
from fce.sources.declaration import ApiEntreprise, Csv, Fait, Frequence, Secret, Source
from fce.sources.presentation import Alarme, Valeurs


class ConformiteMsa(Fait):
    siret = Siret("SIRET", "siret", obligatoire=True)
    statut = Code(
        "Cotisations",
        "status",
        masque=DIFFUSIBLE,
        obligatoire=True,
        attendues=("up_to_date", "outdated", "under_investigation"),
    )
    date_situation = Jour("Situation au", "date_situation")


source = Source(
    "msa-conformite",
    ConformiteMsa,
    titre="Cotisations agricoles (MSA)",
    producteur=MSA,
    systeme="Conformité des cotisations",
    acces=Secret("social"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    direct=ApiEntreprise(
        "/v3/msa/etablissements/{siret}/conformite_cotisations", {"statut": "status"}, conservation=timedelta(hours=4)
    ),
    cle=("siret",),
    date_metier="date_situation",
    rubrique="fiscalite-douane",
    alarme=Alarme(en_retard, titre="Cotisations agricoles en retard"),
    base_legale=f"code rural et de la pêche maritime ; {ECHANGE}",
    licence=RESTREINTE,
    origine="https://entreprise.api.gouv.fr/catalogue/msa/conformites_cotisations",
    description="Régularité des cotisations de sécurité sociale agricole, une ligne par établissement. Fichier de "
    "dépôt : CSV en UTF-8, séparateur point-virgule, colonnes siret, status (up_to_date, outdated ou "
    "under_investigation), date_situation. Aussi interrogeable en direct par API Entreprise.",
    presentation=Valeurs(("statut", "date_situation"), tri="-date_situation"),
    selection=en_clair,
)
