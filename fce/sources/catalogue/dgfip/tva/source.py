"""French VAT numbers valid in the Union, one row per number; a company may have several (DGFiP)."""

from collections.abc import Sequence
from datetime import date, timedelta

from fce.socle.texte.formats import pluriel
from fce.sources.catalogue.dgfip import DGFIP
from fce.sources.catalogue.dgfip.tva.lecture import lire
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import DIFFUSIBLE, Code, Siren
from fce.sources.declaration import ApiEntreprise, Fait, Frequence, Lecteur, Public, Source
from fce.sources.presentation import Denombrement, Ligne, Presence
from fce.sources.synthese import DOUANE, FISCALITE, LigneDeCarte, LigneMetier


class NumeroTva(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    numero = Code("N° de TVA intracommunautaire", "numero", masque=DIFFUSIBLE, obligatoire=True)
    ecrit = Code("N° tel que publié", "vat_no", masque=DIFFUSIBLE)


def numero_actif(lignes: Sequence[Ligne], autres: Sequence[Ligne], aujourd_hui: date) -> LigneDeCarte | None:
    """The number of the company: the one with a key of digits, then how many others it has."""
    numeros = sorted((x["numero"] for x in lignes if x["numero"]), key=lambda n: (not n[2:4].isdigit(), n))
    if not numeros:
        return None
    autres_numeros = f" et {pluriel(len(numeros) - 1, 'autre')}" if len(numeros) > 1 else ""
    return LigneDeCarte("TVA", "active", f", {numeros[0]}{autres_numeros}")


source = Source(
    "tva",
    NumeroTva,
    titre="TVA intracommunautaire",
    compte=Denombrement("numéro de TVA", "numéros de TVA"),
    producteur=DGFIP,
    systeme="Numéros de TVA intracommunautaire français",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Lecteur(lire, extension="csv"),
    direct=ApiEntreprise(
        "/v3/european_commission/unites_legales/{siren}/numero_tva",
        {"numero": "tva_number"},
        conservation=timedelta(days=1),
        secours=True,
    ),
    cle=("numero",),
    layout_partiel=True,
    rubrique="identite",
    base_legale="règlement (UE) n° 904/2010, art. 31 ; code général des impôts, art. 286 ter",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/numeros-de-tva-intracommunautaire-francais",
    ressource="5199cd40-0e9c-4a24-8ba3-c2365999b2aa",
    description="Numéros de TVA intracommunautaire français actifs à la date du fichier : une ligne par numéro. Le "
    "premier numéro d'une entreprise se calcule à partir de son SIREN ; elle peut en avoir un par activité, dont la "
    "clé a des lettres. Seule la colonne vat_no est documentée. Tant qu'aucun fichier n'est en place, le service VIES "
    "de la Commission européenne est interrogé en direct.",
    presentation=Presence("Numéro de TVA intracommunautaire actif", ("numero",)),
    synthese=(LigneMetier((FISCALITE, DOUANE), 50, "TVA", numero_actif),),
    absence="Le numéro de TVA ne figure pas sur la liste des numéros actifs",
)
