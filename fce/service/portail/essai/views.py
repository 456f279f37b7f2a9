"""``/rejoindre/essai``: an agent tries a file and sees its report and a sheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from fce.donnees.imports.depots.services import deposable
from fce.donnees.publication import catalogue
from fce.droits.comptes.requete import RequeteConnectee
from fce.service.portail.depot.envoi import Guichet, guichet
from fce.service.portail.depot.views import ChampFichier
from fce.service.portail.essai import services
from fce.service.portail.essai.envoi import GuichetDEssai
from fce.service.portail.essai.services import ResultatDEssai
from fce.socle.erreurs import FCEError, Introuvable, ParametreInvalide
from fce.socle.texte.identifiants import siren_valide, siret_valide
from fce.socle.web.routes import Qui, Voie, acces
from fce.sources import registre
from fce.sources.declaration import Source


class FormulaireEssai(forms.Form):
    fichier = ChampFichier(label="Fichier à essayer", widget=forms.FileInput)
    numero = forms.CharField(
        label="SIREN ou SIRET à montrer",
        required=False,
        max_length=30,
        help_text="Un numéro de votre fichier. Sans numéro, la première unité du fichier est montrée.",
    )

    def clean_numero(self) -> str:
        numero = "".join(str(self.cleaned_data["numero"]).split())
        if numero and not (siren_valide(numero) or siret_valide(numero)):
            raise forms.ValidationError("Ce n’est ni un SIREN ni un SIRET : vérifiez le numéro.")
        return numero


@acces(Qui.AGENT)
def sources(request: RequeteConnectee) -> HttpResponse:
    """Show the data sets that accept a trial, by producer."""
    essayables = sorted(
        (s for s in registre.toutes() if deposable(s)), key=lambda s: (s.producteur.nom.casefold(), s.titre.casefold())
    )
    return render(request, "portail/essai/sources.html", {"sources": essayables})


@acces(Qui.AGENT, ("GET", "POST"), voie=Voie.DEPOT)
@csrf_exempt  # ``_essayer`` checks it, once the file has a destination
def essai(request: RequeteConnectee, nom: str) -> HttpResponse:
    """Show the form, or try a file."""
    declaree = registre.source(nom)
    if not deposable(declaree):
        raise Introuvable("Aucun fichier de cette source ne s’essaie.")
    if request.method != "POST":
        return _page(request, declaree, FormulaireEssai())
    with guichet(request, declaree, GuichetDEssai) as ouvert:
        return _essayer(request, declaree, ouvert)


@csrf_protect
def _essayer(request: HttpRequest, declaree: Source, ouvert: Guichet) -> HttpResponse:
    formulaire = FormulaireEssai(request.POST)
    valide, refus = formulaire.is_valid(), ouvert.refus
    if refus is None and ouvert.recu is None:
        refus = ParametreInvalide("Choisissez un fichier.")
    if valide and refus is None and (recu := ouvert.rendre()):
        try:
            vu = services.verifier_essai(declaree, recu, formulaire.cleaned_data["numero"])
        except FCEError as erreur:
            refus = erreur
        else:
            return _page(request, declaree, FormulaireEssai(), essai=vu)
    if refus is not None:
        formulaire.add_error("fichier", refus.message)
    return _page(request, declaree, formulaire, status=refus.status if refus else 400)


def _page(
    request: HttpRequest,
    declaree: Source,
    formulaire: FormulaireEssai,
    *,
    essai: ResultatDEssai | None = None,
    status: int = 200,
) -> HttpResponse:
    contexte: dict[str, Any] = {
        "source": declaree,
        "formulaire": formulaire,
        "format": catalogue.format_du_fichier(declaree),
        "essai": essai,
    }
    reponse = render(request, "portail/essai/essai.html", contexte, status=status)
    # Nobody keeps the file: caches must not keep the answer.
    reponse["Cache-Control"] = "no-store, private"
    return reponse
