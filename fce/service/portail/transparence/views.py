"""Views of the documents that the service publishes: their list, each as a page, each as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from fce.service.portail.pages.declaration import declaration_en_vigueur
from fce.service.portail.transparence.documents import Document, documents
from fce.socle.texte.markdown import html_de
from fce.socle.web.routes import Qui, Voie, acces


@acces(Qui.TOUS)
def transparence(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "portail/transparence/liste.html",
        {"documents": documents().values(), "declaration": declaration_en_vigueur()},
    )


@acces(Qui.TOUS)
def document(request: HttpRequest, nom: str) -> HttpResponse:
    publie = _trouver(nom)
    return render(
        request, "portail/transparence/document.html", {"document": publie, "corps": html_de(publie.corps, premier=2)}
    )


@acces(Qui.TOUS, voie=Voie.FICHIER)
def fichier(request: HttpRequest, nom: str) -> HttpResponse:
    reponse = HttpResponse(_trouver(nom).texte, content_type="text/markdown; charset=utf-8")
    reponse["Content-Disposition"] = content_disposition_header(True, f"{nom}.md") or "attachment"
    return reponse


def _trouver(nom: str) -> Document:
    """Raises Http404 for a document that is not published."""
    try:
        return documents()[nom]
    except KeyError:
        raise Http404 from None
