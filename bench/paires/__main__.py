"""Compare six ways of searching the same companies with the same questions, in one run.

``python -m bench.paires [--entreprises N] [--dossier D] [--sans-mesurer] [--resultats F] [--sans W]`` writes a
synthetic register (``bench.national.fichiers``), imports and indexes it in a portal, then asks:

1. ``FCE``: ``fce serve`` and its API over HTTP;
2. ``FCE, OpenSearch``: the same, with ``FCE_SEARCH_URL``;
3. ``OpenSearch brut``: a plain index and query (``ordinaire``), direct to the node;
4. ``OpenSearch, couche``: the same behind a Python layer (``couche``) that answers like the API;
5. ``OpenSearch léger``: the same index, minimal query (``corps_leger``), direct to the node;
6. ``PostgreSQL``: full text (``postgres``), through its socket.

Questions are of eleven classes (``bench.national.lectures``), always the same, about active companies, twenty per page.
Each way answers a whole class with one client, after a warm-up with other questions; each question is asked once, so
result caches do not help. CPU is that of all serving processes, PostgreSQL and the node included; work done after an
answer counts with the next. The whole log is then asked by one and by eight clients.

Relevance covers all the companies drawn, some hundreds per class. ``succès@1``, ``@5``: the company drawn is first, or
among five; homonyms count as errors. ``succès moyen``: expected value over the companies that the question cannot
distinguish (``attendus``). ``réponse juste``: one of these is first, or among five. Ratios compare the questions that
both ways answer.

``--sans grappe``, ``--sans postgres``: skip this way. ``--fusionner``: merge each shard of the plain index into one
segment, for good in a kept folder. The node has 1.5 GB; it comes from Maven (Java 21), as for ``make test-opensearch``.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.dossiers import dossier_de_mesure
from bench.national.execution import place_manquante, port_libre, serveur, service
from bench.portail import ouvert

ENTREPRISES = 200_000
RESULTATS = Path(os.environ.get("FCE_DATA_DIR", "var")) / "bench-paires.json"


def principal() -> int:
    analyse = argparse.ArgumentParser("python -m bench.paires", description=__doc__)
    analyse.add_argument("--entreprises", type=int, default=ENTREPRISES)
    analyse.add_argument("--dossier", type=Path, help="à garder d’une fois sur l’autre (défaut : temporaire)")
    analyse.add_argument("--sans-mesurer", action="store_true", help="bâtir seulement, dans le dossier gardé")
    analyse.add_argument("--resultats", type=Path, default=RESULTATS, help=f"mesures (défaut : {RESULTATS})")
    analyse.add_argument(
        "--sans", action="append", default=[], choices=("grappe", "postgres"), help="à laisser de côté"
    )
    analyse.add_argument("--fusionner", action="store_true", help="réunir les segments de l’index ordinaire")
    options = analyse.parse_args()
    from tests.recherche.opensearch.grappe import GrappeImpossible

    # Exit on SIGTERM, so that the started processes are stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    resultats = options.resultats.resolve()
    with dossier_de_mesure("paires") as temporaire:
        dossier = (options.dossier or Path(temporaire)).resolve()
        dossier.mkdir(parents=True, exist_ok=True)
        if not (dossier / "var").is_dir() and (manque := place_manquante(dossier, options.entreprises)):
            print(manque)
            return 1
        try:
            mesures = _tout(dossier, options)
        except GrappeImpossible as erreur:
            print(f"La comparaison n’a pas tourné. {erreur}")
            return 1
    if mesures:
        resultats.parent.mkdir(parents=True, exist_ok=True)
        resultats.write_text(json.dumps(mesures, ensure_ascii=False, indent=1), encoding="utf-8")
        from bench.paires.bilan import bilan

        print(bilan(mesures))
        print(f"\nMesures écrites dans {resultats}.")
    return 0


def _tout(dossier: Path, options: argparse.Namespace) -> dict[str, object] | None:
    entreprises: int = options.entreprises
    sans: Collection[str] = options.sans
    with ExitStack() as pile:
        pile.enter_context(ouvert(dossier / "var", FCE_DEBIT="0"))
        from django.conf import settings

        from bench.paires.index import Chantier
        from bench.paires.mesures import Api, Brut, Participant, TexteIntegral, tout_mesurer
        from bench.paires.noeud import Noeud, noeud
        from bench.paires.ordinaire import corps, corps_leger, segments

        chantier = Chantier(dossier, entreprises)
        chantier.portail()
        port_noeud, java = pile.enter_context(noeud(dossier / "noeud"))
        chantier.moteurs(port_noeud, java, sans, fusionner=options.fusionner)
        print(f"  segments de l’index ordinaire : {segments(Noeud(port_noeud))}", flush=True)
        if options.sans_mesurer:
            return None
        adresse = f"opensearch+http://127.0.0.1:{port_noeud}/fce"
        ici, pid_ici = pile.enter_context(serveur())
        couche, pid_couche = pile.enter_context(_couche(port_noeud))
        assert settings.CLUSTER_EMBARQUE is not None
        postgres = settings.CLUSTER_EMBARQUE.postmaster()
        assert postgres is not None
        participants = [
            Participant("FCE", lambda: Api(ici, "/api/v1/recherche"), (pid_ici, postgres)),
            Participant("OpenSearch brut", lambda: Brut(port_noeud, corps), (java,)),
            Participant("OpenSearch, couche", lambda: Api(couche, "/recherche"), (pid_couche, java)),
            Participant("OpenSearch léger", lambda: Brut(port_noeud, corps_leger), (java,)),
        ]
        if "grappe" not in sans:
            grappe, pid = pile.enter_context(serveur(FCE_SEARCH_URL=adresse))
            processus = (pid, postgres, java)
            participants.insert(1, Participant("FCE, OpenSearch", lambda: Api(grappe, "/api/v1/recherche"), processus))
        if "postgres" not in sans:
            participants.append(Participant("PostgreSQL", TexteIntegral, (postgres,)))
        return {
            "entreprises": entreprises,
            "index": chantier.etapes,
            **tout_mesurer(participants, entreprises, ici),
        }


@contextmanager
def _couche(port_noeud: int) -> Iterator[tuple[int, int]]:
    port = port_libre()
    commande = ("bench.paires.couche", "--noeud", str(port_noeud), "--port", str(port))
    with service("prête", *commande) as pid:
        yield port, pid


if __name__ == "__main__":
    sys.exit(principal())
