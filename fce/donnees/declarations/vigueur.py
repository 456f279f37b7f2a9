"""Which declarations are in force: read by every process at its start, then every ``PAS_S`` seconds by those that last;
put in force and erased by the worker, which alone creates views."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import structlog
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.utils import timezone
from psycopg import sql

from fce.donnees.declarations import forme
from fce.donnees.declarations.models import DeclarationDeSource
from fce.donnees.imports import services as imports
from fce.donnees.imports.chargement import generations
from fce.donnees.imports.chargement.verrou import verrou
from fce.donnees.imports.models import Depot, Import, VersionEnPlace
from fce.socle.base.roles import Role, prendre_role
from fce.socle.erreurs import FCEError
from fce.sources import registre
from fce.sources.declaration import Source

PAS_S: Final = 30.0
TACHE: Final = "appliquer_les_declarations"
log = structlog.get_logger("fce.declarations")
_CONNUES: Final[set[int]] = set()
_SEUL: Final = threading.RLock()


def relire() -> None:
    """Make the registry of this process that of the declarations in force. Never raises: without the table or the
    database the process keeps what it knew, and an invalid declaration is left out and logged."""
    with _SEUL:
        try:
            if not connection.in_atomic_block:
                prendre_role(Role.AGENTS)
            trouvees = list(DeclarationDeSource.objects.filter(retiree_le=None).exclude(en_vigueur_le=None))
        except ProgrammingError:  # the table is not there yet
            return
        except (DatabaseError, FCEError):
            log.warning("declarations_non_relues")
            return
        if (connues := {d.pk for d in trouvees}) != _CONNUES:
            registre.mettre_en_vigueur(_sources(trouvees).values())
            _CONNUES.clear()
            _CONNUES.update(connues)


def suivre() -> None:
    """Read again every ``PAS_S`` seconds, in a thread that ends with the process."""
    relire()
    threading.Thread(target=_relire_toujours, name="declarations", daemon=True).start()


def appliquer() -> None:
    """Put in force the versions that are signed, empty the views of those withdrawn, erase the tables kept long enough.
    For the owner of the tables: a command or a job."""
    with _SEUL:
        toutes = DeclarationDeSource.objects.filter(remplacee=False, effacee_le=None).exclude(demandee_le=None)
        suivies = list(toutes.order_by("version"))
        vivantes = {d.nom for d in suivies if not d.retiree_le}
        retirees = [d for d in suivies if d.en_vigueur_le and d.retiree_le and d.nom not in vivantes]
        sources = _sources([*retirees, *(d for d in suivies if not d.retiree_le)])
        registre.mettre_en_vigueur(sources.values())
        # Of no declaration: with those withdrawn, this registry is for this job only.
        _CONNUES.clear()
        _CONNUES.add(0)
        en_place = VersionEnPlace.objects.filter(source__in=[d.nom for d in retirees if d.pk in sources])
        if a_vider := list(en_place.values_list("source", flat=True)):
            imports.retirer(a_vider)
        for declaration in suivies:
            if not (declaration.retiree_le or declaration.en_vigueur_le) and declaration.pk in sources:
                _ouvrir(declaration, sources[declaration.pk])
        for declaration in retirees:
            gardee = timedelta(days=declaration.contenu["fce"]["conservation"])
            if declaration.pk in sources and timezone.now() > declaration.retiree_le + gardee:  # type: ignore[operator]
                _effacer(declaration, sources[declaration.pk])
        relire()


def _relire_toujours() -> None:
    while True:
        time.sleep(PAS_S)
        try:
            relire()
        finally:
            connection.close()


def _sources(declarations: Iterable[DeclarationDeSource]) -> dict[int, Source]:
    sources = {}
    for declaration in declarations:
        try:
            source = forme.construire(declaration.contenu)
        except FCEError as erreur:
            log.error("declaration_invalide", nom=declaration.nom, version=declaration.version, pourquoi=erreur.message)
            continue
        if source.nom not in registre.du_catalogue():
            sources[declaration.pk] = source
    return sources


def _ouvrir(declaration: DeclarationDeSource, source: Source) -> None:
    maintenant = timezone.now()
    with transaction.atomic():
        avant = DeclarationDeSource.objects.filter(nom=source.nom, retiree_le=None).exclude(en_vigueur_le=None)
        avant.update(retiree_le=maintenant, remplacee=True)
        imports.retablir_les_vues([source])
        declaration.changer(en_vigueur_le=maintenant)


def _effacer(declaration: DeclarationDeSource, source: Source) -> None:
    with verrou(source.nom) as reserve:
        for table in generations.tables_existantes(reserve.connexion, source):
            generations.effacer(reserve.connexion, table)
    with transaction.atomic(), connection.cursor() as curseur:
        vue = sql.Identifier(source.schema, source.vue)
        curseur.execute(sql.SQL("DROP VIEW IF EXISTS {}").format(vue))
        Depot.objects.filter(source=source.nom).delete()
        Import.objects.filter(source=source.nom).delete()
        declaration.changer(effacee_le=timezone.now())
