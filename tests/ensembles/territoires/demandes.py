"""Files of a territory, asked for and written as in the service."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any, Final

from django.http import HttpResponse

from fce.ensembles.fichiers import services as ecriture
from fce.ensembles.territoires import fichiers
from fce.ensembles.territoires.models import FichierDeTerritoire
from tests.echanges.operations.fabrique import ServiceJoue

NORD: Final = "/territoire/departement/59"
REGION: Final = "/territoire/region/32"
MOTIF: Final = "Préparer le plan de contrôle du trimestre."
RESERVEES: Final = {"format": "csv", "reservees": "on", "finalite": "controle-travail", "motif": MOTIF}


def demander(de: ServiceJoue, suite: str = "", ou: str = NORD, **dit: Any) -> HttpResponse:
    return de.client().post(f"{ou}/fichiers{suite}", {**RESERVEES, **dit})  # type: ignore[return-value]


def travailler() -> FichierDeTerritoire:
    """What the worker does of the last file asked for."""
    dernier = FichierDeTerritoire.objects.latest("pk")
    ecriture.ecrire(fichiers.FICHIERS_DE_TERRITOIRE, dernier.pk)
    dernier.refresh_from_db()
    return dernier


def lire(fichier: FichierDeTerritoire) -> list[dict[str, str]]:
    texte = bytes(fichier.contenu or b"").decode("utf-8-sig").replace("\u202f", " ").replace("\xa0", " ")
    return list(csv.DictReader(StringIO(texte), delimiter=";"))


def obtenir(de: ServiceJoue, suite: str = "", ou: str = NORD, **dit: Any) -> list[dict[str, str]]:
    """The rows of a file asked for, then written."""
    reponse = demander(de, suite, ou, **dit)
    assert reponse.status_code == 302, reponse.content.decode()
    fichier = travailler()
    assert fichier.erreur == ""
    return lire(fichier)
