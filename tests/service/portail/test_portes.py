"""A6: whoever holds a network of IPv6 does not close to everybody the forms that are open to all."""

from __future__ import annotations

import pytest
from django.test import Client

from fce.service.portail.models import DemandeAssistance, RetourUtilisateur
from fce.socle.web import portes
from fce.socle.web.portes import Encombrement, Porte
from tests.droits.comptes import fabrique as c

pytestmark = pytest.mark.django_db
MESSAGE = {"sujet": "question", "texte": "Comment lire une fiche ?", "courriel": "a@exemple.fr"}
VOISIN = "2001:db8:ffff::1"


@pytest.mark.parametrize(("chemin", "envoi"), [("/contact", MESSAGE), ("/avis", {"trouve": "oui"})])
def test_a6_one_subscriber_sends_as_one_reader_whatever_his_address(chemin: str, envoi: dict[str, str]) -> None:
    client = Client()
    codes = [client.post(chemin, envoi, REMOTE_ADDR=f"2001:db8::{n:x}").status_code for n in range(2, 40)]
    assert codes == [302] * 5 + [429 if chemin == "/avis" else codes[-1]] * 33
    assert client.post(chemin, envoi, REMOTE_ADDR=VOISIN).status_code == 302
    assert DemandeAssistance.objects.count() + RetourUtilisateur.objects.count() == 6


def test_a6_a_whole_48_of_ipv6_in_a_day_leaves_the_form_open(monkeypatch: pytest.MonkeyPatch) -> None:
    porte, passees = Porte("essai"), 0
    monkeypatch.setattr(portes.time, "time", lambda: instant)
    for heure in range(24):
        instant = 1_800_000_000.0 + heure * 3600
        adresses = [f"2001:db8:0:{n:x}::{m}" for n in range(0, 65_536, 400) for m in (1, 2)]
        passees += [porte.prendre("", a) for a in adresses].count(Encombrement.AUCUN)
    assert passees <= 16 * portes.PAR_JOUR < portes.DE_TOUS / 2
    assert porte.prendre("", VOISIN) is Encombrement.AUCUN


def test_a6_strangers_who_use_up_their_total_do_not_close_the_form_to_agents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portes, "DE_TOUS", 3)
    client, connecte = Client(), Client()
    c.connecter(connecte, c.compte())
    codes = [client.post("/avis", {"trouve": "oui"}, REMOTE_ADDR=f"203.0.113.{n}").status_code for n in range(1, 6)]
    assert codes == [302] * 3 + [429] * 2
    assert connecte.post("/avis", {"trouve": "oui"}, REMOTE_ADDR="203.0.113.1").status_code == 302
    sans_courriel = {nom: valeur for nom, valeur in MESSAGE.items() if nom != "courriel"}
    assert connecte.post("/contact", sans_courriel).status_code == 302
