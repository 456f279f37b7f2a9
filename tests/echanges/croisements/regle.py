"""When two visits cross, written apart from the statement of ``croisements.recherche``, which must say the same."""

from __future__ import annotations

from dataclasses import dataclass

from fce.echanges.croisements.adresses import LieuConnu, se_rejoignent
from fce.echanges.croisements.regles import Duree
from fce.echanges.vocabulaire import PROXIMITE, Signe


@dataclass(frozen=True, slots=True)
class Venue:
    """A service at some establishments during some days: a visit that is announced, or a contact that was made."""

    service: int
    duree: Duree
    lieux: tuple[LieuConnu, ...]


def signe(mienne: Venue, autre: Venue, parente: frozenset[str] = frozenset()) -> Signe | None:
    """The strongest reason why two presences cross, None when they do not.

    ``parente``: SIRETs that the establishments of ``mienne`` follow or are followed by. An establishment whose
    ``cle_adresse`` is "" meets no other by its address.
    """
    if mienne.service == autre.service or mienne.duree.ecart(autre.duree) > PROXIMITE:
        return None
    sirets = {lieu.siret for lieu in mienne.lieux}
    sirens = {lieu.siren for lieu in mienne.lieux}
    ailleurs = [lieu for lieu in autre.lieux if lieu.siret not in sirets]
    if len(ailleurs) < len(autre.lieux):
        return Signe.ETABLISSEMENT
    if any(lieu.siret in parente for lieu in ailleurs):
        return Signe.SUCCESSION
    if any(se_rejoignent(lieu.cle_adresse, ici.cle_adresse) for lieu in ailleurs for ici in mienne.lieux):
        return Signe.ADRESSE
    return Signe.ENTREPRISE if any(lieu.siren in sirens for lieu in ailleurs) else None
