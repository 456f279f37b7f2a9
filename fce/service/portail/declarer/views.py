"""``/declarer``: an agent describes a file in five steps; two people of the team sign, and it lives."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from fce.donnees.declarations import forme, services, sortie
from fce.donnees.declarations.exploration import Exploration, FormeDuFichier, explorer
from fce.donnees.declarations.models import DeclarationDeSource
from fce.donnees.declarations.proposition import commencer
from fce.donnees.declarations.selectors import exploration_de
from fce.donnees.imports.depots import reception
from fce.droits.comptes.requete import RequeteConnectee, compte_de
from fce.service.portail.declarer import apercu as apercus, selectors
from fce.service.portail.declarer.formulaire_dit import FormulaireDit
from fce.service.portail.declarer.formulaires import FormulaireColonnes, FormulaireFichier, FormulaireLecteurs
from fce.service.portail.depot.envoi import Guichet, guichet
from fce.service.portail.essai.envoi import GuichetDEssai, TropDEssais
from fce.socle.erreurs import FCEError, ParametreInvalide
from fce.socle.web.compteurs import Limite, partages
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import envoi_de
from fce.socle.web.routes import Qui, Voie, acces

_APERCUS: Final = Limite("apercus", 60, 3600)


class FormulaireSignature(forms.Form):
    """The differences from the version in force are signed again, not only its columns."""

    confirme = forms.BooleanField(label="J’ai relu qui lit chaque colonne, ce qui change et ce qui s’ouvre")


@acces(Qui.AGENT, ("GET", "POST"), voie=Voie.DEPOT)
@csrf_exempt  # ``_recevoir`` checks it, once the file has a destination
def accueil(request: RequeteConnectee) -> HttpResponse:
    """Show the declarations of the account, or start one from a file."""
    if request.method == "POST":
        with guichet(request, None, GuichetDEssai) as ouvert:
            return _recevoir(request, None, ouvert)
    return _page_accueil(request, FormulaireFichier(nouveau=True))


@acces(Qui.AGENT, ("GET", "POST"), voie=Voie.DEPOT)
@csrf_exempt  # ``_recevoir`` checks it, once the file has a destination
def fichier(request: RequeteConnectee, nom: str) -> HttpResponse:
    """Show what the file holds, or read another one."""
    ecrite = selectors.declaration(request.compte, nom, pour_ecrire=request.method == "POST")
    if request.method == "POST":
        with guichet(request, None, GuichetDEssai) as ouvert:
            return _recevoir(request, ecrite, ouvert)
    vue = exploration_de(ecrite)
    return _page(request, ecrite, "fichier", FormulaireFichier(vue=vue), vue=vue)


@csrf_protect
def _recevoir(request: HttpRequest, ecrite: DeclarationDeSource | None, ouvert: Guichet) -> HttpResponse:
    avant = exploration_de(ecrite) if ecrite else None
    formulaire = FormulaireFichier(request.POST, vue=avant, nouveau=ecrite is None)
    valide, refus = formulaire.is_valid(), ouvert.refus
    if refus is None and ouvert.recu is None:
        refus = ParametreInvalide("Choisissez un fichier.")
    if valide and refus is None and (recu := ouvert.rendre()):
        try:
            vue = _explorer(recu, formulaire.choix)
            compte = compte_de(request)
            assert compte is not None  # noqa: S101  the view requires an agent
            ecrite = ecrite or services.ouvrir_brouillon(formulaire.cleaned_data["nom"], compte)
            services.garder(ecrite, commencer(ecrite.contenu, vue), 1 if vue.detection.refus else 2, vue)
        except FCEError as erreur:
            refus = erreur
        else:
            return redirect("portail:declarer-fichier", ecrite.nom)
    if refus is not None:
        formulaire.add_error("fichier", refus.message)
    status = refus.status if refus else 400
    if ecrite is None:
        return _page_accueil(request, formulaire, status)
    return _page(request, ecrite, "fichier", formulaire, vue=avant, status=status)


def _explorer(recu: reception.DepotRecu, choix: FormeDuFichier) -> Exploration:
    try:
        return explorer(reception.chemin(recu.dossier, recu.nom), choix)
    finally:
        reception.effacer(recu.dossier)


@acces(Qui.AGENT, ("GET", "POST"))
def colonnes(request: RequeteConnectee, nom: str) -> HttpResponse:
    return _etape(request, nom, "colonnes", FormulaireColonnes)


@acces(Qui.AGENT, ("GET", "POST"))
def lecteurs(request: RequeteConnectee, nom: str) -> HttpResponse:
    return _etape(request, nom, "lecteurs", FormulaireLecteurs)


@acces(Qui.AGENT, ("GET", "POST"))
def presentation(request: RequeteConnectee, nom: str) -> HttpResponse:
    return _etape(request, nom, "presentation", FormulaireDit)


def _etape(request: RequeteConnectee, nom: str, etape: str, fabrique: Callable[..., Any]) -> HttpResponse:
    """Show a step, or keep it and go on. The last one is judged as a ``source.py`` would be, once it is kept."""
    ecrite = selectors.declaration(request.compte, nom, pour_ecrire=request.method == "POST")
    vue, rang = exploration_de(ecrite), list(selectors.ETAPES).index(etape)
    if not ecrite.ouverte or vue is None or ecrite.etape < rang + 1:
        return redirect("portail:declarer-fichier" if ecrite.ouverte else "portail:declarer-signatures", nom)
    formulaire = fabrique(envoi_de(request), ecrite.contenu, vue)
    if request.method != "POST":
        return _page(request, ecrite, etape, formulaire, vue=vue)
    if not formulaire.is_valid():
        return _page(request, ecrite, etape, formulaire, vue=vue, status=400)
    try:
        services.garder(ecrite, formulaire.dire(), rang + 2)
        if etape == "presentation":
            forme.construire(ecrite.contenu)
    except FCEError as erreur:
        formulaire.add_error(None, f"Gardé en brouillon. {erreur.message}")
        return _page(request, ecrite, etape, formulaire, vue=vue, status=erreur.status)
    suivante = "apercu" if etape == "presentation" else list(selectors.ETAPES)[rang + 1]
    return redirect(f"portail:declarer-{etape if 'brouillon' in request.POST else suivante}", nom)


@acces(Qui.AGENT, voie=Voie.FICHIER)
def apercu(request: RequeteConnectee, nom: str) -> HttpResponse:
    """Show the block that each reader would see on the sheet of a unit of the file."""
    ecrite = selectors.declaration(request.compte, nom)
    if (vue := exploration_de(ecrite)) is None:
        return redirect("portail:declarer-signatures", nom)
    contexte: dict[str, Any] = {"unites": apercus.unites(vue), "numero": request.GET.get("numero", "")}
    try:
        if partages().prendre(request.compte.identifiant, _APERCUS, 1, time.time()):
            raise TropDEssais("Vous avez demandé soixante aperçus en une heure : recommencez plus tard.")
        connus = [numero for numero, _, _ in contexte["unites"]]
        numero = contexte["numero"] if contexte["numero"] in connus else next(iter(connus), "")
        contexte["apercu"] = apercus.apercevoir(ecrite.contenu, vue, numero)
    except FCEError as erreur:
        return _page(request, ecrite, "presentation", None, gabarit="apercu", erreur=erreur, **contexte)
    return _page(request, ecrite, "presentation", None, gabarit="apercu", **contexte)


@acces(Qui.AGENT, ("GET", "POST"))
def signatures(request: RequeteConnectee, nom: str) -> HttpResponse:
    """Show what is to be signed and by whom, or sign."""
    ecrite = selectors.declaration(request.compte, nom)
    verdict = selectors.verdict(request.compte, ecrite)
    formulaire = FormulaireSignature(envoi_de(request))
    if request.method == "POST" and formulaire.is_valid():
        try:
            services.signer(ecrite, request.compte, verdict.comme)
            return revenir(f"/declarer/{nom}/signatures", "declaration-signee")
        except FCEError as erreur:
            formulaire.add_error(None, erreur.message)
    statut = 400 if formulaire.is_bound else 200
    sienne = selectors.ecrit(request.compte, ecrite)
    return _page(request, ecrite, "signatures", formulaire, verdict=verdict, status=statut, ecrit=sienne)


@acces(Qui.AGENT, ("POST",))
def retirer(request: RequeteConnectee, nom: str) -> HttpResponse:
    services.retirer(selectors.declaration(request.compte, nom, pour_ecrire=True), request.compte)
    return revenir("/declarer", "declaration-retiree")


@acces(Qui.AGENT, ("POST",))
def version(request: RequeteConnectee, nom: str) -> HttpResponse:
    """Open the draft of the next version."""
    selectors.declaration(request.compte, nom, pour_ecrire=True)
    services.ouvrir_brouillon(nom, request.compte)
    return redirect("portail:declarer-fichier", nom)


@acces(Qui.AGENT)
def exporter(request: RequeteConnectee, nom: str, fichier: str) -> HttpResponse:
    """The declaration as JSON, or as the ``source.py`` that a catalogue would hold."""
    contenu = selectors.declaration(request.compte, nom).contenu
    en_json = fichier == "declaration.json"
    texte = (
        json.dumps(contenu, ensure_ascii=False, indent=1) if en_json else sortie.en_source_py(forme.construire(contenu))
    )
    genre = "application/json" if en_json else "text/x-python; charset=utf-8"
    return HttpResponse(texte, content_type=genre, headers={"Content-Disposition": f'attachment; filename="{fichier}"'})


def _page_accueil(request: HttpRequest, formulaire: FormulaireFichier, status: int = 200) -> HttpResponse:
    compte = compte_de(request)
    connues = selectors.declarations(compte) if compte else []
    contexte = {"declarations": connues, "formulaire": formulaire}
    return render(request, "portail/declarer/accueil.html", contexte, status=status)


def _page(
    request: HttpRequest,
    ecrite: DeclarationDeSource,
    etape: str,
    formulaire: object,
    *,
    gabarit: str = "",
    erreur: FCEError | None = None,
    status: int = 200,
    **autres: Any,
) -> HttpResponse:
    contexte = {
        "declaration": ecrite,
        "etapes": selectors.etapes(ecrite, etape),
        "formulaire": formulaire,
        "erreur": erreur,
        **autres,
    }
    return render(
        request, f"portail/declarer/{gabarit or etape}.html", contexte, status=erreur.status if erreur else status
    )
