"""What a served sheet states outside of its tables: tabs, cards, alarms, « aucune », dates of the sources, events."""

import re
from dataclasses import dataclass, field
from html import unescape

from tests.consistance.page import propre


@dataclass
class Synthese:
    """The first page of a sheet, as text by place."""

    tete: str
    onglets: dict[str, str] = field(default_factory=dict)
    cartes: dict[str, str] = field(default_factory=dict)
    titres: dict[str, str] = field(default_factory=dict)
    """Titles of the cards."""
    paires: dict[str, dict[str, str]] = field(default_factory=dict)
    alarmes: list[str] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    """Dates of the contacts on the card."""
    sujets: dict[str, str] = field(default_factory=dict)
    aucunes: list[tuple[str, str]] = field(default_factory=list)
    """(words that head a group of sources said to know nothing, the sources)."""
    fermees: set[str] = field(default_factory=set)
    """Sources that the reader may ask for, by name; by title those that a purpose would open."""


def en_texte(html: str) -> str:
    """A fragment without its tags; a block or a list item starts a new word."""
    sans = re.sub(r"<(script|style|svg|template)\b.*?</\1>", " ", html, flags=re.S)
    sans = re.sub(r"<span class=\"fr-sr-only\">.*?</span>", " ", sans, flags=re.S)
    sans = re.sub(r"</?(a|bdi|span|strong|abbr)\b[^>]*>", "", sans)
    return propre(unescape(re.sub(r"<[^>]+>", " ", sans)))


def lire_synthese(html: str) -> Synthese:
    """Parse the first page of a sheet."""
    lue = Synthese(en_texte(_entre(html, r'<header class="fce-tete', "</header>")))
    alarmes = _entre(html, r'<section class="fce-alertes"', "</section>")
    lue.alarmes = [en_texte(x) for x in re.findall(r"<li\b.*?</li>", alarmes, re.S)]
    for cle, carte in re.findall(
        r'<section class="fce-carte" aria-labelledby="carte-([a-z-]+)">(.*?)</section>', html, re.S
    ):
        titre, _, reste = carte.partition("</h2>")
        lue.titres[cle], lue.cartes[cle] = en_texte(titre), en_texte(reste)
        paires = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", carte, re.S)
        lue.paires[cle] = {en_texte(t): en_texte(v) for t, v in paires}
        if cle == "occupe":
            lue.contacts = re.findall(r'<span class="fce-date">(\d\d/\d\d/\d{4})</span>', carte)
    bande = _entre(html, r'<nav aria-label="Onglets de la fiche">', "</nav>")
    for cle, dedans in re.findall(r'<a href="[^"]*/([a-z]+)"[^>]*>(.*?)</a>', bande, re.S):
        lue.onglets[cle] = en_texte(dedans.partition("</strong>")[2])
    for nom, ligne in re.findall(r'#liste-([a-z0-9-]+)"><strong>.*?</strong></a> <span>(.*?)</span>', html, re.S):
        lue.sujets[nom] = en_texte(ligne)
    reste = _entre(html, r'<section class="fce-reste"', "</section>")
    for tete, noms in re.findall(r"<summary>(Aucun.*?)</summary>\s*<p[^>]*>(.*?)</p>", reste, re.S):
        lue.aucunes.append((en_texte(tete), en_texte(noms)))
    lue.fermees = {unescape(x) for x in re.findall(r"/habilitations\?source=([a-z0-9-]+)", reste)}
    fermees = _entre(reste, r'id="fermees"', "</details>")
    titres = (en_texte(x) for x in re.findall(r"<li>(.*?)</li>", fermees, re.S))
    lue.fermees |= {titre.removesuffix(" (sous un secret)") for titre in titres}
    return lue


def nommee(titre: str, texte: str) -> str | None:
    """What a list of sources says of one of them, in parentheses after its title; None when it does not name it."""
    trouve = re.search(rf"(?:^|[,:] ){re.escape(titre)} \(((?:[^()]|\([^()]*\))*)\)", texte)
    return trouve[1] if trouve else None


def provenances(html: str) -> list[tuple[str, str]]:
    """(what the line says, business date as written or "") of each « Source : … » of a page."""
    return [
        (x, (re.search(r" · au (\d\d/\d\d/\d{4})", x) or ["", ""])[1])
        for x in (en_texte(x) for x in re.findall(r'<p class="fce-source[^"]*">(.*?)</p>', html, re.S))
        if x.startswith("Source :")
    ]


def genres_d_evenements(html: str) -> dict[str, int]:
    """{kind: how many} that the filter of the timeline offers; empty when there is one kind alone."""
    choix = _entre(html, r'<select[^>]*name="genre"', "</select>")
    lus = re.findall(r"<option[^>]*>([^<]*?) \(([\d\s]+)\)</option>", unescape(choix))
    return {propre(genre): int(re.sub(r"\D", "", n)) for genre, n in lus}


def _entre(html: str, ouvrante: str, fermante: str) -> str:
    trouve = re.search(rf"{ouvrante}.*?{fermante}", html, re.S)
    return trouve[0] if trouve else ""
