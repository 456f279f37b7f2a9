"""Time and weight of the picture of a group, and time of the page of a large one, on invented companies.

``python -m bench.groupe [--societes N] [--fois N]``. Targets: the picture of 200 companies p95 ≤ 15 ms and ≤ 40 kB; the
page of a group of 2,000, p95 ≤ 300 ms.
"""

import argparse
import gc
from functools import partial
from typing import Any

from bench.portail import SANS_LIMITES, portail
from bench.temps import en_ms, p95, resume

SOCIETES, FOIS, DESSINEES = 2000, 50, 200
DESSIN_MS, DESSIN_KO, PAGE_MS = 15.0, 40.0, 300.0


def main(argv: list[str] | None = None) -> int:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--societes", type=int, default=SOCIETES)
    lecteur.add_argument("--fois", type=int, default=FOIS)
    options = lecteur.parse_args(argv)
    with portail("groupe", None, None, **SANS_LIMITES):
        grande, petite = _remplir(options.societes), _remplir(min(DESSINEES, options.societes), 10_000)
        _preparer()
        print(f"Groupe de {options.societes} sociétés, temps du serveur (ms, médiane / p95)")
        tenues = [_dessin(petite, options.fois), _page(grande, options.fois)]
    return 0 if all(tenues) else 1


def _remplir(nombre: int, premiere: int = 0) -> str:
    """A head that runs one company in ten, which runs the nine that follow; the SIREN of the head."""
    from tests.donnees.entreprises import fabrique as f

    sirens = [f.siren_no(premiere + n) for n in range(1, nombre + 1)]
    _ajouter("sirene-unites-legales", [f.unite(s, denomination=f"SOCIETE D’ESSAI {n}") for n, s in enumerate(sirens)])
    _ajouter("sirene-etablissements", [f.lieu(s, code_commune="59350", libelle_commune="LILLE") for s in sirens])
    meres = [sirens[0 if n % 10 == 1 else n // 10 * 10 + 1 if n % 10 else n - 9] for n in range(1, nombre)]
    mandats = [
        {"siren": s, "rang": 1, "role": "73", "qualite": "Président", "siren_dirigeant": m}
        for s, m in zip(sirens[1:], meres, strict=True)
    ]
    _ajouter("rne-dirigeants", mandats)
    return sirens[0]


_LIGNES: dict[str, list[Any]] = {}


def _ajouter(source: str, lignes: list[Any]) -> None:
    """Put in place the rows of a source together with those before."""
    from tests.donnees.entreprises import fabrique as f

    f.charger(source, _LIGNES.setdefault(source, []) + lignes)
    _LIGNES[source] += lignes


def _preparer() -> None:
    """As an import does; then as a process of the server starts."""
    from django.db import connection

    with connection.cursor() as curseur:
        curseur.execute("VACUUM ANALYZE")
    # As the server does, which collects between requests.
    gc.freeze()
    gc.disable()


def _dessin(siren: str, fois: int) -> bool:
    from django.template.loader import render_to_string

    from fce.droits.habilitations.lecteur import LecteurDeDonnees
    from fce.fiche.groupe.disposition import dessiner
    from fce.fiche.groupe.selectors import lire_le_groupe

    groupe = lire_le_groupe(siren, LecteurDeDonnees())

    def dessin() -> str:
        return render_to_string("fiche/_dessin_du_groupe.html", {"dessin": dessiner(groupe, lambda cle: f"#g-{cle}")})

    poids = len(dessin().encode()) / 1000
    temps = [en_ms(dessin) for _ in range(fois)]
    cibles = f"cibles {DESSIN_MS:.0f}, {DESSIN_KO:.0f} ko"
    print(f"  le dessin de {len(groupe.rangs)} sociétés{resume(temps):>24}, {poids:.0f} ko ({cibles})")
    return p95(temps) <= DESSIN_MS and poids <= DESSIN_KO


def _page(siren: str, fois: int) -> bool:
    from bench.pages import visiteur

    page = visiteur()
    temps = {
        a: [en_ms(partial(page, f"/entreprise/{siren}/{a}")) for _ in range(fois)] for a in ("dirigeants", "groupe.csv")
    }
    for adresse, siens in temps.items():
        print(f"  {adresse:<24}{resume(siens):>24} (cible {PAGE_MS:.0f})")
    return p95(temps["dirigeants"]) <= PAGE_MS


if __name__ == "__main__":
    raise SystemExit(main())
