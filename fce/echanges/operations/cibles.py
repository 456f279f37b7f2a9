"""The gestures on the targets of an operation and on what its services write: preparation, notes, findings.

Targets are the coordinator's to add and remove; every service of the operation prepares them, and writes in its own
name.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import DEFAULT_DB_ALIAS

from fce.droits.lecteur import LecteurDeDonnees
from fce.echanges.erreurs import GesteImpossible
from fce.echanges.models import Cible, ConstatOperation, NoteOperation
from fce.echanges.models.commun import NOTE_MAX
from fce.echanges.operations.acces import CIBLE_INCONNUE, OperationOuverte, verrouiller
from fce.echanges.operations.saisies import CIBLES_MAX, exiger_connus
from fce.echanges.operations.services import exiger_modifiable, exiger_version
from fce.socle.base import ecriture
from fce.socle.erreurs import Introuvable, ParametreInvalide


def ajouter_cibles(lecteur: LecteurDeDonnees, numero: int, sirets: Iterable[str]) -> int:
    """Add establishments to the targets, all or none; return how many were not there yet.

    Raises Introuvable, GesteRefuse, GesteImpossible, ParametreInvalide (unknown to Sirene, more than sixty).
    """
    demandes = list(dict.fromkeys(sirets))
    if not demandes:
        raise ParametreInvalide("Donnez au moins un SIRET.")
    with ecriture():
        ouverte = _modifiable(lecteur, numero)
        ouverte.exiger_coordinateur()
        deja = set(ouverte.operation.cibles.values_list("siret", flat=True))
        nouveaux = [siret for siret in demandes if siret not in deja]
        if len(deja) + len(nouveaux) > CIBLES_MAX:
            raise ParametreInvalide(
                f"Une opération a {CIBLES_MAX} cibles au plus : elle en a déjà {len(deja)}. Rien n’a été ajouté."
            )
        lieux = exiger_connus(nouveaux)
        Cible.objects.bulk_create(
            [
                Cible(operation=ouverte.operation, siren=x.siren, siret=x.siret, cle_adresse=x.cle_adresse)
                for x in lieux.values()
            ]
        )
    return len(nouveaux)


def retirer_cible(lecteur: LecteurDeDonnees, numero: int, cible: int, version: int) -> None:
    """Take a target out, with its preparation, before the day of the operation. Then findings may be written: it stays,
    whether there is one or not, for a refusal must not tell the coordinator that there is.

    Raises Introuvable, GesteRefuse, GesteImpossible, Concurrence.
    """
    with ecriture():
        ouverte = _modifiable(lecteur, numero)
        ouverte.exiger_coordinateur()
        tenue = _cible(ouverte, cible)
        exiger_version(version, tenue.version, "cette cible")
        if ouverte.operation.premier_jour <= lecteur.aujourd_hui:
            raise GesteImpossible("Le jour de l’opération est venu : ses cibles ne se retirent plus.")
        # The row alone: no page may delete a finding, and the database would refuse to leave one without its target.
        Cible.objects.filter(pk=tenue.pk)._raw_delete(using=DEFAULT_DB_ALIAS)


def ecrire_preparation(
    lecteur: LecteurDeDonnees, numero: int, cible: int, version: int, *, preparation: str, roles: str
) -> Cible:
    """Write how a target is prepared, and who does what there. ``version``: the one that was read.

    Raises Introuvable, GesteRefuse, GesteImpossible, Concurrence, ParametreInvalide.
    """
    _exiger_taille(preparation, roles)
    with ecriture():
        tenue = _cible(_modifiable(lecteur, numero), cible)
        exiger_version(version, tenue.version, "la préparation de cette cible")
        tenue.preparation, tenue.roles = preparation.strip(), roles.strip()
        tenue.version += 1
        tenue.save(update_fields=["preparation", "roles", "version"])
    return tenue


def ajouter_note(lecteur: LecteurDeDonnees, numero: int, service: int, texte: str) -> NoteOperation:
    """Share a note with the members; it is never changed. One sent twice in a row is kept once.

    Raises Introuvable, GesteRefuse, GesteImpossible, ParametreInvalide.
    """
    _exiger_taille(texte)
    if not texte.strip():
        raise ParametreInvalide("Écrivez la note avant de la partager.")
    with ecriture():
        ouverte = _modifiable(lecteur, numero)
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
    """Write what a service found at a target; nobody else reads it unless ``partage``.

    ``version``: the one that was read, 0 when there was none.
    Raises Introuvable, GesteRefuse, GesteImpossible, Concurrence, ParametreInvalide.
    """
    _exiger_taille(texte)
    if not texte.strip():
        raise ParametreInvalide("Écrivez le constat avant de l’enregistrer.")
    with ecriture():
        ouverte = _modifiable(lecteur, numero)
        ouverte.exiger_auteur(service)
        if ouverte.operation.premier_jour > lecteur.aujourd_hui:
            raise GesteImpossible("Un constat s’écrit à partir du jour de l’opération.")
        tenue = _cible(ouverte, cible)
        constat = tenue.constats.filter(service=service).first()
        exiger_version(version, constat.version if constat else 0, "le constat de votre service")
        constat = constat or ConstatOperation(cible=tenue, service_id=service, version=0)
        constat.texte, constat.partage, constat.par = texte.strip(), partage, lecteur.acteur.identifiant
        constat.version += 1
        constat.save()
    return constat


def _modifiable(lecteur: LecteurDeDonnees, numero: int) -> OperationOuverte:
    """An operation in preparation, held: its row keeps the others away from all that hangs on it."""
    ouverte = verrouiller(lecteur, numero)
    exiger_modifiable(ouverte.operation)
    return ouverte


def _cible(ouverte: OperationOuverte, numero: int) -> Cible:
    trouvee = ouverte.operation.cibles.filter(pk=numero).first()
    if trouvee is None:
        raise Introuvable(CIBLE_INCONNUE)
    return trouvee


def _exiger_taille(*textes: str) -> None:
    if any(len(texte) > NOTE_MAX for texte in textes):
        raise ParametreInvalide(f"Ce texte est trop long : {NOTE_MAX} signes au plus.")
