"""What one sender, or readers who hardly read, may hold of a server: answers kept for them, bodies that do not come."""

import time
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings

from fce.exploitation.serveur.corps import DE_TROP
from fce.exploitation.serveur.reponse import MEMOIRE, PART, ReponseWsgi
from fce.exploitation.serveur.voies import PlacesDEnvoi
from fce.socle.web.routes import COMPTE
from tests.config.bruts import en_processus, ouvrir, statut
from tests.config.serveur import attendre
from tests.config.test_pont import DEPOT, GET, Suivi, demander, plafonner, qui_lit, qui_repond


def test_a13_answers_that_are_not_read_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that goes on growing is cut, and its thread is free; what has left is not counted any more."""
    monkeypatch.setattr("fce.exploitation.serveur.reponse.ENSEMBLE_MAX", 20 * MEMOIRE)
    suivi, avant = Suivi(), ReponseWsgi.sur_disque

    def repondre(environ: dict[str, Any], commencer: Any) -> Iterable[bytes]:
        sans_fin = environ["PATH_INFO"] == "/mentions-legales"
        return suivi(environ, commencer) if sans_fin else qui_repond(b"x" * PART)(environ, commencer)

    with en_processus(repondre) as port:
        with ouvrir(port, GET, reception=4096):
            assert suivi.fermee.wait(10)
            assert 20 * MEMOIRE < ReponseWsgi.sur_disque < avant + 24 * MEMOIRE
            assert len(demander(port, chemin="/contact")[1]) == PART
        attendre(lambda: ReponseWsgi.sur_disque == avant, 10)


def test_a13_a_thread_gives_an_answer_up_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fce.exploitation.serveur.reponse.AVANCE_MAX", 4 * MEMOIRE)
    monkeypatch.setattr("fce.exploitation.serveur.reponse.DUREE_MAX_S", 1.0)
    suivi = Suivi()
    with en_processus(suivi) as port, ouvrir(port, GET, reception=4096):
        assert suivi.fermee.wait(10)


@pytest.mark.parametrize("quoi", ["compte", "jeton", "abonne"])
def test_a17_the_bodies_of_one_sender_leave_room_for_the_others(monkeypatch: pytest.MonkeyPatch, quoi: str) -> None:
    """One account, one token, or the /64 of one subscriber: four bodies that do not come, whatever the addresses."""
    monkeypatch.setattr(settings, "FCE_FRONTAUX", 1)

    def connaitre(environ: dict[str, Any], commencer: Any) -> Iterable[bytes]:
        environ[COMPTE] = environ.get("HTTP_COOKIE", "")
        return qui_lit(environ, commencer)

    def envoi(rang: int, qui: str) -> bytes:
        ou = f"2001:db8:{rang}::1" if quoi != "abonne" else f"2001:db8:{qui}:{rang}::1"
        dit = {"compte": f"Cookie: {qui}", "jeton": f"Authorization: Bearer {qui}", "abonne": "X-A: b"}[quoi]
        return DEPOT.replace(b"\r\n\r\n", f"\r\nX-Forwarded-For: {ou}\r\n{dit}\r\n\r\n".encode()) % 4

    with en_processus(connaitre) as port, ExitStack() as pile:
        for rang in range(4):
            pile.enter_context(ouvrir(port, envoi(rang, "1") + b"ab"))
        time.sleep(0.5)
        for qui, attendu in (("1", 429), ("2", 200)):
            with ouvrir(port, envoi(9, qui) + b"abcd") as prise:
                assert statut(prise.recv(100)) == attendu


def test_a17_the_bodies_of_one_view_leave_room_for_those_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    lectures = plafonner(monkeypatch, PlacesDEnvoi(100, 100, DE_TROP, par_vue=2))
    with en_processus(qui_lit) as port, ouvrir(port, DEPOT % 4 + b"ab"), ouvrir(port, DEPOT % 4 + b"ab"):
        attendre(lambda: any(lecture.places.en_cours == 2 for lecture in lectures), 10)
        assert demander(port, "PUT", "/api/v1/depots/rge", b"abcd")[0].status == 503
        assert demander(port, "POST", "/rapprochements", b"abcd")[1] == b"abcd"
