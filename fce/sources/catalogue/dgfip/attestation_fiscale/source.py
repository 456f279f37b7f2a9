"""Tax regularity of companies, one row per SIREN (DGFiP)."""

from fce.sources.catalogue.dgfip import BASE_FISCALE, DEPOT, DGFIP, FISCAL, SCHEMA
from fce.sources.catalogue.dgfip.attestation_fiscale.direct import delivree
from fce.sources.catalogue.dgfip.attestation_fiscale.regles import irregularite, regularite
from fce.sources.catalogue.outils import RESTREINTE
from fce.sources.champs import Booleen, Jour, Siren
from fce.sources.declaration import ApiEntreprise, Fait, Frequence, Source
from fce.sources.presentation import Alarme, Valeurs
from fce.sources.synthese import FISCALITE, LigneMetier


class AttestationFiscale(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    a_jour = Booleen("À jour de ses obligations fiscales", "a_jour", obligatoire=True)
    date_delivrance = Jour("Date de délivrance de l'attestation", "date_delivrance_attestation")
    date_periode_analysee = Jour("Situation analysée au", "date_periode_analysee")


source = Source(
    "dgfip-attestation-fiscale",
    AttestationFiscale,
    titre="Régularité fiscale",
    producteur=DGFIP,
    systeme="Attestation de régularité fiscale",
    acces=FISCAL,
    frequence=Frequence.MENSUELLE,
    fichier=DEPOT,
    direct=ApiEntreprise(
        "/v4/dgfip/unites_legales/{siren}/attestation_fiscale",
        {
            "a_jour": "a_jour",
            "date_delivrance": "date_delivrance_attestation",
            "date_periode_analysee": "date_periode_analysee",
        },
        lignes=delivree,
    ),
    cle=("siren",),
    date_metier="date_periode_analysee",
    rubrique="fiscalite-douane",
    base_legale=f"code de la commande publique, art. L. 2141-2 ; {BASE_FISCALE}",
    licence=RESTREINTE,
    origine="https://entreprise.api.gouv.fr/catalogue/dgfip/attestations_fiscales",
    description="Régularité au regard de l'impôt sur les sociétés et de la TVA, au dernier jour du mois précédent : "
    "une ligne par entreprise. L'absence de ligne ne dit rien : les entreprises à l'impôt sur le revenu, les "
    "sociétés de l'année et les filiales d'un groupe intégré n'y sont pas. Colonnes : siren, a_jour (oui ou non), "
    "date_delivrance_attestation, date_periode_analysee." + SCHEMA,
    presentation=Valeurs(("a_jour", "date_delivrance", "date_periode_analysee"), tri="-date_periode_analysee"),
    absence="Régularité fiscale : aucune attestation connue, ce qui ne préjuge de rien",
    alarme=Alarme(irregularite, titre="Pas à jour de ses obligations fiscales"),
    synthese=(LigneMetier((FISCALITE,), 0, "Régularité fiscale", regularite),),
)
