"""Where a page is: every page above another can be reached from it, and the menu shows where one is."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from fce.socle.web import fil
from tests.droits.comptes import fabrique as c


def test_every_page_that_is_ranged_exists_and_holds_what_the_one_above_needs() -> None:
    connues = {
        f"{motif.namespace}:{nom}": motif.reverse_dict.getlist(nom)
        for motif in get_resolver().url_patterns
        if getattr(motif, "namespace", None)
        for nom in motif.reverse_dict
        if isinstance(nom, str)
    }
    for route, etape in fil.paliers().items():
        assert route in connues
        for formes, *_ in connues[route]:
            arguments = {nom: "1" for _, noms in formes for nom in noms}
            for trouvee, adresse in fil.ascendance(route, arguments):
                assert adresse.startswith("/")
                assert trouvee.titre.format(**arguments)
        assert etape.route in connues


@pytest.mark.django_db
def test_pages_lead_back_and_the_menu_says_where_one_is(client: Client) -> None:
    gestionnaire, groupe = c.membre(gestionnaire=True)
    c.connecter(client, gestionnaire)
    page = client.get(reverse("droits:membres", args=[groupe.pk])).content.decode()
    chemin = re.search(r'<nav class="fce-fil".*?</nav>', page, re.DOTALL)
    assert chemin is not None
    assert re.findall(r'href="([^"]+)">([^<]+)<', chemin[0]) == [
        ("/", "Accueil"),
        ("/compte", "Mon compte"),
        ("/habilitations", "Mes habilitations"),
    ]
    assert '<a href="/compte" aria-current="true">Mon compte</a>' in page
    assert '<a href="/droits" aria-current="page">Mes droits</a>' in client.get("/droits").content.decode()
    assert "fce-fil" not in client.get("/").content.decode()
