"""``/mcp``: who may ask, and how; both revisions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from fce.api.assistant.outils import LECTURES
from tests.acces import acteurs
from tests.api.assistant.conftest import appeler, envoyer
from tests.donnees.entreprises import fabrique as f

pytestmark = pytest.mark.django_db


def ancien(methode: str, parametres: dict[str, Any] | None = None, **entetes: str) -> dict[str, Any]:
    corps = {"jsonrpc": "2.0", "id": "a", "method": methode} | ({"params": parametres} if parametres else {})
    recu = Client().post("/mcp", json.dumps(corps), content_type="application/json", headers=entetes)
    return dict(json.loads(recu.content)) | {"statut": recu.status_code}


def test_closed_by_default_whatever_is_asked() -> None:
    assert envoyer("tools/list", {}, jeton="").status_code == 404


@pytest.mark.usefixtures("proconnect")
class TestProtocole:
    def test_the_older_revision_shakes_hands_and_lists_the_same_tools(self) -> None:
        dit = ancien("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {}})["result"]
        assert dit["protocolVersion"] == "2025-11-25"
        assert [o["name"] for o in ancien("tools/list")["result"]["tools"]] == [*LECTURES]
        assert (
            json.loads(envoyer("tools/list", {}, jeton="").content)["result"]["tools"]
            == (ancien("tools/list")["result"]["tools"])
        )
        assert ancien("ping")["result"] == {}

    def test_the_newer_revision_says_what_it_serves_without_a_handshake(self) -> None:
        dit = json.loads(envoyer("server/discover", {}, jeton="").content)["result"]
        assert (dit["resultType"], dit["supportedVersions"][0]) == ("complete", "2026-07-28")
        assert dit["cacheScope"] == "public"
        assert envoyer("initialize", {}, jeton="").status_code == 404

    @pytest.mark.parametrize(
        ("entetes", "code"),
        [
            ({"Mcp-Method": "tools/list"}, -32020),
            ({"Mcp-Name": "fiche"}, -32020),
            ({"MCP-Protocol-Version": "2099-01-01"}, -32020),
            ({"Mcp-Name": "=?base64?Z@Z?="}, -32020),
        ],
    )
    def test_headers_say_what_the_body_says(self, entetes: dict[str, str], code: int) -> None:
        recu = envoyer("tools/call", {"name": "sources", "arguments": {}}, jeton="", **entetes)
        assert (recu.status_code, json.loads(recu.content)["error"]["code"]) == (400, code)

    def test_a_name_may_come_in_base64(self) -> None:
        assert (
            envoyer("tools/call", {"name": "sources"}, jeton="", **{"Mcp-Name": "=?base64?c291cmNlcw==?="}).status_code
            == 200
        )

    @pytest.mark.parametrize(
        ("corps", "statut"),
        [(b"{", 400), (b"[]", 400), (b'{"jsonrpc":"2.0","id":1}', 202), (b'{"jsonrpc":"1.0","id":1,"method":"x"}', 400),
         (b'{"jsonrpc":"2.0","method":"notifications/initialized"}', 202), (b"[" * 5000, 400)],
    )  # fmt: skip
    def test_a_body_that_is_no_request_is_told(self, corps: bytes, statut: int) -> None:
        assert Client().post("/mcp", corps, content_type="application/json").status_code == statut

    def test_another_site_a_form_and_a_reading_are_refused(self) -> None:
        assert envoyer("tools/list", {}, jeton="", Origin="https://mal.example").status_code == 403
        assert envoyer("tools/list", {}, jeton="", Origin="null").status_code == 403
        assert envoyer("tools/list", {}, jeton="", Origin="http://testserver").status_code == 200
        assert Client().post("/mcp", {"jsonrpc": "2.0"}).status_code == 415
        assert Client().get("/mcp").status_code == 405

    def test_a_cookie_is_never_read(self) -> None:
        joue = acteurs.habilite("inspection-travail")
        corps = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                 "params": {"name": "territoire", "arguments": {"genre": "departement", "code": "59"}}}  # fmt: skip
        recu = joue.client.post("/mcp", json.dumps(corps), content_type="application/json")
        assert json.loads(recu.content)["result"]["isError"] is True

    @pytest.mark.parametrize(
        ("outil", "arguments"),
        [("fiche", {}), ("fiche", {"numero": "123"}), ("fiche", {"numero": f.siren_no(9), "secret": 1}),
         ("onglet", {"numero": f.siren_no(9), "onglet": "nulle-part"}), ("fiche", {"numero": {"a": 1}}),
         ("chercher", {}), ("sources", {"curseur": -1}), ("fiche", {"numero": ["1", "2"]})],
    )  # fmt: skip
    def test_a_wrong_argument_is_a_sentence_that_the_assistant_may_read(self, outil: str, arguments: Any) -> None:
        dit = appeler(outil, jeton="", **arguments)
        assert dit["isError"] is True
        assert dit["content"][0]["text"].endswith((".", "»", "?"))

    def test_a_tool_that_is_not_is_an_error_of_the_protocol(self) -> None:
        recu = envoyer("tools/call", {"name": "effacer", "arguments": {}}, jeton="")
        assert json.loads(recu.content)["error"]["code"] == -32602

    def test_tools_say_that_they_only_read_a_closed_world(self) -> None:
        for outil in ancien("tools/list")["result"]["tools"]:
            vus = {n: v for n, v in outil["annotations"].items() if n != "title"}
            assert vus == {
                "readOnlyHint": True,
                "destructiveHint": False,
                "idempotentHint": True,
                "openWorldHint": False,
            }
            assert outil["inputSchema"]["additionalProperties"] is False
            assert "$ref" not in json.dumps(outil["inputSchema"])
