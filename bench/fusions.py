"""Time to merge a day of changes into a large table: shared with the table in place, or copied.

``python -m bench.fusions [--lignes N] [--changements N]``. Copying, still used for large changes, grows with the table;
sharing grows with the changes only. Target: twice as fast on a million rows.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.portail import portail

SOURCE = "sirene-etablissements"
CIBLE = 2.0
LIGNES, CHANGEMENTS = 1_000_000, 20_000
_PAUSE = 2


def stock_et_jour(dossier: Path, lignes: int, changements: int) -> tuple[Path, Path, int]:
    """About ``lignes`` establishments, and a day of closures spread over them.

    Returns both files and the number of establishments.
    """
    import polars as pl

    from bench.national.fichiers import LIEUX_PAR_ENTREPRISE, ecrire

    ecrits = ecrire(dossier, round(lignes / LIEUX_PAR_ENTREPRISE), quoi=("etablissements",))
    lignes, jour = ecrits.lignes["etablissements"], dossier / "jour.csv"
    tous = pl.read_csv(ecrits.etablissements, infer_schema=False)
    choisis = tous.gather_every(max(lignes // changements, 1)).head(changements)
    traites = pl.lit("2026-10-31T08:00:00").alias("dateDernierTraitementEtablissement")
    choisis.with_columns(traites, pl.lit("F").alias("etatAdministratifEtablissement")).write_csv(jour)
    return ecrits.etablissements, jour, lignes


def _chronometrer(importer: Callable[[], Any]) -> tuple[float, Any]:
    debut = time.perf_counter()
    resultat = importer()
    return time.perf_counter() - debut, resultat


def _lectures(sirets: list[str]) -> float:
    """Mean ms of a read by SIRET."""
    from django.db import connection

    with connection.cursor() as curseur:
        debut = time.perf_counter()
        for siret in sirets:
            curseur.execute("SELECT * FROM sirene_etablissements WHERE siret = %s", [siret])
            curseur.fetchall()
        return (time.perf_counter() - debut) / len(sirets) * 1000


def mesurer(lignes: int = LIGNES, changements: int = CHANGEMENTS) -> bool:
    with portail("fusions") as dossier:
        stock, jour, lignes = stock_et_jour(dossier, lignes, changements)
        return _comparer(stock, jour, lignes, changements)


def _comparer(stock: Path, jour: Path, lignes: int, changements: int) -> bool:
    import copy

    import polars as pl

    from fce.donnees.imports import services
    from fce.donnees.imports.chargement import fusion
    from fce.socle.texte.formats import nombre
    from fce.sources import registre
    from fce.sources.modes import Fusionne

    source = registre.source(SOURCE)
    fusionnee = copy.copy(source)
    fusionnee.mode = Fusionne("date_dernier_traitement")
    charge, _ = _chronometrer(lambda: services.importer(source, [stock]))
    sirets = pl.read_csv(jour, columns=["siret"], infer_schema=False)["siret"].head(2000).to_list()
    avant = _lectures(sirets)
    durees: dict[str, float] = {}
    totaux: dict[str, int] = {}
    for facon, minimum in (("partage", 0), ("copie", sys.maxsize)):
        fusion.LIGNES_MIN = minimum
        time.sleep(_PAUSE)
        durees[facon], importation = _chronometrer(lambda: services.importer(fusionnee, [jour]))
        totaux[facon] = importation.total
        if facon == "partage":
            apres = _lectures(sirets)
            durees["retour"], _ = _chronometrer(lambda: services.revenir(fusionnee))
    assert totaux["partage"] == totaux["copie"] == lignes, totaux
    rapport = durees["copie"] / durees["partage"]
    print(f"{nombre(changements)} changements versés dans {nombre(lignes)} établissements :")
    print(f"  table partagée        {durees['partage']:6.2f} s")
    print(f"  table recopiée        {durees['copie']:6.2f} s")
    cout = (durees["copie"] - durees["partage"]) / lignes * 1e6
    print(f"  une recopie coûte     {cout:6.2f} s de plus par million de lignes en place")
    print(f"  rapport               {rapport:6.1f} ×  (cible {CIBLE})")
    print(f"  retour en arrière     {durees['retour']:6.2f} s")
    print(f"  lecture par SIRET     {avant:6.3f} ms d'une table, {apres:6.3f} ms de deux")
    print(f"  stock entier          {charge:6.2f} s")
    return rapport >= CIBLE


def principal() -> int:
    analyse = argparse.ArgumentParser(description=__doc__)
    analyse.add_argument("--lignes", type=int, default=LIGNES)
    analyse.add_argument("--changements", type=int, default=CHANGEMENTS)
    options = analyse.parse_args()
    return 0 if mesurer(options.lignes, options.changements) else 1


if __name__ == "__main__":
    sys.exit(principal())
