"""Faults of the predecessor about work relations: each test would fail if its fault came back."""

from __future__ import annotations

from datetime import date

from tests.fautes.conftest import AUTRE, SIREN, SIRET, Lire


def accord(numero: str, jour: date | None, siret: str = SIRET, **themes: int) -> dict[str, object]:
    return {"numero": numero, "siret": siret, "date_signature": jour, **themes}


def test_faute_25_the_company_shows_the_agreements_of_its_establishments(fiche: Lire) -> None:
    bloc = fiche(
        {"idcc-etablissements": [{"siret": SIRET, "idcc": "0016"}, {"siret": AUTRE, "idcc": "1486"}]},
        bloc="idcc-etablissements",
    )
    assert "0016 – Convention collective nationale des transports routiers" in bloc
    assert "1486 – " in bloc


def test_faute_26_the_date_of_the_last_agreement_is_a_day(fiche: Lire) -> None:
    accords = [accord("T1", date(2024, 2, 2), emploi=1), accord("T2", date(2026, 3, 12), emploi=1)]
    page = fiche({"accords-entreprise": accords}, siret=True)
    assert "2 accords, le dernier signé le 12/03/2026" in page
    assert "Emploi 2 12/03/2026" in page
    assert "error" not in page


def test_faute_27_an_agreement_on_three_themes_counts_as_one(fiche: Lire) -> None:
    page = fiche(
        {"accords-entreprise": [accord("T1", date(2026, 3, 12), epargne=1, remuneration=1, temps_travail=1)]},
        siret=True,
    )
    assert "Accords d'entreprise 1 accord, le dernier signé le 12/03/2026" in page
    assert "Épargne salariale 1 12/03/2026" in page
    assert "3 accords" not in page


def test_faute_27_an_agreement_written_on_three_rows_counts_as_one(fiche: Lire) -> None:
    lignes = [accord("T1", date(2026, 3, 12), **{theme: 1}) for theme in ("epargne", "emploi", "autres")]
    assert "Accords d'entreprise 1 accord, le dernier" in fiche({"accords-entreprise": lignes})


def test_faute_35_an_egapro_index_of_zero_is_a_score(fiche: Lire) -> None:
    bloc = fiche(
        {"egapro": [{"siren": SIREN, "annee": 2025, "index": 0}, {"siren": SIREN, "annee": 2024}]}, bloc="egapro"
    )
    assert "2025 0/100" in bloc
    assert "2024 Non calculable" in bloc


def test_faute_35_the_null_index_of_the_file_is_read_as_zero(fiche: Lire) -> None:
    page = fiche({"egapro": [{"siren": SIREN, "annee": 2025, "index": 0}]})
    assert "Égalité professionnelle 0/100 en 2025" in page


def test_faute_36_without_a_control_unit_the_sheet_says_so(fiche: Lire) -> None:
    page = fiche({"wikit-unites": [{"siret": AUTRE, "code": "062U01", "libelle": "UC 1"}]}, siret=True)
    assert "Aucune unité de contrôle connue (DGT, Wiki'T — au 31/10/2026)" in page


def test_faute_36_a_unit_half_known_says_neither_undefined_nor_error(fiche: Lire) -> None:
    bloc = fiche({"wikit-unites": [{"siret": SIRET, "code": "059U01"}]}, siret=True, bloc="wikit-unites")
    assert "059U01" in bloc
    for faute in ("undefined", "error", "None", "null"):
        assert faute not in bloc


def test_faute_36_each_source_names_its_producer_and_its_system(fiche: Lire) -> None:
    bloc = fiche({"wikit-unites": [{"siret": SIRET, "code": "059U01"}]}, siret=True, bloc="wikit-unites")
    assert "Source : DGT · Wiki'T (Unité de contrôle compétente) · au 31/10/2026 (importé le 02/11/2026)" in bloc


def test_faute_42_the_link_of_agreements_takes_a_siret_and_never_a_name(fiche: Lire) -> None:
    accords = [accord("T1", date(2026, 3, 12)), accord("T2", date(2026, 3, 13), AUTRE)]
    bloc = fiche({"accords-entreprise": accords}, bloc="accords-entreprise")
    assert f"[https://www.legifrance.gouv.fr/liste/acco?siret={SIRET}]" in bloc
    assert f"[https://www.legifrance.gouv.fr/liste/acco?siret={AUTRE}]" in bloc
    assert "VERGERS" not in bloc.split("legifrance", 1)[1]
