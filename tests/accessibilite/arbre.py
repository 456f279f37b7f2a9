"""A page as a tree of elements, read without a browser: what it is asked is what its source says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree.ElementTree import Element

VIDES = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
DE_SVG = {"path", "line", "rect", "circle", "polyline", "polygon", "use"}
CHAMPS = ("input", "select", "textarea")
SANS_ETIQUETTE = ("hidden", "submit", "button", "image", "reset")


class Page(HTMLParser):
    """``racine``: the element ``html``; ``fautes``: what its source gets wrong, in words.

    Stricter than HTML: whatever is opened is closed, in order, so that no browser has to guess.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fautes: list[str] = []
        self.declaration = ""
        self._ouverts: list[Element] = []
        self.racine = Element("html")
        self.feed(html)
        self.close()
        self.fautes += [f"<{e.tag}> jamais fermé" for e in self._ouverts]
        self.parents = {enfant: e for e in self.racine.iter() for enfant in e}
        self.par_id = {e.attrib["id"]: e for e in self.racine.iter() if "id" in e.attrib}
        ids = Counter(e.attrib["id"] for e in self.racine.iter() if "id" in e.attrib)
        self.fautes += [f"id « {nom} » porté {n} fois" for nom, n in ids.items() if n > 1]

    def handle_decl(self, decl: str) -> None:
        self.declaration = self.declaration or decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(attrs) != len(dict(attrs)):
            self.fautes.append(f"<{tag}> a deux fois le même attribut")
        element = Element(tag, {nom: valeur or "" for nom, valeur in attrs})
        if self._ouverts:
            self._ouverts[-1].append(element)
        elif tag == "html":
            self.racine = element
        if tag not in VIDES:
            self._ouverts.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VIDES:
            if tag not in DE_SVG:
                self.fautes.append(f"<{tag}/> ne se ferme pas ainsi")
            self._ouverts.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._ouverts or self._ouverts[-1].tag != tag:
            self.fautes.append(f"</{tag}> ferme {self._ouverts[-1].tag if self._ouverts else 'rien'}")
        if any(e.tag == tag for e in self._ouverts):
            while self._ouverts.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._ouverts:
            return
        dernier = self._ouverts[-1]
        if len(dernier):
            dernier[-1].tail = (dernier[-1].tail or "") + data
        else:
            dernier.text = (dernier.text or "") + data

    def tous(self, *balises: str) -> list[Element]:
        """Elements of these tags, in their order."""
        return [e for e in self.racine.iter() if e.tag in balises]

    def ancetres(self, element: Element) -> Iterator[Element]:
        """Parents of an element, the nearest first."""
        while (parent := self.parents.get(element)) is not None:
            yield parent
            element = parent

    def cache(self, element: Element) -> bool:
        """Whether assistive technologies are told to leave it, or are never given it."""
        return any(
            e.get("aria-hidden") == "true" or e.tag in ("script", "template")
            for e in (element, *self.ancetres(element))
        )

    def etiquettes(self, champ: Element) -> list[Element]:
        """Elements ``label`` of a field."""
        pour = [e for e in self.tous("label") if e.get("for") == champ.get("id") and champ.get("id")]
        return pour or [e for e in self.ancetres(champ) if e.tag == "label"]

    def nom(self, element: Element) -> str:
        """What a screen reader calls it."""
        if designes := element.get("aria-labelledby"):
            return " ".join(texte(self.par_id[i]) for i in designes.split() if i in self.par_id)
        if direct := element.get("aria-label"):
            return direct.strip()
        if element.tag in CHAMPS and (etiquettes := self.etiquettes(element)):
            return " ".join(texte(e) for e in etiquettes)
        return texte(element) or element.get("title", "").strip()

    def champs(self) -> list[Element]:
        """Fields that someone fills."""
        return [e for e in self.tous(*CHAMPS) if e.get("type") not in SANS_ETIQUETTE]


def texte(element: Element) -> str:
    """What an element says, spaces folded, what is hidden of assistive technologies left out."""
    return " ".join(_morceaux(element).split())


def _morceaux(element: Element) -> str:
    if element.get("aria-hidden") == "true" or element.tag in ("script", "style"):
        return ""
    dits = [element.text or ""]
    if element.tag == "img":
        dits.append(element.get("alt", ""))
    elif element.tag == "br":
        dits.append(" ")
    for enfant in element:
        dits += [_morceaux(enfant), enfant.tail or ""]
    return "".join(dits)
