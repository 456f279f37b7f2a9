"""The day that dates a file (V9): the latest business day in it, a month by its last day, whatever says so."""

from __future__ import annotations

import datetime
from pathlib import Path

import polars as pl
import pytest

from fce.donnees.imports.chargement.comptes import ComptesDImport
from fce.donnees.imports.chargement.dates import date_du_nom
from fce.donnees.imports.chargement.parties import date_de_periode
from fce.socle.texte.mois import fin_du_mois
from fce.sources import registre
from fce.sources.champs import Jour, Mois
from fce.sources.lecture import Lot

JOUR = datetime.date


@pytest.mark.parametrize(
    ("nom", "attendue"),
    [
        ("2019_07_aides.csv", JOUR(2019, 7, 31)),
        ("aides-2024-02.csv.gz", JOUR(2024, 2, 29)),
        ("etab_2023-02_v2.parquet", JOUR(2023, 2, 28)),
        ("StockUniteLegale_2026-08-01_utf8.zip", JOUR(2026, 8, 1)),
        ("2019_07_15_aides.csv", JOUR(2019, 7, 15)),
        ("20190715.csv", JOUR(2019, 7, 15)),
        # The month that runs is not whole, and what is no month is none.
        ("2026_11_aides.csv", None),
        ("2019_13_aides.csv", None),
        ("2019-20_saison.csv", None),
        ("201907.csv", None),
        ("lot-12019_07.csv", None),
        ("2019.csv", None),
    ],
)
def test_v9_a_month_in_the_name_of_a_file_means_its_last_day(nom: str, attendue: JOUR | None) -> None:
    assert date_du_nom([Path(nom)], aujourdhui=JOUR(2026, 11, 29)) == attendue


def test_v9_the_latest_of_several_names_dates_them() -> None:
    noms = [Path("2019_07_aides.csv"), Path("2019_08_aides.csv"), Path("aides_2019-07-31.csv")]
    assert date_du_nom(noms) == JOUR(2019, 8, 31)


@pytest.mark.parametrize("mois", range(1, 13))
@pytest.mark.parametrize("annee", [2023, 2024])
def test_v9_the_last_day_of_each_month(annee: int, mois: int) -> None:
    fin = fin_du_mois(JOUR(annee, mois, 17))
    assert (fin.month, (fin + datetime.timedelta(days=1)).day) == (mois, 1)


def dater(valeurs: dict[str, list[JOUR | None]], *champs: Jour) -> JOUR | None:
    for champ, nom in zip(champs, valeurs, strict=True):
        champ.set_attributes_from_name(nom)
    comptes = ComptesDImport()
    lignes = pl.DataFrame(valeurs, schema=dict.fromkeys(valeurs, pl.Date))
    comptes.ajouter(Lot(lignes, [], lignes.height), champs)
    return comptes.date_metier


def test_v9_a_month_is_dated_by_its_last_day_and_the_one_that_runs_by_none() -> None:
    ce_mois = datetime.date.today().replace(day=1)
    avant = (ce_mois - datetime.timedelta(days=1)).replace(day=1)
    assert dater({"mois": [JOUR(2026, 8, 1), JOUR(2026, 9, 1), None]}, Mois("Mois", "m")) == JOUR(2026, 9, 30)
    if fin_du_mois(ce_mois) > datetime.date.today():
        assert dater({"mois": [avant, ce_mois]}, Mois("Mois", "m")) == fin_du_mois(avant)
    assert date_de_periode(Mois("Mois", "m"), "2026-09-01") == JOUR(2026, 9, 30)
    assert date_de_periode(Jour("Jour", "j"), "2026-09-01") == JOUR(2026, 9, 1)


def test_v9_the_latest_of_all_its_days_dates_a_file_and_none_to_come() -> None:
    demain = datetime.date.today() + datetime.timedelta(days=1)
    dates = {"debut": [JOUR(2026, 11, 4), demain], "rupture": [None, JOUR(2026, 11, 28)]}
    assert dater(dates, Jour("Début", "d"), Jour("Rupture", "r")) == JOUR(2026, 11, 28)


def test_v9_every_column_that_holds_months_alone_is_declared_so() -> None:
    """A column written « 2026-09 » is a month: kept as a day, it would be read as the first of it."""
    jours = [
        f"{source.nom}.{attribut}"
        for source in registre.toutes()
        for attribut, champ in source.champs.items()
        if isinstance(champ, Jour) and not isinstance(champ, Mois) and any("%d" not in f for f in champ.formats)
    ]
    assert jours == []


@pytest.mark.parametrize("source", [s for s in registre.toutes() if s.importable], ids=lambda s: s.nom)
def test_v13_a_source_is_late_when_no_file_came_for_its_frequency(source: registre.Source) -> None:
    maintenant = datetime.datetime(2026, 11, 29, 12, tzinfo=datetime.UTC)
    jour = JOUR(2026, 11, 29)
    for jours, tard in ((source.frequence.jours, False), (source.frequence.jours + 1, True)):
        venue = maintenant - datetime.timedelta(days=jours)
        assert source.en_retard(jour, venue, jour) is tard
        assert source.en_retard(None, venue, jour) is tard
    vieille = jour - datetime.timedelta(days=source.delai + 1)
    assert source.en_retard(vieille, maintenant, jour)
