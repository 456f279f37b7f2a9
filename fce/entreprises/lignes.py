"""The line of a result, as the index keeps it: what a page shows of a company or of an establishment, already masked.

A line is what the indexer was given of a row of Sirene (``flux``), hidden values left out, without the labels of its
codes: those are of the code that reads it. It is written by ``colonnes``. Read again, it makes the very view that
``selectors`` makes of the row that it was written from, but for ``date_maj``, which no list shows. It is worth that row
as long as the row is in place, and as the rule of masking, and the form of a line, are those it was written under:
``signature`` tells it.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any, Final

import msgspec

from fce.entreprises import diffusion
from fce.entreprises.construction import NOM_ABSENT, adresse, composer_entreprise, composer_etablissement
from fce.entreprises.contenu import EntrepriseVue, EtablissementVu, LigneEtablissement
from fce.entreprises.diffusion import NOM_MASQUE
from fce.entreprises.flux import COLONNES_DU_FLUX_ETAB, COLONNES_DU_FLUX_UL
from fce.entreprises.libelles import activite_du_code, code_naf25, entier, forme_du_code, tranche_du_code
from fce.entreprises.natures import natures
from fce.entreprises.sirene import ETABLISSEMENTS, UNITES_LEGALES
from fce.referentiels import Libelle, categories_juridiques
from fce.referentiels.naf import canonique

FORMAT: Final = 2
"""Of the lines: to be raised when the same row is to be written, or read, otherwise."""
CHAMPS_D_UNE_UNITE: Final = (
    "nom", "sigle", "denomination_usuelle_1", "denomination_usuelle_2", "denomination_usuelle_3", "pseudonyme", "etat",
    "date_debut", "date_creation", "nic_siege", "activite_principale", "nomenclature_activite_principale",
    "activite_principale_naf25", "categorie_juridique", "tranche_effectifs", "annee_effectifs", "categorie",
    "annee_categorie_entreprise", "ess", "societe_mission", "employeur", "rna", "masque",
)  # fmt: skip
CHAMPS_D_UN_LIEU: Final = LigneEtablissement._fields[2:]
"""All that the indexer is given but the numbers: a line is taken at once from a row."""
_COLONNES_UNITE: Final = tuple(COLONNES_DU_FLUX_UL.get(champ, champ) for champ in CHAMPS_D_UNE_UNITE)
_COLONNES_LIEU: Final = tuple(COLONNES_DU_FLUX_ETAB.get(champ, champ) for champ in CHAMPS_D_UN_LIEU)
_COLONNES: Final = ((UNITES_LEGALES, _COLONNES_UNITE), (ETABLISSEMENTS, _COLONNES_LIEU))
_ETAT: Final = CHAMPS_D_UNE_UNITE.index("etat")
_NIC_SIEGE: Final = CHAMPS_D_UNE_UNITE.index("nic_siege")
_FORME: Final = CHAMPS_D_UNE_UNITE.index("categorie_juridique")
_ENSEIGNES: Final = slice(CHAMPS_D_UN_LIEU.index("enseigne_1"), CHAMPS_D_UN_LIEU.index("enseigne_3") + 1)
_ECRIRE: Final = msgspec.json.Encoder().encode
_LIRE: Final = msgspec.json.Decoder(list[Any]).decode
GUILLEMET: Final = "\x7f"
"""Stands for a quotation mark in a line, which is itself put between quotation marks on its way to the index: sixty to
escape, then to bring back, took longer than to write it."""


@cache
def signature() -> str:
    """Return what a line depends on: its form, and the rule of masking of its fields. Lines of another signature are
    not believed, so a nature that no field of a line bears is left out: it changes none."""
    lues = [(c, natures(source).get(c, "")) for source, colonnes in _COLONNES for c in colonnes]
    portees = {nature for _, nature in lues}
    regles: list[Any] = [sorted((regime, sorted(montrees & portees)) for regime, montrees in diffusion.MONTRE.items())]
    regles += [sorted(diffusion.NIVEAUX_PERSONNE_MORALE), lues]
    return f"{FORMAT}-{sha256(_ECRIRE(regles)).hexdigest()[:16]}"


def _lire(ligne: str) -> list[Any]:
    return _LIRE(ligne.replace(GUILLEMET, '"'))


class EntrepriseRangee:
    """A company from its line: what most readers ask of it is read at once, its whole view when something else is.

    It answers as ``EntrepriseVue`` does. ``en_json`` is what is sent of it.
    """

    __slots__ = ("_noms", "_siege", "_valeurs", "_vue", "siren")

    def __init__(self, siren: str, ligne: str) -> None:
        self.siren = siren
        self._valeurs: list[Any] = _lire(ligne)
        self._noms: tuple[str | None, ...] = ()
        self._siege: EtablissementVu | None = None
        self._vue: EntrepriseVue | None = None

    @property
    def vue(self) -> EntrepriseVue:
        """The whole view of the company, made at the first time that it is asked."""
        if self._vue is None:
            valeurs, _, nombre, ouverts, _ = self._valeurs
            unite = dict(zip(_COLONNES_UNITE, valeurs, strict=True), siren=self.siren)
            self._vue = composer_entreprise(unite, self.siege, nombre, ouverts, masque=unite["masque"])
        return self._vue

    @property
    def siege(self) -> EtablissementVu | None:
        """The view of its siège."""
        unite, lieu, *_ = self._valeurs
        if self._siege is None and lieu is not None:
            # The one that a company names by its NIC: its number is made of both.
            siret = f"{self.siren}{unite[_NIC_SIEGE]}"
            self._siege = _etablissement(siret, lieu, unite[0], unite[_FORME])
        return self._siege

    @property
    def masque(self) -> bool:
        """Whether something of it is hidden."""
        return bool(self._valeurs[0][-1])

    @property
    def personne_physique(self) -> bool:
        """Whether it is a natural person."""
        return categories_juridiques.est_personne_physique(self._valeurs[0][_FORME])

    @property
    def nom(self) -> str:
        """The name that is shown."""
        return self._valeurs[0][0] or (NOM_MASQUE if self.masque else NOM_ABSENT)

    @property
    def noms(self) -> tuple[str | None, ...]:
        """All that it is called, beginning with the name that is shown."""
        if not self._noms:  # three readers ask for them
            self._noms = (self.nom, *self._valeurs[0][1:_ETAT])
        return self._noms

    @property
    def categorie_juridique(self) -> Libelle | None:
        """The catégorie juridique of the company with its label, None when it has none."""
        forme = self._valeurs[0][_FORME]
        return forme_du_code(forme) if forme else None

    def __getattr__(self, nom: str) -> Any:
        return getattr(self.vue, nom)

    def en_json(self) -> dict[str, Any]:
        """What the API says of it, in the form and in the order of ``EntrepriseV1``, made to be encoded at once."""
        unite, lieu, nombre, ouverts, cle = self._valeurs
        (
            nom, sigle, usuelle_1, usuelle_2, usuelle_3, _, etat, debut, creation, nic, naf, nomenclature, naf25, forme,
            tranche, annee, categorie, annee_categorie, ess, mission, employeur, rna, masque,
        ) = unite  # fmt: skip
        nouveau = code_naf25(naf, nomenclature, naf25)
        return {
            "siren": self.siren,
            "nom": self.nom,
            "sigle": sigle,
            "denominations_usuelles": [x for x in (usuelle_1, usuelle_2, usuelle_3) if x],
            "personne_physique": categories_juridiques.est_personne_physique(forme),
            "etat": etat,
            "etat_depuis": debut if etat == "C" else creation,
            "date_creation": creation,
            "siege": _lieu_en_json(f"{self.siren}{nic}", lieu, nom, forme) if lieu else None,
            "activite": activite_du_code(naf, nomenclature) if naf else None,
            "activite_naf25": activite_du_code(nouveau, "NAF25") if nouveau else None,
            "nomenclature_activite": canonique(nomenclature) if naf else None,
            "categorie_juridique": forme_du_code(forme) if forme else None,
            "tranche_effectif": tranche_du_code(tranche) if tranche else None,
            "annee_effectif": entier(annee),
            "categorie_entreprise": categorie,
            "annee_categorie_entreprise": entier(annee_categorie),
            "economie_sociale_solidaire": ess,
            "societe_mission": mission,
            "employeur": employeur,
            "identifiant_association": rna,
            "tva_intracommunautaire": f"FR{cle}{self.siren}",
            "nombre_etablissements": nombre,
            "nombre_etablissements_ouverts": ouverts,
            "diffusion_partielle": masque,
        }


Entreprise = EntrepriseVue | EntrepriseRangee


def lire_etablissement(siret: str, ligne: str, entreprise: Entreprise) -> EtablissementVu:
    """The view of an establishment, from its line; ``entreprise``: its company, from its own."""
    inconnu = entreprise.masque and entreprise.nom == NOM_MASQUE
    forme = entreprise.categorie_juridique
    return _etablissement(siret, _lire(ligne), None if inconnu else entreprise.nom, forme.code if forme else None)


def _etablissement(siret: str, valeurs: list[Any], nom: str | None, forme: str | None) -> EtablissementVu:
    lieu = dict(zip(_COLONNES_LIEU, valeurs, strict=True), siret=siret, siren=siret[:9])
    masque = lieu["masque"]
    return composer_etablissement(lieu, _nom_sans_enseigne(nom, forme, masque=masque), masque=masque)


def _nom_sans_enseigne(nom: str | None, forme: str | None, *, masque: bool) -> str:
    """What an establishment without a name of its own is called; ``nom``: its company, when it shows a name."""
    return NOM_MASQUE if masque and not diffusion.est_personne_morale(forme) else nom or NOM_ABSENT


def _lieu_en_json(siret: str, valeurs: list[Any], nom: str | None, forme: str | None) -> dict[str, Any]:
    """What the API says of an establishment, in the form and in the order of ``EtablissementV1``."""
    lieu = dict(zip(_COLONNES_LIEU, valeurs, strict=True))
    masque, etat, creation = lieu["masque"], lieu["etat_administratif"], lieu["date_creation"]
    enseignes = [x for x in valeurs[_ENSEIGNES] if x]
    usuelle, naf25, tranche = lieu["denomination_usuelle"], lieu["activite_principale_naf25"], lieu["tranche_effectifs"]
    ou, naf = adresse(lieu, masquee=masque), lieu["activite_principale"]
    de = lieu["nomenclature_activite_principale"]
    nouveau = code_naf25(naf, de, naf25)
    return {
        "siret": siret,
        "siren": siret[:9],
        "nic": lieu["nic"] or siret[9:],
        "siege": lieu["etablissement_siege"],
        "etat": etat,
        "etat_depuis": lieu["date_debut"] if etat == "F" else creation,
        "date_creation": creation,
        "nom": enseignes[0] if enseignes else usuelle or _nom_sans_enseigne(nom, forme, masque=masque),
        "enseignes": enseignes,
        "denomination_usuelle": usuelle,
        "commune": ou.commune,
        "code_postal": ou.code_postal,
        "adresse": ou,
        "activite": activite_du_code(naf, de) if naf else None,
        "activite_naf25": activite_du_code(nouveau, "NAF25") if nouveau else None,
        "nomenclature_activite": canonique(de) if naf else None,
        "tranche_effectif": tranche_du_code(tranche) if tranche else None,
        "annee_effectif": entier(lieu["annee_effectifs"]),
        "employeur": lieu["caractere_employeur"],
        "diffusion_partielle": masque,
    }
