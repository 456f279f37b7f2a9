"""Files of a territory: the open one at once, those that the worker writes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.text import slugify

from fce.comptes.requete import RequeteConnectee
from fce.droits.demande import lecteur_de
from fce.droits.finalites import Droit
from fce.droits.lecteur import LecteurDeDonnees
from fce.listes import pages_de_fichier
from fce.listes.formulaires_fichiers import ReserveesOffertes
from fce.listes.pages_de_fichier import GuichetDeFichiers
from fce.socle import paris
from fce.socle.erreurs import ParametreInvalide
from fce.socle.exports import lignes_csv, telecharger_csv
from fce.socle.routes import Qui, Surface, Voie, acces
from fce.territoires import fichiers, lieux
from fce.territoires.models import FichierDeTerritoire
from fce.territoires.ouvertures import ouvertures
from fce.territoires.selectors import derniere_preparation


@acces(Qui.AGENT, voie=Voie.FICHIER, surface=Surface.CSV)
def export(request: RequeteConnectee, genre: str, code: str) -> StreamingHttpResponse:
    """The establishments that fit the open filters, as a CSV file of open columns."""
    lecteur = lecteur_de(request, Droit.EXPORTER)
    lu = lieux.trouver(genre, code, lecteur)
    if request.GET.getlist("colonnes"):
        raise ParametreInvalide(fichiers.A_DEMANDER)
    demande = fichiers.demande_de(ouvertures(lecteur, derniere_preparation()), request.GET)
    lignes = fichiers.exporter(lu, demande)
    nom = f"fce-territoire-{_marque(lu)}-{paris.aujourd_hui():%Y-%m-%d}.csv"
    return telecharger_csv(nom, lignes_csv(fichiers.ENTETES, (cellules for _, cellules in lignes)))


@acces(Qui.AGENT, ("GET", "POST"), surface=Surface.LISTE)
def demander(request: RequeteConnectee, genre: str, code: str) -> HttpResponse:
    """The form that asks the worker for a file of what the page filters, sorts and shows."""
    lecteur = lecteur_de(request, Droit.EXPORTER)
    lu = lieux.trouver(genre, code, lecteur)
    choix = request.GET.copy()
    for nom in ("page", "fait", "actualiser"):
        choix.pop(nom, None)
    demande = fichiers.demande_de(ouvertures(lecteur, derniere_preparation()), choix)
    lignes = fichiers.compter(lecteur, lu, demande)
    fichiers.exiger_taille(lignes, fichiers.OUVERTS_MAX)
    reservees = ReserveesOffertes(
        "Les faits de vos sources que la page montre.",
        partial(fichiers.ouvre, choix),
        exigees=bool(demande.mesures_utilisees),
    )
    guichet = replace(_guichet(lu), lignes=lignes, choix=choix.urlencode(), reservees=reservees)
    return pages_de_fichier.demander(request, lecteur, guichet)


@acces(Qui.AGENT, surface=Surface.LISTE)
def fichier(request: RequeteConnectee, genre: str, code: str, fichier: int) -> HttpResponse:
    """A file asked for: how far it is, then where to download it."""
    return pages_de_fichier.montrer(request, *_ouvrir(request, genre, code), fichier)


@acces(Qui.AGENT, voie=Voie.FRAGMENT, surface=Surface.FRAGMENT)
def avancement(request: RequeteConnectee, genre: str, code: str, fichier: int) -> HttpResponse:
    return pages_de_fichier.avancement(request, *_ouvrir(request, genre, code), fichier)


@acces(Qui.AGENT, voie=Voie.FICHIER)
def contenu(request: RequeteConnectee, genre: str, code: str, fichier: int) -> HttpResponse:
    """The file, already in the journal."""
    return pages_de_fichier.envoyer(*_ouvrir(request, genre, code), fichier)


def _ouvrir(request: RequeteConnectee, genre: str, code: str) -> tuple[LecteurDeDonnees, GuichetDeFichiers]:
    lecteur = lecteur_de(request, Droit.EXPORTER)
    return lecteur, _guichet(lieux.trouver(genre, code, lecteur))


def _guichet(lu: lieux.TerritoireChoisi) -> GuichetDeFichiers:
    origine, titre = {"genre": lu.genre, "code": lu.code}, f"« {lu.nom} »"
    return GuichetDeFichiers(
        FichierDeTerritoire, origine, "territoires:territoire", fichiers.TACHE_DE_TERRITOIRE, titre, _marque(lu)
    )


def _marque(lu: lieux.TerritoireChoisi) -> str:
    return f"{lu.genre}-{slugify(lu.code)}"
