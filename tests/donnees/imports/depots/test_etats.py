"""What a deposit may become, as the producer's documentation says it."""

from fce.donnees.imports.etats import DEPOTS, EtatDepot, GesteDepot


def test_only_what_was_just_verified_is_published_and_what_is_refused_by_force_only() -> None:
    publient = {g: set(geste.depuis) for g, geste in DEPOTS.gestes.items() if geste.vers == EtatDepot.PUBLIE}
    assert publient == {GesteDepot.PUBLIER: {EtatDepot.PRET}, GesteDepot.FORCER: {EtatDepot.REFUSE}}
    for verdict in (EtatDepot.PRET, EtatDepot.REFUSE):
        menent = [geste for geste in DEPOTS.gestes.values() if geste.vers == verdict]
        assert {etat for geste in menent for etat in geste.depuis} == {EtatDepot.EN_VERIFICATION}


def test_an_open_deposit_can_always_be_verified_or_given_up() -> None:
    for etat in DEPOTS.ouverts:
        assert DEPOTS.suivant(etat, GesteDepot.VERIFIER) is EtatDepot.EN_VERIFICATION
        assert DEPOTS.suivant(etat, GesteDepot.ABANDONNER) is EtatDepot.ABANDONNE
