"""Criteria of the RGAA that the source of a page answers: each is asked of one page of every address."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

from tinyhtml5.parser import HTMLParser

from tests.accessibilite.arbre import CHAMPS, Page, texte

TITRES = ("h1", "h2", "h3", "h4", "h5", "h6")
CONTEXTES = ("p", "li", "td", "th", "dd", "dt", "figcaption", *TITRES)
VAGUES = re.compile(r"(cliquez )?ici|cliquer ici|lien|lire( la suite)?|en savoir plus|suite|plus|voir|détails?")
PRESENTATION = {
    *("b", "i", "u", "font", "center", "big", "tt", "strike", "basefont", "marquee", "blink", "s", "blockquote"),
}
ATTRIBUTS_DE_PRESENTATION = {
    *("style", "align", "alink", "background", "bgcolor", "border", "cellpadding", "cellspacing", "clear", "color"),
    *("compact", "face", "hspace", "link", "noshade", "nowrap", "text", "valign", "vlink", "vspace"),
}
LIGNES = {
    *("p", "span", "strong", "em", "small", "code", "abbr", "bdi", "label", "button", "a", "option", "figcaption"),
    *TITRES,
}
BLOCS = {
    *("p", "div", "ul", "ol", "dl", "table", "form", "fieldset", "section", "article", "nav", "details", "figure"),
    *("header", "footer", "main", *TITRES),
}
ATTRIBUTS = {
    *("id", "class", "lang", "title", "hidden", "tabindex", "role", "href", "rel", "target", "type", "media"),
    *("name", "content", "charset", "src", "defer", "action", "method", "enctype", "novalidate", "for", "value"),
    *("placeholder", "maxlength", "minlength", "min", "max", "step", "required", "checked", "selected", "disabled"),
    *("formaction", "multiple", "rows", "cols", "accept", "autocomplete", "autocapitalize", "autofocus", "spellcheck"),
    *("enterkeyhint", "inputmode", "pattern", "form", "label", "scope", "colspan", "open", "reversed", "start"),
    *("download", "datetime", "readonly", "http-equiv"),
}
ANGLAIS = re.compile(r"\b(the|and|with|your|this|please|click|from|are|not)\b", re.I)
LOIN_A_LA_VUE = re.compile(
    r"\b(ci-contre|à (droite|gauche)|en (haut|bas) à|(en|bouton|lien|texte|point) (bleu|vert|rouge|gris|orange))\b",
    re.I,
)


def dans(page: Page, *balises: str) -> Iterator[tuple[Element, Element]]:
    """(element of one of these tags, its parent)."""
    for element in page.tous(*balises):
        yield element, page.parents.get(element, page.racine)


def test_every_image_is_drawn_by_the_page_and_says_what_it_shows_or_is_hidden(pages: dict[str, Page]) -> None:
    """RGAA 1.1 and 1.2; 1.3: a chart says its idea and its figures; 1.8: no text is in an image of dots."""
    dessins = 0
    for nom, page in pages.items():
        assert page.tous("img", "picture", "map", "area", "object", "embed", "canvas") == [], nom
        assert [e for e in page.tous("input") if e.get("type") == "image"] == [], nom
        for svg in page.tous("svg"):
            if page.cache(svg):
                assert svg.find("title") is None, nom
                assert not {"aria-label", "aria-labelledby", "title"} & svg.attrib.keys(), nom
                continue
            assert svg.get("role") == "img", nom
            assert re.search(r"\w{3}.*\d", page.nom(svg)), nom
            dessins += 1
    assert dessins > 5


def test_a_chart_has_its_legend_and_the_table_of_its_values(pages: dict[str, Page]) -> None:
    """RGAA 1.6, 1.7, 1.9: its alternative leads to the table that follows, which holds the values it names."""
    vues = 0
    for nom, page in pages.items():
        for figure in page.tous("figure"):
            if page.cache(figure):
                continue
            legende, svg = figure.find("figcaption"), figure.find("svg")
            assert legende is not None, nom
            assert svg is not None, nom
            assert figure.get("role") == "figure", nom
            assert figure.get("aria-label") == texte(legende), nom
            dite = page.nom(svg)
            assert "Le tableau qui suit donne chaque valeur" in dite, nom
            ordre = list(page.racine.iter())
            suivant = next(e for e in ordre[ordre.index(figure) :] if e.tag == "table")
            nombres = re.findall(r"\d[\d\u202f\xa0 ]*(?:,\d+)?(?= \(|;|$)", dite)
            if "%" not in dite:
                assert nombres, dite
                assert all(n in texte(suivant) for n in nombres), (nom, dite)
            vues += 1
    assert vues > 3


def test_no_page_has_a_media_nor_a_frame(pages: dict[str, Page]) -> None:
    """RGAA 2.1, 2.2 and 4.1 to 4.13 apply to nothing here."""
    medias = ("iframe", "frame", "video", "audio", "object", "embed", "canvas", "applet", "bgsound")
    assert {nom: la for nom, page in pages.items() if (la := page.tous(*medias))} == {}


def test_no_page_asks_for_a_captcha(pages: dict[str, Page]) -> None:
    """RGAA 1.4 and 1.5 apply to nothing here: no field asks to copy or to solve, no script comes from elsewhere."""
    for nom, page in pages.items():
        dits = " ".join(page.nom(champ) + champ.get("name", "") for champ in page.champs())
        assert not re.search(r"captcha|turnstile|recopie|robot", dits, re.I), nom
        assert all(script.get("src", "").startswith("/static/") for script in page.tous("script")), nom


def test_every_table_is_of_data_with_a_title_and_headings(pages: dict[str, Page]) -> None:
    """RGAA 5.4 to 5.7; 5.3 and 5.8: no table lays out; 5.1 and 5.2: none has headings on several levels."""
    titres: list[str] = []
    for nom, page in pages.items():
        for table in page.tous("table"):
            legende = table.find("caption")
            titre = texte(legende) if legende is not None else page.nom(table) if table.get("aria-label") else ""
            assert len(titre) > 2, nom
            titres.append(titre)
            assert table.get("role") is None, nom
            tete = table.find("thead")
            assert tete is not None, (nom, titre)
            assert len(tete.findall("tr")) == 1, (nom, titre)
            for th in table.iter("th"):
                assert th.get("scope") in ("col", "row"), (nom, titre)
                assert texte(th), (nom, titre)
                assert th.get("rowspan") is None, (nom, titre)
            assert all(th.get("scope") == "col" for th in tete.iter("th")), (nom, titre)
            assert list(tete.iter("td")) == [], (nom, titre)
            assert [td for td in table.iter("td") if td.get("rowspan")] == [], (nom, titre)
    assert len(titres) > 100


def test_two_links_that_say_the_same_where_they_are_lead_to_the_same_place(pages: dict[str, Page]) -> None:
    """RGAA 6.1: a link is told from the others by its words and those around it, and none is only « ici »."""
    for nom, page in pages.items():
        menes: dict[tuple[str, str], set[str]] = defaultdict(set)
        for lien in page.tous("a"):
            if page.cache(lien):
                continue
            dit, titre = page.nom(lien), lien.get("title", "")
            assert not VAGUES.fullmatch(dit.strip(" ›‹.…").lower()), (nom, dit)
            for ajout in (titre, lien.get("aria-label", "")):
                assert not ajout or texte(lien).lower() in ajout.lower(), (nom, dit, ajout)
            autour = next((texte(e) for e in page.ancetres(lien) if e.tag in CONTEXTES), "")
            menes[(titre or dit, autour)].add(lien.get("href", ""))
        assert {quoi: ou for quoi, ou in menes.items() if len(ou) > 1} == {}, nom


def test_every_link_has_a_name(pages: dict[str, Page]) -> None:
    """RGAA 6.2."""
    for nom, page in pages.items():
        assert [lien.attrib for lien in page.tous("a") if not texte(lien)] == [], nom


def test_a_link_that_opens_a_window_says_so_and_nothing_opens_by_itself(pages: dict[str, Page]) -> None:
    """RGAA 13.2."""
    for nom, page in pages.items():
        for lien in page.tous("a", "form", "area", "base"):
            if lien.get("target"):
                assert lien.get("target") == "_blank", nom
                assert "nouvelle fenêtre" in lien.get("title", "") + texte(lien), (nom, texte(lien))
        assert not [m for m in page.tous("meta") if m.get("http-equiv", "").lower() == "refresh"], nom


def test_every_button_says_what_it_does_and_two_of_a_page_are_told_apart(pages: dict[str, Page]) -> None:
    """RGAA 11.9, for what unfolds too."""
    for nom, page in pages.items():
        gestes = [e for e in page.tous("button", "summary") if not page.cache(e)]
        assert [e.attrib for e in gestes if len(page.nom(e)) < 2] == [], nom
        for e in gestes:
            assert not e.get("title") or texte(e).lower() in e.get("title", "").lower(), nom
        copies = {page.nom(e) for e in gestes if e.get("data-copier")}
        # What unfolds a form may have the name of what sends it.
        comptes = Counter((e.tag, page.nom(e)) for e in gestes)
        assert {dit: n for dit, n in comptes.items() if n > 1 and dit[1] not in copies} == {}, nom


def test_the_source_of_every_page_is_without_fault(pages: dict[str, Page]) -> None:
    """RGAA 8.1 and 8.2: opened and closed in order, no attribute nor id twice; what refers to an id finds it."""
    for nom, page in pages.items():
        assert page.declaration.lower() == "doctype html", nom
        assert page.fautes == [], nom
        for element in page.racine.iter():
            for attribut in (
                "aria-labelledby",
                "aria-describedby",
                "aria-controls",
                "aria-owns",
                "for",
                "list",
                "form",
            ):
                visees = element.get(attribut, "").split()
                assert [vise for vise in visees if vise not in page.par_id] == [], (nom, element.attrib)
            assert not [a for a in element.attrib if a.startswith("on")], nom


def test_no_tag_holds_what_it_may_not_and_no_attribute_is_made_up(pages: dict[str, Page]) -> None:
    """RGAA 8.2: no bloc inside a line of text, no control inside another, attributes that HTML or ARIA have."""
    for nom, page in pages.items():
        for element in page.racine.iter():
            if element.tag in LIGNES:
                assert BLOCS & {e.tag for e in element.iter() if e is not element} == set(), (nom, element.tag)
            if element.tag in ("a", "button", "label"):
                assert {"a", "button"} & {e.tag for e in element.iter() if e is not element} == set(), (
                    nom,
                    element.tag,
                )
            if element.tag != "svg" and not any(a.tag == "svg" for a in page.ancetres(element)):
                inconnus = {a for a in element.attrib if not a.startswith(("aria-", "data-", "hx-"))} - ATTRIBUTS
                assert inconnus == set(), (nom, element.tag)


def test_what_is_hidden_of_screen_readers_tells_nothing(pages: dict[str, Page]) -> None:
    """RGAA 10.8: a drawing beside its words, the room of an answer that has not come."""
    for nom, page in pages.items():
        for element in page.racine.iter():
            if element.get("aria-hidden") == "true":
                place = "fce-direct__gabarit" in element.get("class", "").split()
                assert place or element.tag in ("svg", "meter"), (nom, element.attrib)
                assert [e for e in element.iter() if e.tag in ("a", "button", *CHAMPS)] == [], nom


def test_a_parser_of_html_5_finds_nothing_to_say(sources: dict[str, str]) -> None:
    """RGAA 8.2."""
    for nom, html in sources.items():
        lecteur = HTMLParser(namespace_html_elements=False)
        lecteur.parse(html.encode(), override_encoding="utf-8")
        # Some parsers still ask for a line without ">" inside a self-closed element of SVG.
        fautes = [f for f in lecteur.errors if f[1] != "non-void-element-with-trailing-solidus"]
        assert fautes == [], nom


def test_every_page_has_a_title_of_its_own_that_says_what_it_is(pages: dict[str, Page]) -> None:
    """RGAA 8.5 and 8.6: no two addresses have the same; it shares its words with the main heading."""
    par_titre: dict[str, list[str]] = defaultdict(list)
    for nom, page in pages.items():
        titre = texte(page.tous("title")[0])
        assert titre.endswith(" – FCE"), nom
        par_titre[titre].append(nom)
        mots = set(re.findall(r"\w{3,}", titre.lower()))
        (principal,) = page.tous("h1")
        if nom != "/":
            assert mots & set(re.findall(r"\w{3,}", texte(principal).lower())), (nom, titre, texte(principal))
    doubles = {t: noms for t, noms in par_titre.items() if len([n for n in noms if n.startswith("/")]) > 1}
    assert doubles == {}


def test_every_page_is_in_french_alone_from_left_to_right(pages: dict[str, Page]) -> None:
    """RGAA 8.3, 8.4 and 8.7; 8.8 and 8.10 apply to nothing here: no language nor direction changes."""
    for nom, page in pages.items():
        assert page.racine.get("lang") == "fr", nom
        assert [e.get("lang") for e in page.racine.iter() if "lang" in e.attrib] == ["fr"], nom
        assert [e for e in page.racine.iter() if "dir" in e.attrib] == [], nom
        # Names of columns and of their types are code; those of companies and of people are proper names.
        exclus = {e for t in page.tous("code", "bdi", "option") for e in t.iter()}
        phrases = " ".join(e.text or "" for e in page.racine.iter() if e not in exclus and not page.cache(e))
        assert not ANGLAIS.search(phrases), (nom, ANGLAIS.findall(phrases))
        assert not re.search("[\u0590-\u08ff]", texte(page.racine)), nom


def test_no_tag_is_there_for_its_looks(pages: dict[str, Page]) -> None:
    """RGAA 8.9 and 10.1: no tag nor attribute of presentation, no empty paragraph, no letters s p a c e d out."""
    for nom, page in pages.items():
        assert PRESENTATION & {e.tag for e in page.racine.iter()} == set(), nom
        for element in page.racine.iter():
            dans_un_dessin = element.tag == "svg" or any(a.tag == "svg" for a in page.ancetres(element))
            if not dans_un_dessin:
                assert ATTRIBUTS_DE_PRESENTATION & element.attrib.keys() == set(), (nom, element.tag)
                assert not {"width", "height"} & element.attrib.keys(), (nom, element.tag)
            if element.tag in ("p", "li", "dt", "caption", "legend", "label", *TITRES) and not element.get("id"):
                assert texte(element) or element.find(".//input") is not None or page.cache(element), (
                    nom,
                    element.attrib,
                )
            if element.tag not in ("code", "script", "style"):
                assert not re.search(r"\b(?:[A-Za-zÀ-ÿ] ){4,}[A-Za-zÀ-ÿ]\b", element.text or ""), nom
        for br, parent in dans(page, "br"):
            suite = list(parent)
            rang = suite.index(br)
            doublee = rang + 1 < len(suite) and suite[rang + 1].tag == "br" and not (br.tail or "").strip()
            assert not doublee, nom


def test_headings_go_down_one_level_at_a_time(pages: dict[str, Page]) -> None:
    """RGAA 9.1."""
    for nom, page in pages.items():
        niveaux = [int(e.tag[1]) for e in page.tous(*TITRES)]
        assert niveaux[0] == 1, nom
        assert niveaux.count(1) == 1, nom
        assert all(b <= a + 1 for a, b in pairwise(niveaux)), (nom, niveaux)
        assert all(texte(e) for e in page.tous(*TITRES)), nom
        assert [e for e in page.racine.iter() if e.get("role") == "heading"] == [], nom


def test_lists_are_lists(pages: dict[str, Page]) -> None:
    """RGAA 9.3: nothing but items in them, none empty, and no dash or dot typed in the place of one."""
    for nom, page in pages.items():
        for liste in page.tous("ul", "ol"):
            assert len(liste) > 0, (nom, liste.attrib)
            assert {e.tag for e in liste} == {"li"}, (nom, liste.attrib)
        for element, parent in dans(page, "li"):
            assert parent.tag in ("ul", "ol"), (nom, element.attrib)
        for liste in page.tous("dl"):
            assert {e.tag for e in liste} <= {"div", "dt", "dd"}, nom
            assert liste.findall(".//dt"), nom
        for element in page.tous("p", "td", "div", "br"):
            debut = ((element.text if element.tag != "br" else element.tail) or "").strip()
            assert not debut.startswith(("- ", "• ", "* ", "· ")), (nom, debut)


def test_nothing_is_told_by_its_place_its_shape_or_its_colour(pages: dict[str, Page]) -> None:
    """RGAA 3.1, 10.9 and 10.10: a state is a word, a sort is told in its heading, no sentence counts on the eyes."""
    for nom, page in pages.items():
        assert not LOIN_A_LA_VUE.search(texte(page.racine)), (nom, LOIN_A_LA_VUE.search(texte(page.racine)))
        for badge in page.racine.iter():
            if "fr-badge" in badge.get("class", "").split():
                assert texte(badge), nom
        for tri in (e for e in page.tous("a") if "fce-tri" in e.get("class", "").split()):
            assert page.parents[tri].tag == "th", nom


def test_every_page_has_a_search_a_map_and_the_same_zones_in_the_same_order(pages: dict[str, Page]) -> None:
    """RGAA 9.2, 12.1, 12.2, 12.4 to 12.6, and 10.3: what is read first comes first in the source."""
    pieds = set()
    for nom, page in pages.items():
        ordre = [e.tag for e in page.racine.find("body") or () if e.tag in ("header", "main", "footer")]
        assert ordre == ["header", "main", "footer"], nom
        zones = [(e.tag, e.get("role")) for e in page.tous(*ordre) if e.tag == "main" or e.get("role")]
        assert zones == [("header", "banner"), ("main", None), ("footer", "contentinfo")], nom
        assert all(e.get("aria-label") or e.get("aria-labelledby") for e in page.tous("nav")), nom
        recherche = next(a for a in page.ancetres(page.par_id["q"]) if a.get("role") == "search")
        if nom != "/":
            assert any(a.tag == "header" for a in page.ancetres(recherche)), nom
        autres = [e for e in page.racine.iter() if e.get("role") == "search" and e is not recherche]
        assert all(e.get("aria-label") for e in autres), nom
        (pied,) = (e for e in page.tous("footer") if e.get("role") == "contentinfo")
        liens = [a.get("href") for a in pied.iter("a")]
        assert "/plan-du-site" in liens, nom
        pieds.add(tuple(liens))
        assert sum(e.get("aria-label") == "Compte" for e in page.tous("nav")) == 1, nom
    assert len(pieds) == 1


def test_the_map_leads_to_pages_that_are_there_and_to_all_of_the_foot(pages: dict[str, Page]) -> None:
    """RGAA 12.3."""
    plan = pages["/plan-du-site"]
    principal = plan.par_id["contenu"]
    menes = {a.get("href", "") for a in principal.iter("a")}
    connues = {nom for nom in pages if nom.startswith("/")}
    assert {lien for lien in menes if lien.startswith("/") and lien.partition("?")[0] not in connues} == set()
    pied = {a.get("href", "") for a in plan.par_id["pied"].iter("a")}
    # The interface for programs is told with the data that it gives.
    assert {lien for lien in pied if lien.startswith("/") and lien not in menes} <= {"/", "/api/v1/docs"}


def test_nothing_changes_the_order_of_the_keyboard_nor_listens_to_a_key_alone(pages: dict[str, Page]) -> None:
    """RGAA 12.8 and 12.10."""
    for nom, page in pages.items():
        assert {e.get("tabindex") for e in page.racine.iter()} <= {None, "0", "-1"}, nom
        assert [e for e in page.racine.iter() if "accesskey" in e.attrib] == [], nom


def test_what_answers_to_a_pointer_is_a_control_that_the_keyboard_knows(pages: dict[str, Page]) -> None:
    """RGAA 7.3, 12.11, 13.11: scripts add to links, buttons and fields, never to a box of the page."""
    for nom, page in pages.items():
        for element in page.racine.iter():
            if any(a in element.attrib for a in ("data-copier", "data-imprimer")):
                assert element.tag == "button", nom
            demande = {"hx-get", "hx-post"} & element.attrib.keys()
            if demande and element.tag not in ("a", "button", "form", "input", "select"):
                seul = re.split(r"[ ,]", element.get("hx-trigger", ""))[0]
                assert seul in ("load", "intersect", "toggle", "change", "every"), (nom, element.attrib)
            if element.get("role") in ("button", "link", "checkbox", "tab", "menuitem"):
                assert element.tag in ("a", "button"), nom


def test_no_content_is_cryptic_moves_or_waits_for_a_gesture(pages: dict[str, Page]) -> None:
    """RGAA 9.4, 13.5, 13.6, 13.8: no drawing made of letters, no smiley, no long quotation, nothing that moves."""
    for nom, page in pages.items():
        assert page.tous("pre", "q", "blockquote", "marquee", "blink") == [], nom
        assert not re.search("[\u2600-\u27bf\U0001f300-\U0001faff]|[:;]-?[)(]", texte(page.racine)), nom
        assert [e for e in page.racine.iter() if "draggable" in e.attrib or e.get("aria-live") == "off"] == [], nom


def test_what_a_script_brings_later_is_announced(pages: dict[str, Page]) -> None:
    """RGAA 7.5: the zone is there from the start; what a page waits for is a status."""
    for nom, page in pages.items():
        assert page.par_id["annonce"].get("role") == "status", nom
        for element in page.racine.iter():
            if "fce-direct__attente" in element.get("class", "").split():
                assert element.get("role") == "status", nom
        for liste in page.racine.iter():
            if liste.get("role") == "listbox":
                annonce = page.par_id[f"{liste.get('id')}-annonce"]
                assert annonce.get("role") == "status", nom
