"""``/depot``: for data officers, whose mandate names their producers."""

import datetime
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from fce.donnees.imports.depots import selectors as depots
from fce.donnees.imports.depots.deposants import Responsable
from fce.donnees.imports.models import Depot
from fce.donnees.publication import catalogue
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.comptes.selectors import mandats_de
from fce.service.portail.depot import selectors, services
from fce.service.portail.depot.envoi import Guichet, guichet
from fce.socle.erreurs import FCEError, ParametreInvalide
from fce.socle.texte import paris
from fce.socle.web.exports import lignes_csv, telecharger_csv
from fce.socle.web.faits import revenir
from fce.socle.web.formulaires import ChampJour, ChampLong
from fce.socle.web.pages import page_de
from fce.socle.web.routes import Qui, Voie, acces
from fce.sources.declaration import Source

_MANDATS = (Mandats.DEPOT,)


class ChampFichier(forms.FileField):
    """``envoi.Guichet`` reads the file; this field only shows itself and its error."""

    def clean(self, data: Any, initial: Any = None) -> None:
        return None


class FormulaireDepot(forms.Form):
    """A file, and the date of its data when the file does not give it."""

    date_metier = ChampJour(
        label="Date des données",
        required=False,
        help_text="Seulement si le fichier ne la dit pas.",
    )
    fichier = ChampFichier(label="Fichier", widget=forms.FileInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A wrong date is refused by the browser before the file is sent.
        self.fields["date_metier"].widget.attrs["max"] = paris.aujourd_hui().isoformat()

    def clean_date_metier(self) -> datetime.date | None:
        jour: datetime.date | None = self.cleaned_data["date_metier"]
        if jour and jour > paris.aujourd_hui():
            raise forms.ValidationError("La date des données ne peut pas être dans le futur.")
        return jour


class FormulaireForcage(forms.Form):
    """Reason to publish despite a threshold."""

    motif = ChampLong(
        "Pourquoi publier malgré le refus",
        "Le motif est gardé avec la version publiée.",
        min_length=10,
        max_length=500,
        error_messages={"required": "Dites pourquoi : le motif est gardé avec la version publiée."},
    )


@acces(Qui.MANDAT, mandats=_MANDATS)
def accueil(request: RequeteConnectee) -> HttpResponse:
    return render(request, "portail/depot/accueil.html", {"sources": selectors.sources(responsable(request))})


@acces(Qui.MANDAT, ("GET", "POST"), mandats=_MANDATS, voie=Voie.DEPOT)
@csrf_exempt  # ``_recevoir`` checks it, once the file has a destination
def source(request: RequeteConnectee, nom: str) -> HttpResponse:
    """Show a source and its deposits, or receive a file."""
    qui = responsable(request)
    declaree = selectors.source(qui, nom)
    if request.method == "POST":
        with guichet(request, declaree) as ouvert:
            return _recevoir(request, qui, declaree, ouvert)
    return _page_source(request, qui, declaree, FormulaireDepot())


@csrf_protect
def _recevoir(request: HttpRequest, qui: Responsable, declaree: Source, ouvert: Guichet) -> HttpResponse:
    formulaire = FormulaireDepot(request.POST)
    valide, refus = formulaire.is_valid(), ouvert.refus
    if refus is None and ouvert.recu is None:
        refus = ParametreInvalide("Choisissez un fichier.")
    if valide and refus is None and (recu := ouvert.rendre()):
        try:
            depose = services.deposer(qui, declaree, recu, formulaire.cleaned_data["date_metier"])
        except FCEError as erreur:
            refus = erreur
        else:
            return redirect("portail:depot-rapport", declaree.nom, depose.pk)
    if refus is not None:
        formulaire.add_error("fichier", refus.message)
    return _page_source(request, qui, declaree, formulaire, status=refus.status if refus else 400)


@acces(Qui.MANDAT, mandats=_MANDATS)
def rapport(request: RequeteConnectee, nom: str, numero: int) -> HttpResponse:
    qui = responsable(request)
    return _page_depot(request, qui, selectors.depot(qui, nom, numero))


@acces(Qui.MANDAT, mandats=_MANDATS, voie=Voie.FICHIER)
def quarantaine(request: RequeteConnectee, nom: str, numero: int) -> StreamingHttpResponse:
    qui = responsable(request)
    depot = selectors.depot(qui, nom, numero)
    lignes = lignes_csv(("ligne", "colonne", "valeur", "motif"), depots.quarantaine(qui, depot))
    return telecharger_csv(f"quarantaine-{depot.pk}.csv", lignes)


@acces(Qui.MANDAT, ("POST",), mandats=_MANDATS)
def verifier(request: RequeteConnectee, nom: str, numero: int) -> HttpResponse:
    return _faire(services.verifier, request, nom, numero)


def _faire(
    geste: Callable[[Responsable, Depot], object], request: RequeteConnectee, nom: str, numero: int
) -> HttpResponse:
    """Do something to a deposit and show it; if it is refused, show it as it now is, with the reason."""
    qui = responsable(request)
    depot = selectors.depot(qui, nom, numero)
    try:
        geste(qui, depot)
    except FCEError as erreur:
        return _page_depot(request, qui, selectors.depot(qui, nom, numero), erreur=erreur)
    return redirect("portail:depot-rapport", nom, numero)


@acces(Qui.MANDAT, ("POST",), mandats=_MANDATS)
def publier(request: RequeteConnectee, nom: str, numero: int) -> HttpResponse:
    qui = responsable(request)
    depot = selectors.depot(qui, nom, numero)
    forcage = FormulaireForcage(request.POST) if selectors.vu(qui, depot).forcable else None
    if forcage is not None and not forcage.is_valid():
        return _page_depot(request, qui, depot, forcage=forcage)
    try:
        services.publier(qui, depot, forcage.cleaned_data["motif"] if forcage else "")
    except FCEError as erreur:
        return _page_depot(request, qui, selectors.depot(qui, nom, numero), erreur=erreur)
    return revenir(reverse("portail:depot-rapport", args=[nom, numero]), "depot-publie")


@acces(Qui.MANDAT, ("POST",), mandats=_MANDATS)
def abandonner(request: RequeteConnectee, nom: str, numero: int) -> HttpResponse:
    return _faire(services.abandonner, request, nom, numero)


@acces(Qui.MANDAT, ("POST",), mandats=_MANDATS)
def revenir_en_arriere(request: RequeteConnectee, nom: str) -> HttpResponse:
    """Restore the previous version, if the current one is still the one shown."""
    qui = responsable(request)
    declaree = selectors.source(qui, nom)
    depuis = request.POST.get("depuis", "")
    try:
        if not (depuis.isascii() and depuis.isdigit() and len(depuis) < 19):
            raise ParametreInvalide("Rouvrez cette page avant de revenir à la version d’avant.")
        services.revenir(qui, declaree, int(depuis))
    except FCEError as erreur:
        return _page_source(request, qui, declaree, FormulaireDepot(), erreur=erreur)
    return redirect("portail:depot-source", nom)


def _page_source(
    request: HttpRequest,
    qui: Responsable,
    declaree: Source,
    formulaire: FormulaireDepot,
    *,
    erreur: FCEError | None = None,
    status: int = 200,
) -> HttpResponse:
    etat = catalogue.etat(declaree.nom)
    page = page_de(request, depots.depots(qui).filter(source=declaree.nom).defer("rapport"), selectors.PAR_PAGE)
    contexte = {
        "source": declaree,
        "ligne": catalogue.ligne(etat, comptee=True) if etat else None,
        "precedent": etat.precedent if etat else None,
        "retirable": depots.retirable(qui, declaree),
        "formulaire": formulaire,
        "format": catalogue.format_du_fichier(declaree),
        "taille_max": settings.FCE_DEPOT_TAILLE_MAX,
        "page": page,
        "depots": [selectors.vu(qui, depot) for depot in page],
        "erreur": erreur,
    }
    return render(request, "portail/depot/source.html", contexte, status=erreur.status if erreur else status)


def _page_depot(
    request: HttpRequest,
    qui: Responsable,
    depot: Depot,
    *,
    erreur: FCEError | None = None,
    forcage: FormulaireForcage | None = None,
) -> HttpResponse:
    contexte = {
        "vu": selectors.vu(qui, depot),
        "depot": depot,
        "source": selectors.source(qui, depot.source),
        "rapport": selectors.rapport(qui, depot),
        "forcage": forcage or FormulaireForcage(),
        "erreur": erreur,
    }
    status = erreur.status if erreur else 400 if forcage is not None else 200
    return render(request, "portail/depot/depot.html", contexte, status=status)


def responsable(request: RequeteConnectee) -> Responsable:
    """Return the data officer, with the producers of his current mandates."""
    compte = request.compte
    return Responsable(compte.identifiant, frozenset(mandats_de(compte).get(Mandats.DEPOT, ())))
