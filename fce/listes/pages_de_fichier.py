"""Pages of a file that the worker writes: asked for, followed while it is written, downloaded. Lists and reconciled
tables give theirs the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django_htmx.http import HttpResponseClientRefresh

from fce.droits.lecteur import LecteurDeDonnees
from fce.listes import fichiers
from fce.listes.formulaires_fichiers import FormulaireFichier
from fce.listes.models import FichierDemande, FormatDeFichier
from fce.socle import actualisation, paris
from fce.socle.erreurs import Introuvable
from fce.socle.exports import XLSX
from fce.socle.faits import revenir
from fce.socle.gestes import FAIT, tenter

TYPES = {FormatDeFichier.CSV: "text/csv; charset=utf-8", FormatDeFichier.XLSX: XLSX}


@dataclass(frozen=True, slots=True)
class GuichetDeFichiers:
    """The list or table that files are asked of.

    ``cle``: its foreign key in ``modele``; ``piece``: namespace of its routes, and the beginning of the name of
    its files; ``titre``: « la liste KX3F7A »; ``lignes``: of the choice; ``choix``: filter, as in the address of
    its page.
    """

    modele: type[FichierDemande]
    cle: str
    numero: int
    piece: str
    tache: str
    titre: str
    marque: str
    lignes: int = 0
    choix: str = ""

    @property
    def retour(self) -> str:
        """Address of its page."""
        return reverse(f"{self.piece}:{self.cle}", args=[self.numero]) + (f"?{self.choix}" if self.choix else "")

    def adresse(self, fichier: FichierDemande, route: str = "fichier") -> str:
        """Address of a page of one of its files."""
        return reverse(f"{self.piece}:{route}", args=[self.numero, fichier.pk])

    def recents(self, lecteur: LecteurDeDonnees) -> QuerySet[FichierDemande]:
        """Files that this reader asked for and may still follow or download, latest first."""
        siens = {"auteur": lecteur.acteur.identifiant, f"{self.cle}_id": self.numero}
        depuis = lecteur.maintenant - fichiers.DUREE
        return self.modele._default_manager.filter(**siens, cree_le__gt=depuis).defer("contenu")

    def trouver(self, lecteur: LecteurDeDonnees, numero: int) -> FichierDemande:
        """A file that this reader asked for. Raises Introuvable, the same for another's."""
        sien = {"auteur": lecteur.acteur.identifiant, f"{self.cle}_id": self.numero, "pk": numero}
        trouve = self.modele._default_manager.filter(**sien).defer("contenu").first()
        if trouve is None:
            raise Introuvable(fichiers.INCONNU)
        return trouve


def demander(request: HttpRequest, lecteur: LecteurDeDonnees, guichet: GuichetDeFichiers) -> HttpResponse:
    """The form that asks for a file; then the page that follows it."""
    formulaire, status = FormulaireFichier(lecteur, guichet.lignes, request.POST or None), 200
    demandes: list[FichierDemande] = []

    def faire() -> None:
        dit = formulaire.cleaned_data
        fichier = guichet.modele(
            **{f"{guichet.cle}_id": guichet.numero},
            format=dit["format"],
            choix=guichet.choix[:2000],
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
    nom = f"fce-{guichet.cle}-{guichet.marque}-{jour:%Y-%m-%d}.{fichier.format}"
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
