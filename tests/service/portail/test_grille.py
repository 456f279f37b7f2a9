"""The grid of accessibility: each criterion once, nothing said without a proof that exists, all of it shown."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client

from fce.service.portail.pages.declaration import declaration_en_vigueur
from fce.service.portail.pages.grille import CRITERES, NON_TESTE, etats_de_la_grille, grille_rgaa
from tests.preuves import manque


def test_the_grid_has_the_106_criteria() -> None:
    assert len(CRITERES) == 106
    assert tuple(vu.critere for vu in grille_rgaa()) == CRITERES
    assert all(vu.titre for vu in grille_rgaa())


def test_what_the_grid_claims_is_proven_by_a_test_that_exists() -> None:
    assert {vu.critere: vu.preuve for vu in grille_rgaa() if vu.preuve and manque(vu.preuve)} == {}
    assert manque("tests/service/portail/test_grille.py::test_that_nobody_wrote")


@pytest.mark.django_db
def test_the_declaration_counts_what_the_grid_says_and_shows_it(client: Client) -> None:
    comptes = Counter(etats_de_la_grille().values())
    declaration = declaration_en_vigueur()
    assert {etat: nombre for etat, nombre in declaration.etats.items() if nombre} == comptes
    if comptes[NON_TESTE]:
        # Without an audit of every criterion there is no conformity to declare (décret 2019-768).
        assert declaration.etat == "non conforme"
    page = client.get("/accessibilite").content.decode()
    for vu in grille_rgaa():
        assert f">{vu.critere}</th>" in page
        assert vu.titre in page
    ligne = page.partition('<th scope="row">Non testés</th>')[2].partition("</tr>")[0]
    assert f">{comptes[NON_TESTE]}<" in ligne
