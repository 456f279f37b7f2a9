"""Where a value comes from: a named column, a pattern of name, the name of the file, or a reader of its own."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fce.socle.erreurs import ImportRefuse
from fce.sources.champs import Entier, Jour, Siren, Texte
from fce.sources.declaration import Csv, Fait, Lecteur, LigneBrute, Source
from fce.sources.lecture import Lot
from fce.sources.lecture.lecteur import lire
from tests.sources import fabrique

SIREN = fabrique.avec_cle("99900001")


class Annuel(Fait):
    siren = Siren("SIREN", "client_siren", obligatoire=True)
    salaries = Entier("Salariés", motif=r"salaries_distincts_(\d{4})")
    annee = Entier("Année", depuis_colonne="salaries")
    mois = Jour("Mois", depuis_nom=r"_(\d{6})\.csv$", formats=("%m%Y",), optionnelle=True)


class Personne(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    nom = Texte("Nom", "Nom de l'entité")


def annuelle(**options: Any) -> Source:
    return fabrique.declarer("essai-annuel", Annuel, cle=("siren",), fichier=Csv(separateur=","), **options)


def personnes(fichier: Any) -> Source:
    return fabrique.declarer("essai-personnes", Personne, cle=("siren",), fichier=fichier)


def lus(source: Source, chemin: Path) -> list[Lot]:
    return list(lire(source, [chemin]))


def rangs(source: Source, chemin: Path) -> list[tuple[object, ...]]:
    return [rang for lot in lus(source, chemin) for rang in lot.lignes.rows()]


class TestValuesFromElsewhere:
    def test_the_year_is_that_of_the_column_and_the_month_that_of_the_file(self, tmp_path: Path) -> None:
        chemin = fabrique.ecrire(tmp_path, f"client_siren, salaries_distincts_2025 \n{SIREN},12\n", "PSI_072026.csv")
        assert rangs(annuelle(), chemin) == [(SIREN, 12, 2025, datetime.date(2026, 7, 1), 2)]

    def test_a_file_name_that_does_not_say_it_is_refused_unless_optional(self, tmp_path: Path) -> None:
        class Obligatoire(Fait):
            siren = Siren("SIREN", "client_siren")
            mois = Jour("Mois", depuis_nom=r"_(\d{6})\.csv$", formats=("%m%Y",))

        chemin = fabrique.ecrire(tmp_path, f"client_siren,salaries_distincts_2025\n{SIREN},12\n", "sans.csv")
        assert rangs(annuelle(), chemin)[0][3] is None
        stricte = fabrique.declarer("essai-mois", Obligatoire, cle=("siren",), fichier=Csv(","))
        with pytest.raises(ImportRefuse, match="le nom du fichier ne dit pas « Mois »"):
            lus(stricte, chemin)

    @pytest.mark.parametrize(
        ("entete", "dit"),
        [
            ("client_siren,salaries_distincts", "colonnes manquantes : Salariés"),
            ("client_siren,salaries_distincts_2025,salaries_distincts_2026", "plusieurs colonnes pour « Salariés »"),
            ("Client_SIREN,salaries_distincts_2025", "colonnes inconnues : Client_SIREN"),
        ],
    )
    def test_a_pattern_names_one_column_and_case_matters(self, entete: str, dit: str, tmp_path: Path) -> None:
        valeurs = ",".join([SIREN] * (entete.count(",") + 1))
        with pytest.raises(ImportRefuse, match=dit):
            lus(annuelle(), fabrique.ecrire(tmp_path, f"{entete}\n{valeurs}\n"))

    def test_a_wrong_value_is_reported_under_the_name_that_the_file_gives(self, tmp_path: Path) -> None:
        chemin = fabrique.ecrire(tmp_path, f"client_siren,salaries_distincts_2025\n{SIREN},beaucoup\n")
        (lot,) = lus(annuelle(), chemin)
        assert [(r.colonne, r.valeur) for r in lot.rejets] == [("salaries_distincts_2025", "beaucoup")]

    def test_padded_values_of_a_pattern_column_are_trimmed(self, tmp_path: Path) -> None:
        chemin = fabrique.ecrire(tmp_path, f"client_siren,salaries_distincts_2025\n{SIREN}, 7 \n")
        assert rangs(annuelle(), chemin)[0][1] == 7

    def test_a_month_or_a_year_alone_is_its_first_day(self, tmp_path: Path) -> None:
        class Mensuel(Fait):
            siren = Siren("SIREN", "siren")
            mois = Jour("Mois", "MOIS", formats=("%m%Y", "%m/%Y", "%Y"))

        source = fabrique.declarer("essai-mensuel", Mensuel, cle=("siren", "mois"))
        textes = ["072026", "07/2026", "2026", "132026", "13/2026", "20", "20261"]
        (lot,) = lus(source, fabrique.ecrire(tmp_path, "siren;MOIS\n" + "".join(f"{SIREN};{t}\n" for t in textes)))
        juillet, janvier = datetime.date(2026, 7, 1), datetime.date(2026, 1, 1)
        assert lot.lignes["mois"].to_list() == [juillet, juillet, janvier]
        assert len(lot.rejets) == 4


class TestHeaders:
    def test_a_file_without_header_is_read_by_position_from_its_first_line(self, tmp_path: Path) -> None:
        source = personnes(Csv(";", encodage="latin-1", entete=("siren", "Nom de l'entité", "autre")))
        chemin = fabrique.ecrire(tmp_path, f"{SIREN};ÉCOLE;x\n{SIREN};À CÔTÉ;y\n".encode("latin-1"))
        assert rangs(source, chemin) == [(SIREN, "ÉCOLE", 1), (SIREN, "À CÔTÉ", 2)]

    def test_a_header_added_one_day_by_the_producer_is_read_by_name(self, tmp_path: Path) -> None:
        source = personnes(Csv(";", entete=("siren", "Nom de l'entité")))
        chemin = fabrique.ecrire(tmp_path, f"Nom de l'entité;siren\nÉCOLE;{SIREN}\n")
        assert rangs(source, chemin) == [(SIREN, "ÉCOLE", 2)]

    def test_names_are_trimmed_on_both_sides(self, tmp_path: Path) -> None:
        class Borde(Fait):
            siren = Siren("SIREN", "siren ")

        source = fabrique.declarer("essai-borde", Borde, cle=("siren",))
        assert rangs(source, fabrique.ecrire(tmp_path, f" siren\n{SIREN}\n")) == [(SIREN, 2)]

    def test_a_partly_known_layout_expects_unknown_columns(self, tmp_path: Path) -> None:
        chemin = fabrique.ecrire(tmp_path, f"siren;Nom de l'entité;a;b\n{SIREN};X;1;2\n")
        connue = personnes(Csv(";"))
        partielle = fabrique.declarer("essai-partiel", Personne, cle=("siren",), layout_partiel=True)
        assert lus(connue, chemin)[0].avertissements == ["Colonnes inconnues, ignorées : a, b."]
        assert lus(partielle, chemin)[0].avertissements == []

    def test_a_separator_at_the_end_of_each_line_is_no_unknown_column(self, tmp_path: Path) -> None:
        chemin = fabrique.ecrire(tmp_path, f"siren;Nom de l'entité;\n{SIREN};X;\n")
        (lot,) = lus(personnes(Csv(";")), chemin)
        assert (lot.lignes.height, lot.avertissements) == (1, [])


class TestEncodings:
    @pytest.mark.parametrize("encodage", ["latin-1", "windows-1252", "utf-8-sig", "utf-8"])
    def test_declared_encodings(self, encodage: str, tmp_path: Path) -> None:
        nom = "L'ÉTÉ" if encodage == "latin-1" else "L’ÉTÉ à 5 €"
        texte = f"siren;Nom de l'entité\n{SIREN};{nom}\n"
        chemin = fabrique.ecrire(tmp_path, texte.encode(encodage))
        assert rangs(personnes(Csv(";", encodage=encodage)), chemin) == [(SIREN, nom, 2)]

    def test_the_mark_of_utf8_wins_over_the_declaration(self, tmp_path: Path) -> None:
        chemin = fabrique.ecrire(tmp_path, f"siren;Nom de l'entité\n{SIREN};ÉTÉ\n".encode("utf-8-sig"))
        assert rangs(personnes(Csv(";", encodage="latin-1")), chemin) == [(SIREN, "ÉTÉ", 2)]

    def test_utf8_where_latin1_was_declared_is_refused_with_its_cause(self, tmp_path: Path) -> None:
        source = personnes(Csv(";", encodage="latin-1", entete=("siren", "Nom de l'entité")))
        with pytest.raises(ImportRefuse, match="sans doute en UTF-8, on attend latin-1"):
            lus(source, fabrique.ecrire(tmp_path, f"{SIREN};ÉTÉ\n"))


def lire_json(chemin: Path) -> Iterator[LigneBrute]:
    yield from enumerate(json.loads(chemin.read_text(encoding="utf-8")), 10)


class TestOwnReader:
    source = staticmethod(lambda: personnes(Lecteur(lire_json, "json")))

    @pytest.mark.parametrize("paquet", [1, 2, 500])
    def test_its_rows_are_checked_and_typed_like_those_of_a_csv(
        self, paquet: int, tmp_path: Path, monkeypatch: Any
    ) -> None:
        from fce.sources.lecture import lignes as lues

        monkeypatch.setattr(lues, "PAQUET", paquet)
        lignes = [
            {"siren": SIREN, "Nom de l'entité": " A &amp; B "},
            {"siren": "123456789", "Nom de l'entité": "CLÉ FAUSSE"},
            {"siren": SIREN},
            {"siren": None, "Nom de l'entité": "SANS SIREN"},
            {"siren": SIREN, "Nom de l'entité": "NUL\0"},
            {"siren": SIREN, "Nom de l'entité": "MOITIÉ \ud83d"},
            {"siren": SIREN, "Nom de l'entité": "x" * 140_000},
        ]
        (lot,) = lus(self.source(), fabrique.ecrire(tmp_path, json.dumps(lignes), "essai.json"))
        assert lot.lignes.rows() == [(SIREN, "A & B", 10), (SIREN, None, 12)]
        assert [(r.ligne, r.motif) for r in lot.rejets] == [
            (11, "SIREN invalide (clé de contrôle fausse)"),
            (13, "valeur obligatoire absente"),
            (14, "caractère nul (octet 0)"),
            (15, "caractère impossible (moitié de caractère)"),
            (16, "champ de plus de 128 Kio"),
        ]
        assert lot.recues == 7

    def test_batches_cover_every_row_once(self, tmp_path: Path, monkeypatch: Any) -> None:
        from fce.sources.lecture import lecteur, lignes

        monkeypatch.setattr(lecteur, "lots_de_lignes", lambda f, c: lignes.lots_de_lignes(f, c, 7))
        texte = json.dumps([{"siren": SIREN, "Nom de l'entité": str(n)} for n in range(50)])
        lots = lus(self.source(), fabrique.ecrire(tmp_path, texte, "essai.json"))
        assert len(lots) == 8
        assert [n for lot in lots for n in lot.lignes["nom"].to_list()] == [str(n) for n in range(50)]
        assert [n for lot in lots for n in lot.lignes["ligne"].to_list()] == list(range(10, 60))

    def test_a_column_that_only_some_rows_have_is_empty_in_the_others(self, tmp_path: Path, monkeypatch: Any) -> None:
        from fce.sources.lecture import lignes

        monkeypatch.setattr(lignes, "PAQUET", 2)
        sans, avec = {"siren": SIREN}, {"siren": SIREN, "Nom de l'entité": "A"}
        for suite in ([sans, sans, avec, sans, sans], [avec, avec, sans, sans, avec]):
            (lot,) = lus(self.source(), fabrique.ecrire(tmp_path, json.dumps(suite), "essai.json"))
            assert lot.lignes["nom"].to_list() == [ligne.get("Nom de l'entité") for ligne in suite]
            assert lot.lignes["ligne"].to_list() == list(range(10, 15))

    @pytest.mark.parametrize("contenu", ["[", "[1]", '{"a": 1}', '[{"siren": 1}]'])
    def test_what_its_function_cannot_read_is_a_refusal(self, contenu: str, tmp_path: Path) -> None:
        with pytest.raises(ImportRefuse, match=r"essai\.json"):
            lus(self.source(), fabrique.ecrire(tmp_path, contenu, "essai.json"))

    @pytest.mark.parametrize("contenu", ["", "[]"])
    def test_an_empty_file_is_refused(self, contenu: str, tmp_path: Path) -> None:
        with pytest.raises(ImportRefuse):
            lus(self.source(), fabrique.ecrire(tmp_path, contenu, "essai.json"))

    def test_a_column_that_no_row_has_is_missing(self, tmp_path: Path) -> None:
        chemin = fabrique.ecrire(tmp_path, json.dumps([{"siren": SIREN, "Nom": "X"}]), "essai.json")
        with pytest.raises(ImportRefuse, match="colonnes manquantes : Nom de l'entité ; colonnes inconnues : Nom"):
            lus(self.source(), chemin)

    def test_several_files_are_numbered_as_one(self, tmp_path: Path) -> None:
        contenu = json.dumps([{"siren": SIREN, "Nom de l'entité": "X"}] * 2)
        chemins = [fabrique.ecrire(tmp_path, contenu, nom) for nom in ("a.json", "b.json")]
        lots = list(lire(self.source(), chemins))
        assert [n for lot in lots for n in lot.lignes["ligne"].to_list()] == [10, 11, 21, 22]
