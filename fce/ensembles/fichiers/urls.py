"""URLs of the files of a room, under those of what they are of. A file is named by its reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path, register_converter

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.ensembles.fichiers.pages import GuichetDeFichiers, Vue, vues
from fce.ensembles.fichiers.services import GenreDeFichier
from fce.socle.web.references import convertisseur


def adresses(
    racine: str,
    genre: GenreDeFichier[Any],
    demander: Vue,
    ouvrir: Callable[..., tuple[LecteurDeDonnees, GuichetDeFichiers]],
) -> list[URLPattern]:
    """``racine``: route of what the files are of; ``demander``: view of the form that asks for one; ``ouvrir``: see
    ``pages.vues``."""
    nom = genre.modele.__name__.lower()
    register_converter(convertisseur(genre.modele), nom)
    un = f"{racine}/fichiers/<{nom}:fichier>"
    fichier, avancement, contenu = vues(ouvrir)
    return [
        path(f"{racine}/fichiers", demander, name="demande-de-fichier"),
        path(un, fichier, name="fichier"),
        path(f"{un}/avancement", avancement, name="fichier-avancement"),
        path(f"{un}/contenu", contenu, name="fichier-contenu"),
    ]
