"""Shapes of the answers of the API v1, built from the masked views: a code always travels with its label."""

import datetime as dt
from typing import Any

from msgspec.structs import replace
from ninja import Field, Schema

from fce.entreprises.contenu import Adresse, EntrepriseVue, EtablissementVu
from fce.recherche.elargissement import Compris
from fce.referentiels import Libelle


class CodeLibelle(Schema):
    """Un code d’une nomenclature officielle et son libellé, « null » quand aucun n’est publié."""

    code: str
    libelle: str | None = None


class AdresseV1(Schema):
    """Une adresse, telle que l’Insee permet de la diffuser."""

    lignes: list[str] = Field(description="Adresse prête à imprimer, une ligne par élément.")
    voie: str | None = None
    code_postal: str | None = None
    commune: str | None = None
    code_commune: str | None = Field(None, description="Code Insee de la commune.")
    departement: CodeLibelle | None = None
    region: CodeLibelle | None = None
    epci: CodeLibelle | None = None
    pays: str | None = None
    masquee: bool = Field(
        description="Adresse non diffusible en tout ou partie (art. R. 123-232-1 du code de commerce)."
    )


class EtablissementV1(Schema):
    """Un établissement et ce que Sirene en dit."""

    siret: str
    siren: str
    nic: str
    siege: bool
    etat: str | None = Field(description="« A » ouvert, « F » fermé, null inconnu.")
    etat_depuis: dt.date | None = None
    date_creation: dt.date | None = None
    nom: str
    enseignes: list[str]
    denomination_usuelle: str | None = None
    commune: str | None = None
    code_postal: str | None = None
    adresse: AdresseV1
    activite: CodeLibelle | None = None
    activite_naf25: CodeLibelle | None = Field(
        None, description="L’activité dans la NAF 2025 : celle de « activite » quand elle y est déjà."
    )
    nomenclature_activite: str | None = Field(
        None, description="Nomenclature de « activite » : « NAFRev2 », « NAF25 », ou une plus ancienne si c’est fermé."
    )
    tranche_effectif: CodeLibelle | None = None
    annee_effectif: int | None = None
    employeur: bool | None = None
    diffusion_partielle: bool


class EntrepriseV1(Schema):
    """Une entreprise (unité légale), ce que Sirene en dit et son siège."""

    siren: str
    nom: str
    sigle: str | None = None
    denominations_usuelles: list[str]
    personne_physique: bool
    etat: str | None = Field(description="« A » active, « C » cessée, null inconnu.")
    etat_depuis: dt.date | None = None
    date_creation: dt.date | None = None
    siege: EtablissementV1 | None = None
    activite: CodeLibelle | None = None
    activite_naf25: CodeLibelle | None = Field(
        None, description="L’activité dans la NAF 2025 : celle de « activite » quand elle y est déjà."
    )
    nomenclature_activite: str | None = Field(
        None, description="Nomenclature de « activite » : « NAFRev2 », « NAF25 », ou une plus ancienne si c’est fermé."
    )
    categorie_juridique: CodeLibelle | None = None
    tranche_effectif: CodeLibelle | None = None
    annee_effectif: int | None = None
    categorie_entreprise: str | None = Field(None, description="PME, ETI ou GE.")
    annee_categorie_entreprise: int | None = None
    economie_sociale_solidaire: bool | None = None
    societe_mission: bool | None = None
    employeur: bool | None = None
    identifiant_association: str | None = Field(None, description="Numéro RNA.")
    tva_intracommunautaire: str
    nombre_etablissements: int
    nombre_etablissements_ouverts: int
    diffusion_partielle: bool


class ResultatV1(EntrepriseV1):
    """Une entreprise trouvée ; « etablissement » est celui qui répond, dans la vue des établissements."""

    etablissement: EtablissementV1 | None = None
    motif: str | None = Field(None, description="Pourquoi ce résultat répond, quand ce n’est pas par son nom.")
    dirigeants: list[str] = Field([], description="Dirigeants et élus de l’entreprise, 20 au plus.")


class FacetteV1(Schema):
    """Le nombre de résultats que donnerait une valeur d’un filtre, seule dans ce filtre."""

    code: str
    libelle: str | None = None
    nombre: int
    estimee: bool = Field(False, description="Le nombre est une estimation.")


class ElargissementV1(Schema):
    """Une recherche voisine : un seul filtre y est plus large."""

    porte_sur: str = Field(description="« nomenclature », « lieu », « activite », « etat » ou « vue » : ce qui change.")
    libelle: str
    total: int
    parametres: str = Field(description="Les paramètres de cette recherche, à la suite de « /api/v1/recherche? ».")


class ComprisV1(Schema):
    """L’activité et le lieu demandés, combien d’entreprises y répondent, et où il y en a quand aucune n’y répond."""

    phrase: str
    total: int
    parametres: str = Field(description="Les filtres compris, à la suite de « /api/v1/recherche? ».")
    elargissements: list[ElargissementV1]


class RechercheV1(Schema):
    """Une page de résultats, et les facettes demandées de toute la recherche."""

    total: int
    total_exact: bool = Field(description="Faux au-delà de 10 000 résultats : le total est alors une estimation.")
    page: int
    pages: int
    approchants: bool = Field(description="Aucun résultat exact : ceux-ci s’en approchent.")
    conseil: str | None = Field(description="Ce qui est dit d’un numéro qui ne mène à rien, ou incomplet.")
    compris: ComprisV1 | None = Field(
        description="Quand « q » dit une activité et un lieu, ou quand l’activité et le lieu filtrés n’ont aucun "
        "résultat : ce qui a été compris, et les recherches voisines, un filtre élargi à la fois."
    )
    resultats: list[ResultatV1]
    facettes: dict[str, list[FacetteV1]] = Field(
        description="Par filtre demandé dans le paramètre « facettes » ; vide sans lui."
    )


class DetailErreur(Schema):
    """Pourquoi l’API ne répond pas : un code stable pour un programme, une phrase pour une personne."""

    code: str
    message: str = Field(description="Phrase en français qui dit quoi faire.")


class Erreur(Schema):
    """La réponse de l’API quand elle refuse ou échoue."""

    erreur: DetailErreur


def code_libelle(valeur: Libelle | None) -> dict[str, Any] | None:
    """Return a code and its label."""
    return None if valeur is None else {"code": valeur.code, "libelle": valeur.libelle}


def compris(c: Compris | None) -> dict[str, Any] | None:
    """Return what was understood of a search in the form of ``ComprisV1``; None for none."""
    if c is None:
        return None
    return {
        "phrase": f"{c.phrase}.",
        "total": c.nombre,
        "parametres": replace(c.requete, saisie="").query_string(),
        "elargissements": [
            {"porte_sur": e.porte_sur, "libelle": e.libelle, "total": e.nombre, "parametres": e.requete.query_string()}
            for e in c.elargissements
        ],
    }


def adresse(a: Adresse) -> dict[str, Any]:
    """Return an address, already masked, in the form of ``AdresseV1``."""
    return {
        "lignes": list(a.lignes),
        "voie": a.voie,
        "code_postal": a.code_postal,
        "commune": a.commune,
        "code_commune": a.code_commune,
        "departement": code_libelle(a.departement),
        "region": code_libelle(a.region),
        "epci": code_libelle(a.epci),
        "pays": a.pays,
        "masquee": a.masquee,
    }


def etablissement(e: EtablissementVu | None) -> dict[str, Any] | None:
    """Return an establishment in the form of ``EtablissementV1``; None for none."""
    if e is None:
        return None
    return {
        "siret": e.siret,
        "siren": e.siren,
        "nic": e.nic,
        "siege": e.siege,
        "etat": e.etat,
        "etat_depuis": e.etat_depuis,
        "date_creation": e.date_creation,
        "nom": e.nom,
        "enseignes": list(e.enseignes),
        "denomination_usuelle": e.denomination_usuelle,
        "commune": e.adresse.commune,
        "code_postal": e.adresse.code_postal,
        "adresse": adresse(e.adresse),
        "activite": code_libelle(e.activite),
        "activite_naf25": code_libelle(e.activite_naf25),
        "nomenclature_activite": e.nomenclature_activite,
        "tranche_effectif": code_libelle(e.tranche_effectif),
        "annee_effectif": e.annee_effectif,
        "employeur": e.employeur,
        "diffusion_partielle": e.masque,
    }


def entreprise(e: EntrepriseVue) -> dict[str, Any]:
    """Return a company and its siège."""
    return {
        "siren": e.siren,
        "nom": e.nom,
        "sigle": e.sigle,
        "denominations_usuelles": list(e.denominations_usuelles),
        "personne_physique": e.personne_physique,
        "etat": e.etat,
        "etat_depuis": e.etat_depuis,
        "date_creation": e.date_creation,
        "siege": etablissement(e.siege),
        "activite": code_libelle(e.activite),
        "activite_naf25": code_libelle(e.activite_naf25),
        "nomenclature_activite": e.nomenclature_activite,
        "categorie_juridique": code_libelle(e.categorie_juridique),
        "tranche_effectif": code_libelle(e.tranche_effectif),
        "annee_effectif": e.annee_effectif,
        "categorie_entreprise": e.categorie,
        "annee_categorie_entreprise": e.annee_categorie,
        "economie_sociale_solidaire": e.ess,
        "societe_mission": e.societe_mission,
        "employeur": e.employeur,
        "identifiant_association": e.rna,
        "tva_intracommunautaire": e.tva,
        "nombre_etablissements": e.nombre_etablissements,
        "nombre_etablissements_ouverts": e.nombre_etablissements_ouverts,
        "diffusion_partielle": e.masque,
    }
