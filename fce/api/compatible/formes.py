"""Answers of the contract, as structures: names, types and nullability. The OpenAPI document is made of them.

A field left ``UNSET`` is absent from the answer.
"""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

Texte = str | None
Absent = UnsetType


class LienCompatible(Struct):
    """Un lien de succession avec un autre établissement."""

    siret: str
    date_lien_succession: Texte
    transfert_siege: bool | None
    continuite_economique: bool | None


class Successions(Struct):
    """Les établissements qui précèdent et qui suivent un établissement."""

    predecesseurs: list[LienCompatible]
    successeurs: list[LienCompatible]


class EtablissementCompatible(Struct):
    """Un établissement. Les listes d’établissements n’ont pas tous les champs du siège."""

    siret: str | Absent = UNSET
    activite_principale: Texte | Absent = UNSET
    activite_principale_naf25: Texte | Absent = UNSET
    activite_principale_registre_metier: Texte | Absent = UNSET
    ancien_siege: bool | Absent = UNSET
    annee_tranche_effectif_salarie: Texte | Absent = UNSET
    adresse: Texte | Absent = UNSET
    caractere_employeur: Texte | Absent = UNSET
    cedex: Texte | Absent = UNSET
    code_pays_etranger: Texte | Absent = UNSET
    code_postal: Texte | Absent = UNSET
    commune: Texte | Absent = UNSET
    complement_adresse: Texte | Absent = UNSET
    coordonnees: Texte | Absent = UNSET
    date_creation: Texte | Absent = UNSET
    date_debut_activite: Texte | Absent = UNSET
    date_fermeture: Texte | Absent = UNSET
    date_mise_a_jour: Texte | Absent = UNSET
    date_mise_a_jour_insee: Texte | Absent = UNSET
    departement: Texte | Absent = UNSET
    dernier_numero_voie: Texte | Absent = UNSET
    distribution_speciale: Texte | Absent = UNSET
    epci: Texte | Absent = UNSET
    est_siege: bool | Absent = UNSET
    etat_administratif: Texte | Absent = UNSET
    geo_adresse: Texte | Absent = UNSET
    geo_id: Texte | Absent = UNSET
    indice_repetition: Texte | Absent = UNSET
    latitude: Texte | Absent = UNSET
    libelle_cedex: Texte | Absent = UNSET
    libelle_commune: Texte | Absent = UNSET
    libelle_commune_etranger: Texte | Absent = UNSET
    libelle_pays_etranger: Texte | Absent = UNSET
    libelle_voie: Texte | Absent = UNSET
    liste_enseignes: list[str] | Absent | None = UNSET
    liste_finess: list[str] | Absent | None = UNSET
    liste_id_bio: list[int | str] | Absent | None = UNSET
    liste_id_organisme_formation: list[str] | Absent | None = UNSET
    liste_idcc: list[str] | Absent | None = UNSET
    liste_rge: list[str] | Absent | None = UNSET
    liste_uai: list[str] | Absent | None = UNSET
    longitude: Texte | Absent = UNSET
    nom_commercial: Texte | Absent = UNSET
    numero_voie: Texte | Absent = UNSET
    region: Texte | Absent = UNSET
    statut_diffusion_etablissement: Texte | Absent = UNSET
    successions: Successions | Absent = UNSET
    tranche_effectif_salarie: Texte | Absent = UNSET
    type_voie: Texte | Absent = UNSET


class EluCompatible(Struct):
    """Un élu d’une collectivité. « annee_de_naissance » est toujours null."""

    nom: Texte
    prenoms: Texte
    annee_de_naissance: None
    fonction: Texte
    sexe: Texte


class DirigeantCompatible(Struct):
    """Un dirigeant, « personne physique » ou « personne morale ». Naissance et nationalité sont toujours null."""

    type_dirigeant: Literal["personne physique", "personne morale"]
    qualite: Texte
    nom: Texte | Absent = UNSET
    prenoms: Texte | Absent = UNSET
    annee_de_naissance: Absent | None = UNSET
    date_de_naissance: Absent | None = UNSET
    nationalite: Absent | None = UNSET
    siren: Texte | Absent = UNSET
    denomination: Texte | Absent = UNSET


class Finances(Struct):
    """Les comptes d’un exercice, en euros."""

    ca: int | None
    resultat_net: int | None


class CollectiviteTerritoriale(Struct):
    """Une collectivité : son code officiel, son niveau, ses élus."""

    code: Texte
    code_insee: Texte
    elus: list[EluCompatible]
    niveau: Texte


class Complements(Struct):
    """Ce que les autres registres disent d’une entreprise."""

    collectivite_territoriale: CollectiviteTerritoriale | None
    convention_collective_renseignee: bool
    liste_idcc: list[str] | None
    liste_finess_juridique: list[str] | None
    egapro_renseignee: bool
    est_achats_responsables: bool
    est_alim_confiance: bool
    est_association: bool
    est_avocat: bool
    est_bio: bool
    est_entrepreneur_individuel: bool
    est_entrepreneur_spectacle: bool
    est_ess: bool
    est_finess: bool
    est_organisme_formation: bool
    est_qualiopi: bool
    liste_id_organisme_formation: list[str] | None
    est_rge: bool
    est_siae: bool
    est_societe_mission: bool
    est_uai: bool
    est_patrimoine_vivant: bool
    bilan_ges_renseigne: bool
    identifiant_association: Texte
    statut_entrepreneur_spectacle: Texte
    type_siae: Texte
    a_aide_minimis: bool
    a_aide_ademe: bool
    est_administration: bool
    est_service_public: None = None
    est_l100_3: None = None


class Immatriculation(Struct):
    """L’immatriculation au registre national des entreprises."""

    date_debut_activite: Texte
    date_immatriculation: Texte
    date_radiation: Texte
    duree_personne_morale: int | None
    date_fin_existence: Texte
    nature_entreprise: list[str] | None
    date_cloture_exercice: Texte
    capital_social: float | None
    capital_variable: bool | None
    devise_capital: Texte
    indicateur_associe_unique: bool | None


class Radiation(Struct):
    """La radiation publiée au Bodacc."""

    est_radie: bool
    id_annonce: Texte
    date: Texte


class ProcedureCollective(Struct):
    """La procédure collective que dit la dernière annonce en vigueur au Bodacc."""

    statut: Texte
    id_annonce: Texte
    date: Texte


class Bodacc(Struct):
    """Ce que le Bodacc dit d’une entreprise."""

    radiation: Radiation | None
    procedure_collective: ProcedureCollective | None


class Admin(Struct):
    """L’adresse lisible de l’entreprise, et si ses agents ont un espace."""

    slug: str
    a_acces_espace_agent: bool


class UniteLegaleCompatible(Struct):
    """Une entreprise. Un bloc qui n’est pas demandé est absent."""

    siren: str
    nom_complet: Texte
    nom_raison_sociale: Texte
    sigle: Texte
    nombre_etablissements: int
    nombre_etablissements_ouverts: int
    activite_principale: Texte
    activite_principale_naf25: Texte
    categorie_entreprise: Texte
    caractere_employeur: Texte
    annee_categorie_entreprise: Texte
    date_creation: Texte
    date_fermeture: Texte
    date_mise_a_jour: Texte
    date_mise_a_jour_insee: Texte
    date_mise_a_jour_rne: Texte
    etat_administratif: Texte
    nature_juridique: Texte
    section_activite_principale: Texte
    tranche_effectif_salarie: Texte
    annee_tranche_effectif_salarie: Texte
    statut_diffusion: Texte
    siege: EtablissementCompatible | Absent = UNSET
    dirigeants: list[DirigeantCompatible] | Absent = UNSET
    finances: dict[str, Finances] | Absent | None = UNSET
    complements: Complements | Absent = UNSET
    matching_etablissements: list[EtablissementCompatible] | Absent = UNSET
    etablissements: list[EtablissementCompatible] | Absent = UNSET
    immatriculation: Immatriculation | Absent | None = UNSET
    bodacc: Bodacc | Absent = UNSET
    admin: Admin | Absent = UNSET
    tva: list[str] | Absent | None = UNSET
    score: float | Absent | None = UNSET


class ReponseCompatible(Struct):
    """Une page de résultats ; « total_results » est exact jusqu’à 10 000."""

    results: list[UniteLegaleCompatible]
    total_results: int
    page: int
    per_page: int
    total_pages: int


class RefusCompatible(Struct):
    """Pourquoi la demande n’a pas de réponse, en une phrase."""

    erreur: str


class Sante(Struct):
    """L’état du service."""

    status: str
