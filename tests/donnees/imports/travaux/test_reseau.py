"""A download is whole or is not there; it goes only where it may; each failure says what happened."""

import socket
from pathlib import Path

import httpx
import pytest

from fce.donnees.imports.travaux import adresses, reseau
from fce.donnees.imports.travaux.reseau import FichierTelecharge, Version, recevoir
from fce.socle.erreurs import SourceIndisponible
from tests.donnees.imports.travaux.serveur import Serveur

CONTENU = bytes(range(256)) * 20_000


def muet(_etape: str, _fait: int, _total: int) -> None:
    pass


def lire(
    miroir: Serveur, dossier: Path, connue: Version | None = None, chemin: str = "/f.csv"
) -> FichierTelecharge | None:
    return recevoir(miroir.adresse + chemin, dossier / "partiel", connue, muet)


def test_a_file_is_received_whole_with_its_name(miroir: Serveur, tmp_path: Path) -> None:
    miroir.donner("/f.csv", CONTENU, entetes={"Content-Disposition": 'attachment; filename="../../Étab 2026.csv"'})
    recu = lire(miroir, tmp_path)
    assert recu is not None
    assert (recu.chemin.read_bytes(), recu.octets) == (CONTENU, len(CONTENU))
    assert recu.nom.endswith("tab_2026.csv")
    assert "/" not in recu.nom


def test_an_unchanged_file_is_not_sent_again(miroir: Serveur, tmp_path: Path) -> None:
    miroir.donner("/f.csv", CONTENU)
    premier = lire(miroir, tmp_path)
    assert premier is not None
    assert lire(miroir, tmp_path, premier.version) is None
    miroir.donner("/f.csv", CONTENU + b"x")
    assert lire(miroir, tmp_path, premier.version) is not None


def test_a_cut_download_resumes_where_it_was(miroir: Serveur, tmp_path: Path) -> None:
    miroir.donner("/f.csv", CONTENU, couper=1_500_000, coupures=2)
    recu = lire(miroir, tmp_path)
    assert recu is not None
    assert recu.chemin.read_bytes() == CONTENU
    portees = [d[2]["Range"] for d in miroir.demandes]
    assert portees[0] is None
    assert all(p.startswith("bytes=") and p != "bytes=0-" for p in portees[1:])


def test_a_download_that_goes_on_is_not_given_up(
    miroir: Serveur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reseau, "AVANCEE", 100_000)
    miroir.donner("/f.csv", CONTENU, couper=400_000, coupures=12)
    recu = lire(miroir, tmp_path)
    assert recu is not None
    assert recu.chemin.read_bytes() == CONTENU


def test_a_cut_download_of_a_changed_file_starts_again(miroir: Serveur, tmp_path: Path) -> None:
    miroir.donner("/f.csv", CONTENU, couper=100_000, coupures=99)
    with pytest.raises(SourceIndisponible, match="coupée"):
        lire(miroir, tmp_path)
    neuf = CONTENU[::-1]
    miroir.donner("/f.csv", neuf)
    recu = lire(miroir, tmp_path)
    assert recu is not None
    assert recu.chemin.read_bytes() == neuf


def test_a_server_without_proof_starts_again(miroir: Serveur, tmp_path: Path) -> None:
    miroir.donner("/f.csv", CONTENU, couper=1_500_000, coupures=1, etag=False)
    recu = lire(miroir, tmp_path)
    assert recu is not None
    assert recu.chemin.read_bytes() == CONTENU
    assert all(d[2]["Range"] is None for d in miroir.demandes)


def test_a_busy_server_is_asked_again(miroir: Serveur, tmp_path: Path) -> None:
    miroir.donner("/f.csv", CONTENU, codes=[503, 429, 500])
    assert lire(miroir, tmp_path) is not None
    assert len(miroir.demandes) == 4


def test_a_server_always_busy_is_said(miroir: Serveur, tmp_path: Path) -> None:
    miroir.donner("/f.csv", CONTENU, codes=[503] * 9)
    with pytest.raises(SourceIndisponible, match=r"répond 503 \(127.0.0.1, 5 essais\)"):
        lire(miroir, tmp_path)


@pytest.mark.parametrize(
    ("code", "phrase"), [(404, "ne connaît pas ce fichier"), (403, "refuse l'accès"), (418, "418")]
)
def test_a_refusal_is_not_insisted_upon(miroir: Serveur, tmp_path: Path, code: int, phrase: str) -> None:
    miroir.donner("/f.csv", CONTENU, codes=[code] * 9)
    with pytest.raises(SourceIndisponible, match=phrase):
        lire(miroir, tmp_path)
    assert len(miroir.demandes) == 1


def test_a_web_page_is_not_a_file(miroir: Serveur, tmp_path: Path) -> None:
    miroir.donner("/f.csv", b"<html>Maintenance</html>", entetes={"Content-Type": "text/html; charset=utf-8"})
    with pytest.raises(SourceIndisponible, match="page web"):
        lire(miroir, tmp_path)


def test_a_file_beyond_the_limit_is_not_received(miroir: Serveur, tmp_path: Path, settings: object) -> None:
    settings.FCE_TELECHARGEMENT_MAX = 1000  # type: ignore[attr-defined]
    miroir.donner("/f.csv", CONTENU)
    with pytest.raises(SourceIndisponible, match="FCE_TELECHARGEMENT_MAX"):
        lire(miroir, tmp_path)


def test_a_full_disk_is_said_before(miroir: Serveur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reseau, "RESERVE", 1 << 60)
    miroir.donner("/f.csv", CONTENU)
    with pytest.raises(SourceIndisponible, match="Espace disque insuffisant"):
        lire(miroir, tmp_path)


def test_redirections_are_followed_inside_the_mirror_only(miroir: Serveur, tmp_path: Path) -> None:
    miroir.donner("/vrai.csv", CONTENU)
    miroir.donner("/f.csv", b"", vers="/vrai.csv")
    assert lire(miroir, tmp_path) is not None
    for vers in (
        "http://127.0.0.1:9/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "http://exemple.fr/x",
        "file:///etc",
    ):
        miroir.donner("/f.csv", b"", vers=vers)
        with pytest.raises(SourceIndisponible, match="refusée"):
            lire(miroir, tmp_path)


def test_endless_redirections_are_given_up(miroir: Serveur, tmp_path: Path) -> None:
    miroir.donner("/f.csv", b"", vers="/f.csv")
    with pytest.raises(SourceIndisponible, match="Trop de redirections"):
        lire(miroir, tmp_path)


@pytest.mark.parametrize(
    "numero",
    [
        "127.0.0.1",
        "10.0.0.4",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "::1",
        "fe80::1",
        "::ffff:10.0.0.1",
        "fd00::1",
    ],
)
def test_no_name_leads_inside(numero: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def resoudre(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", ("8.8.8.8", 443)), (0, 0, 0, "", (numero, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", resoudre)
    with pytest.raises(SourceIndisponible, match="réseau interne"):
        adresses.publiques(httpx.URL("https://exemple.fr/f.csv"))


def test_a_name_is_resolved_once_and_the_connection_goes_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    vues: list[tuple[str, str, str]] = []

    def envoyer(self: httpx.Client, requete: httpx.Request, **_: object) -> httpx.Response:
        vues.append((requete.url.host, requete.headers["Host"], requete.extensions["sni_hostname"]))
        return httpx.Response(404, request=requete)

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("93.184.216.34", 443))])
    monkeypatch.setattr(httpx.Client, "send", envoyer)
    monkeypatch.setattr(adresses, "par_un_mandataire", lambda hote: False)
    with pytest.raises(SourceIndisponible):
        recevoir("https://exemple.fr/f.csv", tmp_path / "p", None, muet)
    assert vues == [("93.184.216.34", "exemple.fr", "exemple.fr")]
