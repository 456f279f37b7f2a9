"""Pages of a file that the worker writes: asked for, followed while it is written, downloaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django_htmx.http import HttpResponseClientRefresh

from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.ensembles.fichiers import services as fichiers
from fce.ensembles.fichiers.formulaires import ALERTES, FormulaireFichier, ReserveesOffertes
from fce.ensembles.fichiers.models import CHOIX_MAX, FichierDemande, FormatDeFichier
from fce.ensembles.fichiers.services import ContenuDeFichier, GenreDeFichier
from fce.fiche.colonnes_de_liste import RIEN_D_OUVERT
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte import paris
from fce.socle.web import actualisation
from fce.socle.web.exports import XLSX, lignes_csv, telecharger_csv
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.routes import Qui, Surface, Voie, acces

Vue = Callable[..., HttpResponse]
TYPES: Final = {FormatDeFichier.CSV: "text/csv; charset=utf-8", FormatDeFichier.XLSX: XLSX}


@dataclass(frozen=True, slots=True)
class GuichetDeFichiers:
    """A list, table or territory that files are asked of.

    ``origine``: fields of a file that say what it is of, in the order of the arguments of its routes; ``titre``: « la
    liste KX3F7A »; ``marque``: in the name of a file; ``lignes``: of the choice; ``choix``: filter, as in the address
    of its page; ``reservees``: columns that may be added; ``exiger``: raises unless the reader may ask for a file and
    download it.
    """

    genre: GenreDeFichier[Any]
    origine: Mapping[str, int | str]
    titre: str
    marque: str
    lignes: int = 0
    choix: str = ""
    reservees: ReserveesOffertes = ALERTES
    exiger: Callable[[], None] = lambda: None

    @property
    def retour(self) -> str:
        """Address of its page."""
        return reverse(self.genre.page, args=[*self.origine.values()]) + (f"?{self.choix}" if self.choix else "")

    def adresse(self, fichier: FichierDemande, route: str = "fichier") -> str:
        """Address of a page of one of its files."""
        piece, _, _ = self.genre.page.partition(":")
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
        return self.genre.modele._default_manager.filter(**siens).defer("contenu")


def demander(request: HttpRequest, lecteur: LecteurDeDonnees, guichet: GuichetDeFichiers) -> HttpResponse:
    """The form that asks for a file; then the page that follows it."""
    guichet.exiger()
    formulaire = FormulaireFichier(lecteur, guichet.lignes, guichet.reservees, envoi_de(request))
    if guichet.reservees.exigees and "reservees" not in formulaire.fields:
        fichiers.exiger_taille(guichet.lignes)
        raise GesteRefuse(RIEN_D_OUVERT)

    def faire() -> FichierDemande:
        if len(guichet.choix) > CHOIX_MAX:
            raise ParametreInvalide("Ce choix est trop long pour un fichier : retirez des filtres.")
        fichier = guichet.genre.modele(
            **guichet.origine,
            format=formulaire.cleaned_data["format"],
            choix=guichet.choix,
            total=guichet.lignes,
            **formulaire.pourquoi,
        )
        return fichiers.demander(lecteur, fichier, guichet.genre.tache)

    envoi = tenter(formulaire, faire)
    if envoi.fait:
        return revenir(guichet.adresse(envoi.rendu), "fichier-demande")
    contexte = {
        "guichet": guichet,
        "formulaire": formulaire,
        "recents": [(f, guichet.adresse(f)) for f in guichet.recents(lecteur)],
        "reservees_max": fichiers.RESERVEES_MAX,
        "trop": guichet.lignes > fichiers.RESERVEES_MAX,
    }
    return render(request, "fichiers/demande.html", contexte, status=envoi.status)


def vues(ouvrir: Callable[..., tuple[LecteurDeDonnees, GuichetDeFichiers]]) -> tuple[Vue, Vue, Vue]:
    """Views of one file: itself, how far it is, its content. ``ouvrir``: (request, arguments of the address) → reader
    and what the file is of; raises when it is closed to him."""

    @acces(Qui.AGENT, surface=Surface.LISTE)
    def fichier(request: HttpRequest, fichier: int, **ou: Any) -> HttpResponse:
        """How far the worker is, then where to download the file, or why it is refused."""
        lecteur, guichet = ouvrir(request, **ou)
        sien = guichet.trouver(lecteur, fichier)
        reponse = render(
            request, "fichiers/fichier.html", {**_contexte(guichet, sien), **actualisation.contexte(request)}
        )
        return actualisation.actualiser(request, reponse, en_cours=sien.en_cours)

    @acces(Qui.AGENT, voie=Voie.FRAGMENT, surface=Surface.FRAGMENT)
    def avancement(request: HttpRequest, fichier: int, **ou: Any) -> HttpResponse:
        """Fragment: how far the worker is; reloads the page at the end."""
        lecteur, guichet = ouvrir(request, **ou)
        sien = guichet.trouver(lecteur, fichier)
        if not sien.en_cours:
            return HttpResponseClientRefresh()
        return render(request, "fichiers/_fichier.html", _contexte(guichet, sien))

    @acces(Qui.AGENT, voie=Voie.FICHIER)
    def contenu(request: HttpRequest, fichier: int, **ou: Any) -> HttpResponse:
        """The file itself, already in the journal."""
        lecteur, guichet = ouvrir(request, **ou)
        guichet.exiger()
        sien = guichet.trouver(lecteur, fichier)
        octets = fichiers.telecharger(lecteur, sien)
        nom = _nom(guichet.genre, guichet.marque, paris.jour_de(sien.cree_le), sien.format)
        return _telecharger(nom, sien.format, octets)

    return fichier, avancement, contenu


def envoyer_aussitot(
    genre: GenreDeFichier[Any], marque: str, contenu: ContenuDeFichier, format_: str = FormatDeFichier.CSV
) -> HttpResponseBase:
    """A file without reserved columns that the page itself sends, already in the journal."""
    nom = _nom(genre, marque, paris.aujourd_hui(), format_)
    if format_ == FormatDeFichier.CSV:
        return telecharger_csv(nom, lignes_csv(contenu.entetes, (cellules for _, cellules in contenu.rangees)))
    return _telecharger(nom, format_, fichiers.octets(format_, contenu))


def _nom(genre: GenreDeFichier[Any], marque: str, jour: date, format_: str) -> str:
    """Without the name of what it is of, which may say what is prepared."""
    _, _, quoi = genre.page.partition(":")
    return f"fce-{quoi}-{marque}-{jour:%Y-%m-%d}.{format_}"


def _telecharger(nom: str, format_: str, octets: bytes) -> HttpResponse:
    disposition = content_disposition_header(True, nom) or "attachment"
    type_ = TYPES[FormatDeFichier(format_)]
    return HttpResponse(octets, content_type=type_, headers={"Content-Disposition": disposition})


def _contexte(guichet: GuichetDeFichiers, fichier: FichierDemande) -> dict[str, Any]:
    return {
        "guichet": guichet,
        "fichier": fichier,
        "suivi": guichet.adresse(fichier, "fichier-avancement"),
        "contenu": guichet.adresse(fichier, "fichier-contenu"),
    }
