"""Tokens of the API: all those of a service read within one budget, and a habilitation has so many of them at once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from django.utils import timezone

from fce.droits.comptes.models import Compte, Groupe
from fce.droits.habilitations import jetons
from fce.droits.habilitations.erreurs import TropDeJetons
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.models import Dossier, JetonApi
from fce.droits.habilitations.selectors import acteur_de
from fce.droits.journal.models import Consultation, Refus
from tests.acces import jeux
from tests.acces.acteurs import dossier
from tests.concurrence import ensemble
from tests.droits.comptes import fabrique as c

pytestmark = pytest.mark.django_db(transaction=True)


def tenu_par(groupe: Groupe) -> Dossier:
    return dossier(groupe, "inspection-travail", ("59",), droits=(Droit.CONSULTER, Droit.API))


def jeton(tenu: Dossier, emetteur: Compte) -> str:
    """Made by one of its group."""
    if not emetteur.appartenances.filter(groupe=tenu.groupe).exists():
        c.appartenance(emetteur, tenu.groupe, gestionnaire=True)
    return jetons.creer(tenu, emetteur, mfa=True, libelle="essai", jours=30)[1]


def appeler(secret: str, serveur: WSGIHandler | None = None) -> int:
    """Status of a call, as the server makes it: the client of the tests is not made for threads."""
    adresse = f"/api/v1/entreprises/{jeux.SIREN}?finalite=controle-travail&reference=2026-0117"
    demande = RequestFactory().get(adresse, headers={"Authorization": f"Bearer {secret}"})
    reponse = (serveur or WSGIHandler())(demande.environ, lambda *_: None)
    reponse.close()
    return reponse.status_code


def test_s6_three_tokens_at_once_read_no_more_than_one_would(settings: Any) -> None:
    """Tokens of two habilitations of the same group, each in its thread, with its connection."""
    settings.FCE_VOLUMES = "10/600"
    jeux.peupler()
    emetteur, groupe = c.compte(), c.groupe()
    premier, second = tenu_par(groupe), tenu_par(groupe)
    secrets = [jeton(premier, emetteur), jeton(premier, emetteur), jeton(second, emetteur)]
    reponses: list[int] = []

    serveur = WSGIHandler()

    def demander(secret: str) -> None:
        reponses.extend(appeler(secret, serveur) for _ in range(8))

    assert ensemble(*(lambda s=s: demander(s) for s in secrets)) == []
    assert Counter(reponses) == {200: 10, 429: 14}
    assert sum(Consultation.objects.values_list("poids", flat=True)) == 10
    assert Refus.objects.filter(raison_code="volume").count() == 14


def test_s6_the_tokens_of_a_service_cost_nothing_to_another_nor_to_their_maker(settings: Any) -> None:
    settings.FCE_VOLUMES = "1/600"
    jeux.peupler()
    emetteur, groupe = c.membre()
    secret, d_un_autre = jeton(tenu_par(groupe), emetteur), jeton(tenu_par(c.groupe(nom="Autre")), emetteur)
    assert [appeler(secret), appeler(secret), appeler(d_un_autre)] == [200, 429, 200]
    client = c.client_de(emetteur, finalite="controle-travail")
    assert "MRK-" in client.get(f"/entreprise/{jeux.SIREN}/tout").content.decode()


def test_s6_a_budget_is_said_by_the_actor_and_by_nothing_else() -> None:
    emetteur, groupe = c.membre()
    programme = jetons.acteur_du_jeton(jeton(tenu_par(groupe), emetteur))
    assert programme.budget == f"g{groupe.pk}"
    agent = acteur_de(emetteur, mfa=True)
    assert agent.habilitations
    assert agent.budget == emetteur.identifiant


def test_s6_a_habilitation_has_five_tokens_alive_at_most_however_they_are_made() -> None:
    emetteur, tenu = c.compte(), tenu_par(c.groupe())
    c.appartenance(emetteur, tenu.groupe, gestionnaire=True)
    refus = ensemble(*(lambda: jeton(tenu, emetteur) for _ in range(9)))
    assert [type(r) for r in refus] == [TropDeJetons] * 4
    assert JetonApi.objects.filter(dossier=tenu).count() == jetons.VIVANTS_MAX == 5


def test_s6_an_ended_token_makes_room_for_another() -> None:
    emetteur, tenu = c.compte(), tenu_par(c.groupe())
    for _ in range(jetons.VIVANTS_MAX):
        jeton(tenu, emetteur)
    with pytest.raises(TropDeJetons, match="5 jetons en cours"):
        jeton(tenu, emetteur)
    revoque, expire = JetonApi.objects.filter(dossier=tenu)[:2]
    jetons.revoquer(revoque, emetteur.identifiant)
    JetonApi.objects.filter(pk=expire.pk).update(expire_le=timezone.now() - timedelta(seconds=1))
    jeton(tenu, emetteur)
    jeton(tenu, emetteur)
    with pytest.raises(TropDeJetons):
        jeton(tenu, emetteur)


def test_s6_the_page_says_why_no_other_token_is_made() -> None:
    gestionnaire, groupe = c.membre(gestionnaire=True)
    tenu = tenu_par(groupe)
    for _ in range(jetons.VIVANTS_MAX):
        jeton(tenu, gestionnaire)
    client = c.client_de(gestionnaire)
    reponse = client.post(f"/habilitations/{tenu.pk}/jetons", {"libelle": "un de plus", "jours": "30"})
    assert reponse.status_code == 400
    assert "déjà 5 jetons en cours" in reponse.content.decode()
