"""The grade that the MDN HTTP Observatory would give, from its published scoring (its file grader/charts.js).

It looks at « / » alone, over https and over http. Ten tests; each gives or takes points from 100, and gains count only
when the score without them is 90 or more.
"""

import re
from collections.abc import Mapping
from email.message import Message
from typing import Final

NOTES: Final = ((100, "A+"), (90, "A"), (85, "A-"), (80, "B+"), (70, "B"), (65, "B-"), (60, "C+"), (50, "C"))
SIX_MOIS_S: Final = 15_768_000
_SURES: Final = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


def note(entetes: Message, html: str, redirection: str) -> tuple[int, str, dict[str, int]]:
    """Return (score, grade, points of each test). ``entetes``: of « / »; ``redirection``: where http leads."""
    csp = directives(entetes.get_all("Content-Security-Policy") or [])
    hsts = int((re.search(r"max-age=(\d+)", entetes.get("Strict-Transport-Security", "")) or ["", "-1"])[1])
    points = {
        "csp": _csp(csp),
        "cookies": _cookies(entetes.get_all("Set-Cookie") or [], hsts >= SIX_MOIS_S),
        "cors": -50 if "Access-Control-Allow-Credentials" in entetes else 0,
        "redirection": 0 if redirection.startswith("https://") else -20,
        "referrer-policy": 5 if entetes.get("Referrer-Policy") in _SURES else -5 if "Referrer-Policy" in entetes else 0,
        "hsts": -20 if hsts < 0 else -10 if hsts < SIX_MOIS_S else 0,
        "sri": -50 if re.search(r"<script[^>]+src=\"(https?:)?//", html) else 0,
        "x-content-type-options": 0 if entetes.get("X-Content-Type-Options") == "nosniff" else -5,
        "x-frame-options": 5 if csp.get("frame-ancestors") == ["'none'"] else _cadre(entetes),
        "corp": 10 if entetes.get("Cross-Origin-Resource-Policy") in ("same-origin", "same-site") else 0,
    }
    sans_gain = 100 + sum(p for p in points.values() if p < 0)
    score = sans_gain + (sum(p for p in points.values() if p > 0) if sans_gain >= 90 else 0)
    return score, next((lettre for seuil, lettre in NOTES if score >= seuil), "F"), points


def directives(politiques: list[str]) -> Mapping[str, list[str]]:
    return {m[0]: m[1:] for p in politiques for morceau in p.split(";") if (m := morceau.split())}


def _csp(csp: Mapping[str, list[str]]) -> int:
    if not csp:
        return -25
    actives = {d: csp.get(d, csp.get("default-src", ["*"])) for d in ("script-src", "object-src", "style-src")}
    if {"'unsafe-inline'", "'unsafe-eval'", "data:", "*", "https:", "http:"} & {
        s for d in ("script-src", "object-src") for s in actives[d]
    }:
        return -20
    if {"'unsafe-inline'", "data:", "*", "https:"} & {*actives["style-src"]}:
        return 0
    ferme = csp.get("default-src") == ["'none'"] and csp.get("form-action") in (["'none'"], ["'self'"])
    return 10 if ferme and csp.get("base-uri") in (["'none'"], ["'self'"]) else 5


def _cookies(temoins: list[str], hsts: bool) -> int:
    attributs = [{a.strip().lower() for a in t.split(";")[1:]} for t in temoins]
    if any("secure" not in a for a in attributs):
        return -5 if hsts else -20
    return 5 if attributs and all({"samesite=lax", "samesite=strict"} & a for a in attributs) else 0


def _cadre(entetes: Message) -> int:
    return 0 if entetes.get("X-Frame-Options", "").upper() in ("DENY", "SAMEORIGIN") else -20
