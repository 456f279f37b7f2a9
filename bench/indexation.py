"""Indexing of a synthetic register, from PostgreSQL to the fragments: documents per second and memory.

``python -m bench.indexation [--entreprises N]``, without directors. Targets: 35,000 documents/s, less than 3 GiB.
"""

from __future__ import annotations

import argparse
import sys

from bench.portail import portail

ENTREPRISES = 1_000_000
CIBLE_DOCUMENTS_PAR_S = 35_000
CIBLE_MEMOIRE_MIO = 3 * 1024


def main(argv: list[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--entreprises", type=int, default=ENTREPRISES)
    options = arguments.parse_args(argv)
    with portail("indexation") as dossier:
        from bench.national import SIRENE, SOURCES
        from bench.national.execution import importer, indexer
        from bench.national.fichiers import ecrire

        ecrits = ecrire(dossier, options.entreprises, quoi=SIRENE)
        for nom in SIRENE:
            importer(SOURCES[nom], getattr(ecrits, nom))
        mesure = indexer()
    debit, memoire = mesure["documents"] / mesure["s"], mesure["memoire"]["processus"]
    print(f"Cibles : {CIBLE_DOCUMENTS_PAR_S} documents/s, {CIBLE_MEMOIRE_MIO} Mio")
    return 0 if debit >= CIBLE_DOCUMENTS_PAR_S and memoire < CIBLE_MEMOIRE_MIO else 1


if __name__ == "__main__":
    sys.exit(main())
