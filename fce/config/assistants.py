"""Settings of ``/mcp``: which assistants may read for an agent. Off by default."""

from __future__ import annotations

from typing import NamedTuple


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
        """Settings that agents still need."""
        dits = {"FCE_MCP_CLIENTS": "".join(self.clients) if all(map(str.strip, self.clients.values())) else ""}
        dits |= {"FCE_MCP_ID": self.identifiant, "FCE_MCP_SECRET": self.secret, "FCE_MCP_SCOPE": self.portee}
        return [nom for nom, la in dits.items() if not la]
