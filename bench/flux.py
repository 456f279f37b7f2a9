"""Time that the feed of changes adds to an import, and time to compute and read a day of changes.

``python -m bench.flux [--entreprises N] [--changements N] [--dossier D]`` imports a synthetic register (once if D is
kept), then a day of changes. Target: a day of 100,000 changes readable 60 s after its switch.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bench.dossiers import dossier_de_mesure
from bench.national.execution import importer, tout_importer
from bench.portail import ouvert

CIBLE_S = 60.0


def principal() -> int:
    analyse = argparse.ArgumentParser(description=__doc__)
    analyse.add_argument("--entreprises", type=int, default=300_000)
    analyse.add_argument("--changements", type=int, default=100_000)
    analyse.add_argument("--dossier", type=Path, help="où garder le répertoire (défaut : temporaire, effacé à la fin)")
    options = analyse.parse_args()
    if options.dossier:
        return mesurer(options.dossier, options.entreprises, options.changements)
    with dossier_de_mesure("flux") as dossier:
        return mesurer(Path(dossier), options.entreprises, options.changements)


def mesurer(dossier: Path, entreprises: int, nombre: int) -> int:
    with ouvert(dossier / "var", FCE_DEBIT="0") as neuf:
        from bench.national.fichiers import ecrire
        from bench.national.jour import changements
        from fce.donnees.changements import services
        from fce.donnees.imports.models import Import

        if neuf:
            (fichiers := dossier / "fichiers").mkdir()
            tout_importer(ecrire(fichiers, entreprises), 1)
        services.calculer()
        faits = Import.objects.filter(source="sirene-flux").count()
        chemin = dossier / "jour.json"
        changements(
            chemin,
            entreprises,
            nombre,
            decalage=7 * (faits + 1),
            traite_le=f"2026-11-{1 + faits % 28:02d}T08:12:45.377",
        )
        curseur = _horizon()
        flux = importer("sirene-flux", chemin)
        debut = time.perf_counter()
        services.calculer()
        calcule = time.perf_counter()
        lus, octets = _lire(curseur)
        fini = time.perf_counter()
        print(
            f"  {nombre} changements : import {flux['s']} s ; calcul {calcule - debut:.1f} s, soit "
            f"{(calcule - debut) / flux['s']:.0%} de l’import ; {lus} entreprises lues en {fini - calcule:.1f} s "
            f"({octets / 1e6:.0f} Mo) ; noter la bascule dans l’import : {_noter():.1f} ms",
            flush=True,
        )
        total = fini - debut
        print(f"  Lisible {total:.1f} s après la bascule (cible : {CIBLE_S:.0f} s)")
        return int(total > CIBLE_S)


def _horizon() -> str:
    from fce.donnees.changements.curseurs import Curseur, horizon

    return str(Curseur(horizon()))


def _lire(curseur: str) -> tuple[int, int]:
    from django.test import Client

    client, lus, octets = Client(headers={"host": "localhost"}), 0, 0
    while True:
        reponse = client.get(f"/api/v1/changements?curseur={curseur}&taille=1000")
        assert reponse.status_code == 200, reponse.content
        lus += reponse.content.count(b"\n") - 1
        octets += len(reponse.content)
        if curseur == reponse["X-FCE-Curseur"] or reponse.content.endswith(b'"a_jour":true}\n'):
            return lus, octets
        curseur = reponse["X-FCE-Curseur"]


def _noter() -> float:
    """Milliseconds that a switch waits for its note, undone."""
    from django.db import transaction
    from django.db.models import F

    from fce.donnees.changements import services
    from fce.donnees.entreprises.sirene import UNITES_LEGALES
    from fce.donnees.imports.models import Bascule

    with transaction.atomic():
        Bascule.objects.update(numero=F("numero") + 1)
        debut = time.perf_counter()
        services.noter(UNITES_LEGALES, 0, 0)
        duree = time.perf_counter() - debut
        transaction.set_rollback(True)
    return 1_000 * duree


if __name__ == "__main__":
    sys.exit(principal())
