"""Where each box of the picture goes: two ranks up, two down, at most eight boxes a column. Pure.

Whatever is drawn is in the table, and leads to it. A stack says how many it holds and how many of them have an alarm.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from fce.fiche.groupe.graphe import LienDeGroupe
from fce.fiche.groupe.selectors import GroupeDeSocietes
from fce.fiche.groupe.table import part_dite, salaries_dits, tranche_de
from fce.socle.texte.formats import nombre

PILE: Final = 8
HAUTEUR: Final = 62
PAS: Final = 78
HAUT: Final = 26
COLONNES: Final = {-2: (0, 146), -1: (226, 156), 0: (476, 190), 1: (776, 190), 2: (1064, 136)}
"""{rank: (left, width)}."""
SIGNE: Final = 9
"""Mean width of a bold capital."""
ICI: Final = "▼ vous êtes ici"


class CaseDeGroupe(NamedTuple):
    """``cles``: its companies, several for a stack; ``textes``: (x, y, class, words); ``titre``: its name, said."""

    cles: tuple[str, ...]
    x: int
    y: int
    largeur: int
    classe: str
    titre: str
    textes: tuple[tuple[int, int, str, str], ...]
    adresse: str


class Trait(NamedTuple):
    chemin: str
    date_connue: bool
    textes: tuple[tuple[int, int, str, str, str], ...]


class DessinDeGroupe(NamedTuple):
    """``gauche``, ``largeur``: of the columns that have boxes."""

    cases: tuple[CaseDeGroupe, ...]
    traits: tuple[Trait, ...]
    gauche: int
    largeur: int
    hauteur: int


class _Boite(NamedTuple):
    """``liens``: those that it draws; ``vers``: rank of the box that they join, in its column."""

    cles: tuple[str, ...]
    liens: tuple[LienDeGroupe, ...]
    vers: int


def dessiner(groupe: GroupeDeSocietes, adresse_de: Callable[[str], str]) -> DessinDeGroupe:
    """``adresse_de``: that of the row of a node."""
    ici = groupe.siren
    places, colonnes = {ici}, {0: [_Boite((ici,), (), 0)]}
    for sens in (-1, 1):
        for rang in (sens, 2 * sens):
            colonnes[rang] = _colonne(groupe, colonnes[rang - sens], places, sens)
    if restes := tuple(r.cle for r in groupe.rangs if r.cle not in places and not r.deja):
        colonnes[0].append(_Boite(restes, (), 0))
    plus = max(map(len, colonnes.values()))
    situees = {
        rang: [_case(groupe, b, rang, HAUT + (plus - len(bs) + 2 * n) * PAS // 2, adresse_de) for n, b in enumerate(bs)]
        for rang, bs in colonnes.items()
    }
    traits = [
        _trait(groupe, b.liens, situees[rang][n], situees[rang - (1 if rang > 0 else -1)][b.vers], a_droite=rang > 0)
        for rang, bs in colonnes.items()
        for n, b in enumerate(bs)
        if b.liens
    ]
    cases = tuple(c for rang in sorted(situees) for c in situees[rang])
    gauche = min(c.x for c in cases) - 4
    return DessinDeGroupe(
        cases, tuple(traits), gauche, max(c.x + c.largeur for c in cases) + 8 - gauche, HAUT + plus * PAS
    )


def _colonne(groupe: GroupeDeSocietes, avant: Sequence[_Boite], places: set[str], sens: int) -> list[_Boite]:
    """The next rank: one box a company; beyond ``PILE``, a stack for what does not fit."""
    par_boite: list[list[tuple[str, LienDeGroupe]]] = []
    for boite in avant:
        siens, siennes = dict[str, LienDeGroupe](), frozenset(boite.cles)
        for lien in groupe.liens:
            ici, autre = (lien.haut, lien.bas) if sens > 0 else (lien.bas, lien.haut)
            if ici in siennes and autre not in places:
                siens.setdefault(autre, lien)
        places.update(siens)
        par_boite.append(sorted(siens.items(), key=lambda c: (not c[1].tient, -(c[1].part or 0), groupe.nom(c[0]))))
    boites, seule = list[_Boite](), sum(map(bool, par_boite)) == 1
    for vers, siens_tries in enumerate(par_boite):
        tiennent = sum(map(len, par_boite)) <= PILE
        garde = len(siens_tries) if tiennent or len(siens_tries) == 1 else PILE - 1 if seule else 0
        boites += [_Boite((cle,), (lien,), vers) for cle, lien in siens_tries[:garde]]
        if reste := siens_tries[garde:]:
            boites.append(_Boite(tuple(c for c, _ in reste), tuple(x for _, x in reste), vers))
    return boites


def _case(groupe: GroupeDeSocietes, boite: _Boite, rang: int, y: int, adresse_de: Callable[[str], str]) -> CaseDeGroupe:
    x, largeur = COLONNES[rang]
    cle, pile = boite.cles[0], len(boite.cles) > 1
    vue, alarme = groupe.etats.vues.get(cle), next(iter(groupe.alarmes(cle)), "")
    nom, classe = groupe.nom(cle), "ici" if cle == groupe.siren else ""
    meta = salaries_dits(groupe, boite.cles) or ("" if pile else tranche_de(groupe, cle))
    if pile:
        quoi = "autres sociétés" if not rang else "filiales" if rang > 0 else "détenteurs"
        combien = sum(bool(groupe.alarmes(n)) for n in boite.cles)
        nom, meta, classe = f"{nombre(len(boite.cles))} {quoi}", meta or "voir le tableau", "pile"
        alarme = f"{nombre(combien)} en alarme" if combien else ""
    elif vue and vue.etat == "C":
        meta, classe = "cessée", f"{classe} fce-case--ferme"
    classe += " fce-case--alarme" if alarme else ""
    mots = textwrap.wrap(nom, int((largeur - 16) / SIGNE), max_lines=1 if alarme and meta else 2, placeholder="…")
    dites = [("nom", m) for m in mots] + [("meta", m) for m in (_couper(meta, largeur),) if m]
    dites += [("alarme", _couper(f"▲ {alarme}", largeur))] if alarme else []
    debut = y + HAUTEUR // 2 - 8 * len(dites) + 12
    textes = tuple((x + 8, debut + 16 * n, c, m) for n, (c, m) in enumerate(dites))
    ici = ((x, y - 8, "ici", ICI),) if cle == groupe.siren else ()
    titre = ", ".join(filter(None, (nom, "vous êtes ici" if ici else "", meta, alarme)))
    return CaseDeGroupe(boite.cles, x, y, largeur, classe, titre, (*ici, *textes), adresse_de(cle))


def _couper(texte: str, largeur: int) -> str:
    return textwrap.shorten(texte, int((largeur - 14) / 6.2), placeholder="…")


def _trait(
    groupe: GroupeDeSocietes, liens: Sequence[LienDeGroupe], case: CaseDeGroupe, vers: CaseDeGroupe, *, a_droite: bool
) -> Trait:
    """The line of a box, holder on the left; its words are beside the box."""
    gauche, droite = (vers, case) if a_droite else (case, vers)
    x1, x2, y1, y2 = gauche.x + gauche.largeur, droite.x, gauche.y + HAUTEUR // 2, droite.y + HAUTEUR // 2
    milieu = x1 + 10 if a_droite else x2 - 14
    ou, cote, y = (x2 - 12, "end", y2) if a_droite else (x1 + 6, "start", y1)
    return Trait(
        f"M{x1} {y1} H{milieu} V{y2} H{x2}",
        all(x.annee for x in liens),
        ((ou, y - 6, cote, "part", _parts(liens)), (ou, y + 16, cote, "meta", _annees(groupe, liens))),
    )


def _parts(liens: Sequence[LienDeGroupe]) -> str:
    """ "51 à 100 %", else the office, else that it is not known."""
    connues = sorted(x.part for x in liens if x.part is not None)
    if len(connues) == len(liens):
        haute = part_dite(connues[-1])
        return haute if connues[0] == connues[-1] else f"{part_dite(connues[0]).removesuffix(' %')} à {haute}"
    verbes = set[str]().union(*(x.verbes[:1] for x in liens)) if not connues else set[str]()
    return verbes.pop() if len(verbes) == 1 else "non connue"


def _annees(groupe: GroupeDeSocietes, liens: Iterable[LienDeGroupe]) -> str:
    annees = sorted({x.annee for x in liens if x.annee})
    return (f"{annees[0]} à {annees[-1]}" if len(annees) > 1 else str(annees[0])) if annees else "non daté"
