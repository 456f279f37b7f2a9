"""Time of the drop-in for the API Recherche d'entreprises and of the batch, over HTTP, on a synthetic register.

``python -m bench.compatible [--entreprises N] [--dossier D]``. Targets at 3 million companies: ``/search`` on a mixed
log p50 ≤ 5 ms and p95 ≤ 15 ms, ``/near_point`` p95 ≤ 30 ms and 100 ms at page 400, a batch of 1,000 identifiers p95
≤ 300 ms. Baseline: the v1 search of the same words. One client that keeps its connection; the service keeps no result
from one request to the next.
"""

import json
from functools import partial
from random import Random
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench.national.execution import serveur
from bench.pages import MESURES, lancer
from bench.temps import en_ms, p95, resume

if TYPE_CHECKING:
    from bench.national.lectures import Exemple

ENTREPRISES = 3_000_000
LOTS, TAILLE_DU_LOT = 50, 1_000
CIBLES_MS = {
    "search": (5.0, 15.0),
    "near_point": (None, 30.0),
    "near_point, page 400": (None, 100.0),
    "lot de 1 000": (None, 300.0),
}
BASE = "/api/recherche-entreprises"


def main(argv: list[str] | None = None) -> int:
    return lancer("compatible", __doc__ or "", ENTREPRISES, _mesurer, argv)


def _mesurer(nombre: int) -> bool:
    from bench.national.lectures import Client, exemples

    alea = Random(11)
    tirees = exemples(nombre)[:MESURES]
    journal = [_demande(x, alea) for x in tirees]
    mots = [{"q": d["q"]} for d in journal if "q" in d]
    adresses = {
        "v1, mêmes mots": [f"/api/v1/recherche?{urlencode({**d, 'taille': 10, 'etat': 'tous'})}" for d in mots],
        "search": [f"{BASE}/search?{urlencode(d)}" for d in journal],
        "near_point": [f"{BASE}/near_point?{urlencode(_point(alea))}" for _ in tirees],
        "near_point, page 400": [f"{BASE}/near_point?{urlencode(_loin(alea))}" for _ in tirees],
    }
    lots = [_lot(nombre, alea) for _ in range(LOTS)]
    print(f"API compatible, {nombre} entreprises, par HTTP (ms, médiane / p95)")
    with serveur(FCE_DEBIT="0") as (port, _):
        client = Client(port)
        for liste in adresses.values():
            for adresse in liste[:20]:
                client.page(adresse)
        temps = {nom: [en_ms(partial(client.page, a)) for a in liste] for nom, liste in adresses.items()}
        temps["lot de 1 000"] = [en_ms(partial(client.page, "/api/v1/lot", lot)) for lot in lots]
    tenues = [_dire(nom, lus) for nom, lus in temps.items()]
    return all(tenues)


def _lot(nombre: int, alea: Random) -> str:
    """The body that asks for a thousand companies drawn from the whole register."""
    import numpy as np

    from bench.national.lexique import PREMIER, avec_cle

    rangs = np.array(alea.sample(range(nombre), TAILLE_DU_LOT))
    return json.dumps({"identifiants": [str(siren) for siren in avec_cle(rangs + PREMIER, 9)]})


def _dire(nom: str, temps: list[float]) -> bool:
    """Print one line; whether its targets are met."""
    cible_p50, cible_p95 = CIBLES_MS.get(nom, (None, None))
    cibles = " ; ".join(f"cible {quoi} {c:.0f}" for quoi, c in (("p50", cible_p50), ("p95", cible_p95)) if c)
    print(f"  {nom:<22}{resume(temps, 2)}  {cibles}")
    return (cible_p50 is None or median(temps) <= cible_p50) and (cible_p95 is None or p95(temps) <= cible_p95)


def _demande(x: "Exemple", alea: Random) -> dict[str, str]:
    """A request of the log: half are numbers, as programs ask; the others words, words and a place, filters alone."""
    forme = alea.random()
    departement = "974" if x.departement == "97" else x.departement
    if forme < 0.35:
        return {"q": x.siren}
    if forme < 0.5:
        return {"q": x.siret}
    if forme < 0.75:
        return {"q": x.nom}
    if forme < 0.85:
        return {"q": x.nom.split()[0], "departement": departement}
    if forme < 0.9:
        return {"q": f"{x.voie} {x.commune}"}
    return {"activite_principale": x.naf, "departement": departement, "etat_administratif": "A"}


def _point(alea: Random) -> dict[str, str]:
    """A point of metropolitan France, with the radius and sometimes the activity that programs ask."""
    point = {"lat": f"{alea.uniform(43.5, 49.5):.5f}", "long": f"{alea.uniform(-1, 6):.5f}"}
    point["radius"] = str(alea.choice((0.5, 1, 5, 5, 10, 50)))
    return {**point, "section_activite_principale": "G"} if alea.random() < 0.3 else point


def _loin(alea: Random) -> dict[str, str]:
    """The last page that may be read around a large town."""
    lat, long = alea.choice(((48.8566, 2.3522), (45.764, 4.8357), (43.2965, 5.3698), (50.6292, 3.0573)))
    point = {"lat": f"{lat + alea.uniform(-0.05, 0.05):.5f}", "long": f"{long + alea.uniform(-0.05, 0.05):.5f}"}
    return {**point, "radius": "50", "page": "400", "per_page": "25"}


if __name__ == "__main__":
    raise SystemExit(main())
