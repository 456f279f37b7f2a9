"""Recognise programs that declare themselves in their User-Agent: their visits are not counted as use.

Undeclared robots are not detected, because that would require observing people.
"""

from __future__ import annotations

import re
from typing import Final

from django.http import HttpRequest

_LONGUEUR_MAX: Final = 500
_DECLARES: Final = re.compile(
    # Search engines, archives, link previews, assistants. « Cubot » is a telephone.
    r"(?<!cu)bot|crawl|spider|slurp|scrap|archiver|externalhit|mediapartners|preview|fetch|feed|chatgpt|perplexity|"
    r"whatsapp|embedly|"
    # A URL after « + »: how a robot names its operator.
    r"\+https?:|"
    # Monitoring, audits, automated browsers.
    r"monitor|uptime|pingdom|statuscake|nagios|zabbix|probe|lighthouse|validator|headless|phantomjs|selenium|"
    # HTTP libraries and tools.
    r"curl|wget|python|aiohttp|httpx|java/|go-http|okhttp|httpclient|libwww|axios|undici|guzzle|\b(?:node|ruby|perl|php|dart|rust)\b|"
    r"powershell|postman|insomnia|httpie|reqwest",
    re.IGNORECASE,
)


def est_declare(user_agent: str) -> bool:
    """Tell whether a User-Agent is a program's; an empty one is, since browsers always send one."""
    return not user_agent.strip() or _DECLARES.search(user_agent[:_LONGUEUR_MAX]) is not None


def est_un_robot(request: HttpRequest) -> bool:
    """Tell whether a request comes from a declared program."""
    return est_declare(request.headers.get("User-Agent", ""))
