"""The directory in a file: whole or nothing, services made on the way, faults said with their line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from fce.droits.comptes import organisations
from fce.droits.comptes.models import EvenementCompte, Groupe, Organisation
from fce.echanges.annuaire import fichier
from fce.echanges.models import EntreeAnnuaire
from fce.socle.erreurs import ImportRefuse
from tests.droits.comptes import fabrique as c

pytestmark = pytest.mark.django_db
COLONNES = [champ.colonne for champ in fichier.FICHIER_ANNUAIRE.champs.values()]
LIGNE = {
    "administration": "DREAL inventée",
    "service": "Unité du Hainaut",
    "courriel": "hainaut@ecologie.example",
    "nature": "dreal",
    "communes": "59606",
    "themes": "environnement | sante-securite",
    "recoit_de": "uc|Douane",
    "presentation": "Installations classées.",
    "champs": "Rubrique | Période",
    "modele": "Pour l’installation…",
}


def ecrire(dossier: Path, *lignes: dict[str, str]) -> Path:
    chemin = dossier / "annuaire.csv"
    completes = [{"organisation": c.siret(207)} | LIGNE | ligne for ligne in lignes]
    rangs = [";".join(ligne.get(colonne, "") for colonne in COLONNES) for ligne in completes]
    chemin.write_text("\n".join([";".join(COLONNES), *rangs]) + "\n", encoding="utf-8")
    return chemin


def test_services_are_made_with_their_administration_and_say_what_the_file_says(tmp_path: Path) -> None:
    region = "DREETS (économie, emploi, travail et solidarités, région)"
    autre = {"service": "Pôle inventé", "nature": region, "territoire": "Hauts-de-France", "communes": ""}
    assert fichier.importer(ecrire(tmp_path, {}, autre), "operateur") == (2, 2)
    assert Organisation.objects.get().nom == "DREAL inventée"
    hainaut = EntreeAnnuaire.objects.get(service__nom="Unité du Hainaut")
    assert hainaut.service.courriel == "hainaut@ecologie.example"
    assert (hainaut.nature, hainaut.communes, hainaut.departements) == ("dreal", ["59606"], ["59"])
    assert (hainaut.themes, hainaut.recoit_de) == (["environnement", "sante-securite"], ["uc", "douane"])
    assert (hainaut.champs, hainaut.modele) == (["Rubrique", "Période"], "Pour l’installation…")
    assert EntreeAnnuaire.objects.get(service__nom="Pôle inventé").territoire == ["02", "59", "60", "62", "80"]


def test_the_same_file_again_writes_nothing_and_another_one_what_differs(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, {})
    fichier.importer(chemin, "operateur")
    ecrits = EvenementCompte.objects.count()
    assert fichier.importer(chemin, "operateur") == (1, 0)
    assert EvenementCompte.objects.count() == ecrits
    assert fichier.importer(ecrire(tmp_path, {"courriel": "autre@ecologie.example"}), "operateur") == (1, 1)
    assert Groupe.objects.get().courriel == "autre@ecologie.example"
    assert EntreeAnnuaire.objects.get().version == 1
    assert fichier.importer(ecrire(tmp_path, {"presentation": "Autrement."}), "operateur") == (1, 1)
    assert EntreeAnnuaire.objects.get().version == 2


@pytest.mark.parametrize(
    ("faute", "dit"),
    [
        ({"organisation": "123456789"}, "ligne 3, organisation : ni un SIREN ni un SIRET"),
        ({"nature": "gendarmerie"}, "ligne 3, nature : « gendarmerie » n’est pas de la liste"),
        ({"themes": "travail|jardinage"}, "ligne 3, themes : « jardinage »"),
        ({"communes": "59000"}, "ligne 3, communes : Aucune commune n’a ce code Insee : « 59000 »"),
        ({"communes": "", "territoire": "Nrod"}, "ligne 3, territoire : Ni département ni région"),
        ({"champs": "a|b|c|d|e|f"}, "ligne 3 : Demandez de préciser 5 choses au plus"),
        ({"champs": "a|a"}, "ligne 3 : Vous demandez deux fois la même chose"),
        ({"communes": ""}, "ligne 3 : Dites où votre service est compétent"),
        ({"courriel": "pas une adresse"}, "ligne 3, courriel : ce n’est pas une adresse électronique"),
        ({"service": ""}, "ligne 3, service"),
        ({"service": "x" * 201}, "ligne 3, service : 200 caractères au plus"),
    ],
)
def test_one_wrong_line_and_nothing_is_written(tmp_path: Path, faute: dict[str, str], dit: str) -> None:
    with pytest.raises(ImportRefuse) as refus:
        fichier.importer(ecrire(tmp_path, {}, {"service": "Le second"} | faute), "operateur")
    assert dit in refus.value.message
    assert refus.value.message.startswith("Rien n’a été écrit.")
    assert not EntreeAnnuaire.objects.exists()
    assert not Groupe.objects.exists()


def test_the_command_says_what_it_did_and_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("annuaire", str(ecrire(tmp_path, {})))
    assert "1 service lu, 1 écrit" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Rien n’a été écrit"):
        call_command("annuaire", str(ecrire(tmp_path, {"nature": "x"})))


def test_a_service_that_is_closed_is_not_written_again(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, {}, {"service": "Le second"})
    fichier.importer(chemin, "operateur")
    organisations.fermer(Groupe.objects.get(nom="Le second"), "essai", "réorganisation")
    with pytest.raises(ImportRefuse, match="Le second : ce service, ou son administration, est fermé"):
        fichier.importer(ecrire(tmp_path, {"presentation": "Autre."}, {"service": "Le second"}), "operateur")
    assert EntreeAnnuaire.objects.get(service__nom="Unité du Hainaut").version == 1


@pytest.mark.parametrize("octets", [None, b"", b"\x00\xff", b"organisation;service\n1;2\n", b"PK\x03\x04 rien"])
def test_what_is_no_directory_is_said_in_a_sentence(tmp_path: Path, octets: bytes | None) -> None:
    chemin = tmp_path / "annuaire.csv"
    if octets is not None:
        chemin.write_bytes(octets)
    with pytest.raises(CommandError) as refus:
        call_command("annuaire", str(chemin))
    assert re.fullmatch(r"[A-ZÉÀ«].+\.", str(refus.value), re.S), refus.value
    assert not EntreeAnnuaire.objects.exists()


def test_e12_a_file_says_a_telephone_and_one_that_does_not_leaves_it(tmp_path: Path) -> None:
    fichier.importer(ecrire(tmp_path, {"telephone": "+33 (0)3.27.12.34.56"}), "operateur")
    assert EntreeAnnuaire.objects.get().telephone == "0327123456"
    assert fichier.importer(ecrire(tmp_path, {}), "operateur") == (1, 0)
    chemin = tmp_path / "ancien.csv"
    sans = [colonne for colonne in COLONNES if colonne != "telephone"]
    ligne = {"organisation": c.siret(207)} | LIGNE | {"modele": "Autre modèle"}
    chemin.write_text(";".join(sans) + "\n" + ";".join(ligne.get(nom, "") for nom in sans) + "\n", encoding="utf-8")
    assert fichier.importer(chemin, "operateur") == (1, 1)
    assert EntreeAnnuaire.objects.get().telephone == "0327123456"
    with pytest.raises(ImportRefuse, match="ligne 2, telephone"):
        fichier.importer(ecrire(tmp_path, {"telephone": "le matin"}), "operateur")
