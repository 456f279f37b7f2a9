"""Lists read by their declaration alone: the official header, the dirty numbers, presence and nothing more."""

import csv
import json
from pathlib import Path

import pytest

from fce.sources import registre
from fce.sources.champs import Nature
from fce.sources.presentation import Presence
from tests.sources.catalogue.lectures import exemple_de, lecture

UNE_COLONNE = {
    "bilan-ges": ["SIREN principal"],
    "achats-responsables": ["SIREN", "PERIMETRE"],
    "patrimoine-vivant": ["SIRET"],
    "avocats": ["cbSiretSiren"],
}


@pytest.mark.parametrize("nom", UNE_COLONNE)
def test_a_list_of_one_known_column_is_shown_as_presence(nom: str):
    source = registre.source(nom)
    assert source.layout_partiel
    assert isinstance(source.presentation, Presence)
    assert list(source.colonnes) == UNE_COLONNE[nom]


@pytest.mark.parametrize("nom", UNE_COLONNE)
def test_columns_that_are_not_known_are_ignored_in_silence(nom: str, tmp_path: Path):
    chemin = tmp_path / "liste.csv"
    lignes = exemple_de(nom).read_text(encoding="utf-8").splitlines()
    chemin.write_text("\n".join(f"nom;{ligne};autre" for ligne in lignes), encoding="utf-8")
    lues = lecture(nom, chemin)
    assert lues.avertissements == []
    assert len(lues.lignes) == len(lecture(nom).lignes)
    assert "nom" not in lues.lignes[0]


@pytest.mark.parametrize(
    ("nom", "colonne"), [("avocats", "siren"), ("bilan-ges", "siren"), ("patrimoine-vivant", "siret")]
)
def test_spaces_inside_a_number_are_dropped(nom: str, colonne: str):
    assert " " in exemple_de(nom).read_text(encoding="utf-8").partition("\n")[2]
    lues = lecture(nom)
    assert lues.rejets == []
    assert all(ligne[colonne].isdigit() for ligne in lues.lignes)


def test_the_zeros_that_ess_france_loses_are_put_back():
    ecrits = [ligne.split(",")[0] for ligne in exemple_de("ess").read_text(encoding="utf-8").splitlines()[1:]]
    assert any(len(numero) < 9 for numero in ecrits)
    assert [ligne["siren"] for ligne in lecture("ess").lignes] == [numero.zfill(9) for numero in ecrits]


def test_ess_has_the_official_header_and_reads_the_real_record(dossier_partage: Path, tmp_path: Path):
    reel = dossier_partage / "data" / "reponses_annuaire" / "e2e_fixtures" / "api-data-gouv-ess.json"
    (fait,) = json.loads(reel.read_text(encoding="utf-8"))["data"]
    assert list(fait) == list(registre.source("ess").colonnes)
    chemin = tmp_path / "ess.csv"
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, list(fait))
        ecrivain.writeheader()
        ecrivain.writerow(fait)
    (ligne,) = lecture("ess", chemin).lignes
    assert (ligne["siren"], ligne["famille"]) == ("800329849", "Associations")


def test_the_sanitary_approvals_have_the_official_bilingual_header(dossier_partage: Path):
    reel = dossier_partage / "data" / "agrements_sanitaires" / "dgal_header.csv"
    with reel.open(encoding="utf-8", newline="") as flux:
        officielles = next(csv.reader(flux))
    assert list(registre.source("agrements-sanitaires").colonnes) == officielles
    assert lecture("agrements-sanitaires").lignes[-1]["siret"] is None


def test_qualiopi_reads_the_real_records(dossier_partage: Path, tmp_path: Path):
    reel = dossier_partage / "data" / "reponses_annuaire" / "e2e_fixtures" / "dgefp.json"
    faits = [r["fields"] for r in json.loads(reel.read_text(encoding="utf-8"))["records"]]
    noms = list(dict.fromkeys(nom for fait in faits for nom in fait))
    chemin = tmp_path / "of.csv"
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, noms, delimiter=";")
        ecrivain.writeheader()
        ecrivain.writerows(faits)
    lues = lecture("qualiopi", chemin)
    assert lues.rejets == lues.avertissements == []
    assert [(x["siret"], x["stagiaires"], str(x["date_declaration"]), x["actions"]) for x in lues.lignes] == [
        ("35600000000048", 111172, "2024-05-23", True),
        ("35600000000048", 309, "2024-05-31", True),
    ]


def test_a_body_without_certification_gives_no_value_to_the_filter():
    (filtre,) = registre.source("qualiopi").recherche
    valeurs = {x["declaration"]: x[filtre.champ] for x in lecture("qualiopi").lignes}
    assert valeurs["32999000380"] is None
    assert valeurs["44999000257"] == "Actions de formations/Bilans de compétences"


@pytest.mark.parametrize(
    ("nom", "natures"),
    [
        (
            "finess",
            {
                "numero_finess": "registre",
                "numero_finess_juridique": "registre",
                "raison_sociale": "nom",
                "raison_sociale_longue": "nom",
                "acheminement": "adresse",
            },
        ),
        (
            "icpe-seveso",
            {
                "code_aiot": "registre",
                "raison_sociale": "nom",
                "commune": "adresse",
                "adresse_georisques": "coordonnee",
            },
        ),
        ("annuaire-education", {"uai": "registre", "nom": "nom", "academie": "adresse", "fiche_onisep": "coordonnee"}),
        ("rge", {"adresse_certificat": "coordonnee"}),
        ("bio", {"numero_bio": "registre", "adresse_certificat": "coordonnee"}),
        (
            "ess",
            {"nom": "nom"}
            | dict.fromkeys(("code_postal", "commune", "code_departement", "departement", "region"), "adresse"),
        ),
        ("spectacles", {"recepisse": "registre", "lieu": "nom"}),
        ("qualiopi", {"declaration": "registre", "denomination": "nom"}),
        ("achats-responsables", {"perimetre": "libre"}),
        (
            "agrements-sanitaires",
            {"nom": "nom"} | dict.fromkeys(("departement", "numero", "adresse", "code_postal", "commune"), "adresse"),
        ),
        ("alim-confiance", {"numero": "registre", "agrement": "adresse"}),
        *[(nom, {}) for nom in ("bilan-ges", "patrimoine-vivant", "avocats")],
    ],
)
def test_what_would_tell_who_or_where_a_masked_unit_is_has_its_nature(nom: str, natures: dict[str, str]):
    champs = registre.source(nom).champs
    assert {a: str(c.masque) for a, c in champs.items() if c.masque is not Nature.DIFFUSIBLE} == natures
