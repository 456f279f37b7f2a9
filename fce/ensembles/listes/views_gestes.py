"""Actions on a list and its lines."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges.acces import services_nommes, services_pourvus
from fce.ensembles.fichiers.models import CHOIX_MAX
from fce.ensembles.listes import selectors, services
from fce.ensembles.listes.acces import consigner, trouver
from fce.ensembles.listes.formulaires import (
    CHOIX_ILLISIBLE,
    FormulaireFiltreDeListe,
    FormulaireLigne,
    FormulaireModificationDeListe,
    FormulaireNumeros,
    FormulairePartage,
)
from fce.ensembles.listes.models import EtatLigne, LigneDeListe
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte.pliage import lire_entier
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.references import numero_de
from fce.socle.web.routes import Qui, Surface, acces

RETIRER: Final = "retirer"
CHOIX_CHANGE: Final = "La liste a changé depuis que vous l’avez lue : relisez votre choix, puis recommencez."


@acces(Qui.AGENT, ("GET", "POST"))
def modifier(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Name, tags and note of a list; after a conflict, the page says what is there now and keeps what was typed."""
    lecteur = lecteur_de(request)
    en_place = trouver(lecteur, numero).exiger_modifiable()
    depart = {
        "nom": en_place.nom,
        "etiquettes": ", ".join(en_place.etiquettes),
        "note": en_place.note,
        "version": en_place.version,
    }
    formulaire = FormulaireModificationDeListe(envoi_de(request), initial=depart)
    envoi = tenter(formulaire, lambda: services.modifier(lecteur, numero, **formulaire.cleaned_data))
    if envoi.fait:
        return _vers(numero, "liste-modifiee")
    if envoi.status == 409:
        formulaire.relire(en_place.version)
    consigner(lecteur, en_place, ())
    contexte = {"liste": en_place, "formulaire": formulaire, "conflit": envoi.status == 409}
    return render(request, "listes/modification.html", contexte, status=envoi.status)


@acces(Qui.AGENT, ("POST",))
def garder(request: RequeteConnectee, numero: int) -> HttpResponse:
    services.garder(lecteur_de(request), numero)
    return _vers(numero, "liste-gardee")


@acces(Qui.AGENT, ("POST",))
def effacer(request: RequeteConnectee, numero: int) -> HttpResponse:
    services.effacer(lecteur_de(request), numero, lire_entier(request.POST.get("version", "")))
    return revenir(reverse("listes:listes"), "liste-supprimee")


@acces(Qui.AGENT, ("POST",))
def noter_lecture(request: RequeteConnectee, numero: int) -> HttpResponse:
    services.noter_lecture(lecteur_de(request), numero)
    return _vers(numero, "liste-vue")


@acces(Qui.AGENT, ("POST",))
def oublier(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Forget the pasted lines that are no number."""
    services.oublier_les_non_reconnues(lecteur_de(request), numero)
    return _vers(numero, "liste-modifiee")


@acces(Qui.AGENT, ("GET", "POST"))
def partager(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Who else reads or works a list of my service; ``geste`` « arreter » ends a share."""
    lecteur = lecteur_de(request)
    liste = trouver(lecteur, numero).exiger_modifiable()
    permis = services_pourvus(lecteur.aujourd_hui, Droit.CONSULTER).exclude(pk__in=filter(None, [liste.service_id]))
    formulaire = FormulairePartage(permis, envoi_de(request))
    if request.POST.get("geste") == "arreter":
        services.partager(lecteur, numero, lire_entier(request.POST.get("service", "")), "")
        return _vers(numero, "liste-modifiee")

    def faire() -> None:
        services.partager(lecteur, numero, formulaire.cleaned_data["service"].pk, formulaire.cleaned_data["droit"])

    envoi = tenter(formulaire, faire, "service")
    if envoi.fait:
        return _vers(numero, "liste-partagee")
    consigner(lecteur, liste, ())
    partages = [(s, "la lit") for s in services_nommes(liste.lecteurs)]
    partages += [(s, "la lit et la travaille") for s in services_nommes(liste.travailleurs)]
    contexte = {"liste": liste, "formulaire": formulaire, "partages": partages}
    return render(request, "listes/partage.html", contexte, status=envoi.status)


@acces(Qui.AGENT, ("GET", "POST"))
def ajouter(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Numbers typed or pasted."""
    lecteur = lecteur_de(request)
    liste = trouver(lecteur, numero).exiger_modifiable()
    formulaire = FormulaireNumeros(envoi_de(request))

    def faire() -> int:
        return services.ajouter(lecteur, numero, formulaire.cleaned_data["numeros"], formulaire.non_reconnues).ajoutees

    envoi = tenter(formulaire, faire, "numeros")
    if envoi.fait:
        return revenir(reverse("listes:liste", args=[numero]), "lignes-ajoutees", envoi.rendu)
    consigner(lecteur, liste, ())
    return render(request, "listes/ajout.html", {"liste": liste, "formulaire": formulaire}, status=envoi.status)


@acces(Qui.AGENT, ("POST",))
def traiter(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Set the state of the ticked lines, or of all those of the filter, or remove them; then the same page again."""
    lecteur = lecteur_de(request)
    ouverte = trouver(lecteur, numero)
    suite = _suite(request)
    if request.POST.get("toutes"):
        choisies = selectors.toutes_les_lignes(ouverte.liste, FormulaireFiltreDeListe(suite).filtre)
        if len(choisies) != lire_entier(request.POST.get("nombre", "")):
            raise ParametreInvalide(CHOIX_CHANGE)
    else:
        choisies = [numero_de(LigneDeListe, dite) for dite in request.POST.getlist("ligne")[: selectors.PAR_PAGE]]
    if not choisies:
        raise ParametreInvalide("Cochez au moins une ligne de la liste, puis recommencez.")
    geste = request.POST.get("geste", "")
    if geste == RETIRER:
        combien = services.retirer(lecteur, numero, choisies)
    elif geste in EtatLigne.values:
        combien = services.marquer(lecteur, numero, choisies, EtatLigne(geste))
    else:
        raise ParametreInvalide("Choisissez ce qu’il faut faire de ces lignes.")
    page = f"{reverse('listes:liste', args=[numero])}?{suite.urlencode()}".rstrip("?")
    return revenir(page, "lignes-retirees" if geste == RETIRER else "lignes-traitees", combien)


@acces(Qui.AGENT, ("GET", "POST"), surface=Surface.LISTE)
def ligne(request: RequeteConnectee, numero: int, ligne: int) -> HttpResponse:
    """State and note of one line; after a conflict, the page says what is there now and keeps what was typed."""
    lecteur = lecteur_de(request)
    liste = trouver(lecteur, numero).exiger_modifiable()
    en_place = liste.lignes.filter(pk=ligne).first()
    if en_place is None:
        raise Introuvable(services.LIGNE_INCONNUE)
    depart = {"etat": en_place.etat, "note": en_place.note, "version": en_place.version}
    formulaire = FormulaireLigne(envoi_de(request), initial=depart)
    envoi = tenter(formulaire, lambda: services.annoter(lecteur, numero, ligne, **formulaire.cleaned_data))
    if envoi.fait:
        return _vers(numero, "ligne-enregistree")
    if envoi.status == 409:
        formulaire.relire(en_place.version)
    consigner(lecteur, liste, [en_place.numero])
    (decrite,) = selectors.decrire([en_place])
    contexte = {
        "liste": liste,
        "ligne": en_place,
        "decrite": decrite,
        "formulaire": formulaire,
        "conflit": envoi.status == 409,
    }
    return render(request, "listes/ligne.html", contexte, status=envoi.status)


def _suite(request: RequeteConnectee) -> QueryDict:
    """The choice of the page that a gesture came from. Raises ParametreInvalide rather than cut a filter off."""
    dite = request.POST.get("suite", "")
    if len(dite) > CHOIX_MAX:
        raise ParametreInvalide(CHOIX_ILLISIBLE)
    return QueryDict(dite)


def _vers(numero: int, fait: str) -> HttpResponseRedirect:
    return revenir(reverse("listes:liste", args=[numero]), fait)
