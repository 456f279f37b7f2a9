"""The only entry point of reading: a child process with resource limits reads the files and sends batches.

Files come from outside (agents, producers, downloads): a harmful one only kills its child, and the parent gets an error
sentence.
"""

import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
import structlog
from django.conf import settings

from fce.socle.erreurs import ImportRefuse
from fce.socle.texte.formats import nombre, pluriel
from fce.socle.travaux.processus_borne import BornesDuFils, FilsArrete, RefusDuFils, executer
from fce.sources.declaration import Source
from fce.sources.lecture import enfant
from fce.sources.lecture.commande import dossiers_du_lecteur, resumer
from fce.sources.lecture.lot import Lot, Rejet
from fce.sources.lecture.ouverture import TAILLE_BLOC
from fce.sources.lecture.refus import refus
from fce.sources.lecture.types import type_polars

Progression = Callable[[int, int], None]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class BornesDeLecture:
    """Limits of one reading. ``texte``: decompressed bytes of text allowed; None: no limit."""

    processus: BornesDuFils
    texte: int | None = None


DE_PAGE: Final = BornesDeLecture(BornesDuFils(memoire=1024, processeur=30, duree=60.0), texte=60_000_000)
"""For a file that a reader of a page is waiting for."""


def bornes_de_lecture() -> BornesDeLecture:
    """Limits for this process: those of a page when it serves pages (``FCE_ROLE``), because a reading blocks a thread;
    else those of an import, far above a national file of ten gigabytes."""
    if settings.FCE_ROLE == "web":
        return DE_PAGE
    secondes = settings.FCE_LECTURE_DUREE * 3600
    processeurs = os.cpu_count() or 1
    return BornesDeLecture(BornesDuFils(settings.FCE_LECTURE_MEMOIRE, secondes * processeurs, float(secondes)))


def lire(
    source: Source,
    fichiers: Sequence[Path],
    bornes: BornesDeLecture,
    *,
    progression: Progression | None = None,
    taille_bloc: int = TAILLE_BLOC,
    peut_etre_vide: bool = False,
    copie: Sequence[str] = (),
    gardees: Sequence[str] = (),
) -> Iterator[Lot]:
    """Read, check and type ``fichiers`` as ``source`` declares, in batches of about ``taille_bloc`` bytes. Constant
    memory.

    ``progression(read, total)`` is called in the consumer's thread, in bytes of the stored files. ``copie``: attributes
    to give as csv for COPY (``Lot.texte``); batches then only hold ``gardees``.

    Raises ImportRefuse when a whole file is wrong (or has no row, unless ``peut_etre_vide``), or exceeds ``bornes``:
    discard what was read.
    """
    chemins = [Path(chemin).absolute() for chemin in fichiers]
    options = {"taille_bloc": taille_bloc, "peut_etre_vide": peut_etre_vide, "texte_max": bornes.texte}
    schema = {a: type_polars(c) for a, c in source.champs.items()} | {"ligne": pl.Int64()}
    if copie:
        schema = {attribut: schema[attribut] for attribut in gardees}
    messages = executer(
        enfant.lire_lots,
        pickle.dumps(resumer(source)),
        dossiers_du_lecteur(source),
        chemins,
        tuple(copie),
        tuple(gardees),
        options,
        bornes=bornes.processus,
        preparer=enfant.preparer,
    )
    with closing(messages):  # type: ignore[type-var]
        try:
            for dit, octets in messages:
                if progression is not None:
                    progression(*dit["place"])
                yield _lot(dit, octets, schema, fichiers)
        except RefusDuFils as refuse:
            raise ImportRefuse(refuse.message, **refuse.details) from None
        except FilsArrete as limite:
            log.warning("lecture_arretee", source=source.nom, motif=limite.motif, detail=limite.detail)
            raise refus(chemins[0], limite.motif, _phrase(limite, bornes.processus)) from limite


def _lot(dit: dict[str, Any], octets: bytes | bytearray, schema: dict[str, Any], fichiers: Sequence[Path]) -> Lot:
    vue = memoryview(octets)
    lignes = pl.read_ipc_stream(bytes(vue[: dit["table"]]))
    if dict(lignes.schema) != schema:
        raise FilsArrete("arret", "schema")
    rejets = [Rejet(*rejet) for rejet in dit["rejets"]]
    return Lot(
        lignes,
        rejets,
        dit["hauteur"] + len(rejets),
        dit["avertissements"],
        None if dit["fichier"] is None else Path(fichiers[dit["fichier"]]),
        [Rejet(*vidage) for vidage in dit["vidages"]],
        vue[dit["table"] :],
    )


def _phrase(limite: FilsArrete, bornes: BornesDuFils) -> str:
    suite = "il est démesuré, abîmé ou piégé. Rien n'en a été gardé, les données en place n'ont pas changé."
    match limite.motif:
        case "memoire":
            return f"sa lecture demande plus de {nombre(bornes.memoire)} Mio de mémoire : {suite}"
        case "processeur":
            return f"sa lecture demande plus de {pluriel(bornes.processeur, 'seconde')} de calcul : {suite}"
        case "duree":
            return f"sa lecture dure plus de {pluriel(int(bornes.duree), 'seconde')} : {suite}"
    return f"sa lecture s'est arrêtée sur une erreur : {suite}"
