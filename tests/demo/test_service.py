"""What the service says of itself in the demonstration: in every state, once, and of nobody."""

from __future__ import annotations

import pytest
from django.test import Client

from fce.demo import ouverture, service
from fce.demo.identite import personnages as p
from fce.droits.comptes.models import Compte
from fce.droits.journal.models import Consultation
from fce.service.portail.models import DemandeAssistance, EtapeRaccordement, Nouveaute, PointFeuilleDeRoute
from fce.service.portail.nouvelles.etats import EtatPoint
from fce.service.portail.rejoindre.etapes import EtatEtape, GenreEtape
from fce.sources import registre
from tests.droits.comptes import fabrique as c

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def comptes() -> dict[str, Compte]:
    return ouverture.ouvrir("https://demo.example", lambda qui: qui.cle)


def test_every_state_is_met_and_written_once(comptes: dict[str, Compte]) -> None:
    assert service.ecrire_service(comptes)
    assert set(EtapeRaccordement.objects.values_list("etat", flat=True)) == set(EtatEtape)
    assert set(PointFeuilleDeRoute.objects.values_list("etat", flat=True)) == set(EtatPoint)
    assert set(DemandeAssistance.objects.values_list("etat", flat=True)) == {"recue", "prise", "repondue"}
    assert Nouveaute.objects.filter(publiee_le=None).count() == 1
    comptes_de = {m: m.objects.count() for m in (EtapeRaccordement, Nouveaute, DemandeAssistance, Consultation)}
    assert not service.ecrire_service(comptes)
    assert {m: m.objects.count() for m in comptes_de} == comptes_de


def test_its_pages_are_full_and_the_officer_reads_uses(comptes: dict[str, Compte]) -> None:
    service.ecrire_service(comptes)
    client = Client()
    for adresse, dit in (
        ("/rejoindre", "Douane"),
        ("/nouveautes", "La note de préparation"),
        ("/feuille-de-route", "En cours"),
    ):
        assert dit in client.get(adresse).content.decode()
    c.connecter(client, comptes[p.PRODUCTEUR.cle])
    page = client.get("/producteurs/dgfip/usages").content.decode()
    assert "Direction générale des finances publiques (démonstration)" in page
    assert "demonstration-" not in page


@pytest.mark.parametrize("dit", service.FEUILLE_DE_ROUTE, ids=lambda dit: dit.titre)
def test_v16_the_roadmap_says_done_of_what_has_its_page_and_of_nothing_else(dit: service.PointDemo) -> None:
    """The mandate of a page is no matter: it is there when its address is not unknown."""
    if dit.page:
        assert (Client().get(dit.page).status_code != 404) is (dit.etat == EtatPoint.FAIT)
    else:
        assert dit.etat != EtatPoint.FAIT


def test_v16_institutions_whose_data_are_in_place_have_passed_every_step_before() -> None:
    """All the data sets of the catalogue are in place in a demonstration."""
    declares = {s.producteur.code for s in registre.toutes()}
    assert {len(r.faites) for r in service.RACCORDEMENTS if r.producteur in declares} == {len(GenreEtape) - 1}


def test_the_producers_of_the_story_are_of_the_catalogue() -> None:
    connus = {s.producteur.code for s in registre.toutes()}
    assert {r.producteur for r in service.RACCORDEMENTS} - {""} <= connus
