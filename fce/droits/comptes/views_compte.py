"""Pages of one's account: identity, sessions, invitations, request to join."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from fce.droits.comptes import appartenances, cumuls, demandes, menu, selectors, services
from fce.droits.comptes.administration import administration_de, motif
from fce.droits.comptes.erreurs import AdministrationRequise
from fce.droits.comptes.models import Appartenance, DemandeOuverture
from fce.droits.comptes.requete import RequeteConnectee
from fce.socle.web.formulaires import ChampLong
from fce.socle.web.jetons import empreinte
from fce.socle.web.offres import BARRE
from fce.socle.web.routes import Qui, Surface, Voie, acces


@acces(Qui.CONNECTE)
def compte(request: RequeteConnectee) -> HttpResponse:
    moi = request.compte
    contexte = {
        "motif": motif(moi),
        "cumul": cumuls.motif(moi),
        "appartenances": list(
            Appartenance.objects.select_related("groupe__organisation").filter(compte=moi, fin=None).order_by("id")
        ),
        "demandes": list(DemandeOuverture.objects.filter(compte=moi)[:20]),
        "sessions": [
            {"session": s, "numero": s.empreinte[:16], "courante": s.empreinte == empreinte(_cle(request))}
            for s in selectors.sessions_de(moi)
        ],
    }
    return render(request, "comptes/compte.html", contexte)


@acces(Qui.CONNECTE, voie=Voie.FRAGMENT, surface=Surface.FRAGMENT)
def attentes(request: RequeteConnectee) -> HttpResponse:
    """How many things wait behind each entry of the bar, read apart from the page that shows it."""
    barre = menu.entrees_offertes(request, request.compte)[BARRE]
    comptees = [(e.route, e.attend[0](request), e.attend[1]) for e, _ in barre if e.attend]
    return render(request, "cadre/_attentes.html", {"comptees": comptees})


@acces(Qui.CONNECTE, ("POST",))
def finir_session(request: RequeteConnectee, numero: str) -> HttpResponse:
    services.finir_session(request.compte, numero)
    return redirect("comptes:compte")


@acces(Qui.CONNECTE, ("POST",))
def finir_les_autres(request: RequeteConnectee) -> HttpResponse:
    services.finir_les_autres(request.compte, empreinte(_cle(request)))
    return redirect("comptes:compte")


@acces(Qui.AGENT, ("GET", "POST"))
def invitation(request: RequeteConnectee, secret: str) -> HttpResponse:
    """Show an invitation, or join its group."""
    if request.method == "POST":
        appartenances.accepter(secret, request.compte)
        return redirect("comptes:compte")
    return render(request, "comptes/invitation.html", {"groupe": appartenances.groupe_invitant(secret)})


class FormulaireDemande(forms.Form):
    """An administration's request to join. ``connue``: its name when the account has one, in which case the form does
    not ask."""

    organisme = forms.CharField(
        label="Nom de votre administration",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    service = forms.CharField(label="Service", max_length=200)
    profil = forms.CharField(
        label="Métier",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    besoin = ChampLong(
        "Ce dont vous avez besoin, et le texte de loi qui le fonde", lignes=6, max_length=4000, min_length=20
    )

    def __init__(self, *arguments: Any, connue: str, **nommes: Any) -> None:
        super().__init__(*arguments, **nommes)
        if connue:
            del self.fields["organisme"]


@acces(Qui.AGENT, ("GET", "POST"))
def demande(request: RequeteConnectee) -> HttpResponse:
    moi = request.compte
    if not administration_de(moi):
        raise AdministrationRequise(motif(moi))
    formulaire = FormulaireDemande(request.POST or None, connue=moi.organisme)
    if request.method == "POST" and formulaire.is_valid():
        faite = demandes.deposer(moi, **{"organisme": moi.organisme} | formulaire.cleaned_data)
        return redirect(f"{reverse('comptes:compte')}#demande-{faite.pk}")
    return render(request, "comptes/demande.html", {"formulaire": formulaire}, status=400 if formulaire.errors else 200)


def _cle(request: HttpRequest) -> str:
    return request.session.session_key or ""
