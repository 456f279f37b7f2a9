"""``python -m bench``: every benchmark in turn, each in its own process; exits 1 when a target is missed."""

import subprocess
import sys

BANCS = (
    "imports",
    "fusions",
    "indexation",
    "recherche",
    "pages",
    "fiche",
    "droits",
    "croisements",
    "alertes",
    "journal",
    "lents",
    "replique",
)


def main() -> int:
    """Run them all, whatever each one finds."""
    echecs = []
    for banc in BANCS:
        print(f"\n== {banc}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{banc}"]).returncode:
            echecs.append(banc)
    print(f"\nCibles manquées : {', '.join(echecs)}." if echecs else "\nToutes les cibles sont atteintes.")
    return 1 if echecs else 0


if __name__ == "__main__":
    sys.exit(main())
