"""Actions on a joint operation: frame, services, targets, texts, end.

Each locks the operation first (``acces.verrouiller``), so that it decides on what it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS

from fce.droits.comptes.models import Groupe
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.acces import exiger_auteur
from fce.echanges.croisements.adresses import LieuConnu
from fce.echanges.erreurs import GesteImpossible
from fce.echanges.genre import exiger_version, faire
from fce.echanges.models import Cible, ConstatOperation, NoteOperation, OperationConjointe, Participation
from fce.echanges.models.commun import NOTE_MAX
from fce.echanges.operations import courriels
from fce.echanges.operations.acces import CIBLE_INCONNUE, OperationOuverte, verrouiller
from fce.echanges.operations.genre import OPERATION, OPERATIONS, GesteOperation
from fce.echanges.operations.saisies import CIBLES_MAX, Cadre, exiger_connus
from fce.echanges.operations.selectors import services_invitables
from fce.socle.base.ecriture import ecriture
from fce.socle.base.lignes import trouver_ligne
from fce.socle.erreurs import ParametreInvalide

SERVICES_MAX: Final = 30
_TROP_DE_SERVICES: Final = f"Une opération réunit {SERVICES_MAX} services au plus."


def creer(
    lecteur: LecteurDeDonnees,
    service: int,
    cadre: Cadre,
    *,
    invites: Iterable[int] = (),
    sirets: Iterable[str] = (),
) -> OperationConjointe:
    """Create an operation led by ``service``, with invited services and first targets, all or nothing.

    Raises GesteRefuse, ParametreInvalide.
    """
    exiger_auteur(lecteur, service, OPERATION, "Votre habilitation ne permet pas de lire les opérations.")
    cadre.verifier(lecteur.aujourd_hui)
    numeros, autres, par = list(dict.fromkeys(sirets)), set(invites) - {service}, lecteur.acteur.identifiant
    if len(numeros) > CIBLES_MAX:
        raise ParametreInvalide(f"Une opération a {CIBLES_MAX} cibles au plus : vous en donnez {len(numeros)}.")
    if len(autres) >= SERVICES_MAX:
        raise ParametreInvalide(_TROP_DE_SERVICES)
    with ecriture():
        groupes = _invitables(autres, lecteur)
        lieux = exiger_connus(numeros)
        operation = OperationConjointe.objects.create(coordinateur_id=service, auteur=par, **cadre.colonnes)
        Participation.objects.bulk_create(
            Participation(operation=operation, service_id=s, par=par) for s in (service, *sorted(groupes))
        )
        _ajouter_cibles(operation, lieux)
        for groupe in groupes.values():
            courriels.annoncer_invitation(operation, groupe)
    return operation


def ecrire_cadre(lecteur: LecteurDeDonnees, numero: int, cadre: Cadre, version: int) -> OperationConjointe:
    """Change name, day and common preparation; the other services get a link when the day or hour changes.
    ``version``: the version read.

    Raises Introuvable, GesteRefuse, GesteImpossible, Concurrence, ParametreInvalide.
    """
    with ecriture():
        operation = verrouiller(lecteur, numero, GesteOperation.MODIFIER, version).operation
        cadre.verifier(lecteur.aujourd_hui, avant=operation.jour)
        valeurs, avant = cadre.colonnes, (operation.jour, operation.heure)
        if operation.premier_jour > lecteur.aujourd_hui:
            valeurs["premier_jour"] = cadre.jour
        _avancer(lecteur, operation, GesteOperation.MODIFIER, **valeurs)
        if (operation.jour, operation.heure) != avant:
            courriels.annoncer_aux_participants(operation, GesteOperation.MODIFIER)
    return operation


def ouvrir_aux_croisements(lecteur: LecteurDeDonnees, numero: int, ouverte: bool, version: int) -> OperationConjointe:
    """Set whether the coordinator is told of visits announced on a target. Nobody else ever is.

    Raises Introuvable, GesteRefuse, GesteImpossible, Concurrence.
    """
    geste = GesteOperation.OUVRIR if ouverte else GesteOperation.FERMER
    with ecriture():
        operation = verrouiller(lecteur, numero, geste, version).operation
        _avancer(lecteur, operation, geste, ouverte_aux_croisements=ouverte)
    return operation


def ajouter_service(lecteur: LecteurDeDonnees, numero: int, service: int) -> None:
    """Invite a service: it takes part at once, and its mailbox gets a link. Does nothing if it already takes part.

    Raises Introuvable, GesteRefuse, GesteImpossible, ParametreInvalide.
    """
    with ecriture():
        operation = verrouiller(lecteur, numero, GesteOperation.INVITER).operation
        deja = set(operation.participations.values_list("service", flat=True))
        if service in deja:
            return
        if len(deja) >= SERVICES_MAX:
            raise ParametreInvalide(_TROP_DE_SERVICES)
        groupe = _invitables({service}, lecteur)[service]
        Participation.objects.create(operation=operation, service=groupe, par=lecteur.acteur.identifiant)
        courriels.annoncer_invitation(operation, groupe)


def retirer_service(lecteur: LecteurDeDonnees, numero: int, service: int) -> None:
    """Remove a service, which is told: it reads nothing from its next request on. What it shared stays.

    Raises Introuvable, GesteRefuse, GesteImpossible.
    """
    with ecriture():
        operation = verrouiller(lecteur, numero, GesteOperation.SORTIR).operation
        if service == operation.coordinateur_id:
            raise GesteImpossible("Le service coordinateur ne quitte pas son opération : annulez-la, ou closez-la.")
        sortis, _ = Participation.objects.filter(operation=operation, service=service).delete()
        if sortis:
            courriels.annoncer_la_sortie(service)


def terminer(lecteur: LecteurDeDonnees, numero: int, version: int, bilan: str) -> OperationConjointe:
    """Close an operation with its report; nothing changes afterwards. Each other service that has visits to note gets a
    link. Raises Introuvable, GesteRefuse, GesteImpossible, Concurrence, ParametreInvalide.
    """
    with ecriture():
        operation = verrouiller(lecteur, numero, GesteOperation.CLORE, version).operation
        if operation.jour > lecteur.aujourd_hui:
            raise GesteImpossible("Une opération se clôt une fois son jour venu ; avant, elle s’annule.")
        if not bilan.strip():
            raise ParametreInvalide("Écrivez le bilan de l’opération, en quelques phrases.")
        _avancer(lecteur, operation, GesteOperation.CLORE, bilan=bilan.strip())
        courriels.annoncer_la_cloture(operation, lecteur.aujourd_hui)
    return operation


def annuler(lecteur: LecteurDeDonnees, numero: int, version: int) -> OperationConjointe:
    """Cancel an operation; its texts stay readable by its services, which get a link. A service of it may, once nobody
    of the leading one can act any more.

    Raises Introuvable, GesteRefuse, GesteImpossible, Concurrence.
    """
    with ecriture():
        operation = verrouiller(lecteur, numero, GesteOperation.ANNULER, version).operation
        _avancer(lecteur, operation, GesteOperation.ANNULER)
        courriels.annoncer_aux_participants(operation, GesteOperation.ANNULER)
    return operation


def ajouter_cibles(lecteur: LecteurDeDonnees, numero: int, sirets: Iterable[str]) -> int:
    """Add targets, all or none; return how many are new.

    Raises Introuvable, GesteRefuse, GesteImpossible, ParametreInvalide (unknown to Sirene, more than sixty).
    """
    demandes = list(dict.fromkeys(sirets))
    if not demandes:
        raise ParametreInvalide("Donnez au moins un SIRET.")
    with ecriture():
        operation = verrouiller(lecteur, numero, GesteOperation.AJOUTER).operation
        deja = set(operation.cibles.values_list("siret", flat=True))
        nouveaux = [siret for siret in demandes if siret not in deja]
        if len(deja) + len(nouveaux) > CIBLES_MAX:
            raise ParametreInvalide(
                f"Une opération a {CIBLES_MAX} cibles au plus : elle en a déjà {len(deja)}. Rien n’a été ajouté."
            )
        _ajouter_cibles(operation, exiger_connus(nouveaux))
    return len(nouveaux)


def retirer_cible(lecteur: LecteurDeDonnees, numero: int, cible: int, version: int) -> None:
    """Remove a target with its preparation, before the day of the operation. From that day on findings may exist, and a
    target is never removed, because a refusal only when there are findings would reveal them to the coordinator.

    Raises Introuvable, GesteRefuse, GesteImpossible, Concurrence.
    """
    with ecriture():
        ouverte = verrouiller(lecteur, numero, GesteOperation.RETIRER)
        tenue = _cible(ouverte, cible)
        exiger_version(version, tenue.version, "modifié cette cible")
        if ouverte.operation.premier_jour <= lecteur.aujourd_hui:
            raise GesteImpossible("Le jour de l’opération est venu : ses cibles ne se retirent plus.")
        # Delete the row alone: web roles may not delete findings, and the foreign key refuses to orphan one.
        Cible.objects.filter(pk=tenue.pk)._raw_delete(using=DEFAULT_DB_ALIAS)


def ecrire_preparation(
    lecteur: LecteurDeDonnees, numero: int, cible: int, version: int, *, preparation: str, roles: str
) -> Cible:
    """Write the preparation of a target, and who does what there. ``version``: the version read.

    Raises Introuvable, GesteRefuse, GesteImpossible, Concurrence, ParametreInvalide.
    """
    _exiger_taille(preparation, roles)
    with ecriture():
        tenue = _cible(verrouiller(lecteur, numero, GesteOperation.PREPARER), cible)
        exiger_version(version, tenue.version, "modifié la préparation de cette cible")
        tenue.changer(preparation=preparation.strip(), roles=roles.strip(), version=tenue.version + 1)
    return tenue


def ajouter_note(lecteur: LecteurDeDonnees, numero: int, service: int, texte: str) -> NoteOperation:
    """Share a note with the members; it never changes. The same note sent twice in a row is stored once.

    Raises Introuvable, GesteRefuse, GesteImpossible, ParametreInvalide.
    """
    _exiger_taille(texte)
    if not texte.strip():
        raise ParametreInvalide("Écrivez la note avant de la partager.")
    with ecriture():
        ouverte = verrouiller(lecteur, numero, GesteOperation.NOTER)
        ouverte.exiger_auteur(service)
        derniere = ouverte.operation.notes.last()
        if derniere is not None and (derniere.service_id, derniere.texte) == (service, texte.strip()):
            return derniere
        return NoteOperation.objects.create(
            operation=ouverte.operation, service_id=service, texte=texte.strip(), par=lecteur.acteur.identifiant
        )


def ecrire_constat(
    lecteur: LecteurDeDonnees, numero: int, cible: int, service: int, version: int, *, texte: str, partage: bool
) -> ConstatOperation:
    """Write a service's findings at a target, for itself unless ``partage``.

    ``version``: the version read, 0 when there was none. Raises Introuvable, GesteRefuse, GesteImpossible, Concurrence,
    ParametreInvalide.
    """
    _exiger_taille(texte)
    if not texte.strip():
        raise ParametreInvalide("Écrivez le constat avant de l’enregistrer.")
    with ecriture():
        ouverte = verrouiller(lecteur, numero, GesteOperation.CONSTATER)
        ouverte.exiger_auteur(service)
        if ouverte.operation.premier_jour > lecteur.aujourd_hui:
            raise GesteImpossible("Un constat s’écrit à partir du jour de l’opération.")
        tenue = _cible(ouverte, cible)
        constat = tenue.constats.filter(service=service).first()
        exiger_version(version, constat.version if constat else 0, "modifié le constat de votre service")
        constat = constat or ConstatOperation(cible=tenue, service_id=service, version=0)
        constat.texte, constat.partage, constat.par = texte.strip(), partage, lecteur.acteur.identifiant
        constat.version += 1
        constat.save()
    return constat


def _avancer(lecteur: LecteurDeDonnees, operation: OperationConjointe, geste: GesteOperation, **valeurs: Any) -> None:
    faire(OPERATIONS, operation, geste, lecteur.acteur.identifiant, lecteur.maintenant, valeurs)


def _invitables(voulus: set[int], lecteur: LecteurDeDonnees) -> dict[int, Groupe]:
    """{number: service} to invite. Raises ParametreInvalide when one may not be."""
    connus = {g.pk: g for g in services_invitables(lecteur.aujourd_hui).filter(pk__in=voulus)}
    if voulus - set(connus):
        raise ParametreInvalide("Choisissez des services de la liste : un autre n’est pas habilité à participer.")
    return connus


def _ajouter_cibles(operation: OperationConjointe, lieux: Mapping[str, LieuConnu]) -> None:
    Cible.objects.bulk_create(
        Cible(operation=operation, siren=lieu.siren, siret=lieu.siret, cle_adresse=lieu.cle_adresse)
        for lieu in lieux.values()
    )


def _cible(ouverte: OperationOuverte, numero: int) -> Cible:
    return trouver_ligne(ouverte.operation.cibles, numero, CIBLE_INCONNUE)


def _exiger_taille(*textes: str) -> None:
    if any(len(texte) > NOTE_MAX for texte in textes):
        raise ParametreInvalide(f"Ce texte est trop long : {NOTE_MAX} signes au plus.")
