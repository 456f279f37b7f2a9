"""``/signaler/<siren>`` and ``/signalements``: only signed-in accounts report, each sees the state of his own."""

from django import forms
from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from fce.comptes.requete import RequeteConnectee
from fce.portail.dirigeant.selectors import demande_de, nomme, noms, siren_saisi
from fce.portail.models import TEXTE_MAX
from fce.portail.signalements import selectors, services
from fce.socle import faits
from fce.socle.faits import revenir
from fce.socle.gestes import FAIT, tenter
from fce.socle.routes import Qui, acces

faits.declarer({"signalement-envoye": "Le signalement est envoyé."})


class FormulaireSignalement(forms.Form):
    """What is wrong, and where. ``source``: the data set from which the reader came, when he came from one."""

    rubrique = forms.ChoiceField(label="Rubrique", choices=lambda: list(selectors.proposees().items()))
    texte = forms.CharField(
        label="Ce qui est faux",
        max_length=TEXTE_MAX,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=f"Dites ce que la fiche montre et ce qu’elle devrait montrer, en {TEXTE_MAX} signes au plus. "
        "N’écrivez aucune donnée réservée ni le nom d’une personne.",
        error_messages={"required": "Dites ce qui est faux."},
    )
    source = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)


@acces(Qui.CONNECTE, ("GET", "POST"))
def signaler(request: RequeteConnectee, siren: str) -> HttpResponse:
    """Report an error on the sheet of a company."""
    moi, numero = request.compte, siren_saisi(siren)
    if numero != siren:
        return HttpResponsePermanentRedirect(reverse("portail:signaler", args=[numero]))
    if not selectors.peut_signaler(moi, siren):
        return _pas_encore(request, siren)
    depart = {nom: request.GET.get(nom, "")[:100] for nom in ("rubrique", "source")}
    formulaire = FormulaireSignalement(request.POST if request.method == "POST" else None, initial=depart)
    status = 200
    if request.method == "POST":
        status = tenter(formulaire, "texte", lambda: services.signaler(moi, siren, **formulaire.cleaned_data))
        if status == FAIT:
            return revenir(reverse("portail:signalements"), "signalement-envoye")
    contexte = {
        "siren": siren,
        "nom": noms([siren])[siren],
        "formulaire": formulaire,
        "source": selectors.titre_de_source(str(formulaire["source"].value() or "")),
    }
    return render(request, "portail/signalements/signaler.html", contexte, status=status)


def _pas_encore(request: RequeteConnectee, siren: str) -> HttpResponse:
    """Refuse, and say the way on: one click when the register names the reader."""
    contexte = {
        "siren": siren,
        "nom": noms([siren])[siren],
        "nomme": nomme(request.compte, siren),
        "demande": demande_de(request.compte, siren),
    }
    return render(request, "portail/signalements/pas_encore.html", contexte, status=403)


@acces(Qui.CONNECTE)
def miens(request: RequeteConnectee) -> HttpResponse:
    """One's reports and their answers."""
    return render(request, "portail/signalements/miens.html", {"vus": selectors.siens(request.compte)})
