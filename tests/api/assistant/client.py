"""Assistants of others, run apart in an environment of their own: the official SDK, the client of the State's one.

Prints "PAGE address" when it is sent to a page, and goes on once its input has a line; at last, in JSON, what it read.
"""

import asyncio
import json
import sys
from typing import Any

from mcp import Client, types
from mcp.client.streamable_http import streamable_http_client
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.models.test import TestModel

try:
    from httpx2 import AsyncClient
except ImportError:
    from httpx import AsyncClient

ADRESSE, NUMERO, ONGLET = sys.argv[1:4]
JETON = {"Authorization": "Bearer un-jeton-de-proconnect"}
RESERVE = {"numero": NUMERO, "onglet": ONGLET, "donnees_habilitees": True}


async def ouvrir(page: str) -> None:
    sys.stdout.write(f"PAGE {page}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)


async def repondre(_: Any, question: types.ElicitRequestURLParams) -> types.ElicitResult:
    await ouvrir(question.url)
    return types.ElicitResult(action="accept")


async def officiel(mode: str) -> dict[str, Any]:
    async with AsyncClient(headers=JETON) as http:
        transport = streamable_http_client(ADRESSE, http_client=http)
        async with Client(transport, mode=mode, elicitation_callback=repondre) as client:
            outils = [outil.name for outil in (await client.list_tools()).tools]
            ouvert = await client.call_tool("fiche", {"numero": NUMERO})
            try:
                reserve = await client.call_tool("onglet", RESERVE)
            except Exception as erreur:
                # The older revision: the page comes in an error, and the call is made again.
                await ouvrir(erreur.error.data["elicitations"][0]["url"])  # type: ignore[attr-defined]
                reserve = await client.call_tool("onglet", RESERVE)
            return {
                "revision": client.protocol_version, "outils": outils,
                "ouvert": ouvert.structured_content, "reserve": reserve.structured_content,
            }  # fmt: skip


async def de_l_etat() -> dict[str, Any]:
    boite = MCPToolset(ADRESSE, headers=JETON)
    async with boite:
        outils = [outil.name for outil in await boite.list_tools()]
        ouvert = await boite.direct_call_tool("fiche", {"numero": NUMERO})
    dit = await Agent(TestModel(call_tools=["sources"]), toolsets=[MCPToolset(ADRESSE)]).run("Quels jeux de données ?")
    return {"outils": outils, "ouvert": ouvert, "par_un_modele": dit.output}


async def main() -> None:
    lus = [await officiel(mode) for mode in ("2026-07-28", "legacy", "auto")]
    sys.stdout.write(json.dumps([*lus, await de_l_etat()]) + "\n")


asyncio.run(main())
