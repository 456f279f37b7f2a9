"""The example of ``docs/declaration.md``, a team that signs, and a set put in force."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

from fce.donnees.declarations import services, vigueur
from fce.donnees.declarations.models import DeclarationDeSource
from fce.droits.comptes.mandats import Mandats
from fce.sources import registre
from fce.sources.declaration import Source
from tests.droits.comptes.fabrique import mandataire

_PAGE = Path(__file__).parents[3] / "docs" / "declaration.md"
EXEMPLE: dict[str, Any] = json.loads(re.findall(r"```json\n(.*?)```", _PAGE.read_text("utf-8"), re.S)[0])


def declaration(**fce: Any) -> dict[str, Any]:
    """The example, with these words of ``fce`` instead; None: without the word."""
    dite = copy.deepcopy(EXEMPLE)
    dite["fce"] = {mot: valeur for mot, valeur in (dite["fce"] | fce).items() if valeur is not None}
    return dite


def signer(brouillon: DeclarationDeSource) -> None:
    """Two people of the team and the data protection officer."""
    for qualite in (Mandats.EQUIPE, Mandats.EQUIPE, Mandats.DPO):
        if services.manquantes(brouillon, services.forme.construire(brouillon.contenu)):
            services.signer(brouillon, mandataire(qualite), qualite)


def mettre_en_vigueur(dite: dict[str, Any]) -> Source:
    """Declared, signed, and applied as the worker does."""
    brouillon = services.declarer(json.dumps(dite), mandataire(Mandats.EQUIPE))
    signer(brouillon)
    vigueur.appliquer()
    return registre.source(brouillon.nom)
