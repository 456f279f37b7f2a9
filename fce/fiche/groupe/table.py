"""The tree of a group, one row a company, for the page, files and the API. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from fce.fiche.groupe.graphe import LienDeGroupe, Rang
from fce.fiche.groupe.selectors import GroupeDeSocietes
from fce.fiche.unite.unite_visee import Unite
from fce.socle.texte.formats import jour, mois, nombre, pluriel
from fce.socle.texte.identifiants import est_siren
from fce.socle.web.exports import Cellule

SOCIETES_PAR_PAGE: Final = 20
RETRAITS: Final = 5
ENTETES: Final = (
    "Rang", "Société", "SIREN", "Lien", "Part (%)", "Année", "Sources", "Effectif (tranche Insee)",
    "Salariés (DSN, selon vos droits)", "État", "Alarmes",
)  # fmt: skip


class LigneDeGroupe(NamedTuple):
    """``part``: None, not known; ``lien``, ``date``: as the page says them; ``retrait``: steps from the head;
    ``effectif``: Insee's; ``salaries``: those that the reader may count."""

    cle: str
    ancre: str
    siren: str
    nom: str
    rang: int
    retrait: int
    lien: str
    tenue: LienDeGroupe | None
    part: float | None
    part_dite: str
    date: str
    origine: str
    effectif: str
    salaries: int | None
    salaries_dits: str
    etat: str
    alarmes: tuple[str, ...]
    ici: bool
    deja: bool

    @property
    def adresse(self) -> str:
        return f"{Unite(self.siren).adresse}/dirigeants" if self.siren and not self.ici else ""


def ancre_de(cle: str) -> str:
    """Identifier of the row of a node: its SIREN, or a hash of a name."""
    return f"g-{cle if est_siren(cle) else cle.encode().hex()[:60]}"


def lignes(groupe: GroupeDeSocietes) -> list[LigneDeGroupe]:
    return [ligne(groupe, rang) for rang in groupe.rangs]


def ligne(groupe: GroupeDeSocietes, rang: Rang) -> LigneDeGroupe:
    cle, vue, lien = rang.cle, groupe.etats.vues.get(rang.cle), rang.lien
    part, dite = (lien.part, part_dite(lien.part)) if lien else (None, "")
    cessee = f"cessée le {jour(vue.etat_depuis)}" if vue and vue.etat_depuis else "cessée"
    return LigneDeGroupe(
        cle, ancre_de(cle), vue.siren if vue else "", groupe.nom(cle), rang.rang, min(rang.profondeur, RETRAITS),
        _lien(groupe, rang), lien, part, dite, date_de(groupe, lien) if lien else "",
        origine(groupe, lien), tranche_de(groupe, cle), groupe.salaries(cle),
        salaries_dits(groupe, (cle,)), cessee if vue and vue.etat == "C" else "",
        () if rang.deja else tuple(groupe.alarmes(cle)), cle == groupe.siren, rang.deja,
    )  # fmt: skip


def _lien(groupe: GroupeDeSocietes, rang: Rang) -> str:
    """ "par VAUGLOLAC, qui préside ; aussi par DROVANEL (27,5 %)" """
    dits = [f"par {groupe.nom(rang.lien.haut)}{_verbes(rang.lien)}"] if rang.lien else []
    dits += [f"{'aussi ' if dits else ''}par {groupe.nom(x.haut)} ({_dite(x)})" for x in rang.autres if not rang.deja]
    propre = groupe.propres.get(rang.cle)
    return " ; ".join([*dits, *([f"se détient ({_dite(propre)})"] if propre else [])])


def _dite(lien: LienDeGroupe) -> str:
    """The share, else the office."""
    return part_dite(lien.part) if lien.part is not None else ", ".join(lien.verbes) or "part non connue"


def _verbes(lien: LienDeGroupe) -> str:
    return f", qui {', '.join(lien.verbes)}" if lien.verbes else ""


def part_dite(part: float | None) -> str:
    return "non connue" if part is None else f"{nombre(int(part) if part == int(part) else part)} %"


def date_de(groupe: GroupeDeSocietes, lien: LienDeGroupe) -> str:
    """The year of a declaration; of an undated link, the day of its file."""
    if lien.annee:
        return str(lien.annee)
    connus = [p.date_metier for nom in lien.sources if (p := groupe.provenances.get(nom)) and p.date_metier]
    return f"en exercice au {jour(max(connus))}" if connus else "en exercice, sans date"


def origine(groupe: GroupeDeSocietes, lien: LienDeGroupe | None) -> str:
    """Producers of a link: "DGFiP, INPI"."""
    return ", ".join(p.producteur for p in (groupe.provenances.get(s) for s in (lien.sources if lien else ())) if p)


def tranche_de(groupe: GroupeDeSocietes, cle: str) -> str:
    """Insee's size of a company, in words."""
    vue = groupe.etats.vues.get(cle)
    return (vue.tranche_effectif.libelle or "") if vue and vue.tranche_effectif else ""


def salaries_dits(groupe: GroupeDeSocietes, cles: Iterable[str]) -> str:
    """ "12 salariés chez vous"; "" when none of them is known to the reader."""
    connus = [n for n in map(groupe.salaries, cles) if n is not None]
    return f"{pluriel(sum(connus), 'salarié')}{'' if groupe.partout else ' chez vous'}" if connus else ""


def rangee(x: LigneDeGroupe) -> Sequence[Cellule]:
    """A row of a file."""
    annee = x.tenue.annee if x.tenue else None
    dits = (x.effectif, x.salaries, x.etat, " ; ".join(x.alarmes))
    return x.rang, x.nom, x.siren, x.lien, x.part, annee or x.date, x.origine, *dits


def phrase(groupe: GroupeDeSocietes) -> str:
    """The group in one sentence: who holds the company, how many they are, how many are in trouble or closed."""
    tenants = [x for x in groupe.liens if x.bas == groupe.siren != x.haut and x.tient]
    dits = [f"{groupe.nom(x.haut)} la tient ({_dite(x)}, {date_de(groupe, x)})" for x in tenants]
    combien, avis = len(groupe.corps), sum(bool(groupe.alarmes(n)) for n in groupe.corps)
    if not groupe.liens:
        return "Aucun lien connu vers une autre société."
    vues = groupe.etats.vues
    cessees = sum(n in vues and vues[n].etat == "C" for n in groupe.corps)
    compte = f"{'au moins ' if groupe.tronque else ''}{pluriel(combien, 'société connue', 'sociétés connues')}"
    dits = [*(dits or ["Aucun détenteur connu"]), f"le groupe compte {compte}"]
    if salaries := salaries_dits(groupe, groupe.corps):
        dits += [f"{salaries} en {mois(groupe.provenances[groupe.compte].date_metier)}"]
    dits += [f"{nombre(avis)} en alarme"] if avis else []
    dits += [f"{nombre(cessees)} cessée{'s' if cessees > 1 else ''}"] if cessees else []
    return f"{' ; '.join(dits)}."
