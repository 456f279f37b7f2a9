"""A backup and its restore, at any size: time, bytes, and whether every table comes back.

``python -m bench.sauvegarde --entreprises N [--dossier D]`` imports an invented register as ``bench.national`` does,
backs it up, restores it into another data folder, opens and serves it: a sheet and a search must answer.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.dossiers import dossier_de_mesure
from bench.national.execution import dire, lancer, serveur, tout_importer
from bench.portail import ouvert

ENTREPRISES = 300_000


def principal() -> int:
    analyse = argparse.ArgumentParser("python -m bench.sauvegarde", description=__doc__)
    analyse.add_argument("--entreprises", type=int, default=ENTREPRISES)
    analyse.add_argument(
        "--dossier", type=Path, default=Path(tempfile.gettempdir()), help="où mettre données et copies"
    )
    options = analyse.parse_args()
    with dossier_de_mesure("sauvegarde", options.dossier) as dossier:
        mesurer(Path(dossier), options.entreprises)
    return 0


def mesurer(dossier: Path, entreprises: int) -> None:
    from pyrage import x25519

    cle = dossier / "cle.txt"
    paire = x25519.Identity.generate()
    cle.write_text(str(paire))
    reglages = {
        "FCE_DEBIT": "0",
        "FCE_SAUVEGARDE_DESTINATAIRE": str(paire.to_public()),
        "FCE_SAUVEGARDES": str(dossier / "sauvegardes"),
        "FCE_RETRAITS": str(dossier / "ailleurs"),
    }
    with ouvert(dossier / "var", None, **reglages):
        from bench.national.fichiers import ecrire

        (fichiers := dossier / "fichiers").mkdir()
        tout_importer(ecrire(fichiers, entreprises), 1)
        siren = _ecrire_la_liste()
        duree, memoire = lancer("sauvegarde")
        octets = sum(f.stat().st_size for f in (dossier / "sauvegardes").rglob("*") if f.is_file())
        dire(f"Sauvegarde de {entreprises} entreprises : {octets / 1e6:.0f} Mo en {duree} s", memoire=memoire)
        duree, _ = lancer("sauvegarde", "--verifier", "derniere", "--identite", str(cle))
        dire(f"Preuve (restauration à part, chaque table comparée) : {duree} s")
        refus = subprocess.run(_fce("restaurer", "derniere", "--identite", str(cle)), capture_output=True, text=True)
        dire(f"Par-dessus le service : code {refus.returncode}, « {refus.stderr.strip().splitlines()[-1]} »")
    _restaurer(dossier, cle, siren)


def _restaurer(dossier: Path, cle: Path, siren: str) -> None:
    debut = time.perf_counter()
    os.environ["FCE_DATA_DIR"] = str(dossier / "neuf")
    duree, memoire = lancer("restaurer", "derniere", "--identite", str(cle))
    dire(f"Restauration, chaque table égale, retraits rejoués : {duree} s", memoire=memoire)
    lancer("restaurer", "--garder")
    lancer("restaurer", "--ouvrir")
    index, _ = lancer("index")
    dire(f"Index rebâti : {index} s")
    with serveur() as (port, _):
        for chemin in (f"/entreprise/{siren}", "/recherche?q=boulangerie"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{chemin}") as reponse:
                assert reponse.status == 200, chemin
    dire(f"De la copie à la première page : {time.perf_counter() - debut:.0f} s")


def _ecrire_la_liste() -> str:
    """Start the list of withdrawals, as the worker does each minute; give the number of a company."""
    from django.db import connection
    from django.utils import timezone

    from fce.exploitation.sauvegarde.retraits import ecriture

    ecriture.ecrire(timezone.now())
    with connection.cursor() as curseur:
        curseur.execute("SELECT siren FROM sirene_unites_legales WHERE statut_diffusion = 'O' LIMIT 1")
        return str(curseur.fetchone()[0])


def _fce(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "fce.config.commande", *arguments]


if __name__ == "__main__":
    sys.exit(principal())
