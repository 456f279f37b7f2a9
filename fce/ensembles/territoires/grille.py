"""The fixed grid: figures of a département by section of the NAF, for agents whose rights open no row of a measure.

Statistical secrecy: a cell is published when three companies at least make it and none makes 85 % of it. Since the
total of the département is published, the hidden cells must be safe together, or others are hidden with them. The grid
has no filter, one shape, and one state a month, so that nothing is told by crossing two of them.
"""

# ruff: noqa: S608 (only constants and names of columns are interpolated)

from __future__ import annotations

from collections.abc import Collection, Container, Hashable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple, TypeVar

from fce.ensembles.territoires.mesures import contacts, mesures, sql_du_fichier
from fce.ensembles.territoires.models import CaseDeGrille, LieuPrepare

ENTREPRISES_MIN: Final = 3
PART_MAX: Final = 0.85
TOTAL: Final = ""
K = TypeVar("K", bound=Hashable)

_CONTACTS: Final = ", ".join(sql_du_fichier(nom, "t") for nom in contacts())
# {measure: (contribution of an establishment, rounding)}. A company contributes the sum of its establishments; a count
# of companies, one.
CONTRIBUTIONS: Final = {
    "effectif": ("sum(t.effectif)", 10),
    "activite-partielle": ("sum(t.heures)", 100),
    "pse": ("count(DISTINCT t.siren) FILTER (WHERE t.pse IS NOT NULL)", 1),
    "contact": (f"count(*) FILTER (WHERE GREATEST({_CONTACTS}) >= %(jour)s::date - interval '1 year')", 1),
}


class CaseComptee(NamedTuple):
    """A figure, the companies that make it, and what the largest of them makes."""

    somme: float
    entreprises: int
    maximum: float


AUCUNE: Final = CaseComptee(0.0, 0, 0.0)


def sure(case: CaseComptee) -> bool:
    """Whether a figure may be published: it tells nothing of one company."""
    return case.entreprises >= ENTREPRISES_MIN and case.maximum < PART_MAX * case.somme


def publier(cases: Mapping[K, CaseComptee], total: CaseComptee) -> tuple[dict[K, float | None], float | None]:
    """(cells, total), None where withheld. The order of ``cases`` must not depend on their values.

    Total minus the published cells gives the sum of the hidden ones: others are hidden with them, in order, until that
    sum is safe; when it never is, everything is hidden.
    """
    if not sure(total):
        return dict.fromkeys(cases), None
    tues = {cle for cle, case in cases.items() if not sure(case)}
    for cle in cases:
        if not tues or sure(_ensemble([cases[c] for c in tues])):
            break
        tues.add(cle)
    if tues and not sure(_ensemble([cases[c] for c in tues])):
        return dict.fromkeys(cases), total.somme
    return {cle: None if cle in tues else case.somme for cle, case in cases.items()}, total.somme


def _ensemble(cases: list[CaseComptee]) -> CaseComptee:
    """Cells together, at worst: the same companies in each, the largest of each being one."""
    return CaseComptee(sum(c.somme for c in cases), max(c.entreprises for c in cases), sum(c.maximum for c in cases))


def figer(curseur: Any, jour: date, en_place: Container[str]) -> None:
    """Compute the grid of the month of ``jour``: each measure once, as soon as a source of it is ``en_place``, so that
    a later version of a file does not change it. Every section that has establishments has a cell, so that its row says
    nothing."""
    mois = jour.replace(day=1)
    CaseDeGrille.objects.exclude(mois=mois).delete()
    figees = set(CaseDeGrille.objects.values_list("mesure", flat=True))
    publiques = _sections(curseur)
    for mesure, (contribution, arrondi) in CONTRIBUTIONS.items():
        if mesure in figees or not any(nom in en_place for nom in mesures()[mesure].champs):
            continue
        sections, totaux = (_compter(curseur, contribution, jour, par) for par in ("t.section", "''"))
        for departement, toutes in publiques.items():
            siennes = {s: sections[departement, s] for s in toutes if (departement, s) in sections}
            publiees, total = publier(siennes, totaux.get((departement, TOTAL), AUCUNE))
            CaseDeGrille.objects.bulk_create(
                CaseDeGrille(
                    mois=mois, departement=departement, section=section, mesure=mesure, valeur=_arrondir(v, arrondi)
                )
                for section, v in {**dict.fromkeys(toutes), **publiees, TOTAL: total}.items()
            )


def cases_de(departement: str, mesures: Collection[str]) -> list[tuple[str, dict[str, int | None]]]:
    """[(section, {measure: figure})] of a département, the total last. One query."""
    cases: dict[str, dict[str, int | None]] = {}
    for case in CaseDeGrille.objects.filter(departement=departement, mesure__in=mesures):
        cases.setdefault(case.section, {})[case.mesure] = case.valeur
    return sorted(cases.items(), key=lambda ligne: (ligne[0] == TOTAL, ligne[0]))


def _sections(curseur: Any) -> dict[str, list[str]]:
    """{département: its sections}, in order."""
    curseur.execute(
        f"SELECT departement, array_agg(DISTINCT section ORDER BY section) FROM {LieuPrepare._meta.db_table} "
        "WHERE section <> '' GROUP BY departement ORDER BY departement"
    )
    return dict(curseur.fetchall())


def _compter(curseur: Any, contribution: str, jour: date, par: str) -> dict[tuple[str, str], CaseComptee]:
    """{(département, section): cell} of the companies that contribute. Establishments without known section are in no
    cell and in no total, which would tell them by subtraction."""
    curseur.execute(
        "SELECT departement, section, sum(v), count(*), max(v) FROM ("
        f"SELECT t.departement, {par} AS section, t.siren, {contribution} AS v FROM {LieuPrepare._meta.db_table} t "
        f"WHERE t.section <> '' GROUP BY 1, 2, 3) c WHERE v > 0 GROUP BY departement, section",
        {"jour": jour},
    )
    return {(d, s): CaseComptee(float(somme), n, float(haut)) for d, s, somme, n, haut in curseur.fetchall()}


def _arrondir(valeur: float | None, pas: int) -> int | None:
    return None if valeur is None else pas * round(valeur / pas)
