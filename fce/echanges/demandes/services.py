"""Writing questions: sent to services, then the gestures of each side in each thread. Each says which version it saw,
is written with what it changed, and leaves its mails in its own transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from fce.droits.erreurs import GesteRefuse
from fce.droits.lecteur import LecteurDeDonnees
from fce.echanges.corps import corps_de
from fce.echanges.demandes import courriels, delais
from fce.echanges.demandes.acces import SaisineTenue, services_auteurs, verrouiller
from fce.echanges.demandes.destinataires import DESTINATAIRES_MAX, exiger_destinataires
from fce.echanges.demandes.saisies import SaisieDemande
from fce.echanges.demandes.suivi import PSEUDONYME, ecrire, noter
from fce.echanges.erreurs import EnvoisTropNombreux, GesteImpossible
from fce.echanges.etats import EtatSaisine, GesteSaisine
from fce.echanges.interactions.textes import verifier_textes
from fce.echanges.models import Demande, EntreeAnnuaire, MessageDemande, Saisine
from fce.echanges.models.commun import NOTE_MAX
from fce.echanges.objets import DEMANDE
from fce.echanges.pieces import services as pieces_jointes
from fce.echanges.pieces.reception import PieceRecue
from fce.echanges.vocabulaire import MotifSaisine
from fce.socle import jours_ouvres, limites, paris
from fce.socle.base import ecriture
from fce.socle.erreurs import ParametreInvalide
from fce.socle.evenements import signaler

PAR_HEURE: Final = 20
MOTIFS_DE_REFUS: Final = (
    MotifSaisine.SANS_AIDE,
    MotifSaisine.INJOIGNABLE,
    MotifSaisine.PAS_POUR_NOUS,
    MotifSaisine.PROCEDURE,
)
MOTIFS_DE_FIN: Final = (MotifSaisine.REPONDU, *MOTIFS_DE_REFUS)
_TROP: Final = f"Vous avez envoyé {PAR_HEURE} demandes en une heure : attendez avant d’en envoyer d’autres."


def envoyer_demande(
    lecteur: LecteurDeDonnees,
    service: int,
    saisie: SaisieDemande,
    *,
    pieces: Sequence[PieceRecue] = (),
    confirme: bool = False,
) -> Demande:
    """Send a question in the name of a service: one thread and one mail for each that is asked, all or nothing.
    ``confirme``: its author has looked twice at its texts.

    Raises GesteRefuse, EnvoisTropNombreux, ParametreInvalide, TexteRefuse, TexteAConfirmer, PieceRefusee,
    DepotDePiecesIndisponible.
    """
    siens = services_auteurs(lecteur)
    if service not in siens:
        lecteur.exiger_service(service, DEMANDE)
        raise GesteRefuse("Votre habilitation ne permet pas de lire les demandes.")
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


def prise(lecteur: LecteurDeDonnees, numero: int, saisine: int, version: int) -> Saisine:
    """Take a question in the name of its service: one of its agents is its owner, and one alone.

    Raises Introuvable, GesteRefuse, Concurrence, GesteImpossible.
    """
    with ecriture():
        tenue = verrouiller(lecteur, numero, saisine, GesteSaisine.PRENDRE, version)
        _attribuer(lecteur, tenue, GesteSaisine.PRENDRE, courriels.numero_de(lecteur.acteur.identifiant))
    return tenue.saisine


def attribution(lecteur: LecteurDeDonnees, numero: int, saisine: int, version: int, compte: int) -> Saisine:
    """Give a question to a colleague, who is told by a mail, or take it over.

    Raises Introuvable, GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide.
    """
    with ecriture():
        tenue = verrouiller(lecteur, numero, saisine, GesteSaisine.ATTRIBUER, version)
        choisi = courriels.membres(tenue.saisine.service_id).filter(pk=compte).first()
        if choisi is None:
            raise ParametreInvalide("Choisissez quelqu’un de votre service.")
        _attribuer(lecteur, tenue, GesteSaisine.ATTRIBUER, choisi.pk)
        if choisi.identifiant != lecteur.acteur.identifiant:
            courriels.annoncer_a(choisi, tenue.saisine, courriels.ATTRIBUEE)
    return tenue.saisine


def message(
    lecteur: LecteurDeDonnees,
    numero: int,
    saisine: int,
    geste: GesteSaisine,
    texte: str,
    *,
    version: int | None = None,
    pieces: Sequence[PieceRecue] = (),
    confirme: bool = False,
) -> MessageDemande:
    """Write in a thread: a message (``ECRIRE``), a note of one's own service (``NOTER``), the answer (``REPONDRE``), or
    what opens it again (``ROUVRIR``). The other side is told, but of a note.

    Raises Introuvable, GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide, TexteRefuse, TexteAConfirmer,
    PieceRefusee, DepotDePiecesIndisponible.
    """
    verifier_texte(texte, confirme=confirme)
    with pieces_jointes.deposees(pieces) as deposees, ecriture():
        tenue = verrouiller(lecteur, numero, saisine, geste, version)
        ecrit = _ecrire(lecteur, tenue, texte, interne=geste is GesteSaisine.NOTER)
        pieces_jointes.ajouter_pieces(deposees, message=ecrit, service=tenue.service, par=ecrit.auteur)
        if geste is GesteSaisine.REPONDRE:
            _repondre(lecteur, tenue)
        elif geste is GesteSaisine.ROUVRIR:
            _rouvrir(lecteur, tenue)
        elif geste is GesteSaisine.ECRIRE and tenue.du_demandeur:
            courriels.annoncer_a_qui_s_en_occupe(tenue.saisine, courriels.MESSAGE, lecteur.aujourd_hui)
        elif geste is GesteSaisine.ECRIRE:
            courriels.annoncer_au_demandeur(tenue.demande, courriels.MESSAGE, lecteur.aujourd_hui)
    return ecrit


def refus(
    lecteur: LecteurDeDonnees,
    numero: int,
    saisine: int,
    version: int,
    motif: str,
    texte: str = "",
    *,
    confirme: bool = False,
) -> Saisine:
    """Decline a question, with a reason and, if need be, a word to who asks.

    Raises Introuvable, GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide, TexteRefuse, TexteAConfirmer.
    """
    _exiger_motif(motif, MOTIFS_DE_REFUS)
    if texte.strip():
        verifier_texte(texte, confirme=confirme)
    with ecriture():
        tenue = verrouiller(lecteur, numero, saisine, GesteSaisine.DECLINER, version)
        if texte.strip():
            _ecrire(lecteur, tenue, texte)
        _avancer(lecteur, tenue, GesteSaisine.DECLINER, {"motif": motif, "repondue_le": lecteur.maintenant})
        courriels.annoncer_au_demandeur(tenue.demande, courriels.DECLIN, lecteur.aujourd_hui)
    return tenue.saisine


def transfert(
    lecteur: LecteurDeDonnees,
    numero: int,
    saisine: int,
    version: int,
    vers: int,
    texte: str = "",
    *,
    confirme: bool = False,
) -> Saisine:
    """Hand a question over to another service, checked as when it is sent; return its new thread. ``texte``: a word for
    that service, which the asker reads too. It reads the question, and nothing of the first thread.

    Raises Introuvable, GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide, TexteRefuse, TexteAConfirmer.
    """
    if texte.strip():
        verifier_texte(texte, confirme=confirme)
    with ecriture():
        tenue = verrouiller(lecteur, numero, saisine, GesteSaisine.TRANSFERER, version)
        demande = tenue.demande
        deja = set(demande.saisines.values_list("service", flat=True))
        if vers in deja:
            raise ParametreInvalide("Ce service a déjà reçu cette demande.", champ="service")
        if len(deja) >= 2 * DESTINATAIRES_MAX:
            raise ParametreInvalide("Cette demande a été transmise trop de fois : déclinez-la.", champ="service")
        entree = exiger_destinataires(demande.service_id, {demande.service_id, tenue.service}, [vers])[vers]
        neuve = _saisir(demande, entree, lecteur.acteur.identifiant, lecteur.aujourd_hui)
        if texte.strip():
            MessageDemande.objects.create(
                saisine=neuve, service_id=tenue.service, auteur=lecteur.acteur.identifiant, texte=texte.strip()
            )
        _avancer(lecteur, tenue, GesteSaisine.TRANSFERER, {"transferee_a": neuve})
        courriels.annoncer_au_demandeur(demande, courriels.TRANSFERT, lecteur.aujourd_hui)
    return neuve


def fin(lecteur: LecteurDeDonnees, numero: int, saisine: int, version: int, motif: str) -> Saisine:
    """Close a thread, by the service that asks.

    Raises Introuvable, GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide.
    """
    _exiger_motif(motif, MOTIFS_DE_FIN)
    with ecriture():
        tenue = verrouiller(lecteur, numero, saisine, GesteSaisine.CLORE, version)
        _avancer(lecteur, tenue, GesteSaisine.CLORE, {"motif": motif, "close_le": lecteur.maintenant})
    return tenue.saisine


def utilite(lecteur: LecteurDeDonnees, numero: int, saisine: int, version: int, utile: bool) -> Saisine:
    """Say whether the answer was of use, by the service that asks.

    Raises Introuvable, GesteRefuse, Concurrence, GesteImpossible.
    """
    with ecriture():
        tenue = verrouiller(lecteur, numero, saisine, GesteSaisine.JUGER, version)
        if tenue.saisine.repondue_le is None:
            raise GesteImpossible("Aucune réponse n’a été donnée : il n’y a rien à en dire.")
        _avancer(lecteur, tenue, GesteSaisine.JUGER, {"utile": utile})
        nom = "demande_utile" if utile else "demande_inutile"
        signaler(nom, qui=lecteur.acteur.identifiant, service=corps_de(tenue.saisine.service))
    return tenue.saisine


def verifier_texte(texte: str, *, confirme: bool) -> None:
    """Check what is written in a thread. Raises ParametreInvalide, TexteRefuse, TexteAConfirmer."""
    if not texte.strip():
        raise ParametreInvalide("Écrivez votre message.", champ="texte")
    if len(texte) > NOTE_MAX:
        raise ParametreInvalide(f"Un message a {NOTE_MAX} signes au plus.", champ="texte")
    verifier_textes((texte,), confirme=confirme)


def departement_du_service(service: int) -> str:
    """The département whose holidays a service has, "" when it has several or is in the directory no more."""
    entree = EntreeAnnuaire.objects.filter(pk=service).first()
    return delais.departement_de(entree.departements) if entree else ""


def _saisir(demande: Demande, entree: EntreeAnnuaire, par: str, jour: date) -> Saisine:
    """A question in one more service, to be taken; its mailbox is told."""
    limite = delais.limite_pour_prendre(jour, delais.departement_de(entree.departements))
    saisine = Saisine.objects.create(
        demande=demande, demandeur_id=demande.service_id, service=entree.service, limite=limite, rappel_le=limite
    )
    noter(saisine, par, "envoyer", {})
    signaler("demande_envoyee", qui=par, service=corps_de(demande.service))
    courriels.annoncer_a_la_boite(saisine, courriels.NOUVELLE, jour)
    return saisine


def _attribuer(lecteur: LecteurDeDonnees, tenue: SaisineTenue, geste: GesteSaisine, compte: int) -> None:
    """Have an account deal with a question; the time to answer runs from when it is first taken."""
    valeurs: dict[str, Any] = {"attribuee_a_id": compte}
    if tenue.saisine.etat == EtatSaisine.ENVOYEE:
        departement = departement_du_service(tenue.saisine.service_id)
        limite = delais.limite_pour_repondre(lecteur.aujourd_hui, departement, tenue.demande.echeance)
        valeurs |= {"prise_le": lecteur.maintenant, "limite": limite, "rappel_le": limite, "rappels": 0}
        _compter("demande_prise", lecteur, tenue.saisine, departement)
    _avancer(lecteur, tenue, geste, valeurs)


def _repondre(lecteur: LecteurDeDonnees, tenue: SaisineTenue) -> None:
    valeurs: dict[str, Any] = {"motif": MotifSaisine.REPONDU, "repondue_le": lecteur.maintenant}
    if tenue.saisine.attribuee_a_id is None:
        compte = courriels.numero_de(lecteur.acteur.identifiant)
        valeurs |= {"attribuee_a_id": compte, "prise_le": lecteur.maintenant}
    departement = departement_du_service(tenue.saisine.service_id)
    if tenue.saisine.prise_le is None:
        _compter("demande_prise", lecteur, tenue.saisine, departement)
    _compter("demande_repondue", lecteur, tenue.saisine, departement)
    _avancer(lecteur, tenue, GesteSaisine.REPONDRE, valeurs)
    courriels.annoncer_au_demandeur(tenue.demande, courriels.REPONSE, lecteur.aujourd_hui)


def _compter(nom: str, lecteur: LecteurDeDonnees, saisine: Saisine, departement: str) -> None:
    """Tell how many working days a service took, from when the question was sent to it."""
    jours = jours_ouvres.ecoules(paris.jour_de(saisine.envoyee_le), lecteur.aujourd_hui, departement)
    signaler(nom, qui=lecteur.acteur.identifiant, service=corps_de(saisine.service), valeur=jours)


def _rouvrir(lecteur: LecteurDeDonnees, tenue: SaisineTenue) -> None:
    """It waits again, for whoever takes it; who dealt with it is told first."""
    if tenue.demande.auteur == PSEUDONYME:
        raise GesteImpossible("Cette demande est close depuis trop longtemps : envoyez-en une autre.")
    courriels.annoncer_a_qui_s_en_occupe(tenue.saisine, courriels.ROUVERTE, lecteur.aujourd_hui)
    limite = delais.limite_pour_prendre(lecteur.aujourd_hui, departement_du_service(tenue.saisine.service_id))
    vides = dict.fromkeys(("attribuee_a", "prise_le", "repondue_le", "close_le", "utile"))
    _avancer(
        lecteur,
        tenue,
        GesteSaisine.ROUVRIR,
        {**vides, "motif": "", "limite": limite, "rappel_le": limite, "rappels": 0},
    )


def _ecrire(lecteur: LecteurDeDonnees, tenue: SaisineTenue, texte: str, *, interne: bool = False) -> MessageDemande:
    return MessageDemande.objects.create(
        saisine=tenue.saisine,
        service_id=tenue.service,
        auteur=lecteur.acteur.identifiant,
        texte=texte.strip(),
        interne=interne,
    )


def _avancer(lecteur: LecteurDeDonnees, tenue: SaisineTenue, geste: GesteSaisine, valeurs: Mapping[str, Any]) -> None:
    ecrire(tenue.saisine, geste, lecteur.acteur.identifiant, valeurs, lecteur.maintenant)


def _exiger_motif(motif: str, permis: Collection[MotifSaisine]) -> None:
    if motif not in permis:
        raise ParametreInvalide("Choisissez un motif dans la liste.", champ="motif")
