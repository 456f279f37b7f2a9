"""The shipped nginx before a real ``fce serve``, over TLS: what it grades, what it refuses, what it says alone."""

import contextlib
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator

import pytest

from tests.config.bruts import statut
from tests.config.serveur import attendre, installe, port_libre, serveur
from tests.ops import frontal, observatoire
from tests.ops.frontal import PUBLIC, Frontal, nginx

pytestmark = pytest.mark.epreuve


@pytest.fixture(scope="module")
def devant() -> Iterator[Frontal]:
    """nginx, two instances declared, one of them served: the other is down all along."""
    with installe("frontal") as dossier, serveur(dossier, "--travailleurs", "1", **PUBLIC) as s:
        publication = dossier / "publication"
        publication.mkdir(exist_ok=True)
        with nginx(s.port, port_libre()) as lance:
            # The folder of open files is the one of this service.
            (lance.dossier / "publication").rmdir()
            (lance.dossier / "publication").symlink_to(publication)
            yield lance


@pytest.fixture(scope="module")
def ecoutee() -> Iterator[Frontal]:
    """nginx before a listener that keeps what it receives and answers 200."""
    port = port_libre()
    with socket.create_server(("127.0.0.1", port)) as ecoute, nginx(port) as lance:

        def repondre(prise: socket.socket) -> None:
            recu = b""
            with prise, contextlib.suppress(OSError):
                prise.settimeout(0.5)
                with contextlib.suppress(TimeoutError):
                    while bloc := prise.recv(65536):
                        recu += bloc
                lance.recues.append(recu)
                prise.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

        def accepter() -> None:
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=repondre, args=(ecoute.accept()[0],), daemon=True).start()

        threading.Thread(target=accepter, daemon=True).start()
        yield lance


def test_hdr_02_the_observatory_gives_its_best_grade(devant: Frontal) -> None:
    reponse, corps = devant.demander("/")
    assert reponse.status == 200
    redirection = devant.en_clair("/").getheader("Location") or ""
    score, lettre, points = observatoire.note(reponse.headers, corps.decode(), redirection)
    assert (lettre, score) == ("A+", 130), points


@pytest.mark.parametrize("chemin", ["/", "/inconnue", "/api/v1/inconnue", "/static/fce/fce.css", "/recherche?q=a"])
def test_hdr_03_each_header_is_sent_once(devant: Frontal, chemin: str) -> None:
    reponse, _ = devant.demander(chemin)
    for nom in ("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Strict-Transport-Security"):
        assert len(reponse.headers.get_all(nom) or []) == 1, nom
    assert len(reponse.headers.get_all("Content-Security-Policy") or []) <= 1
    assert reponse.getheader("Server") == "nginx"


def test_behind_the_front_server_links_and_cookies_are_of_https(devant: Frontal) -> None:
    reponse, corps = devant.demander("/sources/catalogue.jsonld")
    assert reponse.status == 200
    assert f"https://{frontal.NOM}/".encode() in corps
    assert b"http://" + frontal.NOM.encode() not in corps


def test_tls_01_old_versions_and_other_names_are_refused(devant: Frontal) -> None:
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with devant.prise(minimum_version=version, maximum_version=version) as prise:
            assert prise.version() == version.name.replace("_", ".")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        devant.prise("ailleurs.exemple.fr")
    vieille = ["openssl", "s_client", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0", "-connect", f"127.0.0.1:{devant.https}"]
    assert subprocess.run(vieille, input=b"", capture_output=True).returncode != 0


def test_tls_03_in_clear_a_page_is_redirected_and_the_api_is_closed(devant: Frontal) -> None:
    page = devant.en_clair("/recherche?q=a")
    assert (page.status, page.getheader("Location")) == (301, f"https://{frontal.NOM}/recherche?q=a")
    assert devant.en_clair("/api/v1/recherche?q=a").status == 403


def test_an_open_file_is_sent_by_nginx_with_what_fce_says_of_it(devant: Frontal) -> None:
    reponse, corps = devant.demander("/sources/sirene-unites-legales/donnees.csv")
    assert reponse.status == 200, corps[:300]
    assert b"siren" in corps[:200]
    assert reponse.getheader("Content-Disposition")
    assert reponse.getheader("X-Content-Type-Options") == "nosniff"
    assert len(reponse.headers.get_all("ETag") or []) == 1
    again, _ = devant.demander(
        "/sources/sirene-unites-legales/donnees.csv", **{"If-None-Match": reponse.getheader("ETag") or ""}
    )
    assert again.status == 304
    assert devant.demander("/fichiers-internes/sirene-unites-legales/")[0].status == 404


def test_a_deposit_without_a_token_is_refused_before_its_body(devant: Frontal) -> None:
    debut = f"PUT /api/v1/depots/sirene-flux HTTP/1.1\r\nHost: {frontal.NOM}\r\nContent-Length: 50000000\r\n\r\n"
    with devant.prise() as prise:
        prise.sendall(debut.encode())
        assert statut(prise.recv(65536)) == 401


def test_two_attachments_of_seven_mebibytes_reach_fce(devant: Frontal) -> None:
    debut = f"POST /entreprise/000001008/demande HTTP/1.1\r\nHost: {frontal.NOM}\r\nContent-Length: {14 << 20}\r\n"
    with devant.prise() as prise:
        prise.sendall(f"{debut}Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode())
        assert statut(prise.recv(65536)) in (302, 401, 403), "nobody is signed in; nginx would have said 413"


GET = b"GET /x HTTP/1.1\r\nHost: fce.test\r\n"
POST = b"POST /x HTTP/1.1\r\nHost: fce.test\r\n"
FIN = b"Connection: close\r\n\r\n"


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"GET https://fce.test/x HTTP/1.1\r\nHost: fce.test\r\n" + FIN, id="adresse absolue"),
        pytest.param(b"GET http://ailleurs/x HTTP/1.1\r\nHost: fce.test\r\n" + FIN, id="absolue, ailleurs"),
        pytest.param(POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n" + FIN + b"0\r\n\r\n", id="CL et TE"),
        pytest.param(POST + b"Transfer-Encoding: xchunked\r\n" + FIN, id="TE inconnu"),
        pytest.param(GET + b"X-A: b\rc\r\n" + FIN, id="un CR seul"),
        pytest.param(GET + b"X-A: b\r\n c\r\n" + FIN, id="en-tête replié"),
        pytest.param(GET + b"Host: ailleurs\r\n" + FIN, id="deux hôtes"),
        pytest.param(b"GET /x HTTP/1.1\r\nHost: ailleurs\r\n" + FIN, id="un autre hôte"),
        pytest.param(b"GET /x HTTP/1.1\r\nHost : fce.test\r\n" + FIN, id="espace avant le deux-points"),
        pytest.param(b"GET /x\r\n", id="HTTP/0.9"),
        pytest.param(b"CONNECT fce.test:443 HTTP/1.1\r\nHost: fce.test\r\n\r\n", id="CONNECT"),
        pytest.param(b"TRACE /x HTTP/1.1\r\nHost: fce.test\r\n" + FIN, id="TRACE"),
    ],
)
def test_hdr_10_an_ambiguous_request_does_not_pass_nginx(ecoutee: Frontal, octets: bytes) -> None:
    ecoutee.recues.clear()
    recu = ecoutee.brut(octets)
    assert (statut(recu) if recu.startswith(b"HTTP/") else 0) in (0, 400, 405, 501)
    assert recu.count(b"HTTP/1.1 ") <= 1
    assert ecoutee.recues == []


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"GET /x HTTP/1.1\nHost: fce.test\nConnection: close\n\n", id="LF seuls"),
        pytest.param(b"\r\n" + GET + FIN, id="ligne vide avant la demande"),
        pytest.param(GET + b"X_Forwarded_For: 9.9.9.9\r\n" + FIN, id="nom avec un souligné"),
        pytest.param(GET + b"X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Host: e\r\nForwarded: for=9\r\n" + FIN, id="dits"),
    ],
)
def test_hdr_10_what_nginx_accepts_reaches_fce_as_one_request_written_anew(ecoutee: Frontal, octets: bytes) -> None:
    ecoutee.recues.clear()
    assert statut(ecoutee.brut(octets)) == 200
    assert ecoutee.recues == [
        b"GET /x HTTP/1.1\r\nHost: fce.test\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: https\r\n\r\n"
    ]


def test_with_both_instances_down_nginx_serves_the_maintenance_page_alone() -> None:
    with nginx(port_libre(), port_libre()) as seul:
        page, corps = seul.demander("/entreprise/000001008")
        assert (page.status, page.getheader("Retry-After")) == (503, "60")
        assert "momentanément indisponible" in corps.decode()
        api, corps = seul.demander("/api/v1/recherche?q=a")
        assert (api.status, api.getheader("Content-Type")) == (503, "application/problem+json")
        assert b'"indisponible"' in corps
        score, lettre, points = observatoire.note(page.headers, "", seul.en_clair("/").getheader("Location") or "")
        assert (lettre, score >= 130) == ("A+", True), points


def _codes(devant: Frontal, *chemins: str) -> list[int]:
    """Status of each request, sent at once over one connection; none is served."""
    demandes = [f"HEAD {c} HTTP/1.1\r\nHost: {frontal.NOM}\r\n\r\n" for c in chemins]
    recu = devant.brut("".join([*demandes, f"HEAD / HTTP/1.1\r\nHost: {frontal.NOM}\r\n{FIN.decode()}"]).encode())
    return [int(ligne.split()[1]) for ligne in recu.decode("latin-1").splitlines() if ligne.startswith("HTTP/1.1 ")]


def test_the_files_of_pages_take_nothing_from_the_pages_of_the_same_address() -> None:
    with nginx(port_libre()) as seul:
        codes = _codes(seul, *["/static/fce/fce.css"] * 600)
    assert codes == [503] * 601, "no instance answers; 429 would be the limit of the address"


def test_a_network_that_many_people_share_is_left_to_the_limits_of_fce() -> None:
    with nginx(port_libre()) as seul:
        assert 429 in _codes(seul, *["/"] * 600)
        (seul.dossier / "etc/reseaux.conf").write_text("127.0.0.0/8 1;\n")
        seul.choisir([port_libre()])
        assert 429 not in _codes(seul, *["/"] * 600)


def test_one_instance_gone_no_reader_sees_it(devant: Frontal) -> None:
    assert [devant.demander("/healthz")[0].status for _ in range(40)] == [200] * 40


def test_log_04_the_log_has_neither_what_is_searched_nor_the_secret_of_a_path(devant: Frontal) -> None:
    devant.demander("/recherche?q=martin-secret")
    devant.demander("/contact/suivi/jeton-secret", Referer=f"https://{frontal.NOM}/recherche?q=martin-secret")
    attendre(lambda: "/contact/suivi/…" in (devant.dossier / "acces.log").read_text("utf-8"), 10)
    ecrits = "".join((devant.dossier / nom).read_text("utf-8") for nom in ("acces.log", "nginx.log", "erreurs.log"))
    assert "secret" not in ecrits
