"""Import of establishments, from the csv to the switched view with indexes and checks.

Baseline: a raw COPY of the same file into a text table (no check, type or index). ``python -m bench.imports [--lignes
N]``. Targets: 120,000 rows/s, importer below 3 GiB at any size.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from bench.portail import portail

CIBLE_LIGNES_PAR_S = 120_000
CIBLE_MEMOIRE_MIO = 3 * 1024
LIGNES = 1_000_000
SOURCE = "sirene-etablissements"


def copie_brute(chemin: Path) -> float:
    from contextlib import closing

    from fce.donnees.imports.chargement import connexions

    with closing(connexions.ouvrir("bench", autocommit=False)) as connexion, chemin.open("rb") as flux:
        colonnes = ", ".join(f'"{nom}" text' for nom in flux.readline().decode().strip().split(","))
        connexion.execute(f"CREATE TABLE reference ({colonnes})")
        debut = time.perf_counter()
        with connexion.cursor() as curseur, curseur.copy("COPY reference FROM STDIN WITH (FORMAT csv)") as copie:
            while bloc := flux.read(1 << 20):
                copie.write(bloc)
        connexion.commit()
        duree = time.perf_counter() - debut
        connexion.execute("DROP TABLE reference")
        connexion.commit()
    return duree


def memoire_max_mio() -> float:
    """Peak resident memory of this process in MiB (VmHWM, which excludes the parent, unlike ``ru_maxrss``)."""
    statut = Path("/proc/self/status").read_text()
    return int(statut.split("VmHWM:")[1].split()[0]) / 1024


def _enfant(chemin: Path) -> None:
    """A separate process, to measure the importer's memory; prints one JSON line."""
    import django

    django.setup()
    from fce.donnees.imports import services

    etapes: dict[str, float] = {}

    def suivre(etape: str, fait: int, total: int) -> None:
        etapes.setdefault(etape, time.perf_counter())

    debut = time.perf_counter()
    importation = services.importer(SOURCE, [chemin], progression=suivre)
    fin = time.perf_counter()
    bornes = [*etapes.values(), fin]
    durees = {etape: round(bornes[i + 1] - bornes[i], 2) for i, etape in enumerate(etapes)}
    print(
        json.dumps(
            {
                "lues": importation.lues,
                "chargees": importation.chargees,
                "s": fin - debut,
                "memoire": memoire_max_mio(),
                "etapes": durees,
            }
        )
    )


def mesurer(lignes: int = LIGNES) -> bool:
    with portail("imports") as dossier:
        from bench.national.fichiers import LIEUX_PAR_ENTREPRISE, ecrire
        from fce.socle.texte.formats import nombre

        ecrits = ecrire(dossier, round(lignes / LIEUX_PAR_ENTREPRISE), quoi=("etablissements",))
        chemin, lignes = ecrits.etablissements, ecrits.lignes["etablissements"]
        reference = copie_brute(chemin)
        sortie = subprocess.run(
            [sys.executable, "-m", "bench.imports", "--enfant", str(chemin)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    resultat = json.loads(sortie.splitlines()[-1])
    debit, memoire = lignes / resultat["s"], resultat["memoire"]
    assert resultat["lues"] == lignes == resultat["chargees"], resultat
    print(f"Import de {nombre(lignes)} établissements (54 colonnes), du csv à la vue basculée :")
    print(f"  import complet        {resultat['s']:6.1f} s  {debit:9,.0f} lignes/s  (cible {CIBLE_LIGNES_PAR_S:,})")
    print(f"  COPY brut, tout texte {reference:6.1f} s  {lignes / reference:9,.0f} lignes/s")
    print(f"  rapport de temps      {resultat['s'] / reference:6.1f} ×")
    print(f"  mémoire de l'import   {memoire:6.0f} Mio (cible {CIBLE_MEMOIRE_MIO})")
    print("  étapes (s) : " + ", ".join(f"{etape} {duree}" for etape, duree in resultat["etapes"].items()))
    return debit >= CIBLE_LIGNES_PAR_S and memoire < CIBLE_MEMOIRE_MIO


def principal() -> int:
    analyse = argparse.ArgumentParser(description=__doc__)
    analyse.add_argument("--lignes", type=int, default=LIGNES)
    analyse.add_argument("--enfant", type=Path, help=argparse.SUPPRESS)
    options = analyse.parse_args()
    if options.enfant:
        _enfant(options.enfant)
        return 0
    return 0 if mesurer(options.lignes) else 1


if __name__ == "__main__":
    sys.exit(principal())
