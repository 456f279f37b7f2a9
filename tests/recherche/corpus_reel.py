"""The real INSEE samples as documents, straight from their files: relevance can be judged without a database."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fce.entreprises.apports import FaitApporte
from fce.entreprises.construction import nom_entreprise
from fce.entreprises.contenu import DocumentEntreprise, LigneEntreprise, LigneEtablissement
from fce.recherche import alimentations
from tests.recherche.pertinence.cas import PERSONNES, SOCIETES

_UNITE = {
    "siren": "siren", "sigle": "sigleUniteLegale", "denomination": "denominationUniteLegale",
    "denomination_usuelle_1": "denominationUsuelle1UniteLegale",
    "denomination_usuelle_2": "denominationUsuelle2UniteLegale",
    "denomination_usuelle_3": "denominationUsuelle3UniteLegale", "nom_naissance": "nomUniteLegale",
    "nom_usage": "nomUsageUniteLegale", "prenom_1": "prenom1UniteLegale", "prenom_2": "prenom2UniteLegale",
    "prenom_3": "prenom3UniteLegale", "prenom_4": "prenom4UniteLegale", "prenom_usuel": "prenomUsuelUniteLegale",
    "pseudonyme": "pseudonymeUniteLegale", "etat": "etatAdministratifUniteLegale",
    "date_creation": "dateCreationUniteLegale", "nic_siege": "nicSiegeUniteLegale",
    "activite_principale": "activitePrincipaleUniteLegale",
    "nomenclature_activite_principale": "nomenclatureActivitePrincipaleUniteLegale",
    "activite_principale_naf25": "activitePrincipaleNAF25UniteLegale",
    "categorie_juridique": "categorieJuridiqueUniteLegale",
    "tranche_effectifs": "trancheEffectifsUniteLegale", "categorie": "categorieEntreprise",
    "rna": "identifiantAssociationUniteLegale", "date_debut": "dateDebut",
}  # fmt: skip
_LIEU = {
    "siren": "siren", "siret": "siret", "nic": "nic", "etat": "etatAdministratifEtablissement",
    "date_debut": "dateDebut",
    "date_creation": "dateCreationEtablissement", "enseigne_1": "enseigne1Etablissement",
    "enseigne_2": "enseigne2Etablissement", "enseigne_3": "enseigne3Etablissement",
    "denomination_usuelle": "denominationUsuelleEtablissement", "complement_adresse": "complementAdresseEtablissement",
    "numero_voie": "numeroVoieEtablissement", "indice_repetition": "indiceRepetitionEtablissement",
    "dernier_numero_voie": "dernierNumeroVoieEtablissement",
    "indice_repetition_dernier_numero_voie": "indiceRepetitionDernierNumeroVoieEtablissement",
    "type_voie": "typeVoieEtablissement", "libelle_voie": "libelleVoieEtablissement",
    "code_postal": "codePostalEtablissement", "libelle_commune": "libelleCommuneEtablissement",
    "code_commune": "codeCommuneEtablissement", "distribution_speciale": "distributionSpecialeEtablissement",
    "code_cedex": "codeCedexEtablissement",
    "libelle_cedex": "libelleCedexEtablissement", "libelle_commune_etranger": "libelleCommuneEtrangerEtablissement",
    "libelle_pays_etranger": "libellePaysEtrangerEtablissement",
    "activite_principale": "activitePrincipaleEtablissement",
    "nomenclature_activite_principale": "nomenclatureActivitePrincipaleEtablissement",
    "activite_principale_naf25": "activitePrincipaleNAF25Etablissement",
    "tranche_effectifs": "trancheEffectifsEtablissement",
}  # fmt: skip


def documents(dossiers: Sequence[Path]) -> Iterator[DocumentEntreprise]:
    """Yield the companies of several folders of files, masked ones as the search sees them (persons left out)."""
    lieux = defaultdict(list)
    vus = set()
    for dossier in dossiers:
        for ligne in _lire(dossier / "StockEtablissement_utf8.csv"):
            if ligne["siret"] not in vus:
                vus.add(ligne["siret"])
                lieux[ligne["siren"]].append(_lieu(ligne))
    deja = set()
    for dossier in dossiers:
        for ligne in _lire(dossier / "StockUniteLegale_utf8.csv"):
            if ligne["siren"] in deja or ligne["statutDiffusionUniteLegale"] != "O":
                continue
            deja.add(ligne["siren"])
            yield DocumentEntreprise(_unite(ligne), lieux[ligne["siren"]])


def personne(
    siren: str, nom: str, prenom: str, nom_usage: str | None, code_commune: str, commune: str
) -> DocumentEntreprise:
    """An invented sole trader, in the same shape."""
    unite = dict.fromkeys(LigneEntreprise._fields) | {
        "siren": siren, "nom": f"{prenom} {nom}", "nom_naissance": nom, "prenom_1": prenom, "nom_usage": nom_usage,
        "etat": "A", "categorie_juridique": "1000", "personne_physique": True, "masque": False,
    }  # fmt: skip
    lieu = dict.fromkeys(LigneEtablissement._fields) | {
        "siren": siren, "siret": f"{siren}00015", "siege": True, "etat": "A", "libelle_commune": commune,
        "code_commune": code_commune, "masque": False,
    }  # fmt: skip
    return DocumentEntreprise(LigneEntreprise(**unite), [LigneEtablissement(**lieu)])  # type: ignore[arg-type]


def societe(
    siren: str, nom: str, code_commune: str, commune: str, faits: Sequence[tuple[str, Mapping[str, str]]]
) -> DocumentEntreprise:
    """An invented company with what other sources say of it: ``(relation, values)``; ``siret``: of an establishment."""
    source = personne(siren, nom, "", None, code_commune, commune)
    unite = source.entreprise._replace(
        nom=nom,
        denomination=nom,
        nom_naissance=None,
        prenom_1=None,
        categorie_juridique="5710",
        personne_physique=False,
    )
    lus = []
    for relation, valeurs in faits:
        for rang, apport in enumerate(alimentations.apports()):
            if apport.relation == relation:
                lus.append(FaitApporte(rang, valeurs.get("siret"), tuple(valeurs.get(c) for c in apport.colonnes)))
    return source._replace(entreprise=unite, faits=sorted(lus, key=lambda f: f.apport))


def toutes(dossiers: Sequence[Path]) -> list[DocumentEntreprise]:
    """Real companies, then the invented ones of the cases."""
    return [*documents(dossiers), *(personne(*p) for p in PERSONNES), *(societe(*s) for s in SOCIETES)]


def _lire(chemin: Path) -> Iterator[dict[str, str]]:
    with chemin.open(encoding="utf-8", newline="") as f:
        yield from csv.DictReader(f)


def _annee(texte: str | None) -> int | None:
    return int(texte) if texte else None


def _oui(texte: str | None) -> bool | None:
    return {"O": True, "N": False}.get(texte or "")


def _unite(ligne: dict[str, str]) -> LigneEntreprise:
    valeurs: dict[str, Any] = {champ: ligne.get(colonne) or None for champ, colonne in _UNITE.items()}
    physique = (valeurs["categorie_juridique"] or "").startswith("1")
    nom = valeurs["denomination"] or nom_entreprise({**valeurs, "nom": valeurs["nom_naissance"]})
    return LigneEntreprise(
        **valeurs,
        nom=nom,
        annee_effectifs=_annee(ligne.get("anneeEffectifsUniteLegale")),
        annee_categorie_entreprise=_annee(ligne.get("anneeCategorieEntreprise")),
        ess=_oui(ligne.get("economieSocialeSolidaireUniteLegale")),
        societe_mission=_oui(ligne.get("societeMissionUniteLegale")),
        employeur=_oui(ligne.get("caractereEmployeurUniteLegale")),
        personne_physique=physique,
        masque=False,
    )


def _lieu(ligne: dict[str, str]) -> LigneEtablissement:
    masque = ligne["statutDiffusionEtablissement"] != "O"
    valeurs: dict[str, Any] = {champ: ligne.get(colonne) or None for champ, colonne in _LIEU.items()}
    if masque:
        valeurs |= dict.fromkeys(
            ("complement_adresse", "numero_voie", "indice_repetition", "dernier_numero_voie",
             "indice_repetition_dernier_numero_voie", "type_voie", "libelle_voie", "code_postal",
             "distribution_speciale", "code_cedex", "libelle_cedex")
        )  # fmt: skip
    return LigneEtablissement(
        **valeurs,
        annee_effectifs=_annee(ligne.get("anneeEffectifsEtablissement")),
        siege=ligne["etablissementSiege"] == "true",
        employeur=_oui(ligne.get("caractereEmployeurEtablissement")),
        masque=masque,
    )
