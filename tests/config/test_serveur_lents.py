"""Slow clients hold nothing but their own connection: pages answer, and each wait has an end that trickling does not
push back."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from fce.config.serveur import connexion
from tests.config import assaut
from tests.config.bruts import en_processus, jusqu_a_la_fin, ouvrir, statut
from tests.config.serveur import FCE, Serveur, installe, serveur
from tests.demonstration import copier
from tests.dossiers import TEMPORAIRES

POST = assaut.TETE
GROS = "/sources/rge/donnees.csv"
PAGES = {"page": "/mentions-legales", "readyz": "/readyz"}


@pytest.fixture(scope="module")
def s() -> Iterator[Serveur]:
    reglages = {"FCE_FRONTAUX": "1", "FCE_DEBIT": "0"}
    with installe("lents") as dossier, serveur(dossier, "--travailleurs", "1", **reglages) as lance:
        assert lance.demander(GROS).status == 200
        assaut.grossir(dossier, "rge")
        yield lance


def verifier(s: Serveur, secondes: float = 1.0) -> None:
    """Pages come, and the supervisor's answer at once. The machine may be busy: the median is what is looked at."""
    temps = assaut.mesurer(s.port, secondes, PAGES | {"healthz": "/healthz"})
    medianes = {nom: sorted(t)[len(t) // 2] for nom, t in temps.items()}
    assert all(medianes[nom] <= 1 for nom in PAGES), medianes
    assert medianes["healthz"] <= 0.2, medianes


@contextlib.contextmanager
def clients(s: Serveur, nombre: int, octets: bytes, reception: int = 0) -> Iterator[None]:
    with contextlib.ExitStack() as pile:
        for _ in range(nombre):
            pile.enter_context(ouvrir(s.port, octets, reception))
        yield


def test_s3_des_corps_et_des_tetes_qui_ne_viennent_pas_ne_tiennent_aucun_fil(s: Serveur) -> None:
    with clients(s, 50, POST + b"Content-Length: 1000\r\n\r\na=b"), clients(s, 50, POST + b"X-Lent: "):
        verifier(s)


def test_s4_vingt_lecteurs_d_un_gros_fichier_ne_tiennent_aucun_fil(s: Serveur) -> None:
    with clients(s, 20, f"GET {GROS} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), reception=4096):
        verifier(s)


def test_s4_une_adresse_ne_prend_que_quelques_fichiers_a_la_fois(s: Serveur) -> None:
    demande = f"GET {GROS} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n".encode()
    with clients(s, 4, demande, reception=4096):
        refus = s.demander(GROS, X_Forwarded_For="203.0.113.7")
        assert refus.status == 429
        assert refus.entetes["Retry-After"]
        assert "<h1>Trop de demandes</h1>" in refus.corps.decode()
        assert s.demander(GROS, X_Forwarded_For="203.0.113.8").status == 200
        assert s.demander("/mentions-legales", X_Forwarded_For="203.0.113.7").status == 200
    # They have left: their places are free.
    assert s.demander(GROS, X_Forwarded_For="203.0.113.7").status == 200


def test_s4_un_fichier_arrive_entier(s: Serveur) -> None:
    assert len(s.demander(GROS).corps) == 85_000_000


def test_s3_une_tete_qui_goutte_est_coupee_a_l_heure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second here; the drill waits as long as readers do."""
    monkeypatch.setattr(connexion, "DELAI_TETE_S", 1.0)
    with en_processus(lambda environ, debut: []) as port:
        goutter(port, 0.05, 1)


def goutter(port: int, pas_s: float, delai_s: float) -> None:
    debut = time.monotonic()
    with ouvrir(port, b"GET /healthz HTTP/1.1\r\nX-Lent: ") as prise:
        with contextlib.suppress(OSError):
            while time.monotonic() - debut < 0.95 * delai_s:
                time.sleep(pas_s)
                prise.sendall(b"a")
        recu = jusqu_a_la_fin(prise)
    assert statut(recu) == 408
    assert 0.9 * delai_s < time.monotonic() - debut < delai_s + 5


def test_s3_des_depots_lents_ne_tiennent_que_leurs_fils(s: Serveur) -> None:
    fini = subprocess.run(
        [FCE, "depot", "jeton", "ademe", "--sources", "rge"], env=s.environnement, capture_output=True, text=True
    )
    assert fini.returncode == 0, fini.stderr
    jeton = next(mot for mot in fini.stdout.split() if mot.startswith("fcedepot_"))
    demande = (
        f"PUT /api/v1/depots/rge HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {jeton}\r\n"
        "Content-Length: 500000000\r\n\r\nSIRET"
    ).encode()
    with clients(s, 8, demande):
        verifier(s)
    # Nobody is heard before his token is.
    with ouvrir(s.port, demande.replace(jeton.encode(), b"fcedepot_faux")) as prise:
        assert statut(jusqu_a_la_fin(prise, 5)) == 401


def test_s3_beaucoup_de_connexions_muettes_laissent_leur_place(s: Serveur) -> None:
    with clients(s, 1100, b""):
        verifier(s)


@pytest.mark.epreuve
def test_s3_une_tete_qui_goutte_a_dix_secondes(s: Serveur) -> None:
    goutter(s.port, 0.5, 10)


@pytest.mark.epreuve
def test_s3_un_corps_qui_goutte_et_un_lecteur_qui_ne_lit_pas_sont_coupes_a_l_heure(s: Serveur) -> None:
    lecture = f"GET {GROS} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    debut = time.monotonic()
    with ouvrir(s.port, POST + b"Content-Length: 1000\r\n\r\n") as corps, ouvrir(s.port, lecture, 4096) as lecteur:
        with contextlib.suppress(OSError):
            while time.monotonic() - debut < 29:
                time.sleep(1)
                corps.sendall(b"a")
        assert statut(jusqu_a_la_fin(corps)) == 408
        assert 25 < time.monotonic() - debut < 40
        time.sleep(max(0, debut + 60 - time.monotonic()))
        # What is left is what the system had in hand.
        assert len(jusqu_a_la_fin(lecteur)) < 85_000_000


@pytest.mark.epreuve
def test_s3_s4_deux_cents_corps_deux_cents_tetes_et_vingt_lecteurs_lents_a_la_fois() -> None:
    dossier = TEMPORAIRES / f"fce-assaut-{os.getpid()}"
    dossier.mkdir()
    copier(dossier)
    chemins = {"fiche": "/entreprise/000001271", "recherche": "/recherche?q=centre", "healthz": "/healthz"}
    with serveur(dossier, FCE_DEBIT="0") as s:
        assert s.demander(GROS).status == 200
        assaut.grossir(dossier, "rge")
        assaut.mesurer(s.port, 5, chemins)
        avant = assaut.memoire_mo(s.processus.pid)
        # Beyond the deadlines of heads and bodies: who is sent away comes back.
        with assaut.assaut(s.port, 120, GROS):
            temps = assaut.mesurer(s.port, 45, chemins)
            tenues = _connexions(s.port)
            apres = assaut.memoire_mo(s.processus.pid)
    _dire(temps, f"{tenues} connexions, {avant:.0f} → {apres:.0f} Mo")
    assert tenues > 300
    assert assaut.p95(temps["fiche"]) <= 1
    assert assaut.p95(temps["recherche"]) <= 1
    assert assaut.p95(temps["healthz"]) <= 0.2
    assert apres - avant < 100
    shutil.rmtree(dossier)


@pytest.mark.epreuve
def test_s4_vingt_quatre_classeurs_a_la_fois_ne_font_pas_attendre_une_page() -> None:
    dossier = TEMPORAIRES / f"fce-classeurs-{os.getpid()}"
    dossier.mkdir()
    copier(dossier)
    with serveur(dossier, FCE_DEBIT="0") as s, ThreadPoolExecutor(24) as fils:
        fin = time.monotonic() + 15
        demandes = [fils.submit(_demander_sans_cesse, s, fin) for _ in range(24)]
        temps = assaut.mesurer(s.port, 12, {"fiche": "/entreprise/000001271", "healthz": "/healthz"})
        codes = [code for demande in demandes for code in demande.result()]
    _dire(temps, f"{codes.count(200)} classeurs, {codes.count(503)} refusés")
    assert set(codes) <= {200, 503}
    assert codes.count(200) > 24
    assert assaut.p95(temps["fiche"]) <= 1
    assert assaut.p95(temps["healthz"]) <= 0.2
    shutil.rmtree(dossier)


def _demander_sans_cesse(s: Serveur, fin: float) -> list[int]:
    codes = []
    while time.monotonic() < fin:
        codes.append(s.demander("/recherche/export.xlsx?q=&departement=59").status)
    return codes


def _connexions(port: int) -> int:
    etablies = [c for c in psutil.net_connections("tcp4") if c.status == psutil.CONN_ESTABLISHED]
    return sum(bool(c.laddr) and c.laddr.port == port for c in etablies)


def _dire(temps: dict[str, list[float]], reste: str) -> None:
    """The figures, for ``pytest -s``."""
    lus = ", ".join(f"{nom} p95 {1000 * assaut.p95(t):.0f} ms" for nom, t in temps.items())
    sys.stdout.write(f"\n{lus}, {reste}\n")
