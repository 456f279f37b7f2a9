"""Time to make a day of changes searchable by updating the index, compared with a full rebuild.

``python -m bench.changements [--entreprises N] [--jours 100000,10000] [--dossier D]`` writes, imports and indexes a
synthetic register (once if D is kept), then for each day: import, ``fce index``, search of a name new that day. Finally
compares the answers with those of a rebuilt index. ``--sans-suite`` stops after the days, on a register made before
(``--preparer``).
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

from bench.dossiers import dossier_de_mesure
from bench.national.execution import importer, indexer, lancer, tout_importer
from bench.portail import ouvert

ENTREPRISES = 300_000
PREMIER_JOUR = 1
"""Day of the month of the first changes, later than any date of the register."""


def principal() -> int:
    analyse = argparse.ArgumentParser(description=__doc__)
    analyse.add_argument("--entreprises", type=int, default=ENTREPRISES)
    analyse.add_argument("--jours", default="100000,100000,10000", help="nombre de changements de chaque jour")
    analyse.add_argument("--dossier", type=Path, help="où garder le répertoire (défaut : temporaire, effacé à la fin)")
    analyse.add_argument("--preparer", action="store_true", help="s’arrêter une fois le répertoire indexé")
    analyse.add_argument("--sans-suite", action="store_true", help="les jours seulement : ni partage ni comparaison")
    options = analyse.parse_args()
    jours = [] if options.preparer else [int(n) for n in options.jours.split(",")]
    if options.dossier:
        mesurer(options.dossier, options.entreprises, jours, suite=not options.sans_suite)
        return 0
    with dossier_de_mesure("changements") as dossier:
        mesurer(Path(dossier), options.entreprises, jours, suite=not options.sans_suite)
    return 0


def mesurer(dossier: Path, entreprises: int, jours: list[int], *, suite: bool = True) -> None:
    """``suite``: also measure sharing, and compare the answers of the updated and rebuilt indexes."""
    with ouvert(dossier / "var", FCE_DEBIT="0") as neuf:
        if neuf:
            _batir(dossier, entreprises)
        for rang, nombre in enumerate(jours):
            if suite:
                _partager(dossier)
            _jour(dossier, entreprises, nombre, rang)
        if jours and suite:
            _partager(dossier)
            retouche = _reponses()
            avant = _processeur()
            entier = lancer("index", "--forcer")
            print(
                f"  Index bâti en entier : {entier[0]} s, {_processeur() - avant:.1f} s de processeur ; "
                f"mémoire {entier[1]['processus']} Mio",
                flush=True,
            )
            _comparer(retouche, _reponses())


def _batir(dossier: Path, entreprises: int) -> None:
    from bench.national.fichiers import ecrire

    (fichiers := dossier / "fichiers").mkdir()
    tout_importer(ecrire(fichiers, entreprises), 1)
    indexer()


def _jour(dossier: Path, entreprises: int, nombre: int, rang: int) -> None:
    from bench.national.jour import changements
    from fce.donnees.imports.models import Import
    from fce.recherche.reponse.selectors import moteur

    faits = Import.objects.filter(source="sirene-flux").count()
    chemin = dossier / "jour.json"
    temoin = changements(
        chemin,
        entreprises,
        nombre,
        decalage=7 * (faits + 1),
        traite_le=f"2026-11-{PREMIER_JOUR + faits % 28:02d}T08:12:45.377",
    )
    debut, processeur = time.perf_counter(), _processeur()
    flux = importer("sirene-flux", chemin)
    importe = _processeur()
    duree, memoire = lancer("index")
    indexe = _processeur()
    trouves = _trouver(temoin)
    total = time.perf_counter() - debut
    manifeste = moteur().manifeste()
    assert manifeste is not None
    dit = manifeste.extra
    relues = f"{dit['unites_retouchees']} entreprises relues" if dit.get("retouches") else "index bâti en entier"
    print(
        f"  Jour {rang + 1} : {nombre} changements, cherchés en {total:.1f} s (import {flux['s']}, index {duree}) ; "
        f"processeur : import {importe - processeur:.1f} s, index {indexe - importe:.1f} s ; {relues} ; "
        f"mémoire {memoire['processus']} Mio",
        flush=True,
    )
    assert trouves, temoin  # the company that had this name the day before may still match


def _partager(dossier: Path) -> None:
    from django.test import override_settings

    from fce.recherche import partages

    debut = time.perf_counter()
    publie = partages.publier_l_index(str(dossier / "partage"), lambda *_: None)
    milieu = time.perf_counter()
    with override_settings(FCE_INDEX_DIR=dossier / "autre"):
        pris = partages.prendre_l_index(str(dossier / "partage"), lambda *_: None)
    print(
        f"  Partage : {publie.octets / 1e6:.0f} Mo ; publiés en {milieu - debut:.1f} s ({publie.copies / 1e6:.0f} Mo "
        f"copiés), pris en {time.perf_counter() - milieu:.1f} s ({pris.copies / 1e6:.0f} Mo copiés)",
        flush=True,
    )


def _processeur() -> float:
    """CPU seconds of the finished commands and of their PostgreSQL connections."""
    import psutil
    from django.db import connection

    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_backend_pid()")
        maitre = psutil.Process(curseur.fetchone()[0]).parent()
    connection.close()
    time.sleep(0.2)  # so that PostgreSQL counts its connection among the finished ones
    assert maitre is not None
    siens, nos = maitre.cpu_times(), os.times()
    return siens.children_user + siens.children_system + nos.children_user + nos.children_system


def _trouver(q: str) -> int:
    from fce.recherche.question import strategie
    from fce.recherche.question.requete import Requete
    from fce.recherche.reponse.selectors import moteur

    return strategie.interroger(moteur(), Requete.depuis({"q": q})).reponse.total


def _reponses() -> dict[str, tuple[int, list[str], dict[str, int]]]:
    import polars as pl

    from bench.national.jour import TEMOIN
    from bench.temps import en_ms, resume
    from fce.donnees.entreprises import flux
    from fce.recherche.question import strategie
    from fce.recherche.question.requete import Requete
    from fce.recherche.reponse.selectors import moteur

    noms = [TEMOIN]
    for bornes in flux.bornes(5):
        for lu, _ in zip(flux.documents(*bornes), range(40), strict=False):
            noms += [
                str(lu.entreprise.denomination or lu.entreprise.nom or ""),
                *(e.libelle_voie or "" for e in lu.etablissements[:1]),
            ]
    tirees = pl.Series(noms).unique(maintain_order=True).to_list()
    saisies: list[dict[str, str]] = [{"q": n} for n in tirees if len(n) > 3]
    saisies += [{"q": n[:3] + n[4:]} for n in tirees if len(n) > 6]
    saisies += [{"departement": d, "etat": "tous"} for d in ("59", "75", "13", "29")]
    machine: Any = moteur()
    sorties, temps = {}, []
    for saisie in saisies:
        requete = Requete.depuis(saisie)
        temps.append(en_ms(lambda r=requete: strategie.interroger(machine, r)))  # type: ignore[misc]
        trouvaille = strategie.interroger(machine, requete)
        hits = [h.siren for h in trouvaille.reponse.hits]
        sorties[str(saisie)] = (trouvaille.reponse.total, hits, machine.facettes(trouvaille.question))
    print(f"  Recherche (ms, médiane / p95) sur {len(saisies)} requêtes : {resume(temps)}", flush=True)
    return sorties


def _comparer(retouche: dict[str, Any], entier: dict[str, Any]) -> None:
    n = len(entier)
    for rang, quoi in enumerate(("mêmes totaux", "mêmes premières réponses, dans le même ordre", "mêmes comptes")):
        pareils = sum(retouche[q][rang] == entier[q][rang] for q in entier)
        print(f"  {quoi} : {pareils} / {n}")
    ensembles = sum(set(retouche[q][1]) == set(entier[q][1]) for q in entier)
    print(f"  mêmes premières réponses, sans l’ordre : {ensembles} / {n}")


if __name__ == "__main__":
    sys.exit(principal())
