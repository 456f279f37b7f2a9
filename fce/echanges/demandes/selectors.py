"""Reads of the page of a question: its frame, and its threads as each side may see them. Except for attachments, which
have their own URL, functions take what ``acces`` has opened."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db.models import Q

from fce.droits.comptes.evenements import SYSTEME
from fce.droits.habilitations.dossiers.presentation import noms
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.acces import consigner, services_lecteurs
from fce.echanges.demandes import delais
from fce.echanges.demandes.acces import DemandeOuverte
from fce.echanges.demandes.boite import est_en_retard
from fce.echanges.demandes.delais import PSEUDONYME
from fce.echanges.demandes.demandeur import retour_de_l_auteur
from fce.echanges.demandes.genre import (
    DEMANDE,
    DEMANDES,
    DEMANDEUR,
    DESTINATAIRE,
    EN_ATTENTE,
    RENDUES,
    EtatDemande,
    EtatSaisine,
    GesteSaisine,
    etat_de_la_demande,
)
from fce.echanges.demandes.services import departement_du_service
from fce.echanges.models import EvenementSaisine, MessageDemande, PieceJointe, Saisine
from fce.echanges.vocabulaire import MotifSaisine
from fce.socle.base.lignes import trouver_ligne
from fce.socle.base.transitions import Geste
from fce.socle.texte import paris

_DU_SERVICE_SEUL: Final = frozenset({GesteSaisine.ATTRIBUER, GesteSaisine.LIBERER, GesteSaisine.RAPPELER})
"""Steps about who does what within a service, visible to it only."""
_MOTIFS: Final = dict(MotifSaisine.choices)
DelaisDuDemandeur = Callable[[Saisine, datetime | None], date | None]
SANS_PIECE: Final = "Aucune pièce n’a cette adresse parmi celles que vous pouvez lire."


class MessageVu(NamedTuple):
    """A message as the reader sees it. ``auteur``: name of a colleague, "" for anybody else; ``reponse``: it is the
    answer."""

    message: MessageDemande
    auteur: str
    pieces: tuple[PieceJointe, ...]
    reponse: bool


class EtapeVue(NamedTuple):
    """A step as the reader sees it. ``par``: name of a colleague, "" for anybody else."""

    evenement: EvenementSaisine
    libelle: str
    par: str
    motif: str


class FilVu(NamedTuple):
    """A thread as the reader sees it. ``recu``: he belongs to the service asked; ``attribuee``: who handles it, for
    colleagues; ``precisions``: what this service requires, with the answers; ``gestes``: actions that he may do;
    ``issue``: state before its closing, "" while open; ``au_demandeur``: the service asked wrote last, and waits;
    ``avant_le``: for the asking service, last day to answer it, or day when the thread closes by itself."""

    saisine: Saisine
    recu: bool
    retard: bool
    attribuee: str
    messages: tuple[MessageVu, ...]
    etapes: tuple[EtapeVue, ...]
    precisions: tuple[tuple[str, str], ...]
    gestes: frozenset[str]
    issue: str
    au_demandeur: bool
    avant_le: date | None

    @property
    def jugeable(self) -> bool:
        """Whether the reader may judge the usefulness of the answer."""
        return GesteSaisine.JUGER in self.gestes and self.saisine.repondue_le is not None


def etat_de(visibles: Iterable[FilVu]) -> EtatDemande:
    """State of a question for its reader: over all services for the asking one, else his own service's."""
    tous = list(visibles)
    return etat_de_la_demande((f.saisine.etat for f in tous), (f.issue for f in tous if f.issue))


def fils(lecteur: LecteurDeDonnees, ouverte: DemandeOuverte) -> list[FilVu]:
    """The threads that the reader may see, in the order the services were asked. Five queries, plus one per service of
    his that is asked, or two for the asking one."""
    siennes = [s.pk for s in ouverte.saisines]
    ecrits = list(
        MessageDemande.objects.filter(saisine__in=siennes)
        .filter(Q(interne=False) | Q(service__in=ouverte.lecteurs))
        .select_related("service")
        .prefetch_related("pieces")
    )
    etapes = list(EvenementSaisine.objects.filter(saisine__in=siennes))
    nommes = noms({x.auteur for x in ecrits} | {e.par for e in etapes})
    delais_du_demandeur = _delais_du_demandeur(ouverte) if ouverte.envoyee else None
    return [
        _fil(
            lecteur,
            ouverte,
            saisine,
            [m for m in ecrits if m.saisine_id == saisine.pk],
            [e for e in etapes if e.saisine_id == saisine.pk],
            nommes,
            delais_du_demandeur,
        )
        for saisine in ouverte.saisines
    ]


def lire_piece(lecteur: LecteurDeDonnees, cle: uuid.UUID) -> PieceJointe:
    """An attachment of a question or message that the reader may see, journalled before it is returned.

    Raises Introuvable, identical for a missing one and a forbidden one; JournalIndisponible, VolumeDepasse.
    """
    siens = services_lecteurs(lecteur, DEMANDE)
    du_fil = Q(message__saisine__service__in=siens) | Q(message__saisine__demandeur__in=siens)
    lisible = Q(demande__service__in=siens) | Q(demande__saisines__service__in=siens)
    lisible |= du_fil & (Q(message__interne=False) | Q(message__service__in=siens))
    lisibles = PieceJointe.objects.filter(lisible).select_related("demande", "message__saisine__demande")
    piece = trouver_ligne(lisibles, cle, SANS_PIECE)
    demande = piece.demande or (piece.message.saisine.demande if piece.message else None)
    consigner(lecteur, DEMANDE, siens, (demande.siret or demande.siren) if demande else "", 1)
    return piece


def _fil(
    lecteur: LecteurDeDonnees,
    ouverte: DemandeOuverte,
    saisine: Saisine,
    ecrits: Sequence[MessageDemande],
    etapes: Sequence[EvenementSaisine],
    nommes: Mapping[str, str],
    delais_du_demandeur: DelaisDuDemandeur | None,
) -> FilVu:
    recu = saisine.service_id in ouverte.lecteurs
    gestes = {g for g in DEMANDES.possibles(saisine.etat) if ouverte.au_nom_de(saisine, g) is not None}
    if saisine.etat == EtatSaisine.CLOSE and ouverte.demande.auteur == PSEUDONYME:
        gestes -= {GesteSaisine.ROUVRIR}
    qui = saisine.attribuee_a if recu else None
    dits = [m for m in ecrits if not m.interne]
    au_demandeur = saisine.etat in EN_ATTENTE and bool(dits) and dits[-1].service_id == saisine.service_id
    reponses = _reponses(saisine, dits, etapes)
    return FilVu(
        saisine,
        recu,
        est_en_retard(saisine, lecteur.aujourd_hui),
        qui.nom_complet if qui else "",
        tuple(
            MessageVu(
                m,
                nommes.get(m.auteur, "") if _collegue(m.auteur, m.service_id, ouverte) else "",
                tuple(m.pieces.all()),
                m.pk in reponses,
            )
            for m in ecrits
        ),
        tuple(_etape(e, nommes, ouverte, recu=recu) for e in etapes if _dite(e, recu)),
        tuple((champ, valeur) for champ, valeur in ouverte.demande.reponses.get(str(saisine.service_id), ())),
        frozenset(gestes),
        _issue(saisine, etapes),
        au_demandeur,
        delais_du_demandeur(saisine, dits[-1].quand if au_demandeur else None) if delais_du_demandeur else None,
    )


def _reponses(saisine: Saisine, dits: Iterable[MessageDemande], etapes: Iterable[EvenementSaisine]) -> frozenset[int]:
    """Messages that are an answer: the last that the service asked wrote before each step « answered »."""
    siens = [m for m in dits if m.service_id == saisine.service_id]
    rendues = [e.quand for e in etapes if e.geste == GesteSaisine.REPONDRE]
    return frozenset(max((m.pk for m in siens if m.quand <= quand), default=0) for quand in rendues)


def _issue(saisine: Saisine, etapes: Sequence[EvenementSaisine]) -> str:
    """State of a closed thread before its last closing; "" while it is open."""
    closes = [e for e in etapes if e.geste == GesteSaisine.CLORE and saisine.etat == EtatSaisine.CLOSE]
    return str(closes[-1].avant.get("etat", "")) if closes else ""


def _delais_du_demandeur(ouverte: DemandeOuverte) -> DelaisDuDemandeur:
    """Deadline of the asking service in a thread (``FilVu.avant_le``), pushed by the absence of the author."""
    retour = retour_de_l_auteur(ouverte.demande.auteur)
    departement = departement_du_service(ouverte.demande.service_id)

    def delai(saisine: Saisine, ecrit_le: datetime | None) -> date | None:
        if ecrit_le is not None:
            return delais.limite_pour_preciser(paris.jour_de(ecrit_le), departement, retour)
        if saisine.etat in RENDUES and saisine.repondue_le:
            return delais.cloture(paris.jour_de(saisine.repondue_le), retour)
        return None

    return delai


def _collegue(auteur: str, service: int, ouverte: DemandeOuverte) -> bool:
    return auteur != PSEUDONYME and service in ouverte.lecteurs


def _dite(etape: EvenementSaisine, recu: bool) -> bool:
    return recu or etape.geste not in _DU_SERVICE_SEUL


def _etape(etape: EvenementSaisine, nommes: Mapping[str, str], ouverte: DemandeOuverte, *, recu: bool) -> EtapeVue:
    """The author of a step is only shown to his own service; the system is shown to all."""
    part = DESTINATAIRE if recu else DEMANDEUR
    # A step that this version does not know is shown as it was written.
    geste = DEMANDES.gestes[GesteSaisine(etape.geste)] if etape.geste in DEMANDES.gestes else Geste(etape=etape.geste)
    sien = (recu or ouverte.envoyee) and part in geste.de
    par = nommes.get(etape.par, "") if etape.par == SYSTEME or (sien and etape.par != PSEUDONYME) else ""
    motif = _MOTIFS.get(etape.apres.get("motif", ""), "")
    return EtapeVue(etape, geste.etape or etape.geste, par, str(motif))
