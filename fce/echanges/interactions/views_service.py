"""Contacts of one's own service: list, and import of its history."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from fce.droits.comptes.models import Groupe
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges.erreurs import DepotDePiecesIndisponible
from fce.echanges.interactions import reprise, selectors
from fce.echanges.interactions.formulaires import FormulaireFiltre, FormulaireReprise
from fce.echanges.interactions.reprise import BilanReprise
from fce.echanges.interactions.views import services_d_ecriture
from fce.echanges.objets import CONTACT
from fce.echanges.pieces import depot
from fce.echanges.pieces.reception import GuichetPieces, avec_pieces
from fce.socle.erreurs import FCEError, ParametreInvalide
from fce.socle.web import liens
from fce.socle.web.faits import revenir
from fce.socle.web.pages import page_de
from fce.socle.web.routes import Qui, Surface, Voie, acces

REPRIS: Final = "contacts-importes"
_SEL: Final = "fce.echanges.reprise"
_VALIDITE_S: Final = 3600
_REJETS_MONTRES: Final = 200


@acces(Qui.AGENT, surface=Surface.LISTE)
def contacts(request: RequeteConnectee) -> HttpResponse:
    """Contacts of one's service, latest first: one service at a time, by pages."""
    lecteur = lecteur_de(request)
    siens = services_d_ecriture(lecteur, action=Droit.CONSULTER)
    formulaire = FormulaireFiltre(siens, request.GET)
    filtre = formulaire.filtre
    choisi = next((service for service in siens if str(service.pk) == request.GET.get("service", "")), siens[0])
    page = page_de(request, selectors.contacts_de(choisi.pk, **filtre), selectors.PAR_PAGE)
    lignes = list(page)
    lecteur.consigner_liste(CONTACT, lecteur.exiger(CONTACT), [contact.siren for contact in lignes])
    noms = liens.noms({contact.siren for contact in lignes})
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
            for contact in lignes
        ],
        "suite": parametres.urlencode(),
        "filtre": bool(filtre),
        "peut_ecrire": choisi.pk in lecteur.services(CONTACT),
    }
    return render(request, "echanges/contacts.html", contexte, status=400 if formulaire.errors else 200)


@acces(Qui.AGENT, voie=Voie.FICHIER)
def modele(request: RequeteConnectee) -> HttpResponse:
    reponse = HttpResponse(reprise.modele(), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = 'attachment; filename="contacts-modele.csv"'
    return reponse


@acces(Qui.AGENT, ("GET", "POST"), voie=Voie.DEPOT)
@csrf_exempt  # ``avec_pieces`` checks it, after the reader's rights
def importer(request: RequeteConnectee) -> HttpResponse:
    """Upload the history of one's service: shows what it holds, writes nothing yet."""
    lecteur = lecteur_de(request)
    siens = services_d_ecriture(lecteur)
    if request.method == "POST":
        essayer = partial(_essayer, request, lecteur, siens)
        return avec_pieces(request, essayer, 1, reprise.OCTETS_MAX)
    return _page(request, FormulaireReprise(siens))


def _essayer(
    request: RequeteConnectee, lecteur: LecteurDeDonnees, siens: Sequence[Groupe], guichet: GuichetPieces
) -> HttpResponse:
    formulaire = FormulaireReprise(siens, request.POST)
    if not formulaire.is_valid():
        return _page(request, formulaire, status=400)
    service = formulaire.cleaned_data["service"]
    try:
        guichet.rendre()
        if not (recues := guichet.recues):
            raise ParametreInvalide("Choisissez un fichier.")
        # In a folder, under its own name, which error messages quote.
        dossier = recues[0].chemin.with_suffix(".d")
        dossier.mkdir()
        chemin = recues[0].chemin.rename(dossier / recues[0].nom)
        bilan, cle = reprise.verifier_fichier(lecteur, service, chemin), uuid.uuid4()
        if bilan.prets:
            depot.ecrire(cle, chemin)
    except FCEError as erreur:
        formulaire.add_error("fichier", erreur.message)
        return _page(request, formulaire, status=erreur.status)
    # Bound to this account: nobody else may confirm it.
    attente = {"cle": str(cle), "service": service, "nom": recues[0].nom, "compte": request.compte.pk}
    signee = signing.dumps(attente, salt=_SEL) if bilan.prets else ""
    return _page(request, formulaire, bilan=bilan, attente=signee)


@acces(Qui.AGENT, ("POST",))
def confirmer(request: RequeteConnectee) -> HttpResponse:
    """Write the checked history: read and check the file again, then delete it."""
    lecteur = lecteur_de(request)
    formulaire = FormulaireReprise(services_d_ecriture(lecteur))
    signee, confirme = request.POST.get("attente", ""), request.POST.get("confirme") == "on"
    try:
        cle, service, nom = _lire_l_attente(request, signee)
        with tempfile.TemporaryDirectory(prefix="contacts-") as dossier, depot.ouvrir(cle) as flux:
            chemin = Path(dossier) / nom
            chemin.write_bytes(flux.read())
            bilan = reprise.verifier_fichier(lecteur, service, chemin)
            if bilan.a_confirmer and not confirme:
                return _page(request, formulaire, bilan=bilan, attente=signee, erreur=reprise.A_CONFIRMER, status=400)
            reprise.importer(lecteur, service, chemin, confirme=confirme)
    except FCEError as refus:
        return _page(request, formulaire, erreur=refus.message, status=refus.status)
    with suppress(DepotDePiecesIndisponible):  # the nightly purge deletes it
        depot.effacer(cle)
    return revenir(f"{reverse('echanges:contacts')}?service={service}", REPRIS)


def _lire_l_attente(request: RequeteConnectee, signee: str) -> tuple[uuid.UUID, int, str]:
    """(storage key, service, name) of the file to confirm. Raises ParametreInvalide."""
    try:
        dit = signing.loads(signee, salt=_SEL, max_age=_VALIDITE_S)
    except signing.BadSignature:
        dit = {}
    if dit.get("compte") != request.compte.pk:
        raise ParametreInvalide("Cette vérification n’est plus valable : envoyez le fichier à nouveau.")
    return uuid.UUID(dit["cle"]), dit["service"], dit["nom"]


def _page(
    request: RequeteConnectee,
    formulaire: FormulaireReprise,
    *,
    bilan: BilanReprise | None = None,
    attente: str = "",
    erreur: str = "",
    status: int = 200,
) -> HttpResponse:
    contexte: dict[str, Any] = {
        "formulaire": formulaire,
        "colonnes": reprise.COLONNES,
        "bilan": bilan,
        "rejets": bilan.rejets[:_REJETS_MONTRES] if bilan else (),
        "attente": attente,
        "erreur": erreur,
    }
    return render(request, "echanges/importer.html", contexte, status=status)
