"""Figures that a company declared beside those that it published (``Confrontation``), in a bloc of their own. Uses only
rows that the reader may read, of the whole company on both sides. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from fce.fiche.assemblage.blocs import Versions, reuni
from fce.fiche.formes.contenu import Bloc, Cellule, ColonneVue, EnTableau
from fce.fiche.lecture.plan import Plan
from fce.fiche.unite.perimetre import reunir
from fce.socle.texte.formats import jour, nombre
from fce.sources.comptes import Confronte
from fce.sources.declaration import Source
from fce.sources.garde_fou import faute_consignee

Lignes = Sequence[Mapping[str, Any]]
PAREIL: Final = "aucun"


def blocs(permises: Sequence[tuple[Plan, Lignes]], versions: Versions, aujourd_hui: date) -> Iterator[tuple[str, Bloc]]:
    """(rubrique, bloc) of each source with figures that another one publishes. ``permises``: the rows read of each,
    already chosen and allowed."""
    par_nom = {plan.source.nom: (plan, lignes) for plan, lignes in permises if lignes and plan.perimetre.entier}
    for plan, lignes in par_nom.values():
        regle = plan.source.confrontation
        autre, publiees = par_nom.get(regle.avec, (None, ())) if regle else (None, ())
        if regle is None or autre is None:
            continue
        confrontes = None
        with faute_consignee("confrontation", plan.source.nom):
            confrontes = regle.fonction(lignes, publiees, aujourd_hui)
        if confrontes:
            contenu = _tableau(plan, autre, confrontes, regle.note)
            noms = [plan.source.nom, autre.source.nom]
            yield plan.source.rubrique, reuni(regle.titre, noms, versions, contenu)


def _tableau(plan: Plan, autre: Plan, confrontes: Sequence[Confronte], note: str) -> EnTableau:
    perimetre = reunir((p.source.titre, p.perimetre) for p in (plan, autre))
    colonnes = (
        ColonneVue("chiffre", "Chiffre"),
        ColonneVue("cloture", "Exercice clos le"),
        ColonneVue("declare", f"Déclaré – {_producteur(plan.source)} (€)", True),
        ColonneVue("declare_le", "Déclaré le"),
        ColonneVue("publie", f"Publié – {_producteur(autre.source)} (€)", True),
        ColonneVue("ecart", "Écart, publié moins déclaré (€)", True),
    )
    rangees = tuple(
        (
            Cellule(c.libelle),
            Cellule(jour(c.cloture), c.cloture),
            Cellule(nombre(c.declare), c.declare),
            Cellule(jour(c.declare_le), c.declare_le),
            Cellule(nombre(c.publie), c.publie),
            _ecart(round(c.publie - c.declare)),
        )
        for c in confrontes
    )
    portee = f"{perimetre.phrase[:1].upper()}{perimetre.phrase[1:]}."
    return EnTableau(colonnes, rangees, len(rangees), perimetre, note=" ".join(filter(None, (portee, note))))


def _producteur(source: Source) -> str:
    return source.producteur.sigle or source.producteur.nom


def _ecart(ecart: int) -> Cellule:
    """Equal to the euro: accounts are published in whole euros."""
    return Cellule(f"{'+' if ecart > 0 else ''}{nombre(ecart)}" if ecart else PAREIL, ecart)
