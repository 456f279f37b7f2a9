"""An engine that holds what some sources say."""

from __future__ import annotations

from collections.abc import Iterable

from fce.donnees.entreprises.contenu import DocumentEntreprise
from fce.recherche.engines.port import Manifeste, Moteur
from fce.recherche.index.documents import documents


def remplir(machine: Moteur, sources: Iterable[DocumentEntreprise]) -> Moteur:
    """One fragment, in place."""
    with machine.chantier(1) as chantier:
        redacteur = chantier.redacteur(0)
        for genre, etat, faits in documents([*sources]).ranges():
            redacteur.ajouter(genre, etat, faits)
        redacteur.terminer()
        chantier.basculer(Manifeste("", {}))
    return machine
