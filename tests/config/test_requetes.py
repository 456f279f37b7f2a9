"""What any request may look like, and what every answer carries: a real server, raw bytes."""

from collections.abc import Iterator

import pytest

from tests.config.serveur import Serveur, installe, serveur

PAGES = ("/", "/recherche", "/recherche/suggestions", "/entreprise/732829320", "/api/v1/recherche", "/sources", "/rien")
EN_TETES = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STATIQUE = "/static/dsfr/dist/dsfr.main.min.css"


@pytest.fixture(scope="module")
def s() -> Iterator[Serveur]:
    with installe("requetes") as dossier, serveur(dossier, "--travailleurs", "1") as lance:
        yield lance


def statut(ligne: bytes) -> int:
    return int(ligne.split()[1])


@pytest.mark.parametrize("chemin", PAGES)
@pytest.mark.parametrize(
    "suffixe",
    [
        b"?q=%ff%fe", b"?q=%ED%A0%80", b"?q=%c0%ae", b"?q=%00", b"?q=a%00b&page=%00", b"?q=a&q=b&q=c", b"?q[]=a",
        b"?page=99999999999999999999", b"?q=" + b"%F0%9F%98%80" * 200, b"?%ff=%ff", b"?" + b"&".join([b"a=1"] * 1500),
        b"/%ff%fe", b"%00", b"/..%2f..%2fetc/passwd",
    ],
)  # fmt: skip
def test_no_address_brings_a_page_down(s: Serveur, chemin: str, suffixe: bytes) -> None:
    recu = statut(s.brut(b"GET " + chemin.encode() + suffixe + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"))
    assert recu < 500 or recu == 503, recu  # 503: no index is built in this data folder


@pytest.mark.parametrize(
    "entetes",
    [
        b"Accept-Language: " + b"fr;q=0.9," * 1100,
        b"X-Nom: caf\xe9",
        b"Cookie: a=\xff; b=" + b"x" * 3000,
        b"Cookie: " + b"; ".join(b"c%d=1" % i for i in range(300)),
        b"\r\n".join(b"X-%d: 1" % i for i in range(200)),
        b"X-Forwarded-Host: pirate.example\r\nX-Original-URL: /admin\r\nX-Forwarded-Proto: https",
        b"Content-Length: 3",
        b"Range: bytes=-1,0-99999999999999999999",
        b"If-Modified-Since: hier",
        b"HX-Request: true\r\nHX-Target: \xff",
    ],
)
@pytest.mark.parametrize("chemin", [b"/", STATIQUE.encode(), b"/api/v1/entreprises/732829320"])
def test_no_header_brings_a_page_down(s: Serveur, chemin: bytes, entetes: bytes) -> None:
    corps = b"abc" if entetes.startswith(b"Content-Length") else b""
    ligne = s.brut(b"GET " + chemin + b" HTTP/1.1\r\nHost: localhost\r\n" + entetes + b"\r\n\r\n" + corps)
    assert statut(ligne) < 500


@pytest.mark.parametrize("longueur", [9_000, 70_000])
def test_an_address_too_long_is_refused(s: Serveur, longueur: int) -> None:
    ligne = s.brut(b"GET /recherche?q=" + b"a" * longueur + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert statut(ligne) == 414


def test_the_refusal_of_an_address_too_long_is_a_page_in_french(s: Serveur) -> None:
    assert "trop longue" in s.demander("/recherche?q=" + "a" * 9000).corps.decode()


@pytest.mark.parametrize("chemin", [*PAGES, STATIQUE, "/healthz", "/recherche?q=" + "a" * 9000])
def test_every_response_carries_the_security_headers(s: Serveur, chemin: str) -> None:
    _verifier_en_tetes(s.demander(chemin).entetes)


def test_a_refusal_also_carries_the_security_headers(s: Serveur) -> None:
    _verifier_en_tetes(s.demander("/", Host="pirate.example").entetes)
    _verifier_en_tetes(s.demander("/", "POST").entetes)


def _verifier_en_tetes(entetes) -> None:  # type: ignore[no-untyped-def]
    for nom, valeur in EN_TETES.items():
        assert entetes[nom] == valeur, nom
    politique = dict(d.strip().split(" ", 1) for d in entetes["Content-Security-Policy"].split(";"))
    assert politique["default-src"] == "'none'"
    assert politique["script-src"] == politique["style-src"] == "'self'"
    assert "unsafe" not in entetes["Content-Security-Policy"]
    assert entetes["Permissions-Policy"]
    assert len(entetes["X-Request-Id"]) == 16


@pytest.mark.parametrize("hote", ["pirate.example", "localhost.pirate.example", "a b", "%00", "[::1", "x" * 300])
@pytest.mark.parametrize("chemin", ["/", STATIQUE, "/api/v1/recherche"])
def test_an_unknown_host_name_is_refused_in_french(s: Serveur, chemin: str, hote: str) -> None:
    reponse = s.demander(chemin, Host=hote)
    assert reponse.status == 400
    if "pirate" in hote:
        assert "Cette demande n’est pas correcte" in reponse.corps.decode()
        assert "pirate" not in reponse.corps.decode()


@pytest.mark.parametrize("methode", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FCE"])
@pytest.mark.parametrize("chemin", ["/", "/recherche", "/rien", "/api/v1/recherche"])
def test_a_page_can_only_be_read(s: Serveur, chemin: str, methode: str) -> None:
    reponse = s.demander(chemin, methode)
    if methode == "OPTIONS" and "/api/" in chemin:
        assert reponse.status == 204
        return
    assert reponse.status == 405
    assert reponse.entetes["Allow"] == "GET, HEAD"
    assert "se lit seulement" in reponse.corps.decode()
    assert reponse.entetes["Content-Type"].startswith("application/problem+json" if "/api/" in chemin else "text/html")


def test_head_answers_like_get_without_a_body(s: Serveur) -> None:
    reponse = s.demander("/", "HEAD")
    assert (reponse.status, reponse.corps) == (200, b"")


def test_only_the_api_is_open_to_other_sites_and_without_identity(s: Serveur) -> None:
    api = s.demander("/api/v1/recherche?q=a", Origin="https://ailleurs.example")
    assert api.entetes["Access-Control-Allow-Origin"] == "*"
    assert api.entetes["Access-Control-Allow-Credentials"] is None
    assert s.demander("/", Origin="https://ailleurs.example").entetes["Access-Control-Allow-Origin"] is None


def test_an_error_of_the_api_is_always_json(s: Serveur) -> None:
    for chemin in ("/api/", "/api/v1/rien", "/api/v1/entreprises/1", "/api/v9/x", "/api/v1/recherche?page=x"):
        reponse = s.demander(chemin)
        assert 400 <= reponse.status < 500, chemin
        assert reponse.entetes["Content-Type"] == "application/problem+json"
        assert reponse.json()["erreur"]["message"]


@pytest.mark.parametrize(
    "chemin",
    [
        "/.git/config", "/.env", "/debug", "/metrics", "/admin", "/admin/login", "/static/../fce/config/settings.py",
        "/static/%2e%2e/%2e%2e/etc/passwd", "/static/", "/settings.py", "/backup.zip", "/db.sqlite3", "/wp-login.php",
        "/static/fce/fce.css.bak", "/__debug__/", "/server-status",
    ],
)  # fmt: skip
def test_nothing_but_the_pages_is_served(s: Serveur, chemin: str) -> None:
    assert s.demander(chemin).status == 404


def test_static_files_are_cached_and_revalidated(s: Serveur) -> None:
    reponse = s.demander(STATIQUE)
    assert reponse.status == 200
    assert "max-age=3600" in reponse.entetes["Cache-Control"]
    assert s.demander(STATIQUE, If_Modified_Since=reponse.entetes["Last-Modified"]).status == 304
