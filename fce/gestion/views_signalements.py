"""``/gestion/signalements``: the reports, read and answered by the team of the service."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render

from fce.comptes.mandats import Mandats
from fce.comptes.requete import RequeteConnectee
from fce.gestion.files import file_par_etat
from fce.portail.models import TEXTE_MAX, Signalement
from fce.portail.signalements import selectors, services
from fce.socle.gestes import FAIT, tenter
from fce.socle.routes import Qui, acces

_MANDATS = (Mandats.EQUIPE,)


class FormulaireReponse(forms.Form):
    """What the author will read."""

    reponse = forms.CharField(
        label="Réponse",
        max_length=TEXTE_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="L’auteur la lit dans « Mes signalements » ; un courriel l’en prévient.",
        error_messages={"required": "Écrivez la réponse : l’auteur la lira dans « Mes signalements »."},
    )


@acces(Qui.MANDAT, mandats=_MANDATS)
def file(request: RequeteConnectee) -> HttpResponse:
    """The reports in a state, those to answer by default."""
    contexte = file_par_etat(request, Signalement, Signalement.Etat, Signalement.Etat.NOUVEAU)
    return render(request, "gestion/signalements.html", {**contexte, "vus": selectors.vus(contexte["page"])})


@acces(Qui.MANDAT, ("GET", "POST"), mandats=_MANDATS)
def reponse(request: RequeteConnectee, numero: int) -> HttpResponse:
    """One report: answer it."""
    signalement, status = selectors.signalement(numero), 200
    formulaire = FormulaireReponse(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        par = request.compte.identifiant
        status = tenter(
            formulaire,
            "reponse",
            lambda: services.repondre(signalement, reponse=formulaire.cleaned_data["reponse"], par=par),
        )
        if status == FAIT:
            return redirect("gestion:signalement", numero)
    (vu,) = selectors.vus([signalement])
    return render(request, "gestion/signalement.html", {"vu": vu, "formulaire": formulaire}, status=status)
