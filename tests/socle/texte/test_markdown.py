"""A text in Markdown becomes HTML without any of its author's: whatever is written is shown, nothing of it runs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from fce.socle.texte.markdown import html_de

_BALISES = {
    *("h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "a", "em", "strong", "code", "pre", "blockquote", "hr"),
    *("br", "table", "thead", "tbody", "tr", "th", "td"),
}


@pytest.mark.parametrize(
    "texte",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[lien](javascript:alert(1))",
        "[lien](data:text/html;base64,PHNjcmlwdD4=)",
        "![image](https://ailleurs.example/x.png)",
        "<a href='https://ailleurs.example' style='position:fixed'>x</a>",
        "[x](https://ailleurs.example 'a\" onclick=alert(1)')",
    ],
)
def test_nothing_hostile_is_left(texte: str) -> None:
    # What is between quotes is a value, and its quotes are written otherwise.
    html = re.sub(r'(title|rel)="[^"]*"', "", str(html_de(texte)))
    assert not re.search(r"<(script|img|iframe|style)|<[^>]*\s(on\w+|style)=|href=.(javascript|data):", html, re.I)


@given(st.text(alphabet=st.sampled_from("<>\"'&/=[]()#*_`|-\n abc:javscript1"), max_size=200))
def test_only_elements_of_the_house_come_out(texte: str) -> None:
    html = str(html_de(texte))
    assert {nom.lower() for nom in re.findall(r"</?([a-zA-Z][a-zA-Z0-9]*)", html)} <= _BALISES
    assert not re.search(r"<[^>]*\s(on\w+|style)=", html)


def test_headings_follow_those_of_the_page_and_other_sites_say_so() -> None:
    assert html_de("# Un", premier=2).startswith("<h2")
    assert 'rel="noopener external"' in html_de("[là](https://www.cnil.fr)")


def test_a_cell_carries_the_heading_of_its_column_and_an_empty_heading_is_none() -> None:
    html = html_de("| | durée |\n|---|---|\n| a | 1 |")
    assert '<td></td>\n<th scope="col">durée</th>' in html
    assert '<td>a</td>\n<td data-libelle="durée">1</td>' in html
