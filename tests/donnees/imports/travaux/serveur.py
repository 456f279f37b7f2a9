"""Real HTTP server of the tests: serves, cuts, slows down or redirects as told, and records the requests."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message

from tests import serveur_http


@dataclass
class Page:
    """Answer of a path. ``couper``: bytes after which the connection is cut, ``coupures`` times. ``codes``: statuses
    sent before the file, one per request."""

    contenu: bytes = b""
    entetes: dict[str, str] = field(default_factory=dict)
    codes: list[int] = field(default_factory=list)
    couper: int = 0
    coupures: int = 0
    etag: bool = True
    reprise: bool = True
    vers: str = ""


@dataclass
class Serveur:
    adresse: str
    pages: dict[str, Page] = field(default_factory=dict)
    demandes: list[tuple[str, str, Message]] = field(default_factory=list)
    corps: list[bytes] = field(default_factory=list)
    """Bodies received; ``pages``: answers by path, whatever the method."""

    def donner(self, chemin: str, contenu: bytes, **options: object) -> Page:
        page = Page(contenu, **options)  # type: ignore[arg-type]
        self.pages[chemin] = page
        return page


class Guichet(serveur_http.Guichet):
    etat: Serveur
    protocol_version = "HTTP/1.1"

    def _repondre(self) -> None:
        self.etat.demandes.append((self.command, self.path, self.headers))
        if longueur := int(self.headers.get("Content-Length") or 0):
            self.etat.corps.append(self.rfile.read(longueur))
        page = self.etat.pages.get(self.path.partition("?")[0]) or self.etat.pages.get(self.path)
        if page is None:
            return self._dire(404, b"")
        if page.codes:
            return self._dire(page.codes.pop(0), b"", page.entetes)
        if page.vers:
            return self._dire(302, b"", {"Location": page.vers})
        etag = f'"{hashlib.sha256(page.contenu).hexdigest()[:16]}"' if page.etag else ""
        if etag and self.headers.get("If-None-Match") == etag:
            return self._dire(304, b"", {"ETag": etag})
        entetes = page.entetes | ({"ETag": etag} if etag else {})
        debut = 0
        portee = self.headers.get("Range", "")
        if page.reprise and portee and self.headers.get("If-Range") == etag:
            debut = int(portee.removeprefix("bytes=").rstrip("-"))
            total = len(page.contenu)
            entetes["Content-Range"] = f"bytes {debut}-{total - 1}/{total}"
        return self._dire(206 if debut else 200, page.contenu[debut:], entetes, page)

    do_GET = do_POST = do_PUT = _repondre

    def _dire(self, code: int, corps: bytes, entetes: dict[str, str] | None = None, page: Page | None = None) -> None:
        self.send_response(code)
        for nom, valeur in (entetes or {}).items():
            self.send_header(nom, valeur)
        if code != 304:
            self.send_header("Content-Length", str(len(corps)))
        self.end_headers()
        if page and page.coupures:
            page.coupures -= 1
            self.wfile.write(corps[: page.couper])
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
            return
        self.wfile.write(corps)


@contextmanager
def serveur() -> Iterator[Serveur]:
    etat = Serveur("")
    with serveur_http.en_marche(serveur_http.Serveur(type("GuichetDe", (Guichet,), {"etat": etat}))) as lance:
        etat.adresse = lance.adresse
        yield etat
