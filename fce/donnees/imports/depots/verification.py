"""Verify a deposit: load it aside, write its report, decide whether it may be published.

Imports the reading engine: a web process imports this module only at its first small deposit.
"""

from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from fce.donnees.imports.chargement.nettoyage import nettoyer
from fce.donnees.imports.chargement.verrou import Verrou, verrou
from fce.donnees.imports.etats import DEPOTS, EtatDepot, GesteDepot
from fce.donnees.imports.models import Depot, Import, VersionEnPlace
from fce.donnees.imports.services import Progression
from fce.socle.erreurs import FCEError, ImportRefuse
from fce.sources import registre
from fce.sources.declaration import Source

from . import rapport, reception
from .deposants import nommer_l_envoi
from .essai import Essai, Quarantaine

# Verifications of a deposit that may be interrupted in a row.
TENTATIVES_MAX = 3
log = structlog.get_logger(__name__)


def verifier(numero: int, progression: Progression | None = None) -> Depot:
    """Verify the deposit and return it with its report, in the state "pret", "refuse" or "erreur".

    Takes up a deposit left "en vérification" by a dead process. Raises DejaEnCours (an import or a verification of the
    source runs), EtatIncompatible (closed deposit), Depot.DoesNotExist.
    """
    source = registre.source(Depot.objects.get(pk=numero).source)
    with verrou(source.nom) as reserve:
        reprise, depot = _commencer(numero)
        nettoyer([source], reserve)
        if reprise and depot.tentatives > TENTATIVES_MAX:
            # A file too heavy for this machine kills each verifier: give it up, so that the others go on.
            resultat = _erreur(f"La vérification a été interrompue {TENTATIVES_MAX} fois : prévenez le gestionnaire.")
        else:
            try:
                resultat = _essayer(source, depot, reserve, progression)
            except (KeyboardInterrupt, SystemExit):
                _conclure(depot.pk, geste=GesteDepot.INTERROMPRE, rapport={})
                raise
        depot = _conclure(depot.pk, **resultat)
        nettoyer([source], reserve)
    return depot


def _commencer(numero: int) -> tuple[bool, Depot]:
    """The flag tells that it already was "en vérification": its process died."""
    with transaction.atomic():
        depot = Depot.objects.select_for_update().get(pk=numero)
        reprise = depot.etat == EtatDepot.EN_VERIFICATION
        depot.etat = DEPOTS.suivant(depot.etat, GesteDepot.VERIFIER)
        depot.tentatives = depot.tentatives + 1 if reprise else 1
        # Forget what an earlier verification prepared; the clean-up that follows drops it.
        depot.importation, depot.rapport, depot.forcable, depot.verifie = None, {}, False, None
        version = VersionEnPlace.objects.filter(source=depot.source).first()
        depot.comparee_id = version.en_place_id if version else None
        depot.save()
    return reprise, depot


def _essayer(source: Source, depot: Depot, reserve: Verrou, progression: Progression | None) -> dict[str, Any]:
    fichier = reception.chemin(depot.dossier, depot.fichier)
    if not fichier.is_file():
        return _erreur("Le fichier de ce dépôt n’est plus sur le serveur : déposez-le à nouveau.")
    refus: list[ImportRefuse] = []
    try:
        with reception.chemin_quarantaine(depot.dossier).open("w", encoding="utf-8", newline="") as flux:
            quarantaine = Quarantaine(flux)
            par = f"dépôt n° {depot.pk}, {nommer_l_envoi(depot.jeton_id, depot.par)}"
            essai = Essai(source, fichier, reserve, depot.date_metier, par, quarantaine, progression)
            try:
                essai.executer()
            except ImportRefuse as erreur:
                if erreur.details.get("seuil") == "disque":
                    return _erreur(erreur.message)
                refus = [erreur]
    except FCEError as erreur:
        return _erreur(erreur.message)
    except OSError as erreur:
        return _erreur(f"Le serveur n’a pas pu lire ou écrire sur son disque ({erreur.strerror}) : recommencez.")
    except Exception as erreur:
        # The message may quote the file.
        log.error("verification_en_erreur depot=%s erreur=%s", depot.pk, type(erreur).__name__)
        return _erreur(f"La vérification s’est arrêtée sur une erreur inattendue ({type(erreur).__name__}).")
    importation = essai.importation
    if not refus and importation.empreinte != depot.empreinte:
        return _erreur("Le fichier conservé n’est plus celui qui a été reçu : déposez-le à nouveau.")
    contenu = rapport.rediger(
        source,
        importation,
        essai.comptes,
        precedent=essai.precedent,
        refus=[*refus, *essai.depassements],
        differences=essai.differences,
        inchange=essai.issue == Import.Statut.INCHANGE,
        detaillees=quarantaine.lignes,
        comparee=essai.en_place,
    )
    geste = GesteDepot.REFUSER if refus or essai.depassements else GesteDepot.ACCEPTER
    return {"geste": geste, "rapport": contenu, "importation": importation, "forcable": not refus}


def _erreur(message: str) -> dict[str, Any]:
    return {"geste": GesteDepot.ECHOUER, "rapport": {"erreur": message}}


def _conclure(
    numero: int,
    *,
    geste: GesteDepot,
    rapport: dict[str, Any],
    importation: Import | None = None,
    forcable: bool = False,
) -> Depot:
    with transaction.atomic():
        depot = Depot.objects.select_for_update().get(pk=numero)
        if depot.etat in DEPOTS.clos:
            # Abandoned meanwhile: the clean-up drops what was prepared.
            return depot
        depot.etat = DEPOTS.suivant(depot.etat, geste)
        depot.rapport, depot.importation = rapport, importation
        depot.verifie = None if geste is GesteDepot.INTERROMPRE else timezone.now()
        depot.forcable = forcable and geste is GesteDepot.REFUSER
        depot.save()
    return depot
