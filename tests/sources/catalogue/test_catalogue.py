"""Every source of the catalogue: its example imports without a fault, its declaration covers the official layout."""

import csv
from pathlib import Path

import pytest

from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.lecture.lecteur import lire
from tests.partage import partage
from tests.sources import fabrique

SOURCES = registre.toutes()
FICHIERS = {
    "sirene-unites-legales": "StockUniteLegale_utf8",
    "sirene-etablissements": "StockEtablissement_utf8",
    "sirene-unites-legales-historique": "StockUniteLegaleHistorique_utf8",
    "sirene-etablissements-historique": "StockEtablissementHistorique_utf8",
    "sirene-successions": "StockEtablissementLiensSuccession_utf8",
    "sirene-doublons": "StockDoublons_utf8",
}


@pytest.mark.parametrize("source", [s for s in SOURCES if s.importable], ids=lambda s: s.nom)
def test_the_example_is_read_without_a_fault(source: Source) -> None:
    (lot,) = lire(source, [registre.exemple(source)])
    assert lot.rejets == []
    assert lot.avertissements == []
    assert lot.lignes.height >= 5


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.nom)
def test_every_column_is_described(source: Source) -> None:
    assert all(c.libelle and c.libelle[0].isupper() for c in source.champs.values())
    assert source.description
    assert source.licence
    assert source.producteur.nom


@pytest.mark.parametrize("nom", FICHIERS)
def test_the_declaration_is_the_official_layout(nom: str) -> None:
    with partage(f"data/sirene/entetes/{FICHIERS[nom]}.header.csv").open(encoding="utf-8") as flux:
        officielles = flux.readline().strip().split(",")
    source = registre.source(nom)
    assert list(source.colonnes) == officielles
    assert registre.exemple(source).read_text(encoding="utf-8").splitlines()[0].split(",") == officielles


@pytest.mark.parametrize("dossier", ["stock_2020", "recents"])
@pytest.mark.parametrize("nom", FICHIERS)
def test_real_files_read_as_the_csv_module_reads_them(nom: str, dossier: str) -> None:
    source = registre.source(nom)
    chemin = partage(f"data/sirene/{dossier}/{FICHIERS[nom]}.csv")
    with chemin.open(encoding="utf-8", newline="") as flux:
        attendus = list(csv.DictReader(flux))
    lots = list(lire(source, [chemin], taille_bloc=100_000))
    assert [r for lot in lots for r in lot.rejets] == []
    lus = [rang for lot in lots for rang in lot.lignes.iter_rows(named=True)]
    assert len(lus) == len(attendus) == sum(lot.recues for lot in lots)
    textes = {a: c for a, c in source.champs.items() if c.get_internal_type() == "TextField"}
    for lu, attendu in zip(lus, attendus, strict=True):
        for attribut, champ in textes.items():
            assert lu[attribut] == ((attendu.get(champ.colonne) or "").strip() or None)
        for attribut in ("date_creation", "date_debut"):
            if attribut in source.champs:
                colonne = source.champs[attribut].colonne
                assert str(lu[attribut] or "") == attendu[colonne]


def test_masked_coordinates_are_absent_not_wrong(tmp_path: Path) -> None:
    source = registre.source("sirene-etablissements")
    (lot,) = lire(source, [registre.exemple(source)])
    masque = lot.lignes.filter(lot.lignes["statut_diffusion"] == "P").row(0, named=True)
    assert masque["coordonnee_lambert_abscisse"] is None
    assert masque["libelle_voie"] == "[ND]"


def test_a_layout_of_2020_gives_null_to_the_columns_born_later(tmp_path: Path) -> None:
    source = registre.source("sirene-unites-legales")
    with registre.exemple(source).open(encoding="utf-8", newline="") as flux:
        rangs = list(csv.DictReader(flux))
    anciennes = [c for c in rangs[0] if not source.champs[source.colonnes[c]].optionnelle]
    texte = fabrique.texte_csv([[r[c] for c in anciennes] for r in rangs], anciennes, separateur=",")
    (lot,) = lire(source, [fabrique.ecrire(tmp_path, texte)])
    assert lot.lignes["societe_mission"].null_count() == lot.lignes.height == len(rangs)
