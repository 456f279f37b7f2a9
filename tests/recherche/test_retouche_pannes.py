"""When an index is built whole instead of amended; and an amendment that stops leaves everything as it was."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs

from fce.donnees.imports.models import VersionEnPlace
from fce.recherche import services
from fce.recherche.engines.colonnes import en_colonnes
from fce.recherche.engines.port import Manifeste, Question
from fce.recherche.engines.tantivy import MoteurTantivy, redaction, retouche
from fce.recherche.index import a_retoucher
from fce.recherche.reponse import selectors
from fce.socle.erreurs import DejaEnCours, IndexIndisponible
from tests.config.serveur import attendre
from tests.donnees.entreprises import fabrique as f
from tests.mort_subite import tuer
from tests.recherche.moteurs import SUR_UN_DOSSIER
from tests.recherche.repertoire import GENS, Repertoire, apres_le_premier_fragment, poser, trouves

pytestmark = [pytest.mark.epreuve, SUR_UN_DOSSIER, pytest.mark.usefixtures("petit_repertoire")]


# --- When it is built whole ------------------------------------------------------------------------------------------


def raison_de_la_refonte() -> str:
    with capture_logs() as dit:
        manifeste = services.indexer()
    assert "retouches" not in manifeste.extra
    assert not services.index_perime()
    return next(str(x["event"]) for x in dit if "entier" in x["event"])


def test_too_many_changes_make_a_whole_build(repertoire: Repertoire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(a_retoucher, "PART_DES_UNITES", 0.1)
    for n in range(1, 14):
        repertoire.entreprise(n, "NEUF")
    repertoire.placer()
    assert raison_de_la_refonte() == "index rebâti en entier : plus de 12 unités changées"


def test_too_many_rows_to_compare_make_a_whole_build(repertoire: Repertoire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(a_retoucher, "PART_DES_LIGNES", 0.5)
    repertoire.entreprise(1, "NEUF")
    repertoire.placer()
    assert "lignes à comparer" in raison_de_la_refonte()


def test_a_small_register_is_built_whole(repertoire: Repertoire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(a_retoucher, "LIGNES_MIN", 100_000)
    repertoire.entreprise(1, "NEUF")
    repertoire.placer()
    assert "bâtir est aussi court" in raison_de_la_refonte()


def test_a_version_that_is_no_longer_kept_makes_a_whole_build(repertoire: Repertoire) -> None:
    for nom in ("NEUF", "NEUVE"):
        repertoire.entreprise(1, nom)
        repertoire.placer()
    assert raison_de_la_refonte().endswith("sirene-unites-legales : la version indexée n’est plus gardée")


def test_a_source_that_is_withdrawn_makes_a_whole_build(repertoire: Repertoire) -> None:
    VersionEnPlace.objects.filter(source=GENS).delete()
    assert raison_de_la_refonte().endswith("rne-dirigeants n’est plus en place")


def test_a_first_file_of_a_source_is_what_changed(repertoire: Repertoire) -> None:
    poser("organismes-formation", [{"siren": f.siren_no(4), "denomination": "NEUF"}])
    assert services.indexer().extra["unites_retouchees"] == 1


def test_a_declaration_that_changed_makes_a_whole_build(
    repertoire: Repertoire, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as m:
        m.setattr(services.codage, "signature", lambda: "autre")
        assert "déclaré autrement" in raison_de_la_refonte()


def test_a_damaged_index_is_built_whole(repertoire: Repertoire, settings: Any) -> None:
    selectors.moteur().documents()
    for fichier in (settings.FCE_INDEX_DIR / "versions").rglob("*.store"):
        fichier.unlink()
    repertoire.entreprise(1, "NEUF")
    repertoire.placer()
    assert "abîmé" in raison_de_la_refonte()
    assert trouves("neuf") == [f.siren_no(1)]


def test_an_import_that_ends_meanwhile_makes_it_start_again(
    repertoire: Repertoire, monkeypatch: pytest.MonkeyPatch
) -> None:
    def arriver() -> None:
        repertoire.dirigeant(f.siren_no(7), 1, "PENTHIEVRE", "PAUL")
        repertoire.placer()

    passages = apres_le_premier_fragment(monkeypatch, "ecrire_les_changements", arriver)
    repertoire.entreprise(1, "NEUF")
    repertoire.placer()
    assert services.indexer().extra["unites_retouchees"] == 2
    assert passages.count(0) == 2
    assert (trouves("neuf"), trouves("paul penthievre")) == ([f.siren_no(1)], [f.siren_no(7)])
    assert not services.index_perime()


# --- Whole or nothing ------------------------------------------------------------------------------------------------

ETAPES = {
    "copie": (retouche, "_partager"),
    "retrait": (redaction.RedacteurDeRetouche, "retirer"),
    "ajout": (redaction.RedacteurDeRetouche, "ajouter"),
    "écriture": (redaction.RedacteurDeRetouche, "terminer"),
    "réunion": (retouche.RetoucheTantivy, "terminer"),
    "lexique": (retouche.lexique, "completer"),
    "bascule": (retouche.dossier, "basculer_vers"),
}


@pytest.mark.parametrize("etape", [*ETAPES])
def test_a_failure_at_any_step_leaves_the_version_in_place_as_it_was(
    repertoire: Repertoire, settings: Any, monkeypatch: pytest.MonkeyPatch, etape: str
) -> None:
    avant = photo(settings.FCE_INDEX_DIR)
    repertoire.entreprise(1, "NEUF")
    repertoire.placer()
    porteur, nom = ETAPES[etape]
    vrai = getattr(porteur, nom)

    def casser(*args: Any) -> None:
        vrai(*args)
        raise RuntimeError(etape)

    with monkeypatch.context() as m:
        m.setattr(porteur, nom, casser if etape != "bascule" else lambda *_: (_ for _ in ()).throw(RuntimeError(etape)))
        with pytest.raises(RuntimeError, match=etape):
            services.indexer()
    assert photo(settings.FCE_INDEX_DIR) == avant
    assert trouves("neuf") == []
    services.indexer()
    assert trouves("neuf") == [f.siren_no(1)]


def photo(dossier: Path) -> dict[str, bytes]:
    """Every file of the versions, as it is; what locks is left out."""
    return {
        str(p.relative_to(dossier)): p.read_bytes()
        for p in dossier.rglob("*")
        if p.is_file() and not p.name.endswith(".lock") and p.name != "verrou"
    }


def fils_qui_ecrivent() -> list[str]:
    """Threads of the engine that take documents, in this process."""
    noms = []
    for fil in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # it has just ended
            noms.append((fil / "comm").read_text().strip())
    return [nom for nom in noms if nom.startswith("thrd-tantivy")]


def test_what_is_given_up_writes_no_more_where_its_version_is_removed(tmp_path: Path) -> None:
    machine = MoteurTantivy(tmp_path)
    with machine.chantier(1) as chantier:
        neuf = chantier.redacteur(0)
        neuf.ajouter("entreprises", "actif", en_colonnes({"siren": 1, "nom": "alpha", "rang": 1}))
        # A thread takes its name itself, and leaves /proc itself, a little after it is started and joined.
        attendre(fils_qui_ecrivent, 10)
        neuf.abandonner()
        attendre(lambda: not fils_qui_ecrivent(), 10)
    assert [*(tmp_path / "versions").iterdir()] == []


def test_a_fragment_that_fails_is_given_up(repertoire: Repertoire, monkeypatch: pytest.MonkeyPatch) -> None:
    abandonnes: list[object] = []
    monkeypatch.setattr(redaction.RedacteurDeRetouche, "retirer", lambda *_: 1 / 0)
    monkeypatch.setattr(redaction.RedacteurDeRetouche, "abandonner", lambda lui: abandonnes.append(lui))
    repertoire.entreprise(1, "NEUF")
    repertoire.placer()
    with pytest.raises(ZeroDivisionError):
        services.indexer()
    assert len(abandonnes) == 1


TUEUR = """
import os, signal, sys, time
from pathlib import Path
from fce.recherche.engines.colonnes import en_colonnes
from fce.recherche.engines.tantivy import MoteurTantivy
from fce.recherche.engines.port import Changements, Manifeste
machine = MoteurTantivy(Path(sys.argv[1]))
avant = machine.manifeste()
with machine.retouche(avant.version) as retouche:
    print("debut", flush=True)
    for fragment in range(2):
        redacteur = retouche.redacteur(fragment)
        redacteur.retirer(Changements(frozenset(f"{n:09d}" for n in range(0, 2_000, 2)), frozenset()))
        for n in range(10_000 * (fragment + 1), 10_000 * (fragment + 2), 1_000):
            faits = [{"siren": n + k, "nom": "omega", "rang": 1} for k in range(1_000)]
            redacteur.ajouter("entreprises", "actif", en_colonnes(*faits))
        redacteur.terminer()
    documents = retouche.terminer()
    print("ecrit", flush=True)
    retouche.basculer(Manifeste("", {"x": 2}, documents))
print("fin", flush=True)
"""


def test_an_amendment_killed_at_any_moment_changes_nothing(tmp_path: Path) -> None:
    """Twenty kills at random moments: readers see one whole version or the other, and the next run works."""
    machine = MoteurTantivy(tmp_path)
    with machine.chantier(2) as chantier:
        for fragment in range(2):
            redacteur = chantier.redacteur(fragment)
            faits = [{"siren": n, "nom": "alpha", "rang": 1} for n in range(fragment, 2_000, 2)]
            redacteur.ajouter("entreprises", "actif", en_colonnes(*faits))
            redacteur.terminer()
        chantier.basculer(Manifeste("", {"x": 1}, {"entreprises": 2_000}))
    origine = photo(tmp_path)
    hasard = Random(2026)
    vus = set()
    for _ in range(20):
        tuer(TUEUR, str(tmp_path), apres=hasard.uniform(0, 0.8))
        vu = MoteurTantivy(tmp_path).search(Question("entreprises")).total
        assert vu in (2_000, 21_000)
        vus.add(vu)
        if vu != 2_000:
            shutil.rmtree(tmp_path)
            for nom, contenu in origine.items():
                (tmp_path / nom).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / nom).write_bytes(contenu)
        else:
            assert origine.items() <= photo(tmp_path).items()
    subprocess.run([sys.executable, "-c", TUEUR, str(tmp_path)], check=True, capture_output=True)
    assert MoteurTantivy(tmp_path).search(Question("entreprises")).total == 21_000
    assert len(list((tmp_path / "versions").iterdir())) <= 2
    manifeste = json.loads(
        next(iter(tmp_path.glob(f"versions/{(tmp_path / 'courant').read_text()}/manifeste.json"))).read_text()
    )
    assert (manifeste["partis"], manifeste["fragments"]) == (1_000, 2)
    assert 2_000 in vus


def test_one_at_a_time_with_the_builds(repertoire: Repertoire) -> None:
    machine = selectors.moteur()
    avant = machine.manifeste()
    assert avant is not None
    assert isinstance(machine, MoteurTantivy)
    with machine.retouche(avant.version), pytest.raises(DejaEnCours):
        services.indexer(forcer=True)
    with pytest.raises(IndexIndisponible), machine.retouche("20200101T000000-1"):
        pass
    assert machine.manifeste() == avant


def test_files_are_shared_with_the_version_in_place_and_readers_of_it_go_on(
    repertoire: Repertoire, settings: Any
) -> None:
    lecteur = MoteurTantivy(settings.FCE_INDEX_DIR)
    version = lecteur._en_place()
    total = lecteur.search(Question("entreprises")).total
    repertoire.entreprise(1, "NEUF")
    repertoire.entreprise(200, "NEUVE")
    repertoire.placer()
    services.indexer()
    partages = [p for p in (settings.FCE_INDEX_DIR / "versions").rglob("*.store") if p.stat().st_nlink == 2]
    assert partages
    assert sum(s.num_docs for s in version.fragments["entreprises", "actif"]) == total
    assert lecteur.search(Question("entreprises")).total == total + 1


def test_a_whole_build_forgets_the_amendments(repertoire: Repertoire) -> None:
    assert not services.retouche_depuis_la_refonte()
    repertoire.entreprise(1, "NEUF")
    repertoire.placer()
    services.indexer()
    assert services.retouche_depuis_la_refonte()
    services.indexer(forcer=True)
    assert not services.retouche_depuis_la_refonte()
    manifeste = selectors.moteur().manifeste()
    assert manifeste is not None
    assert "partis" not in manifeste.extra
