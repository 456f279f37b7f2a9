"""The asking service closes with its own reasons; a service whose agents have left is said to use FCE no more."""

from __future__ import annotations

import pytest
from django.utils import timezone

from fce.droits.comptes.models import Appartenance
from fce.echanges.annuaire import selectors
from fce.echanges.demandes import formulaires, services
from fce.echanges.models import EntreeAnnuaire
from tests.echanges.visites import fabrique as v


def test_e19_the_asker_closes_with_reasons_of_an_asker() -> None:
    dits = [libelle for _, libelle in formulaires.FormulaireFin.base_fields["motif"].choices]  # type: ignore[attr-defined]
    assert dits == ["Répondu", "Répondu d’une autre façon", "Plus besoin de la réponse", "Envoyée par erreur"]
    assert {*services.MOTIFS_DE_FIN}.isdisjoint(services.MOTIFS_DE_REFUS)


@pytest.mark.django_db
def test_e19_a_service_whose_agents_have_left_uses_fce_no_more() -> None:
    elle = v.service()
    vide = v.service()
    Appartenance.objects.filter(groupe=vide.groupe).delete()
    for service in (elle, vide):
        EntreeAnnuaire.objects.create(service=service.groupe, nature="autre", par="c1")
    lecteur = v.service()
    assert "n’utilise encore FCE" in lecteur.client.get(f"/services/{vide.groupe.pk}").content.decode()
    assert selectors.sans_personne(selectors.entree_de(elle.groupe.pk)) == ""
    Appartenance.objects.filter(groupe=elle.groupe).update(fin=timezone.now())
    assert "n’utilise plus FCE" in lecteur.client.get(f"/services/{elle.groupe.pk}").content.decode()
