"""What a reading leaves in the journal, from who reads and what allows it: written the same way by every room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from fce.droits.acteurs import Acteur
from fce.droits.finalites import Droit
from fce.droits.politique import Classe
from fce.journal.services import Consultation


class Trace(Protocol):
    """Who reads, through which surface, in which request."""

    @property
    def acteur(self) -> Acteur: ...
    @property
    def surface(self) -> str: ...
    @property
    def requete(self) -> str: ...
    @property
    def adresse_ip(self) -> str: ...


def consultation(
    trace: Trace,
    numero: str,
    lignes: Mapping[str, int],
    classe: Classe,
    habilitations: Iterable[str],
    finalite: str | None,
    *,
    action: str = Droit.CONSULTER,
    poids: int,
) -> Consultation:
    """One entry. ``numero``: SIREN or SIRET, "" for several companies; ``lignes``: rows by source, or by kind of
    exchange; ``classe``: the highest of them; ``habilitations``: references of those that allow it; ``poids``: how many
    companies are counted in the volume of the reader."""
    acteur = trace.acteur
    return Consultation(
        agent=acteur.identifiant,
        siret_administration=acteur.siret_administration,
        habilitations=tuple(habilitations),
        finalite=finalite or "",
        sources=tuple(lignes),
        numero=numero,
        surface=trace.surface,
        action=str(action),
        lignes=lignes,
        classe=classe.value,
        requete=trace.requete,
        adresse_ip=trace.adresse_ip,
        budget=acteur.budget,
        poids=poids,
    )
