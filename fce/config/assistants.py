"""Settings of ``/mcp``: which assistants may read for an agent. Off by default."""

from __future__ import annotations

from typing import NamedTuple

import environs


class ReglagesDesAssistants(NamedTuple):
    """``clients``: {client id at ProConnect: the DPO's decision}. ``identifiant``, ``secret``: our registration there
    as a resource server. ``cle``: private RSA key (PEM) that opens its encrypted answers, "" when they come in
    clear."""

    ouvert: bool
    clients: dict[str, str]
    portee: str
    identifiant: str
    secret: str
    cle: str

    @property
    def manques(self) -> list[str]:
        """What agents still need, as the names of settings."""
        sans_decision = [client for client, decision in self.clients.items() if not decision.strip()]
        dits = {"FCE_MCP_CLIENTS": self.clients and not sans_decision, "FCE_MCP_ID": self.identifiant}
        dits |= {"FCE_MCP_SECRET": self.secret, "FCE_MCP_SCOPE": self.portee}
        return [nom for nom, la in dits.items() if not la]


def reglages(env: environs.Env) -> ReglagesDesAssistants:
    return ReglagesDesAssistants(
        env.bool("FCE_MCP", False),
        env.dict("FCE_MCP_CLIENTS", {}),
        env.str("FCE_MCP_SCOPE", "fce"),
        env.str("FCE_MCP_ID", ""),
        env.str("FCE_MCP_SECRET", ""),
        env.str("FCE_MCP_CLE", ""),
    )
