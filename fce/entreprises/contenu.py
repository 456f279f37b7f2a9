"""Types that this room gives out: companies and establishments, already masked.

``None`` always means "unknown or hidden"; ``masque`` distinguishes both. The ``Ligne…`` tuples are the light rows
streamed to the indexer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import msgspec

from fce.entreprises.apports import FaitApporte
from fce.entreprises.libelles import activites_nommees
from fce.referentiels.libelle import Libelle


class Adresse(msgspec.Struct, frozen=True):
    """A French or foreign postal address.

    ``lignes``: ready to print, with "Adresse non diffusible" in place of what is hidden. ``voie``: number and street on
    one line. ``commune``: label of the file; ``code_commune``: Insee code. ``masquee``: something is hidden (a legal
    person may keep the commune).
    """

    lignes: tuple[str, ...] = ()
    voie: str | None = None
    code_postal: str | None = None
    commune: str | None = None
    code_commune: str | None = None
    departement: Libelle | None = None
    region: Libelle | None = None
    epci: Libelle | None = None
    pays: str | None = None
    masquee: bool = False


@dataclass(frozen=True, slots=True)
class EtablissementVu:
    """An establishment. ``etat``: "A" (open), "F" (closed), None (not in the file).

    ``nom``: enseigne, else usual name, else name of the company, else a sentence. ``etat_depuis``: closing date of a
    closed establishment, else creation date; the sheet refines it with the history. ``annee_effectif``: year of
    ``tranche_effectif``.
    """

    siret: str
    siren: str
    nic: str
    siege: bool
    etat: str | None
    etat_depuis: date | None
    date_creation: date | None
    nom: str
    enseignes: tuple[str, ...]
    denomination_usuelle: str | None
    adresse: Adresse
    activite: Libelle | None
    activite_naf25: Libelle | None
    tranche_effectif: Libelle | None
    annee_effectif: int | None
    employeur: bool | None
    masque: bool
    date_maj: date | None = None
    nomenclature_activite: str | None = None

    @property
    def commune(self) -> str | None:
        return self.adresse.commune

    @property
    def code_postal(self) -> str | None:
        return self.adresse.code_postal

    @property
    def activites_nommees(self) -> tuple[tuple[str, Libelle | None], ...]:
        """(name of the nomenclature, main activity in it), for each nomenclature given."""
        return activites_nommees(self.activite, self.nomenclature_activite, self.activite_naf25)


@dataclass(frozen=True, slots=True)
class EntrepriseVue:
    """A company (unité légale). ``etat``: "A" (active), "C" (cessée), None (not in the file).

    ``siege``: None when its row is missing from the file; ``nic_siege`` still identifies it. ``categorie``: "PME",
    "ETI", "GE" or None. ``tva``: computed intra-community number (FR + key + SIREN).
    """

    siren: str
    nom: str
    sigle: str | None
    denominations_usuelles: tuple[str, ...]
    personne_physique: bool
    etat: str | None
    etat_depuis: date | None
    date_creation: date | None
    siege: EtablissementVu | None
    activite: Libelle | None
    activite_naf25: Libelle | None
    categorie_juridique: Libelle | None
    tranche_effectif: Libelle | None
    annee_effectif: int | None
    categorie: str | None
    annee_categorie: int | None
    ess: bool | None
    societe_mission: bool | None
    employeur: bool | None
    rna: str | None
    tva: str
    nombre_etablissements: int
    nombre_etablissements_ouverts: int
    masque: bool
    nic_siege: str | None = None
    pseudonyme: str | None = None
    date_maj: date | None = None
    nomenclature_activite: str | None = None

    @property
    def activites_nommees(self) -> tuple[tuple[str, Libelle | None], ...]:
        """(name of the nomenclature, main activity in it), for each nomenclature given."""
        return activites_nommees(self.activite, self.nomenclature_activite, self.activite_naf25)

    @property
    def noms(self) -> tuple[str | None, ...]:
        """The displayed name first."""
        return (self.nom, self.sigle, *self.denominations_usuelles, self.pseudonyme)

    @property
    def siret_siege(self) -> str | None:
        """Known from the company even when the row of the establishment is missing."""
        if self.siege is not None:
            return self.siege.siret
        return f"{self.siren}{self.nic_siege}" if self.nic_siege else None


@dataclass(frozen=True, slots=True)
class PageEtablissements:
    """One page of a company's establishments. ``total`` follows the filters; ``nombre`` and ``ouverts`` do not."""

    etablissements: tuple[EtablissementVu, ...]
    total: int
    page: int
    pages: int
    taille: int
    nombre: int
    ouverts: int


class LigneEtablissement(NamedTuple):
    """An establishment for the indexer: masked, codes only, None where hidden; dates are ISO strings."""

    siren: str
    siret: str
    nic: str | None
    siege: bool
    etat: str | None
    date_debut: str | None
    date_creation: str | None
    enseigne_1: str | None
    enseigne_2: str | None
    enseigne_3: str | None
    denomination_usuelle: str | None
    complement_adresse: str | None
    numero_voie: str | None
    indice_repetition: str | None
    dernier_numero_voie: str | None
    indice_repetition_dernier_numero_voie: str | None
    type_voie: str | None
    libelle_voie: str | None
    code_postal: str | None
    libelle_commune: str | None
    code_commune: str | None
    distribution_speciale: str | None
    code_cedex: str | None
    libelle_cedex: str | None
    libelle_commune_etranger: str | None
    libelle_pays_etranger: str | None
    activite_principale: str | None
    nomenclature_activite_principale: str | None
    activite_principale_naf25: str | None
    tranche_effectifs: str | None
    annee_effectifs: int | None
    employeur: bool | None
    masque: bool


class LigneEntreprise(NamedTuple):
    """A company for the indexer: masked, codes only, None where hidden; dates are ISO strings.

    ``nom``: displayed name (as ``EntrepriseVue.nom``). The names that find a person (birth name, name in use, first
    names, pseudonym) are None for legal persons.
    """

    siren: str
    nom: str | None
    sigle: str | None
    denomination: str | None
    denomination_usuelle_1: str | None
    denomination_usuelle_2: str | None
    denomination_usuelle_3: str | None
    nom_naissance: str | None
    nom_usage: str | None
    prenom_1: str | None
    prenom_2: str | None
    prenom_3: str | None
    prenom_4: str | None
    prenom_usuel: str | None
    pseudonyme: str | None
    etat: str | None
    date_debut: str | None
    date_creation: str | None
    nic_siege: str | None
    activite_principale: str | None
    nomenclature_activite_principale: str | None
    activite_principale_naf25: str | None
    categorie_juridique: str | None
    tranche_effectifs: str | None
    annee_effectifs: int | None
    categorie: str | None
    annee_categorie_entreprise: int | None
    ess: bool | None
    societe_mission: bool | None
    employeur: bool | None
    rna: str | None
    personne_physique: bool
    masque: bool


class DocumentEntreprise(NamedTuple):
    """One company, its establishments by SIRET, and the facts of other sources about them."""

    entreprise: LigneEntreprise
    etablissements: list[LigneEtablissement]
    faits: Sequence[FaitApporte] = ()
