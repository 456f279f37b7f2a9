"""« Donner mon avis »: anonymous feedback from readers, signed in or not."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve

from fce.droits.comptes.requete import compte_de
from fce.service.portail.models import TEXTE_MAX, RetourUtilisateur
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import FCEError
from fce.socle.web.evenements import signaler
from fce.socle.web.formulaires import ChampLong
from fce.socle.web.portes import Encombrement, Porte
from fce.socle.web.routes import Qui, acces


class TropDAvis(FCEError):
    """Too much feedback from one reader, or from all."""

    status = 429
    code = "trop_de_demandes"


PORTE: Final = Porte("avis")


NOTE_MAX: Final = 10
_EVENEMENTS: Final = {
    RetourUtilisateur.Trouve.OUI: "avis_aide",
    RetourUtilisateur.Trouve.EN_PARTIE: "avis_aide_en_partie",
    RetourUtilisateur.Trouve.NON: "avis_aide_pas",
}


class FormulaireAvis(forms.Form):
    trouve = forms.ChoiceField(
        label="Cette page vous a-t-elle aidé ?",
        choices=RetourUtilisateur.Trouve.choices,
        widget=forms.RadioSelect,
    )
    recommandation = forms.TypedChoiceField(
        label="Recommanderiez-vous ce service à un collègue ?",
        choices=[("", "Sans réponse"), *((str(n), str(n)) for n in range(NOTE_MAX + 1))],
        required=False,
        coerce=int,
        empty_value=None,
        help_text=f"De 0 (pas du tout) à {NOTE_MAX} (sans hésiter).",
    )
    texte = ChampLong(
        "Ce qui vous a manqué, ou plu",
        "N’écrivez ni nom, ni donnée réservée : l’équipe du service lira ce texte.",
        lignes=6,
        required=False,
        max_length=TEXTE_MAX,
    )
    page = forms.RegexField(r"^[a-z0-9:_-]{1,60}$", required=False, widget=forms.HiddenInput)


@acces(Qui.TOUS, ("GET", "POST"))
def avis(request: HttpRequest) -> HttpResponse:
    """Show the form, or record the feedback."""
    if request.method != "POST":
        formulaire = FormulaireAvis(initial={"page": _venu_de(request)})
        return render(request, "portail/avis.html", {"formulaire": formulaire, "merci": "merci" in request.GET})
    formulaire = FormulaireAvis(request.POST)
    if not formulaire.is_valid():
        return render(request, "portail/avis.html", {"formulaire": formulaire, "merci": False}, status=400)
    compte = compte_de(request)
    match PORTE.prendre(compte.identifiant if compte else "", getattr(request, "adresse_ip", "")):
        case Encombrement.LECTEUR:
            raise TropDAvis("Vous avez déjà donné plusieurs avis : merci. Réessayez plus tard.", retry_after=3600)
        case Encombrement.TOUS:
            raise TropDAvis("Trop d’avis ont été donnés aujourd’hui : réessayez demain.", retry_after=86_400)
    dit = formulaire.cleaned_data
    with ecriture():
        RetourUtilisateur.objects.create(
            trouve=dit["trouve"],
            recommandation=dit["recommandation"],
            texte=dit["texte"].strip(),
            page=dit["page"],
            lecteur=compte.genre if compte else "anonyme",
        )
        signaler(_EVENEMENTS[dit["trouve"]])
        if dit["recommandation"] is not None:
            signaler("avis_note", valeur=dit["recommandation"])
    return redirect("/avis?merci=1")


def _venu_de(request: HttpRequest) -> str:
    """Name of the page that the reader comes from, if it is one of ours (Referer)."""
    origine = urlsplit(request.headers.get("Referer", "")[:2000])
    return nom_de_page(origine.path) if origine.netloc == request.get_host() else ""


def nom_de_page(chemin: str) -> str:
    """Return the route name of a path, without its arguments (the company); "" when unknown."""
    try:
        return resolve(chemin).view_name or ""
    except Resolver404:
        return ""
