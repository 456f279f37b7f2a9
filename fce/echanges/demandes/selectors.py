"""Reads of the page of a question: its frame, and its threads as each side may see them. Except for attachments, which
have their own URL, functions take what ``acces`` has opened."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from fce.comptes.evenements import SYSTEME
from fce.droits.dossiers.presentation import noms
from fce.droits.lecteur import LecteurDeDonnees
from fce.echanges.acces import consigner, services_lecteurs
from fce.echanges.demandes.acces import DemandeOuverte
from fce.echanges.demandes.boite import est_en_retard
from fce.echanges.demandes.delais import PSEUDONYME
from fce.echanges.demandes.genre import (
    DEMANDES,
    DEMANDEUR,
    DESTINATAIRE,
    EtatDemande,
    EtatSaisine,
    GesteSaisine,
    etat_de_la_demande,
)
from fce.echanges.models import EvenementSaisine, MessageDemande, PieceJointe, Saisine
from fce.echanges.objets import DEMANDE
from fce.echanges.vocabulaire import MotifSaisine
from fce.socle.erreurs import Introuvable

ETAPES: Final = {
    "envoyer": "Demande envoyée",
    "rappeler": "Rappel envoyé",
    **{nom: geste.etape for nom, geste in DEMANDES.gestes.items() if geste.etape},
}
_DU_SERVICE_SEUL: Final = frozenset({GesteSaisine.ATTRIBUER, GesteSaisine.LIBERER, "rappeler"})
"""Steps about who does what within a service, visible to it only."""
_MOTIFS: Final = dict(MotifSaisine.choices)
SANS_PIECE: Final = "Aucune pièce n’a cette adresse parmi celles que vous pouvez lire."


@dataclass(frozen=True, slots=True)
class MessageVu:
    """A message as the reader sees it. ``auteur``: name of a colleague, "" for anybody else."""

    message: MessageDemande
    auteur: str
    pieces: tuple[PieceJointe, ...]


@dataclass(frozen=True, slots=True)
class EtapeVue:
    """A step as the reader sees it. ``par``: name of a colleague, "" for anybody else."""

    evenement: EvenementSaisine
    libelle: str
    par: str
    motif: str


@dataclass(frozen=True, slots=True)
class FilVu:
    """A thread as the reader sees it. ``recu``: he belongs to the service asked; ``attribuee``: who handles it, for
    colleagues; ``precisions``: what this service requires, with the answers; ``gestes``: actions that he may do."""

    saisine: Saisine
    recu: bool
    retard: bool
    attribuee: str
    messages: tuple[MessageVu, ...]
    etapes: tuple[EtapeVue, ...]
    precisions: tuple[tuple[str, str], ...]
    gestes: frozenset[str]

    @property
    def jugeable(self) -> bool:
        """Whether the reader may judge the usefulness of the answer."""
        return GesteSaisine.JUGER in self.gestes and self.saisine.repondue_le is not None


def etat_de(ouverte: DemandeOuverte) -> EtatDemande:
    """State of a question for its reader: over all services for the asking one, else his own service's."""
    return etat_de_la_demande(s.etat for s in ouverte.saisines)


def fils(lecteur: LecteurDeDonnees, ouverte: DemandeOuverte) -> list[FilVu]:
    """The threads that the reader may see, in the order the services were asked. Five queries, plus one per service of
    his that is asked."""
    siennes = [s.pk for s in ouverte.saisines]
    ecrits = list(
        MessageDemande.objects.filter(saisine__in=siennes)
        .filter(Q(interne=False) | Q(service__in=ouverte.lecteurs))
        .select_related("service")
        .prefetch_related("pieces")
    )
    etapes = list(EvenementSaisine.objects.filter(saisine__in=siennes))
    nommes = noms({x.auteur for x in ecrits} | {e.par for e in etapes})
    return [_fil(lecteur, ouverte, saisine, ecrits, etapes, nommes) for saisine in ouverte.saisines]


def lire_piece(lecteur: LecteurDeDonnees, cle: uuid.UUID) -> PieceJointe:
    """An attachment of a question or message that the reader may see, journalled before it is returned.

    Raises Introuvable, identical for a missing one and a forbidden one; JournalIndisponible, VolumeDepasse.
    """
    siens = services_lecteurs(lecteur, DEMANDE)
    du_fil = Q(message__saisine__service__in=siens) | Q(message__saisine__demandeur__in=siens)
    lisible = Q(demande__service__in=siens) | Q(demande__saisines__service__in=siens)
    lisible |= du_fil & (Q(message__interne=False) | Q(message__service__in=siens))
    piece = PieceJointe.objects.filter(lisible, pk=cle).select_related("demande", "message__saisine__demande").first()
    if piece is None:
        raise Introuvable(SANS_PIECE)
    demande = piece.demande or (piece.message.saisine.demande if piece.message else None)
    consigner(lecteur, DEMANDE, siens, (demande.siret or demande.siren) if demande else "", 1)
    return piece


def _fil(
    lecteur: LecteurDeDonnees,
    ouverte: DemandeOuverte,
    saisine: Saisine,
    ecrits: Iterable[MessageDemande],
    etapes: Iterable[EvenementSaisine],
    nommes: Mapping[str, str],
) -> FilVu:
    recu = saisine.service_id in ouverte.lecteurs
    gestes = {g for g in DEMANDES.possibles(saisine.etat) if ouverte.au_nom_de(saisine, g) is not None}
    if saisine.etat == EtatSaisine.CLOSE and ouverte.demande.auteur == PSEUDONYME:
        gestes -= {GesteSaisine.ROUVRIR}
    qui = saisine.attribuee_a if recu else None
    return FilVu(
        saisine,
        recu,
        est_en_retard(saisine, lecteur.aujourd_hui),
        qui.nom_complet if qui else "",
        tuple(
            MessageVu(
                m, nommes.get(m.auteur, "") if _collegue(m.auteur, m.service_id, ouverte) else "", tuple(m.pieces.all())
            )
            for m in ecrits
            if m.saisine_id == saisine.pk
        ),
        tuple(_etape(e, nommes, ouverte, recu=recu) for e in etapes if e.saisine_id == saisine.pk and _dite(e, recu)),
        tuple((champ, valeur) for champ, valeur in ouverte.demande.reponses.get(str(saisine.service_id), ())),
        frozenset(gestes),
    )


def _collegue(auteur: str, service: int, ouverte: DemandeOuverte) -> bool:
    return auteur != PSEUDONYME and service in ouverte.lecteurs


def _dite(etape: EvenementSaisine, recu: bool) -> bool:
    return recu or etape.geste not in _DU_SERVICE_SEUL


def _etape(etape: EvenementSaisine, nommes: Mapping[str, str], ouverte: DemandeOuverte, *, recu: bool) -> EtapeVue:
    """The author of a step is only shown to his own service; the system is shown to all."""
    part, geste = DESTINATAIRE if recu else DEMANDEUR, DEMANDES.gestes.get(etape.geste)
    sien = (recu or ouverte.envoyee) and geste is not None and part in geste.de
    par = nommes.get(etape.par, "") if etape.par == SYSTEME or (sien and etape.par != PSEUDONYME) else ""
    motif = _MOTIFS.get(etape.apres.get("motif", ""), "")
    return EtapeVue(etape, ETAPES.get(etape.geste, etape.geste), par, str(motif))
