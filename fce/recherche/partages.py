"""Shares the index between nodes: publishes it to a folder or a bucket, takes a published one and switches to it."""

from pathlib import Path

from django.conf import settings

from fce.recherche.engines.tantivy import MoteurTantivy, partage, rangement
from fce.recherche.engines.tantivy.partage import BilanDePartage, Progression
from fce.recherche.engines.tantivy.version import verifier
from fce.recherche.reponse.selectors import moteur
from fce.recherche.services import annoncer_l_index
from fce.socle.erreurs import ParametreInvalide


def publier_l_index(adresse: str, avancer: Progression, *, tout: bool = False) -> BilanDePartage:
    """Publish the index in place at ``adresse`` (a folder, or ``s3://seau/prefixe``); see ``partage.publier``."""
    return partage.publier(_dossier(), rangement(adresse), avancer, tout=tout)


def prendre_l_index(adresse: str, avancer: Progression) -> BilanDePartage:
    """Take the index published at ``adresse`` and switch to it; see ``partage.prendre``."""
    racine = _dossier()
    bilan = partage.prendre(racine, rangement(adresse), avancer, lambda version: verifier(racine, version))
    if not bilan.deja:
        annoncer_l_index()
    return bilan


def _dossier() -> Path:
    if not isinstance(moteur(), MoteurTantivy):
        raise ParametreInvalide("L’index n’est pas un dossier de ce nœud : ce moteur le partage lui-même.")
    return Path(settings.FCE_INDEX_DIR)
