"""Server time of a service's inbox with many requests.

``python -m bench.demandes [--demandes N] [--dossier D] [--profil]``. Target: p95 ≤ 80 ms with 20,000 requests in one
inbox, for any search, first and last page. Baseline: the page of one request.
"""

from __future__ import annotations

import argparse
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from bench.portail import SANS_LIMITES, portail
from bench.temps import en_ms, p95, resume

DEMANDES = 20_000
MESURES = 60
CIBLE_MS = 80.0
RANGEES = (
    "INSERT INTO echanges_demande (id, service_id, auteur, siren, siret, objet, question, themes, reponses, cree_le, "
    "version) OVERRIDING SYSTEM VALUE SELECT i, %(de)s, 'c' || (i %% 40), (%(sirens)s::text[])[1 + i %% 1000], '', "
    "'Question n° ' || i, repeat('Une question assez longue. ', 20), "
    "ARRAY[(ARRAY['travail','emploi','fiscalite','douane'])[1 + i %% 4]], '{}', now() - i * interval '1 hour', 1 "
    "FROM generate_series(1, %(nombre)s) i"
)
FILS = (
    "INSERT INTO echanges_saisine (demande_id, demandeur_id, service_id, etat, attribuee_a_id, limite, envoyee_le, "
    "motif, rappels, version) SELECT i, %(de)s, %(a)s, e.etat, CASE WHEN e.etat = 'prise' AND i %% 3 = 0 THEN %(qui)s "
    "END, CASE WHEN e.etat IN ('envoyee', 'prise') THEN current_date - 20 + (i %% 40)::int END, "
    "now() - i * interval '1 hour', '', 0, 1 FROM generate_series(1, %(nombre)s) i CROSS JOIN LATERAL "
    "(SELECT (ARRAY['envoyee','prise','repondue','close','close','close'])[1 + i %% 6] AS etat) e"
)


def main(argv: list[str] | None = None) -> int:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--demandes", type=int, default=DEMANDES)
    lecteur.add_argument("--dossier", type=Path, help="data folder kept from one run to the next (same size)")
    lecteur.add_argument("--profil", action="store_true", help="print the plan of the first page")
    options = lecteur.parse_args(argv)
    with portail("demandes", options.dossier, None, **SANS_LIMITES):
        from django.conf import settings

        settings.ALLOWED_HOSTS.append("testserver")
        return 0 if _mesurer(options.demandes, profil=options.profil) else 1


def _mesurer(nombre: int, *, profil: bool) -> bool:
    from django.db import connection

    from fce.echanges.models import Demande
    from fce.socle.web.references import reference
    from tests.donnees.entreprises.fabrique import siren_no
    from tests.echanges.operations import fabrique

    elle, autre = (fabrique.service(f"Service {n} {time.time_ns()}") for n in (1, 2))
    Demande.objects.all().delete()
    sirens = [siren_no(n) for n in range(1000)]
    valeurs: dict[str, Any] = {"sirens": sirens, "de": autre.pk, "a": elle.pk, "qui": elle.compte.pk, "nombre": nombre}
    with connection.cursor() as curseur:
        curseur.execute("SET statement_timeout = 0")
        curseur.execute(RANGEES, valeurs)
        curseur.execute(FILS, valeurs)
        curseur.execute("VACUUM ANALYZE echanges_demande, echanges_saisine")
        curseur.execute("SET statement_timeout = DEFAULT")
    recoit, envoie = elle.client(), autre.client()
    pages = max(1, -(-nombre // 25))
    cas = {
        "reçues, première page": (recoit, "/demandes"),
        "reçues, dernière page": (recoit, f"/demandes?page={pages}"),
        "en retard": (recoit, "/demandes?retard=on"),
        "les miennes": (recoit, "/demandes?miennes=on"),
        "un état": (recoit, "/demandes?etat=prise"),
        "un thème": (recoit, "/demandes?theme=emploi"),
        "une entreprise": (recoit, f"/demandes?numero={sirens[7]}"),
        "envoyées": (envoie, "/demandes?boite=envoyees"),
        "accueil, ce qui attend": (recoit, "/"),
    }
    etalon = [en_ms(partial(_ouvrir, recoit, f"/demandes/{reference(Demande, 1 + n)}")) for n in range(MESURES)]
    print(f"Boîte de {nombre} demandes (ms, médiane / p95) ; une demande : {resume(etalon)}")
    tenus = []
    for nom, (client, adresse) in cas.items():
        for _ in range(5):
            client.get(adresse)
        temps = [en_ms(partial(_ouvrir, client, adresse)) for _ in range(MESURES)]
        tenus.append(p95(temps) <= CIBLE_MS)
        print(f"  {nom:<24}{resume(temps)}   (cible p95 {CIBLE_MS:.0f})", flush=True)
    if profil:
        _plan(elle.compte, elle.pk)
    return all(tenus)


def _plan(compte: Any, service: int) -> None:
    from datetime import date

    from fce.echanges.demandes.boite import saisines

    print(saisines([service], compte, date.today())[:25].explain(analyze=True, buffers=True))


def _ouvrir(client: Any, adresse: str) -> None:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, (adresse, reponse.status_code)


if __name__ == "__main__":
    sys.exit(main())
