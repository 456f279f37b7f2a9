"""Writes questions: sending, then the actions of each side in each thread. Each action gives the version that it read,
and queues its mails in its transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.acces import exiger_auteur
from fce.echanges.corps import corps_de
from fce.echanges.courriels import membres
from fce.echanges.demandes import courriels, delais
from fce.echanges.demandes.acces import SaisineTenue, tenir
from fce.echanges.demandes.destinataires import DESTINATAIRES_MAX, exiger_destinataires
from fce.echanges.demandes.genre import (
    DEMANDE,
    DEMANDES,
    DEMANDEUR,
    EN_ATTENTE,
    EtatDemande,
    EtatSaisine,
    GesteSaisine,
    etat_de_la_demande,
)
from fce.echanges.demandes.saisies import SaisieDemande
from fce.echanges.erreurs import EnvoisTropNombreux, GesteImpossible
from fce.echanges.genre import faire, noter
from fce.echanges.interactions.textes import verifier_textes
from fce.echanges.models import Demande, EntreeAnnuaire, MessageDemande, Saisine
from fce.echanges.models.commun import NOTE_MAX
from fce.echanges.pieces import services as pieces_jointes
from fce.echanges.pieces.reception import Piece
from fce.echanges.vocabulaire import MotifSaisine
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte import jours_ouvres, paris
from fce.socle.web.evenements import signaler

PAR_HEURE: Final = 20
MOTIFS_DE_REFUS: Final = (
    MotifSaisine.SANS_AIDE,
    MotifSaisine.INJOIGNABLE,
    MotifSaisine.PAS_POUR_NOUS,
    MotifSaisine.PROCEDURE,
)
MOTIFS_DE_FIN: Final = (
    MotifSaisine.REPONDU,
    MotifSaisine.AUTREMENT,
    MotifSaisine.PLUS_BESOIN,
    MotifSaisine.PAR_ERREUR,
)
SANS_LECTURE: Final = "Votre habilitation ne permet pas de lire les demandes."
_TROP: Final = f"Vous avez envoyé {PAR_HEURE} demandes en une heure : attendez avant d’en envoyer d’autres."


def envoyer_demande(
    lecteur: LecteurDeDonnees,
    service: int,
    saisie: SaisieDemande,
    *,
    pieces: Sequence[Piece] = (),
    confirme: bool = False,
) -> Demande:
    """Send a question in the name of a service, with one thread and one mail per recipient, all or nothing.
    ``confirme``: the author has confirmed the texts.

    Raises GesteRefuse, EnvoisTropNombreux, ParametreInvalide, TexteRefuse, TexteAConfirmer, PieceRefusee,
    DepotDePiecesIndisponible.
    """
    siens = exiger_auteur(lecteur, service, DEMANDE, SANS_LECTURE)
    saisie.verifier(lecteur.aujourd_hui, confirme=confirme)
    par = lecteur.acteur.identifiant
    with pieces_jointes.deposees(pieces) as deposees, ecriture():
        recentes = Demande.objects.filter(auteur=par, cree_le__gt=lecteur.maintenant - timedelta(hours=1))
        limites.exiger_place("demandes", par, recentes, PAR_HEURE, _TROP, EnvoisTropNombreux)
        choisis = exiger_destinataires(service, siens, saisie.services)
        demande = Demande.objects.create(
            service_id=service,
            auteur=par,
            siren=saisie.siren,
            siret=saisie.siret,
            objet=saisie.objet.strip(),
            question=saisie.question.strip(),
            themes=sorted(set(saisie.themes)),
            echeance=saisie.echeance,
            reponses=saisie.reponses(choisis.values()),
        )
        pieces_jointes.ajouter_pieces(deposees, demande=demande, service=service, par=par)
        for entree in choisis.values():
            _saisir(demande, entree, par, lecteur.aujourd_hui)
    return demande


def prendre(lecteur: LecteurDeDonnees, numero: int, saisine: int, version: int) -> Saisine:
    """Take a question: the reader alone then handles it.

    Raises Introuvable, GesteRefuse, Concurrence, GesteImpossible.
    """
    with tenir(lecteur, numero, saisine, GesteSaisine.PRENDRE, version) as tenue:
        _attribuer(tenue, courriels.numero_de(lecteur.acteur.identifiant))
    return tenue.saisine


def attribuer(lecteur: LecteurDeDonnees, numero: int, saisine: int, version: int, compte: int) -> Saisine:
    """Assign a question to a colleague, who gets a mail, or to oneself.

    Raises Introuvable, GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide.
    """
    with tenir(lecteur, numero, saisine, GesteSaisine.ATTRIBUER, version) as tenue:
        choisi = membres(tenue.saisine.service_id).filter(pk=compte).first()
        if choisi is None:
            raise ParametreInvalide("Choisissez quelqu’un de votre service.")
        _attribuer(tenue, choisi.pk)
        if choisi.identifiant != lecteur.acteur.identifiant:
            courriels.annoncer_a(choisi, tenue.saisine, courriels.ATTRIBUEE)
    return tenue.saisine


def ecrire(
    lecteur: LecteurDeDonnees,
    numero: int,
    saisine: int,
    geste: GesteSaisine,
    texte: str,
    *,
    version: int | None = None,
    pieces: Sequence[Piece] = (),
    confirme: bool = False,
) -> MessageDemande:
    """Write in a thread: a message (``ECRIRE``), an internal note (``NOTER``), the answer (``REPONDRE``) or the reason
    to reopen (``ROUVRIR``). The other side is told, except of a note.

    Raises Introuvable, GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide, TexteRefuse, TexteAConfirmer,
    PieceRefusee, DepotDePiecesIndisponible.
    """
    verifier_texte(texte, confirme=confirme)
    with (
        pieces_jointes.deposees(pieces) as deposees,
        tenir(lecteur, numero, saisine, geste, version) as tenue,
    ):
        ecrit = _ecrire(tenue, texte, interne=geste is GesteSaisine.NOTER)
        pieces_jointes.ajouter_pieces(deposees, message=ecrit, service=tenue.service, par=ecrit.auteur)
        if geste is GesteSaisine.REPONDRE:
            _repondre(tenue)
        elif geste is GesteSaisine.ROUVRIR:
            _rouvrir(tenue)
        else:
            courriels.prevenir(tenue.saisine, geste, lecteur.aujourd_hui, sauf=tenue.soi)
    return ecrit


def decliner(
    lecteur: LecteurDeDonnees,
    numero: int,
    saisine: int,
    version: int,
    motif: str,
    texte: str = "",
    *,
    confirme: bool = False,
) -> Saisine:
    """Decline a question with a reason and, optionally, a message to the asking service.

    Raises Introuvable, GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide, TexteRefuse, TexteAConfirmer.
    """
    _exiger_motif(motif, MOTIFS_DE_REFUS)
    if texte.strip():
        verifier_texte(texte, confirme=confirme)
    with tenir(lecteur, numero, saisine, GesteSaisine.DECLINER, version) as tenue:
        if texte.strip():
            _ecrire(tenue, texte)
        _avancer(tenue, motif=motif, repondue_le=lecteur.maintenant)
    return tenue.saisine


def transferer(
    lecteur: LecteurDeDonnees,
    numero: int,
    saisine: int,
    version: int,
    service: int,
    texte: str = "",
    *,
    confirme: bool = False,
) -> Saisine:
    """Transfer a question to another service, checked as when sending; return its thread. ``texte``: message to that
    service, visible to the asking one. The new service sees the question, but not the first thread.

    A service does not know who else was asked. The one that it chooses may have the question already: the transfer
    looks the same, and joins the existing thread. A thread that was itself transferred awaits its service again.

    Raises Introuvable, GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide, TexteRefuse, TexteAConfirmer.
    """
    if texte.strip():
        verifier_texte(texte, confirme=confirme)
    with tenir(lecteur, numero, saisine, GesteSaisine.TRANSFERER, version) as tenue:
        demande = tenue.demande
        deja = {autre.service_id: autre for autre in demande.saisines.select_related("service")}
        if len(deja) >= 2 * DESTINATAIRES_MAX:
            raise ParametreInvalide("Cette demande a été transmise trop de fois : déclinez-la.", champ="service")
        entree = exiger_destinataires(demande.service_id, {demande.service_id, tenue.service}, [service])[service]
        par = lecteur.acteur.identifiant
        recoit = deja.get(service) or _saisir(demande, entree, par, lecteur.aujourd_hui)
        if texte.strip():
            MessageDemande.objects.create(saisine=recoit, service_id=tenue.service, auteur=par, texte=texte.strip())
        if recoit.etat == EtatSaisine.TRANSFEREE:
            _attendre_de_nouveau(replace(tenue, saisine=recoit, geste=GesteSaisine.REVENIR), transferee_a=None)
        elif service in deja and texte.strip():
            courriels.prevenir(recoit, GesteSaisine.ECRIRE, lecteur.aujourd_hui, sauf=DEMANDEUR)
        _avancer(tenue, transferee_a=recoit)
    return recoit


def clore(lecteur: LecteurDeDonnees, numero: int, saisine: int, version: int, motif: str) -> Saisine:
    """Close a thread, for the asking service.

    Raises Introuvable, GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide.
    """
    _exiger_motif(motif, MOTIFS_DE_FIN)
    with tenir(lecteur, numero, saisine, GesteSaisine.CLORE, version) as tenue:
        _avancer(tenue, motif=motif)
    return tenue.saisine


def juger(lecteur: LecteurDeDonnees, numero: int, saisine: int, version: int, utile: bool) -> Saisine:
    """Record whether the answer was useful, for the asking service.

    Raises Introuvable, GesteRefuse, Concurrence, GesteImpossible.
    """
    with tenir(lecteur, numero, saisine, GesteSaisine.JUGER, version) as tenue:
        if tenue.saisine.repondue_le is None:
            raise GesteImpossible("Aucune réponse n’a été donnée : il n’y a rien à en dire.")
        _avancer(tenue, utile=utile)
        nom = "demande_utile" if utile else "demande_inutile"
        signaler(nom, qui=lecteur.acteur.identifiant, service=corps_de(tenue.saisine.service))
    return tenue.saisine


def verifier_texte(texte: str, *, confirme: bool) -> None:
    """Check a text to write in a thread. Raises ParametreInvalide, TexteRefuse, TexteAConfirmer."""
    if not texte.strip():
        raise ParametreInvalide("Écrivez votre message.", champ="texte")
    if len(texte) > NOTE_MAX:
        raise ParametreInvalide(f"Un message a {NOTE_MAX} signes au plus.", champ="texte")
    verifier_textes((texte,), confirme=confirme)


def departement_du_service(service: int) -> str:
    """Département whose public holidays apply to a service; "" when it has several, or has left the directory."""
    entree = EntreeAnnuaire.objects.filter(pk=service).first()
    return delais.departement_de(entree.departements) if entree else ""


def _saisir(demande: Demande, entree: EntreeAnnuaire, par: str, jour: date) -> Saisine:
    """Open the thread of one more service; its mailbox is told."""
    limite = delais.limite_pour_prendre(jour, delais.departement_de(entree.departements))
    saisine = Saisine.objects.create(
        demande=demande, demandeur_id=demande.service_id, service=entree.service, limite=limite, rappel_le=limite
    )
    noter(DEMANDES, saisine, GesteSaisine.ENVOYER, par)
    signaler("demande_envoyee", qui=par, service=corps_de(demande.service))
    courriels.annoncer_a_la_boite(saisine, courriels.NOUVELLE, jour)
    return saisine


def _attribuer(tenue: SaisineTenue, compte: int) -> None:
    """Assign a question; the time to answer starts when it is first taken."""
    valeurs: dict[str, Any] = {"attribuee_a_id": compte}
    if tenue.saisine.etat == EtatSaisine.ENVOYEE:
        departement = departement_du_service(tenue.saisine.service_id)
        limite = delais.limite_pour_repondre(tenue.lecteur.aujourd_hui, departement, tenue.demande.echeance)
        valeurs |= {"prise_le": tenue.lecteur.maintenant, "limite": limite, "rappel_le": limite, "rappels": 0}
        _compter("demande_prise", tenue, departement)
    _avancer(tenue, **valeurs)


def _repondre(tenue: SaisineTenue) -> None:
    maintenant = tenue.lecteur.maintenant
    valeurs: dict[str, Any] = {"motif": MotifSaisine.REPONDU, "repondue_le": maintenant}
    if tenue.saisine.attribuee_a_id is None:
        compte = courriels.numero_de(tenue.lecteur.acteur.identifiant)
        valeurs |= {"attribuee_a_id": compte, "prise_le": maintenant}
    departement = departement_du_service(tenue.saisine.service_id)
    if tenue.saisine.prise_le is None:
        _compter("demande_prise", tenue, departement)
    _compter("demande_repondue", tenue, departement)
    _avancer(tenue, **valeurs)


def _compter(nom: str, tenue: SaisineTenue, departement: str) -> None:
    """Count the working days since the question was sent to the service."""
    saisine, lecteur = tenue.saisine, tenue.lecteur
    jours = jours_ouvres.ecoules(paris.jour_de(saisine.envoyee_le), lecteur.aujourd_hui, departement)
    signaler(nom, qui=lecteur.acteur.identifiant, service=corps_de(saisine.service), valeur=jours)


def _rouvrir(tenue: SaisineTenue) -> None:
    """The question awaits anybody in the service; the agent who handled it is told."""
    if tenue.demande.auteur == delais.PSEUDONYME:
        raise GesteImpossible("Cette demande est close depuis trop longtemps : envoyez-en une autre.")
    _attendre_de_nouveau(tenue)


def _attendre_de_nouveau(tenue: SaisineTenue, **valeurs: Any) -> None:
    limite = delais.limite_pour_prendre(tenue.lecteur.aujourd_hui, departement_du_service(tenue.saisine.service_id))
    vides: dict[str, Any] = dict.fromkeys(("attribuee_a", "prise_le", "repondue_le", "utile"))
    _avancer(tenue, **vides, **valeurs, motif="", limite=limite, rappel_le=limite, rappels=0)


def _ecrire(tenue: SaisineTenue, texte: str, *, interne: bool = False) -> MessageDemande:
    return MessageDemande.objects.create(
        saisine=tenue.saisine,
        service_id=tenue.service,
        auteur=tenue.lecteur.acteur.identifiant,
        texte=texte.strip(),
        interne=interne,
    )


def _avancer(tenue: SaisineTenue, **valeurs: Any) -> None:
    lecteur = tenue.lecteur
    avancer(tenue.saisine, tenue.geste, lecteur.acteur.identifiant, lecteur.maintenant, tenue.soi, **valeurs)


def avancer(
    saisine: Saisine, geste: GesteSaisine, par: str, maintenant: datetime, sauf: str = "", **valeurs: Any
) -> None:
    """Apply an action to a thread locked with its question, and queue its mails, except to ``sauf``.

    A thread without an awaited answer has neither deadline nor reminder. A question closes with the last of its
    threads; its retention starts then. Raises GesteImpossible.
    """
    # Before the change of values, so that the agent who handled it still gets the mail.
    courriels.prevenir(saisine, geste, paris.jour_de(maintenant), sauf=sauf)
    if DEMANDES.suivant(saisine.etat, geste) not in EN_ATTENTE:
        valeurs |= {"limite": None, "rappel_le": None}
    faire(DEMANDES, saisine, geste, par, maintenant, valeurs)
    demande = saisine.demande
    close = etat_de_la_demande(demande.saisines.values_list("etat", flat=True)) is EtatDemande.CLOSE
    if close is (demande.close_le is None):
        demande.changer(close_le=maintenant if close else None, version=demande.version + 1)


def _exiger_motif(motif: str, permis: Collection[MotifSaisine]) -> None:
    if motif not in permis:
        raise ParametreInvalide("Choisissez un motif dans la liste.", champ="motif")
