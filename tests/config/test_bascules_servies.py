"""V33: versions that switch while pages are read."""

import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from tests.config.serveur import serveur
from tests.demonstration import copier
from tests.dossiers import dossier_court

PAGES = ("/entreprise/000001271", "/api/v1/entreprises/000001271", "/recherche?q=centre", "/entreprise/000001271/tout")
ECART_S = 0.2
PROCESSUS = 10
# In a process of its own each time, as « fce import » is: its first switch is the slowest. Five switches.
BASCULER = """
import os, sys, django
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "fce.config.settings"
django.setup()
from fce.donnees.imports import services
source, fichier = sys.argv[1:]
services.importer(source, [Path(fichier)], forcer="essai")
services.revenir(source)
services.revenir(source)
services.retirer([source])
services.importer(source, [Path(fichier)], forcer="essai")
"""


@pytest.mark.epreuve
def test_v33_no_page_fails_while_fifty_versions_switch() -> None:
    """Five requests a second; imports, rollbacks and withdrawals, on a machine whose processors are all busy."""
    codes: Counter[tuple[str, int]] = Counter()
    fini = threading.Event()
    with dossier_court("bascules") as dossier:
        copier(dossier)
        with serveur(dossier, "--travailleurs", "1", FCE_DEBIT="0") as s:

            def lire() -> None:
                tour = 0
                while not fini.wait(ECART_S):
                    chemin = PAGES[tour % len(PAGES)]
                    threading.Thread(target=demander, args=(chemin,)).start()
                    tour += 1

            def demander(chemin: str) -> None:
                codes[chemin, s.demander(chemin).status] += 1

            lecteur = threading.Thread(target=lire)
            lecteur.start()
            occupes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3)]
            try:
                for source in ("bodacc", "egapro") * (PROCESSUS // 2):
                    (fichier,) = (dossier / "demo").glob(f"{source}.*")
                    commande = [sys.executable, "-c", BASCULER, source, str(fichier)]
                    subprocess.run(commande, env=s.environnement, check=True, timeout=300)
            finally:
                fini.set()
                lecteur.join()
                for occupe in occupes:
                    occupe.kill()
                    occupe.wait()
            journal = Path(s.sortie).read_text()
    assert {code for _, code in codes} == {200}
    assert "indisponible :" not in journal
