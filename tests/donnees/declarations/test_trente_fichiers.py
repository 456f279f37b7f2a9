"""The thirty files of the detector's examination are as their expected answers say, and always the same."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from fce.socle.texte.identifiants import siren_valide, siret_valide
from fce.sources import champs
from tests.donnees.declarations.fichiers import TRENTE
from tests.donnees.declarations.fichiers.attendu import FORMATS, NATURES, Colonne, Fichier, juste, refuse_bien
from tests.donnees.declarations.fichiers.hostiles import DEUX_GO
from tests.donnees.declarations.fichiers.inventes import NOMS, PRENOMS

PERSONNE = re.compile(rf"{'|'.join((*NOMS, *PRENOMS))}|\w@\w|^[12][0-9]{{14}}$|^0[16][ .](99|39)[ .]")
SEUIL = 0.95
"""Share of right numbers that makes a key."""
TABLES = [f for f in TRENTE if f.colonnes]


def table(fichier: Fichier, chemin: Path) -> list[list[str]]:
    """Header and rows, read as the expected answer says."""
    fichier.ecrire(chemin)
    if fichier.feuille:
        feuille = openpyxl.load_workbook(chemin, data_only=True)[fichier.feuille]
        rangees = [["" if v is None else str(v) for v in rangee] for rangee in feuille.iter_rows(values_only=True)]
    else:
        texte = io.StringIO(chemin.read_bytes().decode(fichier.encodage), newline="")
        rangees = list(csv.reader(texte, delimiter=fichier.separateur))
    return rangees[fichier.entete - 1 :][: fichier.lignes + 1]


def part_juste(valeurs: list[str], genre: str) -> float:
    longueur, valide = (9, siren_valide) if genre == "siren" else (14, siret_valide)
    return sum(valide(v.replace(" ", "").zfill(longueur)) for v in valeurs) / len(valeurs)


def test_there_are_ten_files_of_each_family_with_names_of_their_own() -> None:
    assert Counter(f.famille for f in TRENTE) == {"ministere": 10, "ouverte": 10, "hostile": 10}
    assert len({f.nom for f in TRENTE}) == 30


@pytest.mark.parametrize("fichier", TRENTE, ids=lambda f: f.nom)
def test_a_file_is_always_written_with_the_same_bytes(fichier: Fichier, tmp_path: Path) -> None:
    empreintes = set()
    for fois in "ab":
        chemin = tmp_path / fois
        fichier.ecrire(chemin)
        empreintes.add(hashlib.sha256(chemin.read_bytes()).digest())
        assert (chemin.stat().st_size == 0) == (fichier.refus == "vide")
        chemin.unlink()
    assert len(empreintes) == 1


@pytest.mark.parametrize("fichier", TABLES, ids=lambda f: f.nom)
def test_the_expected_columns_are_those_of_the_file(fichier: Fichier, tmp_path: Path) -> None:
    entete, *rangees = table(fichier, tmp_path / fichier.nom)
    assert entete == [c.nom for c in fichier.colonnes]
    assert len(rangees) == fichier.lignes
    assert {len(r) for r in rangees} == {len(entete)}


@pytest.mark.parametrize("fichier", TABLES, ids=lambda f: f.nom)
def test_a_file_has_the_key_that_is_expected_and_no_other(fichier: Fichier, tmp_path: Path) -> None:
    entete, *rangees = table(fichier, tmp_path / fichier.nom)
    cles = {
        (rang, genre)
        for rang in range(len(entete))
        for genre in ("siren", "siret")
        if part_juste([r[rang] for r in rangees], genre) >= SEUIL
    }
    genre = fichier.genre or "siret"
    attendues = {nom for nom in (fichier.cle, *fichier.autres_cles) if nom}
    assert cles == {(entete.index(nom), genre) for nom in attendues}


@pytest.mark.parametrize("fichier", TRENTE, ids=lambda f: f.nom)
def test_an_expected_answer_is_said_in_the_words_of_sources(fichier: Fichier) -> None:
    assert bool(fichier.cle) == bool(fichier.genre) == (not fichier.refus)
    # A sentence that refuses cites the file: its name alone must not pass for the reason.
    assert not fichier.refus or not refuse_bien(fichier, f"Fichier « {fichier.nom} », colonne « siret » : non.")
    for c in fichier.colonnes:
        assert all(issubclass(getattr(champs, type_), champs.Champ) for type_ in (c.type, *c.aussi))
        assert c.format in {"", *FORMATS}
        assert c.nature in NATURES
        # Who is named or can be reached is a person, and no nature is less than the name of someone.
        assert c.personnelle or c.nature not in ("personne", "contact")
        assert not c.personnelle or c.nature in ("personne", "contact", "libre")
    assert {n for n in NATURES if n not in ("", "contact")} <= set(champs.Nature)


def test_a_hostile_archive_is_as_harmful_as_it_says(tmp_path: Path) -> None:
    def membres(nom: str) -> list[zipfile.ZipInfo]:
        next(f for f in TRENTE if f.nom == nom).ecrire(tmp_path / nom)
        with zipfile.ZipFile(tmp_path / nom) as archive:
            return archive.infolist()

    (bombe,) = membres("bombe.zip")
    assert bombe.file_size > 100 * bombe.compress_size
    (mentie,) = membres("deux_go_annonces.zip")
    assert mentie.file_size == DEUX_GO
    assert any(".." in membre.filename for membre in membres("evasion.zip"))
    membres("milliard.xlsx")
    with zipfile.ZipFile(tmp_path / "milliard.xlsx") as classeur:
        feuille = classeur.read("xl/worksheets/sheet1.xml").decode()
    assert feuille.count("<!ENTITY") == 10
    assert 'SYSTEM "https://exemple.invalid' in feuille


def test_people_are_where_the_expected_answers_put_them(tmp_path: Path) -> None:
    """No column said to tell of nobody holds a name, an e-mail, a telephone or a number of social security."""
    for fichier in TABLES:
        entete, *rangees = table(fichier, tmp_path / fichier.nom)
        for rang in range(len(entete)):
            if not fichier.colonnes[rang].personnelle:
                valeurs = [r[rang] for r in rangees]
                assert not [v for v in valeurs if PERSONNE.search(v)], (fichier.nom, entete[rang])
            else:
                assert any(r[rang] for r in rangees), (fichier.nom, entete[rang])


def test_a_proposal_is_right_by_its_type_its_format_and_its_nature() -> None:
    date = Colonne("quand", "Jour", "%d/%m/%Y", aussi=("Texte",))
    assert juste(date, "Jour", "%d/%m/%Y", "diffusible")
    assert juste(date, "Texte", "", "")
    assert not juste(date, "Jour", "%m/%d/%Y", "")
    assert not juste(date, "Entier", "%d/%m/%Y", "")
    ville = Colonne("ville", "Texte", "commune", "commune")
    assert juste(ville, "Texte", "commune", "adresse")
    assert not juste(ville, "Texte", "commune", "diffusible")


def test_a_sentence_that_refuses_says_the_reason() -> None:
    sans_cle = next(f for f in TRENTE if f.refus == "aucune-cle")
    assert refuse_bien(sans_cle, "Aucune colonne n’a 95 % de SIRET justes ; la meilleure en a 61 %.")
    large = next(f for f in TRENTE if f.refus == "trop-de-colonnes")
    assert refuse_bien(large, "Il a 5\u202f000 colonnes, plus de 2\u202f000.")
    assert not refuse_bien(large, "Aucune colonne n’a 95 % de SIRET justes.")
    assert not refuse_bien(sans_cle, "Ce fichier ne convient pas.")
