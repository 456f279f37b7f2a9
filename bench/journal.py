"""Time to write a sheet's consultations in the journal, compared with an empty round trip.

``python -m bench.journal [--consultations N]`` first writes N rows, with ``synchronous_commit`` on, as in production;
the write of a single row measures the disk. Targets: median added time ≤ 5 ms; verification ≥ 5,000 rows/s.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import Any

from bench.portail import portail

CONSULTATIONS = 20_000
MESURES = 400
CIBLE_MS = 5.0
CIBLE_LIGNES_S = 5_000
MAINTENANT = datetime(2026, 6, 15, 10, tzinfo=UTC)


def main(argv: list[str] | None = None) -> int:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--consultations", type=int, default=CONSULTATIONS)
    options = lecteur.parse_args(argv)
    with portail("journal"):
        return 0 if _mesurer(options.consultations) else 1


def _mesurer(deja: int) -> bool:
    from django.db import connection

    from fce.droits.journal.services import consigner
    from fce.droits.journal.verification import verifier

    _remplir(deja)
    with connection.cursor() as curseur:
        curseur.execute("CREATE TABLE une_ligne (a int); ANALYZE; SET default_transaction_read_only = on")
        curseur.execute("SHOW synchronous_commit")
        print(f"{deja} consultations déjà là ; synchronous_commit {curseur.fetchone()[0]}")

    def vide(_: int) -> None:
        with connection.cursor() as curseur:
            curseur.execute("SELECT 1")
            curseur.fetchone()

    def une_ligne(n: int) -> None:
        with connection.cursor() as curseur:
            curseur.execute("SET TRANSACTION READ WRITE; INSERT INTO une_ligne VALUES (%s)", [n])

    def ecrire(blocs: int) -> Callable[[int], None]:
        return lambda n: consigner(
            [_consultation(n, finalite=f"finalite-{b}", poids=int(b == 0)) for b in range(blocs)],
            MAINTENANT + timedelta(seconds=10 * n),
        )

    plancher = _chronometrer("aller-retour vide", vide)
    _chronometrer("une ligne, seule", une_ligne)
    ajoutes = [
        _chronometrer(f"consigner, {blocs} finalité{'s' if blocs > 1 else ''}", ecrire(blocs)) - plancher
        for blocs in (1, 3)
    ]
    for blocs, ajoute in zip((1, 3), ajoutes, strict=True):
        print(f"coût ajouté médian, {blocs} : {ajoute:.2f} ms (cible {CIBLE_MS:.0f} ms)")
    debut = time.perf_counter()
    rapport = verifier()
    debit = rapport.consultations / (time.perf_counter() - debut)
    print(f"vérification : {rapport.consultations} lignes, {debit:,.0f} par seconde, intact : {rapport.intact}")
    return max(ajoutes) <= CIBLE_MS and debit >= CIBLE_LIGNES_S and rapport.intact


def _remplir(nombre: int) -> None:
    from fce.droits.journal.services import consigner

    # Two hundred agents over a week, in order of time, at the limit of their volume.
    for paquet in range(0, nombre, 100):
        quand = MAINTENANT - timedelta(days=7) * (1 - paquet / nombre)
        consigner([_consultation(n, agent=f"agent-{n % 200}") for n in range(paquet, paquet + 100)], quand)


def _consultation(n: int, **differences: Any) -> Any:
    from fce.droits.journal.services import Consultation

    return Consultation(
        **{
            "agent": f"agent-{n % 20}",
            "siret_administration": "13002526500013",
            "habilitations": ("3f0c9a52", "8be1d7aa"),
            "finalite": "controle-travail",
            "sources": ("wikit-controles", "sora-controles", "activite-partielle"),
            "numero": f"{n % 1_000_000_000:09d}",
            "surface": "fiche",
            "action": "consulter",
            "lignes": {"wikit-controles": 12, "sora-controles": 3, "activite-partielle": 7},
            "classe": "C2",
            "requete": f"{n:016x}",
            "adresse_ip": "192.0.2.7",
            **differences,
        }
    )


def _chronometrer(quoi: str, geste: Callable[[int], None]) -> float:
    for n in range(20):
        geste(n + 1_000_000)
    durees = []
    for n in range(MESURES):
        debut = time.perf_counter()
        geste(n)
        durees.append((time.perf_counter() - debut) * 1000)
    p95 = quantiles(durees, n=20)[-1]
    print(f"{quoi:<28} médiane {median(durees):6.2f} ms   p95 {p95:6.2f} ms")
    return median(durees)


if __name__ == "__main__":
    sys.exit(main())
