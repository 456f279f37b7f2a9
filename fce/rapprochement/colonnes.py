"""The twelve open columns of a reconciled company: in the export, and as properties of the reconciliation service."""

from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple

from fce.entreprises.contenu import Adresse, EntrepriseVue, EtablissementVu
from fce.recherche.exports import ETATS_ENTREPRISE, ETATS_ETABLISSEMENT

Valeur = str | date | None


class ColonneOuverte(NamedTuple):
    titre: str
    lire: Callable[[EntrepriseVue, EtablissementVu | None], Valeur]


def _ou(vue: EntrepriseVue, lieu: EtablissementVu | None) -> Adresse:
    """The address of the establishment, else of the siège."""
    choisi = lieu or vue.siege
    return choisi.adresse if choisi else Adresse()


def _etat(vue: EntrepriseVue, lieu: EtablissementVu | None) -> str:
    if lieu:
        return ETATS_ETABLISSEMENT.get(lieu.etat or "", "")
    return ETATS_ENTREPRISE.get(vue.etat or "", "")


def _activite(vue: EntrepriseVue, lieu: EtablissementVu | None) -> tuple[str, str]:
    lue = (lieu or vue).activite
    return (lue.code, lue.libelle or "") if lue else ("", "")


def _effectif(vue: EntrepriseVue, lieu: EtablissementVu | None) -> str | None:
    lue = (lieu or vue).tranche_effectif
    return lue.libelle if lue else None


COLONNES_OUVERTES: Final[dict[str, ColonneOuverte]] = {
    "siren": ColonneOuverte("SIREN", lambda vue, _: vue.siren),
    "siret": ColonneOuverte("SIRET", lambda vue, lieu: lieu.siret if lieu else vue.siret_siege),
    "nom": ColonneOuverte("Nom", lambda vue, lieu: lieu.nom if lieu else vue.nom),
    "etat": ColonneOuverte("État", _etat),
    "date_creation": ColonneOuverte("Date de création", lambda vue, lieu: (lieu or vue).date_creation),
    "naf": ColonneOuverte("Code NAF", lambda vue, lieu: _activite(vue, lieu)[0]),
    "activite": ColonneOuverte("Activité", lambda vue, lieu: _activite(vue, lieu)[1]),
    "forme_juridique": ColonneOuverte(
        "Forme juridique", lambda vue, _: vue.categorie_juridique.libelle if vue.categorie_juridique else None
    ),
    "effectif": ColonneOuverte("Tranche d’effectif", _effectif),
    "adresse": ColonneOuverte("Adresse", lambda vue, lieu: ", ".join(_ou(vue, lieu).lignes)),
    "code_postal": ColonneOuverte("Code postal", lambda vue, lieu: _ou(vue, lieu).code_postal),
    "commune": ColonneOuverte("Commune", lambda vue, lieu: _ou(vue, lieu).commune),
}
