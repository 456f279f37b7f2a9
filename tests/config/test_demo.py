"""``fce demo``: run again it loses nothing, and it never mixes with real data."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from fce.socle.postgres.grappe import Cluster
from fce.sources import registre
from tests.config.serveur import FCE, environnement, serveur
from tests.demonstration import copier
from tests.dossiers import dossier_court
from tests.tutoriel import document


@pytest.fixture
def dossier() -> Iterator[Path]:
    """A short path of its own for each test: one spoils its data."""
    with dossier_court("demo") as chemin:
        yield chemin


def lancer(dossier: Path, *arguments: str, **reglages: str) -> subprocess.CompletedProcess[str]:
    env = environnement(dossier, **reglages)
    return subprocess.run([FCE, *arguments], env=env, capture_output=True, text=True, timeout=180)


def demo(dossier: Path) -> str:
    fini = lancer(dossier, "demo", "--entreprises", "300")
    assert fini.returncode == 0, fini.stderr
    return fini.stdout


VIEILLE = """
import sys
from datetime import date, timedelta
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from fce.demo import datation
from fce.demo.calendrier import Calendrier
from fce.socle.postgres.grappe import Cluster
datation.aujourd_hui = lambda: Calendrier(date.today() - timedelta(days=int(sys.argv[1])))
with Cluster(settings.FCE_DATA_DIR).en_marche():
    call_command("migrate", verbosity=0)
    call_command("demo", entreprises=300)
"""


def vieille_demo(dossier: Path, jours: int) -> str:
    """What ``fce demo`` made some days ago."""
    env = environnement(dossier, DJANGO_SETTINGS_MODULE="fce.config.settings", FCE_ROLE="tache")
    fini = subprocess.run(
        [sys.executable, "-c", VIEILLE, str(jours)], env=env, capture_output=True, text=True, timeout=240
    )
    assert fini.returncode == 0, fini.stderr
    return fini.stdout


def etats(dossier: Path, **reglages: str) -> dict[str, dict[str, Any]]:
    return {e["source"]: e for e in json.loads(lancer(dossier, "sources", "--json", **reglages).stdout)}


@pytest.mark.epreuve
def test_the_second_time_nothing_is_redone_lost_or_mixed_with_real_data(dossier: Path) -> None:
    """Made forty days ago: it keeps its dates until it is asked to be of today."""
    jeux = sum(s.importable for s in registre.toutes())
    assert vieille_demo(dossier, 40).count("en place") == jeux
    tardives = {nom for nom, etat in etats(dossier).items() if etat["en_retard"]}
    assert {"bodacc", "sirene-flux", "wikit-controles"} <= tardives
    with serveur(dossier) as s:
        avant = s.demander("/api/v1/recherche?etat=tous&categorie=PME").json()
    encore = demo(dossier)
    assert "il y a 40 jours" in encore
    assert "fce demo --refaire" in encore
    assert encore.count("inchangé") == jeux
    assert "L’index est à jour" in encore
    with serveur(dossier) as s:
        apres = s.demander("/api/v1/recherche?etat=tous&categorie=PME").json()
        siren = apres["resultats"][0]["siren"]
        assert s.demander(f"/entreprise/{siren}").status == 200
    assert apres == avant
    assert avant["total"] > 20
    assert lancer(dossier, "check").returncode == 0
    _est_refaite_a_la_date_du_jour(dossier, jeux)
    _ne_se_mele_pas_a_de_vraies_donnees(dossier)


def _est_refaite_a_la_date_du_jour(dossier: Path, jeux: int) -> None:
    """All of it, once: what adds up its files does not keep those of the old one."""
    fini = lancer(dossier, "demo", "--entreprises", "300", "--refaire")
    assert fini.returncode == 0, fini.stderr
    assert fini.stdout.count("en place") == jeux
    assert "paraissent en retard" not in fini.stdout
    apres = etats(dossier)
    assert [nom for nom, etat in apres.items() if etat["en_retard"]] == []
    lignes = (dossier / "demo" / "wikit-controles.csv").read_text(encoding="utf-8-sig").count("\n") - 1
    assert apres["wikit-controles"]["lignes"] == lignes
    assert apres["sirene-unites-legales"]["lignes"] == 300 + len(("née depuis",))
    encore = demo(dossier)
    assert encore.count("inchangé") == jeux
    assert "--refaire" not in encore


def _ne_se_mele_pas_a_de_vraies_donnees(dossier: Path) -> None:
    cluster = Cluster(dossier)
    with cluster.en_marche(), psycopg.connect(make_conninfo(**cluster.parametres())) as connexion:
        connexion.execute("UPDATE sources_import SET par = 'agent' WHERE source = 'sirene-etablissements'")
    fini = lancer(dossier, "demo", "--entreprises", "300")
    assert fini.returncode == 1
    assert "de vraies données (sirene-etablissements)" in fini.stderr


@pytest.mark.epreuve
def test_o6_a_smaller_demonstration_over_a_larger_one_names_the_option_that_replaces_it(dossier: Path) -> None:
    assert lancer(dossier, "demo", "--entreprises", "400").stdout.startswith(
        "Écriture des fichiers de 400 entreprises…\n"
    )
    fini = lancer(dossier, "demo", "--entreprises", "300")
    assert fini.returncode == 1
    assert fini.stderr.endswith("Une démonstration plus petite remplace l’autre par --refaire.\n")
    assert lancer(dossier, "demo", "--entreprises", "300", "--refaire").returncode == 0
    fini = lancer(dossier, "demo", "--entreprises", "40")
    assert "300 entreprises au moins" in fini.stderr


@pytest.mark.epreuve
def test_t7_what_a_visitor_imports_there_is_kept_at_the_next_start(dossier: Path) -> None:
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
    with Cluster(dossier / "var").en_marche():
        _importe_puis_recommence(dossier / "var", {"label-durable": exemple, "iae": liste, "sirene-flux": flux}, sien)


def _importe_puis_recommence(var: Path, fichiers: dict[str, Path], sien: dict[str, str]) -> None:
    lignes = [f"call_command('import', {nom!r}, {str(f)!r}, '--forcer', 'essai')" for nom, f in fichiers.items()]
    importes = lancer(
        var, "shell", "-c", "\n".join(("from django.core.management import call_command", *lignes)), **sien
    )
    assert importes.returncode == 0, importes.stdout + importes.stderr
    fini = lancer(var, "demo", "--entreprises", "300", **sien)
    assert fini.returncode == 0, fini.stderr
    # His own files and what the daily changes feed, apart.
    assert fini.stdout.count("inchangé") >= sum(s.importable for s in registre.toutes()) - 5
    for nom in ("label-durable", "iae"):
        assert f"{nom} : gardé tel que vous l’avez importé." in fini.stdout
    refaite = lancer(var, "demo", "--entreprises", "300", "--refaire", **sien)
    assert refaite.returncode == 0, refaite.stderr
    connus = etats(var, **sien)
    assert connus["label-durable"]["lignes"] == 7
    assert (connus["iae"]["fichiers"], connus["iae"]["date_metier"]) == ([fichiers["iae"].name], "2019-06-01")
    assert connus["sirene-flux"]["fichiers"] == [fichiers["sirene-flux"].name]


def test_the_demonstration_does_not_install_in_production(dossier: Path) -> None:
    """Said before the database is looked at: this one does not answer."""
    fini = lancer(
        dossier,
        "demo",
        FCE_ENV="production",
        FCE_SECRET_KEY="k3J9-vPq_7Zx2Lw8Rt5Yb1Nc6Md4Fg0HsAaUuEeOoIiXyZ1234567",
        FCE_ALLOWED_HOSTS="fce.exemple.gouv.fr",
        DATABASE_URL="postgresql://fce@127.0.0.1:1/fce",
    )
    assert fini.returncode == 1
    assert "La démonstration ne s’installe pas en production" in fini.stderr
