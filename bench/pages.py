"""Server time of the results page, suggestions and sheets, in a web process, on a synthetic register.

``python -m bench.pages [--entreprises N] [--dossier D]``. Targets (p95): results page ≤ 40 ms, suggestions ≤ 25 ms,
sheets ≤ 30 ms. Baseline: ``SELECT 1``, one round trip.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from urllib.parse import quote

from bench.portail import portail
from bench.temps import en_ms, p95, resume

ENTREPRISES = 1_500_000
MESURES = 300
CIBLES_MS = {"résultats": 40.0, "suggestions": 25.0, "fiche entreprise": 30.0, "fiche établissement": 30.0}


def peupler(dossier: Path, nombre: int) -> None:
    """Import and index ``nombre`` synthetic companies in the data folder ``dossier``."""
    from bench.national import SIRENE, SOURCES
    from bench.national.fichiers import ecrire

    (fichiers := dossier / "fichiers").mkdir(parents=True)
    ecrits = ecrire(fichiers, nombre, quoi=SIRENE)
    for nom in SIRENE:
        commande(dossier, "import", SOURCES[nom], str(getattr(ecrits, nom)))
    shutil.rmtree(fichiers)
    commande(dossier, "index")


def commande(dossier: Path, *arguments: str) -> None:
    environnement = {**os.environ, "FCE_DATA_DIR": str(dossier), "FCE_ROLE": "tache"}
    fce = str(Path(sys.executable).with_name("fce"))
    subprocess.run([fce, *arguments], env=environnement, check=True, stdout=subprocess.DEVNULL)


def main(argv: list[str] | None = None) -> int:
    return lancer("pages", __doc__ or "", ENTREPRISES, _mesurer, argv)


def lancer(nom: str, aide: str, entreprises: int, mesurer: Callable[[int], bool], argv: list[str] | None = None) -> int:
    """Measure in a web process of a register of the size asked; the exit code."""
    lecteur = argparse.ArgumentParser(description=aide)
    lecteur.add_argument("--entreprises", type=int, default=entreprises)
    lecteur.add_argument("--dossier", type=Path, help="data folder kept from one run to the next (same --entreprises)")
    options = lecteur.parse_args(argv)
    with portail(nom, options.dossier, lambda neuf: peupler(neuf, options.entreprises), FCE_ROLE="web", FCE_DEBIT="0"):
        return 0 if mesurer(options.entreprises) else 1


def visiteur() -> Callable[[str], None]:
    """A reader of this process: asks for an address, and ends the bench when it is refused."""
    from django.test import Client

    client = Client(headers={"host": "localhost"})

    def page(adresse: str) -> None:
        if (reponse := client.get(adresse)).status_code not in (200, 302):
            raise SystemExit(f"{adresse} répond {reponse.status_code}")

    return page


def allers_retours() -> list[float]:
    """Milliseconds of ``SELECT 1``, printed: the baseline."""
    from django.db import connection

    def un() -> None:
        with connection.cursor() as curseur:
            curseur.execute("SELECT 1")

    plancher = [en_ms(un) for _ in range(MESURES)]
    print(f"  {'un aller-retour':<22}{resume(plancher, 2)}")
    return plancher


def _mesurer(nombre: int) -> bool:
    from bench.national.lectures import exemples

    alea = Random(11)
    tirees = exemples(nombre)[:MESURES]
    page = visiteur()
    requetes = [_requete(x.nom, alea) for x in tirees]
    adresses: dict[str, list[str]] = {
        "résultats": [f"/recherche?vue=entreprises&affichage=liste&q={quote(q)}" for q in requetes],
        "suggestions": [f"/recherche/suggestions?q={quote(q)}" for q in _tapees(requetes, alea)],
        "fiche entreprise": [f"/entreprise/{x.siren}" for x in tirees],
        "fiche établissement": [f"/etablissement/{x.siret}" for x in tirees],
    }
    print(f"Pages, {nombre} entreprises, temps du serveur (ms, médiane / p95)")
    plancher = allers_retours()
    atteint = True
    for nom, liste in adresses.items():
        for adresse in liste[:20]:
            page(adresse)
        temps = [en_ms(lambda a=adresse: page(a)) for adresse in liste]  # type: ignore[misc]
        atteint &= p95(temps) <= CIBLES_MS[nom]
        rapport = median(temps) / median(plancher)
        print(f"  {nom:<22}{resume(temps, 2)}  ({rapport:.0f} allers-retours ; cible p95 {CIBLES_MS[nom]:.0f})")
    return atteint


def _tapees(requetes: list[str], alea: Random) -> list[str]:
    activites = ("boulangerie lille", "restaurant marseille", "10.71C", "taxi paris", "plomberie saint etienne")
    entieres = [q if alea.random() < 0.8 else alea.choice(activites) for q in requetes]
    return [q[: alea.randrange(2, max(3, len(q) + 1))] for q in entieres]


def _requete(nom: str, alea: Random) -> str:
    """Half of the queries are whole names, the others a common word, a prefix or a typo."""
    forme = alea.random()
    if forme < 0.5:
        return nom
    if forme < 0.7:
        return nom.split()[0]
    if forme < 0.85:
        return nom[: max(4, len(nom) - 3)]
    milieu = len(nom) // 2
    return nom[:milieu] + nom[milieu + 1 :]


if __name__ == "__main__":
    raise SystemExit(main())
