"""Contradictions between registers about the unit of a sheet (``fce.donnees.contradictions``), from the rows that its
reader may read: a bloc of the whole sheet, and lines of the Synthèse. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from fce.donnees.contradictions.regle import Contradiction, Faits
from fce.donnees.contradictions.regles import relever
from fce.donnees.entreprises import requetes
from fce.fiche.assemblage.blocs import Versions, reuni
from fce.fiche.formes.contenu import Bloc, Cellule, ColonneVue, ContradictionVue, EnTableau
from fce.fiche.lecture.plan import Plan
from fce.fiche.unite.registres import DitDeRegistre
from fce.fiche.unite.unite_visee import ParBranche, Unite, premiere
from fce.socle.base.branches import Branche
from fce.socle.texte.formats import jour
from fce.sources import registre
from fce.sources.onglets import SYNTHESE, TOUT, Onglet

Lignes = Sequence[Mapping[str, Any]]
TITRE: Final = "Ce qui se contredit"
_COLONNES: Final = (
    ColonneVue("titre", "Contradiction"),
    ColonneVue("registre", "Registre"),
    ColonneVue("dit", "Ce qu’il dit"),
    ColonneVue("au", "Fichier au"),
)


def lisibles(onglet: Onglet) -> bool:
    """Whether this part of the sheet reads every register."""
    return onglet in (SYNTHESE, TOUT)


def branches(unite: Unite, onglet: Onglet) -> list[Branche]:
    return [requetes.sieges(unite.siren)] if unite.entreprise and lisibles(onglet) else []


def relevees(
    unite: Unite, toutes: ParBranche, permises: Sequence[tuple[Plan, Lignes]], versions: Versions, aujourd_hui: date
) -> tuple[ContradictionVue, ...]:
    """``permises``: sources read for this reader, with their chosen rows. Rows of a part of the company only are left
    out: a rule may conclude from the absence of one."""
    faits = Faits(
        aujourd_hui,
        premiere(toutes["unite_legale"]),
        None if unite.entreprise else premiere(toutes["etablissement"]),
        premiere(toutes.get("siege")),
        toutes.get("sieges") or (),
        {plan.source.nom: lignes for plan, lignes in permises if plan.perimetre.entier},
    )
    return tuple(_datee(contradiction, versions) for contradiction in relever(faits))


def _datee(contradiction: Contradiction, versions: Versions) -> ContradictionVue:
    regle = contradiction.regle
    dits = []
    for dit in contradiction.dits:
        origine = versions.provenance(registre.source(dit.source))
        registre_dit = f"{origine.systeme} ({origine.producteur})"
        dits.append(DitDeRegistre(dit.source, registre_dit, dit.phrase, dit.jour, dit.mot, origine.date_metier))
    destinataires = tuple((p.sigle or p.nom, source.nom) for p, source in regle.destinataires)
    return ContradictionVue(regle.code, regle.titre, regle.pourquoi, tuple(dits), destinataires)


def blocs(relevees: Sequence[ContradictionVue], unite: Unite, versions: Versions) -> Iterator[tuple[str, Bloc]]:
    """(rubrique, bloc) for the whole sheet and its files."""
    if not relevees:
        return
    rangees = tuple(
        (
            Cellule(c.titre),
            Cellule(dit.registre),
            Cellule(dit.entier),
            Cellule(jour(dit.au), dit.au),
        )
        for c in relevees
        for dit in c.dits
    )
    tableau = EnTableau(_COLONNES, rangees, len(rangees), unite.perimetre)
    noms = list(dict.fromkeys(dit.source for c in relevees for dit in c.dits))
    yield "identite", reuni(TITRE, noms, versions, tableau)
