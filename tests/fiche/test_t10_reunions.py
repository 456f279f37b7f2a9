"""T10: what an agent reads in one line instead of a hundred: conventions counted, cases with their cuts, turnover by
year. What a reader may not read is never in what is told together."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.test import Client

from fce.sources import registre
from fce.sources.catalogue.dares.idcc import regles as idcc
from fce.sources.catalogue.dgefp.rupco_procedures import regles as rupco
from tests.acces.acteurs import habilite
from tests.donnees.entreprises import fabrique as f
from tests.fiche.fiches import texte

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
SIREN = f.siren_no(1)
SIRET = f.siret_no(SIREN)
FICHE = f"/entreprise/{SIREN}"
TOUT = f"{FICHE}/tout"
FUSION = "Chiffre d'affaires par exercice"
SECRET = "987 654"


@pytest.fixture(autouse=True)
def _unite(settings: Any) -> None:
    settings.FCE_VOLUMES = "100000/600"
    f.unites(f.unite(SIREN, denomination="VERGERS DU NORD"))
    f.lieux(*(f.lieu(SIREN, n, code_commune="59350", libelle_commune="LILLE") for n in range(1, 31)))


def bloc(page: str, titre: str, taille: int = 1500) -> str:
    return page.partition(f" {titre} ")[2][:taille]


def conventions() -> None:
    lignes = [{"siret": f.siret_no(SIREN, n), "idcc": "0016", "mois": date(2026, 9, 1)} for n in range(1, 29)]
    lignes += [{"siret": f.siret_no(SIREN, n), "idcc": "1486", "mois": date(2026, 10, 1)} for n in (29, 30)]
    f.charger("idcc-etablissements", [*lignes, {"siret": SIRET, "idcc": "9999", "mois": date(2026, 10, 1)}])


def test_t10_a_company_has_one_line_per_convention_with_its_establishments(client: Client) -> None:
    conventions()
    affiche = bloc(texte(client, TOUT), "Conventions collectives")
    assert re.search(r"0016 – Convention collective nationale des transports routiers.{0,90} 28 01/09/2026", affiche)
    assert re.search(r"1486 – .{0,250}? 2 01/10/2026", affiche)
    assert affiche.count("0016 – ") == 1
    assert "9999" not in affiche
    html = client.get(f"{FICHE}/tout").content.decode()
    assert html.count('href="https://www.legifrance.gouv.fr/liste/idcc?idcc_suggest=0016"') == 1
    assert "Voir le détail : 30 lignes" in affiche, "chaque établissement reste à un clic"
    assert texte(client, f"{FICHE}/idcc-etablissements").count("0016 – ") == 28


def test_t10_an_establishment_reads_its_convention_and_no_count(client: Client) -> None:
    conventions()
    affiche = bloc(texte(client, f"/etablissement/{SIRET}/tout"), "Conventions collectives", 500)
    assert "0016 – " in affiche
    assert "Établissements" not in affiche.partition("Source")[0]


def test_t10_conventions_most_applied_come_first_and_a_month_may_be_unknown() -> None:
    lignes = [{"idcc": c, "siret": s, "mois": None} for c, s in (("2", "a"), ("1", "a"), ("1", "b"), ("1", "b"))]
    assert [(x["idcc"], x["etablissements"], x["mois"]) for x in idcc.par_convention(lignes, date(2026, 1, 1))] == [
        ("1", 2, None),
        ("2", 1, None),
    ]


def dossier(territoire_autre: str = "59350") -> None:
    f.lieux(
        f.lieu(SIREN, 1, code_commune="59350", libelle_commune="LILLE"),
        f.lieu(SIREN, 2, code_commune=territoire_autre, libelle_commune="AILLEURS"),
    )
    commun = {"numero": "700", "type": "PSE", "date_enregistrement": date.today()}
    f.charger("rupco-procedures", [{**commun, "siren": SIREN, "etat": "Instruction"}])
    f.charger(
        "rupco-etablissements",
        [
            {**commun, "siren_entreprise": SIREN, "siret": SIRET, "ruptures_debut": 9, "ruptures_fin": 31},
            {**commun, "siren_entreprise": SIREN, "siret": f.siret_no(SIREN, 2), "ruptures_debut": 11},
        ],
    )


@pytest.mark.django_db(transaction=True)
def test_t10_a_case_says_its_cuts_and_its_establishments_on_the_page_the_list_and_the_file() -> None:
    dossier()
    agent = habilite("dreets-3e").client
    for adresse in (FICHE, f"{FICHE}/rupco-procedures"):
        page = texte(agent, adresse)
        affiche = bloc(page, "PSE, licenciements collectifs et RCC") if adresse == FICHE else page
        assert "Ruptures de contrats – toute l'entreprise" in affiche
        assert re.search(r"Instruction 42 2 \d\d/\d\d/\d{4} 700 ", affiche), affiche
    classeur = openpyxl.load_workbook(BytesIO(b"".join(habilite("dreets-3e").client.get(f"{FICHE}/export.xlsx"))))
    cellules = {str(c) for feuille in classeur for rangee in feuille.values for c in rangee}
    assert "Établissements concernés – toute l'entreprise" in cellules
    assert "42" in cellules


@pytest.mark.django_db(transaction=True)
def test_t10_a_count_of_a_territory_says_so() -> None:
    dossier("75056")
    affiche = bloc(texte(habilite("inspection-travail").client, TOUT), "PSE, licenciements collectifs et RCC")
    assert re.search(r"Instruction 31 1 \d\d/\d\d/\d{4} 700 ", affiche), affiche
    assert "Ruptures de contrats – votre territoire seulement : Nord (59)" in affiche
    assert "Établissements concernés – votre territoire seulement : Nord (59)" in affiche
    assert "toute l'entreprise" not in affiche.partition("PSE Instruction")[0]


def test_t10_cuts_are_those_of_the_end_and_unknown_is_not_zero() -> None:
    cas = [{"numero": "1"}, {"numero": "2"}, {"numero": "3"}]
    lieux = [
        {"numero": "1", "siret": "a", "ruptures_fin": 0},
        {"numero": "2", "siret": "a", "ruptures_fin": None},
    ]
    plans = rupco.avec_ruptures(cas, lieux, date(2026, 1, 1))
    assert [(x["ruptures"], x["lieux"]) for x in plans] == [(0, 1), (None, 1), (None, None)]


def comptes() -> None:
    f.charger(
        "ratios-financiers",
        [
            {"siren": SIREN, "date_cloture": date(2024, 12, 31), "type_bilan": "C", "chiffre_affaires": Decimal(500)},
            {"siren": SIREN, "date_cloture": date(2023, 12, 31), "type_bilan": "C", "chiffre_affaires": Decimal(0)},
        ],
    )
    f.charger(
        "ratios-consolides",
        [{"siren": SIREN, "date_cloture": date(2024, 12, 31), "type_bilan": "K", "chiffre_affaires": Decimal(7000)}],
    )
    f.charger(
        "dgfip-chiffre-affaires",
        [
            {"siret": SIRET, "date_fin_exercice": date(2024, 12, 31), "chiffre_affaires": Decimal(111)},
            {"siret": SIRET, "date_fin_exercice": date(2023, 12, 31), "chiffre_affaires": Decimal(222)},
            {"siret": SIRET, "date_fin_exercice": date(2025, 12, 31), "chiffre_affaires": Decimal(987654)},
        ],
    )


@pytest.mark.django_db(transaction=True)
def test_t10_turnover_is_one_table_by_year_each_with_its_source() -> None:
    comptes()
    affiche = bloc(texte(habilite("dgfip", ("FR",)).client, TOUT), FUSION)
    # The accounts first, the tax administration where they say nothing or zero; the group apart.
    assert re.search(rf"2025 {SECRET} DGFiP, TDFC, clos le 31/12/2025", affiche), affiche
    assert re.search(r"2024 500 INPI, [^2]*clos le 31/12/2024 7 000 INPI", affiche), affiche
    assert re.search(r"2023 222 DGFiP", affiche), affiche
    assert "consolidé du groupe" in affiche
    assert "111" not in affiche


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lecteur", ["anonyme", "secret-non-confirme", "inspection"])
def test_t10_a_secret_turnover_is_in_no_table_and_its_presence_changes_nothing(lecteur: str) -> None:
    def client() -> Client:
        return {
            "anonyme": Client,
            "secret-non-confirme": lambda: habilite("dgfip", ("FR",), confirmee=False).client,
            "inspection": lambda: habilite("inspection-travail", ("FR",)).client,
        }[lecteur]()

    comptes()
    agent = client()
    avec = texte(agent, TOUT)
    assert SECRET not in avec
    assert "DGFiP" not in bloc(avec, FUSION, 700)
    f.charger("dgfip-chiffre-affaires", [])
    assert bloc(texte(agent, TOUT), FUSION, 700) == bloc(avec, FUSION, 700)


@pytest.mark.django_db(transaction=True)
def test_t10_a_part_of_the_turnover_is_not_taken_for_the_whole() -> None:
    comptes()
    agent = habilite("dgfip", ("59",)).client
    affiche = bloc(texte(agent, TOUT), FUSION, 700)
    assert "DGFiP" in affiche, "tout est dans le Nord"
    f.lieux(
        f.lieu(SIREN, 1, code_commune="59350"),
        *(f.lieu(SIREN, n, code_commune="75056") for n in (2, 3)),
    )
    ailleurs = [
        {"siret": f.siret_no(SIREN, n), "date_fin_exercice": date(2025, 12, 31), "chiffre_affaires": Decimal(333)}
        for n in (1, 2, 3)
    ]
    f.charger("dgfip-chiffre-affaires", ailleurs)
    affiche = bloc(texte(agent, TOUT), FUSION, 700)
    assert "DGFiP" not in affiche
    assert "333" not in affiche
    assert "500" in affiche


def test_t10_one_source_alone_has_no_second_table(client: Client) -> None:
    f.charger(
        "ratios-financiers",
        [{"siren": SIREN, "date_cloture": date(2024, 12, 31), "type_bilan": "C", "chiffre_affaires": Decimal(500)}],
    )
    assert FUSION not in texte(client, TOUT)


def test_t10_a_complement_names_a_source_that_exists() -> None:
    noms = {s.nom for s in registre.toutes()}
    assert {s.complement.source for s in registre.toutes() if s.complement} <= noms
