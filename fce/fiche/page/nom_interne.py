"""The name of a masked unit, shown to an agent in the bar of its sheet, from the one live source meant for that. It is
requested after the page, and journalled as any live answer."""

from __future__ import annotations

from typing import Final

from fce.donnees.imports.directes import client
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage import directes
from fce.fiche.formes.contenu import EnValeurs, Fiche
from fce.sources.direct import direct_de
from fce.sources.synthese import Denomination

CIBLE: Final = "nom-interne"
"""Element of the bar that the name replaces."""


def source_du_nom(fiche: Fiche, lecteur: LecteurDeDonnees) -> str:
    """The source that gives this reader the name of a masked unit; "" without one."""
    if not fiche.vue.masque or not client.configuree():
        return ""
    ou = fiche.unite.siren, fiche.unite.departements
    sources = [s for s in directes.sources_directes(fiche.unite) if direct_de(s).diffusion_partielle]
    return next((s.nom for s in sources if not lecteur.refus(lecteur.decider(s, *ou))), "")


def nom(bloc: directes.BlocDirect) -> str:
    """The name in a live answer; "" without one."""
    if not isinstance(bloc.contenu, EnValeurs):
        return ""
    valeurs = {libelle: cellule.texte for libelle, cellule in bloc.contenu.paires}
    for trait in bloc.source.synthese:
        for groupe in trait.attributs if isinstance(trait, Denomination) else ():
            dits = [valeurs.get(bloc.source.champs[attribut].libelle, "") for attribut in groupe]
            if all(dits):
                return " ".join(dits)
    return ""
