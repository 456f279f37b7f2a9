"""The real INSEE samples as documents, straight from their files: relevance can be judged without a database."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fce.donnees.entreprises.apports import FaitApporte
from fce.donnees.entreprises.contenu import COORDONNEES, DocumentEntreprise, Ligne, LigneEntreprise, LigneEtablissement
from fce.donnees.entreprises.sirene import ETABLISSEMENTS, INDEXEES_ETAB, INDEXEES_UL, UNITES_LEGALES
from fce.recherche.question import alimentations
from fce.sources import champs
from fce.sources.declaration import Source
from tests.recherche.pertinence.cas import PERSONNES, SOCIETES


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
        "siren": siren, "nom": nom, "prenom_1": prenom, "nom_usage": nom_usage,
        "etat_administratif": "A", "categorie_juridique": "1000", "personne_physique": True, "masque": False,
    }  # fmt: skip
    lieu = dict.fromkeys(LigneEtablissement._fields) | {
        "siren": siren, "siret": f"{siren}00015", "etablissement_siege": True, "etat_administratif": "A",
        "libelle_commune": commune, "code_commune": code_commune, "masque": False,
    }  # fmt: skip
    return DocumentEntreprise(LigneEntreprise(**unite), [LigneEtablissement(**lieu)])


def societe(
    siren: str, nom: str, code_commune: str, commune: str, faits: Sequence[tuple[str, Mapping[str, str]]]
) -> DocumentEntreprise:
    """An invented company with what other sources say of it: ``(relation, values)``; ``siret``: of an establishment."""
    source = personne(siren, nom, "", None, code_commune, commune)
    unite = source.entreprise._replace(
        nom=None,
        denomination=nom,
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


_OUI_NON = {"O": True, "N": False, "true": True, "false": False}


def _valeurs(source: Source, colonnes: Sequence[str], ligne: dict[str, str]) -> dict[str, Any]:
    """The columns that the indexer receives, from a row of the file of INSEE."""
    valeurs: dict[str, Any] = {}
    for nom in colonnes:
        champ = source.champs[nom]
        texte = ligne.get(champ.colonne) or None
        oui_non, entier = isinstance(champ, champs.Booleen), isinstance(champ, champs.Entier)
        valeurs[nom] = _OUI_NON.get(texte or "") if oui_non else int(texte) if texte and entier else texte
    return valeurs


def _unite(ligne: dict[str, str]) -> Ligne:
    valeurs = _valeurs(UNITES_LEGALES, INDEXEES_UL, ligne)
    physique = (valeurs["categorie_juridique"] or "").startswith("1")
    return LigneEntreprise(**valeurs, personne_physique=physique, masque=False)


def _lieu(ligne: dict[str, str]) -> Ligne:
    masque = ligne["statutDiffusionEtablissement"] != "O"
    valeurs = _valeurs(ETABLISSEMENTS, INDEXEES_ETAB, ligne)
    if masque:
        valeurs |= dict.fromkeys(
            ("complement_adresse", "numero_voie", "indice_repetition", "dernier_numero_voie",
             "indice_repetition_dernier_numero_voie", "type_voie", "libelle_voie", "code_postal",
             "distribution_speciale", "code_cedex", "libelle_cedex")
        )  # fmt: skip
    return LigneEtablissement(**valeurs, masque=masque, **dict.fromkeys(COORDONNEES))
