"""OIDC-13: after sign-in, one stays on this service, whatever ``next`` says."""

from __future__ import annotations

from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from hypothesis import given, strategies as st

from fce.droits.comptes.oidc.retour import adresse_sure

HOSTILES = [
    "", " ", "e.x", ".e.x", "@e.x", ":e.x", "//e.x", "///e.x", "////e.x", "//e.x/%2e%2e", "//e.x@127.0.0.1/",
    "/\\e.x", "\\/e.x", "\\\\e.x", "\\e.x", "/\\/e.x", "//\\e.x", "https:e.x", "https:/e.x", "https://e.x",
    "https:///e.x", "http:e.x", "HTTPS://e.x", "hTTp://e.x", "ftp://e.x", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)", "\x01javascript:alert(1)",
    "/javascript:alert(1)\n", "data:text/html,x", "vbscript:x", "blob:x", "file:///etc/passwd", "%2f%2fe.x",
    "%2F%2Fe.x", "/%2f%2fe.x", "/%2Fe.x", "/%5ce.x", "/%5C%5Ce.x", "/a%5c%5ce.x",
    "/%252fe.x", "/%25252fe.x", "/%25255ce.x",
    "/%2525252525252fe.x", "/\t/e.x", "/\n/e.x", "/\r/e.x", "\t//e.x", "\n//e.x", "\r\n//e.x", "/%09/e.x", "/%0a/e.x",
    "/%0d%0aLocation:%20https://e.x", "/\r\nLocation: https://e.x", "/a\x00b", "/a%00b", "/%00//e.x", " //e.x",
    "/ /e.x",
    "\u00a0//e.x", "\u2028//e.x", "/\u2028/e.x", "/\u3000/e.x", "\uff0f\uff0fe.x", "/\uff0fe.x", "/\u2215e.x",
    "/a//e.x", "/..//e.x", "/.//e.x", "/a/..//e.x", "/%2e%2e//e.x", "/%2e%2e%2f%2fe.x", "/;//e.x", "?next=//e.x",
    "#//e.x", "?x", "#x", "127.0.0.1/", "//127.0.0.1:8000@e.x/", "//[::1]/", "/\ud800", "/é", "/" + "a" * 5000,
]  # fmt: skip


def test_oidc_13_at_least_sixty_variants() -> None:
    assert len(set(HOSTILES)) >= 60


@pytest.mark.parametrize("suite", HOSTILES, ids=range(len(HOSTILES)))
def test_oidc_13_an_outside_address_leads_to_the_home_page(suite: str) -> None:
    assert adresse_sure(suite) == "/"


@pytest.mark.parametrize(
    "suite",
    [
        "/",
        "/entreprise/552032534",
        "/recherche?q=boulangerie&page=2",
        "/recherche?q=caf%C3%A9%20cr%C3%A8me+x",
        "/recherche?suite=https://e.x//y",
        "/entreprise/552032534#etablissements",
        "/recherche?q=%2f%2fe.x",
        "/entreprise/552032534?x=a%00b",
        "/a:b@c;d,e'f(g)*h!i$j~k",
        "/a%20b",
    ],
)
def test_oidc_13_a_page_of_ours_is_kept_as_it_is(suite: str) -> None:
    assert adresse_sure(suite) == suite


@given(st.text(alphabet=st.sampled_from("/\\.:@%25fF0cC?#e x\t\n&=;é\u2028"), max_size=24) | st.text(max_size=30))
def test_oidc_13_nothing_leads_elsewhere(suite: str) -> None:
    ici = "https://fce.exemple.gouv.fr"
    for essai in (suite, "/" + suite, quote(suite)):
        gardee = adresse_sure(essai)
        assert gardee in ("/", essai)
        for ecrite in (gardee, unquote(gardee.partition("?")[0].partition("#")[0])):
            # Browsers read a backslash as a slash, and drop blanks and controls.
            comme_un_navigateur = "".join(c for c in ecrite.replace("\\", "/") if c > " ")
            assert urlsplit(urljoin(ici, comme_un_navigateur)).netloc == urlsplit(ici).netloc
