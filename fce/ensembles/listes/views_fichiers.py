"""Files of a list, for who has the right to export; and the reserved alarms of a page of its lines."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.ensembles.fichiers import pages
from fce.ensembles.fichiers.models import FormatDeFichier
from fce.ensembles.fichiers.pages import GuichetDeFichiers
from fce.ensembles.fichiers.services import AUSSITOT, TROP_LONG
from fce.ensembles.listes import exports, selectors
from fce.ensembles.listes.acces import consigner, exiger_export, trouver
from fce.ensembles.listes.formulaires import FormulaireFiltreDeListe
from fce.fiche.alarmes_de_liste import alarmes_de
from fce.socle.web.pages import parametres_sans
from fce.socle.web.routes import Qui, Surface, Voie, acces


@acces(Qui.AGENT, voie=Voie.FICHIER, surface=Surface.CSV)
def csv(request: RequeteConnectee, numero: int) -> HttpResponseBase:
    """The lines of a list as the page filters, sorts and shows them, all pages together."""
    return _envoyer_aussitot(request, numero, FormatDeFichier.CSV)


@acces(Qui.AGENT, voie=Voie.FICHIER, surface=Surface.XLSX)
def xlsx(request: RequeteConnectee, numero: int) -> HttpResponseBase:
    return _envoyer_aussitot(request, numero, FormatDeFichier.XLSX)


@acces(Qui.AGENT, ("GET", "POST"), surface=Surface.LISTE)
def demander(request: RequeteConnectee, numero: int) -> HttpResponse:
    """The form that asks the worker for a file of the lines that the page filters and sorts."""
    return pages.demander(request, *ouvrir(request, numero))


@acces(Qui.AGENT, surface=Surface.LISTE)
def alertes(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Reserved alarms of the companies of one page of a list, under the rights of the sheet of each."""
    lecteur = lecteur_de(request)
    ouverte = trouver(lecteur, numero)
    vue = selectors.page_de_lignes(ouverte.liste, FormulaireFiltreDeListe(request.GET).filtre, request.GET.get("page"))
    numeros = [decrite.ligne.numero for decrite in vue.lignes]
    consigner(lecteur, ouverte.liste, numeros)
    alarmes = alarmes_de(numeros, lecteur)
    contexte: dict[str, Any] = {
        "liste": ouverte.liste,
        "alarmes": alarmes,
        "lignes": [(d, siennes) for d in vue.lignes if (siennes := alarmes.par_numero.get(d.ligne.numero, ()))],
        "retour": f"{reverse('listes:liste', args=[numero])}?{request.GET.urlencode()}".rstrip("?"),
    }
    return render(request, "listes/alertes.html", contexte)


def ouvrir(request: RequeteConnectee, numero: int) -> tuple[LecteurDeDonnees, GuichetDeFichiers]:
    """The reader, and what he asks files of. Raises Introuvable, GesteRefuse."""
    lecteur = lecteur_de(request)
    liste = trouver(lecteur, numero).liste
    choix = parametres_sans(request.GET, "page", "fait", "actualiser")
    lignes = len(selectors.toutes_les_lignes(liste, FormulaireFiltreDeListe(choix).filtre))
    return lecteur, GuichetDeFichiers(
        exports.FICHIERS_DE_LISTE,
        {"liste_id": liste.pk},
        f"la liste {liste.marque}",
        liste.marque,
        lignes,
        choix.urlencode(),
        exiger=partial(exiger_export, lecteur, liste),
    )


def _envoyer_aussitot(request: RequeteConnectee, numero: int, format_: FormatDeFichier) -> HttpResponseBase:
    lecteur = lecteur_de(request)
    liste = trouver(lecteur, numero).liste
    contenu = exports.contenu(lecteur, liste, request.GET, AUSSITOT, TROP_LONG)
    return pages.envoyer_aussitot(exports.FICHIERS_DE_LISTE, liste.marque, contenu, format_)
