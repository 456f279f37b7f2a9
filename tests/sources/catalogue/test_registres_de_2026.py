"""The three files read since 2026: VAT numbers, invoicing directory, foundations."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from fce.fiche.assemblage import directes
from fce.fiche.unite.unite_visee import Unite
from fce.sources import registre
from fce.sources.catalogue.dgfip.annuaire_facturation import lecture as annuaire
from fce.sources.catalogue.interieur.rnf import lecture as rnf
from tests.donnees.entreprises import fabrique as f

SIREN = f.siren_no(1)
SIRET = f.siret_no(SIREN)
ENTETE = ",".join(annuaire.COLONNES)


@pytest.mark.parametrize(
    ("adresse", "maille", "siret"),
    [
        (SIREN, "siren", None),
        (f"0225:{SIREN}", "siren", None),
        (f"{SIREN}_{SIRET}", "siret", SIRET),
        (f"{SIREN}_{SIRET}_COMPTA_2", "routage", SIRET),
        (f"{SIREN}_FRAIS", "suffixe", None),
        ("", None, None),
        ("inconnue", None, None),
    ],
)
def test_an_invoicing_address_says_whom_it_is_for(
    tmp_path: Path, adresse: str, maille: str | None, siret: str | None
) -> None:
    (chemin := tmp_path / "annuaire.csv").write_text(f"{ENTETE}\n{SIREN},Oui,Plateforme,{adresse},Oui\n")
    ((_, ligne),) = annuaire.lire(chemin)
    assert (ligne["maille"], ligne["siret"]) == (maille, siret)


def test_the_answers_of_several_deposits_are_read_together(tmp_path: Path) -> None:
    autre = f.siren_no(2)
    with zipfile.ZipFile(chemin := tmp_path / "reponses.zip", "w") as archive:
        for rang, siren in enumerate((SIREN, autre)):
            archive.writestr(f"reponse-{rang}.csv", f"{ENTETE}\n{siren},Oui,Plateforme,{siren},Oui\n")
    assert [ligne["SIREN"] for _, ligne in annuaire.lire(chemin)] == [SIREN, autre]


def test_the_directory_has_no_licence_of_reuse_so_it_is_for_agents() -> None:
    source = registre.source("annuaire-facturation")
    assert (source.acces.classe, "Ouverte" in source.licence) == ("C1", False)


def test_a_foundation_keeps_its_day_and_may_have_no_siret(tmp_path: Path) -> None:
    entete, suite = ",".join(rnf.COLONNES), ",1 rue Inventée,75008,Paris,FDD"
    (chemin := tmp_path / "rnf.csv").write_text(
        f"{entete}\nA,075-FDD-1-01,{SIRET},2023-05-24 00:00:00{suite}\nB,075-FDD-2-01,,{suite}\n"
    )
    lues = [(ligne["siret"], ligne["date_creation"]) for _, ligne in rnf.lire(chemin)]
    assert lues == [(SIRET, "2023-05-24"), ("", None)]


def test_vies_is_not_asked_about_a_number_that_the_file_would_give(settings: Any) -> None:
    settings.FCE_API_ENTREPRISE_URL, settings.FCE_API_ENTREPRISE_TOKEN = "https://api.exemple.fr", "jeton"
    assert not directes.a_interroger(registre.source("tva"), Unite(SIREN))
