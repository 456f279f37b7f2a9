"""Time of the pages of a territory, on a prepared table of national size.

``python -m bench.territoires [--lieux N] [--tours T] [--dossier D]``: N open establishments, a tenth of them in the
largest département. Each turn reads a page, its figures and its alarms, then counts the same rows, the baseline.
Target: p95 ≤ 150 ms for a page and for the alarms, ≤ 300 ms for the figures; in the same run, the count says what the
machine was worth.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.pages import commande
from bench.portail import SANS_LIMITES, portail
from bench.temps import en_ms, p95, resume

LIEUX, TOURS = 3_300_000, 20
CIBLES_MS = {"page": 150.0, "filtre": 150.0, "tri": 150.0, "exceptions": 150.0, "comptes": 150.0, "chiffres": 300.0}
DEPARTEMENT = "75"

# A tenth in the largest département, the rest over ninety others; sizes and facts as rare as they are: of a thousand
# establishments, 780 have no known size and some 12 have 50 employees or more.
_LIEUX = """
INSERT INTO territoires_lieuprepare (siret, siren, departement, commune, unite, section, naf, naf25, tranche, rang,
    juridique, taille, siege, employeur, creation, effectif, effectif_avant, heures, decision, pse, mortels, accidents,
    contacts)
SELECT lpad(n::text, 14, '0'), lpad((n / 12)::text, 9, '0'), d, d || lpad((n %% 300)::text, 3, '0'), '', s, '62.01Z',
    '', '11', r, '5710', 'PME', n %% 3 = 0, r >= 0, date '2001-01-01' + (n %% 9000),
    CASE WHEN r > 0 THEN r * 10 + n %% 7 END, CASE WHEN r > 0 THEN r * 10 + n %% 9 END,
    CASE WHEN n / 10 %% 100 = 0 THEN n %% 5000 END, CASE WHEN n / 10 %% 100 = 0 THEN date '2026-06-01' END,
    CASE WHEN n %% 5000 < 12 THEN date '2026-05-01' END, CASE WHEN n %% 20000 = 0 THEN 1 END, n %% 4,
    CASE WHEN n %% 12 = 0 THEN jsonb_build_object('wikit-controles', date '2020-01-01' + n %% 2000) END
FROM (SELECT n, CASE WHEN n %% 10 = 0 THEN '75' ELSE lpad((1 + n %% 74)::text, 2, '0') END AS d,
    chr((65 + n %% 21)::int) AS s, (width_bucket((n / 10) %% 1000, ARRAY[0, 780, 820, 890, 930, 955, 975, 988, 993, 996,
    998, 999]) - 2)::int AS r FROM generate_series(1, %s) AS n) x
ORDER BY d, r DESC, 1
"""

_ALARMES = """
INSERT INTO territoires_alarmepreparee (cle, nom, siren, siret, phrase, jour, mois, periode, grave)
SELECT nom || siren || siret, nom, siren, siret, nom, jour, false, '', nom <> 'effectif' FROM (
    SELECT 'pse' AS nom, siren, siret, pse AS jour FROM territoires_lieuprepare WHERE pse IS NOT NULL
    UNION ALL SELECT 'mortels', siren, siret, NULL FROM territoires_lieuprepare WHERE mortels > 0
    UNION ALL SELECT 'effectif', siren, siret, date '2026-09-01' FROM territoires_lieuprepare
        WHERE effectif_avant >= 10 AND effectif <= 0.8 * effectif_avant
    UNION ALL SELECT 'procedure', siren, '', max(creation) FROM territoires_lieuprepare
        WHERE siren::int %% 400 = 0 GROUP BY siren) a
"""

_ORDINAIRES = """
UPDATE territoires_lieuprepare SET exceptionnel = FALSE WHERE rang < %s AND decision IS NULL
    AND siren NOT IN (SELECT siren FROM territoires_alarmepreparee)
"""


def main(argv: list[str] | None = None) -> int:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--lieux", type=int, default=LIEUX)
    lecteur.add_argument("--tours", type=int, default=TOURS)
    lecteur.add_argument("--dossier", type=Path, help="data folder kept from one run to the next (same --lieux)")
    options = lecteur.parse_args(argv)
    with portail("territoires", options.dossier, _remplir, **SANS_LIMITES):
        return 0 if _mesurer(options.lieux, options.tours) else 1


def _remplir(dossier: Path) -> None:
    """Put every source in place; the table itself is filled by ``_mesurer``."""
    commande(dossier, "migrate")
    environnement = {**os.environ, "FCE_DATA_DIR": str(dossier), "FCE_ROLE": "tache"}
    subprocess.run([sys.executable, "-m", "bench.faits", "1000"], env=environnement, check=True)


def _ecrire(lieux: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from fce.donnees.imports.selectors import generations
    from fce.ensembles.territoires.mesures import CINQUANTE
    from fce.ensembles.territoires.models import Preparation
    from fce.ensembles.territoires.preparation import sources_preparees
    from fce.referentiels import effectifs

    with connection.cursor() as curseur:
        curseur.execute("SET statement_timeout = 0")
        curseur.execute(_LIEUX, [lieux])
        curseur.execute(_ALARMES, [])
        curseur.execute(_ORDINAIRES, [effectifs.rang(CINQUANTE)])
        curseur.execute("VACUUM ANALYZE territoires_lieuprepare, territoires_alarmepreparee")
    Preparation.objects.create(
        jour="2026-10-31", prete_le=timezone.now(), imports=generations(sources_preparees()), mois="2026-09-01",
        lieux=lieux, duree_ms=0,
    )  # fmt: skip


def _mesurer(nombre: int, tours: int) -> bool:
    from django.http import QueryDict
    from django.utils import timezone

    from fce.droits.habilitations.lecteur import LecteurDeDonnees
    from fce.ensembles.territoires import chiffres, exceptions, lieux, lignes, selectors
    from fce.ensembles.territoires.mesures import TABLE, mesures
    from fce.ensembles.territoires.models import Preparation
    from fce.ensembles.territoires.selection import Selection
    from fce.socle.base import lectures
    from tests.droits.habilitations.fabrique import OUVRE_TOUT, agent, habilitation

    if not Preparation.objects.exists():
        _ecrire(nombre)
    droits = habilitation(
        groupes=frozenset({"emploi", "travail", "contacts"}),
        finalites=(OUVRE_TOUT,),
        territoire=frozenset({DEPARTEMENT}),
        debut=timezone.localdate(),
        fin=timezone.localdate(),
    )
    qui = LecteurDeDonnees(agent(droits), usuelle=True, finalite="controle-travail")
    ici = lieux.trouver("departement", DEPARTEMENT, qui)
    tout = tuple(mesures())
    gestes: dict[str, Callable[[], Any]] = {
        "page": lambda: selectors.page_du_territoire(qui, ici, Selection(colonnes=tout), None),
        "filtre": lambda: selectors.page_du_territoire(
            qui, ici, Selection(colonnes=tout, reserves={"controle": "24"}), None
        ),
        "tri": lambda: selectors.page_du_territoire(qui, ici, Selection(colonnes=tout, tri="variation"), None),
        "exceptions": lambda: lignes.page_d_exceptions(
            exceptions.LectureDExceptions.de(qui, ici, Selection()), "", None, QueryDict()
        ),
        "comptes": lambda: exceptions.exceptions_du_territoire(qui, ici),
        "chiffres": lambda: chiffres.chiffres_de(qui, ici, Selection(), QueryDict()),
        "décompte": lambda: lectures.rangees(
            f"SELECT count(effectif) FROM {TABLE} WHERE departement = %s", [DEPARTEMENT]
        ),
    }
    temps: dict[str, list[float]] = {nom: [] for nom in gestes}
    for _ in range(tours):
        for nom, geste in gestes.items():
            temps[nom].append(en_ms(geste))
    for nom, lus in temps.items():
        cible = f"  (cible : {CIBLES_MS[nom]:.0f} ms)" if nom in CIBLES_MS else ""
        print(f"{nom:<10} {resume(lus)} ms, médiane / p95{cible}")
    return all(p95(temps[nom]) <= cible for nom, cible in CIBLES_MS.items())


if __name__ == "__main__":
    sys.exit(main())
