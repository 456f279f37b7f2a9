"""Rows merged by key and date, whether the large table in place is copied or shared with the new version."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fce.donnees.imports import services
from fce.donnees.imports.chargement import disque, fusion, generations
from fce.donnees.imports.chargement.parties import Partie, parties_de
from fce.donnees.imports.models import Import
from fce.sources.declaration import Source
from tests.donnees.imports.chargement.outils import comptes, lignes, somme, tables, tables_attendues
from tests.donnees.imports.chargement.test_modes import PARTAGE, SIRETS, declaree, importateur, seule
from tests.donnees.imports.chargement.test_pannes import Lecteurs
from tests.echantillon import chaque_jour
from tests.sql import executer, valeurs

pytestmark = pytest.mark.django_db(transaction=True)
DATEES = pytest.mark.parametrize("source", ["fusion-datee", PARTAGE], indirect=True)
PARTAGEE = pytest.mark.parametrize("source", [PARTAGE], indirect=True)


@pytest.fixture
def source(request: Any, monkeypatch: Any) -> Source:
    return seule(request.param, monkeypatch)


@pytest.fixture
def importer(source: Source, tmp_path: Path) -> Callable[..., Import]:
    return importateur(source, tmp_path)


class TestDatedMerge:
    """A row replaces the one in place unless it is older: the order of the files does not count."""

    @DATEES
    def test_an_older_row_is_left_out_and_told(self, source: Source, importer: Callable[..., Import]) -> None:
        importer([(SIRETS[0], None, 1, "2025-02-01", None), (SIRETS[1], None, 1, "2025-02-01", None)])
        importation = importer([(SIRETS[0], None, 2, "2025-01-31", None), (SIRETS[1], None, 2, "2025-02-01", None)])
        assert dict(lignes(source, ("siret", "effectif"))) == {SIRETS[0]: 1, SIRETS[1]: 2}
        assert comptes(importation) == (2, 1, 0, 1)
        assert importation.avertissements == ["1 ligne plus ancienne que celles en place a été écartée."]
        assert importer([(SIRETS[0], None, 3, None, None)]).chargees == 0, "sans date, un fait ne remplace rien"

    @DATEES
    @pytest.mark.parametrize("graine", chaque_jour(range(3), sur=3))
    def test_after_any_files_and_rollbacks_the_latest_of_each_row_is_shown(
        self, source: Source, importer: Callable[..., Import], graine: int
    ) -> None:
        alea = random.Random(graine)
        avant: dict[str, tuple[int, int]] = {}
        vu = dict.fromkeys(SIRETS[:40], (1, 0))
        importer([(siret, None, 0, "2025-01-01", None) for siret in vu])
        for numero in range(1, 15):
            if avant and alea.random() < 0.3:
                services.revenir(source)
                avant, vu = vu, avant
            else:
                faits = {siret: alea.randrange(1, 28) for siret in alea.sample(SIRETS[:60], 12)}
                importer([(s, None, numero, f"2025-01-{jour:02d}", None) for s, jour in faits.items()])
                # Where files are dated, one that comes late yields to the row in place at equal dates.
                en_retard = bool(source.date_metier) and max(faits.values()) < max(jour for jour, _ in vu.values())
                plus = {s: (jour, numero) for s, jour in faits.items() if jour >= vu.get(s, (0, 0))[0] + en_retard}
                avant, vu = vu, vu | plus
            lus = {s: (maj.day, effectif) for s, maj, effectif in lignes(source, ("siret", "maj", "effectif"))}
            assert lus == vu
            assert len(lignes(source)) == len(vu), "une clé est montrée deux fois"
            assert tables(source) == tables_attendues(source)

    @PARTAGEE
    def test_the_large_table_is_not_copied(self, source: Source, importer: Callable[..., Import]) -> None:
        premier = importer([(siret, None, 0, "2025-01-01", None) for siret in SIRETS[:100]])
        for jour in (2, 3, 4):
            rangs = [(siret, None, jour, f"2025-01-{jour:02d}", None) for siret in SIRETS[90:105]]
            importation = importer(rangs)
            grande, petite = parties_de(importation)
            assert grande.table == premier.table
            assert (grande.lignes, petite.lignes, importation.total) == (90, 15, 105)
        assert somme(source)[0] == 105

    @PARTAGEE
    def test_room_is_asked_for_a_copy_only_when_there_is_one(
        self, source: Source, importer: Callable[..., Import], monkeypatch: Any
    ) -> None:
        importer([(siret, None, 0, "2025-01-01", None) for siret in SIRETS])
        demandes: list[int] = []
        monkeypatch.setattr(disque.Disque, "verifier_avant", lambda _, fichiers, octets: demandes.append(octets))
        importer([(siret, None, 1, "2025-01-02", None) for siret in SIRETS[:5]])
        assert demandes == [0]
        # The small table of the day before still fits, this one beside it does not.
        monkeypatch.setattr(fusion, "PART_MAX", 7 / 395)
        importer([(siret, None, 2, "2025-01-03", None) for siret in SIRETS[:5]])
        assert demandes[1] == 0
        assert demandes[2] > 0

    @PARTAGEE
    def test_readers_see_whole_versions_through_switches(self, source: Source, tmp_path: Path) -> None:
        importer = importateur(source, tmp_path)
        importer([(siret, None, 0, "2025-01-01", None) for siret in SIRETS[:200]])
        with Lecteurs(source, attendues=200) as lecteurs:
            for numero in range(1, 9):
                if numero % 4 == 0:
                    services.revenir(source)
                else:
                    importer([(siret, None, numero, f"2025-01-{numero + 1:02d}", None) for siret in SIRETS[:200]])
        assert len(lecteurs.vues) > 2, "les lecteurs n'ont presque rien vu passer"

    @PARTAGEE
    def test_readers_use_the_index_of_both_tables(self, source: Source, importer: Callable[..., Import]) -> None:
        importer([(siret, None, 0, "2025-01-01", None) for siret in SIRETS])
        importer([(siret, None, 1, "2025-01-02", None) for siret in SIRETS[:5]])
        executer("SET LOCAL enable_seqscan = off")
        plan = "\n".join(valeurs(f"EXPLAIN SELECT * FROM {source.relation} WHERE siret = %s", [SIRETS[3]]))
        assert "Subquery" not in plan
        assert plan.count("Index") >= 2

    def test_a_small_file_on_a_large_table_is_shared_and_a_large_one_copied(self) -> None:
        source, colonnes = declaree(PARTAGE), generations.colonnes_declarees(declaree(PARTAGE))
        grande = Partie("t_1", colonnes, 8_000_000)
        assert fusion.sans_recopier(source, colonnes, [grande], 900_000)
        assert not fusion.sans_recopier(source, colonnes, [grande, Partie("t_2", colonnes, 200_000)], 900_000)
        assert not fusion.sans_recopier(source, colonnes, [Partie("t_1", colonnes, 90_000)], 10)
        assert not fusion.sans_recopier(source, colonnes, [Partie("t_1", colonnes[:-1], 8_000_000)], 10)
        sans_cle = declaree("fusion")
        assert not fusion.sans_recopier(sans_cle, colonnes, [grande], 10)
