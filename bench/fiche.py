"""Server time of the sheets with every data set loaded, for an anonymous reader and an agent with all rights, on full
companies and on a giant.

``python -m bench.fiche [--entreprises N] [--dossier D] [--profil]``. Targets (p95): Synthèse 35 ms, a tab 40, whole
sheet 60, giant 150 ms; 3 round trips for an anonymous reader, 6 for an agent; Synthèse 90 kB, whole sheet 250 kB.
Baselines: ``SELECT 1``, and a fixed computation around each page. Targets judge the measured times; "au calme" corrects
them as if that computation had always run as in its best tenth.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import subprocess
import sys
import time
from dataclasses import dataclass
from html import escape
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from bench.portail import SANS_LIMITES, portail
from bench.temps import en_ms, p95, resume

ENTREPRISES = 200_000
MESURES = 200
VOISINS = 4
CIBLE_PDF_MS = 5_000.0
NOTES = 20
CIBLE_SYNTHESE_MS, CIBLE_ONGLET_MS, CIBLE_TOUT_MS, CIBLE_GEANTE_MS = 35.0, 40.0, 60.0, 150.0
ALLERS_RETOURS, ALLERS_RETOURS_AGENT = 3, 6
OCTETS, OCTETS_TOUT = 90_000, 250_000


def main(argv: list[str] | None = None) -> int:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--entreprises", type=int, default=ENTREPRISES)
    lecteur.add_argument("--dossier", type=Path, help="data folder kept from one run to the next (same --entreprises)")
    lecteur.add_argument("--profil", action="store_true", help="print where the time goes")
    options = lecteur.parse_args(argv)
    with portail(
        "fiche", options.dossier, lambda neuf: _remplir(neuf, options.entreprises), FCE_ROLE="web", **SANS_LIMITES
    ) as dossier:
        return 0 if _mesurer(dossier, options.entreprises, profil=options.profil) else 1


def _remplir(dossier: Path, nombre: int) -> None:
    """In another process, because a web process may not write."""
    from bench.pages import commande

    debut = time.perf_counter()
    commande(dossier, "migrate")
    _tache(dossier, "bench.faits", str(nombre))
    print(f"Base remplie en {time.perf_counter() - debut:.0f} s", flush=True)


def _tache(dossier: Path, module: str, *arguments: str) -> str:
    """Output of a module run in a process that may write."""
    environnement = {**os.environ, "FCE_DATA_DIR": str(dossier), "FCE_ROLE": "tache"}
    commande = [sys.executable, "-m", module, *arguments]
    return subprocess.run(commande, env=environnement, check=True, stdout=subprocess.PIPE, text=True).stdout


def _lecteurs(dossier: Path) -> dict[str, Any]:
    from django.conf import settings
    from django.test import Client

    from bench.agents import TERRITOIRES

    navigateurs = {"anonyme": Client(headers={"host": "localhost"})}
    for qui, cle in zip(TERRITOIRES, _tache(dossier, "bench.agents").split(), strict=True):
        navigateurs[qui] = Client(headers={"host": "localhost", "user-agent": "Navigateur"})
        navigateurs[qui].cookies[settings.SESSION_COOKIE_NAME] = cle
    return navigateurs


def _mesurer(dossier: Path, nombre: int, *, profil: bool) -> bool:
    from django.core.signals import request_finished
    from django.db import connection

    from bench.faits import PLEINES, siren, siret
    from fce.service.portail.accueil import fiches_ouvertes
    from fce.sources.onglets import ONGLETS

    # In service, both run after the answer is sent.
    request_finished.disconnect(dispatch_uid="menage")
    fiches_ouvertes.noter = lambda *_: None
    lecteurs = _lecteurs(dossier)
    alea = Random(11)
    pleines = [alea.randrange(PLEINES) for _ in range(MESURES)]
    autres = [alea.randrange(PLEINES + 1, nombre) for _ in range(MESURES)]
    adresses = {
        "entreprise ordinaire": [f"/entreprise/{siren(n)}" for n in autres],
        "entreprise pleine": [f"/entreprise/{siren(n)}" for n in pleines],
        "établissement plein": [f"/etablissement/{siret(n, 2)}" for n in pleines],
        "entreprise pleine, tout": [f"/entreprise/{siren(n)}/tout" for n in pleines],
        "entreprise géante": [f"/entreprise/{siren(PLEINES)}"] * (MESURES // 5),
    } | {
        f"entreprise pleine, {onglet}": [f"/entreprise/{siren(n)}/{onglet}" for n in pleines[: MESURES // 4]]
        for onglet in ONGLETS
    }

    def un() -> None:
        with connection.cursor() as curseur:
            curseur.execute("SELECT 1")

    un()
    plancher = [en_ms(un) for _ in range(MESURES)]
    print(f"Fiches, {nombre} entreprises, toutes les sources, temps du serveur (ms, médiane / p95)")
    print(f"  {'un aller-retour':<38}{resume(plancher)}")
    lignes = [
        _ligne(client, f"{nom}, {qui}", liste, _cibles(nom, qui))
        for qui, client in lecteurs.items()
        for nom, liste in adresses.items()
    ]
    notes_tenues = _notes(lecteurs["tous les droits"], adresses["entreprise pleine"])
    etalons = sorted(ms for ligne in lignes for ms in ligne.etalons)
    calme = etalons[len(etalons) // 10]
    print(f"  {'le même calcul, entre deux pages':<38}{resume(etalons)}   au calme {calme:6.1f}")
    jugees = [_juger(ligne, calme) for ligne in lignes]
    if profil:
        for nom in ("entreprise pleine", "entreprise géante"):
            _profiler(lecteurs["tous les droits"], nom, adresses[nom][:30])
    return all(jugees) and notes_tenues


def _notes(client: Any, adresses: list[str]) -> bool:
    for adresse in adresses[:2]:
        _page(client, f"{adresse}/note.pdf")  # the first PDF also loads the layout library
    temps = {
        suite: [en_ms(lambda a=a, s=suite: _page(client, f"{a}/{s}")) for a in adresses[:NOTES]]  # type: ignore[misc]
        for suite in ("note", "note.pdf")
    }
    for suite, siens in temps.items():
        print(f"  {f'entreprise pleine, {suite}':<38}{resume(siens)}   (cible du PDF {CIBLE_PDF_MS:.0f})", flush=True)
    return p95(temps["note.pdf"]) <= CIBLE_PDF_MS


@dataclass(frozen=True)
class Cibles:
    """Maximum ms (p95), round trips and bytes of a page."""

    ms: float
    allers: int
    octets: int


@dataclass(frozen=True)
class Ligne:
    """Measures of some pages: ms of each, and of the fixed computation around them (one more)."""

    nom: str
    temps: list[float]
    etalons: list[float]
    allers: int
    contenu: bytes
    cibles: Cibles


def _cibles(nom: str, qui: str) -> Cibles:
    allers = ALLERS_RETOURS if qui == "anonyme" else ALLERS_RETOURS_AGENT
    if "géante" in nom:
        return Cibles(CIBLE_GEANTE_MS, allers, OCTETS)
    if nom.endswith("tout"):
        return Cibles(CIBLE_TOUT_MS, allers, OCTETS_TOUT)
    return Cibles(CIBLE_ONGLET_MS, allers, OCTETS_TOUT) if ", " in nom else Cibles(CIBLE_SYNTHESE_MS, allers, OCTETS)


def _ligne(client: Any, nom: str, adresses: list[str], cibles: Cibles) -> Ligne:
    from fce.exploitation.serveur import menage

    for adresse in adresses[:10]:
        contenu = _page(client, adresse)
    allers = _allers_retours(client, adresses[:5])
    temps, etalons = [], [en_ms(_etalon)]
    for adresse in adresses:
        temps.append(en_ms(lambda a=adresse: _page(client, a)))  # type: ignore[misc]
        menage.ranger()
        etalons.append(en_ms(_etalon))
    return Ligne(nom, temps, etalons, allers, contenu, cibles)


def _juger(ligne: Ligne, calme: float) -> bool:
    # Use the computations around each page: a single one is too noisy.
    rangs = range(len(ligne.temps))
    alentour = [median(ligne.etalons[max(0, rang - VOISINS) : rang + VOISINS + 2]) for rang in rangs]
    ramenes = [ms * calme / autour for ms, autour in zip(ligne.temps, alentour, strict=True)]
    octets, blocs = len(ligne.contenu), ligne.contenu.decode().count('class="fce-source"')
    print(
        f"  {ligne.nom:<38}{resume(ligne.temps)}   au calme {resume(ramenes)} (cible p95 {ligne.cibles.ms:.0f})   "
        f"{ligne.allers} allers-retours, {octets / 1000:.0f} ko, {blocs} blocs",
        flush=True,
    )
    cibles = ligne.cibles
    return p95(ligne.temps) <= cibles.ms and ligne.allers <= cibles.allers and octets <= cibles.octets


def _allers_retours(client: Any, adresses: list[str]) -> int:
    """Median, because some pages also refresh the session."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    essais = []
    for adresse in adresses:
        with CaptureQueriesContext(connection) as requetes:
            _page(client, adresse)
            essais.append(sum("SAVEPOINT" not in (r["sql"] or "") for r in requetes.captured_queries))
    return int(median(essais))


def _etalon() -> int:
    rangees = [{"nom": f"SOCIÉTÉ {n} & FILS", "montant": n, "jour": None} for n in range(1_000)]
    lues = [{**rangee, "rang": rang} for rang, rangee in enumerate(rangees)]
    return len("".join(f"<td>{escape(str(valeur))}</td>" for ligne in lues for valeur in ligne.values()))


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


if __name__ == "__main__":
    raise SystemExit(main())
