"""Item 14: four ratios over five years, beside the median of their sector that FCE computes from public accounts."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fce.donnees.imports import services
from fce.socle.erreurs import ImportRefuse
from fce.sources import registre
from tests.donnees.entreprises import fabrique as f
from tests.fiche.fiches import texte

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.catalogue]
SOURCE = "ratios-financiers"
SIRENS = [f.siren_no(n) for n in range(1, 9)]
SIREN = SIRENS[0]
TITRE = "Ratios financiers de la société"
INPI = f"https://data.inpi.fr/entreprises/{SIREN}"
COLONNES = (
    "siren", "date_cloture_exercice", "marge_ebe", "taux_d_endettement", "ratio_de_liquidite", "autonomie_financiere",
    "type_bilan", "confidentiality",
)  # fmt: skip


def compte(siren: str, ebe: object, *, annee: int = 2025, genre: str = "C", mention: str = "Public") -> list[object]:
    return [siren, f"{annee}-12-31", ebe, 80, 150, 30, genre, mention]


def importer(dossier: Path, lignes: Iterable[list[object]], colonnes: tuple[str, ...] = COLONNES) -> dict[Any, Any]:
    """{(SIREN, year): row} in place after the import of ``lignes``."""
    with (dossier / "ratios.csv").open("w", encoding="utf-8-sig", newline="") as flux:
        csv.writer(flux, delimiter=";").writerows([colonnes, *lignes])
    services.importer(SOURCE, [dossier / "ratios.csv"], forcer="essai")
    return {(x.siren, x.date_cloture.year): x for x in registre.source(SOURCE).modele.objects.all()}


def societes(*activites: str, **champs: Any) -> None:
    f.unites(
        *(
            f.unite(siren, activite_principale=naf, nomenclature_activite_principale="NAFRev2", **champs)
            for siren, naf in zip(SIRENS, activites, strict=False)
        )
    )


def dite(ligne: Any) -> tuple[str | None, int | None, Decimal | None]:
    return ligne.secteur, ligne.secteur_comptes, ligne.mediane_marge_ebe


def test_14_the_median_is_that_of_the_finest_level_with_three_other_accounts(tmp_path: Path) -> None:
    # Three companies in 62.01Z: two others only; the classe has no more; the division has four.
    societes("62.01Z", "62.01Z", "62.01Z", "62.09Z", "47.11F")
    importees = importer(tmp_path, [compte(s, n) for s, n in zip(SIRENS[:5], (10, 20, 30, 60, 99), strict=True)])
    assert dite(importees[SIREN, 2025]) == ("62.0", 4, Decimal(25))
    assert dite(importees[SIRENS[4], 2025]) == (None, None, None), "alone in its division"
    societes("62.01Z", "62.01Z", "62.01Z", "62.01Z", "62.09Z")
    importees = importer(tmp_path, [compte(s, n) for s, n in zip(SIRENS[:5], (10, 20, 30, 40, 99), strict=True)])
    assert dite(importees[SIREN, 2025]) == ("62.01Z", 4, Decimal(25))


@pytest.mark.parametrize("de", ["NAF25", "NAF2025", "NAFRev2025"])
def test_v30_companies_of_the_naf_2025_have_medians_of_their_own(de: str, tmp_path: Path, client: Client) -> None:
    activites = (*["62.01Z"] * 4, *["62.10Y"] * 3, "62.20G")
    f.unites(
        *(
            f.unite(s, activite_principale=naf, nomenclature_activite_principale="NAFRev2" if n < 4 else de)
            for n, (s, naf) in enumerate(zip(SIRENS, activites, strict=True))
        )
    )
    importees = importer(tmp_path, [compte(s, n) for s, n in zip(SIRENS, (1, 2, 3, 4, 10, 20, 30, 60), strict=True)])
    assert dite(importees[SIREN, 2025]) == ("62.01Z", 4, Decimal("2.5"))
    assert dite(importees[SIRENS[4], 2025]) == ("2025-62", 4, Decimal(25)), "the division of one nomenclature alone"
    page = texte(client, f"/entreprise/{SIRENS[4]}/finances")
    assert "62 (NAF 2025), 4 comptes" in page


def test_14_a_sector_of_two_other_accounts_has_no_median_another_year_does_not_count(tmp_path: Path) -> None:
    societes("62.01Z", "62.01Z", "62.01Z", "62.01Z")
    importees = importer(tmp_path, [*(compte(s, 10) for s in SIRENS[:3]), compte(SIRENS[3], 50, annee=2024)])
    assert {dite(x) for x in importees.values()} == {(None, None, None)}


def test_14_a_masked_company_never_counts_and_reads_the_median_of_the_others(tmp_path: Path) -> None:
    commun = {"activite_principale": "62.01Z", "nomenclature_activite_principale": "NAFRev2"}
    f.unites(f.unite(SIREN, statut_diffusion="P", **commun), *(f.unite(s, **commun) for s in SIRENS[1:4]))
    importees = importer(tmp_path, [compte(SIREN, 1000), *(compte(s, 10) for s in SIRENS[1:4])])
    assert dite(importees[SIREN, 2025]) == ("62.01Z", 3, Decimal(10))
    assert dite(importees[SIRENS[1], 2025]) == (None, None, None), "two others, and a masked one"


def test_14_figures_of_confidential_accounts_never_reach_the_database(tmp_path: Path) -> None:
    societes(*["62.01Z"] * 6)
    mentions = ("Public", "Confidentiel", "Partiellement confidentiel", "", "Inconnu")
    importees = importer(tmp_path, [compte(s, 10, mention=m) for s, m in zip(SIRENS, mentions, strict=False)])
    # Of a deposit that says it is confidential, only that it was made.
    assert [siren for siren, _ in importees] == [SIREN, *SIRENS[1:3], SIRENS[4]]
    assert [x.marge_ebe for x in importees.values()] == [Decimal(10), None, None, None]
    assert dite(importees[SIREN, 2025]) == (None, None, None)
    sans = tuple(c for c in COLONNES if c != "confidentiality")
    with pytest.raises(ImportRefuse, match="confidentiality"):
        importer(tmp_path, [compte(SIREN, 10)[:-1]], sans)


def test_14_one_account_per_company_and_never_a_consolidated_one(tmp_path: Path) -> None:
    societes(*["62.01Z"] * 4)
    lignes = [*(compte(s, 10) for s in SIRENS[:4]), compte(SIRENS[1], 90, genre="S"), compte(SIRENS[2], 99, genre="K")]
    lignes += [[SIRENS[3], "2025-06-30", 95, 80, 150, 30, "C", "Public"]]
    importees = importer(tmp_path, lignes)
    assert dite(importees[SIREN, 2025]) == ("62.01Z", 4, Decimal(10))


@pytest.mark.parametrize("aberrante", ["#DIV/0!", "inf", "NaN", "n.c.", ""])
def test_14_an_aberrant_value_is_emptied_and_leaves_the_median_alone(aberrante: str, tmp_path: Path) -> None:
    societes(*["62.01Z"] * 5)
    importees = importer(tmp_path, [compte(SIREN, aberrante), *(compte(s, 10) for s in SIRENS[1:5])])
    assert importees[SIREN, 2025].marge_ebe is None
    assert dite(importees[SIREN, 2025]) == ("62.01Z", 4, Decimal(10))


def test_14_a_file_without_the_ratios_is_loaded_without_medians(tmp_path: Path, client: Client) -> None:
    societes(*["62.01Z"] * 4)
    colonnes = ("siren", "date_cloture_exercice", "chiffre_d_affaires", "type_bilan", "confidentiality")
    importees = importer(tmp_path, [[s, "2025-12-31", 1000, "C", "Public"] for s in SIRENS[:4]], colonnes)
    assert dite(importees[SIREN, 2025]) == (None, None, None)
    page = texte(client, f"/entreprise/{SIREN}/finances")
    assert "1 000" in page
    assert TITRE not in page


def test_14_a_version_loaded_before_the_medians_shows_the_ratios_alone(client: Client) -> None:
    societes("62.01Z")
    f.charger(SOURCE, [ligne(2025)])
    page = bloc(texte(client, f"/entreprise/{SIREN}/finances"))
    assert "Taux de marge d'EBE (%) 12,3" in page
    assert "secteur" not in page.partition("Comptes complets")[0]


def ligne(annee: int, **champs: Any) -> dict[str, Any]:
    return {
        "siren": SIREN, "date_cloture": date(annee, 12, 31), "type_bilan": "C", "confidentialite": "Public",
        "marge_ebe": Decimal("12.345"), "taux_endettement": Decimal(80), "ratio_liquidite": Decimal(150),
        "autonomie_financiere": Decimal(30), **champs,
    }  # fmt: skip


def bloc(page: str) -> str:
    return page[page.index(" Ratio Clos le ") :][:3000]


def test_14_the_public_reads_five_years_with_units_sector_and_how_to_read_them(client: Client) -> None:
    societes("62.01Z")
    medianes = {"mediane_marge_ebe": Decimal("8.2"), "secteur": "62.01Z", "secteur_comptes": 12}
    f.charger(SOURCE, [ligne(annee, **(medianes if annee == 2025 else {})) for annee in range(2019, 2026)])
    f.charger("ratios-consolides", [ligne(2025, type_bilan="K", marge_ebe=Decimal("77.7"))])
    affiche = bloc(texte(client, f"/entreprise/{SIREN}/finances"))
    for annee in range(2021, 2026):
        assert f"Clos le 31/12/{annee}" in affiche
    assert "31/12/2020" not in affiche
    for titre in ("Taux de marge d'EBE (%)", "Taux d'endettement (%)", "Ratio de liquidité (%)"):
        assert titre in affiche
    assert "Autonomie financière (%) 30,0" in affiche
    assert "Taux de marge d'EBE (%) 12,3 (secteur 8,2) 12,3 12,3" in affiche
    assert "Médiane du secteur (calcul FCE) 62.01Z, 12 comptes" in affiche
    assert "Secteur : 62.01Z – Programmation informatique." in affiche
    assert "Comptes complets. " in affiche
    assert "jamais ceux, consolidés, de son groupe" in affiche
    assert "77,7" not in affiche


def test_14_the_accounts_and_deeds_are_linked_unless_the_company_is_masked(client: Client) -> None:
    societes("62.01Z")
    f.charger(SOURCE, [ligne(2025), ligne(2024)])
    f.charger("rne", [{"siren": SIREN}])
    assert f'href="{INPI}"' in client.get(f"/entreprise/{SIREN}/finances").content.decode()
    assert f'href="{INPI}"' in client.get(f"/entreprise/{SIREN}/tout").content.decode()
    societes("62.01Z", statut_diffusion="P")
    assert INPI not in client.get(f"/entreprise/{SIREN}/tout").content.decode()
