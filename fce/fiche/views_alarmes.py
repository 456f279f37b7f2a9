"""The alarms that an agent requests beside a list of companies: filled into it, or on a page of their own.

Beside an establishment, they are those of its company, and marked so.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from fce.fiche.alarmes_de_liste import alarmes_de
from fce.fiche.demande import lecteur_de
from fce.recherche import selectors as recherche
from fce.recherche.requete import Requete
from fce.socle.routes import Qui, Surface, acces


@acces(Qui.AGENT, surface=Surface.RECHERCHE)
def alarmes_de_liste(request: HttpRequest) -> HttpResponse:
    """Reserved alarms of the companies of a page of results; with htmx, under each name."""
    requete = Requete.depuis(request.GET)
    trouves = recherche.rechercher(requete)
    if trouves.redirection:
        return HttpResponseRedirect(trouves.redirection)
    lecteur = lecteur_de(request)
    lues = alarmes_de([r.entreprise.siren for r in trouves.resultats], lecteur)
    etablissements = requete.vue == "etablissements"
    contexte = {
        "alarmes": lues,
        "resultats": [
            (
                r,
                r.etablissement.siret if etablissements and r.etablissement else r.entreprise.siren,
                lues.par_siren.get(r.entreprise.siren, ()),
            )
            for r in trouves.resultats
        ],
        "etablissements": etablissements,
        "retour": f"{reverse('recherche:resultats')}?{request.GET.urlencode()}",
    }
    fragment = bool(getattr(request, "htmx", None))
    reponse = render(request, "fiche/_alarmes_de_liste.html" if fragment else "fiche/alarmes_de_liste.html", contexte)
    reponse["Cache-Control"] = "no-store"
    patch_vary_headers(reponse, ["HX-Request"])
    return reponse
