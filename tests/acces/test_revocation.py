"""HAB-03, SES-06, SES-07 on the real server: what is taken away is refused at the next request, by every worker."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.config.serveur import FCE, Reponse, Serveur, installe, serveur
from tests.donnees.entreprises import fabrique as f

pytestmark = pytest.mark.epreuve
SIREN = f.siren_no(1)
FICHE = f"/etablissement/{f.siret_no(SIREN)}"
LISTE = f"{FICHE}/activite-partielle"
RACINE = Path(__file__).parents[2]
AGENTS = f"""
import django; django.setup()
from datetime import date
from django.test import Client
from tests.acces.acteurs import dossier
from tests.droits.comptes import fabrique as c
from tests.donnees.entreprises import fabrique as f
f.unites(f.unite("{SIREN}", denomination="MINOTERIE"))
f.lieux(f.lieu("{SIREN}", code_commune="59350"))
fait = dict(siret=f.siret_no("{SIREN}"), convention="1", avenant=0, date_decision=date.today(), cause="MRK-cause")
f.charger("activite-partielle", [fait])
for _ in range(5):
    compte, groupe = c.compte(), c.groupe()
    lien = c.appartenance(compte, groupe)
    tenu = dossier(groupe, "inspection-travail", ("59",))
    print(compte.pk, tenu.pk, lien.pk, c.connecter(Client(), compte).session_key)
"""


@dataclass(frozen=True)
class Agent:
    """Someone signed in, by the numbers of his rows and his cookie."""

    compte: int
    dossier: int
    lien: int
    temoin: str


def lancer(s: Serveur, *commande: str) -> str:
    environnement = {**s.environnement, "FCE_ROLE": "tache", "DJANGO_SETTINGS_MODULE": "fce.config.settings"}
    fini = subprocess.run(commande, env=environnement, cwd=RACINE, capture_output=True, text=True, timeout=120)
    assert fini.returncode == 0, fini.stdout + fini.stderr
    return fini.stdout


@pytest.fixture(scope="module")
def s() -> Iterator[Serveur]:
    with installe("revocation") as dossier, serveur(dossier, "--travailleurs", "2") as lance:
        assert len(lance.travailleurs()) == 2
        yield lance


@pytest.fixture(scope="module")
def agents(s: Serveur) -> Iterator[Agent]:
    """One after the other."""
    lignes = [ligne.split() for ligne in lancer(s, str(FCE.with_name("python")), "-c", AGENTS).splitlines()]
    return iter([Agent(int(c), int(d), int(a), t) for c, d, a, t in lignes])


@pytest.fixture
def agent(s: Serveur, agents: Iterator[Agent]) -> Agent:
    suivant = next(agents)
    for reponse in par_tous(s, suivant):
        assert reponse.status == 200
        assert b"MRK-cause" in reponse.corps
    return suivant


def par_tous(s: Serveur, agent: Agent, chemin: str = LISTE) -> list[Reponse]:
    """Answers to requests on connections of their own, until each worker has worked."""
    travailleurs = [psutil.Process(pid) for pid in s.travailleurs()]
    avant = [_travail(p) for p in travailleurs]
    reponses: list[Reponse] = []
    with ThreadPoolExecutor(4) as fils:
        for _ in range(20):
            reponses += fils.map(lambda _: s.demander(chemin, Cookie=f"fce={agent.temoin}"), range(8))
            if all(_travail(p) - a > 0.01 for p, a in zip(travailleurs, avant, strict=True)):
                return reponses
    pytest.fail("un seul processus a répondu à toutes les demandes")


def _travail(processus: psutil.Process) -> float:
    temps = processus.cpu_times()
    return float(temps.user + temps.system)


def ecrire(s: Serveur, requete: str, *parametres: object) -> None:
    with psycopg.connect(**s.cluster.parametres(), autocommit=True) as base:  # type: ignore[arg-type]
        assert base.execute(requete, parametres).rowcount == 1


@pytest.mark.parametrize(
    ("requete", "quoi"),
    [
        ("UPDATE droits_dossier SET etat = 'revoque', clos_le = now() WHERE id = %s", "dossier"),
        ("UPDATE comptes_appartenance SET fin = now() WHERE id = %s", "lien"),
        ("UPDATE comptes_compte SET desactive_le = now() WHERE id = %s", "compte"),
        ("UPDATE comptes_compte SET siret = '', roles = '{}' WHERE id = %s", "compte"),
    ],
    ids=["hab-03-habilitation-revoquee", "hab-03-sorti-du-groupe", "ses-06-compte-desactive", "ses-06-siret-perdu"],
)
def test_refused_by_every_worker_at_the_next_request(s: Serveur, agent: Agent, requete: str, quoi: str) -> None:
    ecrire(s, requete, getattr(agent, quoi))
    premiere = s.demander(LISTE, Cookie=f"fce={agent.temoin}")
    assert premiere.status == 403
    for chemin in (LISTE, f"{LISTE}.csv", FICHE):
        for reponse in (premiere, *par_tous(s, agent, chemin)):
            assert b"MRK-cause" not in reponse.corps


def test_ses_07_everyone_is_signed_out_of_every_worker_at_once(s: Serveur, agent: Agent) -> None:
    with psycopg.connect(**s.cluster.parametres(), autocommit=True) as base:  # type: ignore[arg-type]
        base.execute("CREATE TABLE gardees AS SELECT * FROM comptes_session WHERE compte_id <> %s", [agent.compte])
    lancer(s, str(FCE), "comptes", "sessions", "revoquer")
    for reponse in par_tous(s, agent):
        assert reponse.status == 403
        assert b"MRK-cause" not in reponse.corps
    compte = s.demander("/compte", Cookie=f"fce={agent.temoin}")
    assert (compte.status, compte.entetes["Location"]) == (302, "/connexion?suite=%2Fcompte")
    # The other tests of this server, in whatever order, have their people signed in.
    with psycopg.connect(**s.cluster.parametres(), autocommit=True) as base:  # type: ignore[arg-type]
        base.execute("INSERT INTO comptes_session SELECT * FROM gardees")
        base.execute("DROP TABLE gardees")
