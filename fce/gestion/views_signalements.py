"""``/gestion/signalements``: the reports, read and answered by the team of the service."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from fce.comptes.mandats import Mandats
from fce.comptes.requete import RequeteConnectee
from fce.portail.models import TEXTE_MAX, Signalement
from fce.portail.signalements import selectors, services
from fce.socle.erreurs import FCEError
from fce.socle.routes import Qui, acces

PAR_PAGE = 30
MANDATS = (Mandats.EQUIPE,)


class FormulaireReponse(forms.Form):
    """What the author will read."""

    reponse = forms.CharField(
        label="Réponse",
        max_length=TEXTE_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="L’auteur la lit dans « Mes signalements » ; un courriel l’en prévient.",
        error_messages={"required": "Écrivez la réponse : l’auteur la lira dans « Mes signalements »."},
    )


@acces(Qui.MANDAT, mandats=MANDATS)
def file(request: RequeteConnectee) -> HttpResponse:
    """The reports in a state: those to answer by default, the oldest first."""
    etats = dict(Signalement.Etat.choices)
    etat = request.GET.get("etat", "")
    etat = etat if etat in etats else str(Signalement.Etat.NOUVEAU)
    ordre = "id" if etat == Signalement.Etat.NOUVEAU else "-id"
    page = Paginator(Signalement.objects.filter(etat=etat).order_by(ordre), PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {"page": page, "vus": selectors.vus(page), "etat": etat, "etats": etats.items()}
    return render(request, "gestion/signalements.html", contexte)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=MANDATS)
def reponse(request: RequeteConnectee, numero: int) -> HttpResponse:
    """One report: answer it."""
    signalement = selectors.signalement(numero)
    formulaire = FormulaireReponse(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 400
        if formulaire.is_valid():
            try:
                services.repondre(
                    signalement, reponse=formulaire.cleaned_data["reponse"], par=request.compte.identifiant
                )
            except FCEError as erreur:
                formulaire.add_error("reponse", erreur.message)
                status = erreur.status
            else:
                return redirect("gestion:signalement", numero)
    (vu,) = selectors.vus([signalement])
    contexte = {"vu": vu, "formulaire": formulaire}
    return render(request, "gestion/signalement.html", contexte, status=status)
