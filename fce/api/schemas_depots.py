"""Answers of the API about deposits."""

import datetime as dt
from typing import Any

from ninja import Field, Schema
from pydantic import ConfigDict

from fce.donnees.imports.depots import selectors
from fce.donnees.imports.etats import EtatDepot
from fce.donnees.imports.models import Depot, JetonDepot


class MotifV1(Schema):
    """Un motif de mise à l’écart, et combien de lignes il touche."""

    motif: str
    colonne: str
    nombre: int
    lignes: list[int] = Field(description="Les cinq premières.")


class LigneEcarteeV1(Schema):
    """Une ligne du fichier mise en quarantaine : où, quelle valeur, pourquoi."""

    ligne: int = Field(description="Ligne du fichier ; l’en-tête est la ligne 1.")
    colonne: str | None = None
    valeur: str | None = Field(None, description="Null si elle est vide, ou si ce jeton n’a pas envoyé ce fichier.")
    motif: str


class QuarantaineV1(Schema):
    """Les lignes mises en quarantaine, comptées par motif."""

    motifs: list[MotifV1] = Field(description="Comptes par motif, du plus fréquent au moins fréquent.")
    premieres: list[LigneEcarteeV1] = Field(description="Les vingt premières ; toutes dans quarantaine.csv.")
    detaillees: int = Field(description="Lignes de quarantaine.csv.")


class SeuilV1(Schema):
    """Un seuil : ce qui a été mesuré dans le fichier et la limite à ne pas franchir."""

    seuil: str
    libelle: str
    mesure: float | None = None
    limite: float | None = None
    franchi: bool


class RefusV1(Schema):
    """Pourquoi le fichier entier est refusé, et où est la faute si elle est à un endroit."""

    message: str
    seuil: str | None = None
    regle: str | None = None
    ligne: int | None = None
    colonne: str | None = None


class DifferencesV1(Schema):
    """Ce que la publication changerait dans la version en place."""

    ajoutees: int
    retirees: int
    modifiees: int | None = Field(
        description="Null quand la clé ne désigne pas une seule ligne : une ligne modifiée est une ajoutée et une "
        "retirée."
    )
    identiques: int
    colonnes: dict[str, int] = Field(description="Valeurs modifiées, par colonne.")


class VersionV1(Schema):
    """La version en place d’une source : son import, ses lignes, sa date métier."""

    model_config = ConfigDict(populate_by_name=True)
    importation: int = Field(alias="import")
    lignes: int
    date_metier: dt.date | None = None


class RapportV1(Schema):
    """Le rapport de validation : lignes lues = chargées + écartées + dédoublonnées."""

    lues: int
    chargees: int
    ecartees: int
    dedoublonnees: int
    lignes_de_la_version: int = Field(description="Celles reprises de la version en place comprises.")
    date_metier: dt.date | None = None
    inchange: bool = Field(description="Vrai : ce fichier est celui en place, le publier ne changera rien.")
    quarantaine: QuarantaineV1
    avertissements: list[str]
    seuils: list[SeuilV1]
    refus: list[RefusV1]
    differences: DifferencesV1 | None = Field(None, description="Null quand le fichier n’a pas pu être chargé.")
    version_comparee: VersionV1 | None = Field(None, description="Version en place lors de la vérification.")


class ResumeDepotV1(Schema):
    """Un dépôt, où il en est et ce qui s’est passé, sans son rapport."""

    numero: int
    source: str
    etat: str = Field(description="recu, en_verification, pret, refuse, erreur, publie ou abandonne.")
    message: str = Field(description="Phrase qui dit où en est le dépôt et quoi faire.")
    fichier: str
    octets: int
    sha256: str
    date_metier: dt.date | None = Field(None, description="Date demandée à l’envoi.")
    recu: dt.datetime
    verifie: dt.datetime | None = None
    clos: dt.datetime | None = Field(None, description="Publié ou abandonné.")
    forcable: bool = Field(description="Refusé par un seuil : publiable avec un motif.")
    forcer_motif: str


class DepotV1(ResumeDepotV1):
    """Un dépôt et son rapport de validation."""

    rapport: RapportV1 | None = Field(None, description="Null tant que le dépôt n’est pas vérifié.")


class DepotsV1(Schema):
    """Une page des dépôts d’un producteur, les plus récents d’abord."""

    total: int
    page: int
    pages: int
    depots: list[ResumeDepotV1]


class Publication(Schema):
    """Ce qui peut accompagner une publication."""

    forcer: str = Field("", max_length=500, description="Motif, quand un seuil refuse le dépôt ; il est gardé.")


class RetourV1(Schema):
    """La version remise en place par un retour en arrière."""

    source: str
    importation: int = Field(description="Numéro de l’import remis en place.")
    date_metier: dt.date | None = None
    lignes: int


_PHRASES = {
    EtatDepot.RECU: "Reçu, en attente de vérification : redemandez son état dans quelques minutes.",
    EtatDepot.EN_VERIFICATION: "Vérification en cours : redemandez son état dans quelques minutes.",
    EtatDepot.PRET: "Vérifié : lisez le rapport, puis publiez-le ou abandonnez-le.",
    EtatDepot.PUBLIE: "Publié.",
    EtatDepot.ABANDONNE: "Abandonné : son fichier a été effacé.",
}


def resume(depot: Depot) -> dict[str, Any]:
    """The fields of ``ResumeDepotV1``: four of them, then the attributes of the same name."""
    propres = {"numero": depot.pk, "etat": str(depot.etat), "message": _phrase(depot), "sha256": depot.empreinte}
    return {nom: propres[nom] if nom in propres else getattr(depot, nom) for nom in ResumeDepotV1.model_fields}


def complet(jeton: JetonDepot, depot: Depot) -> dict[str, Any]:
    """A deposit with its report, restricted to what the token may see."""
    return {**resume(depot), "rapport": selectors.rapport_de(jeton, depot) or None}


def _phrase(depot: Depot) -> str:
    if depot.etat == EtatDepot.ERREUR:
        return f"{depot.rapport.get('erreur', '')} Relancez la vérification, ou abandonnez-le."
    if depot.etat == EtatDepot.REFUSE:
        if depot.forcable:
            return "Refusé par un seuil : lisez le rapport, puis abandonnez-le ou publiez-le en donnant un motif."
        return "Refusé : corrigez le fichier selon le rapport et déposez-le à nouveau."
    return _PHRASES[EtatDepot(depot.etat)]
