"""Reads on a replica: cost of a page compared with the primary, lag, effect of losing the replica.

``python -m bench.replique [--entreprises N] [--publiees M] [--dossier D]``: a primary and its streaming replica on this
machine, N companies with rows in every data set, then M companies published while the lag is measured. Targets: 3 round
trips for an anonymous reader, 6 for an agent, over both servers; lag of 100 ms (p95) after a small write; a read that
meets a dead replica ends within a second. Pages alternate between both servers.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from collections import deque
from importlib import import_module
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from bench.dossiers import dossier_de_mesure
from bench.portail import SANS_LIMITES
from bench.replication import Primaire, Secondaire, reglages
from bench.temps import en_ms, p95, resume

ENTREPRISES, PUBLIEES = 3_000, 300_000
MESURES = 150
ECRITURES = 200
CIBLE_RETARD_MS, CIBLE_PERTE_MS = 100.0, 1_000.0


def main(argv: list[str] | None = None) -> int:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--entreprises", type=int, default=ENTREPRISES)
    lecteur.add_argument("--publiees", type=int, default=PUBLIEES)
    lecteur.add_argument("--dossier", type=Path, help="data folder kept from one run to the next (same --entreprises)")
    options = lecteur.parse_args(argv)
    with dossier_de_mesure("replique") as temporaire:
        dossier = (options.dossier or Path(temporaire) / "var").absolute()
        os.environ |= {"FCE_DATA_DIR": str(dossier), "DJANGO_SETTINGS_MODULE": "fce.config.settings"}
        os.environ.pop("DATABASE_URL", None)
        if not dossier.is_dir():
            _remplir(dossier, options.entreprises)
        primaire = Primaire(dossier)
        secondaire = Secondaire(Path(temporaire) / "replique", primaire)
        with primaire.en_marche():
            from bench.fiche import _tache

            cles = _sessions(dossier, _tache)
            with secondaire.en_marche():
                os.environ |= {"FCE_ROLE": "web", **SANS_LIMITES, **reglages(primaire, secondaire)}
                import_module("fce.config.wsgi")  # as the server does
                tenues = [
                    _pages(options.entreprises, cles),
                    _petites_ecritures(primaire, secondaire),
                    _perte(secondaire),
                    _publication(secondaire, Path(temporaire), options.publiees),
                ]
                _fermer()
        secondaire.effacer()
    return 0 if all(tenues) else 1


def _remplir(dossier: Path, nombre: int) -> None:
    from bench import fiche

    fiche._remplir(dossier, nombre)


def _sessions(dossier: Path, tache: Any) -> list[str]:
    return str(tache(dossier, "bench.agents")).split()


def _pages(nombre: int, cles: list[str]) -> bool:
    from django.conf import settings
    from django.core.signals import request_finished
    from django.test import Client

    from bench.faits import PLEINES, siren, siret
    from fce.service.portail.accueil import fiches_ouvertes

    request_finished.disconnect(dispatch_uid="menage")
    fiches_ouvertes.noter = lambda *_: None
    anonyme, agent = Client(headers={"host": "localhost"}), Client(headers={"host": "localhost", "user-agent": "N"})
    agent.cookies[settings.SESSION_COOKIE_NAME] = cles[0]
    alea = Random(11)
    tirees = [alea.randrange(min(PLEINES, nombre)) for _ in range(MESURES)]
    print(f"Fiches, {nombre} entreprises, toutes les sources, temps du serveur (ms, médiane / p95)")
    print(f"  {'':<38}{'base':>15}  {'réplique':>15}   allers-retours (base + réplique)")
    tenues = []
    for qui, client, permis in (("anonyme", anonyme, 3), ("tous les droits", agent, 6)):
        for nom, adresses in (
            ("entreprise", [f"/entreprise/{siren(n)}" for n in tirees]),
            ("entreprise, tout", [f"/entreprise/{siren(n)}/tout" for n in tirees]),
            ("établissement", [f"/etablissement/{siret(n, 2)}" for n in tirees]),
        ):
            tenues.append(_comparer(f"{nom}, {qui}", client, adresses, permis))
    return all(tenues)


def _comparer(nom: str, client: Any, adresses: list[str], permis: int) -> bool:
    from bench.fiche import _page

    temps: dict[bool, list[float]] = {True: [], False: []}
    for rang, adresse in enumerate(adresses):
        for suivie in (rang % 2 == 0, rang % 2 == 1):
            _laisser(seule=not suivie)
            temps[suivie].append(en_ms(lambda a=adresse: _page(client, a)))  # type: ignore[misc]
    seules = _allers(client, adresses[:5], seule=True)
    la, ici = _allers(client, adresses[:5], seule=False)
    # The first pages also fill the servers' plan caches.
    chauds = {suivie: siens[20:] for suivie, siens in temps.items()}
    print(
        f"  {nom:<38}{resume(chauds[False])}  {resume(chauds[True])}   {seules[0]} sans, {la} + {ici} avec",
        flush=True,
    )
    return la + ici <= permis


def _laisser(*, seule: bool) -> None:
    from fce.socle.base import replique

    replique.disjoncteur.ecartee = seule
    replique.disjoncteur.jusqu_a = float("inf") if seule else 0.0


def _allers(client: Any, adresses: list[str], *, seule: bool) -> tuple[int, int]:
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    from bench.fiche import _page

    _laisser(seule=seule)
    essais: list[tuple[int, int]] = []
    for adresse in adresses:
        _page(client, adresse)  # so that connections are open
        with CaptureQueriesContext(connections["default"]) as la, CaptureQueriesContext(connections["replique"]) as ici:
            _page(client, adresse)
            essais.append((len(la.captured_queries), len(ici.captured_queries)))
    return int(median(la for la, _ in essais)), int(median(ici for _, ici in essais))


def _petites_ecritures(primaire: Primaire, secondaire: Secondaire) -> bool:
    retards = []
    with primaire.session() as base, secondaire.session() as la_bas:
        base.execute("CREATE TABLE IF NOT EXISTS banc_de_retard (n int)")
        secondaire.rejoindre()
        for n in range(ECRITURES):
            base.execute("INSERT INTO banc_de_retard VALUES (%s)", [n])
            debut = time.perf_counter()
            while la_bas.execute("SELECT max(n) FROM banc_de_retard").fetchone() != (n,):
                pass
            retards.append(1000 * (time.perf_counter() - debut))
            time.sleep(0.01)
        base.execute("DROP TABLE banc_de_retard")
    print(f"  retard après une petite écriture (ms)   {resume(retards)}   le plus grand {max(retards):.1f}", flush=True)
    return p95(retards) <= CIBLE_RETARD_MS


def _perte(secondaire: Secondaire) -> bool:
    from django.test import Client

    from bench.faits import siren
    from bench.fiche import _page

    client = Client(headers={"host": "localhost"})
    adresse = f"/entreprise/{siren(1)}"
    _laisser(seule=False)
    _page(client, adresse)
    secondaire.tuer()
    premiere = en_ms(lambda: _page(client, adresse))
    suivantes = [en_ms(lambda: _page(client, adresse)) for _ in range(20)]
    secondaire.relancer()
    print(f"  réplique tuée : la page qui la trouve morte {premiere:.0f} ms, les suivantes {resume(suivantes)}")
    return premiere <= CIBLE_PERTE_MS


def _publication(secondaire: Secondaire, dossier: Path, publiees: int) -> bool:
    from bench.national import SIRENE
    from bench.national.fichiers import ecrire

    ecrits = ecrire(dossier, publiees, quoi=SIRENE)
    retards: list[tuple[int, float]] = []
    hors: list[float] = []
    fin = threading.Event()
    fil = threading.Thread(target=_regarder, args=(secondaire, fin, retards, hors))
    fil.start()
    debut = time.perf_counter()
    for source, fichier in (("unites-legales", ecrits.unites), ("etablissements", ecrits.etablissements)):
        commande = [sys.executable, "-m", "fce.config.commande", "import", f"sirene-{source}", str(fichier)]
        muet, environnement = subprocess.DEVNULL, {**os.environ, "FCE_ROLE": "tache"}
        subprocess.run([*commande, "--forcer", "banc"], env=environnement, check=True, stdout=muet, stderr=muet)
    duree = time.perf_counter() - debut
    rattrapage = secondaire.rejoindre(120)
    fin.set()
    fil.join()
    octets, secondes = max(o for o, _ in retards) / 1e6, max(s for _, s in retards)
    print(f"  {publiees} entreprises publiées, et leurs établissements, en {duree:.0f} s :")
    print(f"    retard au plus {octets:.0f} Mo et {secondes:.2f} s, {rattrapage:.2f} s à la fin ;")
    print(f"    {sum(hors):.2f} s pendant lesquelles on lisait la base seule", flush=True)
    return True


def _regarder(
    secondaire: Secondaire, fin: threading.Event, retards: list[tuple[int, float]], hors: list[float]
) -> None:
    """Poll both servers twenty times a second. The lag is the age of the last WAL position not yet replayed."""
    from fce.socle.base import replique

    ecrit = f"SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint, ({replique.temoin()})"
    lu = f"SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint, ({replique.temoin()})"
    attendus: deque[tuple[float, int]] = deque()
    with secondaire.primaire.session() as base, secondaire.session() as la_bas:
        precedent = time.perf_counter()
        while not fin.is_set():
            ((but, attendu),) = base.execute(ecrit).fetchall()
            attendus.append((time.perf_counter(), but))
            ((la, rejoue),) = la_bas.execute(lu).fetchall()
            maintenant = time.perf_counter()
            while attendus and attendus[0][1] <= la:
                attendus.popleft()
            retards.append((max(0, but - la), maintenant - attendus[0][0] if attendus else 0.0))
            if rejoue < attendu:
                hors.append(maintenant - precedent)
            precedent = maintenant
            time.sleep(0.05)


def _fermer() -> None:
    from fce.config.commande import fermer_les_connexions

    fermer_les_connexions()


if __name__ == "__main__":
    raise SystemExit(main())
