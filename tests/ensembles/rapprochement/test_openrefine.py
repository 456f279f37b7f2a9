"""A session of OpenRefine 3.8, its requests written as its page and its Java client write them, on a served site."""

from __future__ import annotations

import gzip
import http.client
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.recherche.univers import LILLE, LYON, Univers

pytestmark = pytest.mark.django_db(transaction=True)
SESSION = Path(__file__).with_name("openrefine_3_8.http")


class Recue(NamedTuple):
    statut: int
    entetes: http.client.HTTPMessage
    corps: str

    @property
    def json(self) -> Any:
        return json.loads(self.corps)


def rejouer(hote: str) -> list[Recue]:
    """Send every request of the session over a socket, byte for byte but for the host."""
    recues = []
    for bloc in SESSION.read_text(encoding="utf-8").split("\n%%\n")[:-1]:
        tete, _, corps = bloc.partition("\n\n")
        premiere, *lignes = tete.replace("{hote}", hote).splitlines()
        methode, chemin, _ = premiere.split(" ")
        connexion = http.client.HTTPConnection(hote, timeout=30)
        connexion.putrequest(methode, chemin, skip_host=True, skip_accept_encoding=True)
        for ligne in lignes:
            nom, _, valeur = ligne.partition(": ")
            connexion.putheader(nom, valeur)
        if corps:
            connexion.putheader("Content-Length", str(len(corps)))
        connexion.endheaders(corps.encode("ascii") if corps else None)
        reponse = connexion.getresponse()
        lu = reponse.read()
        connexion.close()
        if reponse.headers.get("Content-Encoding") == "gzip":
            lu = gzip.decompress(lu)
        recues.append(Recue(reponse.status, reponse.headers, lu.decode()))
    return recues


@pytest.fixture
def recues(univers: Univers, live_server: Any) -> list[Recue]:
    univers.entreprise("DUPONT BOIS ET MATERIAUX", LILLE, activite_principale="46.73A", categorie_juridique="5499")
    univers.entreprise("GARAGE DE L'ECLUSE", LYON)
    univers.personne("TROUVETOUT", "ZELIE", statut_diffusion="P")
    univers.indexer()
    return rejouer(live_server.url.removeprefix("http://"))


def test_a_session_of_openrefine_is_replayed(recues: list[Recue]) -> None:
    manifeste, devines, proprietes, types, lot, sirets, entites, apercu, colonnes, etendues = recues
    assert [r.statut for r in recues] == [200] * len(recues)
    assert {"0.2"} <= set(manifeste.json["versions"])
    # The page reads answers of another site, never with its cookies; nothing is a script to run (JSONP).
    for recue in recues:
        assert recue.entetes["Access-Control-Allow-Origin"] == "*"
        assert recue.entetes["Access-Control-Allow-Credentials"] is None
        assert recue.entetes["Set-Cookie"] is None
        if recue is not apercu:
            assert recue.entetes["Content-Type"] == "application/json"
    genres = {t["id"] for q in ("q0", "q1") for r in devines.json[q]["result"] for t in r["type"]}
    assert genres == {"entreprise"}
    assert devines.json["q2"] == {"result": []}
    assert [p["id"] for p in proprietes.json["result"]] == ["commune"]
    assert [t["id"] for t in types.json["result"]] == ["entreprise"]
    decidees = {q: [r["id"] for r in lu["result"] if r["match"]] for q, lu in lot.json.items()}
    assert decidees == {"q0": ["900000019"], "q1": ["900000019"], "q2": ["900000027"], "q3": ["900000035"], "q4": []}
    # A masked person: her number finds a sheet without a name, her name finds nothing.
    assert lot.json["q4"] == {"result": []}
    assert "TROUVETOUT" not in lot.corps
    (siret,) = sirets.json["q0"]["result"]
    assert (siret["id"], siret["match"], siret["type"][0]["id"]) == ("90000002700012", True, "etablissement")
    for candidat in (*lot.json["q0"]["result"], siret):
        assert {"id", "name", "type", "score", "match"} <= candidat.keys()  # what its Java client reads
    assert [r["id"] for r in entites.json["result"]] == ["900000027"]
    assert "GARAGE DE L&#x27;ECLUSE" in apercu.corps
    assert "sandbox" in apercu.entetes["Content-Security-Policy"]
    assert apercu.entetes["X-Frame-Options"] is None
    assert {"naf", "date_creation"} <= {p["id"] for p in colonnes.json["properties"]}
    assert etendues.json["meta"] == [
        {"id": "naf", "name": "Code NAF"},
        {"id": "date_creation", "name": "Date de création"},
    ]
    assert etendues.json["rows"]["900000019"]["naf"] == [{"str": "46.73A"}]
    assert etendues.json["rows"].keys() == {"900000019", "900000027"}
