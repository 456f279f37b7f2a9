"""Tabs of the sheet: every rubrique is in one, none has the name of a source, the reader's own come first."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured

from fce.droits.habilitations.finalites import PROFILS
from fce.sources import registre
from fce.sources.onglets import ONGLETS, RESERVES, TOUT, onglet_de, onglets_tries
from fce.sources.presentation import Alarme, FaitAlarmant
from fce.sources.rubriques import TITRES
from tests.fiche import jeux


def test_each_heading_is_in_one_tab_and_only_one() -> None:
    rangees = [r for o in ONGLETS.values() for r in o.rubriques]
    assert sorted(rangees) == sorted(TITRES)
    assert all(onglet_de(r) is not TOUT for r in TITRES)


def test_no_source_bears_the_name_of_a_tab() -> None:
    assert not {s.nom for s in registre.toutes()} & RESERVES
    with pytest.raises(ImproperlyConfigured, match="celui d'un onglet"):
        jeux.declarer("controles", jeux.Label, "agrements-labels")


def test_the_tabs_of_the_trade_come_first() -> None:
    for profil in PROFILS.values():
        assert set(profil.onglets) <= set(ONGLETS)
        assert [o.cle for o in onglets_tries(profil.onglets)][: len(profil.onglets)] == list(profil.onglets)
        assert set(onglets_tries(profil.onglets)) == set(ONGLETS.values())
    assert onglets_tries(("inconnu",)) == tuple(ONGLETS.values())


@pytest.mark.parametrize(
    ("jour", "dure"),
    [(date(2023, 11, 26), False), (date(2023, 11, 27), True), (date(2026, 11, 26), True), (None, True)],
)
def test_an_alarm_lasts_what_its_declaration_says(jour: date | None, dure: bool) -> None:
    alarme = Alarme(lambda lignes, _: [FaitAlarmant("Fait", jour)], mois=36)
    assert bool(alarme.en_cours([], date(2026, 11, 26))) is dure
    assert Alarme(lambda lignes, _: [FaitAlarmant("Fait", jour)]).en_cours([], date(2026, 11, 26))
