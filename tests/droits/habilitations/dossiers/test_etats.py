"""The state machine of a habilitation is the one that a reader of the law would draw."""

from __future__ import annotations

from fce.droits.habilitations.dossiers.etats import APPROBATEURS, DOSSIERS, EtatDossier, GesteDossier

# Written again, by hand.
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


def test_hab_01_the_states_and_their_ways_are_those_of_the_rule() -> None:
    possibles = {
        e: {g: DOSSIERS.suivant(e, g) for g in DOSSIERS.possibles(e) if DOSSIERS.gestes[g].vers} for e in EtatDossier
    }
    assert possibles == REGLE


def test_approvers_decide_and_nothing_else() -> None:
    siens = {geste for geste in GesteDossier if APPROBATEURS in DOSSIERS.gestes[geste].de}
    assert siens == {g for permis in REGLE.values() for g in permis} - {GesteDossier.SOUMETTRE, GesteDossier.EXPIRER}
