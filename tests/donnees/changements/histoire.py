"""Versions of open sources that follow each other by real switches, and what everyone may read of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import count
from typing import Any

import httpx
from django.db import connection
from django.test import Client
from psycopg import sql

from fce.client import ChangementRecu, ClientFce, Faits, appliquer
from fce.donnees.changements import etats, services, sources
from fce.donnees.imports.chargement import generations
from fce.donnees.imports.chargement.bascule import Passage, basculer
from fce.donnees.imports.models import Import, VersionEnPlace
from fce.sources import registre
from tests.donnees.entreprises import fabrique as f

Lignes = Iterable[dict[str, Any]]
_JOURS = count()


def importer(versions: dict[str, Lignes], *, jour: date | None = None, datee: bool = True) -> None:
    """Switch these sources together to these rows; the former version is kept, as an import does. ``datee`` False:
    nothing dates the file."""
    jour = (jour or date(2026, 1, 1) + timedelta(days=next(_JOURS))) if datee else None
    passages = []
    for nom, lignes in versions.items():
        version = VersionEnPlace.objects.select_related("en_place").filter(source=nom).first()
        passages.append(
            Passage(registre.source(nom), _charger(nom, lignes, jour), version.en_place if version else None)
        )
    basculer(passages)


def _charger(nom: str, lignes: Lignes, jour: date | None) -> Import:
    source = registre.source(nom)
    colonnes = generations.colonnes_declarees(source)
    importation = Import.objects.create(source=nom, date_metier=jour, colonnes=[list(c) for c in colonnes])
    importation.table = generations.nom_de_table(source, importation.pk)
    generations.creer_table(connection.connection, importation.table, colonnes)
    rang = 0
    with connection.cursor() as curseur:
        for rang, ligne in enumerate(lignes, 1):
            noms = sql.SQL(", ").join(map(sql.Identifier, ["ligne", *ligne]))
            valeurs = sql.SQL(", ").join(map(sql.Literal, [rang, *ligne.values()]))
            curseur.execute(
                sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                    generations.identifiant(importation.table), noms, valeurs
                )
            )
    importation.total = importation.chargees = rang
    importation.save()
    return importation


class Transport(httpx.BaseTransport):
    """The application in this process, within the transaction of the test. ``de``: address of the client."""

    def __init__(self, de: str = "127.0.0.1") -> None:
        self.de = de

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        entetes = {nom: valeur for nom, valeur in request.headers.items() if nom.lower() != "host"}
        genre = request.headers.get("Content-Type", "")
        reponse: Any = Client(headers=entetes).generic(
            request.method, request.url.raw_path.decode(), request.read(), content_type=genre, REMOTE_ADDR=self.de
        )
        contenu = b"".join(reponse.streaming_content) if reponse.streaming else reponse.content
        return httpx.Response(reponse.status_code, headers=[*reponse.items()], content=contenu)


def client() -> ClientFce:
    """Anonymous, on the real application; does not wait."""
    return ClientFce("http://testserver", patience_s=0, transport=Transport())


def publies() -> dict[str, Faits]:
    """{SIREN: {source: rows}} that everyone may read now, by reading the sources whole."""
    toutes = sources.toutes()
    sirens = [f.siren_no(n) for n in range(60)]
    lues: dict[str, Faits] = {}
    for nom, source in toutes.items():
        for siren, rangs in etats.rangs_de(source, sirens).items():
            lues.setdefault(siren, {})[nom] = rangs
    return lues


def suivre(copie: dict[str, Faits], curseur: str = "", taille: int = 1_000) -> tuple[list[ChangementRecu], str]:
    """Compute what waits, then bring ``copie`` up to date; return the events and the cursor."""
    services.calculer()
    recus: list[ChangementRecu] = []
    with client() as fce:
        for page in fce.pages_du_flux(curseur, taille=taille):
            for changement in page.changements:
                appliquer(copie, changement)
                recus.append(changement)
            curseur = page.curseur
    return recus, curseur
