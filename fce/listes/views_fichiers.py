"""Files of a list, for who has the right to export; and the reserved alarms of a page of its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from fce.comptes.requete import RequeteConnectee
from fce.droits.demande import lecteur_de
from fce.droits.lecteur import LecteurDeDonnees
from fce.entreprises.colonnes_ouvertes import ColonneOuverte
from fce.fiche.alarmes_de_liste import alarmes_de
from fce.listes import exports, fichiers, pages_de_fichier, selectors
from fce.listes.acces import consigner, consigner_en_fichier, exiger_export, trouver
from fce.listes.colonnes import choisies
from fce.listes.formulaires import FormulaireFiltreDeListe
from fce.listes.models import FichierDeListe, ListeDeTravail
from fce.listes.pages_de_fichier import GuichetDeFichiers
from fce.listes.views import adresse_de_la_fiche, dire_le_numero
from fce.socle.erreurs import ParametreInvalide
from fce.socle.exports import XLSX, lignes_csv, telecharger_csv
from fce.socle.routes import Qui, Surface, Voie, acces


@dataclass(frozen=True, slots=True)
class _Fichier:
    """The numbers of the lines of a file, in order, and its columns."""

    liste: ListeDeTravail
    ordre: Sequence[int]
    colonnes: Mapping[str, ColonneOuverte]


@acces(Qui.AGENT, voie=Voie.FICHIER, surface=Surface.CSV)
def csv(request: RequeteConnectee, numero: int) -> HttpResponseBase:
    """The lines of a list as the page filters, sorts and shows them, all pages together."""
    voulu = _preparer(request, numero)
    rangees = exports.rangees(voulu.liste, voulu.ordre, voulu.colonnes)
    nom = f"{exports.nom_de_fichier(voulu.liste)}.csv"
    return telecharger_csv(nom, lignes_csv(exports.entetes(voulu.colonnes), rangees))


@acces(Qui.AGENT, voie=Voie.FICHIER, surface=Surface.XLSX)
def xlsx(request: RequeteConnectee, numero: int) -> HttpResponseBase:
    voulu = _preparer(request, numero)
    contenu = exports.ecrire_le_classeur(voulu.liste, voulu.ordre, voulu.colonnes)
    nom = f"{exports.nom_de_fichier(voulu.liste)}.xlsx"
    return FileResponse(contenu, as_attachment=True, filename=nom, content_type=XLSX)


@acces(Qui.AGENT, ("GET", "POST"), surface=Surface.LISTE)
def demander(request: RequeteConnectee, numero: int) -> HttpResponse:
    """The form that asks the worker for a file of the lines that the page filters and sorts."""
    lecteur, guichet, liste = _guichet(request, numero)
    exiger_export(lecteur, liste)
    return pages_de_fichier.demander(request, lecteur, guichet)


@acces(Qui.AGENT, surface=Surface.LISTE)
def fichier(request: RequeteConnectee, numero: int, fichier: int) -> HttpResponse:
    """A file asked for: how far it is, then where to download it."""
    lecteur, guichet, _ = _guichet(request, numero)
    return pages_de_fichier.montrer(request, lecteur, guichet, fichier)


@acces(Qui.AGENT, voie=Voie.FRAGMENT, surface=Surface.FRAGMENT)
def avancement(request: RequeteConnectee, numero: int, fichier: int) -> HttpResponse:
    lecteur, guichet, _ = _guichet(request, numero)
    return pages_de_fichier.avancement(request, lecteur, guichet, fichier)


@acces(Qui.AGENT, voie=Voie.FICHIER)
def contenu(request: RequeteConnectee, numero: int, fichier: int) -> HttpResponse:
    """The file, already in the journal."""
    lecteur, guichet, liste = _guichet(request, numero)
    exiger_export(lecteur, liste)
    return pages_de_fichier.envoyer(lecteur, guichet, fichier)


@acces(Qui.AGENT, surface=Surface.LISTE)
def alertes(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Reserved alarms of the companies of one page of a list, under the rights of the sheet of each."""
    lecteur = lecteur_de(request)
    ouverte = trouver(lecteur, numero)
    vue = selectors.page_de_lignes(ouverte.liste, FormulaireFiltreDeListe(request.GET).filtre, request.GET.get("page"))
    consigner(lecteur, ouverte.liste, [lue.ligne.numero for lue in vue.lues])
    lues = alarmes_de([lue.ligne.numero for lue in vue.lues], lecteur)
    contexte: dict[str, Any] = {
        "liste": ouverte.liste,
        "alarmes": lues,
        "lignes": [
            (
                lue.nom,
                dire_le_numero(lue.ligne.numero),
                adresse_de_la_fiche(lue.ligne.numero) if lue.vue else "",
                siennes,
            )
            for lue in vue.lues
            if (siennes := lues.par_numero.get(lue.ligne.numero, ()))
        ],
        "retour": f"{reverse('listes:liste', args=[numero])}?{request.GET.urlencode()}".rstrip("?"),
    }
    reponse = render(request, "listes/alertes.html", contexte)
    reponse["Cache-Control"] = "no-store"
    return reponse


def _guichet(request: RequeteConnectee, numero: int) -> tuple[LecteurDeDonnees, GuichetDeFichiers, ListeDeTravail]:
    lecteur = lecteur_de(request)
    liste = trouver(lecteur, numero).liste
    choix = request.GET.copy()
    for nom in ("page", "fait", "actualiser"):
        choix.pop(nom, None)
    lignes = len(selectors.toutes_les_lignes(liste, FormulaireFiltreDeListe(choix).filtre))
    guichet = GuichetDeFichiers(
        FichierDeListe, {"liste_id": liste.pk}, "listes:liste", exports.TACHE, f"la liste {liste.marque}",
        liste.marque, lignes, choix.urlencode(),
    )  # fmt: skip
    return lecteur, guichet, liste


def _preparer(request: RequeteConnectee, numero: int) -> _Fichier:
    """Check the right to export, then journal every line, before the first byte. Raises Introuvable, GesteRefuse,
    ParametreInvalide (too many lines), JournalIndisponible, VolumeDepasse."""
    lecteur = lecteur_de(request)
    liste = trouver(lecteur, numero).liste
    ordre = selectors.toutes_les_lignes(liste, FormulaireFiltreDeListe(request.GET).filtre)
    if len(ordre) > fichiers.AUSSITOT:
        raise ParametreInvalide(fichiers.TROP_LONG)
    numeros = liste.lignes.values_list("numero", flat=True)
    consigner_en_fichier(lecteur, liste, (numeros.filter(pk__in=lot) for lot in exports.lots(ordre)))
    return _Fichier(liste, ordre, choisies(request.GET.getlist("colonnes")))
