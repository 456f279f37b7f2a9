"""Sums of a territory by section of the NAF and by commune, over the rows that the reader may read; and the companies
whose own figure a subtraction gives, within a page or between two pages of a day."""

# ruff: noqa: S608 (only constants and names of columns are interpolated)

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from fce.droits.habilitations.portee import Condition
from fce.ensembles.territoires.mesures import relation
from fce.ensembles.territoires.ouvertures import conditions_de, toutes
from fce.ensembles.territoires.selection import FILTRES
from fce.ensembles.territoires.selectors import LectureDeTerritoire
from fce.socle.base import lectures

Sommes = Mapping[str, Any]
"""A group: ``genre`` (``SECTION``…), its code, the columns of ``sommer``."""
SECTION, COMMUNE, TOTAL = 1, 2, 3
_COLONNES: Final = "t.section, t.commune, t.siren, t.effectif, t.effectif_avant, t.heures, t.controle, t.pse"
"""Columns that the figures read."""
_BORNES: Final = ("de", "a", "de_connue", "a_connue")
"""Smallest and largest SIREN of the rows that may be read, then of those that have a value."""


class Chiffrage(NamedTuple):
    """The sum of ``sql`` over the rows of a group, among those that may be read and where ``connue`` is true ("": all).
    ``absence``: what is said of a group where no row has a value."""

    titre: str
    mesure: str
    sql: str = "0"
    connue: str = ""
    absence: str = "0"


CHIFFRES: Final = {
    "effectif": Chiffrage("Salariés", "effectif", "t.effectif", "t.effectif IS NOT NULL", "aucun déclaré"),
    "variation": Chiffrage(
        "En un an",
        "effectif",
        "t.effectif - t.effectif_avant",
        "t.effectif IS NOT NULL AND t.effectif_avant IS NOT NULL",
        "non comparable",
    ),
    "heures": Chiffrage(
        "Heures d’activité partielle", "activite-partielle", "t.heures", "t.heures IS NOT NULL", "aucune connue"
    ),
    "pse": Chiffrage("Touchés par un PSE", "pse", "(t.pse IS NOT NULL)::int"),
    "controles": Chiffrage(
        "Vus par votre service depuis un an", "controle", "(t.controle >= %s::date - interval '1 year')::int"
    ),
}


def sommer(lecture: LectureDeTerritoire, ou: Condition) -> list[dict[str, Any]]:
    """Every group of the rows of ``ou``. Each row is read once, by section and commune; all the groups are sums of
    those, a hundredth as many."""
    ouvertes = lecture.mesures
    droits = conditions_de(ouvertes[chiffre.mesure] for chiffre in CHIFFRES.values())
    colonnes = ["genre", "section", "commune", "etablissements", "de", "a"]
    sommes = ["GROUPING(section, commune)", "section", "commune", "sum(lieux)::bigint", "min(de)", "max(a)"]
    detail = ["count(*) AS lieux", "min(t.siren) AS de", "max(t.siren) AS a"]
    parametres: list[object] = []
    for nom, chiffre in CHIFFRES.items():
        ouverte = f"t.o_{droits.index(ouvertes[chiffre.mesure].condition)}"
        lisible, connue = (
            f"FILTER (WHERE {c})" for c in (ouverte, f"{ouverte} AND {chiffre.connue}" if chiffre.connue else ouverte)
        )
        bornes = [f"{nom}_{borne}" for borne in _BORNES]
        extremes = [("min", lisible), ("max", lisible), ("min", connue), ("max", connue)]
        detail += [f"count(*) {lisible} AS {nom}_ouverts", f"sum({chiffre.sql}) {connue} AS {nom}"]
        detail += [f"{f}(t.siren) {filtre} AS {b}" for b, (f, filtre) in zip(bornes, extremes, strict=True)]
        parametres += [lecture.jour.isoformat()] if "%s" in chiffre.sql else []
        sommes += [f"sum({nom}_ouverts)::bigint", f"sum({nom})"]
        sommes += [f"{f}({b})" for b, (f, _) in zip(bornes, extremes, strict=True)]
        colonnes += [f"{nom}_ouverts", nom, *bornes]
    lisibles = ", ".join(f"{droit.sql} AS o_{rang}" for rang, droit in enumerate(droits))
    # OFFSET keeps PostgreSQL from writing each right again in each sum, where it would be compared forty times a row.
    rangees = lectures.rangees(
        f"WITH d AS (SELECT t.section, t.commune, {', '.join(detail)} "
        f"FROM (SELECT {_COLONNES}, {lisibles} FROM {relation(lecture.lecteur)} t WHERE {ou.sql} OFFSET 0) t "
        "GROUP BY t.section, t.commune) "
        f"SELECT {', '.join(sommes)} FROM d GROUP BY GROUPING SETS ((section), (commune), ())",
        [*parametres, *(p for droit in droits for p in droit.parametres), *ou.parametres],
    )
    return [dict(zip(colonnes, ligne, strict=True)) for ligne in rangees]


def seule(groupes: Iterable[Sommes], nom: str = "") -> str:
    """SIREN of the only company of these groups; of a figure, the only one that may be read or that has a value; ""
    when there are several, or none."""
    siens, debut = list(groupes), f"{nom}_" if nom else ""
    for de, a in (("de", "a"), ("de_connue", "a_connue"))[: 2 if nom else 1]:
        bornes = [(b[debut + de], b[debut + a]) for b in siens if b[debut + de] is not None]
        if bornes and (siren := min(bas for bas, _ in bornes)) == max(haut for _, haut in bornes):
            return str(siren)
    return ""


def isolees(
    page: LectureDeTerritoire,
    tous: Sequence[Sommes],
    montres: Sequence[Sommes],
    autres: Iterable[LectureDeTerritoire],
) -> dict[str, set[str]]:
    """{measure: SIREN of the companies whose own fact is given by a subtraction}: the total minus the other groups, or
    the same group of two pages.

    ``tous``: groups of the page; ``montres``: those that it shows; ``autres``: the other pages of the day.
    """
    trouvees: dict[str, set[str]] = {}

    def noter(groupes: Sequence[Sommes], mesures: Iterable[str], nom: str = "") -> None:
        if siren := seule(groupes, nom):
            for mesure in mesures:
                trouvees.setdefault(mesure, set()).add(siren)

    filtrees, lisible = _filtrees(page)
    vues = {_cle(b): b for b in montres}
    dites = {(cle, nom) for cle, b in vues.items() for nom in CHIFFRES if not seule([b], nom)}
    for genre in (SECTION, COMMUNE):
        siens = [b for b in tous if b["genre"] == genre]
        noter([b for b in siens if _cle(b) not in vues], filtrees)
        for nom, chiffre in CHIFFRES.items():
            if ((TOTAL, None, None), nom) in dites:
                noter([b for b in siens if (_cle(b), nom) not in dites], [chiffre.mesure], nom)
    for autre in autres:
        for b in sommer(page, _difference(page.ou, autre.ou)):
            for nom, chiffre in CHIFFRES.items():
                if (_cle(b), nom) in dites:
                    noter([b], [chiffre.mesure], nom)
        siennes, sienne = _filtrees(autre)
        for b in sommer(page, _difference(lisible, sienne)) if filtrees | siennes else ():
            noter([b] if _cle(b) in vues else [], filtrees | siennes)
    return trouvees


def _filtrees(page: LectureDeTerritoire) -> tuple[set[str], Condition]:
    """The measures that filter a page, and its rows before they do, where the reader may read them."""
    filtrees = {FILTRES[nom].mesure for nom in page.selection.reserves}
    return filtrees, toutes([page.ouverte, *conditions_de(page.mesures[nom] for nom in filtrees)])


def _cle(groupe: Sommes) -> tuple[object, ...]:
    return groupe["genre"], groupe["section"], groupe["commune"]


def _difference(a: Condition, b: Condition) -> Condition:
    """Rows of one and not of the other. Their union is said first, for the indexes of the territories."""
    sql = f"(({a.sql}) OR ({b.sql})) AND ({a.sql}) IS DISTINCT FROM ({b.sql})"
    return Condition(sql, (*a.parametres, *b.parametres) * 2)
