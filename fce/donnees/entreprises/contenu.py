"""Types that this room gives out: companies and establishments, already masked.

``None`` always means "unknown or hidden"; ``masque`` distinguishes both. The ``Ligne…`` tuples are the light rows
streamed to the indexer.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

import msgspec

from fce.donnees.entreprises.apports import FaitApporte
from fce.donnees.entreprises.diffusion import Regime
from fce.donnees.entreprises.libelles import activites_nommees
from fce.donnees.entreprises.sirene import INDEXEES_ETAB, INDEXEES_UL
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
    regime: Regime
    date_maj: date | None = None
    nomenclature_activite: str | None = None

    @property
    def masque(self) -> bool:
        return self.regime.masque

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
    regime: Regime
    nic_siege: str | None = None
    pseudonyme: str | None = None
    date_maj: date | None = None
    nomenclature_activite: str | None = None

    @property
    def activites_nommees(self) -> tuple[tuple[str, Libelle | None], ...]:
        """(name of the nomenclature, main activity in it), for each nomenclature given."""
        return activites_nommees(self.activite, self.nomenclature_activite, self.activite_naf25)

    @property
    def masque(self) -> bool:
        return self.regime.masque

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
    """One page of a company's establishments. ``total`` follows the filters; ``nombre`` and ``ouverts`` do not.

    ``proches``: those of ``total`` in the départements asked first. ``departements``: {code: number in ``total``} of
    all the places that are not hidden, and ``tranches``: their bands, when asked for.
    """

    etablissements: tuple[EtablissementVu, ...]
    total: int
    page: int
    pages: int
    taille: int
    nombre: int
    ouverts: int
    proches: int = 0
    departements: Mapping[str, int] = field(default_factory=dict)
    tranches: frozenset[str] = frozenset()


def _classe_de_lignes(nom: str, colonnes: Sequence[str]) -> Any:
    return namedtuple(nom, colonnes)


COORDONNEES: Final = ("coordonnee_lambert_abscisse", "coordonnee_lambert_ordonnee")
"""Read by the indexer, which finds what is around a point, and kept in no line of a result."""
Ligne = Any
"""A row as the indexer receives it, a ``LigneEntreprise`` or a ``LigneEtablissement``: masked, codes without labels,
one field per column read. Dates are ISO strings; a hidden value is None."""
LigneEtablissement = _classe_de_lignes("LigneEtablissement", (*INDEXEES_ETAB, "masque", *COORDONNEES))
LigneEntreprise = _classe_de_lignes("LigneEntreprise", (*INDEXEES_UL, "personne_physique", "masque"))


class DocumentEntreprise(NamedTuple):
    """One company, its establishments by SIRET, and the facts of other sources about them."""

    entreprise: Ligne
    etablissements: list[Ligne]
    faits: Sequence[FaitApporte] = ()
