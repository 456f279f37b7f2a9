"""Tax, customs, social and banking deposits: closed to all but their group, and what is said of them."""

import inspect
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fce.demo import numeros, personnages
from fce.sources import registre
from fce.sources.catalogue.dgddi.operateurs.regles import en_clair, statut_oea, valide
from fce.sources.catalogue.dgfip.chiffre_affaires.regles import chiffre_affaires
from fce.sources.catalogue.dgfip.liens_capitalistiques.regles import derniere_annee
from fce.sources.catalogue.msa.conformite import regles as msa
from fce.sources.declaration import Agents, Secret
from fce.sources.lecture.lecteur import lire

AUJOURDHUI = date(2026, 6, 1)
SECRETS = {
    "dgfip-chiffre-affaires": "fiscal",
    "dgfip-attestation-fiscale": "fiscal",
    "dgfip-liasses": "fiscal",
    "dgfip-liens-capitalistiques": "fiscal",
    "bdf-bilans": "fiscal",
    "inpi-beneficiaires": "fiscal",
    "dgddi-operateurs": "douane",
    "urssaf-vigilance": "social",
    "msa-conformite": "social",
}


@pytest.mark.parametrize(("nom", "groupe"), SECRETS.items())
def test_a_secret_is_opened_to_its_group_only(nom: str, groupe: str) -> None:
    source = registre.source(nom)
    assert source.acces == Secret(groupe)
    assert all(c.acces is None for c in source.champs.values())
    assert source.recherche == ()  # nothing secret feeds the search, which everyone reads
    assert source.base_legale


def test_registrations_of_operators_are_for_agents() -> None:
    assert registre.source("dgddi-eori").acces == Agents()
    assert registre.source("dgddi-eori").recherche == ()


@pytest.mark.parametrize("nom", [*SECRETS, "dgddi-eori"])
def test_the_deposit_schema_is_published_in_the_description(nom: str) -> None:
    source = registre.source(nom)
    assert "séparateur point-virgule" in source.description
    if "une colonne par" not in source.description:
        assert [c for c in source.colonnes if c not in source.description] == []
    exemple = Path(inspect.getfile(source.modele)).with_name("exemple.csv")
    assert exemple.read_text(encoding="utf-8").splitlines()[0].split(";") == list(source.colonnes)


def autorisation(code: str, **valeurs: Any) -> dict[str, Any]:
    return {"famille": "OEA", "code": code, "etat": "valide", "date_debut": None, "date_fin": None, **valeurs}


@pytest.mark.parametrize(
    ("lignes", "statut"),
    [
        ([], None),
        ([autorisation("AEOS")], "AEOS"),
        ([autorisation("AEOC"), autorisation("CWP")], "AEOC"),
        ([autorisation("AEOC"), autorisation("AEOS")], "AEOF"),
        ([autorisation("AEOF")], "AEOF"),
        ([autorisation("AEOF", etat="revoquee")], None),
        ([autorisation("AEOF", date_fin=date(2026, 5, 31))], None),
        ([autorisation("AEOF", date_debut=date(2026, 6, 2))], None),
    ],
)
def test_the_status_of_an_operator_is_what_is_valid_today(lignes: list[dict[str, Any]], statut: str | None) -> None:
    assert statut_oea(lignes, AUJOURDHUI) == statut
    assert statut_oea(en_clair(lignes, AUJOURDHUI), AUJOURDHUI) == statut


def test_codes_are_told_in_words_and_unknown_ones_kept() -> None:
    assert [x["code"] for x in en_clair([autorisation("IPO"), autorisation("ZZZ")], AUJOURDHUI)] == [
        "Perfectionnement actif",
        "ZZZ",
    ]
    assert valide(autorisation("IPO", date_fin=AUJOURDHUI), AUJOURDHUI)


def test_an_unknown_answer_of_the_msa_is_never_read_as_up_to_date() -> None:
    lignes = [{"statut": s} for s in ("up_to_date", "outdated", "autre")]
    assert [x["statut"] for x in msa.en_clair(lignes, AUJOURDHUI)] == ["À jour", "Pas à jour", "autre"]


def test_a_former_shareholder_is_no_longer_shown() -> None:
    siren = personnages.GROUPE.siren
    lignes = [{"siren": siren, "annee": a, "rang": r} for a, r in [(2024, 1), (2025, 1), (2025, 2)]]
    assert [x["annee"] for x in derniere_annee(lignes, AUJOURDHUI)] == [2025, 2025]


def test_a_made_up_number_of_a_foreign_company_is_dropped_and_its_link_kept(tmp_path: Path) -> None:
    source = registre.source("dgfip-liens-capitalistiques")
    siren = numeros.siren(100)
    ligne = dict.fromkeys(source.colonnes, "") | {
        "siren": siren,
        "annee": "2025",
        "rang": "1",
        "siren_lie": "999999999",
    }
    (chemin := tmp_path / "liens.csv").write_text(f"{';'.join(ligne)}\n{';'.join(ligne.values())}\n")
    (lot,) = lire(source, [chemin])
    assert lot.lignes["siren_lie"].to_list() == [None]


def test_the_latest_turnover_is_told_and_zero_is_a_figure() -> None:
    lignes: list[dict[str, Any]] = [
        {"chiffre_affaires": 10, "date_fin_exercice": date(2024, 12, 31)},
        {"chiffre_affaires": 0, "date_fin_exercice": date(2025, 12, 31)},
        {"chiffre_affaires": None, "date_fin_exercice": date(2026, 3, 31)},
    ]
    assert chiffre_affaires(lignes, AUJOURDHUI) == "0 € au 31/12/2025"
    assert chiffre_affaires(lignes[2:], AUJOURDHUI) is None
