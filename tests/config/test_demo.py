"""``fce demo``: run again it loses nothing, and it never mixes with real data."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from fce.socle.postgres import Cluster
from fce.sources import registre
from tests.config.serveur import FCE, environnement, serveur
from tests.demonstration import copier
from tests.tutoriel import document


@pytest.fixture
def dossier() -> Iterator[Path]:
    """A short path of its own for each test: one spoils its data."""
    chemin = Path("/tmp") / f"fce-demo-{os.getpid()}"
    chemin.mkdir()
    yield chemin
    shutil.rmtree(chemin)


def lancer(dossier: Path, *arguments: str, **reglages: str) -> subprocess.CompletedProcess[str]:
    env = environnement(dossier, **reglages)
    return subprocess.run([FCE, *arguments], env=env, capture_output=True, text=True, timeout=180)


def demo(dossier: Path) -> str:
    fini = lancer(dossier, "demo", "--entreprises", "300")
    assert fini.returncode == 0, fini.stderr
    return fini.stdout


def test_la_seconde_fois_rien_n_est_refait_ni_perdu_ni_mele_a_de_vraies_donnees(dossier: Path) -> None:
    jeux = sum(s.importable for s in registre.toutes())
    assert demo(dossier).count("en place") == jeux
    with serveur(dossier) as s:
        avant = s.demander("/api/v1/recherche?etat=tous&categorie=PME").json()
    debut = time.monotonic()
    encore = demo(dossier)
    assert encore.count("inchangé") == jeux
    assert "L’index est à jour" in encore
    assert time.monotonic() - debut < 30
    with serveur(dossier) as s:
        apres = s.demander("/api/v1/recherche?etat=tous&categorie=PME").json()
        siren = apres["resultats"][0]["siren"]
        assert s.demander(f"/entreprise/{siren}").status == 200
    assert apres == avant
    assert avant["total"] > 20
    assert lancer(dossier, "check").returncode == 0
    _ne_se_mele_pas_a_de_vraies_donnees(dossier)


def _ne_se_mele_pas_a_de_vraies_donnees(dossier: Path) -> None:
    cluster = Cluster(dossier)
    with cluster.en_marche(), psycopg.connect(make_conninfo(**cluster.parametres())) as connexion:
        connexion.execute("UPDATE sources_import SET par = 'agent' WHERE source = 'sirene-etablissements'")
    fini = lancer(dossier, "demo", "--entreprises", "300")
    assert fini.returncode == 1
    assert "de vraies données (sirene-etablissements)" in fini.stderr


def test_t7_ce_qu_un_visiteur_y_importe_est_garde_au_demarrage_suivant(dossier: Path) -> None:
    """A source of his own (the tutorial's), his own file of one of ours, and the daily changes of Sirene."""
    (dossier / "var").mkdir()
    copier(dossier / "var")
    document.ecrire(dossier / "mes-sources")
    sien = {"FCE_CATALOGUES": str(dossier / "mes-sources")}
    exemple = dossier / "label.csv"
    exemple.write_text(document.FICHIERS["office_emploi/label_durable/exemple.csv"], "utf-8")
    liste = dossier / "SIAE_2019-06-01.csv"
    liste.write_bytes(registre.exemple(registre.source("iae")).read_bytes())
    flux = dossier / "flux.json"
    flux.write_bytes(registre.exemple(registre.source("sirene-flux")).read_bytes())
    for nom, fichier in (("label-durable", exemple), ("iae", liste), ("sirene-flux", flux)):
        fini = lancer(dossier / "var", "import", nom, str(fichier), "--forcer", "essai", **sien)
        assert fini.returncode == 0, fini.stdout + fini.stderr
    fini = lancer(dossier / "var", "demo", "--entreprises", "300", **sien)
    assert fini.returncode == 0, fini.stderr
    for nom in ("label-durable", "iae"):
        assert f"{nom} : gardé tel que vous l’avez importé." in fini.stdout
    etats = {e["source"]: e for e in json.loads(lancer(dossier / "var", "sources", "--json", **sien).stdout)}
    assert etats["label-durable"]["lignes"] == 7
    assert (etats["iae"]["fichiers"], etats["iae"]["date_metier"]) == ([liste.name], "2019-06-01")


def test_elle_ne_s_installe_pas_en_production(dossier: Path) -> None:
    cluster = Cluster(dossier)
    with cluster.en_marche():
        p = cluster.parametres()
        fini = lancer(
            dossier,
            "demo",
            FCE_ENV="production",
            FCE_SECRET_KEY="k3J9-vPq_7Zx2Lw8Rt5Yb1Nc6Md4Fg0HsAaUuEeOoIiXyZ1234567",
            FCE_ALLOWED_HOSTS="fce.exemple.gouv.fr",
            DATABASE_URL=f"postgresql://{p['user']}@{p['host'].replace('/', '%2F')}/{p['dbname']}",
        )
    assert fini.returncode == 1
    assert "La démonstration ne s’installe pas en production" in fini.stderr
