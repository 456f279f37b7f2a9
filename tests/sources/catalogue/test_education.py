"""Directory of schools: the number is a SIREN or a SIRET; what no screen uses never enters."""

import csv
from pathlib import Path

import pytest

from fce.socle.erreurs import ImportRefuse
from fce.sources import registre
from fce.sources.catalogue.education.annuaire.lecture import GARDEES, NUMERO, lire
from tests.sources.catalogue.lectures import exemple_de, lecture

PRIVEES = {"Telephone", "Fax", "Mail", "latitude", "longitude", "position", "nom_circonscription"}


def test_the_sample_has_the_official_header(dossier_partage: Path):
    reel = dossier_partage / "data" / "education_uai" / "fr-en-annuaire-education.csv"
    exemple = exemple_de("annuaire-education")
    officielle, ecrite = (f.read_text(encoding="utf-8-sig").splitlines()[0].split(";") for f in (reel, exemple))
    assert ecrite == officielle
    assert len(officielle) == 71
    assert exemple.read_bytes().startswith(b"\xef\xbb\xbf")


def test_contacts_and_coordinates_never_enter():
    valeurs = next(lire(exemple_de("annuaire-education")))[1]
    assert set(valeurs) == {*GARDEES, "siren", "siret"}
    assert not PRIVEES & set(valeurs)


def test_a_school_known_by_its_siren_only_is_kept():
    ecole = next(x for x in lecture("annuaire-education").lignes if x["uai"] == "0239903C")
    assert (ecole["siren"], ecole["siret"]) == ("000001388", None)


def test_several_schools_may_share_one_siret():
    lignes = lecture("annuaire-education").lignes
    assert len([x for x in lignes if x["siret"] == "00000138800024"]) == 2


def test_a_number_that_is_neither_is_set_aside_and_shown(tmp_path: Path):
    chemin = tmp_path / "annuaire.csv"
    chemin.write_bytes(exemple_de("annuaire-education").read_bytes().replace(b"00000104000013", b"0000010400"))
    lues = lecture("annuaire-education", chemin)
    assert [(r.colonne, r.valeur) for r in lues.rejets] == [("siren", "0000010400")]


def test_a_missing_column_is_named(tmp_path: Path):
    chemin = tmp_path / "annuaire.csv"
    chemin.write_bytes(exemple_de("annuaire-education").read_bytes().replace(NUMERO.encode(), b"numero", 1))
    with pytest.raises(ImportRefuse, match=NUMERO):
        lecture("annuaire-education", chemin)


def test_the_link_is_that_of_onisep_or_none():
    (lien,) = registre.source("annuaire-education").liens
    adresses = [lien.adresse(x) for x in lecture("annuaire-education").lignes]
    assert [a for a in adresses if a] == ["https://www.onisep.fr/http/redirection/etablissement/slug/ENS.99904"]


def test_real_rows_are_all_accounted_for(dossier_partage: Path):
    chemin = dossier_partage / "data" / "education_uai" / "fr-en-annuaire-education.csv"
    with chemin.open(encoding="utf-8-sig", newline="") as flux:
        attendues = list(csv.DictReader(flux, delimiter=";"))
    lues = lecture("annuaire-education", chemin)
    assert lues.rejets == []
    assert lues.avertissements == []
    assert [(x["uai"], x["siret"], x["etat"], str(x["date_ouverture"])) for x in lues.lignes] == [
        (x["Identifiant_de_l_etablissement"], x["SIREN_SIRET"], x["etat"], x["date_ouverture"]) for x in attendues
    ]
