"""The links of a page: where they lead, how they are named, what they say of the window that they open."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class LienDePage:
    """A link as the reader meets it. ``texte``: its visible text."""

    href: str
    attributs: dict[str, str]
    morceaux: list[str] = field(default_factory=list)

    @property
    def texte(self) -> str:
        return " ".join("".join(self.morceaux).split())

    @property
    def sort(self) -> bool:
        """It leaves the site."""
        return self.href.startswith(("http:", "https:", "//"))

    def fautes(self) -> list[str]:
        """What a link that leaves the site must say, and does not."""
        nom, rel = self.attributs.get("title", ""), self.attributs.get("rel", "").split()
        attendu = {
            "https": self.href.startswith("https://"),
            "target": self.attributs.get("target") == "_blank",
            "rel": {"noopener", "external"} <= set(rel),
            # The accessible name holds the visible text, then what tells its row, then the warning (RGAA 6.1, 13.2).
            "nom": bool(self.texte)
            and re.fullmatch(rf"{re.escape(self.texte)}( – .+)? – nouvelle fenêtre", nom) is not None,
        }
        return [f"{self.texte or self.href} : {quoi}" for quoi, bon in attendu.items() if not bon]


class _Analyse(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.liens: list[LienDePage] = []
        self._ouvert: LienDePage | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            attributs = {nom: valeur or "" for nom, valeur in attrs}
            self._ouvert = LienDePage(attributs.get("href", ""), attributs)
            self.liens.append(self._ouvert)

    def handle_data(self, data: str) -> None:
        if self._ouvert:
            self._ouvert.morceaux.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._ouvert = None


def liens(html: str) -> list[LienDePage]:
    """Every link of a page, in order."""
    analyse = _Analyse()
    analyse.feed(html)
    return analyse.liens
