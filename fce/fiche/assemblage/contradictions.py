"""Contradictions between registers about the unit of a sheet (``fce.donnees.contradictions``), from the rows that its
reader may read: a bloc of the whole sheet, and lines of the Synthèse. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from fce.donnees.contradictions.regle import Contradiction, Faits
from fce.donnees.contradictions.regles import relever
from fce.donnees.entreprises import requetes
from fce.fiche.assemblage.blocs import Versions, bloc
from fce.fiche.formes.contenu import Bloc, Cellule, ColonneLue, ContradictionLue, TableauLu
from fce.fiche.lecture.plan import Plan
from fce.fiche.unite.registres import DitLu
from fce.fiche.unite.unite_visee import Lues, Unite, premiere
from fce.socle.base.branches import Branche
from fce.socle.texte.formats import jour
from fce.sources import registre
from fce.sources.onglets import SYNTHESE, TOUT, Onglet

Lignes = Sequence[Mapping[str, Any]]
TITRE: Final = "Ce qui se contredit"
_COLONNES: Final = (
    ColonneLue("titre", "Contradiction"),
    ColonneLue("registre", "Registre"),
    ColonneLue("dit", "Ce qu’il dit"),
    ColonneLue("au", "Fichier au"),
)


def lisibles(onglet: Onglet) -> bool:
    """Whether this part of the sheet reads every register."""
    return onglet in (SYNTHESE, TOUT)


def branches(unite: Unite, onglet: Onglet) -> list[Branche]:
    return [requetes.sieges(unite.siren)] if unite.entreprise and lisibles(onglet) else []


def lire(
    unite: Unite, lues: Lues, permises: Sequence[tuple[Plan, Lignes]], versions: Versions, aujourd_hui: date
) -> tuple[ContradictionLue, ...]:
    """``permises``: sources read for this reader, with their chosen rows. Rows of a part of the company only are left
    out: a rule may conclude from the absence of one."""
    faits = Faits(
        aujourd_hui,
        premiere(lues["unite_legale"]),
        None if unite.entreprise else premiere(lues["etablissement"]),
        premiere(lues.get("siege")),
        lues.get("sieges") or (),
        {plan.source.nom: lignes for plan, lignes in permises if plan.perimetre.entier},
    )
    return tuple(_lue(contradiction, versions) for contradiction in relever(faits))


def _lue(contradiction: Contradiction, versions: Versions) -> ContradictionLue:
    regle = contradiction.regle
    dits = []
    for dit in contradiction.dits:
        origine = versions.provenance(registre.source(dit.source))
        registre_dit = f"{origine.systeme} ({origine.producteur})"
        dits.append(DitLu(dit.source, registre_dit, dit.phrase, dit.jour, dit.mot, origine.date_metier))
    destinataires = tuple((p.sigle or p.nom, source.nom) for p, source in regle.destinataires)
    return ContradictionLue(regle.code, regle.titre, regle.pourquoi, tuple(dits), destinataires)


def blocs(lues: Sequence[ContradictionLue], unite: Unite, versions: Versions) -> Iterator[tuple[str, Bloc]]:
    """(rubrique, bloc) for the whole sheet and its files."""
    if not lues:
        return
    rangees = tuple(
        (
            Cellule(lue.titre),
            Cellule(dit.registre),
            Cellule(dit.entier),
            Cellule(jour(dit.au), dit.au),
        )
        for lue in lues
        for dit in lue.dits
    )
    tableau = TableauLu(_COLONNES, rangees, len(rangees), unite.perimetre)
    noms = list(dict.fromkeys(dit.source for lue in lues for dit in lue.dits))
    yield "identite", bloc(
        "fusion", TITRE, noms, versions, tableau,
        vide=False, en_panne=False, absence="", perimetre=unite.perimetre,
    )  # fmt: skip
