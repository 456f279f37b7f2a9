"""Files of a territory: the open one at once, those that the worker writes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.text import slugify

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.ensembles.fichiers import pages
from fce.ensembles.fichiers.formulaires import ReserveesOffertes
from fce.ensembles.fichiers.pages import GuichetDeFichiers
from fce.ensembles.territoires import fichiers, lieux
from fce.ensembles.territoires.formulaires import FormulaireDeTerritoire
from fce.socle.erreurs import ParametreInvalide
from fce.socle.web.pages import parametres_sans
from fce.socle.web.routes import Qui, Surface, Voie, acces


@acces(Qui.AGENT, voie=Voie.FICHIER, surface=Surface.CSV)
def export(request: RequeteConnectee, genre: str, code: str) -> HttpResponseBase:
    """The establishments that fit the open filters, as a CSV file of open columns."""
    lecteur = lecteur_de(request, Droit.EXPORTER)
    choisi = lieux.trouver(genre, code, lecteur)
    if request.GET.getlist("colonnes"):
        raise ParametreInvalide(fichiers.A_DEMANDER)
    selection = FormulaireDeTerritoire.de(lecteur, request.GET).selection(request.GET)
    return pages.envoyer_aussitot(fichiers.FICHIERS_DE_TERRITOIRE, _marque(choisi), fichiers.ouvert(choisi, selection))


@acces(Qui.AGENT, ("GET", "POST"), surface=Surface.LISTE)
def demander(request: RequeteConnectee, genre: str, code: str) -> HttpResponse:
    """The form that asks the worker for a file of what the page filters, sorts and shows."""
    lecteur = lecteur_de(request, Droit.EXPORTER)
    choisi = lieux.trouver(genre, code, lecteur)
    choix = parametres_sans(request.GET, "page", "fait", "actualiser")
    selection = FormulaireDeTerritoire.de(lecteur, choix).selection(choix)
    lignes = fichiers.compter(lecteur, choisi, selection)
    fichiers.exiger_taille(lignes, fichiers.OUVERTS_MAX)
    reservees = ReserveesOffertes(
        "Les faits de vos sources que la page montre.",
        partial(fichiers.ouvre, choisi, choix),
        exigees=bool(selection.mesures_utilisees),
    )
    guichet = replace(_guichet(choisi), lignes=lignes, choix=choix.urlencode(), reservees=reservees)
    return pages.demander(request, lecteur, guichet)


def ouvrir(request: RequeteConnectee, genre: str, code: str) -> tuple[LecteurDeDonnees, GuichetDeFichiers]:
    """The reader, and what he asks files of. Raises Introuvable, GesteRefuse."""
    lecteur = lecteur_de(request, Droit.EXPORTER)
    return lecteur, _guichet(lieux.trouver(genre, code, lecteur))


def _guichet(choisi: lieux.TerritoireChoisi) -> GuichetDeFichiers:
    origine, titre = {"genre": choisi.genre, "code": choisi.code}, f"« {choisi.nom} »"
    return GuichetDeFichiers(fichiers.FICHIERS_DE_TERRITOIRE, origine, titre, _marque(choisi))


def _marque(choisi: lieux.TerritoireChoisi) -> str:
    return f"{choisi.genre}-{slugify(choisi.code)}"
