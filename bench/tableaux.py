"""The file of a reconciled table, written by the worker: seconds and memory.

``python -m bench.tableaux [--lignes N] [--dossier D]``: N companies are invented, one row each. Targets: 50,000 rows in
60 s, in CSV and in XLSX, under 500 MB for the process.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from bench.imports import memoire_max_mio
from bench.portail import portail

LIGNES = 50_000
CIBLE_S, CIBLE_MO = 60.0, 500.0
_LIEUX = (
    "CREATE TEMP TABLE lieux ON COMMIT DROP AS SELECT n, (100000000 + n)::text AS siren, "
    "(100000000 + n)::text || '00010' AS siret FROM generate_series(1, {nombre}) n"
)


def main(argv: list[str] | None = None) -> int:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--lignes", type=int, default=LIGNES)
    lecteur.add_argument("--dossier", type=Path, help="data folder kept from one run to the next (same size)")
    options = lecteur.parse_args(argv)
    with portail("tableaux", options.dossier):
        from fce.donnees.imports.models import VersionEnPlace

        if not VersionEnPlace.objects.exists():
            _remplir(options.lignes)
        tableau = _tableau(options.lignes)
        atteint = [_mesurer(tableau, forme) for forme in ("csv", "xlsx")]
        tableau.fichiers.all().delete()
        tableau.delete()
        return 0 if all(atteint) else 1


def _remplir(nombre: int) -> None:
    from django.db import connection, transaction

    from bench.faits import _mettre_en_place
    from fce.sources import registre

    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SET LOCAL statement_timeout = 0")
        curseur.execute(_LIEUX.format(nombre=nombre))
        _mettre_en_place(
            registre.source("sirene-unites-legales"),
            [("", "SELECT n, siren, 'O', 'A', '5710', '00010', 'ATELIERS INVENTES NUMERO ' || n, '62.01Z', '12', "
                  "DATE '2001-02-03' FROM lieux")],
            ("ligne", "siren", "statut_diffusion", "etat_administratif", "categorie_juridique", "nic_siege",
             "denomination", "activite_principale", "tranche_effectifs", "date_creation"),
        )  # fmt: skip
        _mettre_en_place(
            registre.source("sirene-etablissements"),
            [("", "SELECT n, siren, siret, 'O', 'A', true, '59350', 'LILLE', '59000', (n % 90)::text, 'RUE', "
                  "'DES INVENTIONS', '62.01Z', DATE '2001-02-03' FROM lieux")],
            ("ligne", "siren", "siret", "statut_diffusion", "etat_administratif", "etablissement_siege",
             "code_commune", "libelle_commune", "code_postal", "numero_voie", "type_voie", "libelle_voie",
             "activite_principale", "date_creation"),
        )  # fmt: skip
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE")


def _tableau(nombre: int) -> Any:
    """A table of which the worker has found every row."""
    from fce.ensembles.rapprochement.models import LigneRapprochee, TableauRapproche
    from tests.droits.comptes import fabrique as c

    tableau = TableauRapproche.objects.create(compte=c.compte(), nom="Mesure", total=nombre, faites=nombre)
    LigneRapprochee.objects.bulk_create(
        (
            LigneRapprochee(
                tableau=tableau, rang=n, nom=f"Ateliers inventés {n}", code_postal="59000", commune="Lille",
                issue="trouve", numero=f"{100_000_000 + n}00010", pourquoi="même nom, même code postal",
            )
            for n in range(1, nombre + 1)
        ),
        batch_size=5_000,
    )  # fmt: skip
    return tableau


def _mesurer(tableau: Any, forme: str) -> bool:
    from fce.ensembles.fichiers import services as ecriture
    from fce.ensembles.rapprochement import fichiers
    from fce.ensembles.rapprochement.models import FichierDeTableau

    auteur = tableau.compte.identifiant
    fichier = FichierDeTableau.objects.create(tableau=tableau, auteur=auteur, format=forme, total=tableau.total)
    debut = time.perf_counter()
    ecriture.ecrire(fichiers.FICHIERS_DE_TABLEAU, fichier.pk)
    duree = time.perf_counter() - debut
    fichier.refresh_from_db()
    assert not fichier.erreur, fichier.erreur
    pointe = memoire_max_mio()
    taille = len(fichier.contenu or b"") / 1_000_000
    print(
        f"{forme} : {tableau.total} lignes en {duree:.1f} s (cible {CIBLE_S:.0f}), {taille:.1f} Mo ; "
        f"mémoire de pointe du processus {pointe:.0f} Mo (cible {CIBLE_MO:.0f})",
        flush=True,
    )
    return duree <= CIBLE_S * tableau.total / LIGNES and pointe <= CIBLE_MO


if __name__ == "__main__":
    raise SystemExit(main())
