"""``/gestion/rattachements``: the requests of company heads, read and decided by the team of the service."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from fce.comptes.mandats import Mandats
from fce.comptes.models import Rattachement
from fce.comptes.requete import RequeteConnectee
from fce.portail.dirigeant import selectors, services
from fce.portail.dirigeant.rapprochement import Rapprochement
from fce.socle.erreurs import FCEError, ParametreInvalide
from fce.socle.routes import Qui, acces

PAR_PAGE = 30
MANDATS = (Mandats.EQUIPE,)


class FormulaireDecision(forms.Form):
    """What is told to the person, by mail too."""

    motif = forms.CharField(
        label="Réponse",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Nécessaire pour refuser ou mettre fin. La personne la lira ; n’y écrivez rien du registre.",
    )


@acces(Qui.MANDAT, mandats=MANDATS)
def file(request: RequeteConnectee) -> HttpResponse:
    """The requests in a state, those to decide by default, the oldest first."""
    etats = dict(Rattachement.Etat.choices)
    etat = request.GET.get("etat", "")
    etat = etat if etat in etats else str(Rattachement.Etat.DEMANDE)
    ordre = "id" if etat == Rattachement.Etat.DEMANDE else "-id"
    tous = Rattachement.objects.select_related("compte").filter(etat=etat).order_by(ordre)
    page = Paginator(tous, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {"page": page, "lies": selectors.lies(list(page)), "etat": etat, "etats": etats.items()}
    return render(request, "gestion/rattachements.html", contexte)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=MANDATS)
def decision(request: RequeteConnectee, numero: int) -> HttpResponse:
    """One request: accept, refuse, end."""
    rattachement = selectors.rattachement(numero)
    formulaire = FormulaireDecision(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 400
        if formulaire.is_valid():
            try:
                _decider(request, rattachement, formulaire.cleaned_data["motif"])
            except FCEError as erreur:
                formulaire.add_error("motif", erreur.message)
                status = erreur.status
            else:
                return redirect("gestion:rattachement", numero)
    (lie,) = selectors.lies([rattachement])
    contexte = {
        "lie": lie,
        "r": rattachement,
        "constat": dict(Rapprochement.choices).get(rattachement.rapprochement, "non fait"),
        "formulaire": formulaire,
    }
    return render(request, "gestion/rattachement.html", contexte, status=status)


def _decider(request: RequeteConnectee, rattachement: Rattachement, motif: str) -> None:
    par, geste = request.compte.identifiant, request.POST.get("geste")
    if geste == "finir":
        services.terminer(rattachement, motif=motif, par=par)
    elif geste in ("valider", "refuser"):
        services.decider(rattachement, valide=geste == "valider", motif=motif, par=par)
    else:
        raise ParametreInvalide("Choisissez de valider, de refuser ou de mettre fin.")
