"""The contacts of one's own service: the list, and the import of its history."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from fce.comptes.models import Groupe
from fce.comptes.requete import RequeteConnectee
from fce.droits.demande import lecteur_de
from fce.droits.finalites import Droit
from fce.droits.lecteur import LecteurDeDonnees
from fce.echanges.erreurs import DepotDePiecesIndisponible
from fce.echanges.interactions import fichier, reprise, selectors
from fce.echanges.interactions.formulaires import FormulaireFiltre, FormulaireReprise
from fce.echanges.interactions.reprise import BilanReprise
from fce.echanges.interactions.views import services_d_ecriture
from fce.echanges.objets import CONTACT
from fce.echanges.pieces import depot
from fce.echanges.pieces.reception import GuichetPieces, PieceRecue, guichet_pieces
from fce.socle import liens
from fce.socle.erreurs import FCEError, ParametreInvalide
from fce.socle.faits import revenir
from fce.socle.pages import page_de
from fce.socle.routes import Qui, Surface, Voie, acces

REPRIS: Final = "contacts-importes"
_SEL: Final = "fce.echanges.reprise"
_VALIDITE_S: Final = 3600
_REJETS_MONTRES: Final = 200


@dataclass(frozen=True, slots=True)
class FichierEnAttente:
    """A file checked, that waits for its sender to confirm: where its bytes are, and for which service."""

    cle: uuid.UUID
    service: int
    nom: str


@acces(Qui.AGENT, surface=Surface.LISTE)
def contacts(request: RequeteConnectee) -> HttpResponse:
    """What one's service has told, the latest first: one service at a time, by page."""
    lecteur = lecteur_de(request)
    siens = services_d_ecriture(lecteur, action=Droit.CONSULTER)
    formulaire = FormulaireFiltre(siens, request.GET)
    filtre = formulaire.filtre
    choisi = _choisi(siens, request.GET.get("service", ""))
    page = page_de(request, selectors.contacts_de(choisi.pk, filtre), selectors.PAR_PAGE)
    lus = list(page)
    lecteur.consigner_liste(CONTACT, lecteur.exiger(CONTACT), [contact.siren for contact in lus])
    noms = liens.noms({contact.siren for contact in lus})
    parametres = request.GET.copy()
    parametres.pop("page", None)
    contexte = {
        "formulaire": formulaire,
        "service": choisi,
        "page": page,
        "lignes": [
            {
                "contact": contact,
                "nom": noms.get(contact.siren, ""),
                "themes": selectors.nommer_themes(contact.themes) if contact.themes_partages else (),
            }
            for contact in lus
        ],
        "suite": parametres.urlencode(),
        "filtre": any((filtre.depuis, filtre.jusqu_a, filtre.genre, filtre.numero)),
        "peut_ecrire": choisi.pk in lecteur.services(CONTACT),
    }
    return render(request, "echanges/contacts.html", contexte, status=400 if formulaire.errors else 200)


@acces(Qui.AGENT, voie=Voie.FICHIER)
def modele(request: RequeteConnectee) -> HttpResponse:
    """The csv to fill in."""
    reponse = HttpResponse(fichier.modele(), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = 'attachment; filename="contacts-modele.csv"'
    return reponse


@acces(Qui.AGENT, ("GET", "POST"), voie=Voie.DEPOT)
@csrf_exempt  # checked by ``_essayer``, once it is known that the reader may write
def importer(request: RequeteConnectee) -> HttpResponse:
    """Send the history of one's service: what it holds is said, nothing is written yet."""
    lecteur = lecteur_de(request)
    siens = services_d_ecriture(lecteur)
    if request.method == "POST":
        with guichet_pieces(request, 1, reprise.OCTETS_MAX) as guichet:
            return _essayer(request, lecteur, siens, guichet)
    return _page(request, FormulaireReprise(siens))


@csrf_protect
def _essayer(
    request: RequeteConnectee, lecteur: LecteurDeDonnees, siens: Sequence[Groupe], guichet: GuichetPieces
) -> HttpResponse:
    formulaire = FormulaireReprise(siens, request.POST)
    if not formulaire.is_valid():
        return _page(request, formulaire, status=400)
    service = formulaire.cleaned_data["service"]
    try:
        recues = guichet.rendre()
        if not recues:
            raise ParametreInvalide("Choisissez un fichier.")
        with _nomme(recues[0]) as chemin:
            bilan = reprise.verifier_fichier(lecteur, service, chemin)
            attente = FichierEnAttente(uuid.uuid4(), service, recues[0].nom)
            if bilan.prets:
                depot.ecrire(attente.cle, chemin)
    except FCEError as erreur:
        formulaire.add_error("fichier", erreur.message)
        return _page(request, formulaire, status=erreur.status)
    return _page(request, formulaire, bilan=bilan, attente=attente)


@acces(Qui.AGENT, ("POST",))
def confirmation(request: RequeteConnectee) -> HttpResponse:
    """Write the history that was checked: its file is read and checked again, then erased."""
    lecteur = lecteur_de(request)
    siens = services_d_ecriture(lecteur)
    formulaire = FormulaireReprise(siens)
    try:
        attente = _lire_l_attente(request)
        confirme = request.POST.get("confirme") == "on"
        with _copie(attente) as chemin:
            bilan = reprise.verifier_fichier(lecteur, attente.service, chemin)
            if bilan.a_confirmer and not confirme:
                erreur = "Confirmez d’abord que les textes signalés ne font reconnaître personne."
                return _page(request, formulaire, bilan=bilan, attente=attente, erreur=erreur, status=400)
            reprise.importer(lecteur, attente.service, chemin, confirme=confirme)
    except FCEError as refus:
        return _page(request, formulaire, erreur=refus.message, status=refus.status)
    with suppress(DepotDePiecesIndisponible):  # what stays is swept at night
        depot.effacer(attente.cle)
    return revenir(f"{reverse('echanges:contacts')}?service={attente.service}", REPRIS)


def _page(
    request: RequeteConnectee,
    formulaire: FormulaireReprise,
    *,
    bilan: BilanReprise | None = None,
    attente: FichierEnAttente | None = None,
    erreur: str = "",
    status: int = 200,
) -> HttpResponse:
    contexte: dict[str, Any] = {
        "formulaire": formulaire,
        "colonnes": fichier.COLONNES,
        "bilan": bilan,
        "rejets": bilan.rejets[:_REJETS_MONTRES] if bilan else (),
        "attente": _signer(request, attente) if attente and bilan and bilan.prets else "",
        "erreur": erreur,
    }
    return render(request, "echanges/importer.html", contexte, status=status)


def _choisi(siens: Sequence[Groupe], demande: str) -> Groupe:
    return next((service for service in siens if str(service.pk) == demande), siens[0])


def _signer(request: RequeteConnectee, attente: FichierEnAttente) -> str:
    """The file that waits, for this very account: nobody else confirms it."""
    dit = {"cle": str(attente.cle), "service": attente.service, "nom": attente.nom, "compte": request.compte.pk}
    return signing.dumps(dit, salt=_SEL)


def _lire_l_attente(request: RequeteConnectee) -> FichierEnAttente:
    try:
        dit = signing.loads(request.POST.get("attente", ""), salt=_SEL, max_age=_VALIDITE_S)
    except signing.BadSignature:
        dit = {}
    if dit.get("compte") != request.compte.pk:
        raise ParametreInvalide("Cette vérification n’est plus valable : envoyez le fichier à nouveau.")
    return FichierEnAttente(uuid.UUID(dit["cle"]), dit["service"], dit["nom"])


@contextmanager
def _nomme(recue: PieceRecue) -> Iterator[Path]:
    """The file under its own name, which messages about it say."""
    dossier = recue.chemin.with_suffix(".d")
    dossier.mkdir()
    yield recue.chemin.rename(dossier / recue.nom)


@contextmanager
def _copie(attente: FichierEnAttente) -> Iterator[Path]:
    """The file that waits, on this machine while it is read. Raises DepotDePiecesIndisponible."""
    with tempfile.TemporaryDirectory(prefix="contacts-") as dossier, depot.ouvrir(attente.cle) as flux:
        chemin = Path(dossier) / attente.nom
        chemin.write_bytes(flux.read())
        yield chemin
