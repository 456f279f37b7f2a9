"""Figures of a territory, by section of the NAF and by commune: sums over the rows that the reader may read.

Filters apply: whoever sums these rows may also list them. A group without any open row is closed, never zero. What one
company makes has no figure: it is read in the list, where the journal names the company. When restricted facts filter,
the groups of one company are not shown at all, and one company alone is told as none is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Final, NamedTuple

from django.http import QueryDict

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.portee import Condition
from fce.droits.journal.selectors import filtres_du_jour
from fce.ensembles.territoires import grille, liens, sommes
from fce.ensembles.territoires.formulaires import FormulaireDeTerritoire
from fce.ensembles.territoires.lieux import TerritoireChoisi, trouver
from fce.ensembles.territoires.mesures import mesures
from fce.ensembles.territoires.ouvertures import MesureOuverte, conditions_de, consigner, ouvertures, question
from fce.ensembles.territoires.selection import Selection
from fce.ensembles.territoires.selectors import LectureDeTerritoire, derniere_preparation
from fce.ensembles.territoires.sommes import CHIFFRES, COMMUNE, SECTION, TOTAL, Chiffrage, Sommes, seule
from fce.fiche.unite.perimetre import nommer
from fce.referentiels import activites, territoires
from fce.socle.erreurs import Introuvable, ParametreInvalide, VolumeDepasse
from fce.socle.texte.formats import nombre

COMMUNES_MAX: Final = 50
PAGE: Final = "/chiffres"
PAGES_MAX: Final = 20
"""Pages of figures that a reader may compare in a day."""
SANS_MOTS: Final = "Des mots ou un nom ne choisissent pas ce qui est compté."
PAR_ANNEE: Final = "Les dates de création s’y choisissent par année, du 1er janvier au 31 décembre."
_BORNES_D_ANNEE: Final = {"creation_min": "-01-01", "creation_max": "-12-31"}
TROP_DE_PAGES: Final = (
    f"Vous avez lu aujourd’hui les chiffres de {PAGES_MAX} choix différents, le plus qu’un jour permet. Les listes "
    "restent accessibles."
)
FERME: Final = "fermé"
UNE_ENTREPRISE: Final = "voir la liste"
ABSENT: Final = "source absente"
PAS_ENCORE: Final = "pas encore calculé ce mois-ci"


class CelluleDeGroupe(NamedTuple):
    """``titre``: of its columns, ``largeur`` of them; ``texte``: figure as written; ``a_lister``: read in the list."""

    titre: str
    texte: str
    largeur: int = 1
    a_lister: bool = False


class GroupeChiffre(NamedTuple):
    """``libelle``: of a section or a commune; ``adresse``: page that lists it, "" for none; ``total``: of them all."""

    libelle: str
    adresse: str
    etablissements: int
    cellules: Sequence[CelluleDeGroupe]
    total: bool = False


class ChiffresDuTerritoire(NamedTuple):
    """``perimetres``: [(part of the territory that limits them, titles of figures)]. ``communes``: the largest ones,
    ``autres`` more are not shown. ``seules``: groups of one company not shown either; ``trop_peu``: one company at most
    in all, so that nothing is shown. ``grille``: [(section, [(title, figure)])] of the measures that no right opens."""

    lecture: LectureDeTerritoire
    refusees: Sequence[str] = ()
    trop_peu: bool = False
    total: GroupeChiffre | None = None
    sections: Sequence[GroupeChiffre] = ()
    communes: Sequence[GroupeChiffre] = ()
    autres: int = 0
    seules: int = 0
    perimetres: Sequence[tuple[str, Sequence[str]]] = ()
    grille: Sequence[tuple[str, Sequence[tuple[str, str]]]] = ()

    @property
    def par_section(self) -> list[GroupeChiffre]:
        return [*self.sections, *([self.total] if self.total else [])]


def chiffres_de(
    lecteur: LecteurDeDonnees, territoire: TerritoireChoisi, selection: Selection, suite: QueryDict
) -> ChiffresDuTerritoire:
    """The figures of the establishments that fit the filters. Four round trips. ``suite``: parameters of the lists
    that they lead to.

    Raises ParametreInvalide, IndexIndisponible, JournalIndisponible, VolumeDepasse.
    """
    # As read in the whole country: pages of a day are of several territories.
    preparation = derniere_preparation()
    lecture = LectureDeTerritoire(lecteur, territoire, selection, preparation, ouvertures(lecteur, preparation))
    refusees = [*lecture.refusees, *_trop_fins(selection)]
    if preparation is None or refusees:
        return ChiffresDuTerritoire(lecture, refusees)
    lecture = replace(lecture, selection=replace(selection, tri="tranche"))
    groupes = sommes.sommer(lecture, lecture.ou)
    trop_peu = bool(selection.reserves) and any(b["genre"] == TOTAL and (not b["de"] or seule([b])) for b in groupes)
    brutes = [b for b in groupes if not trop_peu and (b["genre"] == TOTAL or not (selection.reserves and seule([b])))]
    communes = sorted((b for b in brutes if b["genre"] == COMMUNE), key=lambda b: (-b["etablissements"], b["commune"]))
    montres = [*(b for b in brutes if b["genre"] != COMMUNE), *communes[:COMMUNES_MAX]]
    _consigner(lecture, groupes, montres)
    if trop_peu:
        return ChiffresDuTerritoire(lecture, trop_peu=True)
    groupe, ici = partial(_groupe, lecture.mesures), (territoire.genre, territoire.code)
    sections = [groupe(b, *_section(b["section"], ici, suite)) for b in brutes if b["genre"] == SECTION]
    return ChiffresDuTerritoire(
        lecture,
        total=next((groupe(b, "Total", _liste(*ici, suite), total=True) for b in brutes if b["genre"] == TOTAL), None),
        sections=sorted(sections, key=lambda g: g.libelle),
        communes=[groupe(b, *_commune(b["commune"], suite)) for b in communes[:COMMUNES_MAX]],
        autres=max(0, len(communes) - COMMUNES_MAX),
        seules=len(groupes) - len(brutes),
        perimetres=_perimetres(lecture),
        grille=_grille(lecture),
    )


def _grille(lecture: LectureDeTerritoire) -> list[tuple[str, list[tuple[str, str]]]]:
    """The fixed grid of a département, for the measures closed to the reader."""
    closes = [m for m in grille.CONTRIBUTIONS if not lecture.mesures[m] and not lecture.mesures[m].absente]
    if lecture.territoire.genre != "departement" or not closes:
        return []
    return [
        (
            activites.en_clair(section) if section else "Total",
            [(mesures()[m].titre, _dire(cases[m]) if m in cases else PAS_ENCORE) for m in closes],
        )
        for section, cases in grille.cases_de(lecture.territoire.code, closes)
    ]


def _dire(valeur: int | None) -> str:
    return "secret statistique" if valeur is None else nombre(valeur)


def _trop_fins(selection: Selection) -> list[str]:
    """Why open filters are too narrow to sum by: moved a little, they would tell companies apart."""
    poses = selection.requete.sans_texte_libre()
    mots = any(not valeur for _, valeur in poses)
    jours = any(not valeur.endswith(_BORNES_D_ANNEE.get(nom, "")) for nom, valeur in poses)
    return [*([SANS_MOTS] if mots else []), *([PAR_ANNEE] if jours else [])]


def _consigner(lecture: LectureDeTerritoire, groupes: Sequence[Sommes], montres: Sequence[Sommes]) -> None:
    """Write what the sums tell: of the companies that the open filters leave, when they are few, and of those that a
    subtraction isolates; and the filters, with which the next pages of the day will be compared."""
    lecteur, ouvertes = lecture.lecteur, lecture.mesures
    sommees = [o for nom in dict.fromkeys(c.mesure for c in CHIFFRES.values()) if (o := ouvertes[nom])]
    posees = lecture.questions()
    posees += [
        question(lecteur, lecture.ouverte, [o for o in sommees if o.condition == d]) for d in conditions_de(sommees)
    ]
    filtres, autres = lecture.selection.gardee(lecture.territoire, PAGE), []
    for gardee in filtres_du_jour(lecteur.acteur.identifiant, lecteur.maintenant) if posees else ():
        adresse, ici, choisis = gardee.partition(f"{PAGE}?")
        # One of a territory, or of a filter, that the reader has no more is compared with nothing.
        with suppress(Introuvable, ParametreInvalide):
            if ici and gardee != filtres:
                choix, (_, genre, code) = QueryDict(choisis), adresse.split("/")
                selection = FormulaireDeTerritoire(ouvertes, choix).selection(choix)
                autre = replace(lecture, territoire=trouver(genre, code, lecteur), selection=selection)
                if autre.ouverte:
                    autres.append(autre)
    if len(autres) >= PAGES_MAX:
        raise VolumeDepasse(TROP_DE_PAGES)
    for mesure, sirens in sommes.isolees(lecture, groupes, montres, autres).items():
        ou = Condition("t.siren = ANY(%s::text[])", (sorted(sirens),))
        posees.append(question(lecteur, ou, [ouvertes[mesure]], isolees=True))
    consigner(lecteur, [], posees, filtres, garder=True)


def _groupe(
    ouvertes: Mapping[str, MesureOuverte], brute: Mapping[str, Any], libelle: str, adresse: str, *, total: bool = False
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
    if seule([brute], nom):
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
    return f"{liens.adresse('etablissements', genre, code)}{f'?{parametres.urlencode()}' if parametres else ''}"


def _section(code: str, ici: tuple[str, str], suite: QueryDict) -> tuple[str, str]:
    """(label, address) of the group of a section."""
    if not code:
        return "Sans activité connue", ""
    # A finer activity that filters is within the section: the list keeps it.
    return activites.en_clair(code), _liste(*ici, suite, **({} if suite.get("naf") else {"naf": code}))


def _commune(code: str, suite: QueryDict) -> tuple[str, str]:
    if (connue := territoires.commune(code)) is None:
        return code, ""
    return f"{connue.nom} ({connue.departement})", _liste("commune", connue.code, suite)


def _signe(valeur: int) -> str:
    return f"{'+' if valeur > 0 else '−' if valeur < 0 else ''}{nombre(abs(valeur))}"


def _perimetres(lecture: LectureDeTerritoire) -> list[tuple[str, list[str]]]:
    """Part of the territory that the reader's rights cover, with the figures that they limit to it."""
    dits: dict[str, list[str]] = {}
    for chiffre in CHIFFRES.values():
        siens = lecture.mesures[chiffre.mesure].departements
        if siens is None or not lecture.mesures[chiffre.mesure]:
            continue
        if ici := lecture.territoire.departements:
            if ici <= siens or not ici & siens:
                continue
            siens &= ici
        dits.setdefault(nommer(siens), []).append(chiffre.titre)
    return [*dits.items()]
