"""Files are read in a process of limits: what honest files give is the same, hostile ones cost what the limits say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from fce.socle.erreurs import ImportRefuse
from fce.socle.travaux.processus_borne import BornesDuFils
from fce.sources import registre
from fce.sources.declaration import Csv, Lecteur, Source
from fce.sources.lecture import DE_PAGE, bornes_de_lecture, lire
from fce.sources.lecture.lecteur import lire as lire_sur_place
from fce.sources.lecture.taille import OCTETS_DU_LOT, octets_de_texte
from tests.pannes import lever
from tests.socle import charges
from tests.sources import fabrique

pytestmark = pytest.mark.processus_borne
ECHANTILLON = ("egapro", "rne-dirigeants", "sirene-flux")


def bombe_de_colonnes(chemin: Path, colonnes: int = 20_000, lignes: int = 50_000) -> Path:
    """Few bytes: every column holds one value, repeated."""
    entete = ["siren", "siret", "nom", "date_creation", "effectif", "montant"]
    noms = entete + [f"c{n}" for n in range(colonnes - len(entete))]
    repetee = pl.repeat("1", lignes, eager=True)
    pl.DataFrame(dict.fromkeys(noms, repetee)).write_parquet(chemin, compression="zstd", statistics=False)
    return chemin


def bombe_de_valeurs(chemin: Path, lignes: int = 20_000, longueur: int = 100_000) -> Path:
    """One long text, repeated: a few kilobytes that stand for gigabytes."""
    rang = dict(zip(fabrique.ENTETE, fabrique.lignes_valides(1)[0], strict=True)) | {"nom": "N" * longueur}
    pl.DataFrame({nom: pl.repeat(valeur, lignes, eager=True) for nom, valeur in rang.items()}).write_parquet(chemin)
    return chemin


@pytest.mark.parametrize(
    "nom",
    [
        pytest.param(s.nom, marks=() if s.nom in ECHANTILLON else pytest.mark.epreuve)
        for s in registre.toutes()
        if s.importable
    ],
)
def test_a3_every_source_gives_the_same_batches_read_by_the_child(nom: str) -> None:
    source = registre.source(nom)
    exemple = registre.exemple(source)
    isoles, sur_place = list(lire(source, [exemple], DE_PAGE)), list(lire_sur_place(source, [exemple]))
    assert [lot.lignes.rows() for lot in isoles] == [lot.lignes.rows() for lot in sur_place]
    assert [lot.lignes.schema for lot in isoles] == [lot.lignes.schema for lot in sur_place]
    for lot, autre in zip(isoles, sur_place, strict=True):
        memes = ("rejets", "vidages", "avertissements", "recues", "fichier")
        assert [getattr(lot, m) for m in memes] == [getattr(autre, m) for m in memes]


def test_a3_progress_and_refusals_are_those_of_the_readers(tmp_path: Path) -> None:
    chemin = fabrique.ecrire(tmp_path, fabrique.texte_csv(fabrique.lignes_valides(3000)))
    vues: list[tuple[int, int]] = []
    lots = list(
        lire(fabrique.source_essai(), [chemin], DE_PAGE, progression=lambda *v: vues.append(v), taille_bloc=9999)
    )
    assert sum(lot.recues for lot in lots) == 3000
    assert len(lots) == len(vues) > 10
    assert vues[-1] == (chemin.stat().st_size,) * 2
    with pytest.raises(ImportRefuse, match="colonnes manquantes") as refus:
        list(lire(fabrique.source_essai(), [fabrique.ecrire(tmp_path, "siren;nom\n1;2\n")], DE_PAGE))
    assert refus.value.details["regle"] == "colonnes"


def test_a3_a_parquet_of_twenty_thousand_columns_is_refused_by_its_metadata(tmp_path: Path) -> None:
    chemin = bombe_de_colonnes(tmp_path / "bombe.parquet", 2_001, 10)
    with pytest.raises(ImportRefuse, match=r"il a 2.001 colonnes, plus de 2.000"):
        list(lire_sur_place(fabrique.source_essai(), [chemin]))


def test_a3_only_the_columns_declared_are_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lus: list[int] = []
    vrai = pl.LazyFrame.collect

    def collecter(balayage: pl.LazyFrame, **options: Any) -> Any:
        lu = vrai(balayage, **options)
        lus.append(lu.width)
        return lu

    chemin = bombe_de_colonnes(tmp_path / "bombe.parquet", 500, 10)
    monkeypatch.setattr(pl.LazyFrame, "collect", collecter)
    (lot,) = lire_sur_place(fabrique.source_essai(), [chemin])
    assert lot.recues == 10
    assert max(lus) == 6


def test_a3_batches_are_cut_to_the_bytes_they_stand_for(tmp_path: Path) -> None:
    chemin = bombe_de_valeurs(tmp_path / "valeurs.parquet", lignes=1000)
    lots = list(lire(fabrique.source_essai(), [chemin], replace(DE_PAGE, texte=None)))
    assert sum(lot.lignes.height for lot in lots) == 1000
    assert len(lots) > 2
    assert max(octets_de_texte(lot.lignes) for lot in lots) <= OCTETS_DU_LOT


def test_a3_a_value_of_a_parquet_is_bounded_as_a_field_of_a_csv_is(tmp_path: Path) -> None:
    chemin = bombe_de_valeurs(tmp_path / "valeurs.parquet", lignes=2, longueur=140_000)
    (lot,) = lire(fabrique.source_essai(), [chemin], DE_PAGE)
    assert [(r.ligne, r.motif) for r in lot.rejets] == [
        (2, "champ de plus de 128 Kio"),
        (3, "champ de plus de 128 Kio"),
    ]


def test_a3_a_web_process_reads_within_the_limits_of_a_page_and_the_others_within_those_of_an_import(
    settings: Any,
) -> None:
    settings.FCE_ROLE = "web"
    assert bornes_de_lecture() is DE_PAGE
    assert DE_PAGE.processus.duree <= 60
    settings.FCE_ROLE, settings.FCE_LECTURE_MEMOIRE, settings.FCE_LECTURE_DUREE = "tache", 700, 2
    assert bornes_de_lecture().texte is None
    assert (bornes_de_lecture().processus.memoire, bornes_de_lecture().processus.duree) == (700, 7200)


def test_a3_a_reader_short_of_memory_is_told_as_such_not_as_a_file_of_another_shape(tmp_path: Path) -> None:
    source = fabrique.declarer("essai-memoire", fabrique.Essai, fichier=Lecteur(lever(MemoryError), extension="csv"))
    with pytest.raises(MemoryError):
        list(lire_sur_place(source, [fabrique.ecrire(tmp_path, "a;b\n1;2\n")]))


# A limit that leaves the libraries room to start: without it, each fails in its own way.
@pytest.mark.parametrize(
    ("fichier", "bornes", "phrase"),
    [
        (Lecteur(charges.lire_en_memoire, "csv"), BornesDuFils(512, 60, 90), "demande plus de 512 Mio de mémoire"),
        (Csv(";"), BornesDuFils(1024, 60, 0.05), "dure plus de 0 seconde :"),
    ],
)
def test_a3_beyond_its_limits_a_reading_ends_with_one_sentence(
    fichier: Csv | Lecteur, bornes: BornesDuFils, phrase: str, tmp_path: Path
) -> None:
    source: Source = fabrique.declarer("essai-bornes", fabrique.Essai, fichier=fichier)
    chemin = fabrique.ecrire(tmp_path, fabrique.texte_csv(fabrique.lignes_valides(100)))
    with pytest.raises(ImportRefuse) as refus:
        list(lire(source, [chemin], replace(DE_PAGE, processus=bornes)))
    assert phrase in refus.value.message
    assert "les données en place n'ont pas changé" in refus.value.message
