"""The API of the search: the filters that sources declare are documented, answer, and are counted."""

import msgspec
import pytest
from django.test import Client

from fce.api.schemas import RechercheV1
from fce.recherche.question import filtres
from tests.donnees.entreprises import fabrique as f
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
    lue = client.get("/api/v1/recherche?idcc=1486&idcc=0044&facettes=toutes").json()
    assert lue["total"] == 2
    assert {x["code"]: x["nombre"] for x in lue["facettes"]["idcc"]} == {"1486": 1, "0044": 1}
    assert lue["facettes"]["organisme-formation"] == [{"code": "oui", "libelle": "Oui", "nombre": 1, "estimee": False}]
    seule = client.get("/api/v1/recherche?idcc=1486&idcc=0044&facettes=idcc&facettes=etat").json()
    assert seule["facettes"] == {nom: lue["facettes"][nom] for nom in ("idcc", "etat")}
    assert seule["resultats"] == lue["resultats"]
    assert client.get("/api/v1/recherche?idcc=1486").json()["facettes"] == {}


@pytest.mark.django_db
def test_counts_are_asked_by_the_name_of_a_filter(client: Client) -> None:
    Univers().indexer()
    for refuse in ("inconnu", "<script>", "toutes "):
        reponse = client.get("/api/v1/recherche", {"q": "a", "facettes": [refuse]})
        assert (reponse.status_code, reponse.json()["erreur"]["code"]) == (400, "parametre_invalide")
        assert "facettes" in reponse.json()["erreur"]["message"]
    assert client.get("/api/v1/recherche?q=a&facettes=").json()["facettes"] == {}


@pytest.mark.django_db
@pytest.mark.parametrize("vue", ["entreprises", "etablissements"])
def test_every_answer_has_the_documented_shape_whole(client: Client, vue: str) -> None:
    univers = Univers()
    siren = univers.entreprise("VERGNAUD", tranche_effectifs="11", activite_principale="10.71C")
    univers.personne("VERGNAUD", "LEA")
    univers.dirigeant(siren, "MARIVAULT", "ODILE")
    univers.indexer()
    corps = client.get(f"/api/v1/recherche?q=vergnaud&vue={vue}&facettes=toutes").json()
    assert corps["total"] == 2
    assert msgspec.to_builtins(msgspec.convert(corps, RechercheV1)) == corps
