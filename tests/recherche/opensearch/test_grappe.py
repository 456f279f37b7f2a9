"""A cluster of three nodes that loses one, or two: what was promised holds, and what cannot is said."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fce.recherche.engines.adresse import lire_adresse
from fce.recherche.engines.classement import poser_texte
from fce.recherche.engines.colonnes import en_colonnes
from fce.recherche.engines.opensearch import chantier as module_chantier, client as module_client, schema, verrou
from fce.recherche.engines.opensearch.client import INCOMPLET, Client
from fce.recherche.engines.port import GENRES, LES_ETATS, Manifeste, Moteur, Question
from fce.recherche.reponse import selectors
from fce.socle.erreurs import DejaEnCours, IndexIllisible, IndexIndisponible
from tests.recherche.moteurs import NOTRE_GRAPPE, notre_grappe, prefixe_neuf, versions_gardees
from tests.recherche.opensearch.grappe import Grappe

pytestmark = pytest.mark.skipif(not NOTRE_GRAPPE, reason="trois nœuds à tuer : « make test-opensearch » les démarre")
ALPHA = poser_texte(Question("entreprises"), "alpha")


@pytest.fixture
def grappe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Grappe]:
    """The cluster, whole before and after. What answers counts, not how fast a machine that does all answers."""
    monkeypatch.setattr(module_client, "DELAI_S", 30.0)
    trois = notre_grappe()
    yield trois
    trois.relancer()


@pytest.fixture
def moteur(grappe: Grappe, settings: Any) -> Iterator[Moteur]:
    with prefixe_neuf() as adresse:
        settings.FCE_SEARCH_URL = adresse
        yield selectors.moteur()
        grappe.relancer()


def ecrire(moteur: Moteur, combien: int, pendant: Callable[[int], object] = lambda n: None) -> None:
    with moteur.chantier(2) as chantier:
        redacteurs = [chantier.redacteur(0), chantier.redacteur(1)]
        for n in range(combien):
            pendant(n)
            nom = f"alpha {n % 97}"
            document = {"siren": n + 1, "nom": nom, "exact": [nom], "rang": n % 90, "codes": ["d:59"], "filtres": "x"}
            redacteurs[n % 2].ajouter("entreprises", "actif", en_colonnes(document))
        for redacteur in redacteurs:
            redacteur.terminer()
        chantier.basculer(Manifeste("", {"source": combien}))


@contextmanager
def lecteurs(moteur: Moteur, permis: set[int]) -> Iterator[list[int]]:
    """Two readers that ask without end; yields what was found each time. Any fault fails the test."""
    vus: list[int] = []
    fautes: list[object] = []
    arret = threading.Event()

    def lire_sans_fin() -> None:
        while not arret.is_set():
            try:
                reponse = moteur.search(ALPHA, limite=5)
                comptes = moteur.facettes(ALPHA)
                if reponse.total not in permis or comptes.get("d:59") not in permis:
                    fautes.append((reponse.total, comptes))
            except Exception as erreur:
                fautes.append(erreur)
            else:
                vus.append(reponse.total)

    fils = [threading.Thread(target=lire_sans_fin) for _ in range(2)]
    for fil in fils:
        fil.start()
    try:
        yield vus
    finally:
        arret.set()
        for fil in fils:
            fil.join()
    assert fautes == []


@pytest.mark.parametrize("perdu", range(3))
def test_a_node_killed_during_searches_costs_no_reader_an_error(grappe: Grappe, moteur: Moteur, perdu: int) -> None:
    ecrire(moteur, 500)
    with lecteurs(moteur, {500}) as vus:
        time.sleep(1)
        avant = len(vus)
        grappe.tuer(perdu)
        time.sleep(3)
    assert len(vus) > avant > 0


@pytest.mark.parametrize("moment", [0, 4_000])
@pytest.mark.parametrize("perdu", range(3))
def test_a_node_killed_during_a_build_loses_no_document(
    grappe: Grappe, moteur: Moteur, perdu: int, moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers see the version in place meanwhile, then the new one, whole: every document has its copy."""
    monkeypatch.setattr(module_chantier, "LOT_OCTETS", 50_000)

    def tuer(n: int) -> None:
        if n == moment:
            grappe.tuer(perdu)
            # The cluster waits for the node a minute before it copies what it held again.
            monkeypatch.setattr(module_chantier, "COPIES_S", 5)

    ecrire(moteur, 200)
    with lecteurs(moteur, {200, 9_000}):
        ecrire(moteur, 9_000, tuer)
    assert moteur.search(ALPHA).total == 9_000
    manifeste = moteur.manifeste()
    assert manifeste is not None
    assert manifeste.generations == {"source": 9_000}
    numeros = {h.siren for d in range(0, 9_000, 1_000) for h in moteur.search(ALPHA, decalage=d, limite=1_000).hits}
    assert len(numeros) == 9_000


def test_two_nodes_out_of_three_are_too_many_to_lose_and_it_is_said(grappe: Grappe, moteur: Moteur) -> None:
    ecrire(moteur, 50)
    grappe.tuer(0)
    grappe.tuer(1)
    with pytest.raises(IndexIllisible) as levee:
        moteur.documents()  # of all the parts of the index
    assert levee.value.message == INCOMPLET
    grappe.relancer()
    assert moteur.search(ALPHA).total == 50


TUEUR = """
import pickle, sys
from fce.recherche.engines.adresse import lire_adresse
from fce.recherche.engines.colonnes import en_colonnes
from fce.recherche.engines.opensearch import MoteurOpenSearch
with MoteurOpenSearch(lire_adresse(sys.argv[1])).chantier(1) as chantier:
    redacteur = chantier.redacteur(0)
    print("debut", flush=True)
    for n in range(10**9):
        redacteur.ajouter("entreprises", "actif", en_colonnes({"siren": n, "nom": "omega", "rang": 1}))
"""


def test_a_build_that_is_killed_changes_nothing_and_leaves_its_place(
    moteur: Moteur, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ecrire(moteur, 3)
    processus = subprocess.Popen(
        [sys.executable, "-c", TUEUR, settings.FCE_SEARCH_URL], stdout=subprocess.PIPE, env=os.environ
    )
    assert processus.stdout is not None
    processus.stdout.readline()
    time.sleep(0.5)
    processus.send_signal(signal.SIGKILL)
    processus.wait()
    processus.stdout.close()
    assert moteur.search(ALPHA).total == 3
    with pytest.raises(DejaEnCours, match="une minute"):
        ecrire(moteur, 5)
    monkeypatch.setattr(verrou, "MORT_S", 0.0)
    ecrire(moteur, 5)
    assert moteur.search(ALPHA).total == 5
    assert len(versions_gardees()) == 2  # not that of the killed one


def test_a_builder_that_lost_its_place_does_not_switch(moteur: Moteur, monkeypatch: pytest.MonkeyPatch) -> None:
    ecrire(moteur, 3)
    monkeypatch.setattr(verrou, "MORT_S", 0.0)
    monkeypatch.setattr(verrou, "BATTEMENT_S", 60.0)
    with moteur.chantier(1) as endormi:
        time.sleep(0.01)
        ecrire(moteur, 5)
        with pytest.raises(DejaEnCours):
            endormi.verrou.verifier()  # type: ignore[attr-defined]
        with pytest.raises(IndexIndisponible):  # what it wrote was removed by the other one
            endormi.basculer(Manifeste("", {"source": 0}))
    assert moteur.search(ALPHA).total == 5


def test_what_is_not_all_there_is_not_switched_to(moteur: Moteur) -> None:
    ecrire(moteur, 3)
    with moteur.chantier(1) as chantier:
        redacteur = chantier.redacteur(0)
        for _ in range(2):  # one of the two is lost
            redacteur.ajouter("entreprises", "actif", en_colonnes({"siren": 1, "nom": "alpha"}))
        redacteur.terminer()
        with pytest.raises(IndexIllisible) as levee:
            chantier.basculer(Manifeste("", {}))
    assert levee.value.message == INCOMPLET
    assert moteur.search(ALPHA).total == 3
    assert len(versions_gardees()) == 1


def test_a_late_writer_does_not_bring_a_removed_version_back(moteur: Moteur) -> None:
    with moteur.chantier(1) as chantier:
        redacteur = chantier.redacteur(0)
        redacteur.ajouter("entreprises", "actif", en_colonnes({"siren": 1, "nom": "alpha"}))
    with pytest.raises(IndexIndisponible):
        redacteur.terminer()
    assert versions_gardees() == []


def test_indexes_are_closed_copied_and_of_declared_fields_only(moteur: Moteur, settings: Any) -> None:
    ecrire(moteur, 3)
    client = Client(lire_adresse(settings.FCE_SEARCH_URL))
    partout = ",".join(
        module_chantier.alias(client.adresse.prefixe, schema.partie(genre, etat))
        for genre in GENRES
        for etat in LES_ETATS
    )
    for contenu in client.demander("GET", f"/{partout}").values():
        reglages = contenu["settings"]["index"]
        assert reglages["number_of_replicas"] == "1"
        assert reglages["blocks"]["write"] == "true"
        assert contenu["mappings"]["dynamic"] == "strict"
        assert set(contenu["mappings"]["properties"]) == {*schema.CHAMPS, schema.TRI_NOM} - {"ligne"}


def test_a_prefix_that_begins_like_ours_is_not_ours(moteur: Moteur, settings: Any) -> None:
    ecrire(moteur, 3)
    settings.FCE_SEARCH_URL += "-v2"
    ecrire(selectors.moteur(), 4)
    settings.FCE_SEARCH_URL = settings.FCE_SEARCH_URL.removesuffix("-v2")
    for _ in range(3):
        ecrire(moteur, 5)
    settings.FCE_SEARCH_URL += "-v2"
    assert selectors.moteur().search(ALPHA).total == 4


ECRIVAIN = """
import pickle, sys
from fce.recherche.engines.colonnes import en_colonnes
redacteur = pickle.load(sys.stdin.buffer).redacteur(1)
redacteur.ajouter("entreprises", "actif", en_colonnes({"siren": 2, "nom": "alpha", "rang": 1}))
redacteur.terminer()
"""


def test_a_fragment_may_be_written_by_another_process(moteur: Moteur) -> None:
    with moteur.chantier(2) as chantier:
        redacteur = chantier.redacteur(0)
        redacteur.ajouter("entreprises", "actif", en_colonnes({"siren": 1, "nom": "alpha", "rang": 1}))
        redacteur.terminer()
        subprocess.run([sys.executable, "-c", ECRIVAIN], input=pickle.dumps(chantier), check=True)
        chantier.basculer(Manifeste("", {}))
    assert moteur.search(ALPHA).total == 2
    assert moteur.voisins(["alpho"]) == {"alpho": ("alpha",)}
