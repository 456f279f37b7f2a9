"""The synthetic national register: files as the producers write them, of which no row is set aside, at any size."""

import json
from copy import copy
from pathlib import Path

import polars as pl
import pytest

from bench.national import SOURCES
from bench.national.bilan import bilan
from bench.national.execution import OCTETS_PAR_ENTREPRISE, place_manquante
from bench.national.fichiers import Fichiers, ecrire
from bench.national.jour import TEMOIN, changements
from bench.national.lexique import Lexique
from fce.sources import registre
from fce.sources.lecture.lecteur import lire

ENTREPRISES, TRANCHE = 700, 250
Registre = tuple[Fichiers, Lexique]


@pytest.fixture(scope="module")
def ecrits(tmp_path_factory: pytest.TempPathFactory) -> Registre:
    lexique = Lexique(7, mots=2_000, noms=500)
    return ecrire(tmp_path_factory.mktemp("national"), ENTREPRISES, graine=7, tranche=TRANCHE, lexique=lexique), lexique


@pytest.mark.parametrize("nom", SOURCES)
def test_its_files_are_read_without_a_row_set_aside_nor_a_value_emptied(nom: str, ecrits: Registre) -> None:
    fichiers, _ = ecrits
    lots = list(lire(registre.source(SOURCES[nom]), [getattr(fichiers, nom)]))
    assert sum(lot.lignes.height for lot in lots) == sum(lot.recues for lot in lots) == fichiers.lignes[nom] > 0
    assert [lot.rejets + lot.vidages for lot in lots if lot.rejets or lot.vidages] == []
    assert [a for lot in lots for a in lot.avertissements] == []


def test_every_company_has_one_seat_among_its_establishments(ecrits: Registre) -> None:
    fichiers, _ = ecrits
    unites = pl.read_csv(fichiers.unites, infer_schema=False)
    lieux = pl.read_csv(fichiers.etablissements, infer_schema=False)
    sieges = lieux.filter(pl.col("etablissementSiege") == "true")
    assert sieges["siren"].to_list() == unites["siren"].to_list()
    assert sieges["nic"].to_list() == unites["nicSiegeUniteLegale"].to_list()
    assert set(lieux["siren"]) == set(unites["siren"])
    assert 1.3 < lieux.height / unites.height < 1.65


def test_who_hides_is_named_in_no_file(ecrits: Registre) -> None:
    fichiers, _ = ecrits
    masquees = pl.read_csv(fichiers.unites, infer_schema=False).filter(pl.col("statutDiffusionUniteLegale") == "P")
    noms = masquees.select(pl.coalesce("nomUniteLegale", "denominationUniteLegale")).to_series()
    assert masquees.height
    assert set(noms) == {"[ND]"}
    lieux = pl.read_csv(fichiers.etablissements, infer_schema=False).join(masquees, on="siren", how="semi")
    assert set(lieux["libelleVoieEtablissement"]) == {"[ND]"}


def test_a_larger_register_begins_with_the_smaller_one(ecrits: Registre, tmp_path: Path) -> None:
    """Companies are the same ones, byte for byte, whatever the size: sizes can be compared."""
    grands, lexique = ecrits
    petits = ecrire(tmp_path, 2 * TRANCHE, graine=7, tranche=TRANCHE, lexique=lexique)
    for petit, grand in zip(petits[:2], grands[:2], strict=True):
        assert grand.read_bytes().startswith(petit.read_bytes())


def test_names_are_few_at_the_head_and_many_at_the_tail() -> None:
    lexique = Lexique(7, mots=2_000, noms=500)
    comptes = lexique.partages.str.split(" ").explode().value_counts(sort=True)["count"]
    assert comptes[0] > 20 * comptes[100]
    assert comptes.len() > 1_000


def test_a_day_of_changes_is_read_whole_for_each_of_the_sources_that_it_feeds(ecrits: Registre, tmp_path: Path) -> None:
    _, lexique = ecrits
    assert changements(tmp_path / "jour.json", ENTREPRISES, 100, lexique) == TEMOIN
    flux = registre.source("sirene-flux")
    (lot,) = lire(flux, [tmp_path / "jour.json"])
    assert (lot.rejets, 80 <= lot.recues <= 110) == ([], True)
    assert json.loads((tmp_path / "jour.json").read_text()).keys() == {"unitesLegales", "etablissements"}
    for versement in flux.verse_dans:
        receveuse = copy(registre.source(versement.vers))
        receveuse.fichier = versement.fichier
        assert [lot.rejets for lot in lire(receveuse, [tmp_path / "jour.json"]) if lot.rejets or not lot.recues] == []


def test_a_disk_too_small_is_said_before_anything_is_written(tmp_path: Path) -> None:
    assert place_manquante(tmp_path, 1) == ""
    trop = 10**15 // OCTETS_PAR_ENTREPRISE
    assert "libérez de la place" in place_manquante(tmp_path, trop)


def test_what_france_would_take_follows_the_line_of_the_three_largest_sizes(tmp_path: Path) -> None:
    def mesures(entreprises: int) -> str:
        etape = {"s": entreprises / 1e5, "memoire": {"processus": 500, "postgres": 300}}
        return json.dumps(
            {
                "entreprises": entreprises,
                "fichiers": entreprises * 2_000,
                "generation_s": 1,
                "imports": dict.fromkeys(SOURCES, etape),
                "imports_s": 3 * entreprises / 1e5,
                "imports_memoire": etape["memoire"],
                "index": etape,
                "disque": {"base": 1e9, "index": 1e8},
                "export_lignes_s": 5_000,
                "memoire_service": {"processus": 400},
                "jour": {"s": 9, "import_s": 3, "p95_ms": 40, "erreurs": 0, "lectures": 10},
                "latences": {"nom exact": [5.0, 9.0]},
            }
        )

    (tmp_path / "r.jsonl").write_text("\n".join(map(mesures, (100_000, 1_000_000, 2_000_000, 3_000_000))))
    lignes = dict(x.split("|", 3)[1::2] for x in bilan(tmp_path / "r.jsonl").splitlines() if x.startswith("| "))
    assert lignes[" index "].split("|")[-2].strip() == "300"
    assert lignes[" nom exact, médiane (p95) "].split("|")[-2].strip() == "5,00 (9,00)"
    assert lignes[" mémoire, import et index "].split("|")[-2].strip() == "500"
    assert "Aucune mesure" in bilan(tmp_path / "rien.jsonl")
