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
from fce.donnees.declarations.models import Declaration
from fce.donnees.imports import services as imports
from fce.donnees.imports.chargement import generations
from fce.donnees.imports.chargement.verrou import verrou
from fce.donnees.imports.models import Depot, Import
from fce.socle.base.roles import Role, prendre_role
from fce.socle.erreurs import FCEError
from fce.sources import registre
from fce.sources.declaration import Source

PAS_S: Final = 30.0
TACHE: Final = "appliquer_les_declarations"
log = structlog.get_logger("fce.declarations")
_CONNUES: set[int] = set()


def relire() -> None:
    """Make the registry of this process that of the declarations in force. Never raises: without the table or the
    database the process keeps what it knew, and an invalid declaration is left out and logged."""
    try:
        if not connection.in_atomic_block:
            prendre_role(Role.AGENTS)
        trouvees = list(Declaration.objects.filter(retiree_le=None).exclude(en_vigueur_le=None))
    except ProgrammingError:  # the table is not there yet
        return
    except (DatabaseError, FCEError):
        log.warning("declarations_non_relues")
        return
    if {d.pk for d in trouvees} != _CONNUES:
        registre.mettre_en_vigueur(_sources(trouvees))
        _CONNUES.clear()
        _CONNUES.update(d.pk for d in trouvees)


def suivre() -> None:
    """Read again every ``PAS_S`` seconds, in a thread that ends with the process."""
    relire()
    threading.Thread(target=_relire_toujours, name="declarations", daemon=True).start()


def appliquer() -> None:
    """Put in force the versions that are signed, empty the views of those withdrawn, erase the tables kept long enough.
    For the owner of the tables: a command or a job."""
    retirees = Declaration.objects.filter(remplacee=False, effacee_le=None).exclude(retiree_le=None)
    retirees = list(retirees.exclude(en_vigueur_le=None))
    demandees = list(Declaration.objects.filter(en_vigueur_le=None, retiree_le=None).exclude(demandee_le=None))
    registre.mettre_en_vigueur(
        _sources([*Declaration.objects.filter(retiree_le=None).exclude(en_vigueur_le=None), *retirees, *demandees])
    )
    _CONNUES.clear()
    imports.retirer([d.nom for d in retirees if d.nom in registre.par_nom()])
    for declaration in demandees:
        if declaration.nom in registre.par_nom():
            _ouvrir(declaration)
    for declaration in retirees:
        jours = forme.exiger_conservation(declaration.contenu["fce"]["conservation"])
        if declaration.retiree_le and declaration.retiree_le + timedelta(days=jours) < timezone.now():
            _effacer(declaration)
    relire()


def _relire_toujours() -> None:
    while True:
        time.sleep(PAS_S)
        try:
            relire()
        finally:
            connection.close()


def _sources(declarations: Iterable[Declaration]) -> list[Source]:
    sources = []
    for declaration in declarations:
        try:
            sources.append(forme.construire(declaration.contenu))
        except FCEError as erreur:
            log.error("declaration_invalide", nom=declaration.nom, version=declaration.version, pourquoi=erreur.message)
    return [source for source in sources if source.nom not in registre.du_catalogue()]


def _ouvrir(declaration: Declaration) -> None:
    with transaction.atomic():
        suivies = Declaration.objects.filter(nom=declaration.nom, retiree_le=None).exclude(en_vigueur_le=None)
        suivies.update(retiree_le=timezone.now(), remplacee=True)
        imports.retablir_les_vues([registre.source(declaration.nom)])
        declaration.changer(en_vigueur_le=timezone.now())


def _effacer(declaration: Declaration) -> None:
    source = registre.source(declaration.nom)
    with verrou(source.nom) as reserve:
        for table in generations.tables_existantes(reserve.connexion, source):
            generations.effacer(reserve.connexion, table)
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(sql.SQL("DROP VIEW IF EXISTS {}").format(sql.Identifier(source.schema, source.vue)))
        Depot.objects.filter(source=source.nom).delete()
        Import.objects.filter(source=source.nom).delete()
        declaration.changer(effacee_le=timezone.now())
