"""Electronic invoicing directory, one row per invoicing address (DGFiP and AIFE, in force since 1 September 2026).

The directory publishes no licence of reuse, so its rows are for public agents alone.
"""

from fce.sources.catalogue.dgfip import DGFIP
from fce.sources.catalogue.dgfip.annuaire_facturation.lecture import (
    ACTIVE,
    ADRESSE_DE_FACTURATION,
    PLATEFORME,
    PRESENCE,
    lire,
)
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import DIFFUSIBLE, REGISTRE, Booleen, Code, Siren, Siret, Texte
from fce.sources.declaration import TOUS, Agents, Fait, Frequence, Lecteur, Seuils, Source
from fce.sources.presentation import Denombrement, Tableau

MAILLES = {
    "siren": "Toute l'entreprise",
    "siret": "Un établissement",
    "routage": "Un service d'un établissement",
    "suffixe": "Un usage de l'entreprise",
}


class AdresseDeFacturation(Fait):
    siren = Siren("SIREN", "SIREN", obligatoire=True)
    siret = Siret("Établissement", "siret")
    presence = Booleen("Dans l'annuaire", PRESENCE)
    plateforme = Texte("Plateforme agréée", PLATEFORME, masque=DIFFUSIBLE)
    adresse = Code(
        "Adresse de facturation",
        ADRESSE_DE_FACTURATION,
        masque=REGISTRE,
        aide="SIREN, SIREN_SIRET, SIREN_SIRET_code de routage ou SIREN_suffixe, sans le préfixe 0225.",
    )
    maille = Code("Pour", "maille", masque=DIFFUSIBLE, nomenclature=MAILLES, aide="Déduite de l'adresse.")
    active = Booleen("Adresse active", ACTIVE)


source = Source(
    "annuaire-facturation",
    AdresseDeFacturation,
    titre="Facturation électronique",
    # A company without an address has a row too, which says that it is not in the directory.
    compte=Denombrement("adresse de facturation", "adresses de facturation", si=("maille", tuple(MAILLES))),
    producteur=DGFIP,
    systeme="Annuaire de la facturation électronique",
    acces=Agents(),
    frequence=Frequence.MENSUELLE,
    fichier=Lecteur(lire, extension="csv"),
    cle=("siren", "adresse"),
    doublons=TOUS,
    seuils=Seuils(cles=0.05),
    rubrique="fiscalite-douane",
    base_legale=f"code général des impôts, art. 289 bis ; décret n° 2022-1299 du 7 octobre 2022 ; {ECHANGE}",
    licence=RESTREINTE,
    origine="https://facturation.chorus-pro.gouv.fr/annuaire/",
    description="Annuaire de la facturation électronique : pour chaque entreprise assujettie à la TVA, sa plateforme "
    "agréée et ses adresses de facturation, une ligne par adresse. L'annuaire rend ce CSV (séparateur virgule) pour "
    "une liste de 5 000 SIREN au plus qu'on y dépose : plusieurs réponses se déposent ensemble, dans un zip. Il ne "
    "publie aucune licence de réutilisation : la source reste réservée aux agents. Les valeurs de ses colonnes "
    "« Présent » et « active » ne sont pas documentées : oui et non, ou 1 et 0, se lisent.",
    presentation=Tableau(("presence", "plateforme", "adresse", "maille", "active"), tri="adresse"),
    absence="Aucune adresse de facturation électronique connue",
)
