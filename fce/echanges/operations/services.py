"""The gestures on a joint operation as a whole: its frame, its services, its end. The coordinator's alone.

Each takes the row of the operation first (``acces.verrouiller``): what it decides from is what it writes on.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from fce.comptes.models import Groupe
from fce.droits.erreurs import GesteRefuse
from fce.droits.lecteur import LecteurDeDonnees
from fce.echanges.erreurs import Concurrence, GesteImpossible
from fce.echanges.etats import TRANSITIONS_OPERATION, GesteOperation, suivant
from fce.echanges.models import Cible, OperationConjointe, Participation
from fce.echanges.objets import OPERATION
from fce.echanges.operations import courriels
from fce.echanges.operations.acces import OperationOuverte, services_auteurs, verrouiller
from fce.echanges.operations.saisies import CIBLES_MAX, Cadre, exiger_connus, verifier_comptes
from fce.echanges.operations.selectors import services_invitables
from fce.socle.base import ecriture
from fce.socle.erreurs import ParametreInvalide

SERVICES_MAX: Final = 30
_SALLE: Final = 24
"""Bytes of chance at the end of the link to the video room."""


def creer(
    lecteur: LecteurDeDonnees,
    service: int,
    cadre: Cadre,
    *,
    invites: Iterable[int] = (),
    sirets: Iterable[str] = (),
) -> OperationConjointe:
    """Prepare an operation that ``service`` leads, with the services it invites and its first targets, all or nothing.

    Raises GesteRefuse, ParametreInvalide.
    """
    if service not in services_auteurs(lecteur):
        lecteur.exiger_service(service, OPERATION)
        raise GesteRefuse("Votre habilitation ne permet pas de lire les opérations.")
    cadre.verifier(lecteur.aujourd_hui)
    numeros, autres = list(dict.fromkeys(sirets)), set(invites) - {service}
    if len(numeros) > CIBLES_MAX:
        raise ParametreInvalide(f"Une opération a {CIBLES_MAX} cibles au plus : vous en donnez {len(numeros)}.")
    if len(autres) >= SERVICES_MAX:
        raise ParametreInvalide(f"Une opération réunit {SERVICES_MAX} services au plus.")
    with ecriture():
        groupes = _invitables(autres, lecteur)
        lieux = exiger_connus(numeros)
        operation = OperationConjointe.objects.create(
            coordinateur_id=service,
            nom=cadre.nom.strip(),
            jour=cadre.jour,
            consignes=cadre.consignes.strip(),
            visio=secrets.token_urlsafe(_SALLE),
            auteur=lecteur.acteur.identifiant,
        )
        par = lecteur.acteur.identifiant
        Participation.objects.bulk_create(
            [Participation(operation=operation, service_id=s, par=par) for s in (service, *sorted(groupes))]
        )
        Cible.objects.bulk_create(
            [
                Cible(operation=operation, siren=lieu.siren, siret=lieu.siret, cle_adresse=lieu.cle_adresse)
                for lieu in lieux.values()
            ]
        )
        for groupe in groupes.values():
            courriels.annoncer_invitation(operation, groupe)
    return operation


def ecrire_cadre(lecteur: LecteurDeDonnees, numero: int, cadre: Cadre, version: int) -> OperationConjointe:
    """Change name, day and common preparation. ``version``: the one that was read.

    Raises Introuvable, GesteRefuse, GesteImpossible, Concurrence, ParametreInvalide.
    """
    with ecriture():
        operation = _coordonnee(lecteur, numero, GesteOperation.MODIFIER, version).operation
        cadre.verifier(lecteur.aujourd_hui, avant=operation.jour)
        operation.nom, operation.jour, operation.consignes = cadre.nom.strip(), cadre.jour, cadre.consignes.strip()
        if operation.premier_jour > lecteur.aujourd_hui:
            operation.premier_jour = cadre.jour
        _garder(operation, "nom", "jour", "premier_jour", "consignes")
    return operation


def ouvrir_aux_croisements(lecteur: LecteurDeDonnees, numero: int, ouverte: bool, version: int) -> OperationConjointe:
    """Have the coordinator told of the visits announced on a target, or told no more. Nobody else is, ever.

    Raises Introuvable, GesteRefuse, GesteImpossible, Concurrence.
    """
    with ecriture():
        operation = _coordonnee(lecteur, numero, GesteOperation.MODIFIER, version).operation
        operation.ouverte_aux_croisements = ouverte
        _garder(operation, "ouverte_aux_croisements")
    return operation


def ajouter_service(lecteur: LecteurDeDonnees, numero: int, service: int) -> None:
    """Invite a service: it takes part at once, and its mailbox gets a link. One that takes part already stays so.

    Raises Introuvable, GesteRefuse, GesteImpossible, ParametreInvalide.
    """
    with ecriture():
        operation = _coordonnee(lecteur, numero, GesteOperation.MODIFIER).operation
        deja = set(operation.participations.values_list("service", flat=True))
        if service in deja:
            return
        if len(deja) >= SERVICES_MAX:
            raise ParametreInvalide(f"Une opération réunit {SERVICES_MAX} services au plus.")
        groupe = _invitables({service}, lecteur)[service]
        Participation.objects.create(operation=operation, service=groupe, par=lecteur.acteur.identifiant)
        courriels.annoncer_invitation(operation, groupe)


def retirer_service(lecteur: LecteurDeDonnees, numero: int, service: int) -> None:
    """Take a service out: it reads nothing of the operation from its next request on. What it shared stays.

    Raises Introuvable, GesteRefuse, GesteImpossible.
    """
    with ecriture():
        operation = _coordonnee(lecteur, numero, GesteOperation.MODIFIER).operation
        if service == operation.coordinateur_id:
            raise GesteImpossible("Le service coordinateur ne quitte pas son opération : annulez-la, ou closez-la.")
        Participation.objects.filter(operation=operation, service=service).delete()


def terminer(
    lecteur: LecteurDeDonnees, numero: int, version: int, bilan: str, comptes: Mapping[str, object]
) -> OperationConjointe:
    """Close an operation with its report; nothing of it changes any more.

    ``comptes``: numbers that the coordinator typed, by key of ``saisies.COMPTES``.
    Raises Introuvable, GesteRefuse, GesteImpossible, Concurrence, ParametreInvalide.
    """
    with ecriture():
        operation = _coordonnee(lecteur, numero, GesteOperation.CLORE, version).operation
        if operation.jour > lecteur.aujourd_hui:
            raise GesteImpossible("Une opération se clôt une fois son jour venu ; avant, elle s’annule.")
        if not bilan.strip():
            raise ParametreInvalide("Écrivez le bilan de l’opération, en quelques phrases.")
        operation.bilan = bilan.strip()
        operation.comptes = verifier_comptes(comptes, operation.cibles.count())
        return _finie(operation, GesteOperation.CLORE, lecteur.maintenant, "bilan", "comptes")


def annuler(lecteur: LecteurDeDonnees, numero: int, version: int) -> OperationConjointe:
    """Give an operation up; what was written stays legible to its services.

    Raises Introuvable, GesteRefuse, GesteImpossible, Concurrence.
    """
    with ecriture():
        operation = _coordonnee(lecteur, numero, GesteOperation.ANNULER, version).operation
        return _finie(operation, GesteOperation.ANNULER, lecteur.maintenant)


def exiger_version(lue: int, en_place: int, quoi: str) -> None:
    """Raise Concurrence when something was written since it was read. ``quoi``: what, with its article."""
    if lue != en_place:
        raise Concurrence(
            f"Un collègue a modifié {quoi} entre-temps : rien n’a été écrasé. Relisez, puis recommencez.",
            version=en_place,
        )


def exiger_modifiable(operation: OperationConjointe) -> None:
    """Raise GesteImpossible when an operation is closed or given up."""
    suivant(TRANSITIONS_OPERATION, operation.etat, GesteOperation.MODIFIER)


def _coordonnee(
    lecteur: LecteurDeDonnees, numero: int, geste: GesteOperation, version: int | None = None
) -> OperationOuverte:
    """An operation held for a gesture of its coordinator."""
    ouverte = verrouiller(lecteur, numero)
    ouverte.exiger_coordinateur()
    suivant(TRANSITIONS_OPERATION, ouverte.operation.etat, geste)
    if version is not None:
        exiger_version(version, ouverte.operation.version, "l’opération")
    return ouverte


def _finie(
    operation: OperationConjointe, geste: GesteOperation, maintenant: datetime, *champs: str
) -> OperationConjointe:
    operation.etat = suivant(TRANSITIONS_OPERATION, operation.etat, geste)
    operation.close_le = maintenant
    _garder(operation, "etat", "close_le", *champs)
    return operation


def _garder(operation: OperationConjointe, *champs: str) -> None:
    operation.version += 1
    operation.save(update_fields=["version", *champs])


def _invitables(voulus: set[int], lecteur: LecteurDeDonnees) -> dict[int, Groupe]:
    """{number: service} of those to invite. Raises ParametreInvalide when one of them may not be."""
    connus = {g.pk: g for g in services_invitables(lecteur.aujourd_hui).filter(pk__in=voulus)}
    if voulus - set(connus):
        raise ParametreInvalide("Choisissez des services de la liste : un autre n’est pas habilité à participer.")
    return connus
