"""The page of the rule of gravity, made from the declarations in force."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fce.fiche.lecture.gravite import regle
from fce.socle.web.routes import Qui, acces
from fce.sources.presentation import Gravite


@acces(Qui.TOUS)
def gravite(request: HttpRequest) -> HttpResponse:
    dites = regle()
    return render(request, "fiche/gravite.html", {
        "graves": dites[Gravite.GRAVE], "a_voir": dites[Gravite.A_VOIR], "ordinaires": dites[Gravite.ORDINAIRE],
    })  # fmt: skip
