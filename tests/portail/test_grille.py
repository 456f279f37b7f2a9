"""The grid of accessibility: each criterion once, nothing said without a proof that exists, all of it counted and shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from fce.portail.grille import CRITERES_RGAA, ETATS_RGAA, NON_TESTE, comptes_de_la_grille, grille_rgaa
from tests.preuves import manque

RACINE = Path(__file__).resolve().parents[2]


def test_the_grid_has_the_106_criteria() -> None:
    assert len(CRITERES_RGAA) == 106
    assert tuple(vu.critere for vu in grille_rgaa()) == CRITERES_RGAA
    assert all(vu.titre for vu in grille_rgaa())


def test_what_the_grid_claims_is_proven_by_a_test_that_exists() -> None:
    assert {vu.critere: vu.preuve for vu in grille_rgaa() if vu.preuve and manque(vu.preuve)} == {}


@pytest.mark.django_db
def test_the_page_counts_every_state_and_claims_no_more_than_the_grid(client: Client) -> None:
    comptes = comptes_de_la_grille()
    assert sum(comptes.values()) == 106
    page = client.get("/accessibilite").content.decode()
    for etat in ETATS_RGAA:
        ligne = page.partition(f'<th scope="row">{etat.capitalize()}</th>')[2].partition("</tr>")[0]
        assert f">{comptes[etat]}<" in ligne, etat
    if comptes[NON_TESTE]:
        # Without an audit of every criterion there is no conformity to declare (décret 2019-768).
        assert "partiellement conforme" not in page.lower()
        assert "totalement conforme" not in page.lower()
