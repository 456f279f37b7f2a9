"""What the search of the API takes and what it refuses, one parameter at a time."""

import pytest
from django.test import Client

from fce.recherche.question import filtres
from tests.donnees.entreprises import fabrique as f
from tests.recherche.univers import Univers

pytestmark = pytest.mark.django_db

ACCEPTES = (
    "q=moulin", "q=%00&departement=59", "q=%ff%fe", "q=" + "x" * 2000, "q=moulin&page=2", "q=moulin&taille=100",
    "q=moulin&vue=etablissements", "q=moulin&etat=tous", "q=moulin&tri=-nom", "departement=59",
    "q=moulin&tri=nom&ordre=desc", "q=moulin&tri=effectif&ordre=asc",
    "departement=59&departement=75", "naf=10.71C", "lieu=lille", "facettes=toutes&q=moulin",
    "facettes=departement&q=moulin", "q=552032535", "q=W123456789",
    "&".join(f"departement={n:02d}" for n in range(1, 20)),
)  # fmt: skip
REFUSES = (
    "", "q=", "q=%00", "q=moulin&q=rien", "q=" + "x" * 2001, "q=" + "x" * 2001 + "&q=moulin", "q=moulin&page=",
    "q=moulin&page=-1", "q=moulin&page=%2B1", "q=moulin&page=1.0", "q=moulin&page=%C2%B2", "q=moulin&page=0",
    "q=moulin&page=" + "9" * 30, "q=moulin&page=x&page=1", "q=moulin&page=1&page=x", "q=moulin&taille=1_0",
    "q=moulin&taille=%201", "q=moulin&taille=x", "q=moulin&vue=autre", "q=moulin&etat=x", "q=moulin&tri=x",
    "q=moulin&ordre=asc", "q=moulin&tri=-nom&ordre=asc", "q=moulin&tri=nom&ordre=x",
    "departement=59&curseur=*&ordre=asc",
    "departement=xx", "lieu=nulle+part", "creation_min=2030-01-01&creation_max=2020-01-01", "creation_min=hier",
    "facettes=x", "inconnu=1&q=moulin", "siege=oui",
    "&".join(f"departement={n:02d}" for n in range(1, 60)),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _moulins(db: None) -> None:
    univers = Univers()
    univers.entreprise("MOULIN")
    univers.indexer()


@pytest.mark.parametrize(("parametres", "statut"), [*((p, 200) for p in ACCEPTES), *((p, 400) for p in REFUSES)])
def test_a_parameter_is_read_or_refused_with_a_sentence(client: Client, parametres: str, statut: int) -> None:
    reponse = client.get(f"/api/v1/recherche?{parametres}")
    assert reponse.status_code == statut
    assert statut == 200 or reponse.json()["erreur"]["message"].endswith((".", "?"))


SANS_LISTE = ("code_postal", "creation_min", "creation_max", "fermeture", "dirigeant")


@pytest.mark.parametrize("nom", [nom for nom in filtres.tous() if nom not in SANS_LISTE])
def test_v31_a_value_that_no_list_has_is_refused_with_the_values_never_a_silent_zero(client: Client, nom: str) -> None:
    filtre = filtres.tous()[nom]
    inconnue = {
        "region": "98", "departement": "20", "epci": "000000000", "commune": "00000", "naf": "99.99Z",
        "categorie_juridique": "9999",
    }.get(nom, "redressement")  # fmt: skip
    reponse = client.get("/api/v1/recherche", {nom: inconnue})
    assert reponse.status_code == 400, reponse.content
    erreur = reponse.json()["erreur"]
    assert f"« {inconnue}" in erreur["message"].replace("REDRESSEMENT", "redressement")
    if filtre.declare and nom != "idcc":
        assert all(valeur in erreur["message"] for valeur in filtre.admises)
        assert filtre.admises
    for valeur in (*filtre.admises, *filtre.valeurs):
        assert client.get("/api/v1/recherche", {nom: valeur, "q": "moulin"}).status_code == 200, valeur


def test_v31_a_value_that_some_unit_bears_is_known_even_when_the_list_has_not_it_yet(client: Client) -> None:
    univers = Univers()
    siren = univers.entreprise("USINE")
    univers.fait("icpe-seveso", siret=f.siret_no(siren, 1), statut_seveso="Seveso seuil moyen")
    univers.indexer()
    assert client.get("/api/v1/recherche", {"seveso": "Seveso seuil moyen"}).json()["total"] == 1
    assert client.get("/api/v1/recherche", {"seveso": "Seveso seuil haut"}).json()["total"] == 0
    melees = client.get("/api/v1/recherche", {"seveso": ["Seveso seuil moyen", "seuil"]})
    assert (melees.status_code, "Seveso seuil bas" in melees.json()["erreur"]["message"]) == (400, True)


def test_v31_codes_of_every_nomenclature_in_force_are_known(client: Client) -> None:
    for code in ("10.71H", "2025-62", "2025-J", "62", "62.0"):
        assert client.get("/api/v1/recherche", {"naf": code}).status_code == 200, code


def test_p5_the_order_of_a_sort_is_said_in_words(client: Client) -> None:
    univers = Univers()
    for nom, effectif in (("ALPHA", "11"), ("BETA", "21"), ("GAMMA", "01")):
        univers.entreprise(nom, tranche_effectifs=effectif)
    univers.indexer()

    def noms(parametres: str) -> list[str]:
        return [r["nom"] for r in client.get(f"/api/v1/recherche?departement=59&{parametres}").json()["resultats"]]

    assert noms("tri=nom&ordre=asc") == noms("tri=nom") == ["ALPHA", "BETA", "GAMMA"]
    assert noms("tri=nom&ordre=desc") == noms("tri=-nom") == ["GAMMA", "BETA", "ALPHA"]
    assert noms("tri=effectif&ordre=desc") == noms("tri=effectif") == ["BETA", "ALPHA", "GAMMA"]
    assert noms("tri=effectif&ordre=asc") == noms("tri=-effectif") == ["GAMMA", "ALPHA", "BETA"]
