"""Documents for the other engines: the companies, read as the portal's own index reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fce.donnees.entreprises import flux, lignes
from fce.donnees.entreprises.construction import nom_entreprise, voie_imprimee
from fce.donnees.entreprises.contenu import DocumentEntreprise, Ligne
from fce.recherche.question import alimentations


def fiches() -> Iterator[dict[str, Any]]:
    """Searchable companies with their establishments and directors, by SIREN."""
    apports = alimentations.apports()
    rang = next(n for n, apport in enumerate(apports) if apport.relation == "rne_dirigeants")
    nom, prenoms, qualite, autre = map(apports[rang].colonnes.index, ("nom", "prenoms", "qualite", "denomination"))
    for source in flux.documents(None, None, apports):
        dirigeants = [
            {"nom": v[nom] or v[autre] or "", "prenoms": v[prenoms] or "", "qualite": v[qualite] or ""}
            for v in (fait.valeurs for fait in source.faits if fait.apport == rang)
        ]
        yield _fiche(source, dirigeants)


def _fiche(source: DocumentEntreprise, dirigeants: list[dict[str, str]]) -> dict[str, Any]:
    ligne = source.entreprise
    nom = nom_entreprise(ligne._asdict()) or ""
    forme = ligne.categorie_juridique
    gardes = [e for e in source.etablissements if lignes.regime(forme, masque=e.masque).listable]
    lieux = [_lieu(e, nom) for e in gardes]
    return {
        "siren": ligne.siren,
        "nom": nom,
        "raison_sociale": ligne.denomination or "",
        "nom_personne": ligne.nom_usage or ligne.nom or "",
        "prenoms": " ".join(filter(None, (ligne.prenom_1, ligne.prenom_2, ligne.prenom_3, ligne.prenom_4))),
        "rna": ligne.identifiant_association or "",
        "sigle": ligne.sigle or "",
        "etat": ligne.etat_administratif or "C",
        "date_creation": ligne.date_creation,
        "activite": ligne.activite_principale,
        "categorie_juridique": ligne.categorie_juridique,
        "tranche_effectif": ligne.tranche_effectifs,
        "categorie_entreprise": ligne.categorie_entreprise,
        "nombre_etablissements": len(lieux),
        "nombre_etablissements_ouverts": sum(lieu["etat"] == "A" for lieu in lieux),
        "siege": next((lieu for lieu in lieux if lieu["siege"]), None),
        "etablissements": lieux,
        "dirigeants": dirigeants,
        "personnes": [f"{d['prenoms']} {d['nom']}".strip() for d in dirigeants],
    }


def _lieu(e: Ligne, nom: str) -> dict[str, Any]:
    code = e.code_commune or ""
    return {
        "siret": e.siret,
        "siege": e.etablissement_siege,
        "etat": e.etat_administratif or "F",
        "nom": nom,
        "enseigne_1": e.enseigne_1 or "",
        "enseigne_2": e.enseigne_2 or "",
        "enseigne_3": e.enseigne_3 or "",
        "nom_commercial": e.denomination_usuelle or "",
        "adresse": voie_imprimee(e._asdict()),
        "code_postal": e.code_postal or "",
        "commune": e.libelle_commune or "",
        "departement": code[:3] if code.startswith("97") else code[:2],
        "activite": e.activite_principale,
        "date_creation": e.date_creation,
    }
