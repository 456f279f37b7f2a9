"""The open columns of a company and of an establishment, one table: files, lists and reconciliation choose from it.

A column is read from the masked views, so that it never says more than a sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

from fce.donnees.entreprises import diffusion
from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.donnees.entreprises.libelles import nomenclature
from fce.donnees.entreprises.natures import natures
from fce.donnees.entreprises.sirene import ETABLISSEMENTS, UNITES_LEGALES
from fce.socle.web.exports import Cellule
from fce.sources.champs import Nature
from fce.sources.declaration import Source


@dataclass(frozen=True, slots=True)
class ColonneOuverte:
    """``source`` and ``champ``: the column of Sirene that it comes from. ``valeur_de``: its value for a company, or for
    one of its establishments; None when unknown or hidden. ``propriete``: its name in the reconciliation service, ""
    when it has none. ``entreprise``, ``etablissement``: its title in a file of companies, of establishments."""

    titre: str
    source: Source
    champ: str
    valeur_de: Callable[[EntrepriseVue, EtablissementVu | None], Cellule]
    propriete: str = ""
    entreprise: str = ""
    etablissement: str = ""

    @property
    def nature(self) -> Nature:
        """Nature of the column in its declaration, which decides when it is hidden (``diffusion.MONTRE``)."""
        return natures(self.source)[self.champ]


def _lecteur(chemin: str) -> Callable[[object], Any]:
    """Read an attribute of an attribute of a view; several values are one text."""
    etapes = [attrgetter(nom) for nom in chemin.split(".")]

    def valeur(objet: Any) -> Any:
        for etape in etapes:
            if objet is None:
                return None
            objet = etape(objet)
        return ", ".join(objet) if objet.__class__ is tuple else objet

    return valeur


def _du_numero(titre: str, champ: str, chemin: str, propriete: str = "") -> ColonneOuverte:
    """Sirene says it of companies and of establishments."""
    valeur = _lecteur(chemin)
    return ColonneOuverte(titre, ETABLISSEMENTS, champ, lambda u, e: valeur(e or u), propriete, titre, titre)


def _de_l_unite(titre: str, champ: str, chemin: str, propriete: str = "") -> ColonneOuverte:
    valeur = _lecteur(chemin)
    return ColonneOuverte(titre, UNITES_LEGALES, champ, lambda u, _: valeur(u), propriete, titre)


def _du_lieu(titre: str, champ: str, chemin: str) -> ColonneOuverte:
    valeur = _lecteur(chemin)
    return ColonneOuverte(titre, ETABLISSEMENTS, champ, lambda _, e: valeur(e), etablissement=titre)


def _de_la_place(titre: str, champ: str, chemin: str, propriete: str = "") -> ColonneOuverte:
    """A company is where its siège is."""
    au_siege, valeur = f"{titre} du siège", _lecteur(f"adresse.{chemin}")
    return ColonneOuverte(titre, ETABLISSEMENTS, champ, lambda u, e: valeur(e or u.siege), propriete, au_siege, titre)


def _etat(unite: EntrepriseVue, lieu: EtablissementVu | None) -> str:
    ecrits, etat = ({"A": "ouvert", "F": "fermé"}, lieu.etat) if lieu else ({"A": "active", "C": "cessée"}, unite.etat)
    return ecrits.get(etat or "", "")


def _siret(unite: EntrepriseVue, lieu: EtablissementVu | None) -> str | None:
    return lieu.siret if lieu else unite.siret_siege


def _nomenclature(unite: EntrepriseVue, lieu: EtablissementVu | None) -> str | None:
    """The NAF of the code in the column before: both versions are in one file during the change."""
    return nomenclature((lieu or unite).nomenclature_activite) if (lieu or unite).activite else None


OUVERTES: Final[dict[str, ColonneOuverte]] = {
    "siret": ColonneOuverte("SIRET", ETABLISSEMENTS, "siret", _siret, "siret", etablissement="SIRET"),
    "siren": _du_numero("SIREN", "siren", "siren", "siren"),
    "nom": ColonneOuverte("Nom", UNITES_LEGALES, "denomination", lambda u, e: (e or u).nom, "nom", "Nom", "Nom"),
    "entreprise": ColonneOuverte(
        "Entreprise", UNITES_LEGALES, "denomination", lambda u, e: u.nom if e else None, etablissement="Entreprise"
    ),
    "sigle": _de_l_unite("Sigle", "sigle", "sigle"),
    "noms-usuels": _de_l_unite("Noms usuels", "denomination_usuelle_1", "denominations_usuelles"),
    "siege": _du_lieu("Siège", "etablissement_siege", "siege"),
    "etat": ColonneOuverte("État", ETABLISSEMENTS, "etat_administratif", _etat, "etat", "État", "État"),
    "date-de-creation": _du_numero("Date de création", "date_creation", "date_creation", "date_creation"),
    "enseignes": _du_lieu("Enseignes", "enseigne_1", "enseignes"),
    "code-naf": _du_numero("Code NAF", "activite_principale", "activite.code", "naf"),
    "activite": _du_numero("Activité", "activite_principale", "activite.libelle", "activite"),
    "nomenclature": ColonneOuverte(
        titre="Nomenclature",
        source=ETABLISSEMENTS,
        champ="nomenclature_activite_principale",
        valeur_de=_nomenclature,
        entreprise="Nomenclature",
        etablissement="Nomenclature",
    ),
    "code-naf-2025": _du_numero("Code NAF 2025", "activite_principale_naf25", "activite_naf25.code"),
    "code-forme-juridique": _de_l_unite("Code forme juridique", "categorie_juridique", "categorie_juridique.code"),
    "forme-juridique": _de_l_unite(
        "Forme juridique", "categorie_juridique", "categorie_juridique.libelle", "forme_juridique"
    ),
    "code-tranche-d-effectif": _du_numero("Code tranche d’effectif", "tranche_effectifs", "tranche_effectif.code"),
    "tranche-d-effectif": _du_numero("Tranche d’effectif", "tranche_effectifs", "tranche_effectif.libelle", "effectif"),
    "annee-de-l-effectif": _du_numero("Année de l’effectif", "annee_effectifs", "annee_effectif"),
    "categorie": _de_l_unite("Catégorie", "categorie_entreprise", "categorie"),
    "employeur": _du_numero("Employeur", "caractere_employeur", "employeur"),
    "ess": _de_l_unite("ESS", "economie_sociale_solidaire", "ess"),
    "societe-a-mission": _de_l_unite("Société à mission", "societe_mission", "societe_mission"),
    "n-rna": _de_l_unite("N° RNA", "identifiant_association", "rna"),
    "n-tva": _de_l_unite("N° TVA", "siren", "tva"),
    "etablissements": _de_l_unite("Établissements", "siren", "nombre_etablissements"),
    "etablissements-ouverts": _de_l_unite("Établissements ouverts", "siren", "nombre_etablissements_ouverts"),
    "siret-du-siege": _de_l_unite("SIRET du siège", "nic_siege", "siret_siege"),
    "adresse": _de_la_place("Adresse", "libelle_voie", "lignes", "adresse"),
    "code-postal": _de_la_place("Code postal", "code_postal", "code_postal", "code_postal"),
    "commune": _de_la_place("Commune", "libelle_commune", "commune", "commune"),
    "code-commune": _de_la_place("Code commune", "code_commune", "code_commune"),
    "departement": _de_la_place("Département", "code_commune", "departement.code"),
    "region": _du_lieu("Région", "code_commune", "adresse.region.libelle"),
    "diffusion-partielle": _du_numero("Diffusion partielle", diffusion.STATUT, "masque"),
}
"""{key in an address: column}, in the order of the files."""
DES_ENTREPRISES: Final = {cle: colonne for cle, colonne in OUVERTES.items() if colonne.entreprise}
DES_ETABLISSEMENTS: Final = {cle: colonne for cle, colonne in OUVERTES.items() if colonne.etablissement}
"""The columns of a file of companies, of establishments."""
PROPRIETES: Final = {c.propriete: c for c in (OUVERTES["siren"], *OUVERTES.values()) if c.propriete}
"""{property of the reconciliation service: column}, its SIREN first."""
