"""Fill the views of Sirene with invented rows inside the test's transaction.

Unspecified columns are NULL, except the statuses ("O") and the states ("A").
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import count
from types import EllipsisType
from typing import Any

import msgspec
from django.db import connection
from django.utils import timezone
from psycopg import sql

from fce.donnees.imports.chargement import generations
from fce.donnees.imports.chargement.acces import roles
from fce.donnees.imports.chargement.parties import parties_de
from fce.donnees.imports.models import Import
from fce.recherche.reponse import lignes as recherche
from fce.socle.texte import paris
from fce.socle.texte.identifiants import siren_valide, siret_valide
from fce.sources import registre
from fce.sources.declaration import Source

Ligne = dict[str, Any]


def jour_des_fichiers() -> date:
    """Business date of the files: thirty days ago, the last of October at the instant of the tests."""
    return paris.aujourd_hui() - timedelta(days=30)


def siren_no(n: int) -> str:
    """The n-th valid SIREN of the tests: 9000000xx…."""
    debut = f"{90_000_000 + n:08d}"
    return next(debut + c for c in "0123456789" if siren_valide(debut + c))


def siret_no(siren: str, n: int = 1) -> str:
    """The n-th valid SIRET of a SIREN."""
    debut = f"{siren}{n:04d}"
    return next(debut + c for c in "0123456789" if siret_valide(debut + c))


def unite(siren: str, **champs: Any) -> Ligne:
    """A row of unités légales; its siège is establishment no. 1."""
    return {
        "siren": siren,
        "statut_diffusion": "O",
        "etat_administratif": "A",
        "categorie_juridique": "5710",
        "nic_siege": siret_no(siren)[9:],
        "date_creation": date(2001, 2, 3),
        **champs,
    }


def lieu(siren: str, n: int = 1, **champs: Any) -> Ligne:
    """A row of établissements; no. 1 is the siège."""
    siret = siret_no(siren, n)
    return {
        "siren": siren,
        "siret": siret,
        "nic": siret[9:],
        "statut_diffusion": "O",
        "etat_administratif": "A",
        "etablissement_siege": n == 1,
        "date_creation": date(2001, 2, 3),
        **champs,
    }


def charger(source: str, lignes: Iterable[Mapping[str, Any]], date_metier: date | EllipsisType | None = ...) -> None:
    """Put ``lignes`` in place as the version of ``source``, in the current transaction. ``date_metier``: ``...`` for
    ``jour_des_fichiers``, None for a file that nothing dates."""
    declaree = registre.source(source)
    colonnes = generations.colonnes_declarees(declaree)
    importation = Import.objects.create(
        source=source,
        statut=Import.Statut.EN_PLACE,
        date_metier=jour_des_fichiers() if date_metier is ... else date_metier,
        colonnes=[list(colonne) for colonne in colonnes],
        # To the hour, so that two versions loaded by a test have the same.
        fin=timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=28),
    )
    importation.table = generations.nom_de_table(declaree, importation.pk)
    generations.creer_table(connection.connection, importation.table, colonnes)
    numeros = count(2)
    completes = [{"ligne": next(numeros), **ligne} for ligne in lignes]
    with connection.cursor() as curseur:
        for noms in sorted({tuple(ligne) for ligne in completes}):
            valeurs = [tuple(ligne.values()) for ligne in completes if tuple(ligne) == noms]
            curseur.executemany(
                f"INSERT INTO generations.{importation.table} ({', '.join(noms)}) "
                f"VALUES ({', '.join(['%s'] * len(noms))})",
                valeurs,
            )
        index = [
            sql.SQL("CREATE INDEX ON {} ({})").format(
                generations.identifiant(importation.table), sql.SQL(", ").join(map(sql.Identifier, cle))
            )
            for cle in [declaree.cle, *declaree.index]
        ]
        vue = generations.requetes_de_vue(declaree, parties_de(importation), roles(curseur))
        # One round trip, because the suite calls this thousands of times.
        curseur.execute(sql.SQL("; ").join([*index, *vue, *_mettre_en_place(importation)]))
    recherche.sirene_en_place.cache_clear()


def _mettre_en_place(importation: Import) -> list[sql.Composed]:
    numero, table, source = map(sql.Literal, (importation.pk, importation.table, importation.source))
    return [
        sql.SQL('UPDATE sources_import SET "table" = {} WHERE id = {}').format(table, numero),
        sql.SQL(
            "INSERT INTO sources_versionenplace (source, en_place_id, depuis) VALUES ({}, {}, now()) "
            "ON CONFLICT (source) DO UPDATE SET en_place_id = excluded.en_place_id, depuis = excluded.depuis"
        ).format(source, numero),
    ]


def unites(*lignes: Ligne) -> None:
    charger("sirene-unites-legales", lignes)


def lieux(*lignes: Ligne) -> None:
    charger("sirene-etablissements", lignes)


def periodes_unites(*lignes: Ligne) -> None:
    charger("sirene-unites-legales-historique", lignes)


def periodes_lieux(*lignes: Ligne) -> None:
    charger("sirene-etablissements-historique", lignes)


def successions(*lignes: Ligne) -> None:
    charger("sirene-successions", lignes)


def doublons(*couples: tuple[str, str]) -> None:
    """(old, kept) pairs."""
    charger("sirene-doublons", [{"siren_doublon": ancien, "siren": cible} for ancien, cible in couples])


def textes(objet: Any) -> Iterator[str]:
    """Every text in a value, at any depth: dataclasses, structs, named tuples, collections; declarations are
    skipped."""
    if isinstance(objet, Source):
        yield objet.nom
    elif dataclasses.is_dataclass(objet) and not isinstance(objet, type):
        for champ in dataclasses.fields(objet):
            yield from textes(getattr(objet, champ.name))
    elif isinstance(objet, msgspec.Struct):
        for nom in objet.__struct_fields__:
            yield from textes(getattr(objet, nom))
    elif isinstance(objet, Mapping):
        for cle, valeur in objet.items():
            yield from textes(cle)
            yield from textes(valeur)
    elif isinstance(objet, list | tuple | set | frozenset):
        for element in objet:
            yield from textes(element)
    elif objet is not None:
        yield str(objet)
