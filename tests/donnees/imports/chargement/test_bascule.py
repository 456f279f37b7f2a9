"""The switch, the way back, and declarations that change between two versions."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from fce.donnees.imports import services
from fce.donnees.imports.chargement import bascule, connexions
from fce.donnees.imports.chargement.bascule import Passage, basculer, retablir_les_vues
from fce.donnees.imports.models import Import, VersionEnPlace
from fce.donnees.imports.selectors import etat_des_sources, versions
from fce.socle.base import replique
from fce.socle.erreurs import BaseIndisponible, ImportRefuse, Introuvable
from fce.socle.web.offres import Offres
from fce.sources.champs import Code, Entier, Jour, Siren, Siret, Texte
from fce.sources.declaration import Fait, Source
from tests.donnees.imports.chargement.outils import declarer_seules, lignes, somme, tables, tables_attendues
from tests.sources import fabrique
from tests.sql import executer

pytestmark = pytest.mark.django_db(transaction=True)


class Elargi(Fait):
    """The generic source a year later: a column more, one less, two retyped."""

    siren = Siren("SIREN", "siren", obligatoire=True)
    siret = Siret("SIRET", "siret", obligatoire=True)
    nom = Entier("Nom devenu nombre", "nom", optionnelle=True)
    date_creation = Texte("Date devenue texte", "date_creation")
    effectif = Entier("Effectif", "effectif")
    region = Code("Région", "region", optionnelle=True)
    ouverture = Jour("Ouverture", "ouverture", optionnelle=True)


def fichier(dossier: Path, nombre: int) -> Path:
    return fabrique.ecrire(dossier, fabrique.texte_csv(fabrique.lignes_valides(nombre)), f"{nombre}.csv")


def importer(source: Source, dossier: Path, nombre: int) -> Import:
    return services.importer(source, [fichier(dossier, nombre)])


def bascules() -> int:
    return int(executer(replique.temoin())[0][0])


def test_whatever_moves_a_view_is_counted_with_it_and_what_moves_none_is_not(source: Source, tmp_path: Path) -> None:
    """A replica that shows as many switches shows the same versions: a way back is one more, never one less."""
    compte = [bascules()]
    importer(source, tmp_path, 100)
    compte.append(bascules())
    importer(source, tmp_path, 101)
    compte.append(bascules())
    services.revenir(source)
    compte.append(bascules())
    retablir_les_vues()
    with pytest.raises(ImportRefuse):
        services.importer(source, [fabrique.ecrire(tmp_path, "n’importe quoi", "faux.csv")])
    assert bascules() == compte[-1]
    assert [suivant - avant for avant, suivant in pairwise(compte)] == [1, 1, 1]
    executer(f"COMMENT ON VIEW {source.vue} IS 'une autre déclaration'")
    assert retablir_les_vues() == [source.nom]
    assert bascules() == compte[-1] + 1


class TestWayBack:
    def test_back_then_forward_again(self, source: Source, tmp_path: Path) -> None:
        premier, sommes = importer(source, tmp_path, 100), {}
        sommes[premier.pk] = somme(source)
        second = importer(source, tmp_path, 101)
        sommes[second.pk] = somme(source)
        for attendu, sorti in ((premier, second), (second, premier), (premier, second)):
            assert services.revenir(source, par="essai") == attendu
            assert somme(source) == sommes[attendu.pk]
            assert Import.objects.get(pk=attendu.pk).statut == Import.Statut.EN_PLACE
            assert Import.objects.get(pk=sorti.pk).statut == Import.Statut.ANNULE
        assert "essai" in Import.objects.get(pk=premier.pk).avertissements[0]

    def test_two_generations_are_kept_and_no_more(self, source: Source, tmp_path: Path) -> None:
        imports = [importer(source, tmp_path, n) for n in (100, 101, 102)]
        assert tables(source) == tables_attendues(source) == {i.table for i in imports[1:]}
        services.revenir(source)
        dernier = importer(source, tmp_path, 103)
        assert tables(source) == {imports[1].table, dernier.table}
        assert Import.objects.get(pk=imports[2].pk).table == ""

    def test_nothing_to_go_back_to(self, source: Source, tmp_path: Path) -> None:
        with pytest.raises(Introuvable):
            services.revenir(source)
        importer(source, tmp_path, 100)
        with pytest.raises(Introuvable):
            services.revenir(source)

    def test_the_file_before_can_be_imported_again_after_a_rollback(self, source: Source, tmp_path: Path) -> None:
        importer(source, tmp_path, 100)
        second = importer(source, tmp_path, 101)
        services.revenir(source)
        assert importer(source, tmp_path, 101).statut == Import.Statut.EN_PLACE
        assert Import.objects.get(pk=second.pk).statut == Import.Statut.ANNULE


class TestChangedDeclaration:
    @pytest.fixture
    def elargie(self) -> Source:
        return fabrique.declarer("essai-generique", Elargi)

    def test_the_view_follows_the_declaration_over_an_older_generation(
        self, source: Source, elargie: Source, tmp_path: Path
    ) -> None:
        importer(source, tmp_path, 3)
        assert retablir_les_vues([elargie]) == ["essai-generique"]
        rangs = fabrique.lignes_valides(3)
        # Added: empty. Removed: gone. date → text: converted. text → number: no value fits, empty.
        colonnes = ["siret", "nom", "date_creation", "effectif", "region", "ouverture"]
        assert lignes(elargie, colonnes) == [(r[1], None, r[3], int(r[4]), None, None) for r in rangs]
        assert len(lignes(elargie)[0]) == 8
        assert elargie.modele.objects.filter(ouverture__isnull=True).count() == 3
        assert retablir_les_vues([elargie]) == []

    def test_imports_and_both_ways_of_rollback_go_on(self, source: Source, elargie: Source, tmp_path: Path) -> None:
        importer(source, tmp_path, 100)
        nouveau = [[r[0], r[1], "7", r[3], r[4], "11"] for r in fabrique.lignes_valides(100)]
        entete = ["siren", "siret", "nom", "date_creation", "effectif", "region"]
        texte = fabrique.texte_csv(nouveau, entete)
        services.importer(elargie, [fabrique.ecrire(tmp_path, texte)])
        assert set(lignes(elargie, ["nom", "region"])) == {(7, "11")}
        retour = services.revenir(elargie)
        assert set(lignes(elargie, ["nom", "region"])) == {(None, None)}
        assert any("« nom »" in avertissement for avertissement in retour.avertissements)
        services.revenir(elargie)
        assert set(lignes(elargie, ["nom", "region"])) == {(7, "11")}

    def test_the_same_file_is_loaded_again_when_the_declaration_changed(
        self, source: Source, elargie: Source, tmp_path: Path
    ) -> None:
        rangs = [[*r[:2], "7", *r[3:]] for r in fabrique.lignes_valides(50)]
        chemin = fabrique.ecrire(tmp_path, fabrique.texte_csv(rangs))
        services.importer(source, [chemin])
        assert services.importer(elargie, [chemin]).statut == Import.Statut.EN_PLACE
        assert services.importer(elargie, [chemin]).statut == Import.Statut.INCHANGE

    def test_a_lost_view_comes_back(self, source: Source, tmp_path: Path) -> None:
        importer(source, tmp_path, 100)
        avant = somme(source)
        executer(f"DROP VIEW {source.vue}")
        retablir_les_vues([source])
        assert somme(source) == avant


class TestSwitch:
    def test_several_sources_switch_together_or_not_at_all(self, monkeypatch: Any, tmp_path: Path) -> None:
        a, b = (fabrique.declarer(nom, fabrique.Essai) for nom in ("essai-a", "essai-b"))
        declarer_seules(monkeypatch, a, b)
        premiers = [importer(a, tmp_path, 100), importer(b, tmp_path, 100)]
        seconds = [importer(a, tmp_path, 101), importer(b, tmp_path, 101)]
        faux = [Passage(a, vers=premiers[0], depuis=seconds[0]), Passage(b, vers=premiers[1], depuis=premiers[1])]
        with pytest.raises(BaseIndisponible, match="a changé pendant"):
            basculer(faux)
        assert [len(lignes(a)), len(lignes(b))] == [101, 101]
        assert VersionEnPlace.objects.get(source=a.nom).en_place == seconds[0]
        basculer([Passage(s, vers=p, depuis=d) for s, p, d in zip((a, b), premiers, seconds, strict=True)])
        assert [len(lignes(a)), len(lignes(b))] == [100, 100]

    def test_a_long_reader_delays_the_switch_without_blocking_the_others(
        self, source: Source, tmp_path: Path, monkeypatch: Any
    ) -> None:
        importer(source, tmp_path, 100)
        monkeypatch.setattr(bascule, "ATTENTE_MS", 200)
        with closing(connexions.ouvrir("lecteur", autocommit=False)) as lecteur:
            lecteur.execute(f"SELECT count(*) FROM {source.vue}")
            fil = threading.Thread(target=_importer_dans_un_fil, args=(source, fichier(tmp_path, 101)))
            fil.start()
            limite = time.monotonic() + 2
            while time.monotonic() < limite and fil.is_alive():
                assert len(lignes(source, ["ligne"])) == 100
            assert fil.is_alive(), "la bascule n'a pas attendu le lecteur"
            lecteur.rollback()
        fil.join(30)
        assert len(lignes(source, ["ligne"])) == 101

    def test_a_reader_who_never_leaves_makes_the_import_give_up_cleanly(
        self, source: Source, tmp_path: Path, monkeypatch: Any
    ) -> None:
        importer(source, tmp_path, 100)
        monkeypatch.setattr(bascule, "ATTENTE_MS", 100)
        monkeypatch.setattr(bascule, "PATIENCE_S", 0.5)
        avant = somme(source)
        with closing(connexions.ouvrir("lecteur", autocommit=False)) as lecteur:
            lecteur.execute(f"SELECT count(*) FROM {source.vue}")
            with pytest.raises(BaseIndisponible, match="lecture longue"):
                importer(source, tmp_path, 101)
        assert somme(source) == avant
        assert tables(source) == tables_attendues(source)
        assert importer(source, tmp_path, 101).chargees == 101

    def test_a_reader_of_two_views_who_meets_the_switch_of_both_is_never_the_one_who_gives_up(
        self, source: Source, tmp_path: Path, monkeypatch: Any
    ) -> None:
        """The switch holds the first view and waits for the second, that the reader holds: a second of that and
        PostgreSQL ends the one who has waited longest. The switch must have let go before."""
        autre = fabrique.declarer("essai-voisin", fabrique.Essai)
        declarer_seules(monkeypatch, source, autre)
        passages = []
        for une in (source, autre):
            avant, en_place = importer(une, tmp_path, 100), importer(une, tmp_path, 101)
            passages.append(Passage(une, vers=avant, depuis=en_place))
        premiere_tenue, lecteur_en_attente = threading.Event(), threading.Event()

        def lentement(execute: Any, requete: Any, *reste: Any) -> Any:
            fait = execute(requete, *reste)
            if "CREATE VIEW" in str(requete):
                premiere_tenue.set()
                lecteur_en_attente.wait(10)
            return fait

        def basculer_lentement() -> None:
            with connection.execute_wrapper(lentement):
                basculer(passages)

        with closing(connexions.ouvrir("lecteur", autocommit=False)) as lecteur:
            lecteur.execute(f"SELECT count(*) FROM {autre.vue}")
            fil = threading.Thread(target=_dans_un_fil, args=(basculer_lentement,))
            fil.start()
            assert premiere_tenue.wait(10)
            lus: list[Any] = []
            requete = f"SELECT count(*) FROM {source.vue}"
            lecture = threading.Thread(target=lambda: lus.append(lecteur.execute(requete).fetchone()))
            lecture.start()
            _attendre_un_verrou()
            lecteur_en_attente.set()
            lecture.join(10)
            assert lus == [(101,)]
            lecteur.rollback()
        fil.join(30)
        assert [len(lignes(une, ["ligne"])) for une in (source, autre)] == [100, 100]

    def test_v33_readers_do_not_wait_for_what_a_switch_sets_off(
        self, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Importing modules takes seconds on a busy machine: readers wait two."""
        importer(source, tmp_path, 100)
        lus: list[Any] = []

        def lire(*_: Any) -> None:
            with closing(connexions.ouvrir("lecteur")) as lecteur:
                lecteur.execute("SET lock_timeout = '100ms'")
                lus.append(lecteur.execute(f"SELECT count(*) FROM {source.vue}").fetchone())

        monkeypatch.setattr(bascule, "offres", lambda: Offres(a_la_bascule=(lire,)))
        importer(source, tmp_path, 101)
        assert lus == [(100,)]
        assert len(lignes(source, ["ligne"])) == 101

    def test_an_old_generation_still_read_goes_later(self, source: Source, tmp_path: Path) -> None:
        premier = importer(source, tmp_path, 100)
        importer(source, tmp_path, 101)
        with closing(connexions.ouvrir("lecteur", autocommit=False)) as lecteur:
            lecteur.execute(f"SELECT count(*) FROM generations.{premier.table}")
            importer(source, tmp_path, 102)
            assert premier.table in tables(source)
        importer(source, tmp_path, 103)
        assert tables(source) == tables_attendues(source)


class TestStates:
    def test_versions_cost_one_query(self, source: Source, tmp_path: Path, django_assert_num_queries: Any) -> None:
        importer(source, tmp_path, 100)
        second = importer(source, tmp_path, 101)
        with django_assert_num_queries(1):
            version = versions()[source.nom]
            assert (version.en_place, version.precedent.chargees) == (second, 100)
            assert version.en_place.fin == second.fin
        # What no page reads at each request is fetched when it is asked for.
        assert version.en_place.colonnes == second.colonnes
        assert version.precedent.empreinte == Import.objects.get(pk=version.precedent_id).empreinte

    def test_a_source_never_imported_is_listed_too(
        self, source: Source, tmp_path: Path, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(2):
            (etat,) = etat_des_sources()
        assert (etat.source, etat.en_place, etat.dernier, etat.age) == (source, None, None, None)
        importation = importer(source, tmp_path, 100)
        (etat,) = etat_des_sources()
        # Nothing dates its data: nobody knows how old they are.
        assert (etat.en_place, etat.dernier, etat.age, etat.en_retard) == (importation, importation, None, False)


def _attendre_un_verrou() -> None:
    """Until somebody waits for a lock on a table or a view."""
    attentes = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation IS NOT NULL"
    limite = time.monotonic() + 10
    with closing(connexions.ouvrir("temoin")) as temoin:
        while temoin.execute(attentes).fetchone() is None:
            assert time.monotonic() < limite, "personne n'attend"
            time.sleep(0.02)


def _dans_un_fil(action: Callable[[], Any]) -> None:
    try:
        action()
    finally:
        connection.close()


def _importer_dans_un_fil(source: Source, chemin: Path) -> None:
    try:
        services.importer(source, [chemin])
    finally:
        connection.close()
