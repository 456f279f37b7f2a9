"""The API of the search: the filters that sources declare are documented, answer, and are counted."""

import pytest
from django.test import Client

from fce.recherche import filtres
from tests.entreprises import fabrique as f
from tests.recherche.univers import Univers


def test_each_declared_filter_is_a_documented_parameter(client: Client) -> None:
    operation = client.get("/api/v1/openapi.json").json()["paths"]["/api/v1/recherche"]["get"]
    documentes = {p["name"]: p for p in operation["parameters"]}
    assert filtres.tous().keys() <= documentes.keys()
    for nom in ("idcc", "organisme-formation", "dirigeant"):
        assert documentes[nom]["schema"]["type"] == "array"
        assert documentes[nom]["description"] or documentes[nom]["schema"]["description"]


@pytest.mark.django_db
def test_the_api_filters_and_counts_as_the_page_does(client: Client) -> None:
    univers = Univers()
    siren, autre = univers.entreprise("VERGNAUD"), univers.entreprise("BRUNELLE")
    univers.dirigeant(siren, "MARIVAULT", "ODILE")
    univers.fait("organismes-formation", siren=siren, numero="1")
    for qui, idcc in ((siren, "1486"), (autre, "0044")):
        univers.fait("idcc-etablissements", siret=f.siret_no(qui), idcc=idcc)
    univers.indexer()
    for adresse in ("organisme-formation=oui", "idcc=1486", "dirigeant=odile marivault"):
        lue = client.get(f"/api/v1/recherche?{adresse}").json()
        assert [r["siren"] for r in lue["resultats"]] == [siren], adresse
        assert lue["resultats"][0]["dirigeants"] == ["ODILE MARIVAULT"]
    lue = client.get("/api/v1/recherche?idcc=1486&idcc=0044").json()
    assert lue["total"] == 2
    assert {x["code"]: x["nombre"] for x in lue["facettes"]["idcc"]} == {"1486": 1, "0044": 1}
    assert lue["facettes"]["organisme-formation"] == [{"code": "oui", "libelle": "Oui", "nombre": 1, "estimee": False}]
