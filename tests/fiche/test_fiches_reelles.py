"""Every unit of INSEE's real 2020 sample has a sheet, and its timeline tells the periods of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from fce.donnees.entreprises import selectors
from fce.fiche import selectors as fiches
from fce.fiche.formes.contenu import EtatBloc, FicheEntreprise
from fce.sources import registre
from fce.sources.lecture.lecteur import lire
from tests.donnees.entreprises import fabrique as f

FICHIERS = {
    "sirene-unites-legales": "StockUniteLegale_utf8.csv",
    "sirene-etablissements": "StockEtablissement_utf8.csv",
    "sirene-unites-legales-historique": "StockUniteLegaleHistorique_utf8.csv",
    "sirene-etablissements-historique": "StockEtablissementHistorique_utf8.csv",
    "sirene-successions": "StockEtablissementLiensSuccession_utf8.csv",
}


@pytest.fixture
def stock(dossier_partage: Path, db: None) -> dict[str, list[dict[str, object]]]:
    """Rows of the real sample, put in place and returned by source."""
    dossier = dossier_partage / "data" / "sirene" / "stock_2020"
    lignes = {}
    for nom, fichier in FICHIERS.items():
        lots = lire(registre.source(nom), [dossier / fichier])
        lignes[nom] = [ligne for lot in lots for ligne in lot.lignes.to_dicts()]
        f.charger(nom, lignes[nom])
    return lignes


def test_all_real_sheets_are_read(stock: dict[str, list[dict[str, object]]]) -> None:
    sirens = {str(ligne["siren"]) for ligne in stock["sirene-unites-legales"]}
    sirets = {str(ligne["siret"]) for ligne in stock["sirene-etablissements"]}
    assert len(sirens) > 100
    assert selectors.entreprises(sirens).keys() == sirens
    for siren in sirens:
        fiche = fiches.fiche_entreprise(siren)
        assert isinstance(fiche, FicheEntreprise)
        assert fiche.chronologie
        assert fiche.entreprise.categorie_juridique is not None
        assert all(b.etat in (EtatBloc.DONNEES, EtatBloc.AUCUNE) for r in fiche.rubriques for b in r.blocs)
    for siret in sirets:
        assert fiches.fiche_etablissement(siret).etablissement.siret == siret


def test_each_change_signalled_by_insee_is_in_the_timeline(
    stock: dict[str, list[dict[str, object]]],
) -> None:
    sirens = {str(ligne["siren"]) for ligne in stock["sirene-unites-legales"]}
    champs = ("changement_denomination", "changement_categorie_juridique", "changement_activite_principale")
    for siren in sirens:
        periodes = [ligne for ligne in stock["sirene-unites-legales-historique"] if ligne["siren"] == siren]
        premiere = min((p["date_debut"] for p in periodes if p["date_debut"]), default=None)  # type: ignore[type-var]
        attendues = {
            p["date_debut"]
            for p in periodes
            if any(p[champ] for champ in champs) and p["date_debut"] and p["date_debut"] != premiere
        }
        fiche = fiches.fiche_entreprise(siren)
        assert isinstance(fiche, FicheEntreprise)
        assert attendues <= {jalon.date for jalon in fiche.chronologie}
