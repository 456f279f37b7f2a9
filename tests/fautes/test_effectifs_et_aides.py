"""Faults of the predecessor about head-counts, short-time work, redundancies, aids and training."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.http import QueryDict

from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors as recherche
from fce.referentiels import effectifs
from fce.sources import registre
from fce.sources.lecture.lecteur import lire
from tests.fautes.conftest import AUTRE, SIREN, SIRET, Lire
from tests.recherche.univers import Univers


@pytest.mark.django_db
@pytest.mark.parametrize("tranche", ["00", "NN"])
def test_faute_24_bands_00_and_nn_are_filtered_and_read(tranche: str) -> None:
    univers = Univers()
    attendu = univers.entreprise("VERGERS DU NORD", tranche_effectifs=tranche)
    univers.entreprise("VERGERS DU SUD", tranche_effectifs="11")
    univers.indexer()
    resultats = recherche.rechercher(Requete.depuis(QueryDict(f"q=vergers&tranche_effectif={tranche}")))
    assert [r.entreprise.siren for r in resultats.resultats] == [attendu]
    facette = next(x for x in resultats.facettes["tranche_effectif"] if x.code == tranche)
    assert (facette.nombre, facette.active) == (1, True)
    assert facette.libelle == effectifs.libelle(tranche)
    assert facette.libelle not in ("", tranche, None)


def decision(convention: str, jour: date, heures: int, siret: str = SIRET) -> dict[str, object]:
    return {"siret": siret, "convention": convention, "date_decision": jour, "heures_autorisees": Decimal(heures)}


def test_faute_28_short_time_work_counts_establishments(fiche: Lire) -> None:
    decisions = [
        decision("A", date(2026, 1, 14), 100),
        decision("B", date(2026, 2, 14), 100),
        decision("C", date(2026, 1, 14), 100, AUTRE),
    ]
    page = fiche({"activite-partielle": decisions})
    assert "300 h autorisées, 0 h consommées, 2 établissements" in page


def test_faute_28_the_last_24_months_are_applied(fiche: Lire) -> None:
    bloc = fiche(
        {"activite-partielle": [decision("VIEUX", date(2024, 11, 24), 910), decision("JUSTE", date(2024, 11, 25), 40)]},
        siret=True,
        bloc="activite-partielle",
    )
    assert "JUSTE" in bloc
    assert "VIEUX" not in bloc


def test_faute_31_the_third_speciality_is_shown(fiche: Lire) -> None:
    organisme = {"siren": SIREN, "siret": SIRET, "numero": "31590000159", "specialite_1": "Langues",
                 "specialite_2": "Comptabilité", "specialite_3": "Ressources humaines"}  # fmt: skip
    for siret in (False, True):
        page = fiche({"organismes-formation": [organisme]}, siret=siret, bloc="organismes-formation")
        assert "Langues" in page
        assert "Ressources humaines" in page


def test_faute_33_the_year_of_subsidized_contracts_is_that_of_the_file(fiche: Lire, tmp_path: Path) -> None:
    fichier = tmp_path / "contrats.csv"
    fichier.write_text(f"siret;contrat_aide;CA_contrat_2018;CA_entree_2018;CA_stock_12_2018\n{SIRET};true;6;4;3\n")
    (lue,) = (x for lot in lire(registre.source("contrats-aides"), [fichier]) for x in lot.lignes.to_dicts())
    bloc = fiche({"contrats-aides": [lue]}, siret=True, bloc="contrats-aides")
    assert "2018 Oui 4 3" in bloc
    assert "2025" not in bloc


def test_faute_33_no_period_is_written_for_accidents(fiche: Lire) -> None:
    page = fiche({"accidents-travail": [{"siret": SIRET, "total": 12, "mortels": 1}]}, siret=True)
    assert "12, dont 1 mortel" in page
    for annee in ("2018", "2021"):
        assert annee not in page


def test_faute_43_physical_headcount_and_full_time_equivalent_are_not_confused(fiche: Lire) -> None:
    mois = [date(2026, 8, 1), date(2026, 9, 1)]
    faits = {
        "dsn-effectifs": [{"siret": SIRET, "mois": m, "total": 128} for m in mois],
        "effectifs-etp": [{"siret": SIRET, "mois": m, "effectif": Decimal("97.5")} for m in mois],
    }
    physique, etp = (fiche(faits, siret=True, bloc=nom) for nom in faits)
    assert "128" in physique
    assert "97,5" not in physique
    assert "physique" in physique
    assert "97,5" in etp
    assert "128" not in etp
    assert "équivalent temps plein" in etp


def test_faute_43_the_band_of_insee_is_not_called_dsn_headcount(fiche: Lire) -> None:
    page = fiche({})
    assert "Effectif (tranche Insee)" in page
    assert "Effectif (DSN)" not in page


def test_faute_44_a_pse_is_shown_36_months_in_the_tile_as_in_the_block(fiche: Lire) -> None:
    def pse(numero: str, jour: date) -> dict[str, object]:
        return {"numero": numero, "siren": SIREN, "type": "PSE", "date_enregistrement": jour}

    page = fiche({"rupco-procedures": [pse("VIEUX-1", date(2023, 11, 24)), pse("RECENT-2", date(2023, 11, 25))]})
    assert "RECENT-2" in page
    assert "VIEUX-1" not in page
    assert "1 PSE" in page
    assert "2 PSE" not in page
    ancienne = fiche({"rupco-procedures": [pse("VIEUX-1", date(2023, 11, 24))]})
    assert "1 PSE" not in ancienne
    assert "Plan de sauvegarde de l’emploi enregistré" not in ancienne


def test_faute_44_insertion_comes_from_the_public_list_of_the_day(fiche: Lire) -> None:
    bloc = fiche({"iae": [{"siret": SIRET, "mesure": "ETTI"}]}, siret=True, bloc="iae")
    assert "ETTI – Entreprise de travail temporaire d'insertion" in bloc
    assert "2018" not in bloc
    assert not any("2018" in colonne for colonne in registre.source("iae").colonnes)
