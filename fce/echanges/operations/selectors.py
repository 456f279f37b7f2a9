"""Reads of operations. Functions take what ``acces`` has opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import partial, reduce
from operator import or_
from typing import Final, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from fce.donnees.entreprises.selectors import etablissements
from fce.droits.comptes.models import Compte, Groupe
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.echanges.a_faire import SujetDeTache
from fce.echanges.acces import services_a_confirmer, services_habilites
from fce.echanges.models import Cible, ConstatOperation, NoteOperation, OperationConjointe, Participation, PieceJointe
from fce.echanges.operations.acces import CIBLE_INCONNUE, OperationOuverte
from fce.echanges.operations.contacts import visites_des_cibles
from fce.echanges.operations.croisements import croisements_de
from fce.echanges.operations.genre import FINIES, OPERATION, OPERATIONS, EtatOperation, GesteOperation
from fce.socle.base.lignes import trouver_ligne
from fce.socle.erreurs import Introuvable
from fce.socle.texte import formats, paris
from fce.socle.web.offres import Tache

A_NOTER: Final = timedelta(days=60)
"""How long after its day a closed operation asks its services to note their visits."""


class CibleVue(NamedTuple):
    """A target, with the public data of its establishment: name and commune, "" when hidden or unknown."""

    cible: Cible
    nom: str
    commune: str
    etat: str | None
    miens: tuple[ConstatOperation, ...] = ()
    partages: tuple[ConstatOperation, ...] = ()

    @property
    def constats(self) -> int:
        """Number of findings visible to the reader."""
        return len(self.miens) + len(self.partages)


class OperationQuittee(NamedTuple):
    """What services that were removed from an operation wrote there: all that they still read of it. Neither its name
    nor its day, which others may change. ``marque``: what people say of it."""

    marque: str
    notes: tuple[NoteOperation, ...]
    constats: tuple[tuple[ConstatOperation, str], ...]
    pieces: tuple[PieceJointe, ...]


def taches(compte: Compte, aujourd_hui: date) -> Iterator[Tache]:
    """Tasks of an agent, by number and date: to prepare, for members; to close, and crossings to read, for the leading
    service.

    Shown to a session with a second factor. The page asks for the purpose; here, any purpose that would do is assumed.
    """
    siennes = OperationConjointe.objects.filter(
        Q(etat=EtatOperation.PREPARATION) | Q(etat__in=FINIES, jour__gte=aujourd_hui - A_NOTER),
        participations__service__appartenances__compte=compte,
        participations__service__appartenances__fin=None,
        participations__service__appartenances__suspendue_le=None,
    ).distinct()
    completes = siennes.select_related("coordinateur__organisation").prefetch_related("participations", "cibles")
    operations = {o: {p.service_id for p in o.participations.all()} for o in completes} if compte.agent else {}
    if not operations:
        return
    services = services_a_confirmer(LecteurDeDonnees(acteur_de(compte, mfa=True), usuelle=True), OPERATION)
    for operation, participants in operations.items():
        yield from _taches(operation, services & participants, aujourd_hui)


def _taches(operation: OperationConjointe, siens: frozenset[int], aujourd_hui: date) -> Iterator[Tache]:
    page, dite = reverse("echanges:operation", args=[operation.pk]), f"Opération {operation.marque}"
    tache = partial(Tache, sujet=_sujet(operation, siens), chez="chez", par="menée par")
    venue = operation.jour < aujourd_hui
    if venue and any(p.a_noter for s in siens for p in visites_des_cibles(operation, s, aujourd_hui).values()):
        yield tache("Noter les visites de l’opération", f"{page}#visites", dite, depuis_le=operation.jour)
    if operation.etat != EtatOperation.PREPARATION:
        return
    coordonnee = operation.coordinateur_id in siens
    if siens and not venue:
        yield tache("Préparer l’opération", page, dite, avant_le=operation.jour)
    elif coordonnee and (limite := operation.cloture_d_office):
        yield tache("Clore l’opération", page, f"{dite} – ce jour-là, elle se clôt sans bilan", avant_le=limite)
    elif coordonnee:
        yield tache("Clore l’opération", page, f"{dite} – son bilan est à écrire", depuis_le=operation.jour)
    if coordonnee and (croises := croisements_de(operation)):
        depuis = paris.jour_de(min(c.depuis for c in croises))
        yield tache("Lire un croisement de l’opération", f"{page}#croisements", dite, depuis_le=depuis)


def _sujet(operation: OperationConjointe, siens: frozenset[int]) -> SujetDeTache:
    """The company of an operation is named when its targets have only one."""
    cibles = list(operation.cibles.all())
    sirens = {cible.siren for cible in cibles}
    coordonnee = operation.coordinateur_id in siens
    dit = f"{operation.nom}, {formats.pluriel(len(cibles), 'cible')}" if cibles else operation.nom
    return SujetDeTache(
        OPERATION,
        siens,
        sirens.pop() if len(sirens) == 1 else "",
        dit,
        "" if coordonnee else str(operation.coordinateur),
    )


def operations_de(services: Iterable[int]) -> QuerySet[OperationConjointe]:
    """Operations of these services, with the leading service and the number of targets (``nombre``)."""
    participees = Participation.objects.filter(service__in=services).values("operation")
    return (
        OperationConjointe.objects.filter(pk__in=participees)
        .select_related("coordinateur__organisation")
        .annotate(nombre=Count("cibles"))
        .order_by("-jour", "-pk")
    )


def operations_quittees(services: Iterable[int]) -> QuerySet[OperationConjointe]:
    """Operations where these services wrote, and take part no more, latest first."""
    siens = list(services)
    ecrites = (
        Q(pk__in=chose.objects.filter(service__in=siens).values(operation))
        for chose, operation in (
            (NoteOperation, "operation"),
            (ConstatOperation, "cible__operation"),
            (PieceJointe, "operation"),
        )
    )
    participees = Participation.objects.filter(service__in=siens).values("operation")
    return OperationConjointe.objects.filter(reduce(or_, ecrites)).exclude(pk__in=participees).order_by("-pk")


def operation_quittee(services: Iterable[int], numero: int) -> OperationQuittee:
    """What these services wrote in an operation that they left. Raises Introuvable, as for an unknown one."""
    siens = list(services)
    operation = trouver_ligne(operations_quittees(siens), numero, OPERATIONS.inconnu)
    ecrits = ConstatOperation.objects.filter(cible__operation=operation, service__in=siens)
    constats = list(ecrits.select_related("cible", "service__organisation"))
    lieux = etablissements(constat.cible.siret for constat in constats)
    return OperationQuittee(
        operation.marque,
        tuple(note for note in notes(operation) if note.service_id in siens),
        tuple((c, lieux[c.cible.siret].nom if c.cible.siret in lieux else "") for c in constats),
        tuple(piece for piece in pieces(operation) if piece.service_id in siens),
    )


def services_invitables(aujourd_hui: date) -> QuerySet[Groupe]:
    """Services that may take part: open, with a habilitation in force to read and write contacts."""
    habilites = services_habilites(aujourd_hui, Droit.CONSULTER, Droit.MESSAGE)
    return habilites.order_by("organisation__nom", "nom", "pk")


def invitables_a(operation: OperationConjointe, aujourd_hui: date) -> QuerySet[Groupe]:
    """Services that may be invited to an operation."""
    return services_invitables(aujourd_hui).exclude(pk__in=operation.participations.values("service"))


def participants(operation: OperationConjointe) -> list[Groupe]:
    """Services of an operation, the leading one first, then by arrival."""
    liens = operation.participations.select_related("service__organisation")
    return sorted((lien.service for lien in liens), key=lambda s: s.pk != operation.coordinateur_id)


def cibles_vues(ouverte: OperationOuverte) -> list[CibleVue]:
    """Targets, with the findings that the reader may read. Three round trips."""
    cibles = list(ouverte.operation.cibles.all())
    constats = list(
        ConstatOperation.objects.filter(cible__in=cibles)
        .filter(Q(service__in=ouverte.lecteurs) | Q(partage=True))
        .select_related("service__organisation")
    )
    lieux = etablissements(cible.siret for cible in cibles)
    vues = []
    for cible in cibles:
        lieu = lieux.get(cible.siret)
        siens = [c for c in constats if c.cible_id == cible.pk]
        vues.append(
            CibleVue(
                cible,
                lieu.nom if lieu else "",
                (lieu.adresse.commune or "") if lieu else "",
                lieu.etat if lieu else None,
                tuple(c for c in siens if c.service_id in ouverte.lecteurs),
                tuple(c for c in siens if c.service_id not in ouverte.lecteurs),
            )
        )
    return vues


def cible_vue(ouverte: OperationOuverte, numero: int) -> CibleVue:
    """One target. Raises Introuvable."""
    for vue in cibles_vues(ouverte):
        if vue.cible.pk == numero:
            return vue
    raise Introuvable(CIBLE_INCONNUE)


def notes(operation: OperationConjointe) -> list[NoteOperation]:
    """Notes shared by the members, latest first."""
    return list(operation.notes.select_related("service__organisation").order_by("-id"))


def pieces(operation: OperationConjointe) -> list[PieceJointe]:
    """Attachments of an operation, oldest first."""
    return list(operation.pieces.select_related("service__organisation"))


def modifiable(operation: OperationConjointe) -> bool:
    """Whether an operation may still change: neither closed nor cancelled."""
    return GesteOperation.MODIFIER in OPERATIONS.possibles(operation.etat)
