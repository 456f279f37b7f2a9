"""A reader remembers what the policy answered him: the same answers, to him alone, at his instant alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fce.droits.acteurs import ANONYME
from fce.droits.politique import RefusAcces, can
from fce.droits.portee import Implantation, portee
from fce.fiche.lecteur import LecteurDeFiche
from fce.fiche.unite import Unite
from fce.sources import registre
from tests.droits.fabrique import agent, habilitation

MIDI = datetime(2026, 6, 15, 10, tzinfo=UTC)
DU_NORD = Unite("123456789", implantations=(Implantation("59", 1, 1),))
# Read before the catalogue is hidden from the tests of this room.
CATALOGUE = registre.toutes()
INSPECTRICE = agent(habilitation(groupes=frozenset({"emploi", "travail", "contacts"})))
LECTEURS = {
    "personne": LecteurDeFiche(ANONYME, maintenant=MIDI),
    "agente": LecteurDeFiche(INSPECTRICE, maintenant=MIDI, usuelle=True),
    "agente, finalité choisie": LecteurDeFiche(INSPECTRICE, finalite="controle-travail", maintenant=MIDI, usuelle=True),
}


@pytest.mark.parametrize("lecteur", LECTEURS.values(), ids=LECTEURS)
def test_ce_qui_est_retenu_est_ce_que_repond_la_politique(lecteur: LecteurDeFiche) -> None:
    assert len(CATALOGUE) > 60
    for source in CATALOGUE:
        finalite, confirmee = lecteur.pour(source)
        memes = {"finalite": finalite, "confirmee": confirmee, "maintenant": MIDI}
        assert lecteur.portee(source) == portee(lecteur.acteur, lecteur.action, source, **memes)
        for champ in (None, *source.champs):
            attendu = can(
                lecteur.acteur, lecteur.action, source, champ, "123456789", departements=frozenset({"59"}), **memes
            )  # fmt: skip
            assert lecteur.decider(source, DU_NORD, champ) == attendu


def test_un_lecteur_tire_d_un_autre_n_herite_d_aucune_reponse() -> None:
    source = next(s for s in CATALOGUE if getattr(s.acces, "groupe", None) == "emploi")
    avant = replace(LECTEURS["agente, finalité choisie"])
    assert avant.portee(source)
    assert not replace(avant, maintenant=MIDI + timedelta(days=366)).portee(source)
    assert not replace(avant, acteur=ANONYME).portee(source)
    assert isinstance(replace(avant, acteur=ANONYME).decider(source, DU_NORD), RefusAcces)
    # The journal cannot be written: nobody in particular reads, whoever asked before.
    assert not replace(avant, empechement="Le journal est indisponible.").portee(source)
