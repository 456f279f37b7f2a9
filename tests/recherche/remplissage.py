"""An engine that holds what some sources say."""

from __future__ import annotations

from collections.abc import Iterable

from fce.entreprises.contenu import DocumentEntreprise
from fce.recherche.document import documents
from fce.recherche.port import Manifeste, Moteur


def remplir(machine: Moteur, sources: Iterable[DocumentEntreprise]) -> Moteur:
    """One fragment, in place."""
    with machine.chantier(1) as chantier:
        redacteur = chantier.redacteur(0)
        for source in sources:
            unite, lieux, etat = documents(source)
            assert unite is not None
            redacteur.ajouter("entreprises", etat, unite)
            for etat_du_lieu, lieu in lieux:
                redacteur.ajouter("etablissements", etat_du_lieu, lieu)
        redacteur.terminer()
        chantier.basculer(Manifeste("", {}))
    return machine
