"""The open columns of a company and of an establishment, one table: files, lists and reconciliation choose from it.

A column is read from the masked views, so that it never says more than a sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from fce.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.entreprises.libelles import nomenclature
from fce.entreprises.natures import natures
from fce.entreprises.sirene import ETABLISSEMENTS, UNITES_LEGALES
from fce.referentiels import Libelle
from fce.socle.exports import Cellule
from fce.sources.champs import Nature
from fce.sources.declaration import Source

_Vue = EntrepriseVue | EtablissementVu
_Lire = Callable[[EntrepriseVue, EtablissementVu | None], Cellule]


@dataclass(frozen=True, slots=True)
class ColonneOuverte:
    """``lire``: its value for a company, or for one of its establishments; None when unknown or hidden. ``source`` and
    ``champ``: the column of Sirene that it comes from. ``entreprise``, ``etablissement``: title in a file of companies,
    of establishments; "" when that file does not have it."""

    titre: str
    source: Source
    champ: str
    lire: _Lire
    entreprise: str = ""
    etablissement: str = ""

    @property
    def nature(self) -> Nature:
        """What it tells about a person, which decides when it is hidden (``diffusion.MONTRE``)."""
        return natures(self.source)[self.champ]


def _du_numero(titre: str, champ: str, lire: Callable[[Any], Cellule]) -> ColonneOuverte:
    """Sirene says it of companies and of establishments."""
    return ColonneOuverte(titre, ETABLISSEMENTS, champ, lambda unite, lieu: lire(lieu or unite), titre, titre)


def _de_l_unite(titre: str, champ: str, lire: Callable[[EntrepriseVue], Cellule]) -> ColonneOuverte:
    return ColonneOuverte(titre, UNITES_LEGALES, champ, lambda unite, _: lire(unite), titre)


def _du_lieu(titre: str, champ: str, lire: Callable[[EtablissementVu], Cellule]) -> ColonneOuverte:
    return ColonneOuverte(
        titre, ETABLISSEMENTS, champ, lambda _, lieu: lire(lieu) if lieu else None, etablissement=titre
    )


def _de_la_place(titre: str, champ: str, lire: Callable[[EtablissementVu], Cellule]) -> ColonneOuverte:
    """A company is where its siège is."""

    def lire_ici(unite: EntrepriseVue, lieu: EtablissementVu | None) -> Cellule:
        return lire(ici) if (ici := lieu or unite.siege) else None

    return ColonneOuverte(titre, ETABLISSEMENTS, champ, lire_ici, f"{titre} du siège", titre)


def _code(libelle: Libelle | None) -> str | None:
    return libelle.code if libelle else None


def _libelle(libelle: Libelle | None) -> str | None:
    return libelle.libelle if libelle else None


def _etat(vue: _Vue) -> str:
    ecrits = {"A": "ouvert", "F": "fermé"} if isinstance(vue, EtablissementVu) else {"A": "active", "C": "cessée"}
    return ecrits.get(vue.etat or "", "")


def _nomenclature(vue: _Vue) -> str | None:
    """The NAF of the code in the column before: both versions are in one file during the change."""
    return nomenclature(vue.nomenclature_activite) if vue.activite else None


OUVERTES: Final[dict[str, ColonneOuverte]] = {
    "siret": ColonneOuverte(
        "SIRET", ETABLISSEMENTS, "siret", lambda u, lieu: lieu.siret if lieu else u.siret_siege, etablissement="SIRET"
    ),
    "siren": _du_numero("SIREN", "siren", lambda x: x.siren),
    "nom": ColonneOuverte("Nom", UNITES_LEGALES, "denomination", lambda u, lieu: (lieu or u).nom, "Nom", "Nom"),
    "entreprise": ColonneOuverte(
        "Entreprise",
        UNITES_LEGALES,
        "denomination",
        lambda u, lieu: u.nom if lieu else None,
        etablissement="Entreprise",
    ),
    "sigle": _de_l_unite("Sigle", "sigle", lambda u: u.sigle),
    "noms-usuels": _de_l_unite("Noms usuels", "denomination_usuelle_1", lambda u: ", ".join(u.denominations_usuelles)),
    "siege": _du_lieu("Siège", "etablissement_siege", lambda lieu: lieu.siege),
    "etat": _du_numero("État", "etat_administratif", _etat),
    "date-de-creation": _du_numero("Date de création", "date_creation", lambda x: x.date_creation),
    "enseignes": _du_lieu("Enseignes", "enseigne_1", lambda lieu: ", ".join(lieu.enseignes)),
    "code-naf": _du_numero("Code NAF", "activite_principale", lambda x: _code(x.activite)),
    "activite": _du_numero("Activité", "activite_principale", lambda x: _libelle(x.activite)),
    "nomenclature": _du_numero("Nomenclature", "nomenclature_activite_principale", _nomenclature),
    "code-naf-2025": _du_numero("Code NAF 2025", "activite_principale_naf25", lambda x: _code(x.activite_naf25)),
    "code-forme-juridique": _de_l_unite(
        "Code forme juridique", "categorie_juridique", lambda u: _code(u.categorie_juridique)
    ),
    "forme-juridique": _de_l_unite("Forme juridique", "categorie_juridique", lambda u: _libelle(u.categorie_juridique)),
    "code-tranche-d-effectif": _du_numero(
        "Code tranche d’effectif", "tranche_effectifs", lambda x: _code(x.tranche_effectif)
    ),
    "tranche-d-effectif": _du_numero("Tranche d’effectif", "tranche_effectifs", lambda x: _libelle(x.tranche_effectif)),
    "annee-de-l-effectif": _du_numero("Année de l’effectif", "annee_effectifs", lambda x: x.annee_effectif),
    "categorie": _de_l_unite("Catégorie", "categorie_entreprise", lambda u: u.categorie),
    "employeur": _du_numero("Employeur", "caractere_employeur", lambda x: x.employeur),
    "ess": _de_l_unite("ESS", "economie_sociale_solidaire", lambda u: u.ess),
    "societe-a-mission": _de_l_unite("Société à mission", "societe_mission", lambda u: u.societe_mission),
    "n-rna": _de_l_unite("N° RNA", "identifiant_association", lambda u: u.rna),
    "n-tva": _de_l_unite("N° TVA", "siren", lambda u: u.tva),
    "etablissements": _de_l_unite("Établissements", "siren", lambda u: u.nombre_etablissements),
    "etablissements-ouverts": _de_l_unite("Établissements ouverts", "siren", lambda u: u.nombre_etablissements_ouverts),
    "siret-du-siege": _de_l_unite("SIRET du siège", "nic_siege", lambda u: u.siret_siege),
    "adresse": _de_la_place("Adresse", "libelle_voie", lambda lieu: ", ".join(lieu.adresse.lignes)),
    "code-postal": _de_la_place("Code postal", "code_postal", lambda lieu: lieu.adresse.code_postal),
    "commune": _de_la_place("Commune", "libelle_commune", lambda lieu: lieu.adresse.commune),
    "code-commune": _de_la_place("Code commune", "code_commune", lambda lieu: lieu.adresse.code_commune),
    "departement": _de_la_place("Département", "code_commune", lambda lieu: _code(lieu.adresse.departement)),
    "region": _du_lieu("Région", "code_commune", lambda lieu: _libelle(lieu.adresse.region)),
    "diffusion-partielle": _du_numero("Diffusion partielle", "statut_diffusion", lambda x: x.masque),
}
"""{key in an address: column}, in the order of the files."""
DES_ENTREPRISES: Final = {cle: colonne for cle, colonne in OUVERTES.items() if colonne.entreprise}
DES_ETABLISSEMENTS: Final = {cle: colonne for cle, colonne in OUVERTES.items() if colonne.etablissement}
"""The columns of a file of companies, of establishments."""
