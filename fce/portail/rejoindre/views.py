"""``/rejoindre``: for an institution that could connect, what it brings and gets, the way, and where each stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fce.portail.rejoindre import selectors
from fce.portail.rejoindre.etapes import CONSIGNES
from fce.socle.routes import Qui, acces


@acces(Qui.TOUS)
def chemin(request: HttpRequest) -> HttpResponse:
    """The way from a first contact to data in place, and the institutions that are on it."""
    contexte = {
        "consignes": [(etape.label, consigne) for etape, consigne in CONSIGNES.items()],
        "vus": selectors.raccordements_publies(),
        "documents": selectors.documents().items(),
    }
    return render(request, "portail/rejoindre/rejoindre.html", contexte)


@acces(Qui.TOUS)
def institution(request: HttpRequest, cle: str) -> HttpResponse:
    """What an institution would bring: its data sets, the articles that allow the exchange, the first use."""
    document = selectors.document(cle)
    producteur = selectors.PRODUCTEURS[cle]
    contexte = {
        "document": document,
        "nom": selectors.PARTENAIRES[cle],
        "producteur": producteur,
        "jeux": selectors.jeux().get(producteur, ()),
    }
    return render(request, "portail/rejoindre/partenaire.html", contexte)
