"""Time and weight of the map of the results, over HTTP, on a synthetic register.

``python -m bench.carte [--entreprises N] [--dossier D]``. Targets: a map of 300,000 results or more p95 ≤ 250 ms and
≤ 120 kB.
"""

from functools import partial

from bench.national.execution import serveur
from bench.pages import lancer
from bench.temps import en_ms, p95, resume

ENTREPRISES = 300_000
CIBLE_MS, CIBLE_KO, FOIS = 250.0, 120.0, 30
DEMANDES = (
    "vue=etablissements&creation_min=1900-01-01",
    "vue=entreprises&creation_min=1900-01-01",
    "vue=etablissements&region=11",
    "vue=etablissements&departement=59",
    "vue=etablissements&creation_min=1900-01-01&carreau=2-20-214",
)


def main(argv: list[str] | None = None) -> int:
    return lancer("carte", __doc__ or "", ENTREPRISES, _mesurer, argv)


def _mesurer(nombre: int) -> bool:
    from bench.national.lectures import Client

    print(f"Carte des résultats, {nombre} entreprises, par HTTP (ms, médiane / p95)")
    tenue = True
    with serveur(FCE_DEBIT="0") as (port, _):
        client = Client(port)
        for demande in DEMANDES:
            adresse = f"/recherche?{demande}&affichage=carte"
            poids = len(client.page(adresse)) / 1000
            temps = [en_ms(partial(client.page, adresse)) for _ in range(FOIS)]
            print(f"  {demande:<60}{resume(temps)}, {poids:.0f} ko")
            tenue = tenue and p95(temps) <= CIBLE_MS and poids <= CIBLE_KO
    return tenue


if __name__ == "__main__":
    raise SystemExit(main())
