"""A1: the Content-Type of a request never chooses a codec, whichever the server that runs the application."""

import encodings.aliases
import io
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory
from hypothesis import given, strategies as st

from fce.config import types_de_contenu
from fce.config.requetes import Application

CODECS = sorted({*encodings.aliases.aliases, *encodings.aliases.aliases.values()} - {"utf8", "utf_8"})
OCTETS = 200_000
FORMULAIRE = b'--a\r\nContent-Disposition: form-data; name="message"\r\n\r\n' + b"a" * OCTETS + b"\r\n--a--\r\n"
REFUSES = [
    "multipart/form-data; boundary=a; charset*=utf-8''punycode",
    "multipart/form-data; boundary=a; charset*0=puny; charset*1=code",
    "multipart/form-data; boundary=a; x*=zzz''a",
    "text/plain; x*=zzz''a",
    'text/plain; charset="punycode"',
    "text/plain; charset='punycode'",
    "text/plain;charset = punycode ;charset=utf-8",
    "text/plain; CHARSET=UTF-16",
    "text/plain; charset=",
    "text/plain; charset",
    "multipart/form-data; boundary=" + "a" * 60_000,
    "text/plain; " + "a=b; " * 12_000,
]
ACCEPTES = [
    "",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=UTF-8",
    'application/json; charset="utf-8"',
    "multipart/form-data; boundary=----WebKitFormBoundaryabcdefgh12345678",
    "application/octet-stream",
    "text/csv; header=present; charset=utf8",
]


@pytest.fixture(scope="module")
def application() -> Application:
    return Application()


def demander(application: Application, type_de_contenu: str, corps: bytes, chemin: str = "/contact") -> tuple[int, str]:
    """The status and the text of an answer, as any WSGI server would have them."""
    environ = RequestFactory().generic("POST", chemin, b"").environ
    environ |= {"CONTENT_TYPE": type_de_contenu, "CONTENT_LENGTH": str(len(corps)), "wsgi.input": io.BytesIO(corps)}
    dits: list[str] = []
    reponse = application(environ, lambda statut, entetes, *_: dits.append(statut))
    texte = b"".join(reponse).decode()
    reponse.close()  # type: ignore[attr-defined]
    return int(dits[0][:3]), texte


@pytest.mark.django_db
@pytest.mark.parametrize("dit", REFUSES)
def test_a1_a_content_type_that_chooses_a_codec_is_refused_in_a_sentence(application: Application, dit: str) -> None:
    statut, texte = demander(application, dit, FORMULAIRE)
    assert statut == 415
    assert "Content-Type" in texte or "UTF-8" in texte


@pytest.mark.django_db
def test_a1_every_codec_of_the_library_is_refused_wherever_it_is_sent(application: Application) -> None:
    for codec in CODECS:
        for chemin in ("/contact", "/rien", "/api/v1/recherche?q=a"):
            statut, _ = demander(application, f"multipart/form-data; boundary=a; charset={codec}", b"", chemin)
            assert statut == 415, codec


@pytest.mark.django_db
@pytest.mark.parametrize("dit", ACCEPTES)
def test_a1_what_browsers_and_programs_send_is_accepted(application: Application, dit: str) -> None:
    statut, _ = demander(application, dit, b"")
    assert statut != 415


@given(st.text("abcdefut8-=;* \"'\\()?charset\t%16,/é", max_size=80).map("text/plain;".__add__))
def test_a1_django_reads_no_codec_in_what_is_accepted(dit: str) -> None:
    """Two parsers, ours and that of Django: whatever ours lets through, Django takes for UTF-8 or for no charset."""
    environ: dict[str, Any] = {"CONTENT_TYPE": dit}
    if types_de_contenu.retirer_le_type(environ) is not None:
        assert environ["CONTENT_TYPE"] == ""
        return
    demande = WSGIRequest({"REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(), **environ})
    assert (demande.encoding or "utf-8").lower() in types_de_contenu.UTF_8


@pytest.mark.django_db
def test_a1_an_unknown_codec_in_the_part_of_a_form_is_no_error_of_ours(application: Application) -> None:
    for nom in ("name*=hex''00", "name*=zzz''a", "name*=unicode_escape''%5Cud800", "name*=punycode''" + "a" * 900):
        corps = b"--a\r\nContent-Disposition: form-data; " + nom.encode() + b"\r\n\r\nb\r\n--a--\r\n"
        statut, _ = demander(application, "multipart/form-data; boundary=a", corps)
        assert statut < 500, nom
