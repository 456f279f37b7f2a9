"""Restore a backup into an empty database, closed; then open it, once an operator has read what it says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg
import structlog
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from fce.donnees.changements import services as changements
from fce.donnees.imports.services import retablir_les_vues
from fce.droits.comptes import purge
from fce.droits.habilitations import privileges
from fce.echanges.demandes import echeances
from fce.sauvegarde import archives, empreintes, outils, verification
from fce.sauvegarde.erreurs import RestaurationRefusee
from fce.sauvegarde.manifeste import Sauvegarde
from fce.sauvegarde.retraits import rejeu
from fce.socle.base import versions
from fce.socle.base.restauration import EtatRestaure
from fce.socle.erreurs import DejaEnCours
from fce.socle.texte.formats import instant, pluriel

log = structlog.get_logger("fce.sauvegarde")
# Every process of a service, its worker included, keeps a connection.
_AUTRES: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> ALL(%s) AND usesysid IS NOT "
    "NULL"
)
_EN_ATTENTE: Final = """
SELECT task_name, count(*), min(coalesce(e.at, j.scheduled_at)), max(coalesce(e.at, j.scheduled_at))
FROM procrastinate_jobs j
LEFT JOIN LATERAL (SELECT min(at) AS at FROM procrastinate_events WHERE job_id = j.id) e ON true
WHERE status IN ('todo', 'doing') AND NOT args ? 'timestamp' GROUP BY 1 ORDER BY 1
"""
_JETER: Final = (
    "DELETE FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND NOT args ? 'timestamp' AND task_name = %s"
)


@dataclass(frozen=True, slots=True)
class TravailEnAttente:
    """Jobs of one kind that wait in the queue, most of them mails; dates are None when the queue does not know them."""

    genre: str
    combien: int
    du: datetime | None
    au: datetime | None


@dataclass(frozen=True, slots=True)
class Restauree:
    """``recit``: what the restore did, in French sentences."""

    etat: EtatRestaure
    nom: str
    quand: datetime
    retraits: bool
    courriels: bool
    recit: tuple[str, ...]


def restaurer(dossier: Path, cle: Any, avancer: Callable[[str], None] = lambda _: None) -> Restauree:
    """Restore everything into an empty place; the database stays closed. Compares every table.

    Raises RestaurationRefusee: damaged or foreign backup, wrong key, database or folders not empty, other sessions;
    VersionRefusee: a backup that this code is too recent to migrate. When it fails half-way, the database says so and
    nothing starts on it.
    """
    lu = verification.verifier(dossier)
    versions.verifier_la_suite(versions.marque_de(lu.version))
    with _seul() as connexion, verification.espace_de_travail() as travail:
        _exiger_la_place(connexion)
        verification.preparer(connexion)
        avancer("base de données")
        verification.deverser(dossier, lu, cle, outils.parametres(), travail)
        avancer("comparaison")
        attendues = verification.comptes(dossier, cle)
        if ecarts := empreintes.ecarts(attendues, verification.compter(outils.parametres())):
            raise RestaurationRefusee(f"La base restaurée diffère de la sauvegarde : {' '.join(ecarts[:5])}")
        avancer("schéma et droits")
        call_command("migrate", verbosity=0, interactive=False)
        retablir_les_vues()
        privileges.appliquer()
        avancer("pièces jointes et dépôts")
        pieces = archives.remettre_les_pieces(dossier / archives.PIECES, cle, travail)
        depots = archives.remettre_les_depots(dossier / archives.DEPOTS, cle, travail)
    prise = instant(datetime.fromisoformat(lu.prise_le))
    recit = [
        f"Sauvegarde du {prise} : {pluriel(len(attendues), 'table')}, chacune égale ; "
        f"{pluriel(pieces, 'pièce jointe', 'pièces jointes')}, {pluriel(depots, 'fichier déposé', 'fichiers déposés')}."
    ]
    _noter(EtatRestaure.FERMEE, nom=dossier.name, recit=recit)
    return rejouer_les_retraits(cle, lu)


def rejouer_les_retraits(cle: Any, lu: Sauvegarde) -> Restauree:
    """Apply the list of withdrawals, then what the calendar erases. Without a whole list, the database says so and
    restricted data stay closed.

    A database that another tool brought back to an instant is closed first; ``lu``: a backup made before that instant.
    Raises RestaurationRefusee when somebody uses it, or the list is replayed already.
    """
    if lire() is None:
        _fermer_une_base_revenue()
    en_place = exiger_restauree()
    if en_place.retraits or en_place.etat is EtatRestaure.OUVERTE:
        raise RestaurationRefusee("La liste des retraits est déjà rejouée.")
    recit = [phrase for phrase in en_place.recit if phrase != rejeu.SANS_LISTE]
    try:
        recit += rejeu.rejouer(lu.retraits, cle)
        rejouee = True
    except RestaurationRefusee as erreur:
        recit += [erreur.message]
        rejouee = False
        if not en_place.recit or erreur.message not in en_place.recit:
            rejeu.avancer_les_sequences({})
    changements.rompre()
    maintenant = timezone.now()
    effacees = sum(fait.lignes for fait in purge.purger(maintenant, "restauration"))
    pseudonymes = echeances.effacer_les_auteurs(maintenant)
    recit.append(
        f"Délais de conservation : {pluriel(effacees, 'ligne effacée', 'lignes effacées')}, "
        f"{pluriel(pseudonymes, 'demande rendue anonyme', 'demandes rendues anonymes')}."
    )
    _noter(en_place.etat, retraits=rejouee, recit=recit)
    return exiger_restauree()


def ouvrir() -> Restauree:
    """Open a restored database: to all when the withdrawals were replayed, else its open data only.

    Raises RestaurationRefusee when nothing is restored, or while queued mails have not been reviewed.
    """
    en_place = exiger_restauree()
    if en_place.etat is EtatRestaure.EN_COURS:
        raise RestaurationRefusee(_INTERROMPUE)
    if not en_place.courriels and en_attente():
        raise RestaurationRefusee(
            "Des courriels attendaient quand la sauvegarde a été faite, et sont peut-être déjà partis : lisez « fce "
            "restaurer --courriels », jetez ceux qui ne valent plus (--jeter GENRE), puis gardez le reste (--garder)."
        )
    _noter(EtatRestaure.OUVERTE if en_place.retraits else EtatRestaure.PUBLIQUE)
    ouverte = exiger_restauree()
    log.warning("base_restauree_ouverte etat=%s nom=%s", ouverte.etat, ouverte.nom)
    return ouverte


def en_attente() -> list[TravailEnAttente]:
    """Queued jobs by kind, oldest and newest, those of the clock apart."""
    with connection.cursor() as curseur:
        curseur.execute(_EN_ATTENTE)
        return [TravailEnAttente(*ligne) for ligne in curseur.fetchall()]


def jeter(genre: str) -> int:
    """Forget the queued jobs of a kind; return how many. Raises RestaurationRefusee once the service is open."""
    if exiger_restauree().etat is EtatRestaure.OUVERTE:
        raise RestaurationRefusee("Le service est ouvert : sa file d’attente ne se trie plus.")
    with connection.cursor() as curseur:
        curseur.execute(_JETER, [genre])
        return int(curseur.rowcount)


def garder() -> None:
    """Say that the mails still queued may leave."""
    exiger_restauree()
    with connection.cursor() as curseur:
        curseur.execute("UPDATE sauvegarde.restauration SET courriels = true")


def lire() -> Restauree | None:
    """Read the last restore of this database; None when it was never restored."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT to_regclass('sauvegarde.restauration') IS NOT NULL")
        if not curseur.fetchone()[0]:
            return None
        curseur.execute("SELECT etat, nom, quand, retraits, courriels, recit FROM sauvegarde.restauration")
        if (ligne := curseur.fetchone()) is None:
            return None
    etat, nom, quand, retraits, courriels, recit = ligne
    return Restauree(EtatRestaure(etat), nom, quand, retraits, courriels, tuple(json.loads(recit)))


def exiger_restauree() -> Restauree:
    """Raises RestaurationRefusee when this database was never restored."""
    if (lue := lire()) is None:
        raise RestaurationRefusee("Cette base n’a pas été restaurée : il n’y a rien à ouvrir ni à rejouer.")
    return lue


_SERT: Final = (
    "{} sur cette base : un service s’en sert. Arrêtez-le, puis recommencez ; une sauvegarde se restaure dans une base "
    "neuve."
)
_INTERROMPUE: Final = (
    "Une restauration s’est arrêtée avant la fin : cette base n’est pas entière. Supprimez-la, recréez-la vide, videz "
    "les dossiers des pièces et des dépôts, puis recommencez."
)


def _exiger_la_place(connexion: psycopg.Connection) -> None:
    """Refuse to write over anything: a live service has connections, a stopped one has rows and files."""
    siens = [connexion.info.backend_pid]
    autres = connexion.execute(_AUTRES, [siens]).fetchone()
    if autres and autres[0]:
        raise RestaurationRefusee(_SERT.format(pluriel(autres[0], "session est ouverte", "sessions sont ouvertes")))
    if connexion.execute("SELECT to_regclass('sauvegarde.restauration')").fetchone() != (None,):
        ligne = connexion.execute("SELECT etat FROM sauvegarde.restauration").fetchone()
        if ligne and ligne[0] == EtatRestaure.EN_COURS:
            raise RestaurationRefusee(_INTERROMPUE)
    if deja := empreintes.tables(connexion.cursor()):
        raise RestaurationRefusee(
            f"Cette base n’est pas vide ({pluriel(len(deja), 'table')}) : rien n’y est restauré par-dessus. Créez une "
            "base vide et désignez-la dans DATABASE_URL, ou un FCE_DATA_DIR vide pour la base embarquée."
        )
    if place := archives.deja_la():
        raise RestaurationRefusee(f"{place} n’est pas vide : videz-le, ou désignez-en un autre, puis recommencez.")


def _fermer_une_base_revenue() -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_backend_pid()")
        curseur.execute(_AUTRES, [[curseur.fetchone()[0]]])
        if autres := curseur.fetchone()[0]:
            raise RestaurationRefusee(_SERT.format(pluriel(autres, "session est ouverte", "sessions sont ouvertes")))
        curseur.execute("INSERT INTO sauvegarde.restauration (etat, nom) VALUES ('fermee', 'retour à un instant')")


@contextmanager
def _seul() -> Iterator[psycopg.Connection]:
    """A connection that holds the lock of restores, the only one of this process meanwhile."""
    connection.close()
    with psycopg.connect(make_conninfo(**outils.parametres()), autocommit=True) as connexion:
        obtenu = connexion.execute("SELECT pg_try_advisory_lock(hashtext('fce.restauration'))").fetchone()
        if not obtenu or not obtenu[0]:
            raise DejaEnCours("Une restauration est déjà en cours dans cette base.")
        yield connexion


@transaction.atomic
def _noter(
    etat: EtatRestaure, *, nom: str | None = None, retraits: bool | None = None, recit: list[str] | None = None
) -> None:
    with connection.cursor() as curseur:
        curseur.execute(
            "UPDATE sauvegarde.restauration SET etat = %s, nom = coalesce(%s, nom), retraits = coalesce(%s, "
            "retraits), recit = coalesce(%s::jsonb, recit)",
            [etat, nom, retraits, None if recit is None else json.dumps(recit)],
        )
