"""E16: the database refuses everybody while an agent writes; her text is given back, and nobody says that her session
has ended."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, expect
from psycopg.conninfo import make_conninfo

from fce.demo import numeros
from fce.demo.personnages import BOULANGERIE
from fce.socle.postgres.grappe import Cluster
from tests.e2e.personnages import jouer, servir
from tests.e2e.serveur import dossier_de_demonstration
from tests.navigateur import fenetre, violations

pytestmark = pytest.mark.epreuve
NOTE = "Bons d’achat présentés,\naucune observation & « rien » d’autre."
SIEGE = BOULANGERIE.siren + numeros.nic(BOULANGERIE.siren, 1)


@contextlib.contextmanager
def base_refusee(cluster: Cluster) -> Iterator[None]:
    """Nobody may connect to the database of the service, and those who were are sent away."""
    ailleurs = make_conninfo(**{**cluster.parametres(), "dbname": "postgres"})
    with psycopg.connect(ailleurs, autocommit=True) as connexion:
        connexion.execute("ALTER DATABASE fce ALLOW_CONNECTIONS false")
        try:
            connexion.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'fce'")
            yield
        finally:
            connexion.execute("ALTER DATABASE fce ALLOW_CONNECTIONS true")


def test_e16_what_was_written_while_the_database_refused_is_given_back_and_sent_again(navigateur: Browser) -> None:
    with (
        dossier_de_demonstration("refusee") as environnement,
        servir(environnement) as racine,
        fenetre(navigateur, racine) as contexte,
    ):
        page = contexte.new_page()
        ecrire = f"/etablissement/{SIEGE}/contacts/nouveau"
        jouer(page, "Vérificatrice", ecrire, neuve=True)
        page.locator("textarea[name=note]").fill(NOTE)
        page.locator("input[name=jour]").fill(date.today().isoformat())
        with base_refusee(Cluster(Path(environnement["FCE_DATA_DIR"]))):
            with page.expect_response(lambda r: r.request.method == "POST") as attendue:
                page.locator("main form:has(textarea[name=note]) button[type=submit]").last.click()
            assert attendue.value.status == 503
            expect(page.get_by_text("session est terminée")).to_have_count(0)
            expect(page.get_by_label("Votre texte")).to_have_value(NOTE)
            assert violations(page) == []
            # What is read in the meantime does not send to the page of sign-in either.
            autre = contexte.new_page()
            lue = autre.goto("/compte")
            assert lue is not None
            assert (lue.status, autre.url) == (503, f"{racine}/compte")
            autre.close()
        page.get_by_role("button", name="Renvoyer").click()
        page.wait_for_url("**?fait=contact-note")
        expect(page.get_by_text("Le contact est noté.")).to_be_visible()
