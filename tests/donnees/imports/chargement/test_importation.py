"""Loading a file: the counts, the guards, the record of what happened, and the data in place whatever happens."""

import csv
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fce.donnees.imports import services
from fce.donnees.imports.chargement import disque
from fce.donnees.imports.chargement.rapport import rapport
from fce.donnees.imports.chargement.verrou import verrou
from fce.donnees.imports.models import Import, Quarantaine, VersionEnPlace
from fce.socle.erreurs import DejaEnCours, ImportRefuse, ParametreInvalide
from fce.sources.declaration import Lecteur, LigneBrute, Source, plus_recent
from tests.donnees.imports.chargement.outils import comptes, declarer_seules, lignes, somme, tables, tables_attendues
from tests.sources import fabrique
from tests.sql import executer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bon(tmp_path: Path) -> Path:
    return fabrique.ecrire(tmp_path, fabrique.texte_csv(fabrique.lignes_valides(200)), "bon.csv")


def lire_a_part(chemin: Path) -> Iterator[LigneBrute]:
    with chemin.open(encoding="utf-8", newline="") as flux:
        yield from enumerate(csv.DictReader(flux, delimiter=";"), 2)


def test_before_the_first_import_the_view_is_empty_and_typed(source: Source) -> None:
    assert lignes(source) == []
    assert source.modele.objects.filter(effectif__gt=3, date_creation__year=2020).count() == 0


def test_a_good_file_is_shown_whole_and_recorded(source: Source, bon: Path) -> None:
    importation = services.importer(source, [bon], par="essai")
    assert comptes(importation) == (200, 200, 0, 0)
    assert importation.statut == Import.Statut.EN_PLACE
    assert len(importation.empreinte) == 64
    assert (importation.par, importation.fichiers[0]["nom"]) == ("essai", "bon.csv")
    assert source.modele.objects.count() == 200
    assert source.modele.objects.get(ligne=2).siren.startswith("00")
    assert tables(source) == tables_attendues(source)


def test_text_that_looks_like_the_syntax_of_copy_is_kept(source: Source, tmp_path: Path) -> None:
    noms = ["\\.", "\\N", 'A "B" ; C', "deux\nlignes", "deux\n\\.\nlignes", "tab\tdedans", "NULL", "l'été\\"]
    rangs = [[*ligne[:2], nom, *ligne[3:]] for ligne, nom in zip(fabrique.lignes_valides(len(noms)), noms, strict=True)]
    services.importer(source, [fabrique.ecrire(tmp_path, fabrique.texte_csv(rangs))])
    assert [nom for (nom,) in lignes(source, ["nom"])] == noms


def test_the_same_file_again_changes_nothing(source: Source, bon: Path) -> None:
    premier = services.importer(source, [bon])
    second = services.importer(source, [bon])
    assert second.statut == Import.Statut.INCHANGE
    assert VersionEnPlace.objects.get(source=source.nom).en_place == premier
    assert tables(source) == tables_attendues(source)


def test_several_files_are_one_version(source: Source, tmp_path: Path) -> None:
    rangs = fabrique.lignes_valides(60)
    fichiers = [
        fabrique.ecrire(tmp_path, fabrique.texte_csv(rangs[:20]), "a.csv"),
        fabrique.ecrire(tmp_path, fabrique.texte_csv(rangs[20:]), "b.csv"),
    ]
    assert comptes(services.importer(source, fichiers)) == (60, 60, 0, 0)
    assert len({ligne for (ligne,) in lignes(source, ["ligne"])}) == 60


@pytest.mark.parametrize("fichiers", [[], ["absent.csv"]])
def test_a_missing_file_is_a_mistake_of_the_caller_not_an_import(source: Source, fichiers: list[str]) -> None:
    with pytest.raises(ParametreInvalide):
        services.importer(source, fichiers)
    assert not Import.objects.exists()


class TestDates:
    def test_the_latest_date_of_the_declared_column_dates_the_file(self, monkeypatch: Any, bon: Path) -> None:
        source = fabrique.declarer("essai-date", fabrique.Essai, date_metier="date_creation")
        declarer_seules(monkeypatch, source)
        importation = services.importer(source, [bon])
        attendue = max(datetime.date.fromisoformat(ligne[3]) for ligne in fabrique.lignes_valides(200))
        assert importation.date_metier == attendue

    def test_t3_otherwise_the_name_of_the_file_then_nothing(self, source: Source, bon: Path) -> None:
        nomme = bon.rename(bon.with_name("StockEssai_2024-03-01_utf8.csv"))
        assert services.importer(source, [nomme]).date_metier == datetime.date(2024, 3, 1)
        nomme.rename(bon)
        sans_date = services.importer(source, [bon], forcer="essai")
        assert sans_date.date_metier is None
        assert Import.objects.get(pk=sans_date.pk).date_metier is None
        assert "peut être plus ancien que les données en place (01/03/2024)" in " ".join(sans_date.avertissements)
        assert any("date de la donnée inconnue" in ligne for ligne in rapport(sans_date))

    def test_t3_a_date_given_later_dates_the_same_file(self, source: Source, bon: Path) -> None:
        services.importer(source, [bon])
        datee = services.importer(source, [bon], date_metier=datetime.date(2019, 6, 1))
        assert (datee.statut, datee.date_metier) == (Import.Statut.EN_PLACE, datetime.date(2019, 6, 1))
        assert services.importer(source, [bon]).statut == Import.Statut.INCHANGE

    def test_t3_an_undated_version_does_not_undo_the_rule_of_older_data(
        self, source: Source, bon: Path, tmp_path: Path
    ) -> None:
        services.importer(source, [bon])
        assert services.importer(source, [bon], date_metier=datetime.date(2026, 2, 1)).date_metier
        ancien = fabrique.ecrire(tmp_path, fabrique.texte_csv(fabrique.lignes_valides(201)), "ancien.csv")
        with pytest.raises(ImportRefuse, match="01/01/2026"):
            services.importer(source, [ancien], date_metier=datetime.date(2026, 1, 1))

    @pytest.mark.parametrize(
        ("annee", "attendue"), [(2019, datetime.date(2019, 12, 31)), (None, None)], ids=["over", "current"]
    )
    def test_t3_a_year_dates_its_file_once_it_is_whole(
        self, monkeypatch: Any, tmp_path: Path, annee: int | None, attendue: datetime.date | None
    ) -> None:
        source = fabrique.declarer("essai-annee", fabrique.Essai, date_metier="effectif")
        lignes = fabrique.lignes_valides(20)
        for ligne in lignes:
            ligne[4] = str(annee or datetime.date.today().year)
        lignes[0][4] = "2001"
        declarer_seules(monkeypatch, source)
        fichier = fabrique.ecrire(tmp_path, fabrique.texte_csv(lignes))
        assert services.importer(source, [fichier]).date_metier == attendue

    def test_older_data_are_refused_unless_forced_with_a_reason(
        self, source: Source, bon: Path, tmp_path: Path
    ) -> None:
        services.importer(source, [bon], date_metier=datetime.date(2026, 2, 1))
        avant = somme(source)
        ancien = fabrique.ecrire(tmp_path, fabrique.texte_csv(fabrique.lignes_valides(201)), "ancien.csv")
        with pytest.raises(ImportRefuse, match="01/01/2026"):
            services.importer(source, [ancien], date_metier=datetime.date(2026, 1, 1))
        assert somme(source) == avant
        with pytest.raises(ParametreInvalide):
            services.importer(source, [ancien], date_metier=datetime.date(2026, 1, 1), forcer=" ")
        force = services.importer(source, [ancien], date_metier=datetime.date(2026, 1, 1), forcer="reprise")
        assert force.forcer_motif == "reprise"
        assert any("reprise" in avertissement for avertissement in force.avertissements)


class TestRefusal:
    def test_a_refused_file_leaves_a_record_its_bad_rows_and_nothing_else(
        self, source: Source, bon: Path, tmp_path: Path
    ) -> None:
        services.importer(source, [bon])
        avant, avant_tables = somme(source), tables(source)
        rangs = fabrique.lignes_valides(200)
        for rang in rangs[:20]:
            rang[1] = ""
        with pytest.raises(ImportRefuse) as refus:
            services.importer(source, [fabrique.ecrire(tmp_path, fabrique.texte_csv(rangs), "mauvais.csv")])
        trace = Import.objects.get(pk=refus.value.details["importation"])
        assert (trace.statut, trace.motifs) == (Import.Statut.REFUSE, [refus.value.message])
        assert trace.ecartees == 20 == trace.quarantaine.count()
        assert (somme(source), tables(source)) == (avant, avant_tables)

    def test_a_shrunken_file_passes_with_a_reason(self, source: Source, bon: Path, tmp_path: Path) -> None:
        services.importer(source, [bon])
        moitie = fabrique.ecrire(tmp_path, fabrique.texte_csv(fabrique.lignes_valides(100)), "moitie.csv")
        with pytest.raises(ImportRefuse):
            services.importer(source, [moitie])
        assert services.importer(source, [moitie], forcer="le producteur confirme").chargees == 100

    def test_an_empty_file_never_passes(self, source: Source, bon: Path, tmp_path: Path) -> None:
        services.importer(source, [bon])
        avant = somme(source)
        with pytest.raises(ImportRefuse):
            services.importer(source, [fabrique.ecrire(tmp_path, fabrique.texte_csv([]), "vide.csv")], forcer="si si")
        assert somme(source) == avant

    def test_no_room_on_the_disk(self, source: Source, bon: Path, monkeypatch: Any) -> None:
        monkeypatch.setattr(disque, "libre", lambda dossier: disque.RESERVE)
        with pytest.raises(ImportRefuse, match="Espace disque insuffisant"):
            services.importer(source, [bon])
        assert tables(source) == set()

    def test_a_layout_of_which_little_is_kept_asks_the_disk_for_little(
        self, source: Source, bon: Path, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(disque, "libre", lambda dossier: disque.RESERVE + bon.stat().st_size)
        monkeypatch.setattr(source, "fichier", Lecteur(lire_a_part, "csv"))
        with pytest.raises(ImportRefuse, match="Espace disque insuffisant"):
            services.importer(source, [bon])
        monkeypatch.setattr(source, "fichier", Lecteur(lire_a_part, "csv", part=0.2))
        assert services.importer(source, [bon]).chargees == 200

    def test_the_disk_fills_up_during_the_load(self, source: Source, bon: Path, monkeypatch: Any) -> None:
        mesures = iter([disque.RESERVE * 100])
        monkeypatch.setattr(disque, "libre", lambda dossier: next(mesures, 1))
        with pytest.raises(ImportRefuse, match="presque épuisé"):
            services.importer(source, [bon])
        assert tables(source) == set()


class TestDuplicates:
    def test_identical_rows_are_folded_and_counted(self, source: Source, tmp_path: Path) -> None:
        rangs = fabrique.lignes_valides(100)
        importation = services.importer(source, [fabrique.ecrire(tmp_path, fabrique.texte_csv(rangs + rangs[:5] * 2))])
        assert comptes(importation) == (110, 100, 0, 10)
        assert [ligne for (ligne,) in lignes(source, ["ligne"])] == list(range(2, 102))

    def test_of_conflicting_rows_the_first_stays_and_the_others_are_set_aside(
        self, source: Source, tmp_path: Path
    ) -> None:
        rangs = fabrique.lignes_valides(100)
        autres = [[*rang[:2], "AUTRE", *rang[3:]] for rang in rangs[:3]]
        importation = services.importer(source, [fabrique.ecrire(tmp_path, fabrique.texte_csv(rangs + autres))])
        assert comptes(importation) == (103, 100, 3, 0)
        assert "AUTRE" not in {nom for (nom,) in lignes(source, ["nom"])}
        ecartees = Quarantaine.objects.filter(importation=importation)
        assert [(q.ligne, q.valeur) for q in ecartees] == [(102 + i, rangs[i][1]) for i in range(3)]

    def test_too_many_conflicts_refuse_the_file(self, source: Source, tmp_path: Path) -> None:
        rangs = fabrique.lignes_valides(100)
        autres = [[*rang[:2], "AUTRE", *rang[3:]] for rang in rangs[:40]]
        with pytest.raises(ImportRefuse):
            services.importer(source, [fabrique.ecrire(tmp_path, fabrique.texte_csv(rangs + autres))])
        assert lignes(source) == []

    def test_a_declared_rule_keeps_the_latest_version(self, monkeypatch: Any, tmp_path: Path) -> None:
        source = fabrique.declarer("essai-recent", fabrique.Essai, doublons=plus_recent("date_creation"))
        rangs = [[*rang[:3], "2020-01-01", *rang[4:]] for rang in fabrique.lignes_valides(50)]
        recent = [*rangs[0][:2], "RÉCENT", "2021-01-01", *rangs[0][4:]]
        ancien = [*rangs[1][:2], "ANCIEN", "2019-01-01", *rangs[1][4:]]
        ex_aequo = [*rangs[2][:2], "EX ÆQUO", "2020-01-01", *rangs[2][4:]]
        fichier = fabrique.ecrire(tmp_path, fabrique.texte_csv([*rangs, recent, ancien, ex_aequo]))
        declarer_seules(monkeypatch, source)
        assert comptes(services.importer(source, [fichier])) == (53, 50, 1, 2)
        noms = {nom for (nom,) in lignes(source, ["nom"])}
        assert "RÉCENT" in noms
        assert not noms & {"ANCIEN", "EX ÆQUO"}


class TestLock:
    def test_a_second_import_of_the_source_says_so_at_once(self, source: Source, bon: Path) -> None:
        with verrou(source.nom), pytest.raises(DejaEnCours, match="déjà en cours"):
            services.importer(source, [bon])
        assert not Import.objects.exists()
        assert services.importer(source, [bon]).chargees == 200

    def test_the_lock_is_free_as_soon_as_the_import_returns(self, source: Source) -> None:
        for _ in range(200):
            with verrou(source.nom):
                pass

    def test_another_source_is_free(self, source: Source, bon: Path) -> None:
        with verrou("autre-source"):
            assert services.importer(source, [bon]).chargees == 200


def test_what_a_killed_import_left_goes_at_the_next_one(source: Source, bon: Path) -> None:

    mort = Import.objects.create(source=source.nom)
    executer(f"CREATE TABLE generations.{source.vue}_{mort.pk} (x int)")
    executer(f"CREATE TABLE generations.{source.vue}_999999 (x int)")
    services.importer(source, [bon])
    mort.refresh_from_db()
    assert mort.statut == Import.Statut.ECHOUE
    assert "Interrompu" in mort.motifs[0]
    assert tables(source) == tables_attendues(source)
