"""States of a deposit and the transitions between them. No I/O."""

from enum import StrEnum

from django.db.models import TextChoices

from fce.socle.erreurs import FCEError
from fce.socle.transitions import arrivee


class DepotIncompatible(FCEError):
    status = 409
    code = "etat_incompatible"


class EtatDepot(TextChoices):
    RECU = "recu", "reçu"
    EN_VERIFICATION = "en_verification", "en vérification"
    PRET = "pret", "prêt à publier"
    REFUSE = "refuse", "refusé"
    ERREUR = "erreur", "vérification en erreur"
    PUBLIE = "publie", "publié"
    ABANDONNE = "abandonne", "abandonné"


class GesteDepot(StrEnum):
    VERIFIER = "verifier"
    ACCEPTER = "accepter"
    REFUSER = "refuser"
    ECHOUER = "echouer"
    INTERROMPRE = "interrompre"
    PERIMER = "perimer"
    PUBLIER = "publier"
    FORCER = "forcer"
    ABANDONNER = "abandonner"


# "en_verification" may be verified again: holding the lock of the source proves that the earlier verification died.
TRANSITIONS_DEPOT: dict[GesteDepot, tuple[frozenset[EtatDepot], EtatDepot]] = {
    GesteDepot.VERIFIER: (
        frozenset({EtatDepot.RECU, EtatDepot.EN_VERIFICATION, EtatDepot.ERREUR, EtatDepot.PRET, EtatDepot.REFUSE}),
        EtatDepot.EN_VERIFICATION,
    ),
    GesteDepot.ACCEPTER: (frozenset({EtatDepot.EN_VERIFICATION}), EtatDepot.PRET),
    GesteDepot.REFUSER: (frozenset({EtatDepot.EN_VERIFICATION}), EtatDepot.REFUSE),
    GesteDepot.ECHOUER: (frozenset({EtatDepot.EN_VERIFICATION}), EtatDepot.ERREUR),
    # The worker was asked to stop; another one will start again.
    GesteDepot.INTERROMPRE: (frozenset({EtatDepot.EN_VERIFICATION}), EtatDepot.RECU),
    # The report is outdated (the version in place changed, or the server broke down): verify again.
    GesteDepot.PERIMER: (frozenset({EtatDepot.PRET, EtatDepot.REFUSE, EtatDepot.ERREUR}), EtatDepot.RECU),
    GesteDepot.PUBLIER: (frozenset({EtatDepot.PRET}), EtatDepot.PUBLIE),
    GesteDepot.FORCER: (frozenset({EtatDepot.REFUSE}), EtatDepot.PUBLIE),
    GesteDepot.ABANDONNER: (
        frozenset({EtatDepot.RECU, EtatDepot.EN_VERIFICATION, EtatDepot.ERREUR, EtatDepot.PRET, EtatDepot.REFUSE}),
        EtatDepot.ABANDONNE,
    ),
}
DEPOTS_CLOS = frozenset({EtatDepot.PUBLIE, EtatDepot.ABANDONNE})
OUVERTS = frozenset(EtatDepot) - DEPOTS_CLOS
A_VERIFIER = frozenset({EtatDepot.RECU, EtatDepot.EN_VERIFICATION})

_PHRASES = {
    GesteDepot.VERIFIER: "vérifié",
    GesteDepot.PUBLIER: "publié",
    GesteDepot.FORCER: "publié en force",
    GesteDepot.ABANDONNER: "abandonné",
}


def suivant(etat: EtatDepot | str, geste: GesteDepot) -> EtatDepot:
    """State after ``geste``. Raises DepotIncompatible when ``etat`` does not allow it."""
    apres = arrivee(TRANSITIONS_DEPOT, etat, geste)
    if apres is None:
        attendus = ", ".join(f"« {e.label} »" for e in EtatDepot if e in TRANSITIONS_DEPOT[geste][0])
        raise DepotIncompatible(
            f"Ce dépôt est « {EtatDepot(etat).label} » : il ne peut pas être {_PHRASES.get(geste, geste.value)}. "
            f"Il faudrait qu’il soit {attendus}.",
            etat=str(etat),
        )
    return apres
