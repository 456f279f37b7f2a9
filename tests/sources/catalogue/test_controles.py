"""Controls of the DGCCRF, visits of economic services, controls of training; recovery plan."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from fce.socle.erreurs import ImportRefuse
from fce.socle.texte.formats import MOIS
from fce.sources import registre
from fce.sources.catalogue.dgccrf.sora.lecture import COLONNES, jour_iso, numero_du_mois, visites
from fce.sources.catalogue.dge.eos import regles as eos
from fce.sources.catalogue.dgefp.mdf import regles as mdf
from fce.sources.catalogue.dgefp.mdf.lecture import siren_de, siret_de
from fce.sources.lecture.lecteur import lire
from fce.sources.lecture.lot import Illisible
from tests.sources.catalogue.lectures import exemple_de, ligne, lignes

JOUR = date(2026, 11, 25)


@given(st.sampled_from(MOIS), st.sampled_from(["cp1252", "latin-1", "cp437"]), st.integers(0, 2), st.booleans())
def test_a_month_is_found_however_badly_it_was_encoded(nom: str, codage: str, fois: int, capitale: bool) -> None:
    texte = nom.capitalize() if capitale else nom
    for _ in range(fois):
        texte = texte.encode().decode(codage, "replace")
    assert numero_du_mois(texte) == MOIS.index(nom) + 1


@pytest.mark.parametrize(
    ("ecrit", "numero"),
    [("FÉVRIER", 2), ("f?vrier", 2), ("f\ufffdvrier", 2), ("f&eacute;vrier", 2), ("fevrier", 2), ("aout", 8), ("08", 8),
     ("D├®cembre", 12), ("", None), ("13", None), ("vrier", None), ("brumaire", None)],
)  # fmt: skip
def test_each_writing_of_a_month(ecrit: str, numero: int | None) -> None:
    assert numero_du_mois(ecrit) == numero


def test_a_day_that_does_not_exist_goes_to_quarantine_as_it_is_written(tmp_path: Path) -> None:
    assert jour_iso("2026", "février", "30") == "30 février 2026"
    source, exemple = registre.source("sora-controles"), exemple_de("sora-controles")
    fichier = tmp_path / "sora.csv"
    fichier.write_bytes(exemple.read_bytes().replace(b",28,1,", b",32,1,"))
    (lot,) = lire(source, [fichier])
    assert [(rejet.ligne, rejet.valeur) for rejet in lot.rejets] == [(3, "32 AoÃ»t 2025")]


def test_the_days_of_sora_are_put_together() -> None:
    assert [lue["date"] for lue in lignes("sora-controles")] == [
        date(2026, 2, 5), date(2025, 8, 28), date(2025, 12, 17), date(2026, 2, 11), date(2026, 5, 2)
    ]  # fmt: skip


def test_a_file_of_sora_in_windows_1252_reads_the_same(tmp_path: Path) -> None:
    fichier = tmp_path / "sora.csv"
    entete = ",".join(f'"{nom}"' for nom in COLONNES)
    fichier.write_bytes(f"{entete}\n00000101600013,2026,Février,5,0,DDPP Isère,\n".encode("cp1252"))
    (lue,) = lignes("sora-controles", fichier)
    assert (lue["date"], lue["unite"]) == (date(2026, 2, 5), "DDPP Isère")


def test_a_file_of_sora_without_its_columns_is_refused(tmp_path: Path) -> None:
    fichier = tmp_path / "sora.csv"
    fichier.write_text("Siret,Date\n1,2\n")
    with pytest.raises(ImportRefuse, match="Etob Siret"):
        list(visites(fichier))


def visite(jour: date | None, **valeurs: str) -> dict[str, object]:
    return ligne("eos-visites", siret="00000100800010", date=jour, **valeurs)


def test_visits_on_a_31_december_and_in_the_future_are_dropped() -> None:
    lues = [visite(j) for j in (date(2025, 12, 31), date(2026, 11, 26), date(2026, 11, 25), date(2025, 12, 30), None)]
    assert [v["date"] for v in eos.visites_reelles(lues, JOUR)] == [date(2026, 11, 25), date(2025, 12, 30)]


def test_a_visit_is_shown_whether_it_has_a_kind_of_follow_up_or_not() -> None:
    lues = [visite(date(2026, 1, 5), type_suivi="Suivi régulier"), visite(date(2026, 1, 6))]
    assert len(eos.visites_reelles(lues, JOUR)) == 2
    assert "pôle ES" in registre.source("eos-visites").description


def test_every_body_that_the_title_announces_is_in_the_rubrique_of_controls() -> None:
    noms = {s.nom for s in registre.toutes() if s.rubrique == "controles"}
    assert {"wikit-controles", "sora-controles", "sparc-metrologie", "eos-visites", "mdf-controles"} <= noms


def test_the_visitors_are_written_on_one_line() -> None:
    vues = eos.visites_reelles(lignes("eos-visites"), JOUR)
    assert vues[0]["visiteurs"] == "Camille EXEMPLE Dominique FICTIF"


@pytest.mark.parametrize(
    ("siren", "nic", "attendu"),
    [("000001008", "00010", "00000100800010"), ("1008", "10", "00000100800010"), ("000001008", "", None),
     ("000001008", "00000", None), ("abc", "00010", None), (None, None, None)],
)  # fmt: skip
def test_a_siren_and_a_nic_make_a_siret(siren: str | None, nic: str | None, attendu: str | None) -> None:
    assert siret_de(siren, nic) == attendu


@pytest.mark.parametrize("nic", ["123456", "12X", "31/02/20x4"])
def test_t8_a_nic_that_is_no_number_makes_no_case_about_the_company(nic: str) -> None:
    assert isinstance(siret_de("000001008", nic), Illisible)


def test_a_siren_takes_back_its_zeros_and_nothing_else_changes() -> None:
    assert [siren_de(s) for s in ("1008", "000001008", "12X", None)] == ["000001008", "000001008", "12X", None]


def test_cases_about_siren_zero_are_left_out_and_the_others_kept_even_without_establishment() -> None:
    lues = lignes("mdf-controles")
    assert len(lues) == 5
    assert [lue["siret"] for lue in lues].count(None) == 1
    assert {lue["region"] for lue in lues} >= {"Auvergne-Rhône-Alpes"}  # windows-1252


def test_kinds_of_control_are_said_in_words_and_unknown_ones_kept() -> None:
    vus = mdf.libeller([ligne("mdf-controles", type=t) for t in ("CSA", "FPC", "Autre", None)], JOUR)
    assert [v["type"] for v in vus] == ["Taxe d'apprentissage", "Formation professionnelle continue", "Autre", None]


def test_the_recovery_plan_is_open_to_everyone() -> None:
    assert registre.source("plan-relance").acces.classe == "C0"
    assert len(lignes("plan-relance")) == 5
