"""Converts a database row to the frozen habilitation that ``can`` reads."""

from datetime import UTC, date, datetime
from typing import Final

from fce.droits.habilitations.acteurs import Habilitation
from fce.droits.habilitations.dossiers.etats import EtatDossier
from fce.droits.habilitations.finalites import FINALITES, Droit
from fce.droits.habilitations.models import Dossier

_TOUJOURS: Final = datetime.min.replace(tzinfo=UTC)


def habilitation(dossier: Dossier, organisation: str) -> Habilitation:
    """Rights that a granted request opens, without purposes that no longer exist. Raises ParametreInvalide when
    inconsistent."""
    return Habilitation(
        organisation=organisation,
        groupes=frozenset(dossier.groupes_de_donnees),
        finalites=tuple(FINALITES[code] for code in dossier.finalites if code in FINALITES),
        territoire=frozenset(dossier.territoire),
        droits=frozenset(Droit(d) for d in dossier.droits),
        debut=dossier.debut or date.min,
        fin=dossier.fin or date.min,
        approbateur=dossier.approbateur,
        demandeur=dossier.demandeur,
        # Revoked without an instant (row changed by hand): revoked since always, so that it opens nothing.
        revoquee_le=(dossier.clos_le or _TOUJOURS) if dossier.etat == EtatDossier.REVOQUE else None,
        suspendue=dossier.etat == EtatDossier.SUSPENDU,
        reference=dossier.reference,
        service=f"g{dossier.groupe_id}",
        profil=dossier.profil,
    )
