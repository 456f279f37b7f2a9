"""The reconciliation service, as OpenRefine and any other program ask it: report 0.2 of the W3C community group."""

import json
from typing import Any

import pytest
from django.test import Client

from fce.ensembles.rapprochement import decision, noms, protocole
from fce.ensembles.rapprochement.contenu import LigneARapprocher
from fce.ensembles.rapprochement.noms import NomDecoupe
from fce.ensembles.rapprochement.selectors import rapprocher
from tests.donnees.entreprises import fabrique as f
from tests.recherche.univers import LILLE, Univers

pytestmark = pytest.mark.django_db


@pytest.fixture
def bois(univers: Univers) -> str:
    siren = univers.entreprise("DUPONT BOIS ET MATERIAUX", LILLE, activite_principale="46.73A")
    univers.personne("TROUVETOUT", "ZELIE", statut_diffusion="P")
    univers.indexer()
    return siren


def poser(questions: dict[str, Any], client: Client | None = None) -> Any:
    reponse = (client or Client(enforce_csrf_checks=True)).post("/reconcile", {"queries": json.dumps(questions)})
    assert reponse.status_code == 200, reponse.content
    return reponse.json()


def test_the_manifest_names_addresses_that_answer(client: Client) -> None:
    lu = client.get("/reconcile").json()
    assert "0.2" in lu["versions"]
    assert {"name", "identifierSpace", "schemaSpace", "view", "preview", "suggest", "extend"} <= lu.keys()
    assert "{{id}}" in lu["view"]["url"]
    for la in (*lu["suggest"].values(), lu["extend"]["propose_properties"]):
        ou = (la["service_url"] + la["service_path"]).removeprefix("http://testserver")
        assert client.get(ou, {"prefix": "c"}).status_code == 200, ou


def test_a_session_of_openrefine_is_answered(bois: str, client: Client) -> None:
    """What it sends in turn: the manifest, three names to guess a type, the column by batches of ten, then columns."""
    devines = poser({f"q{i}": {"query": nom, "limit": 3} for i, nom in enumerate(["Dupont Bois", "Autre", ""])})
    assert [len(devines[q]["result"]) for q in ("q0", "q1", "q2")] == [1, 0, 0]
    lot = {
        "q0": {
            "query": "dupont bois et matériaux",
            "type": "entreprise",
            "type_strict": "should",
            "properties": [{"pid": "code_postal", "v": 59000}, {"pid": "commune", "v": "Lille"}],
        },
        "q1": {
            "query": "Dupont bois et materiaux",
            "type": ["etablissement"],
            "properties": [{"pid": "commune", "v": "Lille"}],
        },
        "q2": {"query": f.siret_no(bois)},
    }
    reponses = poser(lot)
    premier = reponses["q0"]["result"][0]
    assert (premier["id"], premier["match"], premier["type"][0]["id"]) == (bois, True, "entreprise")
    assert reponses["q1"]["result"][0]["id"] == f.siret_no(bois)
    assert reponses["q2"]["result"][0]["match"] is True
    assert client.get("/reconcile", {"queries": json.dumps(lot)}).json() == reponses
    demande = {"ids": [bois, "000000000"], "properties": [{"id": "naf"}, {"id": "date_creation"}]}
    complet = client.post("/reconcile", {"extend": json.dumps(demande)}).json()
    assert [m["id"] for m in complet["meta"]] == ["naf", "date_creation"]
    assert complet["rows"][bois] == {"naf": [{"str": "46.73A"}], "date_creation": [{"date": "2001-02-03T00:00:00Z"}]}
    assert complet["rows"]["000000000"] == {"naf": [], "date_creation": []}


def test_a_masked_person_is_in_no_answer_but_that_of_her_number(bois: str, client: Client, univers: Univers) -> None:
    masquee = univers.unites[1]["siren"]
    assert poser({"q": {"query": "Zelie Trouvetout"}})["q"]["result"] == []
    assert client.get("/reconcile/suggest/entity", {"prefix": "Trouvetout"}).json()["result"] == []
    par_numero = poser({"q": {"query": masquee}})["q"]["result"]
    assert [r["id"] for r in par_numero] == [masquee]
    apercu = client.get("/reconcile/preview", {"id": masquee}).content.decode()
    etendu = client.post(
        "/reconcile", {"extend": json.dumps({"ids": [masquee], "properties": [{"id": "nom"}, {"id": "commune"}]})}
    ).content.decode()
    for texte in (json.dumps(par_numero), apercu, etendu):
        assert "TROUVETOUT" not in texte
        assert "LILLE" not in texte


def test_batches_are_bounded_and_faults_are_told_in_json(client: Client) -> None:
    trop = json.dumps({f"q{i}": {"query": "a"} for i in range(51)})
    for envoi, statut in (
        ({"queries": trop}, 413),
        ({"queries": "{"}, 400),
        ({"queries": '{"q": 3}'}, 400),
        ({"queries": "[" * 999}, 400),
        ({"extend": '{"ids": [], "properties": [{"id": "secret"}]}'}, 400),
    ):
        reponse = client.post("/reconcile", envoi)
        assert (reponse.status_code, reponse["Content-Type"]) == (statut, "application/json")
        assert reponse["Access-Control-Allow-Origin"] == "*"
    assert client.get("/reconcile/preview", {"id": "x"}).status_code == 400


def test_a_text_of_a_million_letters_is_read_as_the_first_ones_alone(
    bois: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is compared with every candidate, and kept in the caches of names and places."""
    long = "x" * 900_000
    question = {"query": f"Dupont bois et materiaux {long}", "properties": [{"pid": "commune", "v": "Lille"}]}
    (lue,) = protocole.lire_questions(
        json.dumps({"q": {"query": long, "properties": [{"pid": cle, "v": [long]} for cle in protocole.DEMANDEES]}})
    ).values()
    assert {len(texte) for texte in (lue.ligne.nom, lue.ligne.numero, lue.ligne.naf, lue.ligne.commune)} == {200}
    lus: list[int] = []

    def lire_nom(texte: str) -> NomDecoupe:
        lus.append(len(texte))
        return noms.lire_nom(texte)

    monkeypatch.setattr(decision, "lire_nom", lire_nom)
    (trouve,) = poser({"q": question}, client)["q"]["result"]
    assert (trouve["id"], trouve["match"]) == (bois, False)
    # Whoever calls the matcher.
    rapprocher([LigneARapprocher(question["query"], commune="Lille")])
    assert max(lus) <= 200


def test_other_sites_read_the_answers_without_credentials_and_frame_the_preview_alone(
    bois: str, client: Client
) -> None:
    manifeste, apercu = client.get("/reconcile"), client.get("/reconcile/preview", {"id": bois})
    for reponse in (manifeste, apercu):
        assert reponse["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in reponse
        assert not reponse.cookies
    assert manifeste["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in manifeste["Content-Security-Policy"]
    regles = apercu["Content-Security-Policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "frame-ancestors *"} <= {r.strip() for r in regles}
    assert "X-Frame-Options" not in apercu
    assert "DUPONT BOIS" in apercu.content.decode()
    assert "Access-Control-Allow-Origin" not in client.get("/recherche")
