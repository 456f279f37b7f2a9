"""Write all the data sets of a universe into a folder."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from pathlib import Path
from typing import Any, Final

from fce.demo import univers as sirene
from fce.demo.calendrier import Calendrier
from fce.demo.jeux import (
    accords_publies,
    aides,
    alimentation,
    annonces,
    comptes,
    controles,
    difficultes,
    dirigeants,
    effectifs,
    fichiers,
    fiscal,
    flux,
    labels,
    lieux_classes,
    mutations,
    publics,
    relations,
    rne,
)
from fce.demo.jeux.monde import Monde
from fce.demo.univers import GRAINE, Univers
from fce.sources import registre


@dataclass
class Recits:
    """The universe and its stories, each computed once. A data set takes those that its parameters name."""

    monde: Monde

    @cached_property
    def difficultes(self) -> difficultes.Difficultes:
        return difficultes.survenues(self.monde)

    @cached_property
    def emploi(self) -> effectifs.Emploi:
        return effectifs.Emploi(self.monde, self.difficultes)

    @cached_property
    def direction(self) -> dirigeants.Direction:
        return dirigeants.direction(self.monde, self.difficultes)

    @cached_property
    def comptes(self) -> list[comptes.Compte]:
        return comptes.comptes(self.emploi)

    @cached_property
    def accords(self) -> list[relations.Accord]:
        return relations.accords(self.monde)

    @cached_property
    def detaches(self) -> dict[str, int]:
        """Posted workers, by SIRET of the host establishment."""
        return relations.detachement(self.emploi)


_MODULES = (
    *(accords_publies, aides, alimentation, annonces, comptes, controles, dirigeants, effectifs, fiscal, flux, labels),
    *(lieux_classes, mutations, publics, relations, rne),
)
JEUX: Final[dict[str, Callable[..., Any]]] = {
    source.nom: vars(module)[source.vue]
    for source in registre.toutes()
    for module in _MODULES
    if source.vue in vars(module)
}
"""{source: function of its name, which gives its rows, or its JSON, or its bytes when the layout is neither}."""

MEME_FICHIER = {
    **dict.fromkeys(("rne-dirigeants", "rne-anciens-dirigeants", "rne-observations"), "rne"),
    "ratios-consolides": "ratios-financiers",
}
"""Sources that read another source's file."""


def ecrire(dossier: Path, univers: Univers, *, graine: int = GRAINE) -> dict[str, Path]:
    """Write every data set except Sirene's into an existing folder; return ``{source: file}``."""
    recits, chemins = Recits(Monde(univers, graine)), {}
    for nom, jeu in JEUX.items():
        contenu = jeu(*(getattr(recits, recit) for recit in signature(jeu).parameters))
        if isinstance(contenu, dict | list):
            contenu = fichiers.en_json(contenu)
        elif not isinstance(contenu, bytes):
            contenu = fichiers.gabarit(nom).octets(contenu)
        extension = registre.exemple(registre.source(nom)).name.removeprefix("exemple")
        chemins[nom] = fichiers.ecrire(dossier / f"{nom}{extension}", contenu)
    return chemins | {nom: chemins[autre] for nom, autre in MEME_FICHIER.items()}


def ecrire_tout(
    dossier: Path, *, graine: int = GRAINE, entreprises: int = 5_000, calendrier: Calendrier | None = None
) -> dict[str, Path]:
    """Write every data set of a seed's universe; create the folder if missing. ``calendrier``: today's by default."""
    univers = sirene.composer(graine=graine, entreprises=entreprises, calendrier=calendrier)
    return sirene.ecrire(dossier, univers) | ecrire(dossier, univers, graine=graine)
