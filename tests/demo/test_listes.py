"""The list that a visitor of the demonstration finds."""

from __future__ import annotations

import pytest

from fce.demo import listes, ouverture
from fce.ensembles.listes.models import EtatLigne, ListeDeTravail

pytestmark = pytest.mark.django_db


def test_the_list_of_the_inspection_is_written_once_and_half_worked() -> None:
    comptes = ouverture.ouvrir("https://fournisseur.example", lambda personnage: personnage.cle)
    for _ in range(2):
        listes.ecrire_listes(comptes)
    liste = ListeDeTravail.objects.get()
    assert {ligne.etat for ligne in liste.lignes.all()} == set(EtatLigne)
    assert liste.service is not None
    assert liste.service.nom == ouverture.INSPECTION_59.groupe
