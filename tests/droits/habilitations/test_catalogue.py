"""The declared data sets, seen by a reader who has not signed in: open data, whole, and nothing else."""

from __future__ import annotations

import pytest

from fce.droits.habilitations.acteurs import ANONYME
from fce.droits.habilitations.politique import can
from fce.droits.habilitations.portee import portee
from fce.sources import registre
from fce.sources.declaration import Source
from tests.droits.habilitations.fabrique import MIDI


def ouvert(acces: object) -> bool:
    return getattr(acces, "classe", None) == "C0"


@pytest.mark.parametrize("action", ["consulter", "exporter", "api"])
@pytest.mark.parametrize("source", registre.toutes(), ids=lambda s: s.nom)
def test_nobody_signed_in_means_open_data_only(source: Source, action: str) -> None:
    assert can(ANONYME, action, source, maintenant=MIDI).permis == ouvert(source.acces)
    lisibles = portee(ANONYME, action, source, maintenant=MIDI).colonnes
    for nom, champ in source.champs.items():
        propre = getattr(champ, "acces", None)
        attendu = ouvert(source.acces) and (propre is None or ouvert(propre))
        assert can(ANONYME, action, source, nom, maintenant=MIDI).permis == attendu == (nom in lisibles), nom
