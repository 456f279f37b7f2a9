"""French VAT numbers valid in the Union, one row per company."""

from collections.abc import Sequence
from datetime import date, timedelta

from fce.sources.catalogue.commission_europeenne import COMMISSION
from fce.sources.catalogue.commission_europeenne.tva.lecture import lire
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import DIFFUSIBLE, Code, Siren
from fce.sources.declaration import ApiEntreprise, Fait, Frequence, Lecteur, Public, Source
from fce.sources.presentation import Ligne, Presence
from fce.sources.synthese import DOUANE, FISCALITE, LigneDite, LigneMetier


class NumeroTva(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    numero = Code("N° de TVA intracommunautaire", "numero", masque=DIFFUSIBLE, obligatoire=True)
    ecrit = Code("N° tel que publié", "vat_no", masque=DIFFUSIBLE)


def numero_actif(lignes: Sequence[Ligne], autres: Sequence[Ligne], aujourd_hui: date) -> LigneDite | None:
    numero = next((x["numero"] for x in lignes if x["numero"]), None)
    return LigneDite("TVA", "active", f", {numero}") if numero else None


source = Source(
    "tva",
    NumeroTva,
    titre="TVA intracommunautaire",
    producteur=COMMISSION,
    systeme="VIES",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Lecteur(lire, extension="csv"),
    direct=ApiEntreprise(
        "/v3/european_commission/unites_legales/{siren}/numero_tva",
        {"numero": "tva_number"},
        conservation=timedelta(days=1),
    ),
    cle=("siren",),
    layout_partiel=True,
    rubrique="identite",
    base_legale="règlement (UE) n° 904/2010, art. 31 ; code général des impôts, art. 286 ter",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/r/5199cd40-0e9c-4a24-8ba3-c2365999b2aa",
    ressource="5199cd40-0e9c-4a24-8ba3-c2365999b2aa",
    description="Liste des entreprises françaises dont le numéro de TVA intracommunautaire est actif : une ligne par "
    "entreprise. Le numéro se calcule à partir du SIREN ; la liste dit qu'il est valable. Seule la colonne vat_no est "
    "documentée. Aussi interrogeable en direct par le service VIES.",
    presentation=Presence("Numéro de TVA intracommunautaire actif", ("numero",)),
    synthese=(LigneMetier((FISCALITE, DOUANE), 50, "TVA", numero_actif),),
    absence="Le numéro de TVA ne figure pas sur la liste des numéros actifs",
)
