"""The state machine of a habilitation: 500 random walks meet no state, and no way, that the rule does not give."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fce.droits.dossiers.etats import (
    DE_L_APPROBATEUR,
    DU_DEMANDEUR,
    FINALS,
    MODIFIABLES,
    TRANSITIONS,
    Etat,
    EtatIncompatible,
    Geste,
    possibles,
    suivant,
)

# Written again, by hand: what a reader of the law would draw.
REGLE = {
    Etat.BROUILLON: {Geste.SOUMETTRE: Etat.SOUMIS},
    Etat.SOUMIS: {
        Geste.VALIDER: Etat.VALIDE,
        Geste.REFUSER: Etat.REFUSE,
        Geste.DEMANDER_CORRECTIONS: Etat.A_CORRIGER,
    },
    Etat.A_CORRIGER: {Geste.SOUMETTRE: Etat.SOUMIS, Geste.REFUSER: Etat.REFUSE},
    Etat.VALIDE: {Geste.SUSPENDRE: Etat.SUSPENDU, Geste.REVOQUER: Etat.REVOQUE, Geste.EXPIRER: Etat.EXPIRE},
    Etat.SUSPENDU: {Geste.REPRENDRE: Etat.VALIDE, Geste.REVOQUER: Etat.REVOQUE, Geste.EXPIRER: Etat.EXPIRE},
    Etat.REFUSE: {},
    Etat.REVOQUE: {},
    Etat.EXPIRE: {},
}


@given(st.lists(st.sampled_from(Geste), max_size=40))
@settings(max_examples=500, deadline=None)
def test_hab_01_random_walks_follow_the_rule(gestes: list[Geste]) -> None:
    etat = Etat.BROUILLON
    valide = False
    for geste in gestes:
        permis = REGLE[etat]
        assert set(possibles(etat)) == set(permis)
        if geste in permis:
            etat = suivant(etat, geste)
            assert etat is permis[geste]
        else:
            with pytest.raises(EtatIncompatible) as refus:
                suivant(etat, geste)
            assert refus.value.status == 409
            assert etat.label in refus.value.message
        valide = valide or geste is Geste.VALIDER
        # Nothing is ever open that nobody validated, and what is closed stays so.
        assert valide or etat not in (Etat.VALIDE, Etat.SUSPENDU, Etat.REVOQUE, Etat.EXPIRE)
        if etat in FINALS:
            assert possibles(etat) == []


def test_each_gesture_is_made_by_one_side() -> None:
    assert not DU_DEMANDEUR & DE_L_APPROBATEUR
    assert set(Geste) - DU_DEMANDEUR - DE_L_APPROBATEUR == {Geste.EXPIRER}
    assert set(TRANSITIONS) == set(Geste)
    assert {Etat.BROUILLON, Etat.A_CORRIGER} == MODIFIABLES
