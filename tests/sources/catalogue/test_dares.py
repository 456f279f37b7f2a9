"""Head-counts, full-time equivalents, collective agreements, work accidents."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fce.referentiels import conventions
from fce.sources import registre
from fce.sources.catalogue.dares.dsn_effectifs import regles as effectifs
from fce.sources.catalogue.dares.idcc import regles as idcc
from fce.sources.catalogue.dati.accidents import regles as accidents
from fce.sources.lecture.lecteur import lire
from fce.sources.modes import ParPeriode
from fce.sources.presentation import Serie
from tests.sources.catalogue.lectures import ligne, lignes

JOUR = date(2026, 11, 25)


def mois(an: int, numero: int, total: int | None, siret: str = "00000100800010") -> dict[str, object]:
    return ligne("dsn-effectifs", mois=date(an, numero, 1), siret=siret, total=total)


def test_the_headcount_of_a_company_adds_its_establishments_of_the_latest_month_only() -> None:
    deux = [mois(2026, 9, 100), mois(2026, 9, 28, "00000100800028"), mois(2026, 8, 999)]
    assert effectifs.effectif(deux, JOUR) == "128 en septembre 2026"


def test_the_trend_compares_with_the_same_month_of_the_year_before() -> None:
    assert effectifs.effectif([mois(2026, 9, 128), mois(2025, 9, 160)], JOUR) == (
        "128 en septembre 2026 (↘ −20 % sur 12 mois)"
    )
    assert "↗ +25 %" in (effectifs.effectif([mois(2026, 9, 200), mois(2025, 9, 160)], JOUR) or "")
    assert "sur 12 mois" not in (effectifs.effectif([mois(2026, 9, 5), mois(2025, 9, 0)], JOUR) or "")


def test_an_unknown_headcount_is_not_zero() -> None:
    assert effectifs.effectif([mois(2026, 9, None)], JOUR) is None
    assert (effectifs.effectif([mois(2026, 9, 0)], JOUR) or "").startswith("0 en")


def test_physical_headcounts_and_full_time_equivalents_are_told_apart() -> None:
    physique, etp = registre.source("dsn-effectifs"), registre.source("effectifs-etp")
    assert "physique" in physique.titre
    assert "équivalent temps plein" in etp.titre
    assert etp.champs["effectif"].unite == "ETP"
    assert "tranche" not in physique.titre.lower()


def test_headcounts_are_replaced_month_by_month_and_sixty_are_kept() -> None:
    for nom in ("dsn-effectifs", "effectifs-etp"):
        assert registre.source(nom).mode == ParPeriode("mois", garde=60)


def test_the_stacked_bars_are_contracts_and_the_line_is_the_total() -> None:
    serie = registre.source("dsn-effectifs").presentation
    assert isinstance(serie, Serie)
    assert serie.courbes[0] == "total"
    assert set(serie.barres) == {"cdi", "cdd", "interim", "apprentis"}


def test_an_extraction_without_apprentices_is_read(tmp_path: Path) -> None:
    fichier = tmp_path / "ts_effectifs.csv"
    fichier.write_text(
        "MOIS,SIRET,EFF_TOTAL,EFF_HOMME,EFF_FEMME,NB_CDD,NB_CDI,NB_CDI_INTER,NB_INTER_MISSION,NB_INTERIM,DATE_MAJ\n"
        "2019-04,00000100800010,12,6,6,2,10,0,0,0,2019/06/15\n"
    )
    (lue,) = lignes("dsn-effectifs", fichier)
    assert (lue["mois"], lue["total"], lue["apprentis"]) == (date(2019, 4, 1), 12, None)


def test_9998_and_9999_are_not_agreements() -> None:
    lues = lignes("idcc-etablissements")
    assert {"9998", "9999"} < {lue["idcc"] for lue in lues}
    assert {lue["idcc"] for lue in idcc.conventions(lues, JOUR)} == {"3248", "2216", "2378", "0843", "0016"}
    for code in ("9998", "9999"):
        assert conventions.libelle(code) is None
        assert idcc.legifrance({"idcc": code}) is None


def test_the_padding_of_weez_is_taken_off() -> None:
    assert all(len(lue["idcc"]) == 4 for lue in lignes("idcc-etablissements"))


def test_the_agreements_of_a_company_are_those_of_its_establishments() -> None:
    source = registre.source("idcc-etablissements")
    assert source.cle == ("siret", "idcc")
    assert source.acces.classe == "C0"
    assert {"siret", "idcc"} <= set(source.presentation.colonnes)  # type: ignore[union-attr]
    assert source.regroupement is None  # a roll-up by establishment would hide the codes


def test_an_agreement_has_its_title_and_its_page() -> None:
    assert "bureaux d'études" in (conventions.libelle("1486") or "").lower()
    assert conventions.libelle("0000") is None
    assert idcc.legifrance({"idcc": "1486"}) == "https://www.legifrance.gouv.fr/liste/idcc?idcc_suggest=1486"
    assert idcc.legifrance({"idcc": "<a>"}) is None


def test_the_real_rows_of_weez_are_all_accounted_for(dossier_partage: Path) -> None:
    fichier = dossier_partage / "data" / "idcc_siret" / "WEEZ_sample.csv"
    with fichier.open(encoding="utf-8", newline="") as flux:
        attendues = [(r["SIRET"], r["IDCC"].strip()) for r in csv.DictReader(flux)]
    lots = list(lire(registre.source("idcc-etablissements"), [fichier]))
    lues = [(r["siret"], r["idcc"]) for lot in lots for r in lot.lignes.to_dicts()]
    ecartes = {rejet.ligne - 2 for lot in lots for rejet in lot.rejets}
    assert lues == [a for rang, a in enumerate(attendues) if rang not in ecartes]
    assert len(lues) > 30


def test_accident_rates_are_shown_beside_those_of_the_sector() -> None:
    source = registre.source("accidents-travail")
    assert {"taux", "taux_france", "taux_region"} <= set(source.presentation.colonnes)  # type: ignore[union-attr]
    seul = ligne(
        "accidents-travail",
        siret="00000100800010",
        total=12,
        mortels=1,
        taux=Decimal("75.50"),
        taux_france=Decimal("31.20"),
    )
    assert accidents.accidents([seul], JOUR) == "12, dont 1 mortel (75,5 ‰ contre 31,2 ‰ dans le secteur en France)"


def test_a_note_says_deaths_first_then_the_rate_of_one_place_or_how_many_places() -> None:
    seul = ligne(
        "accidents-travail", siret="00000100800010", total=12, mortels=1, avec_arret=9, sans_arret=3,
        taux=Decimal("75.50"), taux_france=Decimal("31.20"),
    )  # fmt: skip
    sommes = [("Mortels", "1"), ("Avec arrêt", "9"), ("Sans arrêt", "3"), ("Total", "12")]
    assert accidents.detail([seul], JOUR) == [*sommes, ("Taux", "75,5 ‰ contre 31,2 ‰ dans le secteur en France")]
    autre = ligne("accidents-travail", siret="00000100800028", total=1, mortels=None, avec_arret=1, sans_arret=0)
    assert accidents.detail([seul, autre], JOUR)[0] == ("Mortels", "1")
    assert accidents.detail([seul, autre], JOUR)[-1] == ("Établissements", "2")
    assert accidents.detail([], JOUR) == []


def test_a_note_says_each_convention_once() -> None:
    faits = [
        ligne("idcc-etablissements", siret=siret, idcc="3248", mois=date(2026, 9, 1))
        for siret in ("00000100800010", "00000100800028")
    ]
    ((titre, dite),) = idcc.appliquees(faits, JOUR)
    assert titre == "Convention"
    assert dite.startswith("3248 – ")
    assert dite.endswith(", 2 établissements, septembre 2026")
    assert "établissement" not in idcc.appliquees(faits[:1], JOUR)[0][1]


def test_no_period_is_written_in_the_code_for_accidents() -> None:
    textes = " ".join((registre.source("accidents-travail").description, registre.source("accidents-travail").absence))
    assert not any(caractere.isdigit() for caractere in textes.replace("1 000", ""))


@pytest.mark.parametrize("taux", ["75.5", "75,5"])
def test_a_rate_reads_with_a_comma_or_a_point(tmp_path: Path, taux: str) -> None:
    source = registre.source("accidents-travail")
    fichier = tmp_path / "DAT-nb-at-par-SIRET.csv"
    fichier.write_text(";".join(source.colonnes) + f"\n00000100800010;1;0;1;0;C;{taux};31;30\n")
    assert lignes("accidents-travail", fichier)[0]["taux"] == Decimal("75.50")
