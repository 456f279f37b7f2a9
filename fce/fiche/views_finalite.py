"""Choose the purpose of one's readings."""

from django.http import HttpResponse
from django.shortcuts import redirect

from fce.droits.comptes.oidc.retour import adresse_sure
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.erreurs import FinaliteRefusee
from fce.droits.habilitations.politique import Raison
from fce.droits.habilitations.requete import lecteur_de_la_page
from fce.fiche.lecture import finalites
from fce.socle.web.routes import Qui, acces


@acces(Qui.AGENT, ("POST",))
def finalite(request: RequeteConnectee) -> HttpResponse:
    """Keep a purpose held by the agent's habilitations, and return to the page that asked for it."""
    compte = request.compte
    lecteur = lecteur_de_la_page(request)
    code = request.POST.get("finalite", "")[:60]
    if code not in {f.code for f in finalites.possibles(lecteur.acteur, lecteur)}:
        lecteur.noter_refus(Raison.FINALITE_NON_ACCORDEE)
        raise FinaliteRefusee("Votre habilitation ne comprend pas cette finalité : choisissez-en une de la liste.")
    finalites.retenir(request, compte, code)
    return redirect(adresse_sure(request.POST.get("suite", "")))
