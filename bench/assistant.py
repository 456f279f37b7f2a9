"""Time of the tools of an assistant on full companies, beside the pages that the same agent reads.

``python -m bench.assistant [--dossier D]``. Target: p95 of each tool ≤ that of its page + 20 ms. ProConnect's answer is
ready: its network is not ours. Requests alternate, so that both meet the same machine.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from bench.fiche import _remplir
from bench.portail import SANS_LIMITES, portail
from bench.temps import en_ms, p95, resume

ENTREPRISES = 2_000
MESURES = 150
CHAUFFE = 20
CIBLE_MS = 20.0
ONGLETS = {"fiche": "", "onglet": "/travail", "historique": "/historique", "groupe": "/dirigeants"}


def main(argv: list[str] | None = None) -> int:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--dossier", type=Path, help="data folder kept from one run to the next")
    options = lecteur.parse_args(argv)
    with portail("assistant", options.dossier, lambda dossier: _remplir(dossier, ENTREPRISES), **SANS_LIMITES):
        return 0 if _mesurer() else 1


def _mesurer() -> bool:
    from django.test import Client

    from bench.droits import _agent, _connecter
    from bench.faits import PLEINES, siren

    compte = _agent()
    connecte, assistant = Client(headers={"host": "localhost", "user-agent": "banc"}), _assistant(compte)
    # An assistant reads without a second factor: the page of the same rights is compared.
    _connecter(connecte, compte, mfa=False)
    numeros = [siren(n % PLEINES) for n in range(MESURES)]
    tenus = []
    for outil, onglet in ONGLETS.items():
        pages, outils = list[float](), list[float]()
        for rang, numero in enumerate(numeros):
            arguments = {"numero": numero} | ({"onglet": onglet[1:]} if outil == "onglet" else {})

            def page(adresse: str = f"/entreprise/{numero}{onglet}") -> None:
                assert connecte.get(adresse).status_code == 200

            def appel(nom: str = outil, voulus: dict[str, Any] = arguments) -> None:
                recu = json.loads(assistant(nom, voulus))
                assert recu["result"]["isError"] is False, recu

            for action, siens in ((page, pages), (appel, outils))[:: 1 if rang % 2 else -1]:
                siens.append(en_ms(action))
        pages, outils = pages[CHAUFFE:], outils[CHAUFFE:]
        tenus.append(p95(outils) <= p95(pages) + CIBLE_MS)
        dit = "tenu" if tenus[-1] else "MANQUÉ"
        print(f"  {outil:<12}{resume(outils)}   sa page {resume(pages)}   {dit}", flush=True)
    return all(tenus)


def _assistant(compte: Any) -> Any:
    """Sends a call in the revision 2026-07-28, and gives the bytes of the answer."""
    from django.conf import settings
    from django.test import Client

    from fce.api.assistant import vues
    from fce.config.assistants import ReglagesDesAssistants
    from fce.droits.comptes.oidc.introspection import Porteur

    settings.FCE_MCP = ReglagesDesAssistants(True, {"banc": "DPO"}, "fce", "nous", "secret", "")
    vars(vues)["porteur_de"] = lambda _: Porteur(compte.iss, compte.sub, "banc", time.time() + 3600)
    client, meta = Client(headers={"host": "localhost"}), "io.modelcontextprotocol/"

    def appeler(outil: str, arguments: dict[str, Any]) -> bytes:
        propres = {f"{meta}protocolVersion": "2026-07-28", f"{meta}clientCapabilities": {}}
        parametres = {"name": outil, "arguments": arguments, "_meta": propres}
        corps = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": parametres}
        entetes = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": outil}
        dits = entetes | {"Authorization": "Bearer banc"}
        return bytes(client.post("/mcp", json.dumps(corps), "application/json", headers=dits).content)

    return appeler


if __name__ == "__main__":
    sys.exit(main())
