"""``fce serve`` with a replica, as an operator runs it: killed, frozen or cut off, it costs no reader an error."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from bench.replication import reglages
from fce.sources import registre
from tests.config import paire as p
from tests.config.serveur import FCE, Serveur, attendre, environnement, serveur

pytestmark = pytest.mark.epreuve  # a base, its replica and a server: ``test_replique.py`` tells the same each day
ADRESSES = (
    f"/entreprise/{p.SIREN}", f"/entreprise/{p.SIREN}/tout", f"/api/v1/entreprises/{p.SIREN}",
    "/recherche?q=biscuiterie", "/api/v1/recherche?q=biscuiterie", f"/etablissement/{p.SIREN}00026",
)  # fmt: skip


@dataclass(frozen=True)
class Service:
    paire: p.Paire
    serveur: Serveur

    def etat(self) -> dict:
        return self.serveur.demander("/readyz").json()["replique"]

    def suit(self) -> bool:
        return self.etat()["etat"] == "suit"

    def lit_la_bas(self) -> bool:
        """Whether a sheet asked for now is read on the replica, from what that server says of its connections."""
        with self.paire.secondaire.session() as base:
            ((debut,),) = base.execute("SELECT clock_timestamp()").fetchall()
            assert p.NOM in self.serveur.demander(ADRESSES[0]).corps.decode()
            lues = "SELECT 1 FROM pg_stat_activity WHERE query_start > %s AND query LIKE %s"
            return base.execute(lues, [debut, "%sirene_etablissements%"]).fetchone() is not None


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with p.en_marche("replique-servie") as paire:
        propres = reglages(paire.primaire, paire.secondaire) | {"FCE_DEBIT": "0", "FCE_BASE_CONNEXIONS": "6"}
        commandes = [["import", nom, str(registre.exemple(registre.source(nom)))] for nom in (p.UNITES, p.LIEUX)]
        for commande in (*commandes, ["index"]):
            fini = subprocess.run(
                [FCE, *commande], env=environnement(paire.dossier, **propres), capture_output=True, text=True
            )
            assert fini.returncode == 0, fini.stdout + fini.stderr
        paire.secondaire.rejoindre()
        with serveur(paire.dossier, "--travailleurs", "1", **propres) as s:
            yield Service(paire, s)


@dataclass
class Lecteurs:
    """Readers that go on until the block ends. ``reponses``: how many of each status."""

    serveur: Serveur
    nombre: int = 3
    reponses: Counter[int] = field(default_factory=Counter)

    def __enter__(self) -> Lecteurs:
        self._fin = threading.Event()
        self._equipe = ThreadPoolExecutor(self.nombre)
        self._tours = [self._equipe.submit(self._lire, rang) for rang in range(self.nombre)]
        return self

    def __exit__(self, *_: object) -> None:
        self._fin.set()
        self._equipe.shutdown()
        for tour in self._tours:
            tour.result()

    def _lire(self, rang: int) -> None:
        while not self._fin.is_set():
            reponse = self.serveur.demander(ADRESSES[rang % len(ADRESSES)])
            self.reponses[reponse.status] += 1
            rang += 1


def test_pages_are_read_on_the_replica_and_readyz_tells_its_lag(service: Service) -> None:
    attendre(service.suit, 15)
    etat = service.etat()
    assert etat == {"etat": "suit", "octets": etat["octets"], "secondes": etat["secondes"]}
    assert service.lit_la_bas()


def test_a_replica_killed_under_readers_is_missed_by_nobody_then_read_again(service: Service) -> None:
    attendre(service.suit, 15)
    with Lecteurs(service.serveur) as lecteurs:
        time.sleep(1)
        service.paire.secondaire.tuer()
        time.sleep(1.5)
        assert service.etat()["etat"] in ("ecartee", "injoignable")
        service.paire.secondaire.relancer()
        time.sleep(0.5)
    assert set(lecteurs.reponses) == {200}
    attendre(service.suit, 45)
    assert service.lit_la_bas()


def test_a_replica_that_hangs_is_set_aside_after_one_reader(service: Service) -> None:
    attendre(service.suit, 45)
    service.serveur.demander(ADRESSES[0])
    service.paire.secondaire.figer(signal.SIGSTOP)
    try:
        assert service.serveur.demander(ADRESSES[0]).status == 200
        assert service.etat()["etat"] == "ecartee"
        assert service.serveur.demander(ADRESSES[0]).status == 200
    finally:
        service.paire.secondaire.figer(signal.SIGCONT)


def test_fce_check_tells_the_replica_and_its_lag(service: Service) -> None:
    attendre(service.suit, 45)
    # A test before may have published a file.
    subprocess.run([FCE, "index"], env=service.serveur.environnement, capture_output=True, check=True)
    fini = subprocess.run([FCE, "check"], env=service.serveur.environnement, capture_output=True, text=True)
    assert "Réplique" in fini.stdout + fini.stderr, fini.stdout + fini.stderr
    assert fini.returncode == 0, fini.stdout + fini.stderr
    elle_meme = f"{service.paire.primaire.adresse}?application_name=autre"
    autre = {**service.serveur.environnement, "DATABASE_REPLICA_URL": elle_meme}
    fini = subprocess.run([FCE, "check"], env=autre, capture_output=True, text=True)
    assert "n’est pas une réplique" in fini.stdout + fini.stderr
    assert fini.returncode != 0


def test_for_two_minutes_a_replica_dies_hangs_and_cuts_while_files_are_published(service: Service) -> None:
    """0 error, and never a version older than the one that was in place when the page was asked for."""
    secondaire = service.paire.secondaire

    def couper() -> None:
        with secondaire.session() as base:
            base.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    def figer() -> None:
        secondaire.figer(signal.SIGSTOP)
        time.sleep(6)
        secondaire.figer(signal.SIGCONT)

    def tuer() -> None:
        secondaire.tuer()
        time.sleep(3)
        secondaire.relancer()

    def retenir() -> None:
        secondaire.retenir()
        time.sleep(3)
        secondaire.suivre()

    gestes: tuple[Callable[[], None], ...] = (couper, figer, tuer, retenir)
    noms = [f"{p.NOM} {rang}" for rang in range(8)]
    fautes: list[str] = []
    with Lecteurs(service.serveur) as lecteurs:
        for rang, nom in enumerate(noms):
            geste = threading.Thread(target=gestes[rang % len(gestes)])
            geste.start()
            _publier(service, nom)
            for _ in range(30):
                page = service.serveur.demander(ADRESSES[0])
                if page.status != 200 or nom not in page.corps.decode():
                    fautes.append(f"{nom} : {page.status}")
            geste.join()
            time.sleep(8)
    assert set(lecteurs.reponses) == {200}
    assert fautes == []


def _publier(service: Service, nom: str) -> None:
    texte = registre.exemple(registre.source(p.UNITES)).read_text("utf-8").replace(p.NOM, nom)
    fichier = service.paire.dossier / "StockUniteLegale.csv"
    fichier.write_text(texte, "utf-8")
    commande = [FCE, "import", p.UNITES, str(fichier), "--forcer", "essai"]
    fini = subprocess.run(commande, env=service.serveur.environnement, capture_output=True, text=True)
    assert fini.returncode == 0, fini.stdout + fini.stderr
