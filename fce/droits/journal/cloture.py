"""Close the ended days: verify the journal, then seal; record the breaks that are explained."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from fce.droits.journal import alertes, empreintes, lectures, scellement
from fce.droits.journal.models import Explication, Sceau
from fce.droits.journal.verification import valeurs_de_l_explication, verifier
from fce.socle.base.restauration import EtatRestaure, etat
from fce.socle.erreurs import JournalRompu, ParametreInvalide
from fce.socle.texte import paris

log = structlog.get_logger(__name__)


def sceller(maintenant: datetime) -> list[Sceau]:
    """Verify the journal, then seal every ended day not sealed yet, in order; return the new seals.

    Raises JournalRompu, after an alert, when something was changed: a new seal would vouch for it. While a restored
    database waits for its list of withdrawals, nothing is sealed: the days whose rows are lost would get the seal of an
    empty day, and the list, which holds their true one, would come too late.
    """
    if etat() is not EtatRestaure.OUVERTE or not scellement.retard(maintenant):
        return []
    if not (rapport := verifier()).scellable:
        alertes.noter_la_verification(rapport, maintenant)
        raise JournalRompu("Le journal n’est plus intact : aucun jour n’est scellé. « fce journal verifier » dit où.")
    scellement.attendre_les_ecritures()
    hier = paris.jour_de(maintenant) - scellement.UN_JOUR
    poses = []
    while (sceau := scellement.sceller_le_prochain(hier, maintenant)) is not None:
        poses.append(sceau)
        # Logged too, so that a rewrite of the whole database can be detected; one line for many empty days.
        if sceau.nombre or sceau.jour == hier:
            log.info("journal_scelle jour=%s nombre=%s racine=%s", sceau.jour, sceau.nombre, sceau.racine.hex())
    return poses


def expliquer(ruptures: Sequence[str], par: str, motif: str, maintenant: datetime) -> None:
    """Record breaks as known, for ever: the verifier then counts them apart, and days are sealed again.

    Raises ParametreInvalide without a reason."""
    if len(motif.strip()) < lectures.MOTIF_MIN:
        raise ParametreInvalide(f"Écrivez ce qui les explique, en {lectures.MOTIF_MIN} caractères au moins.")
    explication = Explication(quand=maintenant, par=par, motif=motif, ruptures=list(ruptures))
    explication.cle, explication.sceau = empreintes.sceller(*valeurs_de_l_explication(explication))
    explication.save(force_insert=True)
    log.warning("journal_explication par=%s nombre=%s", par, len(ruptures))
