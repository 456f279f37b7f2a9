"""Attestations of vigilance, one row per SIREN (Urssaf)."""

from datetime import timedelta

from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.catalogue.urssaf import URSSAF
from fce.sources.catalogue.urssaf.vigilance.regles import refusee
from fce.sources.champs import DIFFUSIBLE, Code, Jour, Siren, Texte
from fce.sources.declaration import ApiEntreprise, Csv, Fait, Frequence, Secret, Source
from fce.sources.presentation import Alarme, Valeurs


class AttestationVigilance(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    statut = Code(
        "Code du statut",
        "entity_status_code",
        masque=DIFFUSIBLE,
        obligatoire=True,
        attendues=("ok", "refus_de_delivrance"),
    )
    libelle = Texte("Attestation", "entity_status_libelle", masque=DIFFUSIBLE)
    date_debut_validite = Jour("Valable du", "date_debut_validite")
    date_fin_validite = Jour("Valable jusqu'au", "date_fin_validite", futur=True)


source = Source(
    "urssaf-vigilance",
    AttestationVigilance,
    titre="Attestation de vigilance (Urssaf)",
    producteur=URSSAF,
    systeme="Attestation de vigilance",
    acces=Secret("social"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    direct=ApiEntreprise(
        "/v4/urssaf/unites_legales/{siren}/attestation_vigilance",
        {
            "statut": "entity_status.code",
            "libelle": "entity_status.libelle",
            "date_debut_validite": "date_debut_validite",
            "date_fin_validite": "date_fin_validite",
        },
        conservation=timedelta(hours=4),
    ),
    cle=("siren",),
    date_metier="date_debut_validite",
    rubrique="fiscalite-douane",
    alarme=Alarme(refusee, titre="Attestation de vigilance refusée"),
    base_legale=f"code de la sécurité sociale, art. L. 243-15 ; code du travail, art. L. 8222-1 ; {ECHANGE}",
    licence=RESTREINTE,
    origine="https://entreprise.api.gouv.fr/catalogue/urssaf/attestation_vigilance",
    description="Attestation de vigilance délivrée ou refusée, une ligne par entreprise. Elle peut être délivrée à une "
    "entreprise qui suit un plan d'apurement. Ni document ni code de sécurité. Fichier de dépôt : CSV en UTF-8, "
    "séparateur point-virgule, colonnes siren, entity_status_code (ok ou refus_de_delivrance), entity_status_libelle, "
    "date_debut_validite, date_fin_validite. Aussi interrogeable en direct par API Entreprise.",
    presentation=Valeurs(("libelle", "date_debut_validite", "date_fin_validite"), tri="-date_debut_validite"),
)
