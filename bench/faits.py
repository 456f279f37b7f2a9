"""Fill every data set of the catalogue with invented rows, in SQL, for ``bench.fiche``.

``PLEINES`` companies and a giant have rows in every data set; one other company in ten has rows in each. Tables,
indexes and views are the engine's, with one table per period where declared.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection, transaction

from bench.corpus import avec_cle
from fce.donnees.entreprises.repertoire import COURANTS, JEUX
from fce.donnees.imports.chargement import generations
from fce.donnees.imports.chargement.acces import roles
from fce.donnees.imports.chargement.parties import Partie
from fce.donnees.imports.models import Import, VersionEnPlace
from fce.fiche.lecture.plans import sources_de
from fce.fiche.unite.unite_visee import Unite
from fce.sources import champs, registre
from fce.sources.declaration import Source
from fce.sources.modes import ParPeriode
from fce.sources.presentation import Presence, Serie, Valeurs

PLEINES = 300
LIEUX_PLEINES = 12
LIEUX_GEANTE = 20_000
ACCORDS_GEANTE = 5_000
MOIS, MOIS_GEANTE = 60, 120
"""Months of figures; head-counts by establishment always have sixty."""
EXERCICES = 10
ANNUELLES = {"ratios-financiers", "ratios-consolides", "bdf-bilans", "dgfip-chiffre-affaires"}
JOUR = date(2026, 10, 31)

# Values required by display rules, so that no bloc is empty.
VALEURS = {
    ("rupco-procedures", "type"): "'PSE'",
    ("rupco-etablissements", "type"): "'PSE'",
    ("idcc-etablissements", "idcc"): "(ARRAY['0016','1486','2216','3248','0843'])[1 + n % 5]",
    ("bodacc", "type_avis"): "'annonce'",
    ("bodacc", "procedure"): "'redressement_judiciaire'",
    ("accords-publies", "supprime"): "false",
    ("marches-publics", "donnees_actuelles"): "true",
}


def remplir(nombre: int) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SET LOCAL statement_timeout = 0")
        curseur.execute(
            "CREATE TEMP TABLE lieux (siren text, siret text, siege boolean, rang int, genre text, n int) "
            "ON COMMIT DROP"
        )
        with curseur.copy("COPY lieux FROM STDIN") as copie:
            for rangee in _lieux(nombre):
                copie.write_row(rangee)
        curseur.execute("CREATE INDEX ON lieux (genre)")
        curseur.execute("ANALYZE lieux")
        _sirene()
        montrees = {s.nom: s for numero in ("0" * 9, "0" * 14) for s in sources_de(Unite(numero))}
        for source in montrees.values():
            _charger(source)
        for nom in {*JEUX} - {*COURANTS}:
            _mettre_en_place(registre.source(nom), [("", "SELECT 1 WHERE false")], ())
    with connection.cursor() as curseur:
        curseur.execute("SET statement_timeout = 0")
        # Otherwise autovacuum would run during the measure.
        curseur.execute("VACUUM ANALYZE")


def siren(n: int) -> str:
    return avec_cle(f"{10_000_000 + n}")


def siret(n: int, rang: int = 1) -> str:
    return avec_cle(f"{siren(n)}{rang:04d}")


def _lieux(nombre: int) -> Iterator[tuple[Any, ...]]:
    for n in range(nombre):
        genre, combien = "autre", 1 + n % 2
        if n < PLEINES:
            genre, combien = "pleine", LIEUX_PLEINES
        elif n == PLEINES:
            genre, combien = "geante", LIEUX_GEANTE
        # A NIC has four digits before its key; beyond that, use any unused number.
        for rang in range(1, combien + 1):
            numero = siret(n, rang) if rang < 10_000 else f"{siren(n)}{rang + 70_000}"
            yield siren(n), numero, rang == 1, rang, genre, n


def _sirene() -> None:
    unites = registre.source("sirene-unites-legales")
    etablissements = registre.source("sirene-etablissements")
    _mettre_en_place(
        unites,
        [(
            "",
            "SELECT l.rang, l.siren, 'O', 'A', '5710', right(l.siret, 5), 'SOCIETE INVENTEE ' || l.n, "
            "DATE '2001-02-03', '62.01Z', 'NAFRev2', '12', 2024 FROM lieux l WHERE l.siege",
        )],
        ("ligne", "siren", "statut_diffusion", "etat_administratif", "categorie_juridique", "nic_siege",
         "denomination", "date_creation", "activite_principale", "nomenclature_activite_principale",
         "tranche_effectifs", "annee_effectifs"),
    )  # fmt: skip
    _mettre_en_place(
        etablissements,
        [(
            "",
            "SELECT l.rang, l.siren, l.siret, right(l.siret, 5), 'O', CASE WHEN l.rang % 4 = 3 THEN 'F' ELSE 'A' END, "
            "l.siege, DATE '2001-02-03', DATE '2020-01-01', (ARRAY['59350','75101','69383','29019'])[1 + l.rang % 4], "
            "(ARRAY['LILLE','PARIS','LYON','BREST'])[1 + l.rang % 4], '59000', (l.rang % 90)::text, 'RUE', "
            "'DES INVENTIONS', '62.01Z', 'NAFRev2', '11' FROM lieux l",
        )],
        ("ligne", "siren", "siret", "nic", "statut_diffusion", "etat_administratif", "etablissement_siege",
         "date_creation", "date_debut", "code_commune", "libelle_commune", "code_postal", "numero_voie", "type_voie",
         "libelle_voie", "activite_principale", "nomenclature_activite_principale", "tranche_effectifs"),
    )  # fmt: skip


def _charger(source: Source) -> None:
    par_lieu = not any(isinstance(c, champs.Siren) and a == "siren" for a, c in source.champs.items())
    serie = source.presentation if isinstance(source.presentation, Serie) else None
    colonnes = ("ligne", *source.champs)
    lignes = 1 if isinstance(source.presentation, Valeurs | Presence) else 5 if par_lieu else 20
    if serie:
        lignes = EXERCICES if source.nom in ANNUELLES else MOIS
    accords = source.nom in ("accords-entreprise", "accords-publies")
    geante = LIEUX_GEANTE if serie else ACCORDS_GEANTE if accords else 20
    choisis = (
        f"(SELECT * FROM lieux WHERE {'true' if par_lieu else 'siege'} AND (genre = 'pleine' "
        f"OR (genre = 'geante' AND rang <= {geante}) OR (genre = 'autre' AND (n + {len(source.nom)}) % 10 = 0)))"
    )

    def valeurs(n: str) -> str:
        return ", ".join(_valeur(source, a, c, serie) for a, c in source.champs.items()).replace("n.n", n)

    if isinstance(source.mode, ParPeriode):
        periodes = range(MOIS) if isinstance(source.champs[source.mode.champ], champs.Jour) else range(2)
        parties = [(str(p), f"SELECT l.rang, {valeurs(str(p))} FROM {choisis} l") for p in periodes]
    else:
        dates = EXERCICES if source.nom in ANNUELLES else MOIS_GEANTE
        seule = f"CASE WHEN l.siege THEN {dates} ELSE 1 END" if serie else "1"
        autre = lignes if serie else 1
        combien = f"CASE l.genre WHEN 'autre' THEN {autre} WHEN 'geante' THEN {seule} ELSE {lignes} END"
        suite = f"generate_series(1, {combien}) AS n(n)"
        parties = [("", f"SELECT l.rang * 1000 + n.n, {valeurs('n.n')} FROM {choisis} l, {suite}")]
    _mettre_en_place(source, parties, colonnes)


def _valeur(source: Source, attribut: str, champ: champs.Champ, serie: Serie | None) -> str:
    """SQL of an invented value; ``n.n`` is the rank of the row in its unit."""
    if impose := VALEURS.get((source.nom, attribut)):
        return impose.replace("n %", "n.n %")
    periode = source.mode.champ if isinstance(source.mode, ParPeriode) else ""
    if isinstance(champ, champs.Jour):
        if (serie and attribut == serie.date) or attribut == periode:
            if source.nom in ANNUELLES:
                return "(DATE '2025-12-31' - make_interval(years => n.n))::date"
            return "(DATE '2026-10-01' - make_interval(months => n.n))::date"
        return "DATE '2026-10-31' - (l.rang * 7 + n.n * 29) % 700"
    if isinstance(champ, champs.Horodatage):
        return "TIMESTAMP '2026-10-31 10:00' - make_interval(days => n.n)"
    if isinstance(champ, champs.Siren):
        return "l.siren"
    if isinstance(champ, champs.Siret):
        return "l.siret"
    if isinstance(champ, champs.Entier):
        return "2026 - n.n % 2" if "annee" in attribut else "(l.rang * 13 + n.n * 7) % 130"
    if isinstance(champ, champs.Decimal):
        return "((l.rang * 1301 + n.n * 977) % 100000)::numeric / 4"
    if isinstance(champ, champs.Booleen):
        return "(l.rang + n.n) % 2 = 0"
    if champ.attendues:
        return f"'{champ.attendues[0]}'"
    if isinstance(champ, champs.Code):
        return "'C' || (l.rang * 100 + n.n)"
    return f"'{champ.libelle.replace(chr(39), ' ')[:24]} ' || (l.rang + n.n)"


def _mettre_en_place(source: Source, parties: list[tuple[str, str]], colonnes: tuple[str, ...]) -> None:
    declarees = generations.colonnes_declarees(source)
    indexees = frozenset(a for cle in [source.cle, *source.index] for a in cle)
    importation = Import.objects.create(
        source=source.nom,
        statut=Import.Statut.EN_PLACE,
        date_metier=JOUR,
        fin=datetime(2026, 11, 2, tzinfo=UTC),
        colonnes=[list(c) for c in declarees],
    )
    base = generations.nom_de_table(source, importation.pk)
    faites = []
    with connection.cursor() as curseur:
        for rang, (periode, requete) in enumerate(parties):
            table = f"{base}p{rang}" if periode else base
            generations.creer_table(connection.connection, table, declarees, indexees)
            if colonnes:
                noms = ", ".join(f'"{colonne}"' for colonne in colonnes)
                curseur.execute(f"INSERT INTO generations.{table} ({noms}) {requete}")
            for cle in [source.cle, *source.index]:
                curseur.execute(f"CREATE INDEX ON generations.{table} ({', '.join(cle)})")
            faites.append(Partie(table, declarees, 1, periode))
        for commande in generations.requetes_de_vue(source, faites, roles(curseur)):
            curseur.execute(commande)
    importation.table = base
    importation.parties = [p.en_json() for p in faites] if len(faites) > 1 else []
    importation.save()
    VersionEnPlace.objects.update_or_create(source=source.nom, defaults={"en_place": importation})


if __name__ == "__main__":
    from django.conf import settings

    assert settings.CLUSTER_EMBARQUE is not None, "DATABASE_URL doit être vide"
    with settings.CLUSTER_EMBARQUE.en_marche():
        remplir(int(sys.argv[1]))
