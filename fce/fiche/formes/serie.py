"""Figures over time: a chart and its table, over a period counted back from the last known date."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Final

from fce.fiche.formes import graphique, tableau
from fce.fiche.formes.commun import Contexte, colonne, sommer
from fce.fiche.formes.contenu import Cellule, ColonneVue, EnSerie
from fce.fiche.formes.graphique import Graphique
from fce.fiche.lecture.plan import Forme, Plan
from fce.socle.texte.formats import mois
from fce.sources import presentation

LIGNES_MINIMUM: Final = 8
PARTIE: Final = "_partie"
PERIODES: Final = (6, 12, 24, 60)
_MOIS = re.compile(r"(\d{4})-?(0[1-9]|1[0-2])|(0[1-9]|1[0-2])/(\d{4})")


def composer(plan: Plan, forme: presentation.Serie, lignes: Sequence[dict[str, Any]], contexte: Contexte) -> EnSerie:
    """Chart and table, newest first in the table. Yearly figures cover five years, whatever the period asked."""
    attributs = [a for a in (*forme.courbes, *forme.barres) if a in plan.lisibles or a not in plan.source.champs]
    additionner = plan.unite.entreprise and bool(plan.siret) and plan.forme is Forme.LIGNES
    datees = par_date(lignes, forme.date, attributs, additionner=additionner)
    perimetre, propre = plan.perimetre, {}
    if contexte.ensemble and contexte.ensemble.serie:
        # The whole company, with the reader's own part beside its main figure.
        perimetre, propre = perimetre.complet(), {PARTIE: f"dont {plan.perimetre.lieux}"}
        parties = {jour: ligne.get(attributs[0]) for jour, ligne in datees}
        datees = [
            (jour, {**ligne, PARTIE: parties.get(jour)})
            for jour, ligne in par_date(contexte.ensemble.serie, forme.date, attributs, additionner=False)
        ]
    annuelle = _annuelle([jour for jour, _ in datees])
    periode = 60 if annuelle else contexte.periode
    gardees = datees
    if datees and not contexte.complet:
        gardees = [(jour, ligne) for jour, ligne in datees if _ecart(jour, datees[-1][0]) < periode]
    libelle = _annee if annuelle else mois
    exacte = any(jour.day != 1 for jour, _ in gardees)
    libelles = {a: colonne(plan, a).libelle for a in attributs} | propre
    corps = [ligne | {"_date": jour} for jour, ligne in reversed(gardees)]
    # The chart has all the dates; the table below, the latest ones.
    montrees = corps if contexte.complet else corps[: max(LIGNES_MINIMUM, contexte.limite(60, len(attributs) // 2))]
    return EnSerie(
        graphiques=_graphiques(forme, gardees, libelles, libelle),
        tableau=tableau.construire(
            plan,
            (
                colonne(plan, forme.date),
                *(colonne(plan, a) for a in attributs),
                *(ColonneVue(a, libelle, chiffre=True) for a, libelle in propre.items()),
            ),
            montrees,
            len(corps),
            unites="période",
            note=tableau.note(plan, contexte),
            cellules={} if exacte else {forme.date: lambda ligne: Cellule(libelle(ligne["_date"]), ligne["_date"])},
        ),
        perimetre=perimetre,
        periode=0 if annuelle else periode,
        periodes=() if annuelle or len(datees) < PERIODES[0] else PERIODES,
    )


def _graphiques(
    forme: presentation.Serie, datees: Sequence[tuple[date, dict[str, Any]]], libelles: Mapping[str, str], dater: Any
) -> tuple[Graphique, ...]:
    """One chart per figure to draw, the reader's part in its own after the first, then the shares."""
    lignes, jours = [ligne for _, ligne in datees], [jour for jour, _ in datees]
    ideaux = [a for a in forme.dessinees or forme.courbes[:1] if a in libelles]
    ideaux[1:1] = [PARTIE] if PARTIE in libelles else []
    dessines = [graphique.total(lignes, jours, a, libelles[a], dater) for a in ideaux]
    if parties := {a: libelles[a] for a in forme.barres if a in libelles}:
        dessines.append(graphique.parts(lignes, jours, parties, dater))
    return tuple(g for g in dessines if g is not None)


def par_date(
    lignes: Sequence[dict[str, Any]], attribut: str, attributs: Sequence[str], *, additionner: bool
) -> list[tuple[date, dict[str, Any]]]:
    """One row per date, oldest first; rows of the same date are added up, or the first one is kept."""
    groupes: dict[date, list[dict[str, Any]]] = {}
    for ligne in lignes:
        jour = en_date(ligne.get(attribut))
        if jour is not None:
            groupes.setdefault(jour, []).append(ligne)
    datees = []
    for jour, groupe in sorted(groupes.items()):
        somme = {a: sommer(groupe, a) for a in attributs} if additionner else {}
        datees.append((jour, {**groupe[0], **somme}))
    return datees


def en_date(valeur: Any) -> date | None:
    """First day of a date, a year (2025), or a month ("2025-03", "202503", "03/2025")."""
    if isinstance(valeur, date):
        return date(valeur.year, valeur.month, valeur.day)
    if isinstance(valeur, int):
        if 1000 <= valeur <= 9999:
            return date(valeur, 1, 1)
        valeur = str(valeur)
    if isinstance(valeur, str):
        if trouve := _MOIS.fullmatch(valeur.strip()):
            an, mois_, mois_devant, an_derriere = trouve.groups()
            return date(int(an or an_derriere), int(mois_ or mois_devant), 1)
        if re.fullmatch(r"[12]\d{3}", valeur.strip()):
            return date(int(valeur), 1, 1)
    return None


def _annuelle(jours: Sequence[date]) -> bool:
    ecarts = sorted((apres - avant).days for avant, apres in pairwise(jours))
    return bool(ecarts) and ecarts[len(ecarts) // 2] > 180


def _ecart(jour: date, dernier: date) -> int:
    return (dernier.year - jour.year) * 12 + dernier.month - jour.month


def _annee(jour: date) -> str:
    return str(jour.year)
