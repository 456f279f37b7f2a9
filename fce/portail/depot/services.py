"""What data officers do, each act with its event; the deposits themselves are the business of ``imports.depots``."""

import datetime

from fce.comptes.evenements import noter
from fce.imports.depots import services as depots
from fce.imports.depots.deposants import Responsable
from fce.imports.depots.ecriture import ecriture
from fce.imports.depots.reception import Recu
from fce.imports.models import Depot, Import
from fce.sources.declaration import Source


def deposer(responsable: Responsable, source: Source, recu: Recu, date_metier: datetime.date | None) -> Depot:
    """Make a deposit of a file received, verified at once when it is small. Raises what ``depots.inscrire`` raises."""
    with ecriture():
        depot, nouveau = depots.inscrire(responsable, source, recu, date_metier)
        if nouveau:
            _noter(responsable, "depot_recu", depot)
            depot = depots.verifier_si_petit(depot)
    return depot


def verifier(responsable: Responsable, depot: Depot) -> None:
    """Verify an open deposit again, at once when it is small. Raises EtatIncompatible."""
    with ecriture():
        depots.verifier_si_petit(depots.remettre_en_attente(depot.pk))


def publier(responsable: Responsable, depot: Depot, motif: str) -> None:
    """Put in place what was verified; ``motif``: why, when a threshold refuses it. Raises as ``depots.publier``."""
    with ecriture():
        publie = depots.publier_en_ligne(depot.pk, forcer=motif)
        _noter(responsable, "depot_publie", publie)


def abandonner(responsable: Responsable, depot: Depot) -> None:
    """Give a deposit up. Raises EtatIncompatible."""
    with ecriture():
        _noter(responsable, "depot_abandonne", depots.abandonner(depot.pk))


def revenir(responsable: Responsable, source: Source, depuis: int) -> Import:
    """Show the version before again. Raises what ``depots.revenir`` raises."""
    with ecriture():
        retabli = depots.revenir(responsable, source, depuis=depuis)
        noter(responsable.par, "depot_retour", source.nom, {"import": depuis}, {"import": retabli.pk})
    return retabli


def _noter(responsable: Responsable, action: str, depot: Depot) -> None:
    noter(responsable.par, action, f"depot-{depot.pk}", apres={"source": depot.source, "etat": str(depot.etat)})
