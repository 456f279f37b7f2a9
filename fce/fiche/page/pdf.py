"""Makes a tagged PDF (PDF/UA-1) of a page, with WeasyPrint (ADR 0035). Only our own static files are read, and nothing
from the network.

WeasyPrint is imported on first use: it takes time and memory, and needs Pango, which a server may lack.
"""

from __future__ import annotations

from functools import cache
from mimetypes import guess_type
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders

from fce.socle.erreurs import PdfIndisponible

ORIGINE: Final = "https://fce.invalid"
"""Base of relative addresses; no such host exists."""
IMAGE: Final = "data:image/"


def octets(html: str) -> bytes:
    """The PDF of a page. Raises PdfIndisponible, and ValueError when the page refers to a forbidden file."""
    html_de, lecteur = _moteur()
    from weasyprint.urls import FatalURLFetchingError

    document = html_de(string=html, base_url=ORIGINE, url_fetcher=lecteur, media_type="print")
    try:
        produit: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as erreur:  # a BaseException, so no handler of a page would catch it
        raise ValueError(str(erreur)) from erreur
    return produit


def exiger() -> None:
    """Raise PdfIndisponible when this server cannot make a PDF."""
    _moteur()


def chemin_statique(adresse: str) -> Path:
    """The static file of an address. Raises ValueError for any other address."""
    morceaux = urlsplit(adresse)
    chemin = PurePosixPath(unquote(morceaux.path))
    permise = f"{morceaux.scheme}://{morceaux.netloc}" == ORIGINE and ".." not in chemin.parts
    if not permise or not chemin.is_relative_to(settings.STATIC_URL):
        raise ValueError("adresse refusée : un PDF ne lit que nos fichiers statiques")
    trouve = finders.find(str(chemin.relative_to(settings.STATIC_URL)))
    if not isinstance(trouve, str) or not Path(trouve).is_file():
        raise ValueError("adresse refusée : ce fichier statique n’existe pas")
    return Path(trouve)


@cache
def _moteur() -> tuple[Any, Any]:
    """(class that lays a page out, reader of its files)."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except (ImportError, OSError) as erreur:
        raise PdfIndisponible(
            "Ce serveur ne sait pas faire de PDF (la bibliothèque Pango lui manque). Ouvrez la note et imprimez-la : "
            "la fenêtre d’impression sait aussi l’enregistrer en PDF."
        ) from erreur

    class Statiques(URLFetcher):
        """Reads static files and data: images only."""

        def fetch(self, url: str, headers: object = None) -> Any:
            """Content of an address. Raises ValueError, which stops the PDF."""
            if url.startswith(IMAGE):
                return super().fetch(url)
            fichier = chemin_statique(url)
            genre = guess_type(fichier.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, fichier.read_bytes(), {"Content-Type": genre})

    return HTML, Statiques(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
