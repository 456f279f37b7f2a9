"""The state machine of a habilitation: 500 random walks meet no state, and no way, that the rule does not give."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fce.droits.dossiers.etats import (
    DE_L_APPROBATEUR,
    DOSSIERS_CLOS,
    MODIFIABLES,
    TRANSITIONS_DOSSIER,
    EtatDossier,
    EtatIncompatible,
    GesteDossier,
    possibles,
    suivant,
)

# Written again, by hand: what a reader of the law would draw.
REGLE = {
    EtatDossier.BROUILLON: {GesteDossier.SOUMETTRE: EtatDossier.SOUMIS},
    EtatDossier.SOUMIS: {
        GesteDossier.VALIDER: EtatDossier.VALIDE,
        GesteDossier.REFUSER: EtatDossier.REFUSE,
        GesteDossier.DEMANDER_CORRECTIONS: EtatDossier.A_CORRIGER,
    },
    EtatDossier.A_CORRIGER: {
        GesteDossier.SOUMETTRE: EtatDossier.SOUMIS,
        GesteDossier.REFUSER: EtatDossier.REFUSE,
    },
    EtatDossier.VALIDE: {
        GesteDossier.SUSPENDRE: EtatDossier.SUSPENDU,
        GesteDossier.REVOQUER: EtatDossier.REVOQUE,
        GesteDossier.EXPIRER: EtatDossier.EXPIRE,
    },
    EtatDossier.SUSPENDU: {
        GesteDossier.REPRENDRE: EtatDossier.VALIDE,
        GesteDossier.REVOQUER: EtatDossier.REVOQUE,
        GesteDossier.EXPIRER: EtatDossier.EXPIRE,
    },
    EtatDossier.REFUSE: {},
    EtatDossier.REVOQUE: {},
    EtatDossier.EXPIRE: {},
}


@given(st.lists(st.sampled_from(GesteDossier), max_size=40))
@settings(max_examples=500, deadline=None)
def test_hab_01_random_walks_follow_the_rule(gestes: list[GesteDossier]) -> None:
    etat = EtatDossier.BROUILLON
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
        valide = valide or geste is GesteDossier.VALIDER
        # Nothing is ever open that nobody validated, and what is closed stays so.
        assert valide or etat not in (
            EtatDossier.VALIDE,
            EtatDossier.SUSPENDU,
            EtatDossier.REVOQUE,
            EtatDossier.EXPIRE,
        )
        if etat in DOSSIERS_CLOS:
            assert possibles(etat) == []


def test_each_gesture_is_made_by_one_side() -> None:
    assert set(GesteDossier) - DE_L_APPROBATEUR == {GesteDossier.SOUMETTRE, GesteDossier.EXPIRER}
    assert set(TRANSITIONS_DOSSIER) == set(GesteDossier)
    assert {EtatDossier.BROUILLON, EtatDossier.A_CORRIGER} == MODIFIABLES
