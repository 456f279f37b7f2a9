"""Programs that say that they are programs, by their User-Agent: what they read is not counted as use.

A robot that says nothing of itself is not looked for: nobody is observed to be told from one.
"""

from __future__ import annotations

import re
from typing import Final

from django.http import HttpRequest

_LU: Final = 500
_DECLARES: Final = re.compile(
    # Search engines, archives, previews of links, assistants. « Cubot » is a telephone.
    r"(?<!cu)bot|crawl|spider|slurp|scrap|archiver|externalhit|mediapartners|preview|fetch|feed|chatgpt|perplexity|"
    r"whatsapp|embedly|"
    # An address after « + »: how a robot says who runs it.
    r"\+https?:|"
    # Supervision, audits, browsers driven by a program.
    r"monitor|uptime|pingdom|statuscake|nagios|zabbix|probe|lighthouse|validator|headless|phantomjs|selenium|"
    # Libraries and tools that fetch an address.
    r"curl|wget|python|aiohttp|httpx|java/|go-http|okhttp|httpclient|libwww|axios|undici|guzzle|\b(?:node|ruby|perl|php|dart|rust)\b|"
    r"powershell|postman|insomnia|httpie|reqwest",
    re.IGNORECASE,
)


def est_declare(user_agent: str) -> bool:
    """Tell whether a User-Agent is that of a program; a browser always sends one, so none is a program's."""
    return not user_agent.strip() or _DECLARES.search(user_agent[:_LU]) is not None


def est_un_robot(request: HttpRequest) -> bool:
    """Tell whether a request is one of a program that says so."""
    return est_declare(request.headers.get("User-Agent", ""))
