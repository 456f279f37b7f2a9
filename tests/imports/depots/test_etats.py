"""The life of a deposit, whatever is asked and in whatever order: a model walks beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fce.imports.etats import DEPOTS, EtatDepot, GesteDepot
from fce.socle.transitions import EtatIncompatible

GESTES = st.lists(st.sampled_from(list(GesteDepot)), max_size=30)


def parcourir(gestes):
    """States passed through, refused gestures leaving things as they are."""
    etats = [EtatDepot.RECU]
    for geste in gestes:
        try:
            etats.append(DEPOTS.suivant(etats[-1], geste))
        except EtatIncompatible:
            continue
    return etats


@given(GESTES)
def test_nothing_is_published_that_was_not_verified_just_before(gestes):
    etats = parcourir(gestes)
    if etats[-1] is EtatDepot.PUBLIE:
        assert etats[-2] in (EtatDepot.PRET, EtatDepot.REFUSE)
        assert etats[-3] is EtatDepot.EN_VERIFICATION


@given(GESTES)
def test_a_refused_deposit_is_published_by_force_only(gestes):
    etat = parcourir(gestes)[-1]
    if etat is EtatDepot.REFUSE:
        with pytest.raises(EtatIncompatible):
            DEPOTS.suivant(etat, GesteDepot.PUBLIER)
    if etat is EtatDepot.PRET:
        with pytest.raises(EtatIncompatible):
            DEPOTS.suivant(etat, GesteDepot.FORCER)


@given(GESTES)
def test_an_open_deposit_can_always_be_verified_or_given_up(gestes):
    etat = parcourir(gestes)[-1]
    if etat not in DEPOTS.clos:
        assert DEPOTS.suivant(etat, GesteDepot.VERIFIER) is EtatDepot.EN_VERIFICATION
        assert DEPOTS.suivant(etat, GesteDepot.ABANDONNER) is EtatDepot.ABANDONNE
