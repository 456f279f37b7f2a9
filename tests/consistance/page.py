"""What a sheet prints, parsed with the standard library: tiles, alerts, blocs with their tables, the timeline."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VIDES = {
    "br",
    "img",
    "input",
    "meta",
    "link",
    "line",
    "circle",
    "path",
    "polyline",
    "rect",
    "hr",
    "use",
    "source",
    "wbr",
}
CONTRADICTIONS = "contradictions"
QUI_SE_CONTREDIT = "Ce qui se contredit"
"""What the rules of FCE say of several files: judged case by case by ``tests/donnees/contradictions``, left out
here."""
_TUES = {"script", "style", "svg", "button", "form", "nav", "select"}


@dataclass
class Table:
    """A table: header, rows, rows of totals (none without); every cell as text."""

    entetes: list[str] = field(default_factory=list)
    lignes: list[list[str]] = field(default_factory=list)
    totaux: list[list[str]] = field(default_factory=list)


@dataclass
class Bloc:
    """A bloc under its title; ``nom``: its source, "" for those of Sirene."""

    rubrique: str
    titre: str
    nom: str = ""
    tables: list[Table] = field(default_factory=list)
    paires: list[tuple[str, str]] = field(default_factory=list)
    liens: list[str] = field(default_factory=list)
    """Texts of the links under the content ("Voir plus : 197 lignes")."""
    perimetre: str = ""
    """What it says that it is about, when it must."""


@dataclass
class Page:
    """A whole sheet."""

    tuiles: list[tuple[str, str]] = field(default_factory=list)
    alertes: list[str] = field(default_factory=list)
    identifiants: list[tuple[str, str]] = field(default_factory=list)
    blocs: list[Bloc] = field(default_factory=list)
    chronologie: list[str] = field(default_factory=list)
    """Dates of the timeline."""
    vides: list[str] = field(default_factory=list)
    """Lines that say what there is not."""

    def bloc(self, nom: str) -> Bloc | None:
        """The bloc of a source."""
        return next((b for b in self.blocs if b.nom == nom), None)


def lire(html: str) -> Page:
    """Parse a sheet."""
    lecteur = _Lecteur()
    lecteur.feed(html)
    lecteur.close()
    page = lecteur.page
    page.blocs = [bloc for bloc in page.blocs if bloc.rubrique != CONTRADICTIONS and bloc.titre != QUI_SE_CONTREDIT]
    return page


def propre(texte: str) -> str:
    """A text with plain spaces, one at a time."""
    return re.sub(r"\s+", " ", re.sub(r"[\u00a0\u202f\u2009]", " ", texte)).strip()


_QUAND = re.compile(r"(?:du )?[0-9/]+(?: au [0-9/]+)?")
"""When a line of the timeline happened: what it begins with."""


def _tete_de_groupe(attrs: dict[str, str]) -> bool:
    """Whether a row is the title of those under it (« Chez vous – Nord (59) »)."""
    return bool({"fce-groupe", "fce-lignes__groupe"} & {*attrs.get("class", "").split()})


class _Lecteur(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.pile: list[tuple[str, dict[str, str]]] = []
        self.textes: list[list[str]] = []
        self.terme = ""
        self.tues = 0

    def handle_starttag(self, balise: str, attributs: list[tuple[str, str | None]]) -> None:
        attrs = {nom: valeur or "" for nom, valeur in attributs}
        if balise in _VIDES:
            if self.textes:
                self.textes[-1].append(" ")
            return
        if balise in _TUES:
            self.tues += 1
        if balise == "small" and self.textes:
            self.textes[-1].append(" · ")
        self.pile.append((balise, attrs))
        if balise in ("th", "td", "dt", "dd", "h2", "h3", "h4", "a", "strong", "p", "li"):
            self.textes.append([])
        if balise == "section" and ("fce-rubrique" in attrs.get("class", "") or attrs.get("id") == CONTRADICTIONS):
            self.page.blocs.append(Bloc(attrs["id"], ""))
        if balise == "div" and attrs.get("id", "").startswith("liste-") and self.page.blocs:
            nom = attrs["id"].removeprefix("liste-")
            self.page.blocs[-1].nom = "" if nom == "etablissements" else nom
        if balise == "table" and self.page.blocs:
            self.page.blocs[-1].tables.append(Table())
        if balise == "tr" and not _tete_de_groupe(attrs) and (table := self._table()):
            if self._dans("tbody"):
                table.lignes.append([])
            elif self._dans("tfoot"):
                table.totaux.append([])

    def handle_startendtag(self, balise: str, attributs: list[tuple[str, str | None]]) -> None:
        if balise == "br" and self.textes:
            self.textes[-1].append(" ")

    def handle_endtag(self, balise: str) -> None:
        if balise in _VIDES or not any(b == balise for b, _ in self.pile):
            return
        while self.pile:
            ouverte, attrs = self.pile.pop()
            if ouverte in _TUES:
                self.tues -= 1
            texte = ""
            if ouverte in ("th", "td", "dt", "dd", "h2", "h3", "h4", "a", "strong", "p", "li"):
                brut = "".join(self.textes.pop())
                texte = propre(brut)
                # An establishment under its name: its number alone is of the file.
                if ouverte == "td" and (numero := re.search(r"\d{3} \d{3} \d{3} \d{5}", texte)):
                    texte = numero[0]
                if self.textes:
                    self.textes[-1].append(f" {brut} " if ouverte == "p" else brut)
            self._ranger(ouverte, attrs, texte)
            if ouverte == balise:
                return

    def handle_data(self, texte: str) -> None:
        if self.textes and not self.tues and not self._classe("fr-sr-only"):
            self.textes[-1].append(texte)

    def _ranger(self, balise: str, attrs: dict[str, str], texte: str) -> None:
        page, table = self.page, self._table()
        if balise == "dt":
            self.terme = texte
        elif balise == "dd":
            if self._classe("fce-tuiles"):
                page.tuiles.append((self.terme, texte))
            elif self._classe("fce-identifiants"):
                page.identifiants.append((self.terme, texte))
            elif page.blocs:
                page.blocs[-1].paires.append((self.terme, texte))
        elif balise in ("h3", "h4") and page.blocs:
            precedent = page.blocs[-1]
            if precedent.titre:
                page.blocs.append(Bloc(precedent.rubrique, texte))
            else:
                precedent.titre = texte
        elif balise in ("th", "td") and table is not None:
            self._ranger_cellule(table, texte)
        elif balise == "strong" and self._classe("fr-alert"):
            page.alertes.append(texte)
        elif balise == "li" and self._classe("fce-vides"):
            page.vides.append(texte)
        elif balise == "p" and "fce-perimetre" in attrs.get("class", "") and page.blocs:
            page.blocs[-1].perimetre = texte
        elif balise == "li" and self._classe("fce-faits") and (dite := _QUAND.match(texte)):
            page.chronologie.append(dite[0])
        elif balise == "a" and page.blocs and table is None:
            page.blocs[-1].liens.append(texte)

    def _ranger_cellule(self, table: Table, texte: str) -> None:
        if self._dans("thead"):
            table.entetes.append(texte)
        elif self._dans("tfoot"):
            table.totaux[-1].append(texte)
        elif table.lignes and not any(_tete_de_groupe(attrs) for _, attrs in self.pile):
            table.lignes[-1].append(texte)

    def _dans(self, balise: str) -> bool:
        return any(b == balise for b, _ in self.pile)

    def _classe(self, classe: str) -> bool:
        return any(classe in attrs.get("class", "").split() for _, attrs in self.pile)

    def _table(self) -> Table | None:
        if not self._dans("table") or not self.page.blocs or not self.page.blocs[-1].tables:
            return None
        return self.page.blocs[-1].tables[-1]
