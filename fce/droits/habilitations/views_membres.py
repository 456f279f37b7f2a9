"""Members of a group: its managers add, suspend, remove, appoint managers, and review everyone once a year."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from fce.droits.comptes import appartenances, membres_csv
from fce.droits.comptes.erreurs import AccesRefuse, DejaFait
from fce.droits.comptes.models import Appartenance, Groupe, Invitation
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.dossiers import presentation, revue as revues, selectors, sollicitations
from fce.droits.habilitations.formulaires import FormulaireListe, FormulaireMembre
from fce.droits.habilitations.models import Sollicitation
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte.pliage import lire_entier
from fce.socle.travaux import courriel
from fce.socle.web.exports import telecharger_csv
from fce.socle.web.faits import revenir
from fce.socle.web.routes import Qui, Voie, acces

_GESTES: Final[dict[str, Callable[[Appartenance, str], None]]] = {
    "garder": appartenances.maintenir,
    "suspendre": appartenances.suspendre,
    "retirer": lambda a, par: appartenances.retirer(a, par, "retiré par un gestionnaire"),
    "nommer": lambda a, par: appartenances.designer_gestionnaire(a, True, par),
    "dessaisir": lambda a, par: appartenances.designer_gestionnaire(a, False, par),
}


@acces(Qui.AGENT)
def membres(request: RequeteConnectee, groupe: int) -> HttpResponse:
    """Members of a group, open invitations, and the form to add one, pre-filled for who asks to enter
    (``sollicitation``)."""
    gere = selectors.groupe_gere(request.compte, groupe)
    numero = lire_entier(request.GET.get("sollicitation", ""))
    faite = Sollicitation.objects.filter(pk=numero, groupe=gere).first() if numero else None
    candidat = sollicitations.candidat(faite) if faite else None
    if candidat is None:
        return _page(request, gere)
    return _page(request, gere, ajout=FormulaireMembre(initial={"courriel": candidat.courriel}), candidat=candidat)


@acces(Qui.AGENT, ("POST",))
def ajouter(request: RequeteConnectee, groupe: int) -> HttpResponse:
    """Add an agent of the same administration by address; an unknown address gets an invitation by mail."""
    compte = request.compte
    gere = selectors.groupe_gere(compte, groupe)
    formulaire = FormulaireMembre(request.POST)
    if not formulaire.is_valid():
        return _page(request, gere, ajout=formulaire)
    try:
        ajoutee = appartenances.ajouter_par_courriel(gere, par=compte.identifiant, **formulaire.cleaned_data)
    except (AccesRefuse, DejaFait, ParametreInvalide) as erreur:
        formulaire.add_error("courriel", erreur.message)
        return _page(request, gere, ajout=formulaire, status=erreur.status)
    fait = "membre-ajoute"
    if isinstance(ajoutee, Invitation):
        fait = "invitation-envoyee"
        if not courriel.actif():
            # Without a mail server, the manager passes the link on. It only works for that address.
            lien = reverse("comptes:invitation", args=[appartenances.creer_lien(ajoutee)])
            return _page(request, gere, lien=settings.FCE_ADRESSE_PUBLIQUE.rstrip("/") + lien)
    return revenir(reverse("droits:membres", args=[groupe]), fait)


@acces(Qui.AGENT, ("POST",))
def charger(request: RequeteConnectee, groupe: int) -> HttpResponse:
    """Load a list of members; refusals are reported line by line."""
    compte = request.compte
    gere = selectors.groupe_gere(compte, groupe)
    formulaire = FormulaireListe(request.POST, request.FILES)
    if not formulaire.is_valid():
        return _page(request, gere, liste=formulaire)
    try:
        bilan = membres_csv.charger(gere, formulaire.cleaned_data["liste"].read(), compte.identifiant)
    except ParametreInvalide as erreur:
        formulaire.add_error("liste", erreur.message)
        return _page(request, gere, liste=formulaire)
    return _page(request, gere, bilan=bilan)


@acces(Qui.AGENT, ("POST",))
def changer(request: RequeteConnectee, groupe: int, numero: int, geste: str) -> HttpResponse:
    """Keep, suspend, remove, appoint or dismiss one member."""
    compte = request.compte
    gere = selectors.groupe_gere(compte, groupe)
    if geste not in _GESTES:
        raise Introuvable("Ce geste n’existe pas : revenez à la liste des membres.")
    _GESTES[geste](selectors.membre(gere, numero), compte.identifiant)
    page = "droits:revue" if request.POST.get("retour") == "revue" else "droits:membres"
    try:
        selectors.groupe_gere(compte, groupe)
    except Introuvable:  # the manager has just left the group, or its management
        return redirect("droits:habilitations")
    return revenir(reverse(page, args=[groupe]), f"membre-{geste}")


@acces(Qui.AGENT, ("POST",))
def annuler(request: RequeteConnectee, groupe: int, numero: int) -> HttpResponse:
    compte = request.compte
    gere = selectors.groupe_gere(compte, groupe)
    appartenances.annuler(get_object_or_404(Invitation, pk=numero, groupe=gere), compte.identifiant)
    return revenir(reverse("droits:membres", args=[groupe]), "invitation-annulee")


@acces(Qui.AGENT)
def revue(request: RequeteConnectee, groupe: int) -> HttpResponse:
    """The yearly review: members, rights, last use; one click keeps or removes."""
    gere = selectors.groupe_gere(request.compte, groupe)
    dossiers = revues.en_vigueur(gere)
    contexte = {
        "groupe": gere,
        "revus": revues.a_revoir(gere, dossiers),
        "dossiers": [{"dossier": d, "mots": presentation.en_mots(d)} for d in dossiers],
    }
    return render(request, "droits/revue.html", contexte)


@acces(Qui.AGENT, ("POST",), voie=Voie.FICHIER)
def exporter(request: RequeteConnectee, groupe: int) -> StreamingHttpResponse:
    """The review as CSV. A POST, because the export is recorded."""
    compte = request.compte
    gere = selectors.groupe_gere(compte, groupe)
    return telecharger_csv(f"revue-groupe-{gere.pk}.csv", revues.exporter(gere, compte.identifiant))


def _page(request: HttpRequest, groupe: Groupe, status: int = 0, **autres: Any) -> HttpResponse:
    contexte = {
        "groupe": groupe,
        "membres": selectors.membres(groupe),
        "invitations": selectors.attendus(groupe),
        "ajout": FormulaireMembre(),
        "liste": FormulaireListe(),
        "lien": "",
        "bilan": None,
        **autres,
    }
    fautif = any(isinstance(f, FormulaireMembre | FormulaireListe) and f.errors for f in autres.values())
    return render(request, "droits/membres.html", contexte, status=status or (400 if fautif else 200))
