"""A reader remembers what the policy answered him: the same answers, to him alone, at his instant alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fce.droits.habilitations.acteurs import ANONYME
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.politique import RefusAcces, can
from fce.droits.habilitations.portee import portee
from fce.sources import registre
from fce.sources.acces import Habilite, Public
from tests.droits.habilitations.fabrique import agent, habilitation

MIDI = datetime(2026, 6, 15, 10, tzinfo=UTC)
DU_NORD = ("123456789", frozenset({"59"}))
CATALOGUE = registre.toutes()
INSPECTRICE = agent(habilitation(groupes=frozenset({"emploi", "travail", "contacts"})))
LECTEURS = {
    "personne": LecteurDeDonnees(ANONYME, maintenant=MIDI),
    "agente": LecteurDeDonnees(INSPECTRICE, maintenant=MIDI),
    "agente, finalité choisie": LecteurDeDonnees(INSPECTRICE, finalite="controle-travail", maintenant=MIDI),
}


@pytest.mark.parametrize("lecteur", LECTEURS.values(), ids=LECTEURS)
def test_what_is_memoized_is_what_the_policy_answers(lecteur: LecteurDeDonnees) -> None:
    assert len(CATALOGUE) > 60
    for source in CATALOGUE:
        finalite, confirmee = lecteur.pour(source)
        memes = {"finalite": finalite, "confirmee": confirmee, "maintenant": MIDI}
        assert lecteur.portee(source) == portee(lecteur.acteur, lecteur.action, source, **memes)
        for champ in (None, *source.champs):
            attendu = can(
                lecteur.acteur, lecteur.action, source, champ, "123456789", departements=frozenset({"59"}), **memes
            )
            assert lecteur.decider(source, *DU_NORD, champ=champ) == attendu


def test_a_reader_derived_from_another_inherits_no_answer() -> None:
    source = next(s for s in CATALOGUE if getattr(s.acces, "groupe", None) == "emploi")
    avant = replace(LECTEURS["agente, finalité choisie"])
    assert avant.portee(source)
    assert not replace(avant, maintenant=MIDI + timedelta(days=366)).portee(source)
    assert not replace(avant, acteur=ANONYME).portee(source)
    assert isinstance(replace(avant, acteur=ANONYME).decider(source, *DU_NORD), RefusAcces)
    # The journal cannot be written: nobody in particular reads, whoever asked before.
    assert not replace(avant, empechement="Le journal est indisponible.").portee(source)


def test_what_is_memoized_of_a_place_is_not_worth_elsewhere() -> None:
    """One access has one answer there: the same reader, of the same source, is answered otherwise elsewhere."""
    lecteur = replace(LECTEURS["agente, finalité choisie"])
    locales = [s for s in CATALOGUE if lecteur.portee(s) and lecteur.portee(s).territoires]
    assert locales
    for source in locales:
        assert lecteur.decider(source, *DU_NORD)
        assert isinstance(lecteur.decider(source, "987654321", frozenset({"75"})), RefusAcces)
        assert isinstance(lecteur.decider(source, "555555555"), RefusAcces)
        assert lecteur.decider(source, *DU_NORD)


def test_what_is_allowed_bears_the_name_of_what_was_asked() -> None:
    """Sources of one access share an answer, never what the journal writes of it."""
    lecteur = replace(LECTEURS["agente, finalité choisie"])
    for siren in ("123456789", "987654321"):
        for source in CATALOGUE:
            if permis := lecteur.decider(source, siren, frozenset({"59"})):
                assert (permis.source, permis.champ, permis.siren) == (source.nom, None, siren)


def test_a_revoked_or_expired_habilitation_closes_what_has_just_been_read() -> None:
    """What is written for a scope is kept, whoever it was decided for; who may have it is asked again each time."""
    source = next(s for s in CATALOGUE if getattr(s.acces, "groupe", None) == "emploi")
    ouverte = LecteurDeDonnees(INSPECTRICE, finalite="controle-travail", maintenant=MIDI).portee(source)
    assert ouverte
    for retiree in (
        habilitation(revoquee_le=MIDI - timedelta(seconds=1)),
        habilitation(suspendue=True),
        habilitation(groupes=frozenset({"travail"})),
    ):
        lecteur = LecteurDeDonnees(agent(retiree), finalite="controle-travail", maintenant=MIDI)
        assert not lecteur.portee(source)
        assert isinstance(lecteur.decider(source, *DU_NORD), RefusAcces)
    deplacee = agent(habilitation(territoire=frozenset({"75"})))
    lecteur = LecteurDeDonnees(deplacee, finalite="controle-travail", maintenant=MIDI)
    assert lecteur.portee(source) != ouverte


def test_a_tightened_access_applies_at_the_next_request(monkeypatch: pytest.MonkeyPatch) -> None:
    source = next(s for s in CATALOGUE if isinstance(s.acces, Public) and not s.acces_propres)
    assert LecteurDeDonnees(ANONYME, maintenant=MIDI).portee(source)
    monkeypatch.setattr(source, "acces", Habilite("emploi"))
    assert not LecteurDeDonnees(ANONYME, maintenant=MIDI).portee(source)
    assert isinstance(LecteurDeDonnees(ANONYME, maintenant=MIDI).decider(source, *DU_NORD), RefusAcces)
    premier = next(iter(source.champs))
    monkeypatch.setattr(source, "acces", Public())
    monkeypatch.setattr(source, "acces_propres", {premier: Habilite("emploi")})
    assert premier not in LecteurDeDonnees(ANONYME, maintenant=MIDI).portee(source).colonnes


def test_a_source_tells_the_accesses_of_its_fields_and_all_of_them() -> None:
    for source in CATALOGUE:
        assert source.acces_propres == {a: c.acces for a, c in source.champs.items() if c.acces is not None}
