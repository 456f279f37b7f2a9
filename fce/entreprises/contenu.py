"""What this room hands out: companies and establishments, already masked (diffusion partielle applied).

Frozen dataclasses and structs with no behaviour beyond trivial reading helpers. ``None`` always means "not known or not
shown"; ``masque`` tells the two apart. The two ``Ligne…`` tuples at the end are the light rows streamed to the indexer.
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

    ``lignes`` is ready to print, one item per line, and holds "Adresse non diffusible" in place of what is hidden.
    ``voie`` is number + street on one line. ``commune`` is the label of the file; ``code_commune`` the INSEE code.
    ``masquee`` means that something was hidden by the diffusion partielle (the commune may remain for legal persons).
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
    """One establishment. ``etat`` is "A" (open), "F" (closed) or None (not given by the file).

    ``nom`` is what to print: enseigne, else usual name, else the name of the company, else a sentence.
    ``etat_depuis`` is the date of closing for a closed establishment, of creation for an open one; the sheet refines it
    with the history. ``annee_effectif`` is the year of ``tranche_effectif``.
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
        """The label of its commune."""
        return self.adresse.commune

    @property
    def code_postal(self) -> str | None:
        """The postal code of its address."""
        return self.adresse.code_postal

    @property
    def activites_nommees(self) -> tuple[tuple[str, Libelle | None], ...]:
        """Its main activity in each nomenclature that says it, under its name."""
        return activites_nommees(self.activite, self.nomenclature_activite, self.activite_naf25)


@dataclass(frozen=True, slots=True)
class EntrepriseVue:
    """One company (unité légale). ``etat`` is "A" (active), "C" (cessée) or None (not given by the file).

    ``siege`` is None when the row of the siège is not in the file in place; ``nic_siege`` still says which it is.
    ``categorie`` is "PME", "ETI", "GE" or None. ``tva`` is the computed intra-community number (FR + key + SIREN).
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
        """Its main activity in each nomenclature that says it, under its name."""
        return activites_nommees(self.activite, self.nomenclature_activite, self.activite_naf25)

    @property
    def noms(self) -> tuple[str | None, ...]:
        """All that it is called, beginning with the name that is shown."""
        return (self.nom, self.sigle, *self.denominations_usuelles, self.pseudonyme)

    @property
    def siret_siege(self) -> str | None:
        """SIRET of the siège, known from the company even when the row of the establishment is missing."""
        if self.siege is not None:
            return self.siege.siret
        return f"{self.siren}{self.nic_siege}" if self.nic_siege else None


@dataclass(frozen=True, slots=True)
class PageEtablissements:
    """One page of the establishments of a company. ``total`` follows the filters, ``nombre``/``ouverts`` do not."""

    etablissements: tuple[EtablissementVu, ...]
    total: int
    page: int
    pages: int
    taille: int
    nombre: int
    ouverts: int


class LigneEtablissement(NamedTuple):
    """An establishment as the indexer receives it: masked, codes only, text as PostgreSQL prints it.

    Dates are ISO strings; booleans are real; every other value is ``str | None``. A hidden value is None.
    """

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
    """A company as the indexer receives it: masked, codes only, text as PostgreSQL prints it, dates as ISO strings.

    ``nom`` is the displayed name (identical to ``EntrepriseVue.nom``); the parts a person may be searched by
    (birth name, name in use, first names, pseudonym) follow, None for legal persons. ``personne_physique``: the
    company is a natural person.
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
    """What ``selectors.documents()`` yields: one company, all its establishments in order of SIRET, and the facts that
    other sources give of them."""

    entreprise: LigneEntreprise
    etablissements: list[LigneEtablissement]
    faits: Sequence[FaitApporte] = ()
