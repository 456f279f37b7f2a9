"""How a table is read, shown and changed before its rows are looked for."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from fce.droits.comptes.requete import RequeteConnectee
from fce.ensembles.rapprochement import lectures, services
from fce.ensembles.rapprochement.formulaires import lire_le_choix
from fce.ensembles.rapprochement.models import TableauRapproche
from fce.ensembles.rapprochement.reconnaissance import LectureDeTableau
from fce.socle.erreurs import ParametreInvalide
from fce.socle.web.routes import Qui, acces


@acces(Qui.AGENT, ("POST",))
def choisir_la_lecture(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Look for the rows as they were shown; another choice is shown first."""
    sien = lectures.trouver(request.compte, numero)
    if not sien.total:
        choisie, vue = lire_le_choix(request.POST, services.feuilles_de(sien))
        if not vue or request.POST.get("geste") != "chercher":
            return montrer(request, sien, choisie)
        try:
            services.commencer(request.compte, numero, choisie)
        except ParametreInvalide as erreur:
            return montrer(request, sien, choisie, erreur)
    return redirect("rapprochement:tableau", numero)


def montrer(
    request: RequeteConnectee,
    tableau: TableauRapproche,
    choisie: LectureDeTableau | None = None,
    erreur: ParametreInvalide | None = None,
) -> HttpResponse:
    """The page of a table whose author has not agreed yet with how it is read."""
    contexte = {"tableau": tableau, "erreur": erreur, **lectures.montrer_la_lecture(tableau, choisie)}
    return render(request, "rapprochement/lecture.html", contexte, status=erreur.status if erreur else 200)
