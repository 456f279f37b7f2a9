"""What every page must obey, checked on its HTML: one language, one title, no inline script, style or handler."""

from html.parser import HTMLParser

from django.http import HttpResponse


class Page(HTMLParser):
    """The facts that the tests ask of a page."""

    VIDES = frozenset(["area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fautes: list[str] = []
        self.ids: list[str] = []
        self.liens: list[str] = []
        self.titres: list[str] = []
        self.lang = ""
        self.meta: dict[str, str] = {}
        self._ouvertes: list[str] = []
        self.feed(html)
        self.close()
        if self._ouvertes:
            self.fautes.append(f"balises jamais fermées : {self._ouvertes}")
        doublons = {i for i in self.ids if self.ids.count(i) > 1}
        if doublons:
            self.fautes.append(f"id répétés : {sorted(doublons)}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributs = {nom: valeur or "" for nom, valeur in attrs}
        if tag == "html":
            self.lang = attributs.get("lang", "")
        if tag == "meta" and "name" in attributs:
            self.meta[attributs["name"]] = attributs.get("content", "")
        if tag == "style" or "style" in attributs:
            self.fautes.append(f"style en ligne : {self.get_starttag_text()}")
        if tag == "script" and "src" not in attributs:
            self.fautes.append(f"script en ligne : {self.get_starttag_text()}")
        for nom in attributs:
            if nom.startswith(("on", "hx-on")):
                self.fautes.append(f"gestionnaire en ligne : {self.get_starttag_text()}")
        if attributs.get("href", "").lower().startswith(("javascript:", "data:")):
            self.fautes.append(f"lien dangereux : {attributs['href']}")
        if "id" in attributs:
            self.ids.append(attributs["id"])
        if tag == "a" and "href" in attributs:
            self.liens.append(attributs["href"])
        if tag == "h1":
            self.titres.append(tag)
        if tag not in self.VIDES:
            self._ouvertes.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VIDES:
            return
        if not self._ouvertes or self._ouvertes.pop() != tag:
            self.fautes.append(f"balise mal fermée : </{tag}> ligne {self.getpos()[0]}")


def texte(reponse: HttpResponse) -> str:
    return str(reponse.content.decode())


def verifier(html: str) -> Page:
    """Parse a whole page; fail on the first list of faults."""
    page = Page(html)
    assert page.fautes == []
    assert page.lang == "fr"
    assert len(page.titres) == 1
    return page
