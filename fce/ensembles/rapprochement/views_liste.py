"""Keeping what a table found as a list of an agent or of a service."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.requete import lecteur_de
from fce.ensembles.listes import services as listes
from fce.ensembles.listes.acces import services_d_ecriture
from fce.ensembles.listes.models import ListeDeTravail
from fce.ensembles.listes.objets import LISTE
from fce.ensembles.listes.saisies import NON_RECONNUES_MAX
from fce.ensembles.rapprochement import lectures
from fce.ensembles.rapprochement.formulaires import FormulaireListeDuTableau
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.routes import Qui, acces


@acces(Qui.AGENT, ("GET", "POST"))
def garder(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Make a list of the numbers found, for the reader alone or for one of his services. Raises ParametreInvalide while
    the table is being read."""
    sien = lectures.trouver_fini(request.compte, numero)
    lecteur = lecteur_de(request)
    lecteur.exiger(LISTE)
    depart = {"nom": sien.nom}
    formulaire = FormulaireListeDuTableau(services_d_ecriture(lecteur), envoi_de(request), initial=depart)

    def faire() -> ListeDeTravail:
        numeros = lectures.numeros_trouves(sien, fermes=formulaire.cleaned_data["fermes"])
        non_reconnues = lectures.non_trouvees(sien, NON_RECONNUES_MAX)
        return listes.creer(lecteur, numeros=numeros, non_reconnues=non_reconnues, **formulaire.cadre)

    envoi = tenter(formulaire, faire)
    if envoi.fait:
        return revenir(reverse("listes:liste", args=[envoi.rendu.pk]), "liste-creee")
    contexte = {"tableau": sien, "formulaire": formulaire, "nombre": len(lectures.numeros_trouves(sien, fermes=False))}
    return render(request, "rapprochement/liste.html", contexte, status=envoi.status)
