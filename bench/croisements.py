"""Server time of the verdict shown before a visit (collisions and days met), at national size.

``python -m bench.croisements [--etablissements N] [--interactions N] [--dossier D] [--profil]``. Target: p95 ≤ 150 ms
with 3,000,000 establishments and 1,000,000 interactions, including a crowded address and a giant company. Baseline: one
establishment read by its number.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from bench.portail import portail
from bench.temps import en_ms, p95, resume

ETABLISSEMENTS = 3_000_000
INTERACTIONS = 1_000_000
MESURES = 300
CIBLE_MS = 150.0
GEANTE, FOULE = 20_000, 2_000
JOUR = date(2026, 10, 31)

# Two establishments per company, except the giant, which comes first. Five establishments per address, except the
# crowded one.
_LIEUX = (
    "CREATE TEMP TABLE lieux ON COMMIT DROP AS SELECT n, siren, siren || lpad(rang::text, 5, '0') AS siret, rang, "
    "rang = 1 AS siege, lpad((10000 + a % 30000)::text, 5, '0') AS commune, (1 + a % 90)::text AS numero, "
    "'DES INVENTIONS ' || a AS voie FROM (SELECT n, CASE WHEN n < {geante} THEN '100000000' "
    "ELSE (100000001 + n / 2)::text END AS siren, CASE WHEN n < {geante} THEN n + 1 ELSE 1 + n % 2 END AS rang, "
    "CASE WHEN n >= {geante} AND n < {geante} + 2 * {foule} AND n % 2 = 0 THEN 0 "
    "ELSE 1 + n % ({nombre} / 5) END AS a FROM generate_series(0, {nombre} - 1) n) x"
)
# As ``adresses.cle`` writes it: what may be left out is empty.
_CLE = "{0} || '-' || {1} || '-' || left(encode(sha256(convert_to({2}, 'UTF8')), 'hex'), 16) || '----'"


def main(argv: list[str] | None = None) -> int:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--etablissements", type=int, default=ETABLISSEMENTS)
    lecteur.add_argument("--interactions", type=int, default=INTERACTIONS)
    lecteur.add_argument("--dossier", type=Path, help="data folder kept from one run to the next (same sizes)")
    lecteur.add_argument("--profil", action="store_true", help="print the plan of the statement")
    options = lecteur.parse_args(argv)
    with portail("croisements", options.dossier):
        from fce.donnees.imports.models import VersionEnPlace

        if not VersionEnPlace.objects.exists():
            debut = time.perf_counter()
            _remplir(options.etablissements, options.interactions)
            print(f"Base remplie en {time.perf_counter() - debut:.0f} s", flush=True)
        return 0 if _mesurer(options.etablissements, options.interactions, profil=options.profil) else 1


def _geante(nombre: int) -> int:
    """Number of the establishments of the giant company, the first ones of so many."""
    return min(GEANTE, nombre // 4)


def _remplir(nombre: int, interactions: int) -> None:
    from django.db import connection, transaction

    from bench.faits import _mettre_en_place
    from fce.droits.comptes.models import Groupe
    from fce.sources import registre
    from tests.droits.comptes import fabrique as comptes

    tailles = {"nombre": nombre, "geante": _geante(nombre), "foule": min(FOULE, nombre // 8)}
    organisation = comptes.organisation()
    Groupe.objects.bulk_create(Groupe(organisation=organisation, nom=f"Service {n}") for n in range(40))
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SET LOCAL statement_timeout = 0")
        curseur.execute(_LIEUX.format(**tailles))
        _mettre_en_place(
            registre.source("sirene-unites-legales"),
            [("", "SELECT l.n, l.siren, 'O', 'A', '5710', right(l.siret, 5) FROM lieux l WHERE l.siege")],
            ("ligne", "siren", "statut_diffusion", "etat_administratif", "categorie_juridique", "nic_siege"),
        )
        _mettre_en_place(
            registre.source("sirene-etablissements"),
            [("", "SELECT l.n, l.siren, l.siret, 'O', 'A', l.siege, l.commune, l.numero, 'RUE', l.voie FROM lieux l")],
            ("ligne", "siren", "siret", "statut_diffusion", "etat_administratif", "etablissement_siege",
             "code_commune", "numero_voie", "type_voie", "libelle_voie"),
        )  # fmt: skip
        _mettre_en_place(
            registre.source("sirene-successions"),
            [("", "SELECT l.n, l.siret, m.siret FROM lieux l JOIN lieux m ON m.n = l.n + 3 WHERE l.n % 20 = 0")],
            ("ligne", "siret_predecesseur", "siret_successeur"),
        )
        _mettre_en_place(
            registre.source("wikit-controles"),
            [("", f"SELECT l.n, l.siret, DATE '{JOUR}' - (l.n % 900)::int FROM lieux l WHERE l.n % 10 = 0")],
            ("ligne", "siret", "date"),
        )
        _echanger(curseur, nombre, interactions)
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE")


def _echanger(curseur: Any, nombre: int, interactions: int) -> None:
    services = "(SELECT array_agg(id) FROM comptes_groupe)"
    curseur.execute(
        "CREATE TEMP TABLE choisis ON COMMIT DROP AS SELECT i, l.siren, l.siret, "
        + _CLE.format("l.commune", "l.numero", "l.voie")
        + " AS cle "
        f"FROM generate_series(1, {interactions} + {interactions} / 10) i JOIN lieux l "
        f"ON l.n = CASE WHEN i % 100 = 0 THEN i / 100 % {GEANTE + 2 * FOULE} ELSE i * 7919::bigint % {nombre} END"
    )
    curseur.execute(
        "INSERT INTO echanges_interaction (id, service_id, corps, siren, genre, jour, themes, themes_partages, suite, "
        "note, auteur, cle_import, cree_le, modifiee_le, version) OVERRIDING SYSTEM VALUE "
        f"SELECT c.i, (s.ids)[1 + c.i % 40], 'dgt', c.siren, (ARRAY['visite','controle','entretien'])[1 + c.i % 3], "
        f"DATE '{JOUR}' - (c.i * 31 % 1095)::int, '{{}}', false, '', '', 'c1', '', now(), now(), 1 "
        f"FROM choisis c, {services} s(ids) WHERE c.i <= {interactions}"
    )
    curseur.execute(
        "INSERT INTO echanges_lieuinteraction (interaction_id, siret, cle_adresse) "
        f"SELECT c.i, c.siret, c.cle FROM choisis c WHERE c.i <= {interactions}"
    )
    curseur.execute(
        "INSERT INTO echanges_visiteannoncee (id, service_id, corps, siren, genre, precision, debut, fin, objet, etat, "
        "auteur, cree_le, version) OVERRIDING SYSTEM VALUE "
        f"SELECT c.i, (s.ids)[1 + c.i % 40], 'dgt', c.siren, 'visite', 'jour', DATE '{JOUR}' + (c.i % 300)::int, "
        f"DATE '{JOUR}' + (c.i % 300)::int, '', 'annoncee', 'c1', now(), 1 FROM choisis c, {services} s(ids) "
        f"WHERE c.i > {interactions}"
    )
    curseur.execute(
        "INSERT INTO echanges_lieuvisite (visite_id, siret, cle_adresse) "
        f"SELECT c.i, c.siret, c.cle FROM choisis c WHERE c.i > {interactions}"
    )


def _mesurer(nombre: int, interactions: int, *, profil: bool) -> bool:
    from django.db import connection

    from bench.agents import _scene
    from fce.donnees.entreprises.selectors import etablissements
    from fce.droits.habilitations.finalites import FINALITES, GROUPES
    from fce.droits.habilitations.lecteur import LecteurDeDonnees
    from fce.droits.habilitations.selectors import acteur_de
    from fce.echanges.croisements.adresses import LieuConnu
    from fce.echanges.croisements.verdict import verdict

    jouee = _scene()
    jouee.validee(groupes_de_donnees=tuple(GROUPES), finalites=tuple(FINALITES), territoire=("FR",))
    lecteur = LecteurDeDonnees(acteur_de(jouee.membre, mfa=True), usuelle=True)
    alea = Random(13)
    with connection.cursor() as curseur:
        curseur.execute("SET statement_timeout = 0")

        def lieux(condition: str) -> list[LieuConnu]:
            curseur.execute(
                f"SELECT e.siret, e.siren, {_CLE.format('e.code_commune', 'e.numero_voie', 'e.libelle_voie')} "
                f"FROM sirene_etablissements e WHERE {condition} LIMIT {MESURES}"
            )
            return [LieuConnu(*rangee) for rangee in curseur.fetchall()]

        curseur.execute(f"SELECT siret FROM echanges_lieuvisite OFFSET {min(500, interactions // 20)} LIMIT {MESURES}")
        annonces = [siret for (siret,) in curseur.fetchall()]
        hasard = [
            (f"{100000001 + n // 2}", 1 + n % 2)
            for n in (alea.randrange(_geante(nombre), nombre) for _ in range(MESURES))
        ]
        cas = {
            "lieux au hasard": lieux("e.siret IN (" + ", ".join(f"'{s}{r:05d}'" for s, r in hasard) + ")"),
            "lieux où quelqu’un va": lieux("e.siret IN (" + ", ".join(f"'{s}'" for s in annonces) + ")"),
            "adresse où sont 2 000": lieux("e.libelle_voie = 'DES INVENTIONS 0'"),
            "entreprise géante": lieux("e.siren = '100000000'"),
        }
    print(f"Avant de partir, {nombre} établissements, {interactions} interactions (ms, médiane / p95)")
    tenus = []
    for nom, places in cas.items():
        for place in places[:5]:
            verdict(lecteur, [place], JOUR, JOUR, [0])
        etalons = [en_ms(lambda p=place: etablissements([p.siret])) for place in places]  # type: ignore[misc]
        temps = [en_ms(lambda p=place: verdict(lecteur, [p], JOUR, JOUR, [0])) for place in places]  # type: ignore[misc]
        croisements = len(verdict(lecteur, [places[0]], JOUR, JOUR, [0]).croisements)
        tenus.append(p95(temps) <= CIBLE_MS)
        print(
            f"  {nom:<24}{resume(temps)}   (cible p95 {CIBLE_MS:.0f}) ; un établissement {resume(etalons)} ; "
            f"rapport des médianes {median(temps) / median(etalons):.1f} ; {croisements} croisements au premier",
            flush=True,
        )
    if profil:
        _plan(cas["entreprise géante"][0])
    return all(tenus)


def _plan(place: Any) -> None:
    from django.db import connection

    from fce.echanges.croisements.recherche import branche_croisements

    branche = branche_croisements([place], JOUR, JOUR + timedelta(days=1), [0])
    tete = ", ".join(f"{p.nom} AS MATERIALIZED ({p.sql})" for p in branche.prealables)
    params = [*(x for p in branche.prealables for x in p.params), *branche.params]
    with connection.cursor() as curseur:
        curseur.execute(f"EXPLAIN (ANALYZE, BUFFERS) WITH {tete} SELECT * FROM ({branche.sql}) t", params)
        print("\n".join(ligne for (ligne,) in curseur.fetchall()))


if __name__ == "__main__":
    sys.exit(main())
