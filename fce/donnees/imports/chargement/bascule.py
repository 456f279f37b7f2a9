"""The switch: one short transaction that points the views to new generations and updates the records of the imports."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import OperationalError, connection, transaction

from fce.donnees.imports.models import Bascule, Import, VersionEnPlace
from fce.socle.erreurs import BaseIndisponible
from fce.socle.travaux.file_d_attente import demander
from fce.socle.travaux.verrous import ESPACE, VERROU_DES_VUES
from fce.socle.web.offres import offres
from fce.sources.declaration import Source

from . import acces, generations, opposition
from .parties import parties_de
from .retrait import Retrait, retrait

# Readers queue behind a waiting DROP VIEW, so never wait longer than this. With a longer wait, PostgreSQL's deadlock
# detector (``deadlock_timeout``, 1 s) could abort a reader that uses two of the views being switched.
ATTENTE_MS = 600
PATIENCE_S = 600.0
_RECUL_MAX_S = 10.0
_COMPTER = (
    "INSERT INTO sources_bascule AS b (id, numero) VALUES (%s, 1) ON CONFLICT (id) DO UPDATE SET numero = b.numero + 1"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """Point ``source`` to the import ``vers`` (None: empty its view); ``depuis``: the import believed in place (None:
    first import).

    ``statut_depuis``: new status of the replaced import.
    """

    source: Source
    vers: Import | None
    depuis: Import | None
    statut_depuis: str = Import.Statut.REMPLACE


def basculer(passages: Sequence[Passage], *, patience: float | None = None) -> list[str]:
    """Switch all the views at once, or none; retry with growing pauses while a long reader holds a view.

    ``patience``: seconds (default ``PATIENCE_S``). Returns warnings about retyped columns that read NULL.
    Raises BaseIndisponible when readers never leave, or when another process changed a version meanwhile.
    """
    # A fixed order, so that two switches cannot deadlock.
    passages = sorted(passages, key=lambda passage: passage.source.vue)
    for preparer in offres().avant_bascule:
        preparer([passage.source.nom for passage in passages])
    for passage in passages:
        opposition.reporter(passage.source, passage.vers, passage.depuis)
    ecartees = {p.source.nom: generations.colonnes_inconvertibles(p.source, p.vers) for p in passages}
    retraits = {p.source.nom: retrait(p.source, p.vers, p.depuis) for p in passages}
    limite = time.monotonic() + (PATIENCE_S if patience is None else patience)
    recul = 0.2
    while True:
        try:
            _essayer(passages, ecartees, retraits)
            break
        except OperationalError as erreur:
            if not isinstance(erreur.__cause__, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
                raise
            if time.monotonic() + recul > limite:
                noms = ", ".join(passage.source.nom for passage in passages)
                raise BaseIndisponible(
                    f"Une lecture longue occupe {noms} : la nouvelle version n'a pas pu être mise en place. "
                    "Relancez quand elle sera finie."
                ) from erreur
        # Jitter, so that two importers do not retry together.
        time.sleep(recul * random.uniform(0.8, 1.2))  # noqa: S311 (a pause, not a secret)
        recul = min(recul * 2, _RECUL_MAX_S)
    return [
        f"{passage.source.nom} : la colonne « {nom} » a changé de type ; cette version ne s'y convertit pas."
        for passage in passages
        for nom in sorted(ecartees.get(passage.source.nom, ()))
    ]


def _essayer(
    passages: Sequence[Passage], ecartees: dict[str, frozenset[str]], retraits: dict[str, Retrait | None]
) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(f"SET LOCAL lock_timeout = {ATTENTE_MS}")
        curseur.execute("SELECT pg_advisory_xact_lock(%s, %s)", (ESPACE, VERROU_DES_VUES))
        noms = [passage.source.nom for passage in passages]
        en_place = {v.source: v for v in VersionEnPlace.objects.select_for_update().filter(source__in=noms)}
        for passage in passages:
            version = en_place.get(passage.source.nom)
            if (version.en_place_id if version else None) != (passage.depuis.pk if passage.depuis else None):
                raise BaseIndisponible(
                    f"La version en place de {passage.source.nom} a changé pendant l'opération : relancez."
                )
            _ecrire(passage, version, retraits[passage.source.nom])
        for sortie in retraits.values():
            if sortie:
                sortie.executer(curseur)
        _compter(curseur)
        _declencher(passages)
        # Last: readers wait from here to the commit. The first job queued by a process imports the modules of all jobs,
        # which took three seconds on a busy machine.
        _redefinir(curseur, [(p.source, p.vers) for p in passages], ecartees)


def _ecrire(passage: Passage, version: VersionEnPlace | None, sortie: Retrait | None) -> None:
    if passage.depuis:
        partagees = {"parties": sortie.depuis} if sortie else {}
        Import.objects.filter(pk=passage.depuis.pk).update(statut=passage.statut_depuis, **partagees)
    if passage.vers is None:
        if version:
            version.delete()
        return
    passage.vers.statut = Import.Statut.EN_PLACE
    if sortie:
        passage.vers.parties = sortie.vers
    passage.vers.save()
    if version is None:
        version = VersionEnPlace(source=passage.source.nom)
    version.en_place, version.precedent = passage.vers, passage.depuis
    version.save()


def _declencher(passages: Sequence[Passage]) -> None:
    """Do what each room declares for a switch, in the transaction of the switch: both commit, or neither."""
    for passage in passages:
        vers, depuis = (version.pk if version else None for version in (passage.vers, passage.depuis))
        for suite in offres().a_la_bascule:
            suite(passage.source, vers, depuis)
    for tache in offres().apres_bascule:
        demander(tache)


def _compter(curseur: Any) -> None:
    """A replica must have replayed this counter before pages read it. ``VERROU_DES_VUES`` serialises the increments."""
    curseur.execute(_COMPTER, [Bascule.UNIQUE])


def _redefinir(
    curseur: Any, versions: Sequence[tuple[Source, Import | None]], ecartees: dict[str, frozenset[str]]
) -> None:
    """Re-create these views. The last one is waited for while the others are held: ``ATTENTE_MS`` in all."""
    roles = acces.roles(curseur)
    limite = time.monotonic() + ATTENTE_MS / 1000
    for source, vers in versions:
        curseur.execute(f"SET LOCAL lock_timeout = {max(1, int(1000 * (limite - time.monotonic())))}")
        inconvertibles = ecartees.get(source.nom, frozenset())
        for requete in generations.requetes_de_vue(source, parties_de(vers), roles, inconvertibles):
            curseur.execute(requete)


def retablir_les_vues(sources: Sequence[Source] | None = None) -> list[str]:
    """Re-create the views that differ from their declaration or version in place; return their names. Two queries when
    nothing changed."""
    from fce.sources import registre

    declarees = list(registre.toutes()) if sources is None else list(sources)
    perimees = _perimees(declarees)
    if not perimees:
        return []
    ecartees = {s.nom: generations.colonnes_inconvertibles(s, v.en_place if v else None) for s, v in perimees}
    for source, _ in perimees:
        # A transaction each: readers of one view do not wait for the others.
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(f"SET LOCAL lock_timeout = {ATTENTE_MS}")
            curseur.execute("SELECT pg_advisory_xact_lock(%s, %s)", (ESPACE, VERROU_DES_VUES))
            # Another process may have rebuilt or switched the view meanwhile.
            for encore, version in _perimees([source]):
                _compter(curseur)
                _redefinir(curseur, [(encore, version.en_place if version else None)], ecartees)
    return [source.nom for source, _ in perimees]


def _perimees(sources: Sequence[Source]) -> list[tuple[Source, VersionEnPlace | None]]:
    versions = {v.source: v for v in VersionEnPlace.objects.select_related("en_place")}
    with connection.cursor() as curseur:
        roles = acces.roles(curseur)
        curseur.execute(
            "SELECT relnamespace::regnamespace::text, relname, obj_description(oid, 'pg_class') FROM pg_class "
            "WHERE relnamespace = ANY(%s::regnamespace[]) AND relkind = 'v' AND relname = ANY(%s)",
            [list(acces.SCHEMAS_DES_VUES), [source.vue for source in sources]],
        )
        signatures = {(schema, vue): signature for schema, vue, signature in curseur.fetchall()}
    perimees = []
    for source in sources:
        version = versions.get(source.nom)
        attendue = generations.signature(source, parties_de(version.en_place if version else None), roles)
        trouvees = {s: signatures[s, source.vue] for s in acces.SCHEMAS_DES_VUES if (s, source.vue) in signatures}
        if trouvees != {source.schema: attendue}:
            perimees.append((source, version))
    return perimees
