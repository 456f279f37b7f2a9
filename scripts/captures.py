"""Take the pictures of ``docs/captures/``: the main screens of the demonstration, at desktop and phone widths.

``make captures`` starts the demonstration in a folder of its own and looks at it with chromium, as the people whom it
invents. Nothing else writes these files.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from fce.demo.personnages import GROUPE
from tests.navigateur import ABSENT, attendre_les_blocs, ouvrir

RACINE: Final = Path(__file__).resolve().parents[1]
DOSSIER: Final = RACINE / "docs" / "captures"
FICHE: Final = f"/entreprise/{GROUPE.siren}"
ECRANS: Final = {
    "Inspectrice du travail": {
        "accueil": "/",
        "resultats": "/recherche?q=boulangerie",
        "sans-reponse": "/recherche?q=boulangerie+denain",
        "synthese": FICHE,
        "onglet": f"{FICHE}/controles",
        "dirigeants": f"{FICHE}/dirigeants",
        "historique": f"{FICHE}/historique",
        "note": f"{FICHE}/note",
    },
    "Vérificatrice": {"synthese-dgfip": FICHE},
    "Agent des douanes": {"synthese-douane": FICHE},
    "Agente d’une administration sans habilitation": {"accueil-sans-habilitation": "/", "sans-habilitation": FICHE},
}
"""{who reads: {name of the picture: address}}."""
LARGEURS: Final = {"bureau": (1280, 900), "telephone": (390, 844)}
DELAI_DEMARRAGE: Final = 600


def main() -> None:
    """Take every picture anew."""
    DOSSIER.mkdir(parents=True, exist_ok=True)
    with ouvrir() as navigateur:
        if navigateur is None:
            sys.exit(ABSENT)
        with demonstration() as adresse:
            for lecteur in ECRANS:
                for nom in LARGEURS:
                    prendre(navigateur, adresse, lecteur, nom)


@contextmanager
def demonstration() -> Iterator[str]:
    """Address of a demonstration made for the occasion, stopped and erased afterwards."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="fce-captures-", ignore_cleanup_errors=True) as dossier:
        serveur = subprocess.Popen(
            [Path(sys.executable).with_name("fce"), "demo", "--servir", "--port", str(port)],
            env={**environ, "FCE_DATA_DIR": dossier},
        )
        try:
            attendre(f"http://127.0.0.1:{port}", serveur)
            yield f"http://127.0.0.1:{port}"
        finally:
            serveur.send_signal(signal.SIGTERM)
            serveur.wait(timeout=60)


def attendre(adresse: str, serveur: subprocess.Popen[bytes]) -> None:
    """Wait until the pages answer; leaves with a sentence when the server has stopped or takes too long."""
    fin = time.monotonic() + DELAI_DEMARRAGE
    while time.monotonic() < fin and serveur.poll() is None:
        try:
            with urllib.request.urlopen(f"{adresse}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(1)
    sys.exit("La démonstration ne répond pas : lancez make demo pour en voir la cause.")


def prendre(navigateur: Browser, adresse: str, lecteur: str, nom: str) -> None:
    """Take all the screens of a reader at one width."""
    largeur, hauteur = LARGEURS[nom]
    contexte = navigateur.new_context(
        base_url=adresse, viewport={"width": largeur, "height": hauteur}, locale="fr-FR", reduced_motion="reduce"
    )
    page = contexte.new_page()
    page.goto("/connexion?suite=/")
    page.get_by_role("button", name=lecteur).first.click()
    page.wait_for_load_state()
    # Sheets read lately are on the first page.
    page.goto(FICHE)
    for ecran, chemin in ECRANS[lecteur].items():
        reponse = page.goto(chemin)
        if reponse is None or not reponse.ok:
            sys.exit(f"{chemin} ne répond pas comme attendu : la capture « {ecran} » n’est pas prise.")
        calmer(page)
        page.screenshot(path=DOSSIER / f"{ecran}-{nom}.png", full_page=True)
    contexte.close()


def calmer(page: Page) -> None:
    """Wait for what the page asks for by itself."""
    page.wait_for_load_state("networkidle")
    attendre_les_blocs(page)


if __name__ == "__main__":
    main()
