"""Pages of a file that the worker writes: asked for, followed while it is written, downloaded. Lists, reconciled tables
and territories give theirs the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django_htmx.http import HttpResponseClientRefresh

from fce.droits.erreurs import GesteRefuse
from fce.droits.lecteur import LecteurDeDonnees
from fce.fiche.colonnes_de_liste import RIEN_D_OUVERT
from fce.listes import fichiers
from fce.listes.formulaires_fichiers import ALERTES, FormulaireFichier, ReserveesOffertes
from fce.listes.models import CHOIX_MAX, FichierDemande, FormatDeFichier
from fce.socle import actualisation, paris
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.exports import XLSX
from fce.socle.faits import revenir
from fce.socle.gestes import FAIT, tenter

TYPES = {FormatDeFichier.CSV: "text/csv; charset=utf-8", FormatDeFichier.XLSX: XLSX}


@dataclass(frozen=True, slots=True)
class GuichetDeFichiers:
    """The list, table or territory that files are asked of.

    ``modele``: of its files; ``origine``: their fields that say what they are of, in the order of the arguments of its
    routes; ``page``: route of its page, whose namespace is that of the pages of its files; ``titre``: « la liste
    KX3F7A »; ``marque``: in the name of a file; ``lignes``: of the choice; ``choix``: filter, as in the address of its
    page; ``reservees``: columns that may be added.
    """

    modele: type[FichierDemande]
    origine: Mapping[str, int | str]
    page: str
    tache: str
    titre: str
    marque: str
    lignes: int = 0
    choix: str = ""
    reservees: ReserveesOffertes = ALERTES

    @property
    def retour(self) -> str:
        """Address of its page."""
        return reverse(self.page, args=[*self.origine.values()]) + (f"?{self.choix}" if self.choix else "")

    def adresse(self, fichier: FichierDemande, route: str = "fichier") -> str:
        """Address of a page of one of its files."""
        piece, _, _ = self.page.partition(":")
        return reverse(f"{piece}:{route}", args=[*self.origine.values(), fichier.pk])

    def recents(self, lecteur: LecteurDeDonnees) -> QuerySet[FichierDemande]:
        """Files that this reader asked for and may still follow or download, latest first."""
        return self._siens(lecteur).filter(cree_le__gt=lecteur.maintenant - fichiers.DUREE)

    def trouver(self, lecteur: LecteurDeDonnees, numero: int) -> FichierDemande:
        """A file that this reader asked for. Raises Introuvable, the same for another's."""
        trouve = self._siens(lecteur).filter(pk=numero).first()
        if trouve is None:
            raise Introuvable(fichiers.INCONNU)
        return trouve

    def _siens(self, lecteur: LecteurDeDonnees) -> QuerySet[FichierDemande]:
        siens = {"auteur": lecteur.acteur.identifiant, **self.origine}
        return self.modele._default_manager.filter(**siens).defer("contenu")


def demander(request: HttpRequest, lecteur: LecteurDeDonnees, guichet: GuichetDeFichiers) -> HttpResponse:
    """The form that asks for a file; then the page that follows it."""
    formulaire, status = FormulaireFichier(lecteur, guichet.lignes, guichet.reservees, request.POST or None), 200
    if guichet.reservees.exigees and "reservees" not in formulaire.fields:
        fichiers.exiger_taille(guichet.lignes)
        raise GesteRefuse(RIEN_D_OUVERT)
    demandes: list[FichierDemande] = []

    def faire() -> None:
        if len(guichet.choix) > CHOIX_MAX:
            raise ParametreInvalide("Ce choix est trop long pour un fichier : retirez des filtres.")
        fichier = guichet.modele(
            **guichet.origine,
            format=formulaire.cleaned_data["format"],
            choix=guichet.choix,
            total=guichet.lignes,
            **formulaire.pourquoi,
        )
        demandes.append(fichiers.demander(lecteur, fichier, guichet.tache))

    if request.method == "POST":
        status = tenter(formulaire, NON_FIELD_ERRORS, faire)
        if status == FAIT:
            return revenir(guichet.adresse(demandes[0]), "fichier-demande")
    contexte = {
        "guichet": guichet,
        "formulaire": formulaire,
        "recents": [(f, guichet.adresse(f)) for f in guichet.recents(lecteur)],
        "reservees_max": fichiers.RESERVEES_MAX,
        "trop": guichet.lignes > fichiers.RESERVEES_MAX,
    }
    return render(request, "listes/demande_de_fichier.html", contexte, status=status)


def montrer(request: HttpRequest, lecteur: LecteurDeDonnees, guichet: GuichetDeFichiers, numero: int) -> HttpResponse:
    """One file: how far the worker is, then where to download it, or why it is refused."""
    fichier = guichet.trouver(lecteur, numero)
    contexte = {**_contexte(guichet, fichier), **actualisation.contexte(request)}
    reponse = render(request, "listes/fichier.html", contexte)
    return actualisation.actualiser(request, reponse, en_cours=fichier.en_cours)


def avancement(
    request: HttpRequest, lecteur: LecteurDeDonnees, guichet: GuichetDeFichiers, numero: int
) -> HttpResponse:
    """Fragment: how far the worker is; reloads the page at the end."""
    fichier = guichet.trouver(lecteur, numero)
    if not fichier.en_cours:
        return HttpResponseClientRefresh()
    return render(request, "listes/_fichier.html", _contexte(guichet, fichier))


def envoyer(lecteur: LecteurDeDonnees, guichet: GuichetDeFichiers, numero: int) -> HttpResponse:
    """The file itself."""
    fichier = guichet.trouver(lecteur, numero)
    octets = fichiers.telecharger(lecteur, fichier)
    jour = paris.jour_de(fichier.cree_le)
    _, _, quoi = guichet.page.partition(":")
    nom = f"fce-{quoi}-{guichet.marque}-{jour:%Y-%m-%d}.{fichier.format}"
    disposition = content_disposition_header(True, nom) or "attachment"
    type_ = TYPES[FormatDeFichier(fichier.format)]
    return HttpResponse(octets, content_type=type_, headers={"Content-Disposition": disposition})


def _contexte(guichet: GuichetDeFichiers, fichier: FichierDemande) -> dict[str, Any]:
    return {
        "guichet": guichet,
        "fichier": fichier,
        "suivi": guichet.adresse(fichier, "fichier-avancement"),
        "contenu": guichet.adresse(fichier, "fichier-contenu"),
    }
