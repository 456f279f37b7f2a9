"""Import of establishments, from the csv to the switched view with its indexes and all checks.

Beside it, in the same run on the same server: a raw COPY of the same file into a table of text (no check, no type, no
index). ``python -m bench.imports [--lignes N]``. Target: 120 000 rows/s, importer below 3 GiB whatever the size.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.dossiers import dossier_de_mesure

CIBLE_LIGNES_PAR_S = 120_000
CIBLE_MEMOIRE_MIO = 3 * 1024
LIGNES = 1_000_000
SOURCE = "sirene-etablissements"


def _avec_cle(debuts: Any, longueur: int) -> Any:
    """Numbers with their key, as an array of integers."""
    import numpy as np

    from fce.sources.lecture.cles import cle_juste

    resultat = debuts * 10
    for chiffre in range(10):
        essai = debuts * 10 + chiffre
        resultat = np.where(cle_juste(essai, longueur), essai, resultat)
    return resultat


def ecrire_etablissements(chemin: Path, lignes: int, *, graine: int = 2026) -> None:
    """Write ``lignes`` invented establishments in INSEE's layout, valid keys, about the fill rates of the real file."""
    import numpy as np
    import polars as pl

    from fce.sources import registre

    alea = np.random.default_rng(graine)
    par_unite = 1.5

    sirens = _avec_cle(alea.permutation(90_000_000)[: int(lignes / par_unite) + 1] + 10_000_000, 9)
    unites = np.sort(alea.integers(0, len(sirens), lignes))
    rangs = np.arange(lignes) - np.searchsorted(unites, unites) + 1
    sirets = _avec_cle(sirens[unites] * 10_000 + rangs, 14)

    def choix(valeurs: Sequence[str], plein: float = 1.0) -> pl.Series:
        tirage = pl.Series(valeurs, dtype=pl.String).gather(alea.integers(0, len(valeurs), lignes))
        return (
            tirage
            if plein >= 1
            else pl.select(pl.when(pl.Series(alea.random(lignes) < plein)).then(tirage)).to_series()
        )

    def jours(depuis: int, duree: int) -> pl.Series:
        return pl.Series((alea.integers(0, duree, lignes) + depuis).astype("int32")).cast(pl.Date)

    mots = [f"MOT{i:04d}" for i in range(3000)]
    vides = pl.Series([None], dtype=pl.String).gather(np.zeros(lignes, dtype="uint32"))
    siret = pl.Series(sirets).cast(pl.String).str.zfill(14)
    valeurs = {
        "siren": siret.str.slice(0, 9),
        "nic": siret.str.slice(9),
        "siret": siret,
        "statutDiffusionEtablissement": choix(["O"] * 9 + ["P"]),
        "dateCreationEtablissement": jours(3000, 16_000).dt.to_string("%Y-%m-%d"),
        "trancheEffectifsEtablissement": choix(["NN", "00", "01", "02", "11"], 0.5),
        "anneeEffectifsEtablissement": choix(["2022", "2023"], 0.1),
        "dateDernierTraitementEtablissement": jours(19_000, 1_400).cast(pl.Datetime).dt.to_string("%Y-%m-%dT%H:%M:%S"),
        "etablissementSiege": choix(["true", "false"]),
        "nombrePeriodesEtablissement": choix(["1", "2", "3", "4"]),
        "numeroVoieEtablissement": choix([str(n) for n in range(1, 200)], 0.8),
        "typeVoieEtablissement": choix(["RUE", "AVENUE", "CHEMIN", "PLACE"], 0.8),
        "libelleVoieEtablissement": choix(mots) + " " + choix(mots),
        "codePostalEtablissement": choix([f"{n:05d}" for n in range(1000, 96_000, 37)]),
        "libelleCommuneEtablissement": choix(mots),
        "codeCommuneEtablissement": choix([f"{n:05d}" for n in range(1001, 95_000, 31)]),
        "dateDebut": jours(13_000, 7_000).dt.to_string("%Y-%m-%d"),
        "etatAdministratifEtablissement": choix(["A", "F"]),
        "enseigne1Etablissement": choix(mots, 0.2),
        "denominationUsuelleEtablissement": choix(mots, 0.1),
        "activitePrincipaleEtablissement": choix(["62.01Z", "68.20B", "47.71Z", "01.11Z", "96.02A"]),
        "nomenclatureActivitePrincipaleEtablissement": choix(["NAFRev2"]),
        "caractereEmployeurEtablissement": choix(["O", "N"]),
    }
    colonnes = registre.source(SOURCE).colonnes
    pl.DataFrame({colonne: valeurs.get(colonne, vides) for colonne in colonnes}).write_csv(chemin)


def copie_brute(chemin: Path) -> float:
    """Seconds of a plain COPY of the file into a table of text."""
    from contextlib import closing

    from fce.imports.chargement import connexions

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
    """Peak resident memory of this process, in MiB (VmHWM; unlike ``ru_maxrss`` it forgets the parent)."""
    statut = Path("/proc/self/status").read_text()
    return int(statut.split("VmHWM:")[1].split()[0]) / 1024


def _enfant(chemin: Path) -> None:
    """In a process of its own, so that its memory is the importer's: import, then print one JSON line."""
    import django

    django.setup()
    from fce.imports import services

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
    """Run the benchmark in a temporary cluster and print it; True when both targets are met."""
    with dossier_de_mesure("imports") as dossier:
        os.environ["FCE_DATA_DIR"] = dossier
        os.environ["FCE_ROLE"] = "tache"
        os.environ["DJANGO_SETTINGS_MODULE"] = "fce.config.settings"
        os.environ.pop("DATABASE_URL", None)
        import django
        from django.conf import settings
        from django.core.management import call_command

        from fce.socle.formats import nombre

        django.setup()
        chemin = Path(dossier) / "StockEtablissement_utf8.csv"
        ecrire_etablissements(chemin, lignes)
        assert settings.CLUSTER_EMBARQUE is not None
        with settings.CLUSTER_EMBARQUE.en_marche():
            call_command("migrate", verbosity=0, skip_checks=True)
            reference = copie_brute(chemin)
            sortie = subprocess.run(
                [sys.executable, "-m", "bench.imports", "--enfant", str(chemin)],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            ).stdout
            from django.db import connection

            connection.close()
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
