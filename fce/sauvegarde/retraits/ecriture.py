"""Write in the list what the triggers recorded, and the units that an import has just masked. Every minute."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from fce.donnees.entreprises.diffusion import sql_diffusee
from fce.donnees.imports.chargement.generations import identifiant
from fce.donnees.imports.chargement.parties import parties_de
from fce.donnees.imports.models import VersionEnPlace
from fce.droits.journal.models import Sceau
from fce.sauvegarde.retraits import liste
from fce.sauvegarde.retraits.declaration import NUMEROS_MASQUES
from fce.sauvegarde.retraits.liste import Pointeur
from fce.socle.base.restauration import exiger_ouverte_au_public
from fce.sources import registre

log = structlog.get_logger("fce.sauvegarde")
MASQUE: Final = "masque "
"""Prefix of the object of a line that names a masked unit, before the data set."""
SCEAU: Final = "sceau"
PAQUET: Final = 50_000
_A_DIRE: Final = (
    "SELECT id, quand, objet, cle, valeurs FROM sauvegarde.retrait ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED"
)
_SEQUENCES: Final = (
    "SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL AND "
    "schemaname IN ('public', 'journal')"
)


def ecrire(maintenant: datetime) -> int:
    """Move what waits to the list; return how many lines. Without ``FCE_RETRAITS``, forget what no backup can need.

    Whatever is raised, the lines stay and the next call writes them. Raises SauvegardeRefusee, SourceIndisponible,
    RestaurationRefusee (the list is another service's), ServiceFerme (the numbers of a database that was restored and
    not opened yet would replace those that the list keeps for it).
    """
    exiger_ouverte_au_public()
    place = liste.ou()
    if place is None:
        limite = maintenant - timedelta(days=settings.FCE_SAUVEGARDE_JOURS)
        with connection.cursor() as curseur:
            curseur.execute("DELETE FROM sauvegarde.retrait WHERE quand < %s", [limite])
        return 0
    with transaction.atomic():
        with connection.cursor() as curseur:
            curseur.execute("SELECT pg_advisory_xact_lock(hashtext('fce.retraits'))")
        pointeur = liste.lire_le_pointeur(place)
        numeros, lignes = _en_attente()
        # More than a packet waits: the list says everything up to the last line taken, not up to now.
        quand = min(maintenant, datetime.fromisoformat(lignes[-1]["quand"])) if len(lignes) == PAQUET else maintenant
        masques, sirene = _masques(pointeur)
        lignes += masques + _sceaux(pointeur)
        partie, empreinte = pointeur.partie, pointeur.empreinte
        if lignes:
            partie, empreinte = liste.ajouter(place, pointeur, lignes)
        dit = quand.astimezone(UTC).isoformat(timespec="seconds")
        liste.ecrire_le_pointeur(place, Pointeur(dit, partie, empreinte, _sequences(), sirene))
        # Only once the list holds them: a failure above leaves them for the next time, and twice does no harm.
        with connection.cursor() as curseur:
            curseur.execute("DELETE FROM sauvegarde.retrait WHERE id = ANY(%s)", [numeros])
    return len(lignes)


def _en_attente() -> tuple[list[int], list[dict[str, Any]]]:
    with connection.cursor() as curseur:
        curseur.execute(_A_DIRE, [PAQUET])
        lues = curseur.fetchall()
    return [ligne[0] for ligne in lues], [
        {"quand": quand.isoformat(), "objet": objet, "cle": cle, "valeurs": valeurs and json.loads(valeurs)}
        for _, quand, objet, cle, valeurs in lues
    ]


def _sequences() -> dict[str, int]:
    with connection.cursor() as curseur:
        curseur.execute(_SEQUENCES)
        return dict(curseur.fetchall())


def _masques(pointeur: Pointeur) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Units that the versions in place mask, and that those before showed; all of the masked ones when the version
    compared last is not the previous one any more."""
    lignes, sirene = [], {}
    for nom, colonne in NUMEROS_MASQUES.items():
        version = VersionEnPlace.objects.select_related("en_place", "precedent").filter(source=nom).first()
        if version is None:
            continue
        sirene[nom] = version.en_place_id
        deja = pointeur.sirene.get(nom)
        if deja is None or deja == version.en_place_id:
            continue
        anciennes = parties_de(version.precedent) if deja == version.precedent_id else []
        vue = registre.source(nom).vue
        requete = sql.SQL("SELECT n.{c} FROM {v} n WHERE ({d}) IS NOT TRUE").format(
            d=sql.SQL(sql_diffusee("n")), c=sql.Identifier(colonne), v=sql.Identifier("public", vue)
        )
        if anciennes:
            ouvertes = sql.SQL(" UNION ALL ").join(
                sql.SQL("SELECT t.{} FROM {} t WHERE {}").format(
                    sql.Identifier(colonne), identifiant(p.table), sql.SQL(sql_diffusee("t"))
                )
                for p in anciennes
            )
            requete += sql.SQL(" AND n.{} IN ({})").format(sql.Identifier(colonne), ouvertes)
        with connection.cursor() as curseur:
            curseur.execute("SET LOCAL statement_timeout = 0")
            curseur.execute(requete)
            numeros = [numero for (numero,) in curseur.fetchall()]
        lignes += [{"objet": f"{MASQUE}{nom}", "cle": numero, "valeurs": None} for numero in numeros]
    return lignes, sirene


def _sceaux(pointeur: Pointeur) -> list[dict[str, Any]]:
    """Seals of the journal put since the list was last written: a restored chain resumes from the last one."""
    poses = Sceau.objects.order_by("jour")
    if pointeur.quand:
        poses = poses.filter(pose__gte=datetime.fromisoformat(pointeur.quand) - timedelta(hours=1))
    octets = ("racine", "precedent", "sceau")
    return [
        {
            "objet": SCEAU,
            "cle": s.jour.isoformat(),
            "valeurs": {
                **{nom: bytes(getattr(s, nom)).hex() for nom in octets},
                **{nom: getattr(s, nom) for nom in ("nombre", "premier", "dernier", "cle")},
                "pose": s.pose.isoformat(),
            },
        }
        for s in poses
    ]
