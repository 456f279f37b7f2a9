"""A path written once for its route is the one that Django writes for each number."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse

from fce.socle.web import liens
from fce.socle.web.liens import adresse_de

NUMEROS = ("1", "005520325", "552032534", "55203253400646", "0", "00000000000000", "n° 12", "552032534/autre", "٣")


def routes() -> list[str]:
    """Names of all the routes, of rooms and of none."""
    noms = []
    for motif in get_resolver().url_patterns:
        espace = getattr(motif, "namespace", None)
        siens = motif.reverse_dict if hasattr(motif, "reverse_dict") else {}
        noms += [f"{espace}:{nom}" if espace else nom for nom in siens if isinstance(nom, str)]
    return noms


def test_it_is_the_path_of_django_for_every_route() -> None:
    comparees = 0
    for route in routes():
        for numero in ("", *NUMEROS):
            try:
                attendue = reverse(route, args=[numero] if numero else [])
            except NoReverseMatch:
                with pytest.raises(NoReverseMatch):
                    adresse_de(route, numero)
            else:
                comparees += 1
                assert adresse_de(route, numero) == attendue
                assert adresse_de(route, numero) == attendue  # the second time, from what was kept
    assert comparees > 300


def test_a_number_of_one_unit_never_comes_back_in_the_path_of_another() -> None:
    assert liens.adresse("entreprise", "552032534") == "/entreprise/552032534"
    assert liens.adresse("entreprise", "005520325") == "/entreprise/005520325"
    assert "552032534" not in liens.adresse("signaler", "005520325")
