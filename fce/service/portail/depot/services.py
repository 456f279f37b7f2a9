"""Actions of data officers, each with its event; ``donnees.imports.depots`` holds the deposits themselves."""

import datetime

from fce.donnees.imports.depots import services as depots
from fce.donnees.imports.depots.deposants import Responsable
from fce.donnees.imports.depots.ecriture import ecriture
from fce.donnees.imports.depots.reception import DepotRecu
from fce.donnees.imports.models import Depot, Import
from fce.droits.comptes.evenements import noter
from fce.sources.declaration import Source


def deposer(responsable: Responsable, source: Source, recu: DepotRecu, date_metier: datetime.date | None) -> Depot:
    """Deposit a received file; verify it at once when small. Raises as ``depots.inscrire``."""
    with ecriture():
        depot, nouveau = depots.inscrire(responsable, source, recu, date_metier)
        if nouveau:
            _noter(responsable, "depot_recu", depot)
            depot = depots.verifier_si_petit(depot)
    return depot


def verifier(responsable: Responsable, depot: Depot) -> None:
    """Verify an open deposit again, at once when small. Raises EtatIncompatible."""
    with ecriture():
        depots.verifier_si_petit(depots.remettre_en_attente(depot.pk))


def publier(responsable: Responsable, depot: Depot, motif: str) -> None:
    """Publish a verified deposit; ``motif``: reason to override a threshold. Raises as ``depots.publier``."""
    with ecriture():
        publie = depots.publier_en_ligne(depot.pk, forcer=motif)
        _noter(responsable, "depot_publie", publie)


def abandonner(responsable: Responsable, depot: Depot) -> None:
    """Abandon a deposit. Raises EtatIncompatible."""
    with ecriture():
        _noter(responsable, "depot_abandonne", depots.abandonner(depot.pk))


def revenir(responsable: Responsable, source: Source, depuis: int) -> Import:
    """Restore the previous version. Raises as ``depots.revenir``."""
    with ecriture():
        retabli = depots.revenir(responsable, source, depuis=depuis)
        noter(responsable.par, "depot_retour", source.nom, {"import": depuis}, {"import": retabli.pk})
    return retabli


def _noter(responsable: Responsable, action: str, depot: Depot) -> None:
    noter(responsable.par, action, f"depot-{depot.pk}", apres={"source": depot.source, "etat": str(depot.etat)})
