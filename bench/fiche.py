"""Sheets with every data set loaded: server time in the process of a web worker, for anyone and for an agent who may
read everything, on companies that have something in every rubrique and on one out of all proportion.

``python -m bench.fiche [--entreprises N] [--dossier D] [--profil]``. Targets (p95): 60 ms, the giant 150 ms; page ≤ 6
round trips and 250 kB. Beside them, in the same run: ``SELECT 1``, the floor of one round trip.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

ENTREPRISES = 200_000
MESURES = 200
CIBLE_MS, CIBLE_GEANTE_MS = 60.0, 150.0
ALLERS_RETOURS, OCTETS = 6, 250_000


def main(argv: list[str] | None = None) -> int:
    """Print the figures; return 1 when a target is missed."""
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--entreprises", type=int, default=ENTREPRISES)
    lecteur.add_argument("--dossier", type=Path, help="data folder kept from one run to the next (same --entreprises)")
    lecteur.add_argument("--profil", action="store_true", help="print where the time goes")
    options = lecteur.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="fce-fiche-") as temporaire:
        dossier = (options.dossier or Path(temporaire) / "var").absolute()
        neuf = not dossier.is_dir()
        # Settings are read once: the folder must be known first, and pages run as a web process does.
        os.environ |= {"FCE_DATA_DIR": str(dossier), "FCE_ROLE": "web", "DJANGO_SETTINGS_MODULE": "fce.config.settings"}
        # An agent who reads hundreds of sheets in a minute would be stopped.
        os.environ["FCE_VOLUMES"] = "1000000/600"
        import django

        django.setup()
        from django.conf import settings

        assert settings.CLUSTER_EMBARQUE is not None, "DATABASE_URL doit être vide : le banc a sa propre base"
        if neuf:
            _remplir(dossier, options.entreprises)
        with settings.CLUSTER_EMBARQUE.en_marche():
            return 0 if _mesurer(options.entreprises, profil=options.profil) else 1


def _remplir(dossier: Path, nombre: int) -> None:
    """In a process of its own: a web process may not write."""
    from bench.pages import commande

    debut = time.perf_counter()
    commande(dossier, "migrate")
    environnement = {**os.environ, "FCE_DATA_DIR": str(dossier), "FCE_ROLE": "tache"}
    subprocess.run([sys.executable, "-m", "bench.faits", str(nombre)], env=environnement, check=True)
    print(f"Base remplie en {time.perf_counter() - debut:.0f} s", flush=True)


def _mesurer(nombre: int, *, profil: bool) -> bool:
    from django.db import connection
    from django.test import Client

    from bench.faits import PLEINES, siren, siret
    from fce.fiche import views

    client = Client(headers={"host": "localhost"})
    alea = Random(11)
    pleines = [alea.randrange(PLEINES) for _ in range(MESURES)]
    autres = [alea.randrange(PLEINES + 1, nombre) for _ in range(MESURES)]
    adresses = {
        "entreprise ordinaire": [f"/entreprise/{siren(n)}" for n in autres],
        "entreprise pleine": [f"/entreprise/{siren(n)}" for n in pleines],
        "établissement plein": [f"/etablissement/{siret(n, 2)}" for n in pleines],
        "entreprise géante": [f"/entreprise/{siren(PLEINES)}"] * (MESURES // 5),
    }

    def un() -> None:
        with connection.cursor() as curseur:
            curseur.execute("SELECT 1")

    un()
    plancher = [_ms(un) for _ in range(MESURES)]
    print(f"Fiches, {nombre} entreprises, toutes les sources, temps du serveur (ms, médiane / p95)")
    print(f"  {'un aller-retour':<46}{_resume(plancher)}")
    atteint = True
    anonyme = views.lecteur_de
    for qui, lecteur_de in (("anonyme", anonyme), ("tous les droits", _agent()), ("un département", _agent("59"))):
        views.lecteur_de = lecteur_de  # type: ignore[assignment, unused-ignore]
        for nom, liste in adresses.items():
            atteint &= _ligne(client, f"{nom}, {qui}", liste, median(plancher), geante="géante" in nom)
    if profil:
        views.lecteur_de = _agent()  # type: ignore[assignment, unused-ignore]
        for nom in ("entreprise pleine", "entreprise géante"):
            _profiler(client, nom, adresses[nom][:30])
    views.lecteur_de = anonyme
    return atteint


def _ligne(client: Any, nom: str, adresses: list[str], plancher: float, *, geante: bool) -> bool:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for adresse in adresses[:10]:
        _page(client, adresse)
    with CaptureQueriesContext(connection) as requetes:
        contenu = _page(client, adresses[0])
    temps = [_ms(lambda a=adresse: _page(client, a)) for adresse in adresses]  # type: ignore[misc]
    cible = CIBLE_GEANTE_MS if geante else CIBLE_MS
    p95, octets, allers = _p95(temps), len(contenu), len(requetes)
    blocs = contenu.decode().count('class="fce-source"')
    print(
        f"  {nom:<46}{_resume(temps)}  {allers} allers-retours, {octets / 1000:.0f} ko, {blocs} blocs "
        f"({median(temps) / plancher:.0f} × un aller-retour ; cible p95 {cible:.0f})",
        flush=True,
    )
    return p95 <= cible and allers <= ALLERS_RETOURS and octets <= OCTETS


def _agent(*departements: str) -> Callable[..., Any]:
    """Reads everything, everywhere or in some départements."""
    from datetime import timedelta

    from django.utils import timezone

    from fce.demo import numeros
    from fce.droits.acteurs import FRANCE, Acteur, Genre, Habilitation
    from fce.droits.finalites import FINALITES, GROUPES, Droit
    from fce.fiche.lecteur import Lecteur

    siren = numeros.siren(201)
    service = siren + numeros.nic(siren, 1)
    jour = timezone.localdate()
    habilitation = Habilitation(
        organisation=service,
        groupes=frozenset(GROUPES),
        finalites=(FINALITES["controle-travail"],),
        territoire=frozenset(departements or (FRANCE,)),
        droits=frozenset({Droit.CONSULTER, Droit.EXPORTER, Droit.API}),
        debut=jour,
        fin=jour + timedelta(days=90),
        approbateur="approbatrice",
        demandeur="demandeur",
    )
    acteur = Acteur(Genre.AGENT, "agent", service, (habilitation,), mfa=True)

    def lecteur_de(request: Any, action: Droit = Droit.CONSULTER) -> Lecteur:
        return Lecteur(acteur, action, "controle-travail")

    return lecteur_de


def _page(client: Any, adresse: str) -> bytes:
    reponse = client.get(adresse)
    if reponse.status_code != 200:
        raise SystemExit(f"{adresse} répond {reponse.status_code}")
    return bytes(reponse.content)


def _profiler(client: Any, nom: str, adresses: list[str]) -> None:
    profil = cProfile.Profile()
    profil.enable()
    for adresse in adresses:
        _page(client, adresse)
    profil.disable()
    print(f"\nProfil : {nom}, {len(adresses)} pages")
    pstats.Stats(profil).sort_stats("cumulative").print_stats(r"fce|psycopg|json|django.template", 60)
    pstats.Stats(profil).sort_stats("tottime").print_stats(30)


def _ms(action: Callable[[], Any]) -> float:
    debut = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - debut)


def _p95(temps: list[float]) -> float:
    return sorted(temps)[int(0.95 * (len(temps) - 1))]


def _resume(temps: list[float]) -> str:
    return f"{median(temps):6.1f} / {_p95(temps):6.1f}"


if __name__ == "__main__":
    raise SystemExit(main())
