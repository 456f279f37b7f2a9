"""Twelve plausible months of use: written once, the same from the same seed, and every indicator says something."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from fce.demo import usages
from fce.demo.calendrier import Calendrier
from fce.service.statistiques.models import ChiffreMensuel, EvenementDUsage
from fce.service.statistiques.selectors import tableau_de_bord

pytestmark = pytest.mark.django_db
JOUR = Calendrier(date(2026, 11, 27))


def chiffres() -> list[Any]:
    return list(ChiffreMensuel.objects.values_list("mois", "mesure", "organisation", "valeur", "invente"))


def test_twelve_closed_months_are_written_once_and_labelled(client: Client) -> None:
    assert usages.ecrire_usage(JOUR) == 12
    lus = chiffres()
    assert {m for m, *_ in lus} == {date(2025, 11, 1), date(2025, 12, 1), *(date(2026, n, 1) for n in range(1, 11))}
    assert all(invente for *_, invente in lus)
    assert usages.ecrire_usage(JOUR) == 0
    assert chiffres() == lus
    html = client.get("/stats").content.decode()
    assert "données de démonstration" in html
    EvenementDUsage.objects.all().delete()
    ChiffreMensuel.objects.all().delete()
    usages.ecrire_usage(JOUR)
    assert chiffres() == lus


def test_every_indicator_of_events_has_a_value_and_the_service_grows() -> None:
    usages.ecrire_usage(JOUR)
    tableau = tableau_de_bord(12)
    muets = {lu.indicateur.code for lu in (*tableau.en_tete, *tableau.autres) if not lu.valeur}
    # Nobody keeps accounts here, and no data set is in place.
    assert muets <= {"cout-par-actif", "jeux-a-jour"}
    (actifs,) = (lu for lu in (*tableau.en_tete, *tableau.autres) if lu.indicateur.code == "agents-actifs")
    assert (actifs.points[-1].valeur or 0) > 1.5 * (actifs.points[0].valeur or 0)
    assert all(etape.valeur for etape in tableau.entonnoir)


def test_a_month_later_only_what_is_missing_is_written() -> None:
    usages.ecrire_usage(JOUR)
    assert usages.ecrire_usage(Calendrier(date(2026, 12, 3))) == 1
