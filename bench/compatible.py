"""Server time of the drop-in for the API Recherche d'entreprises, in a web process, on a synthetic register.

``python -m bench.compatible [--entreprises N] [--dossier D]``. Targets at 3 million companies: ``/search`` on a mixed
log p50 ≤ 5 ms and p95 ≤ 15 ms, ``/near_point`` p95 ≤ 30 ms. Baselines: ``SELECT 1``, and the v1 search of the same
words.
"""

from random import Random
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench.pages import MESURES, allers_retours, lancer, visiteur
from bench.temps import en_ms, p95, resume

if TYPE_CHECKING:
    from bench.national.lectures import Exemple

ENTREPRISES = 3_000_000
CIBLES_MS = {"search": (5.0, 15.0), "near_point": (None, 30.0)}
BASE = "/api/recherche-entreprises"


def main(argv: list[str] | None = None) -> int:
    return lancer("compatible", __doc__ or "", ENTREPRISES, _mesurer, argv)


def _mesurer(nombre: int) -> bool:
    from bench.national.lectures import exemples

    alea = Random(11)
    tirees = exemples(nombre)[:MESURES]
    page = visiteur()
    journal = [_demande(x, alea) for x in tirees]
    mots = [{"q": d["q"]} for d in journal if "q" in d]
    adresses = {
        "v1, mêmes mots": [f"/api/v1/recherche?{urlencode({**d, 'taille': 10, 'etat': 'tous'})}" for d in mots],
        "search": [f"{BASE}/search?{urlencode(d)}" for d in journal],
        "near_point": [f"{BASE}/near_point?{urlencode(_point(alea))}" for _ in tirees],
    }
    print(f"API compatible, {nombre} entreprises, temps du serveur (ms, médiane / p95)")
    allers_retours()
    atteint = True
    for nom, liste in adresses.items():
        for adresse in liste[:20]:
            page(adresse)
        temps = [en_ms(lambda a=adresse: page(a)) for adresse in liste]  # type: ignore[misc]
        cible_p50, cible_p95 = CIBLES_MS.get(nom, (None, None))
        atteint &= cible_p50 is None or median(temps) <= cible_p50
        atteint &= cible_p95 is None or p95(temps) <= cible_p95
        cibles = " ; ".join(f"cible {quoi} {c:.0f}" for quoi, c in (("p50", cible_p50), ("p95", cible_p95)) if c)
        print(f"  {nom:<22}{resume(temps, 2)}  {cibles}")
    return atteint


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


if __name__ == "__main__":
    raise SystemExit(main())
