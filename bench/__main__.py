"""``python -m bench``: run every benchmark in its own process; exit with 1 when a target is missed."""

import subprocess
import sys

BANCS = (
    "imports",
    "fusions",
    "flux",
    "indexation",
    "recherche",
    "pages",
    "carte",
    "groupe",
    "compatible",
    "fiche",
    "droits",
    "assistant",
    "croisements",
    "alertes",
    "contradictions",
    "territoires",
    "journal",
    "lents",
    "demarrage",
    "replique",
)


def main() -> int:
    echecs = []
    for banc in BANCS:
        print(f"\n== {banc}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{banc}"]).returncode:
            echecs.append(banc)
    print(f"\nCibles manquées : {', '.join(echecs)}." if echecs else "\nToutes les cibles sont atteintes.")
    return 1 if echecs else 0


if __name__ == "__main__":
    sys.exit(main())
