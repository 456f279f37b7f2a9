"""Figures of a territory, by section of the NAF and by commune: sums over the rows that the reader may read.

Filters apply: whoever sums these rows may also list them. A group without any open row is closed, never zero. What one
company makes has no figure: it is read in the list, where the journal names the company. When restricted facts filter,
the groups of one company are not shown at all, and one company alone is told as none is.
"""

# ruff: noqa: S608 (only constants and names of columns are interpolated)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

from fce.droits.lecteur import LecteurDeDonnees, Pesee
from fce.fiche.perimetre import nommer
from fce.referentiels import activites, territoires
from fce.socle import lectures
from fce.socle.formats import nombre
from fce.territoires import grille, liens
from fce.territoires.demande import DemandeLue
from fce.territoires.lieux import TerritoireChoisi
from fce.territoires.mesures import mesures, relation
from fce.territoires.models import Preparation
from fce.territoires.ouvertures import MesureOuverte, conditions_de, consigner_sans_entreprise, ouvertures
from fce.territoires.selectors import condition, derniere_preparation, refus_de

COMMUNES_MAX: Final = 50
FERME: Final = "fermé"
UNE_ENTREPRISE: Final = "voir la liste"
ABSENT: Final = "source absente"
PAS_ENCORE: Final = "pas encore calculé ce mois-ci"
_COLONNES: Final = "t.section, t.commune, t.siren, t.effectif, t.effectif_avant, t.heures, t.controle, t.pse"
"""Columns that the figures read."""
_GENRE: Final = "GROUPING(section, commune)"
"""1: a section, 2: a commune, 3: all."""
_GROUPES: Final = "GROUP BY GROUPING SETS ((section), (commune), ())"


@dataclass(frozen=True, slots=True)
class Chiffrage:
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
        "Vus par votre métier depuis un an", "controle", "(t.controle >= %s::date - interval '1 year')::int"
    ),
}


@dataclass(frozen=True, slots=True)
class CelluleDeGroupe:
    """``titre``: of its columns, ``largeur`` of them; ``texte``: figure as written; ``a_lister``: read in the list."""

    titre: str
    texte: str
    largeur: int = 1
    a_lister: bool = False


@dataclass(frozen=True, slots=True)
class GroupeChiffre:
    """``libelle``: of a section or a commune; ``adresse``: page that lists it, "" for none; ``total``: of them all."""

    libelle: str
    adresse: str
    etablissements: int
    cellules: Sequence[CelluleDeGroupe]
    total: bool = False


@dataclass(frozen=True, slots=True)
class ChiffresDuTerritoire:
    """``perimetres``: [(part of the territory that limits them, titles of figures)]. ``communes``: the largest ones,
    ``autres`` more are not shown. ``seules``: groups of one company not shown either; ``trop_peu``: one company at most
    in all, so that nothing is shown. ``grille``: [(section, [(title, figure)])] of the measures that no right opens."""

    total: GroupeChiffre | None
    sections: Sequence[GroupeChiffre]
    communes: Sequence[GroupeChiffre]
    autres: int
    ouvertures: Mapping[str, MesureOuverte]
    preparation: Preparation | None
    refusees: Sequence[str] = ()
    perimetres: Sequence[tuple[str, Sequence[str]]] = ()
    seules: int = 0
    trop_peu: bool = False
    grille: Sequence[tuple[str, Sequence[tuple[str, str]]]] = ()

    @property
    def par_section(self) -> list[GroupeChiffre]:
        return [*self.sections, *([self.total] if self.total else [])]


def lire(
    lecteur: LecteurDeDonnees, territoire: TerritoireChoisi, demande: DemandeLue, suite: QueryDict
) -> ChiffresDuTerritoire:
    """The figures of the establishments that fit the filters. Four round trips. ``suite``: parameters of the lists
    that they lead to.

    Raises ParametreInvalide, IndexIndisponible, JournalIndisponible, VolumeDepasse.
    """
    preparation = derniere_preparation()
    ouvertes = ouvertures(lecteur, preparation, territoire.departements_lus)
    refusees = refus_de(demande, ouvertes)
    if preparation is None or refusees:
        return ChiffresDuTerritoire(None, (), (), 0, ouvertes, preparation, refusees)
    lues = _lire(relation(lecteur), territoire, demande, ouvertes, preparation)
    _consigner(lecteur, ouvertes, demande)
    if demande.reserves and any(b["genre"] == 3 and b["une"] is not False for b in lues):
        return ChiffresDuTerritoire(None, (), (), 0, ouvertes, preparation, trop_peu=True)
    brutes = [b for b in lues if b["genre"] == 3 or not (demande.reserves and b["une"])]
    sections = [_de_section(b, territoire, suite, ouvertes) for b in brutes if b["genre"] == 1]
    communes = sorted((b for b in brutes if b["genre"] == 2), key=lambda b: (-b["etablissements"], b["commune"]))
    ici = territoire.genre, territoire.code
    total = next(
        (_groupe("Total", _liste(*ici, suite), b, ouvertes, total=True) for b in brutes if b["genre"] == 3), None
    )
    return ChiffresDuTerritoire(
        total,
        sorted(sections, key=lambda g: g.libelle),
        [_de_commune(b, suite, ouvertes) for b in communes[:COMMUNES_MAX]],
        max(0, len(communes) - COMMUNES_MAX),
        ouvertes,
        preparation,
        perimetres=_perimetres(territoire, ouvertes),
        seules=len(lues) - len(brutes),
        grille=_grille(territoire, ouvertes),
    )


def _grille(
    territoire: TerritoireChoisi, ouvertes: Mapping[str, MesureOuverte]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """The fixed grid of a département, for the measures closed to the reader."""
    closes = [m for m in grille.CONTRIBUTIONS if not ouvertes[m] and not ouvertes[m].absente]
    if territoire.genre != "departement" or not closes:
        return []
    return [
        (
            activites.en_clair(section) if section else "Total",
            [(mesures()[m].titre, _dire(cases[m]) if m in cases else PAS_ENCORE) for m in closes],
        )
        for section, cases in grille.lire(territoire.code, closes)
    ]


def _dire(valeur: int | None) -> str:
    return "secret statistique" if valeur is None else nombre(valeur)


def _lire(
    table: str,
    territoire: TerritoireChoisi,
    demande: DemandeLue,
    ouvertes: Mapping[str, MesureOuverte],
    preparation: Preparation,
) -> list[dict[str, Any]]:
    """Each row is read once, by section and commune; all the groups are sums of those, a hundredth as many."""
    droits = conditions_de(ouvertes[chiffre.mesure] for chiffre in CHIFFRES.values())
    colonnes = ["genre", "section", "commune", "etablissements", "une"]
    sommes = [_GENRE, "section", "commune", "sum(lieux)::bigint", "min(de) = max(a)"]
    detail = ["count(*) AS lieux", "min(t.siren) AS de", "max(t.siren) AS a"]
    parametres: list[object] = []
    for nom, chiffre in CHIFFRES.items():
        ouverte = f"t.o_{droits.index(ouvertes[chiffre.mesure].condition)}"
        lisible, connue = (
            f"FILTER (WHERE {c})" for c in (ouverte, f"{ouverte} AND {chiffre.connue}" if chiffre.connue else ouverte)
        )
        detail += [
            f"count(*) {lisible} AS {nom}_ouverts",
            f"min(t.siren) {lisible} AS {nom}_de",
            f"max(t.siren) {lisible} AS {nom}_a",
            f"min(t.siren) {connue} AS {nom}_de_connue",
            f"max(t.siren) {connue} AS {nom}_a_connue",
            f"sum({chiffre.sql}) {connue} AS {nom}",
        ]
        parametres += [preparation.jour.isoformat()] if "%s" in chiffre.sql else []
        sommes += [
            f"sum({nom}_ouverts)::bigint",
            f"min({nom}_de) = max({nom}_a) OR min({nom}_de_connue) = max({nom}_a_connue)",
            f"sum({nom})",
        ]
        colonnes += [f"{nom}_ouverts", f"{nom}_d_une_entreprise", nom]
    ou = condition(territoire, demande, ouvertes, preparation.jour)
    lisibles = ", ".join(f"{droit.sql} AS o_{rang}" for rang, droit in enumerate(droits))
    # OFFSET keeps PostgreSQL from writing each right again in each sum, where it would be compared forty times a row.
    lues = lectures.lire(
        f"WITH d AS (SELECT t.section, t.commune, {', '.join(detail)} "
        f"FROM (SELECT {_COLONNES}, {lisibles} FROM {table} t WHERE {ou.sql} OFFSET 0) t "
        "GROUP BY t.section, t.commune) "
        f"SELECT {', '.join(sommes)} FROM d {_GROUPES}",
        [*parametres, *(p for droit in droits for p in droit.parametres), *ou.parametres],
    )
    return [dict(zip(colonnes, ligne, strict=True)) for ligne in lues]


def _consigner(lecteur: LecteurDeDonnees, ouvertes: Mapping[str, MesureOuverte], demande: DemandeLue) -> None:
    """One entry per source, of no company: each figure is of two at least."""
    lues = dict.fromkeys([*(c.mesure for c in CHIFFRES.values()), *demande.mesures_utilisees])
    consigner_sans_entreprise(lecteur, [ouvertes[nom] for nom in lues], Pesee.PAGE)


def _groupe(
    libelle: str, adresse: str, brute: Mapping[str, Any], ouvertes: Mapping[str, MesureOuverte], *, total: bool = False
) -> GroupeChiffre:
    cellules: list[CelluleDeGroupe] = []
    for nom, chiffre in CHIFFRES.items():
        texte = _cellule(nom, chiffre, brute, ouvertes)
        derniere = cellules[-1] if cellules else None
        if texte == UNE_ENTREPRISE and derniere and derniere.a_lister:
            titre = f"{derniere.titre}, {chiffre.titre.lower()}"
            cellules[-1] = CelluleDeGroupe(titre, texte, derniere.largeur + 1, a_lister=True)
        else:
            cellules.append(CelluleDeGroupe(chiffre.titre, texte, a_lister=texte == UNE_ENTREPRISE))
    return GroupeChiffre(libelle, adresse, brute["etablissements"], cellules, total)


def _cellule(nom: str, chiffre: Chiffrage, brute: Mapping[str, Any], ouvertes: Mapping[str, MesureOuverte]) -> str:
    if ouvertes[chiffre.mesure].absente:
        return ABSENT
    if not brute[f"{nom}_ouverts"]:
        return FERME
    if brute[f"{nom}_d_une_entreprise"]:
        return UNE_ENTREPRISE
    if brute[nom] is None:
        return chiffre.absence
    valeur = round(brute[nom])
    return _signe(valeur) if nom == "variation" else nombre(valeur)


def _liste(genre: str, code: str, suite: QueryDict, **autres: str) -> str:
    """Address of the list of a territory, with these parameters."""
    parametres = suite.copy()
    for nom, valeur in autres.items():
        parametres[nom] = valeur
    return f"{liens.adresse('territoire', genre, code)}{f'?{parametres.urlencode()}' if parametres else ''}"


def _de_section(
    brute: Mapping[str, Any], territoire: TerritoireChoisi, suite: QueryDict, ouvertes: Mapping[str, MesureOuverte]
) -> GroupeChiffre:
    code = brute["section"]
    if not code:
        return _groupe("Sans activité connue", "", brute, ouvertes)
    # A finer activity that filters is within the section: the list keeps it.
    adresse = _liste(territoire.genre, territoire.code, suite, **({} if suite.get("naf") else {"naf": code}))
    return _groupe(activites.en_clair(code), adresse, brute, ouvertes)


def _de_commune(brute: Mapping[str, Any], suite: QueryDict, ouvertes: Mapping[str, MesureOuverte]) -> GroupeChiffre:
    connue = territoires.commune(brute["commune"])
    nom = f"{connue.nom} ({connue.departement})" if connue else brute["commune"]
    adresse = _liste("commune", connue.code, suite) if connue else ""
    return _groupe(nom, adresse, brute, ouvertes)


def _signe(valeur: int) -> str:
    return f"{'+' if valeur > 0 else '−' if valeur < 0 else ''}{nombre(abs(valeur))}"


def _perimetres(territoire: TerritoireChoisi, ouvertes: Mapping[str, MesureOuverte]) -> list[tuple[str, list[str]]]:
    """Part of the territory that the reader's rights cover, with the figures that they limit to it."""
    dits: dict[str, list[str]] = {}
    for chiffre in CHIFFRES.values():
        siens = ouvertes[chiffre.mesure].departements
        if siens is None or not ouvertes[chiffre.mesure]:
            continue
        if ici := territoire.departements:
            if ici <= siens or not ici & siens:
                continue
            siens &= ici
        dits.setdefault(nommer(siens), []).append(chiffre.titre)
    return [*dits.items()]
