"""``fce sonder``, the HEALTHCHECK of the image: without Django, by the name of the service."""

import pytest

from fce.config import commande
from tests.serveur_http import Guichet, Serveur, en_marche


class Vivant(Guichet):
    """Answers 200 to its own name on ``/healthz``, 503 elsewhere, 400 to another name."""

    def do_GET(self) -> None:
        if self.headers["Host"] != "fce.exemple.gouv.fr":
            self.donner(400)
        else:
            self.donner(200 if self.path == "/healthz" else 503, b"{}")


@pytest.mark.parametrize(
    ("arguments", "hotes", "code"),
    [
        ([], "fce.exemple.gouv.fr,autre.fr", 0),
        ([], ".fce.exemple.gouv.fr", 0),
        (["--chemin", "/readyz"], "fce.exemple.gouv.fr", 1),
        ([], "autre.fr", 1),
    ],
)
def test_the_probe_asks_by_the_name_of_the_service(
    arguments: list[str], hotes: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FCE_ALLOWED_HOSTS", hotes)
    with en_marche(Serveur(Vivant)) as serveur:
        assert commande.main(["sonder", "--port", str(serveur.server_port), *arguments]) == code


def test_a_server_that_is_not_there_is_a_failure_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with en_marche(Serveur(Vivant)) as serveur:
        port = serveur.server_port
    assert commande.main(["sonder", "--port", str(port)]) == 1
    assert capsys.readouterr().err == f"http://127.0.0.1:{port}/healthz ne répond pas (ConnectionRefusedError).\n"
