"""Each figure bears the name of what it measures, on the page and in the open data alike."""

import json

import pytest
from django.test import Client

from fce.service.statistiques.indicateurs import INDICATEURS
from fce.service.statistiques.mesures import COMPTEES

pytestmark = pytest.mark.django_db


def test_v12_what_measures_recommendation_is_named_so(client: Client) -> None:
    (note,) = (i for i in INDICATEURS if i.numerateur == "somme_des_notes")
    assert note.code == "recommandation"
    assert "recommandation" in note.titre.lower()
    html = client.get("/stats").content.decode()
    assert note.titre in html
    assert "facilité" not in html
    ouvertes = json.loads(client.get("/stats/donnees.json").content)
    assert note.titre in {i["titre"] for i in ouvertes["indicateurs"]}
    assert "facilité" not in json.dumps(ouvertes, ensure_ascii=False)


def test_v12_what_leaves_robots_out_says_it() -> None:
    for mesure in COMPTEES:
        if mesure.anonyme:
            assert "robots déclarés non compris" in mesure.libelle, mesure.code
