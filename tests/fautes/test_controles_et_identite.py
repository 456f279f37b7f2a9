"""Faults of the predecessor about controls, accounts, directors, and what the sheet says of the company itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from fce.sources import registre
from fce.sources.lecture.lecteur import lire
from tests.donnees.entreprises import fabrique as f
from tests.fautes.conftest import SIREN, SIRET, Lire, texte

VISITES = {
    "wikit-controles": {"siret": SIRET, "date": date(2026, 5, 4), "unite": "UC 1 de Lille"},
    "sora-controles": {"siret": SIRET, "date": date(2026, 5, 5), "unite": "DDPP 59"},
    "sparc-metrologie": {"siret": SIRET, "date": date(2026, 5, 6), "region": "Hauts-de-France"},
    "eos-visites": {"siret": SIRET, "date": date(2026, 5, 7), "region": "Hauts-de-France"},
    "mdf-controles": {"siret": SIRET, "siren": SIREN, "numero": "1", "date": date(2026, 5, 8), "type": "FPC"},
}


def test_faute_29_a_visit_is_shown_whether_it_has_a_follow_up_type_or_not(fiche: Lire) -> None:
    visites = [
        {"siret": SIRET, "date": date(2026, 1, 5), "type_suivi": "Suivi régulier"},
        {"siret": SIRET, "date": date(2026, 1, 6)},
    ]
    bloc = fiche({"eos-visites": visites}, siret=True, bloc="eos-visites")
    assert "05/01/2026" in bloc
    assert "06/01/2026" in bloc
    assert "services économiques de l'État" in bloc
    assert "DGCCRF" not in bloc


@pytest.mark.parametrize("siret", [False, True])
def test_faute_30_each_announced_service_has_its_line(fiche: Lire, siret: bool) -> None:
    page = fiche({nom: [visite] for nom, visite in VISITES.items()}, siret=siret)
    for jour in ("04", "05", "06", "07", "08"):
        assert f"{jour}/05/2026" in page
    assert "24 derniers mois" not in page


def test_faute_32_consolidated_accounts_are_apart_whatever_the_case(fiche: Lire, tmp_path: Path) -> None:
    (chemin := tmp_path / "r.csv").write_text(
        "siren;date_cloture_exercice;Chiffre_d_affaires;type_bilan;confidentiality\n"
        f"{SIREN};2025-12-31;10101;C;Public\n{SIREN};2024-12-31;10102;C;Public\n"
        f"{SIREN};2025-12-31;90901;K;Public\n{SIREN};2024-12-31;90902;k;Public\n"
    )
    faits = {
        nom: [x for lot in lire(registre.source(nom), [chemin]) for x in lot.lignes.drop("ligne").to_dicts()]
        for nom in ("ratios-financiers", "ratios-consolides")
    }
    propres, groupe = (fiche(faits, bloc=nom) for nom in faits)
    assert "10 101" in propres
    assert "10 102" in propres
    assert "90 90" not in propres
    assert "90 901" in groupe
    assert "90 902" in groupe
    assert "consolidés" in groupe


@pytest.mark.django_db
def test_faute_34_the_date_of_cessation_is_not_that_of_the_last_processing(client: Client) -> None:
    f.unites(
        f.unite(
            SIREN,
            denomination="VERGERS DU NORD",
            etat_administratif="C",
            date_debut=date(2019, 3, 31),
            date_dernier_traitement=date(2024, 7, 14),
        )
    )
    f.lieux(
        f.lieu(SIREN, etat_administratif="F", date_debut=date(2019, 3, 31), date_dernier_traitement=date(2024, 7, 14))
    )
    for adresse in (f"/entreprise/{SIREN}/tout", f"/etablissement/{SIRET}/tout"):
        page = texte(client.get(adresse).content.decode())
        assert "depuis le 31/03/2019" in page
        assert "depuis le 14/07/2024" not in page
        assert "Dernière mise à jour par l’Insee 14/07/2024" in page


def test_faute_35_a_company_officer_has_his_first_names(fiche: Lire) -> None:
    bloc = fiche(
        {"rne-dirigeants": [{"siren": SIREN, "rang": 1, "nom": "DALVERCOURT", "prenoms": "Irène, Odile"}]},
        bloc="rne-dirigeants",
    )
    assert "DALVERCOURT" in bloc
    assert "Irène, Odile" in bloc


@pytest.mark.django_db
def test_faute_36_the_page_arrives_whole_with_no_not_found_page_meanwhile(client: Client) -> None:
    f.unites(f.unite(SIREN, denomination="VERGERS DU NORD"))
    f.lieux(f.lieu(SIREN))
    for adresse in (f"/entreprise/{SIREN}/tout", f"/etablissement/{SIRET}/tout"):
        reponse = client.get(adresse)
        page = texte(reponse.content.decode())
        assert reponse.status_code == 200
        assert "VERGERS DU NORD" in page
        for attente in ("Page introuvable", "undefined", "Chargement"):
            assert attente not in page


def test_faute_52_amounts_are_whole_and_exact(fiche: Lire) -> None:
    bloc = fiche(
        {
            "aides-minimis": [
                {"siren": SIREN, "siret": SIRET, "date_octroi": date(2026, 2, 3), "montant": Decimal("1234567.89")}
            ]
        },
        bloc="aides-minimis",
    )
    assert "1 234 567,89" in bloc
