"""``/gestion/rattachements``: requests of company heads, decided by the team."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render

from fce.droits.comptes.models import Rattachement
from fce.droits.comptes.requete import RequeteConnectee
from fce.service.gestion.files import file_par_etat
from fce.service.gestion.views import EQUIPE
from fce.service.portail.dirigeant import selectors, services
from fce.service.portail.dirigeant.etats import RATTACHEMENTS
from fce.service.portail.dirigeant.rapprochement import Rapprochement
from fce.socle.erreurs import ParametreInvalide
from fce.socle.web.formulaires import ChampLong
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.routes import Qui, acces


class FormulaireDecision(forms.Form):
    """The reason, which the person also receives by mail."""

    motif = ChampLong(
        "Réponse",
        "Nécessaire pour refuser ou mettre fin. La personne la lira ; n’y écrivez rien du registre.",
        required=False,
        max_length=500,
    )


@acces(Qui.MANDAT, mandats=EQUIPE)
def file(request: RequeteConnectee) -> HttpResponse:
    contexte = file_par_etat(request, Rattachement.objects.all(), Rattachement.Etat, Rattachement.Etat.DEMANDE)
    return render(request, "gestion/rattachements.html", {**contexte, "lies": selectors.lies(list(contexte["page"]))})


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def decider(request: RequeteConnectee, numero: int) -> HttpResponse:
    rattachement, formulaire = selectors.rattachement(numero), FormulaireDecision(envoi_de(request))
    geste, par = request.POST.get("geste", ""), request.compte.identifiant
    envoi = tenter(formulaire, lambda: _decider(rattachement, geste, formulaire.cleaned_data["motif"], par), "motif")
    if envoi.fait:
        return redirect("gestion:rattachement", numero)
    (lie,) = selectors.lies([rattachement])
    contexte = {
        "lie": lie,
        "r": rattachement,
        "constat": dict(Rapprochement.choices).get(rattachement.rapprochement, "non fait"),
        "formulaire": formulaire,
    }
    return render(request, "gestion/rattachement.html", contexte, status=envoi.status)


def _decider(rattachement: Rattachement, geste: str, motif: str, par: str) -> None:
    if geste not in RATTACHEMENTS.gestes:
        raise ParametreInvalide("Choisissez de valider, de refuser ou de mettre fin.")
    services.changer(rattachement, geste, motif=motif, par=par)
