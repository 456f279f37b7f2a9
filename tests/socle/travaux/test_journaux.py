"""Application logs say which job failed and why, never to whom it wrote."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from procrastinate import App
from procrastinate.testing import InMemoryConnector

from fce.socle.travaux.journaux import configuration


@pytest.mark.parametrize("forme", ["texte", "json"])
def test_e11_a_failed_mail_is_logged_without_its_recipient_or_page(
    forme: str, caplog: pytest.LogCaptureFixture
) -> None:
    fichier = App(connector=InMemoryConnector())

    @fichier.task(name="ecrire_a_un_service")
    def ecrire(service: int, page: str) -> None:
        raise OSError("le serveur ne répond pas")

    def travailler() -> None:
        ecrire.defer(service=4217, page="/visites/lapage")
        fichier.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    with ThreadPoolExecutor(1) as fil, caplog.at_level(logging.ERROR):
        fil.submit(travailler).result()
    reglage = configuration(forme)["formatters"]["fce"]
    mise_en_forme = reglage.pop("()")(**reglage)
    (ligne,) = [mise_en_forme.format(r) for r in caplog.records if hasattr(r, "job")]
    assert "ecrire_a_un_service" in ligne
    assert "le serveur ne répond pas" in ligne
    assert "4217" not in ligne
    assert "lapage" not in ligne
