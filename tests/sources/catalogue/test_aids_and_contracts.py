"""Aids, VAT numbers and public contracts: whose they are, from numbers that people type."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fce.demo import numeros, personnages
from fce.socle.erreurs import ImportRefuse
from fce.socle.texte.identifiants import tva_intracommunautaire
from fce.sources import registre
from fce.sources.catalogue.acheteurs.marches_publics import lecture as marches
from fce.sources.catalogue.acheteurs.marches_publics.regles import duree, versions_en_vigueur
from fce.sources.catalogue.ademe.aides import lecture as ademe
from fce.sources.catalogue.dgfip.tva import lecture as tva
from fce.sources.catalogue.finances.minimis import lecture as minimis
from fce.sources.lecture.lecteur import lire
from fce.sources.presentation import Tableau

AUJOURDHUI = date(2026, 6, 1)
SIREN = personnages.GROUPE.siren
SIRET = SIREN + numeros.nic(SIREN, 1)


def ecrire(dossier: Path, colonnes: tuple[str, ...], separateur: str, *lignes: dict[str, str]) -> Path:
    chemin = dossier / "fichier.csv"
    with chemin.open("w", newline="", encoding="utf-8") as flux:
        table = csv.DictWriter(flux, colonnes, delimiter=separateur)
        table.writeheader()
        table.writerows(lignes)
    return chemin


@pytest.mark.parametrize(("ecrit", "attendu"), [(SIREN, (SIREN, None)), (SIRET, (SIREN, SIRET)), ("-", (None, None))])
def test_an_aid_is_kept_whether_its_beneficiary_is_a_siren_or_a_siret(
    tmp_path: Path, ecrit: str, attendu: tuple[str | None, str | None]
) -> None:
    chemin = ecrire(tmp_path, minimis.COLONNES, ";", {"identifiant_beneficiaire": ecrit, "nom_beneficiaire": "-"})
    ((_, ligne),) = minimis.lire(chemin)
    assert (ligne["siren"], ligne["siret"], ligne["nom_beneficiaire"]) == (*attendu, None)
    chemin = ecrire(tmp_path, ademe.COLONNES, ",", {"idBeneficiaire": ecrit, "montant": "4852.6"})
    ((_, ligne),) = ademe.lire(chemin)
    assert (ligne["siren"], ligne["siret"], ligne["montant"]) == (*attendu, "4852.6")


def test_amounts_are_decimals_that_sort() -> None:
    for nom in ("aides-ademe", "aides-minimis"):
        source = registre.source(nom)
        assert isinstance(source.presentation, Tableau)
        assert source.presentation.total == ("montant",)
        assert source.champs["montant"].get_internal_type() == "DecimalField"


def test_a_vat_number_with_a_wrong_key_belongs_to_nobody(tmp_path: Path) -> None:
    juste = tva_intracommunautaire(SIREN)
    faux = f"{int(juste[2:4]) ^ 1:02d}{SIREN}"
    (chemin := tmp_path / "tva.csv").write_text(f"vat_no\n{juste[2:]}\n{juste}\n{faux}\nabc\nA7{SIREN}\nA7123456789\n")
    assert [(x["siren"], x["numero"]) for _, x in tva.lire(chemin)] == [
        *((SIREN, juste), (SIREN, juste), (None, None), (None, None)),
        *((SIREN, f"FRA7{SIREN}"), (None, None)),  # a further number of the company: its key has letters
    ]


@pytest.mark.parametrize(
    ("mois", "ecrit"),
    [
        *(("1", "1 mois"), ("12", "1 an"), ("13", "1 an 1 mois"), ("30", "2 ans 6 mois"), ("48", "4 ans")),
        *(("0", None), ("", None), (None, None), ("-3", None), ("douze", None), ("²", None)),
    ],
)
def test_a_duration_is_told_in_years_and_months(mois: str | None, ecrit: str | None) -> None:
    assert duree(mois) == ecrit


@pytest.mark.parametrize(
    ("genre", "numero", "siret"),
    [("SIRET", SIRET, SIRET), ("", SIRET, SIRET), ("TVA", tva_intracommunautaire(SIREN), None), ("HORS-UE", SIRET, "")],
)
def test_the_holder_is_read_as_its_kind_of_number_says(
    tmp_path: Path, genre: str, numero: str, siret: str | None
) -> None:
    chemin = ecrire(
        tmp_path,
        marches.COLONNES,
        ",",
        {"titulaire_typeIdentifiant": genre, "titulaire_id": numero, "dureeMois": "30.0"},
    )
    ((_, ligne),) = marches.lire(chemin)
    assert (ligne["siren"], ligne["siret"]) == ((None, None) if siret == "" else (SIREN, siret))
    assert (ligne["dureeMois"], ligne["duree"]) == ("30", "2 ans 6 mois")


def test_one_line_per_contract_the_version_in_force() -> None:
    def version(uid: str, rang: int | None, actuelle: bool | None) -> dict[str, Any]:
        return {"uid": uid, "titulaire": SIRET, "modification": rang, "donnees_actuelles": actuelle}

    lignes = [version("a", 0, False), version("a", 2, False), version("a", 1, True), version("b", None, None)]
    montrees = versions_en_vigueur([*lignes, version("c", 0, None), version("c", 3, None)], AUJOURDHUI)
    assert [(x["uid"], x["modification"]) for x in montrees] == [("a", 1), ("b", None), ("c", 3)]


def test_a_wrong_number_of_the_buyer_does_not_cost_the_contract(tmp_path: Path) -> None:
    valeurs = {"uid": "1", "titulaire_id": SIRET, "acheteur_id": "12345678901234", "dateNotification": "2025-01-02"}
    (lot,) = lire(registre.source("marches-publics"), [ecrire(tmp_path, marches.COLONNES, ",", valeurs)])
    assert lot.rejets == []
    assert lot.lignes.select("siret", "acheteur").rows() == [(SIRET, None)]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    for lecture, separateur in ((minimis, ";"), (ademe, ","), (marches, ",")):
        colonnes = lecture.COLONNES[1:]
        with pytest.raises(ImportRefuse, match=lecture.COLONNES[0]):
            list(lecture.lire(ecrire(tmp_path, colonnes, separateur, {})))
