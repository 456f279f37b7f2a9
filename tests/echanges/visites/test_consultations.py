"""What other services have answered is read like what they announce: the journal first, in any state of the visit."""

from __future__ import annotations

from typing import Any

import pytest

from fce.droits.journal import services as journal
from fce.droits.journal.models import Consultation
from fce.echanges.visites import services
from fce.echanges.visites.genre import VISITE
from fce.socle.erreurs import JournalIndisponible
from tests.echanges.visites.test_visite_commune import Scene, changer, d_accord, scene, texte

pytestmark = pytest.mark.django_db
__all__ = ["d_accord", "scene"]


def perdre(*_: Any, **__: Any) -> None:
    raise JournalIndisponible("Le journal ne répond pas.")


def lus(scene: Scene) -> list[tuple[list[str], str, dict[str, int]]]:
    entrees = Consultation.objects.filter(agent=scene.elle.agent.identifiant).order_by("pk")
    return list(entrees.values_list("sources", "numero", "lignes"))


@pytest.mark.parametrize("geste", ["renoncer", "non-tenue"])
def test_answers_about_a_visit_that_is_over_are_journalled_before_they_are_shown(
    d_accord: Scene, geste: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changer(d_accord, geste)
    avant = lus(d_accord)
    lue = d_accord.elle.client.get(f"/visites/{d_accord.mienne.reference}")
    assert "Réponses reçues" in texte(lue)
    assert lus(d_accord)[len(avant) :] == [([VISITE.nom], d_accord.ou.siren, {VISITE.nom: 1})]
    monkeypatch.setattr(journal, "appeler", perdre)
    sans = d_accord.elle.client.get(f"/visites/{d_accord.mienne.reference}")
    assert sans.status_code == 503
    assert "Fraudes" not in texte(sans)


def test_who_will_be_told_is_journalled_before_the_page_that_confirms(
    d_accord: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    d_accord.relire()
    adresse, envoi = f"/visites/{d_accord.mienne.reference}/renoncer", {"version": d_accord.mienne.version}
    avant = lus(d_accord)
    assert "Qui sera prévenu" in texte(d_accord.elle.client.post(adresse, envoi))
    assert lus(d_accord)[len(avant) :] == [([VISITE.nom], d_accord.ou.siren, {VISITE.nom: 1})]
    monkeypatch.setattr(journal, "appeler", perdre)
    sans = d_accord.elle.client.post(adresse, envoi)
    assert sans.status_code == 503
    assert "Fraudes" not in texte(sans)


def test_a_visit_given_up_that_nobody_answered_is_read_without_an_entry(scene: Scene) -> None:
    scene.relire()
    services.renoncer(scene.elle.lecteur, scene.mienne, scene.mienne.version)
    avant = lus(scene)
    assert scene.elle.client.get(f"/visites/{scene.mienne.reference}").status_code == 200
    assert lus(scene) == avant
