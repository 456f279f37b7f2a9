"""The state machine of a habilitation: 500 random walks meet no state, and no way, that the rule does not give."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fce.droits.dossiers.etats import APPROBATEURS, DOSSIERS, EtatDossier, GesteDossier
from fce.socle.transitions import EtatIncompatible

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
# What leaves the state as it is.
SANS_EFFET = {geste for geste, dit in DOSSIERS.gestes.items() if dit.vers is None}


@given(st.lists(st.sampled_from(sorted(set(GesteDossier) - SANS_EFFET)), max_size=40))
@settings(max_examples=500, deadline=None)
def test_hab_01_random_walks_follow_the_rule(gestes: list[GesteDossier]) -> None:
    etat = EtatDossier.BROUILLON
    valide = False
    for geste in gestes:
        permis = REGLE[etat]
        assert set(DOSSIERS.possibles(etat)) - SANS_EFFET == set(permis)
        if geste in permis:
            etat = DOSSIERS.suivant(etat, geste)
            assert etat is permis[geste]
        else:
            with pytest.raises(EtatIncompatible) as refus:
                DOSSIERS.suivant(etat, geste)
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
        if etat in DOSSIERS.clos:
            assert set(DOSSIERS.possibles(etat)) <= SANS_EFFET


def test_approvers_decide_and_nothing_else() -> None:
    siens = {geste for geste in GesteDossier if APPROBATEURS in DOSSIERS.gestes[geste].de}
    assert siens == {g for permis in REGLE.values() for g in permis} - {GesteDossier.SOUMETTRE, GesteDossier.EXPIRER}
