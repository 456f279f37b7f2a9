"""``/rejoindre``: for institutions that may connect: benefits, steps, progress of others."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fce.service.portail.rejoindre import selectors
from fce.service.portail.rejoindre.etapes import CONSIGNES
from fce.socle.web.routes import Qui, acces


@acces(Qui.TOUS)
def chemin(request: HttpRequest) -> HttpResponse:
    """Show the steps and the institutions that follow them."""
    contexte = {
        "consignes": [(etape.label, consigne) for etape, consigne in CONSIGNES.items()],
        "vus": selectors.raccordements_publies(),
        "documents": selectors.documents().items(),
    }
    return render(request, "portail/rejoindre/rejoindre.html", contexte)


@acces(Qui.TOUS)
def institution(request: HttpRequest, cle: str) -> HttpResponse:
    """Show what an institution would bring: data sets, legal basis, first use."""
    document = selectors.document(cle)
    producteur = selectors.PRODUCTEURS[cle]
    contexte = {
        "document": document,
        "nom": selectors.PARTENAIRES[cle],
        "producteur": producteur,
        "jeux": selectors.jeux().get(producteur, ()),
    }
    return render(request, "portail/rejoindre/partenaire.html", contexte)
