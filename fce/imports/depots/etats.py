"""The life of a deposit: its states and the only ways from one to another. Pure."""

from enum import StrEnum

from django.db.models import TextChoices

from .erreurs import EtatIncompatible


class Etat(TextChoices):
    RECU = "recu", "reçu"
    EN_VERIFICATION = "en_verification", "en vérification"
    PRET = "pret", "prêt à publier"
    REFUSE = "refuse", "refusé"
    ERREUR = "erreur", "vérification en erreur"
    PUBLIE = "publie", "publié"
    ABANDONNE = "abandonne", "abandonné"


class Geste(StrEnum):
    """What someone, or the verification itself, does to a deposit."""

    VERIFIER = "verifier"
    ACCEPTER = "accepter"
    REFUSER = "refuser"
    ECHOUER = "echouer"
    INTERROMPRE = "interrompre"
    PERIMER = "perimer"
    PUBLIER = "publier"
    FORCER = "forcer"
    ABANDONNER = "abandonner"


# "en_verification" may be verified again: who holds the lock of the source knows that its verification died.
TRANSITIONS: dict[Geste, tuple[frozenset[Etat], Etat]] = {
    Geste.VERIFIER: (
        frozenset({Etat.RECU, Etat.EN_VERIFICATION, Etat.ERREUR, Etat.PRET, Etat.REFUSE}),
        Etat.EN_VERIFICATION,
    ),
    Geste.ACCEPTER: (frozenset({Etat.EN_VERIFICATION}), Etat.PRET),
    Geste.REFUSER: (frozenset({Etat.EN_VERIFICATION}), Etat.REFUSE),
    Geste.ECHOUER: (frozenset({Etat.EN_VERIFICATION}), Etat.ERREUR),
    # The worker was asked to stop: another one will start again.
    Geste.INTERROMPRE: (frozenset({Etat.EN_VERIFICATION}), Etat.RECU),
    # The report no longer holds (the version in place has changed, the server broke down): it is to be made again.
    Geste.PERIMER: (frozenset({Etat.PRET, Etat.REFUSE, Etat.ERREUR}), Etat.RECU),
    Geste.PUBLIER: (frozenset({Etat.PRET}), Etat.PUBLIE),
    Geste.FORCER: (frozenset({Etat.REFUSE}), Etat.PUBLIE),
    Geste.ABANDONNER: (
        frozenset({Etat.RECU, Etat.EN_VERIFICATION, Etat.ERREUR, Etat.PRET, Etat.REFUSE}),
        Etat.ABANDONNE,
    ),
}
FINALS = frozenset({Etat.PUBLIE, Etat.ABANDONNE})
OUVERTS = frozenset(Etat) - FINALS
A_VERIFIER = frozenset({Etat.RECU, Etat.EN_VERIFICATION})

_PHRASES = {
    Geste.VERIFIER: "vérifié",
    Geste.PUBLIER: "publié",
    Geste.FORCER: "publié en force",
    Geste.ABANDONNER: "abandonné",
}


def suivant(etat: Etat | str, geste: Geste) -> Etat:
    """State after ``geste``; raises ``EtatIncompatible`` when it cannot be done from ``etat``."""
    depart, arrivee = TRANSITIONS[geste]
    if etat not in depart:
        attendus = ", ".join(f"« {e.label} »" for e in Etat if e in depart)
        raise EtatIncompatible(
            f"Ce dépôt est « {Etat(etat).label} » : il ne peut pas être {_PHRASES.get(geste, geste.value)}. "
            f"Il faudrait qu’il soit {attendus}.",
            etat=str(etat),
        )
    return arrivee
