"""Building the index: whole or nothing, one at a time, and it knows when it is stale."""

import json
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import call_command

from fce.recherche import services
from fce.recherche.engines.colonnes import en_colonnes, un_par_un
from fce.recherche.engines.port import Manifeste, Moteur, Question
from fce.recherche.engines.tantivy import MoteurTantivy
from fce.recherche.index import fragments
from fce.recherche.index.documents import documents
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors
from fce.socle.erreurs import DejaEnCours, IndexIndisponible
from tests.donnees.entreprises import fabrique as f
from tests.mort_subite import tuer
from tests.pannes import lever
from tests.recherche.moteurs import SUR_UN_DOSSIER, un_autre_processus, versions_gardees
from tests.recherche.repertoire import apres_le_premier_fragment
from tests.recherche.univers import Univers


def total(q: str) -> int:
    return selectors.rechercher(Requete.depuis({"q": q})).total


def test_the_index_knows_that_an_import_came_after_it(univers: Univers) -> None:
    with pytest.raises(IndexIndisponible):
        services.index_perime()
    univers.entreprise("ALPHA")
    univers.indexer()
    assert not services.index_perime()
    f.doublons()  # a source that the index does not read
    assert not services.index_perime()
    univers.charger()
    assert services.index_perime()
    services.indexer()
    assert not services.index_perime()


def test_an_up_to_date_index_is_not_built_again(alpha: None) -> None:
    version = services.indexer().version
    assert services.indexer().version == version
    assert services.indexer(forcer=True).version != version


def test_a_reader_sees_a_new_version_at_its_next_question(alpha: None, univers: Univers) -> None:
    assert (total("alpha"), total("beta")) == (1, 0)
    univers.entreprise("BETA")
    univers.indexer()
    assert (total("alpha"), total("beta")) == (1, 1)


def test_one_build_at_a_time(alpha: None) -> None:
    with selectors.moteur().chantier(1), pytest.raises(DejaEnCours):
        services.indexer(forcer=True)
    services.indexer(forcer=True)


def test_a_failed_build_leaves_the_version_in_place_and_nothing_else(
    alpha: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    avant = versions_gardees()

    with monkeypatch.context() as m:
        m.setattr(fragments, "documents", lever(RuntimeError))
        with pytest.raises(RuntimeError):
            services.indexer(forcer=True)
    assert versions_gardees() == avant
    assert total("alpha") == 1


def test_an_import_during_the_build_starts_it_again(univers: Univers, monkeypatch: pytest.MonkeyPatch) -> None:
    univers.entreprise("ALPHA")
    univers.charger()

    def arriver() -> None:
        univers.entreprise("BETA")
        univers.charger()

    passages = apres_le_premier_fragment(monkeypatch, "ecrire_fragment", arriver)
    services.indexer()
    assert passages.count(0) == 2
    assert not services.index_perime()
    assert total("beta") == 1


def test_two_versions_are_kept_and_no_more(univers: Univers, settings: Any) -> None:
    univers.entreprise("ALPHA")
    for _ in range(4):
        univers.indexer()
    assert len(versions_gardees()) == 2


def test_the_command_says_what_it_did(univers: Univers, capsys: pytest.CaptureFixture[str]) -> None:
    univers.entreprise("ALPHA")
    univers.charger()
    call_command("index")
    assert "1 entreprise et 1 établissement" in capsys.readouterr().out
    call_command("index")
    assert "à jour" in capsys.readouterr().out


def test_an_empty_register_has_an_index_too(univers: Univers) -> None:
    univers.indexer()
    assert total("alpha") == 0


def test_an_indexing_process_reads_its_orders_before_django_knows_its_applications(tmp_path: Path) -> None:
    """They come pickled, and say nothing that needs a model."""
    with selectors.moteur().chantier(1) as chantier:
        (tmp_path / "ordres").write_bytes(pickle.dumps(chantier))
        lire = f"import pickle, pathlib; pickle.loads(pathlib.Path({str(tmp_path / 'ordres')!r}).read_bytes())"
        subprocess.run([sys.executable, "-c", lire], check=True)


@pytest.mark.epreuve
def test_readers_never_see_a_mix_of_versions(univers: Univers) -> None:
    """Sixty switches under three readers: version n holds n companies of its own name only."""
    univers.entreprise("ALPHA")
    source = next(iter(_sources(univers)))
    moteur = selectors.moteur()
    _ecrire(moteur, source, 1)
    fautes: list[object] = []
    arret = threading.Event()

    def lire() -> None:
        lecteur = un_autre_processus()
        while not arret.is_set():
            try:
                if lecteur.search(Question("entreprises")).total not in (1, 2):
                    fautes.append("mélange")
            except Exception as erreur:
                fautes.append(erreur)

    lecteurs = [threading.Thread(target=lire) for _ in range(3)]
    for lecteur in lecteurs:
        lecteur.start()
    for n in range(60):
        _ecrire(moteur, source, 1 + n % 2)
    arret.set()
    for lecteur in lecteurs:
        lecteur.join()
    assert fautes == []


TUEUR = """
import json, sys, time
from pathlib import Path
from fce.recherche.engines.colonnes import en_colonnes
from fce.recherche.engines.tantivy import MoteurTantivy
from fce.recherche.engines.port import Manifeste
with MoteurTantivy(Path(sys.argv[1])).chantier(1) as chantier:
    redacteur = chantier.redacteur(0)
    print("debut", flush=True)
    nombre = int(sys.argv[2])
    for n in range(0, nombre, 500):
        faits = [{"siren": k, "nom": "omega", "rang": 1} for k in range(n, min(n + 500, nombre))]
        redacteur.ajouter("entreprises", "actif", en_colonnes(*faits))
    redacteur.terminer()
    chantier.basculer(Manifeste("", {"x": 2}))
print("fin", flush=True)
"""


@SUR_UN_DOSSIER
@pytest.mark.epreuve
def test_a_build_killed_at_any_moment_changes_nothing(tmp_path: Path) -> None:
    """Twenty kills at random moments: readers see one whole version, and the next run works."""
    moteur = MoteurTantivy(tmp_path)
    with moteur.chantier(1) as chantier:
        redacteur = chantier.redacteur(0)
        redacteur.ajouter("entreprises", "actif", en_colonnes({"siren": 1, "nom": "alpha", "rang": 1}))
        redacteur.terminer()
        chantier.basculer(Manifeste("", {"x": 1}))
    hasard, nombre = Random(2026), 20_000
    for _ in range(20):
        tuer(TUEUR, str(tmp_path), str(nombre), apres=hasard.uniform(0, 0.6))
        vus = MoteurTantivy(tmp_path).search(Question("entreprises")).total
        assert vus in (1, nombre)
    subprocess.run([sys.executable, "-c", TUEUR, str(tmp_path), "7"], check=True, capture_output=True)
    assert moteur.search(Question("entreprises")).total == 7
    assert len(list((tmp_path / "versions").iterdir())) <= 2
    manifeste = moteur.manifeste()
    assert manifeste is not None
    assert json.loads((tmp_path / "versions" / manifeste.version / "manifeste.json").read_text())["fragments"] == 1


def _sources(univers: Univers) -> Any:
    from fce.donnees.entreprises.flux import documents as flux

    univers.charger()
    return list(flux())


def _ecrire(moteur: Moteur, source: Any, n: int) -> None:
    (etat,), (unite,) = (faits := documents([source])).etats_des_entreprises, un_par_un(faits.entreprises)
    with moteur.chantier(1) as chantier:
        redacteur = chantier.redacteur(0)
        redacteur.ajouter("entreprises", etat, en_colonnes(*[{**unite, "siren": k + 1} for k in range(n)]))
        redacteur.terminer()
        chantier.basculer(Manifeste("", {"x": n}))
