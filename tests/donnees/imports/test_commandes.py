"""``fce import`` and ``fce sources``: what they print, and the exit codes that scripts rely on."""

import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from fce.config import commande
from fce.config.commande import main
from fce.donnees.imports import services
from fce.donnees.imports.chargement.suivi import suivre
from fce.donnees.imports.chargement.verrou import verrou
from fce.donnees.imports.models import Import
from fce.socle.erreurs import ImportRefuse
from fce.sources.declaration import Source
from fce.sources.modes import ParPeriode
from tests.donnees.imports.chargement.outils import declarer_seules, somme
from tests.sources import fabrique

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fce(settings: Any, monkeypatch: Any) -> Iterator[Any]:
    """The ``fce`` command, in this process, on the database of the tests; gives the exit code."""
    import signal

    settings.CLUSTER_EMBARQUE = None
    monkeypatch.setattr(commande, "POLITESSE", 0)  # this process would never take its priority back
    # The command installs its own handler of SIGTERM.
    avant = signal.getsignal(signal.SIGTERM)
    yield lambda *arguments: main([str(a) for a in arguments])
    signal.signal(signal.SIGTERM, avant)


def fichier(dossier: Path, nombre: int, nom: str = "essai.csv") -> Path:
    return fabrique.ecrire(dossier, fabrique.texte_csv(fabrique.lignes_valides(nombre)), nom)


def _json() -> str:
    sortie = io.StringIO()
    call_command("sources", "--json", stdout=sortie)
    return sortie.getvalue()


class TestImport:
    def test_the_report_accounts_for_every_row(self, source: Source, fce: Any, tmp_path: Path, capfd: Any) -> None:
        rangs = fabrique.lignes_valides(1500)
        rangs[7][0] = "123456789"
        chemin = fabrique.ecrire(tmp_path, fabrique.texte_csv([*rangs, rangs[0]]))
        assert fce("import", source.nom, chemin, "--date", "2026-01-31") == 0
        sortie, journal = capfd.readouterr()
        assert "1\u202f501 lignes lues = 1\u202f499 chargées + 1 écartée + 1 dédoublonnée" in sortie
        assert "données au 31/01/2026" in sortie
        assert "(lignes 9)" in sortie
        assert "Lecture 100 %" in journal
        assert "\x1b" not in sortie + journal

    def test_a_file_in_a_closed_folder_is_refused_in_one_sentence(
        self, source: Source, fce: Any, monkeypatch: pytest.MonkeyPatch, capfd: Any
    ) -> None:
        def ferme(chemin: Path) -> bool:
            raise PermissionError(13, "Permission denied", str(chemin))

        monkeypatch.setattr(Path, "is_dir", ferme)
        assert fce("import", source.nom, "/root/f.csv") == 2
        assert "« /root/f.csv » ne se laisse pas lire" in capfd.readouterr().err

    def test_several_files(self, source: Source, fce: Any, tmp_path: Path) -> None:
        rangs = fabrique.lignes_valides(20)
        a = fabrique.ecrire(tmp_path, fabrique.texte_csv(rangs[:10]), "a.csv")
        b = fabrique.ecrire(tmp_path, fabrique.texte_csv(rangs[10:]), "b.csv")
        assert fce("import", source.nom, a, b) == 0
        assert somme(source)[0] == 20

    def test_the_files_of_a_folder_are_as_many_imports_for_a_source_by_period(
        self, fce: Any, tmp_path: Path, monkeypatch: Any, capfd: Any
    ) -> None:
        source = fabrique.declarer("essai-effectif", fabrique.Essai, mode=ParPeriode("effectif"))
        dossier = tmp_path / "envois"
        dossier.mkdir()
        for annee in (2024, 2025, 2026):
            rangs = [[*r[:4], str(annee), r[5]] for r in fabrique.lignes_valides(5 if annee == 2025 else 20)]
            fabrique.ecrire(dossier, fabrique.texte_csv(rangs), f"{annee}.csv")
        declarer_seules(monkeypatch, source)
        # One year is refused (a quarter of its neighbour): the others do not depend on it.
        assert fce("import", source.nom, dossier) == 1
        sortie, erreurs = capfd.readouterr()
        assert sortie.count("mis en place") == 2
        assert "40 lignes dans la version" in sortie
        assert "Période 2025, comparée à 2024" in erreurs
        assert somme(source)[0] == 40
        assert fce("import", source.nom, dossier, "--forcer", "vu") == 0
        (etat,) = json.loads(_json())
        assert (etat["lignes"], etat["periodes"], etat["mode"]) == (45, 3, "ParPeriode")

    def test_an_empty_folder_is_a_mistake(self, source: Source, fce: Any, tmp_path: Path) -> None:
        assert fce("import", source.nom, tmp_path) == 2
        assert not Import.objects.exists()

    def test_the_same_file_again_is_a_success_that_says_so(
        self, source: Source, fce: Any, tmp_path: Path, capfd: Any
    ) -> None:
        chemin = fichier(tmp_path, 20)
        assert fce("import", source.nom, chemin) == 0
        assert fce("import", source.nom, chemin) == 0
        assert "déjà en place" in capfd.readouterr().out

    def test_a_refusal_exits_with_1_and_its_report(self, source: Source, fce: Any, tmp_path: Path, capfd: Any) -> None:
        assert fce("import", source.nom, fichier(tmp_path, 200)) == 0
        avant = somme(source)
        capfd.readouterr()
        assert fce("import", source.nom, fichier(tmp_path, 50, "peu.csv")) == 1
        sortie, erreurs = capfd.readouterr()
        assert sortie == ""
        assert "REFUSÉ" in erreurs
        assert "minimum" in erreurs
        assert somme(source) == avant
        assert fce("import", source.nom, tmp_path / "peu.csv", "--forcer", "vu avec le producteur") == 0
        assert Import.objects.latest("pk").forcer_motif == "vu avec le producteur"
        assert "vu avec le producteur" in capfd.readouterr().out

    @pytest.mark.parametrize(
        "arguments",
        [
            ["source-inconnue", "{fichier}"],
            ["essai-generique", "absent.csv"],
            ["essai-generique"],
            ["essai-generique", "{fichier}", "--date", "31/01/2026"],
            ["essai-generique", "{fichier}", "--forcer", " "],
        ],
    )
    def test_a_mistake_of_usage_exits_with_2_and_leaves_no_import(
        self, source: Source, fce: Any, tmp_path: Path, arguments: list[str], capfd: Any
    ) -> None:
        chemin = str(fichier(tmp_path, 20))
        assert fce("import", *(a.replace("{fichier}", chemin) for a in arguments)) == 2
        assert capfd.readouterr().err
        assert not Import.objects.exists()

    def test_already_running_exits_with_75(self, source: Source, fce: Any, tmp_path: Path, capfd: Any) -> None:
        with verrou(source.nom):
            assert fce("import", source.nom, fichier(tmp_path, 20)) == 75
        assert "déjà en cours" in capfd.readouterr().err


class TestSources:
    def _table(self, *arguments: str) -> str:
        sortie = io.StringIO()
        call_command("sources", *arguments, stdout=sortie)
        return sortie.getvalue()

    def test_a_source_never_imported_is_in_the_list(self, source: Source) -> None:
        assert "jamais importée" in self._table()
        (ligne,) = json.loads(self._table("--json"))
        assert (ligne["source"], ligne["version"], ligne["lignes"]) == (source.nom, None, None)

    def test_a_refusal_is_told_with_its_reason_until_a_file_comes_in(self, source: Source, tmp_path: Path) -> None:
        services.importer(source, [fichier(tmp_path, 200)])
        assert self._etat() == ("date inconnue", None)
        with pytest.raises(ImportRefuse) as refus:
            services.importer(source, [fichier(tmp_path, 50, "peu.csv")])
        etat, dernier = self._etat()
        assert (etat, dernier["motif"]) == ("en échec", refus.value.message)
        assert f"{source.nom}, essai du {date.today():%d/%m/%Y} : {refus.value.message}" in self._table()
        # The same file as the one in place is good news.
        services.importer(source, [tmp_path / "essai.csv"])
        assert self._etat() == ("date inconnue", dernier)
        assert refus.value.message not in self._table()

    def test_a_first_file_refused_is_a_failure_not_a_source_to_come(self, source: Source, tmp_path: Path) -> None:
        with pytest.raises(ImportRefuse):
            services.importer(source, [fabrique.ecrire(tmp_path, "autre;colonne\n1;2\n")])
        assert self._etat()[0] == "en échec"

    def test_older_than_its_frequency_allows_it_is_out_of_date(self, source: Source, tmp_path: Path) -> None:
        jours = source.frequence.jours
        services.importer(source, [fichier(tmp_path, 20)], date_metier=date.today() - timedelta(days=jours))
        assert self._etat()[0] == "à jour"
        services.importer(
            source, [fichier(tmp_path, 20)], date_metier=date.today() - timedelta(days=jours + 1), forcer="essai"
        )
        assert self._etat()[0] == "en retard"

    def _etat(self) -> tuple[str, Any]:
        (ligne,) = json.loads(self._table("--json"))
        return ligne["etat"], ligne["dernier_refus"]

    def test_the_list_gives_version_rows_and_date(self, source: Source, tmp_path: Path) -> None:
        chemin = fichier(tmp_path, 1200, "StockEssai_2026-02-03_utf8.csv")
        importation = services.importer(source, [chemin])
        table = self._table()
        for attendu in (source.nom, source.producteur.sigle, f"n° {importation.pk}", "1\u202f200", "03/02/2026"):
            assert attendu in table
        (ligne,) = json.loads(self._table("--json"))
        assert (ligne["version"], ligne["lignes"], ligne["date_metier"]) == (importation.pk, 1200, "2026-02-03")
        assert (ligne["acces"], ligne["mode"], ligne["vue"]) == ("C0", "Remplace", "essai_generique")
        assert (ligne["fichiers"], ligne["periodes"]) == ([chemin.name], None)

    def test_rollback(self, source: Source, fce: Any, tmp_path: Path, capfd: Any) -> None:
        premier = services.importer(source, [fichier(tmp_path, 100, "a.csv")])
        avant = somme(source)
        assert fce("sources", "rollback", source.nom) == 1
        services.importer(source, [fichier(tmp_path, 101, "b.csv")])
        capfd.readouterr()
        assert fce("sources", "rollback", source.nom) == 0
        assert f"import n° {premier.pk} remis en place (100 lignes" in capfd.readouterr().out
        assert somme(source) == avant
        with pytest.raises(CommandError) as erreur:
            call_command("sources", "rollback", "source-inconnue")
        assert erreur.value.returncode == 2


def test_on_a_terminal_the_progress_is_a_bar() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    with suivre("Import d'essai", terminal) as avancer:
        avancer("Lecture", 50, 100)
        avancer("Index", 0, 0)
    assert "\x1b[" in terminal.getvalue()


def test_in_a_log_each_step_is_a_line_and_a_long_one_says_each_quarter() -> None:
    journal = io.StringIO()
    with suivre("Import", journal) as avancer:
        for fait in range(1001):
            avancer("Lecture", fait, 1000)
        avancer("Index", 0, 0)
    assert journal.getvalue().splitlines() == [
        *(f"Import — Lecture {palier} %" for palier in (0, 25, 50, 75, 100)),
        "Import — Index",
    ]
