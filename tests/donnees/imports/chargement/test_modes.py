"""Load modes: what a file does to what is in place; each is whole or nothing, and can be undone."""

import datetime
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fce.donnees.imports import services
from fce.donnees.imports.chargement import assemblage, bascule, fusion
from fce.donnees.imports.chargement.parties import parties_de
from fce.donnees.imports.models import Import
from fce.donnees.imports.selectors import versions
from fce.socle.erreurs import DejaEnCours, ImportRefuse
from fce.sources.champs import Booleen, Entier, Jour, Siret
from fce.sources.declaration import TOUS, Csv, Cumule, Fait, Fusionne, ParPeriode, Remplace, Seuils, Source
from tests.donnees.imports.chargement.outils import comptes, declarer_seules, lignes, somme, tables, tables_attendues
from tests.donnees.imports.chargement.processus import lancer
from tests.pannes import lever
from tests.sources import fabrique
from tests.sql import executer, valeurs

pytestmark = pytest.mark.django_db(transaction=True)

Rang = Sequence[object]
SIRETS = [rang[1] for rang in fabrique.lignes_valides(400, graine=7)]
ENTETE = ["siret", "mois", "effectif", "maj", "historique"]


class Suivi(Fait):
    siret = Siret("SIRET", "siret", obligatoire=True)
    mois = Jour("Mois", "mois", formats=("%Y-%m",), optionnelle=True)
    effectif = Entier("Effectif", "effectif", optionnelle=True)
    maj = Jour("Mise à jour", "maj", optionnelle=True)
    historique = Booleen("Ancien système", "historique", optionnelle=True)


class SalariesAnnuels(Fait):
    siret = Siret("SIRET", "siret", obligatoire=True)
    salaries = Entier("Salariés", motif=r"salaries_distincts_(\d{4})")
    annee = Entier("Année", depuis_colonne="salaries")


# The same rules whether the table in place is copied or shared.
PARTAGE = "fusion-partagee"
MODES: dict[str, dict[str, Any]] = {
    "remplace": {"mode": Remplace(), "cle": ("siret", "mois")},
    "sauf": {"mode": Remplace(sauf="historique"), "cle": ("siret",)},
    "periode": {"mode": ParPeriode("mois", garde=60), "cle": ("siret",), "date_metier": "maj"},
    "fusion": {"mode": Fusionne(), "cle": ("siret", "mois")},
    "fusion-datee": {"mode": Fusionne(selon="maj"), "cle": ("siret",)},
    PARTAGE: {"mode": Fusionne(selon="maj"), "cle": ("siret",), "date_metier": "maj"},
    "cumul": {"mode": Cumule(), "cle": ("siret", "mois")},
    "cumul-tous": {"mode": Cumule(), "cle": ("siret",), "doublons": TOUS},
}
# Killed each day: a table by period, a table shared; the others in the drills, and one that is replaced in
# ``test_pannes.py``.
TUES = ("periode", PARTAGE)


@cache
def declaree(nom: str) -> Source:
    return fabrique.declarer(f"essai-{nom}", Suivi, fichier=Csv(";"), **MODES[nom])


def partager(nom: str, poser: Callable[..., None]) -> None:
    """Share the table in place, however small it is, under the mode of that name."""
    if nom == PARTAGE:
        poser(fusion, "LIGNES_MIN", 0)
        poser(fusion, "PART_MAX", 10)


def seule(nom: str, monkeypatch: Any) -> Source:
    """The source of that name, the only one known."""
    partager(nom, monkeypatch.setattr)
    declarer_seules(monkeypatch, declaree(nom))
    return declaree(nom)


@pytest.fixture
def source(request: Any, monkeypatch: Any) -> Source:
    return seule(request.param, monkeypatch)


def avec(*noms: Any) -> Any:
    return pytest.mark.parametrize("source", noms, indirect=True)


@pytest.fixture
def importer(source: Source, tmp_path: Path) -> Callable[..., Import]:
    return importateur(source, tmp_path)


def importateur(source: Source, tmp_path: Path) -> Callable[..., Import]:
    """Imports rows into ``source``, as a file."""

    def _importer(rangs: Sequence[Rang], nom: str = "", **options: Any) -> Import:
        chemin = fichier(tmp_path, rangs, nom)
        return services.importer(source, [chemin], **options)

    return _importer


def fichier(dossier: Path, rangs: Sequence[Rang], nom: str = "") -> Path:
    texte = fabrique.texte_csv([["" if v is None else str(v) for v in rang] for rang in rangs], ENTETE)
    return fabrique.ecrire(dossier, texte, nom or f"{len(list(dossier.iterdir()))}.csv")


def mois(numero: int) -> str:
    """The n-th month from January 2020."""
    return f"{2020 + numero // 12}-{numero % 12 + 1:02d}"


def releve(numero: int, effectif: int = 10, maj: str = "", combien: int = 20) -> list[Rang]:
    """A monthly file."""
    return [(siret, mois(numero), effectif, maj or f"{mois(numero)}-28", None) for siret in SIRETS[:combien]]


def vus(source: Source) -> list[tuple[Any, ...]]:
    """(month, rows, least and greatest head-count), by month."""
    return executer(
        f"SELECT to_char(mois, 'YYYY-MM'), count(*), min(effectif), max(effectif) FROM {source.relation} "
        "GROUP BY 1 ORDER BY 1"
    )


class TestByPeriod:
    @pytest.mark.parametrize("combien", [18, pytest.param(60, marks=pytest.mark.epreuve)])
    @avec("periode")
    def test_months_in_any_order_one_twice_one_corrected(
        self, source: Source, tmp_path: Path, importer: Callable[..., Import], combien: int
    ) -> None:
        redit, errone = combien // 3, combien * 2 // 3
        ordre = list(range(combien))
        random.Random(60).shuffle(ordre)
        fichiers = {n: fichier(tmp_path, releve(n, effectif=n), f"mois_{n}.csv") for n in ordre}
        for n in ordre:
            assert services.importer(source, [fichiers[n]]).statut == Import.Statut.EN_PLACE
        assert services.importer(source, [fichiers[redit]]).statut == Import.Statut.INCHANGE
        corrige = importer(releve(errone, effectif=999, maj=f"{mois(errone + 1)}-15"), "corrige.csv")
        assert vus(source) == [(mois(n), 20, *([999 if n == errone else n] * 2)) for n in range(combien)]
        assert corrige.total == 20 * combien
        assert corrige.date_metier == datetime.date.fromisoformat(f"{mois(combien - 1)}-28")
        assert [p.periode[:7] for p in parties_de(corrige)] == [mois(n) for n in range(combien)]
        # The other months were not copied: a table each, and the one that the corrected month replaced.
        assert len(tables(source)) == combien + 1
        assert tables(source) == tables_attendues(source)

    @avec("periode")
    def test_only_the_latest_periods_are_kept(self, source: Source, importer: Callable[..., Import]) -> None:
        for numeros in ([0], [1], [2], range(3, 58), [58], [59], [60]):
            importer([rang for n in numeros for rang in releve(n, combien=3)])
        assert [m for m, *_ in vus(source)] == [mois(n) for n in range(1, 61)]
        with pytest.raises(ImportRefuse, match="plus ancienne que les 60 gardées"):
            importer(releve(0, combien=3))
        importer(releve(61, combien=3))
        assert tables(source) == tables_attendues(source)

    @avec("periode")
    def test_a_file_of_several_months_replaces_those_only(
        self, source: Source, tmp_path: Path, importer: Callable[..., Import]
    ) -> None:
        importer([*releve(0), *releve(1), *releve(2)])
        neuf = fichier(tmp_path, [*releve(1, 11, f"{mois(2)}-01"), *releve(3, 13)], "deux.csv")
        importation = services.importer(source, [neuf])
        assert vus(source) == [
            (mois(0), 20, 10, 10),
            (mois(1), 20, 11, 11),
            (mois(2), 20, 10, 10),
            (mois(3), 20, 13, 13),
        ]
        assert comptes(importation) == (40, 40, 0, 0)
        assert importation.total == 80
        assert services.importer(source, [neuf]).statut == Import.Statut.INCHANGE
        # Once one of its months was corrected, the same file is not in place any more.
        importer(releve(1, 12, f"{mois(2)}-02"))
        with pytest.raises(ImportRefuse, match="plus anciennes que celles en place"):
            services.importer(source, [neuf])
        assert tables(source) == tables_attendues(source)

    @avec("periode")
    def test_an_older_month_is_welcome_an_older_version_of_a_month_is_not(
        self, source: Source, importer: Callable[..., Import]
    ) -> None:
        importer(releve(10))
        assert importer(releve(2)).date_metier == datetime.date(2020, 11, 28)
        avant = somme(source)
        with pytest.raises(ImportRefuse, match="Période 2020-11-01 : données du 01/11/2020"):
            importer(releve(10, 11, f"{mois(10)}-01"))
        assert somme(source) == avant

    @avec("periode")
    def test_a_month_is_compared_with_itself_else_with_the_nearest_one(
        self, source: Source, importer: Callable[..., Import]
    ) -> None:
        importer(releve(0, combien=300))
        importer(releve(30, combien=300))
        importer(releve(31, combien=310))
        with pytest.raises(ImportRefuse, match="comparée à 2020-01-01 : 100 lignes au lieu de 300"):
            importer(releve(1, combien=100))
        with pytest.raises(ImportRefuse, match="comparée à 2022-08-01 : 300 lignes au lieu de 310"):
            importer(releve(31, 11, combien=300))
        assert importer(releve(31, 11, combien=300), forcer="vu avec le producteur").total == 900

    @avec("periode")
    def test_a_row_without_its_period_is_set_aside(self, source: Source, importer: Callable[..., Import]) -> None:
        rangs = [*releve(0, combien=50), (SIRETS[60], None, 1, None, None)]
        assert comptes(importer(rangs)) == (51, 50, 1, 0)

    @avec("periode")
    def test_readers_of_one_month_read_one_table(self, source: Source, importer: Callable[..., Import]) -> None:
        for n in range(4):
            importer(releve(n))
        plan = "\n".join(valeurs(f"EXPLAIN SELECT * FROM {source.relation} WHERE mois = '2020-03-01'"))
        assert plan.count("essai_periode_") == 1

    def test_the_year_of_a_column_name_rolls_over(self, monkeypatch: Any, tmp_path: Path) -> None:
        annuelle = fabrique.declarer(
            "essai-annuel-charge",
            SalariesAnnuels,
            cle=("siret",),
            fichier=Csv(";"),
            mode=ParPeriode("annee"),
            seuils=Seuils(baisse=0, hausse=1000),
        )

        def recevoir(annee: int, salaries: int, combien: int) -> None:
            rangs = [[siret, str(salaries)] for siret in SIRETS[:combien]]
            texte = fabrique.texte_csv(rangs, ["siret", f"salaries_distincts_{annee}"])
            services.importer(annuelle, [fabrique.ecrire(tmp_path, texte, f"PSI-{annee}-{salaries}.csv")])

        declarer_seules(monkeypatch, annuelle)
        for envoi in [(2024, 1, 30), (2025, 2, 10), (2025, 3, 40), (2024, 4, 31), (2026, 5, 2)]:
            recevoir(*envoi)
        vues = Counter(lignes(annuelle, ("annee", "salaries"), "1"))
        assert vues == {(2024, 4): 31, (2025, 3): 40, (2026, 5): 2}


class TestReplaceExcept:
    @avec("sauf")
    def test_rows_of_the_former_system_survive(self, source: Source, importer: Callable[..., Import]) -> None:
        anciens = [(siret, "2018-01", 1, None, "true") for siret in SIRETS[:100]]
        importer(anciens)
        # Five times fewer rows than the stock of the former system: they are not compared with it.
        importer([(siret, "2024-01", 2, None, None) for siret in SIRETS[200:220]])
        importation = importer([(siret, "2024-02", 3, None, "false") for siret in [*SIRETS[200:219], SIRETS[0]]])
        assert vus(source) == [("2018-01", 99, 1, 1), ("2024-02", 20, 3, 3)]
        assert (importation.chargees, importation.total) == (20, 119)

    @avec("sauf")
    def test_a_corrected_stock_of_the_former_system_replaces_it_alone(
        self, source: Source, importer: Callable[..., Import]
    ) -> None:
        importer([(siret, "2018-01", 1, None, "true") for siret in SIRETS[:100]])
        importer([(siret, "2024-01", 2, None, None) for siret in SIRETS[200:220]])
        importer([(siret, "2018-01", 7, None, "true") for siret in SIRETS[:101]])
        assert vus(source) == [("2018-01", 101, 7, 7), ("2024-01", 20, 2, 2)]

    @avec("sauf")
    def test_like_is_compared_with_like(self, source: Source, importer: Callable[..., Import]) -> None:
        importer([(siret, "2018-01", 1, None, "true") for siret in SIRETS[:100]])
        importer([(siret, "2024-01", 2, None, None) for siret in SIRETS[200:220]])
        with pytest.raises(ImportRefuse, match="10 lignes au lieu de 20"):
            importer([(siret, "2024-02", 2, None, None) for siret in SIRETS[200:210]])


class TestMergeAndAppend:
    @avec("fusion", "cumul")
    def test_a_key_of_the_file_wins_and_the_others_stay(self, source: Source, importer: Callable[..., Import]) -> None:
        importer([(SIRETS[0], None, 1, None, None), *releve(0, 1), *releve(1, 1)])
        importation = importer([(SIRETS[0], None, 2, None, None), *releve(1, 2, combien=3), *releve(2, 2, combien=1)])
        assert vus(source) == [(mois(0), 20, 1, 1), (mois(1), 20, 1, 2), (mois(2), 1, 2, 2), (None, 1, 2, 2)]
        assert (importation.chargees, importation.total) == (5, 42)
        assert comptes(importation) == (5, 5, 0, 0)

    @avec("cumul-tous")
    def test_without_a_unique_key_only_the_same_row_is_kept_once(
        self, source: Source, importer: Callable[..., Import]
    ) -> None:
        importer([(SIRETS[0], "2020-01", 1, None, None), (SIRETS[1], "2020-01", 1, None, None)])
        importer([(SIRETS[1], "2020-01", 1, None, None), (SIRETS[1], "2020-02", 1, None, None)])
        assert lignes(source, ("siret", "to_char(mois, 'MM')"), "siret, mois") == sorted(
            [(SIRETS[0], "01"), (SIRETS[1], "01"), (SIRETS[1], "02")]
        )

    @avec("fusion", "cumul", "cumul-tous")
    def test_a_file_that_the_version_already_holds_changes_nothing(
        self, source: Source, tmp_path: Path, importer: Callable[..., Import]
    ) -> None:
        premier = fichier(tmp_path, releve(0), "premier.csv")
        services.importer(source, [premier])
        importer([*releve(0, 3, combien=2), *releve(1)])
        avant = somme(source)
        assert services.importer(source, [premier]).statut == Import.Statut.INCHANGE
        assert somme(source) == avant
        services.revenir(source)
        assert services.importer(source, [tmp_path / "1.csv"]).statut == Import.Statut.EN_PLACE
        assert somme(source) == avant

    @avec("fusion", "cumul", "cumul-tous")
    def test_once_taken_away_the_next_file_comes_as_if_it_were_the_first(
        self, source: Source, importer: Callable[..., Import]
    ) -> None:
        premier = importer(releve(0), date_metier=datetime.date(2025, 3, 1))
        services.retirer([source.nom])
        assert lignes(source) == []
        assert source.nom not in versions()
        assert Import.objects.get(pk=premier.pk).statut == Import.Statut.REMPLACE
        # Not merged, and not refused for being older.
        second = importer(releve(1, combien=2), date_metier=datetime.date(2025, 2, 1))
        assert len(lignes(source)) == second.total == 2
        assert tables(source) == tables_attendues(source) == {second.table}

    @avec("fusion")
    def test_an_older_file_is_refused(self, source: Source, importer: Callable[..., Import]) -> None:
        importer(releve(0), date_metier=datetime.date(2025, 3, 1))
        with pytest.raises(ImportRefuse, match="plus anciennes"):
            importer(releve(1), date_metier=datetime.date(2025, 2, 1))
        force = importer(releve(1), date_metier=datetime.date(2025, 2, 1), forcer="reprise")
        assert force.date_metier == datetime.date(2025, 3, 1)


def preparer(importer: Callable[..., Import]) -> list[Rang]:
    """Two files in place, and a third one to come, under any mode."""
    importer([(siret, "2020-01", 1, "2020-01-31", "true") for siret in SIRETS[:50]])
    importer([(siret, "2020-02", 2, "2020-02-28", None) for siret in SIRETS[50:100]])
    return [(siret, "2020-02", 3, "2020-03-01", None) for siret in SIRETS[51:101]]


class TestAllOrNothing:
    @avec(*MODES)
    def test_a_rollback_gives_back_what_was_there(self, source: Source, importer: Callable[..., Import]) -> None:
        suivant = preparer(importer)
        avant = somme(source)
        importer(suivant)
        apres = somme(source)
        assert apres != avant
        services.revenir(source)
        assert somme(source) == avant
        services.revenir(source)
        assert somme(source) == apres
        assert tables(source) == tables_attendues(source)

    @avec(*MODES)
    def test_a_fault_at_any_step_changes_nothing(
        self, source: Source, importer: Callable[..., Import], monkeypatch: Any
    ) -> None:
        suivant = preparer(importer)
        avant, avant_tables = somme(source), tables(source)

        etapes = ((assemblage, "dedoublonner"), (assemblage, "creer_les_index"), (bascule, "_essayer"))
        for module, etape in etapes:
            with monkeypatch.context() as contexte:
                contexte.setattr(module, etape, lever(KeyboardInterrupt))
                with pytest.raises(KeyboardInterrupt):
                    importer(suivant)
            assert (somme(source), tables(source)) == (avant, avant_tables), etape
        assert importer(suivant).statut == Import.Statut.EN_PLACE
        assert tables(source) == tables_attendues(source)

    @avec(*(m if m in TUES else pytest.param(m, marks=pytest.mark.epreuve) for m in MODES))
    def test_killed_the_next_import_works(
        self, source: Source, importer: Callable[..., Import], request: Any, tmp_path: Path
    ) -> None:
        nom = request.node.callspec.params["source"]
        suivant = fichier(tmp_path, preparer(importer), "suivant.csv")
        avant = somme(source)
        processus = lancer("import", source.nom, suivant, mode=nom)
        time.sleep(random.Random(nom).uniform(0.1, 0.6))
        processus.kill()
        processus.communicate()
        vu = somme(source)
        limite = time.monotonic() + 10
        while True:
            try:
                services.importer(source, [suivant])
                break
            except DejaEnCours:  # the server takes a moment to see that the client is gone
                assert time.monotonic() < limite
                time.sleep(0.1)
        assert vu in (avant, somme(source))
        assert {2, 3} & {effectif for (effectif,) in lignes(source, ["effectif"])}
        while tables(source) != tables_attendues(source):
            assert time.monotonic() < limite + 10
            time.sleep(0.1)
