"""Labels read by a function of their own (RGE, bio, spectacles, Alim'confiance): what enters, what does not."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from fce.socle.erreurs import ImportRefuse
from fce.sources import registre
from fce.sources.catalogue.agriculture.alim_confiance.lecture import jour_local
from fce.sources.catalogue.pages_json import en_texte, enregistrements
from fce.sources.presentation import Filtre
from tests.sources.catalogue.lectures import exemple_de, lecture


def ecrire(dossier: Path, *pages: Any) -> Path:
    chemin = dossier / "pages.json"
    chemin.write_text("\n".join(json.dumps(page) for page in pages), encoding="utf-8")
    return chemin


# Pages of an API kept in a file


def test_pages_written_one_after_the_other_are_one_list(tmp_path: Path):
    chemin = ecrire(tmp_path, {"total": 3, "results": [{"a": 1}, {"a": 2}]}, {"results": []}, [{"a": 3}])
    assert list(enregistrements(chemin, "results")) == [(1, {"a": 1}), (2, {"a": 2}), (3, {"a": 3})]


@pytest.mark.parametrize(
    "contenu", ['{"items": []}', '{"results": "x"}', '{"results": [1]}', '{"results": [', "a;b\n1;2"]
)
def test_what_is_not_a_page_is_refused(tmp_path: Path, contenu: str):
    chemin = tmp_path / "page.json"
    chemin.write_text(contenu, encoding="utf-8")
    with pytest.raises(ImportRefuse):
        list(enregistrements(chemin, "results"))


@pytest.mark.parametrize(
    ("valeur", "texte"),
    [(None, None), (True, "true"), (False, "false"), (12, "12"), ("", ""), (["a", None, "b"], "a, b"), ([], None)],
)
def test_values_are_written_as_a_csv_would(valeur: Any, texte: str | None):
    assert en_texte(valeur) == texte


@given(st.lists(st.dictionaries(st.text(), st.integers() | st.text()), max_size=5))
def test_every_record_of_a_page_is_given_back(tmp_path_factory: pytest.TempPathFactory, faits: list[dict[str, Any]]):
    chemin = ecrire(tmp_path_factory.mktemp("pages"), {"results": faits})
    assert [fait for _, fait in enregistrements(chemin, "results")] == faits


# RGE


def test_rge_keeps_the_qualifications_and_no_contact():
    lignes = lecture("rge").lignes
    assert [x["qualification"] for x in lignes if x["siret"] == "00001044700019"] == [
        "Panneaux Solaires Photovoltaïques (43SPVRGE)",
        "Chauffe-eau thermodynamique",
    ]
    assert not {"telephone", "email", "adresse", "nom_entreprise"} & set(registre.source("rge").colonnes)


def test_a_link_is_https_or_absent():
    (lien,) = registre.source("rge").liens
    adresses = {x["adresse_certificat"]: lien.adresse(x) for x in lecture("rge").lignes}
    assert adresses["http://www.example.org/ancien.pdf"] is None
    assert adresses["https://www.example.org/certificats/43CET.pdf"] == "https://www.example.org/certificats/43CET.pdf"


def test_the_real_record_of_rge_is_read(dossier_partage: Path):
    chemin = dossier_partage / "data" / "reponses_annuaire" / "e2e_fixtures" / "rge.json"
    lues = lecture("rge", chemin)
    assert lues.rejets == []
    assert [(x["siret"], x["code_qualification"], x["particuliers"]) for x in lues.lignes] == [
        ("84370107900017", "3111D111", True)
    ]


# Bio


def test_an_operator_has_one_row_per_certificate_and_one_without():
    lignes = lecture("bio").lignes
    assert [x["code_etat"] for x in lignes if x["numero_bio"] == "999002"] == ["ENGAGEE", "ARRETEE"]
    assert [x["code_etat"] for x in lignes if x["numero_bio"] == "999007"] == [None]


def test_only_a_certificate_in_force_gives_the_label():
    assert {(x["code_etat"], x["etat"], x["label"]) for x in lecture("bio").lignes} == {
        ("ENGAGEE", "Engagée", "bio"),
        ("SUSPENDUE", "Suspendue", None),
        ("ARRETEE", "Arrêtée", None),
        (None, None, None),
    }


def test_the_real_record_of_bio_is_read(dossier_partage: Path):
    chemin = dossier_partage / "data" / "reponses_annuaire" / "e2e_fixtures" / "api-bio.json"
    lues = lecture("bio", chemin)
    assert lues.rejets == []
    (ligne,) = lues.lignes
    assert (ligne["siret"], ligne["numero_bio"], ligne["organisme"]) == ("30247464801571", "200807", "Ecocert France")
    assert str(ligne["date_engagement"]) == "2018-02-15"


# Spectacles


def test_the_number_of_a_receipt_is_a_siren_a_siret_or_missing():
    lignes = {x["recepisse"]: (x["siren"], x["siret"]) for x in lecture("spectacles").lignes}
    assert lignes["PLATESV-R-2025-990001"] == ("000012815", "00001281500015")
    assert lignes["PLATESV-R-2021-990003"] == ("000013292", None)
    assert lignes["PLATESV-R-2026-990007"] == (None, None)


def test_only_a_valid_receipt_gives_the_label_and_categories_are_named():
    for ligne in lecture("spectacles").lignes:
        assert (ligne["label"] == "spectacles") == (ligne["statut"] == "Valide")
        assert ligne["categorie"]


def test_the_real_receipts_are_read(dossier_partage: Path, tmp_path: Path):
    reel = dossier_partage / "data" / "reponses_annuaire" / "e2e_fixtures" / "entrepreneur-spectacles.json"
    faits = json.loads(reel.read_text(encoding="utf-8"))["data"]
    noms = [n for n in faits[0] if n != "__id"]
    texte = "\n".join([";".join(noms), *(";".join(str(f[n] if f[n] is not None else "") for n in noms) for f in faits)])
    chemin = tmp_path / "spectacles.csv"
    chemin.write_bytes(texte.encode("latin-1"))
    lues = lecture("spectacles", chemin)
    assert lues.rejets == []
    assert [(x["recepisse"], x["siret"], str(x["date_depot"])) for x in lues.lignes] == [
        (f["numero_recepisse"], f["siren_siret"], f["date_depot_dossier"]) for f in faits
    ]
    assert set(noms) == set(exemple_de("spectacles").read_text(encoding="latin-1").splitlines()[0].split(";"))


# Alim'confiance


@pytest.mark.parametrize(
    ("ecrite", "jour"),
    [
        ("2026-03-10T01:00:00+01:00", "2026-03-10"),
        ("2026-03-09T23:00:00+00:00", "2026-03-10"),
        ("2026-07-01T22:00:00Z", "2026-07-02"),
        ("2026-03-10T00:00:00", "2026-03-10"),
        ("2026-03-10", "2026-03-10"),
        ("T", "T"),
        ("", ""),
        (None, None),
    ],
)
def test_the_day_of_an_inspection_is_that_of_paris(ecrite: str | None, jour: str | None):
    assert jour_local(ecrite) == jour


def test_each_activity_of_one_inspection_is_kept():
    lignes = [x for x in lecture("alim-confiance").lignes if x["numero"] == "26-990006-1"]
    assert len({x["activite"] for x in lignes}) == 2
    assert {str(x["date_inspection"]) for x in lignes} == {"2026-02-17"}


# What all of them say to the search


def test_all_labels_feed_one_filter_and_none_says_the_same_thing_twice():
    labels = [(s, f) for s in registre.toutes() for f in s.recherche if isinstance(f, Filtre) and f.nom == "label"]
    valeurs = [filtre.valeur or source.nom for source, filtre in labels]
    assert len(valeurs) == len(set(valeurs)) >= 11
    assert len({filtre.titre for _, filtre in labels}) == 1
    for (source, filtre), valeur in zip(labels, valeurs, strict=True):
        assert filtre.valeur or filtre.champ in source.champs
        assert filtre.libelle is not None
        assert filtre.libelle(valeur)
