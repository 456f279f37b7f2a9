"""The card of the home says of the territory what its page says: the same exceptions, counted by the same function."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from fce.droits.journal.models import Consultation
from tests.ensembles.territoires import fabrique as t
from tests.ensembles.territoires.test_exceptions import exceptions_de
from tests.service.portail.pages import verifier

pytestmark = pytest.mark.django_db


def carte(client: Client) -> str:
    html = client.get("/").content.decode()
    verifier(html)
    return html.partition('id="titre-territoire"')[2].partition("</section>")[0]


def test_each_number_is_that_of_the_territory_and_opens_its_list(peuple: None) -> None:
    agente = t.agent("59")
    attendues = exceptions_de(agente).montrees
    lue = carte(agente.client())
    assert "Mon territoire : Nord (59)" in lue
    assert re.findall(r"<dd><[^>]+>([0-9]+)", lue) == [str(e.nombre) for e in attendues]
    for e in attendues:
        # A zero is an answer, without anything to open.
        assert (e.adresse.replace("&", "&amp;") in lue) is bool(e.nombre)


def test_the_counts_are_journalled_as_a_reading_of_the_home(peuple: None) -> None:
    carte(t.agent("59").client())
    assert {*Consultation.objects.values_list("surface", flat=True)} <= {"accueil", "filtre"}
    assert Consultation.objects.exists()


def test_without_a_second_factor_there_is_no_card(peuple: None) -> None:
    assert carte(t.agent("59").client(mfa=False)) == ""


def test_an_agent_without_habilitation_reads_only_the_open_exceptions(peuple: None) -> None:
    lue = carte(t.sans_habilitation().client(finalite=None))
    assert "PSE" not in lue
    assert "mort au travail" not in lue
