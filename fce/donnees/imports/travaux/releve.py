"""Check the files of one source: download what changed, import, record, report."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog
from django.conf import settings
from django.utils import timezone

from fce.donnees.imports import services
from fce.donnees.imports.models import Import, Releve
from fce.donnees.imports.travaux import courriel
from fce.donnees.imports.travaux.telechargement import telecharger
from fce.socle.erreurs import BaseIndisponible, DejaEnCours, FCEError, ImportRefuse, SourceIndisponible
from fce.socle.travaux.courriel import rapporter
from fce.sources import registre
from fce.sources.declaration import Source

PASSAGERES = (SourceIndisponible, BaseIndisponible, DejaEnCours)
PAR = "fce worker"
log = structlog.get_logger(__name__)
Progression = Callable[[str, int, int], None]


def relever(nom: str, *, progression: Progression | None = None, dernier_essai: bool = True) -> Releve:
    """Download and import the files of source ``nom`` if they changed; return the record of the check.

    Raises one of ``PASSAGERES`` for the caller to retry; it is recorded and reported when ``dernier_essai``.
    """
    source = registre.source(nom)
    releve, _ = Releve.objects.get_or_create(source=nom)
    signature = releve.signature
    try:
        recu = telecharger(source, departement=settings.FCE_DEPARTEMENT or None, progression=progression)
        signature = _signature(recu.fichiers)
        if signature == releve.signature:
            # Already imported, or refused and unchanged.
            statut = Releve.Statut.INCHANGE if releve.statut != Releve.Statut.REFUSE else Releve.Statut.REFUSE
            return _noter(releve, statut, releve.motif if statut == Releve.Statut.REFUSE else "", signature)
        importation = importer(source, recu.fichiers, progression)
    except ImportRefuse as refus:
        _dire_l_echec(source, releve, refus)
        # The download itself was refused (not the expected kind of file): count it as a failure, to retry sooner.
        statut = Releve.Statut.REFUSE if signature != releve.signature else Releve.Statut.ECHEC
        return _noter(releve, statut, courriel.sans_valeur(refus.message), signature)
    except PASSAGERES as panne:
        if dernier_essai:
            _dire_l_echec(source, releve, panne)
            _noter(releve, Releve.Statut.ECHEC, panne.message, releve.signature)
        raise
    except FCEError as erreur:
        _dire_l_echec(source, releve, erreur)
        return _noter(releve, Releve.Statut.ECHEC, erreur.message, releve.signature)
    if importation.statut == Import.Statut.INCHANGE:
        return _noter(releve, Releve.Statut.INCHANGE, "", signature)
    releve.change = timezone.now()
    return _noter(releve, Releve.Statut.IMPORTE, "", signature)


def importer(source: Source, fichiers: Sequence[Path], progression: Progression | None) -> Import:
    services.retablir_les_vues()
    importation = services.importer(source, fichiers, par=PAR, progression=progression)
    if importation.statut == Import.Statut.EN_PLACE:
        rapporter(courriel.sujet(source.nom, importation), courriel.recit(importation))
    return importation


def _dire_l_echec(source: Source, releve: Releve, erreur: FCEError) -> None:
    """Stay silent when the previous check failed for the same reason."""
    log.error("relevé de %s : %s", source.nom, courriel.sans_valeur(erreur.message))
    if releve.motif == courriel.sans_valeur(erreur.message):
        return
    essai = Import.objects.filter(pk=str(erreur.details.get("importation", 0))).first()
    if essai:
        rapporter(courriel.sujet(source.nom, essai), courriel.recit(essai))
    else:
        rapporter(f"{source.nom} : fichier non obtenu", [courriel.sans_valeur(erreur.message)])


def _noter(releve: Releve, statut: Releve.Statut, motif: str, signature: str) -> Releve:
    releve.statut, releve.motif, releve.signature = statut, motif, signature
    releve.verifie = timezone.now()
    releve.save()
    return releve


def _signature(fichiers: Sequence[Path]) -> str:
    etats = [(fichier.name, fichier.stat()) for fichier in fichiers]
    return hashlib.sha256(repr([(n, e.st_size, e.st_mtime_ns) for n, e in etats]).encode()).hexdigest()
