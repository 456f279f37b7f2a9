"""Reads of a territory: a page of its establishments, with the facts that the reader may read.

Restricted facts are written in the journal before they are returned.
"""

# ruff: noqa: S608 (only constants and names of columns are interpolated)

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple, Self

from django.core.paginator import Page, Paginator

from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.entreprises.contenu import EtablissementVu
from fce.donnees.entreprises.situation import SANS_SITUATION, situations
from fce.droits.habilitations.lecteur import LecteurDeDonnees, QuestionReservee, a_nommer
from fce.droits.habilitations.politique import Permis
from fce.droits.habilitations.portee import Condition
from fce.ensembles.territoires.lieux import TerritoireChoisi
from fce.ensembles.territoires.mesures import relation
from fce.ensembles.territoires.models import Preparation
from fce.ensembles.territoires.ouvertures import MesureOuverte, consigner, ouvertures, question, toutes
from fce.ensembles.territoires.selection import FILTRES, TRIS_DE_TERRITOIRE, Selection, Tri
from fce.socle.base import lectures
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte import formats
from fce.socle.texte.formats import nombre, pluriel

PAR_PAGE: Final = 20
NON_PREPARE: Final = "Les territoires sont en préparation : réessayez dans quelques minutes."


@dataclass(frozen=True, slots=True)
class FaitMontre:
    """A measure of an establishment, as written on the page; ``connu``: a fact, and not that there is none known, none
    for this reader or no source in place."""

    mesure: str
    titre: str
    connu: bool
    texte: str


class LigneDeTerritoire(NamedTuple):
    """An establishment of a page, masked as its sheet is, with its measures in the order of the columns."""

    siret: str
    lieu: EtablissementVu
    faits: Sequence[FaitMontre]


def derniere_preparation() -> Preparation | None:
    """The preparation of the rows in place; None before the first one."""
    return Preparation.objects.order_by("-pk").first()


@dataclass(frozen=True)
class LectureDeTerritoire:
    """What a reader asks of the prepared rows of a territory, and what his rights make of it: every page of a
    territory, its figures and its files ask through it.

    ``preparation``: None before the first one; ``mesures``: as he may read them.
    """

    lecteur: LecteurDeDonnees
    territoire: TerritoireChoisi
    selection: Selection
    preparation: Preparation | None
    mesures: Mapping[str, MesureOuverte]

    @classmethod
    def de(cls, lecteur: LecteurDeDonnees, territoire: TerritoireChoisi, selection: Selection, **suite: Any) -> Self:
        preparation = derniere_preparation()
        mesures = ouvertures(lecteur, preparation, territoire.departements_complets)
        return cls(lecteur, territoire, selection, preparation, mesures, **suite)

    @property
    def jour(self) -> date:
        return self.preparation.jour if self.preparation else self.lecteur.aujourd_hui

    @property
    def refusees(self) -> list[str]:
        """Filters and order that the reader's rights do not open, each with its reason: nothing is then listed."""
        voulues = {FILTRES[nom].titre: FILTRES[nom].mesure for nom in self.selection.reserves}
        tri = TRIS_DE_TERRITOIRE[self.selection.tri]
        if tri.mesure:
            voulues[f"tri par {tri.titre.lower()}"] = tri.mesure
        fermees = [(titre, self.mesures[m]) for titre, m in voulues.items() if not self.mesures[m]]
        return [f"{titre} : {o.raison or 'la source n’est pas disponible.'}" for titre, o in fermees]

    @property
    def lisible(self) -> bool:
        return self.preparation is not None and not self.refusees

    def exiger(self) -> None:
        """Raise ParametreInvalide before the first preparation, or for a filter or an order that the reader's rights do
        not open."""
        if not self.lisible:
            raise ParametreInvalide(" ".join(self.refusees) if self.preparation else NON_PREPARE)

    @cached_property
    def ouverte(self) -> Condition:
        """The rows that the territory and the filters on open data keep."""
        return toutes(self.selection.ouverte(self.territoire))

    @cached_property
    def ou(self) -> Condition:
        """The rows that every filter keeps."""
        return self._parmi(self.selection.reserves)

    def _parmi(self, reserves: Mapping[str, str]) -> Condition:
        """Among the rows of ``ouverte``, a filter on restricted facts only keeps those where the reader may read
        them."""
        conditions = [self.ouverte]
        for nom, valeur in reserves.items():
            filtre = FILTRES[nom]
            conditions += [self.mesures[filtre.mesure].condition, filtre.sql(valeur, self.jour)]
        return toutes(conditions)

    @property
    def montrees(self) -> list[MesureOuverte]:
        return [self.mesures[nom] for nom in self.selection.mesures_montrees]

    def compter(self) -> int:
        requete = f"SELECT count(*) FROM {relation(self.lecteur)} t WHERE {self.ou.sql}"
        return int(lectures.rangees(requete, self.ou.parametres)[0][0])

    def questions(self) -> list[QuestionReservee]:
        """The questions that filters and order ask of restricted facts, among the rows of ``ouverte``: all together,
        then each filter among the rows that the others keep. Empty without such a filter."""
        if not self.selection.mesures_utilisees:
            return []
        utiles, reserves = [self.mesures[nom] for nom in self.selection.mesures_utilisees], self.selection.reserves
        posees = [question(self.lecteur, self.ouverte, utiles)]
        if len(reserves) > 1 and not a_nommer(posees[0].candidates):
            for nom in reserves:
                ou = self._parmi({autre: valeur for autre, valeur in reserves.items() if autre != nom})
                posees.append(question(self.lecteur, ou, [self.mesures[FILTRES[nom].mesure]], relation(self.lecteur)))
        return posees

    def lignes(self, decalage: int = 0, limite: int = PAR_PAGE) -> list[dict[str, Any]]:
        """Rows of the prepared table, in the order asked for. A measure is null where the reader may not read it; its
        name followed by "?" says whether he may."""
        colonnes, sql, parametres = colonnes_lisibles(("siret", "siren", "departement"), self.montrees)
        table, ordre = relation(self.lecteur), self._ordre(TRIS_DE_TERRITOIRE[self.selection.tri])
        # The rows of the page are chosen first: PostgreSQL would make the columns of all of them before it sorts.
        rangees = lectures.rangees(
            f"SELECT {sql} FROM (SELECT c.siret, row_number() OVER () AS place FROM ("
            f"SELECT t.siret FROM {table} t WHERE {self.ou.sql} ORDER BY {ordre.sql}, t.siret LIMIT %s OFFSET %s"
            f") c) choisies JOIN {table} t USING (siret) ORDER BY place",
            [*parametres, *self.ou.parametres, *ordre.parametres, limite, decalage],
        )
        return [dict(zip(colonnes, ligne, strict=True)) for ligne in rangees]

    def _ordre(self, tri: Tri) -> Condition:
        """ORDER BY. Rows whose fact the reader may not read come last, by their public band alone."""
        if not tri.mesure:
            return Condition(tri.sql)
        ouverte = self.mesures[tri.mesure].condition
        return Condition(
            f"({ouverte.sql}) IS TRUE DESC, CASE WHEN {ouverte.sql} THEN {tri.sql} END {tri.sens}, t.rang DESC",
            (*ouverte.parametres, *ouverte.parametres),
        )


class VueDeTerritoire(NamedTuple):
    """A page of a territory; nothing when ``lecture`` is not ``lisible``."""

    lecture: LectureDeTerritoire
    page: Page[Any]
    lignes: Sequence[LigneDeTerritoire] = ()


def page_du_territoire(
    lecteur: LecteurDeDonnees, territoire: TerritoireChoisi, selection: Selection, page: str | None
) -> VueDeTerritoire:
    """A page of a territory. Five round trips, whatever the number of rows.

    Raises ParametreInvalide, IndexIndisponible (filters that the index answers), JournalIndisponible, VolumeDepasse.
    """
    lecture = LectureDeTerritoire.de(lecteur, territoire, selection)
    if not lecture.lisible:
        return VueDeTerritoire(lecture, Paginator([], PAR_PAGE).get_page(1))
    total = lecture.compter()
    coupee = Paginator(range(total), PAR_PAGE).get_page(page)
    brutes = lecture.lignes(coupee.start_index() - 1 if total else 0)
    lieux = entreprises.etablissements(brute["siret"] for brute in brutes)
    gardees = [b for b in brutes if (lieu := lieux.get(b["siret"])) and lieu.regime.listable]
    montrees, filtres = lecture.montrees, selection.gardee(territoire, "/etablissements")
    consigner_les_lignes(lecteur, gardees, montrees, lecture.questions(), filtres)
    lignes = [LigneDeTerritoire(b["siret"], lieux[b["siret"]], [fait_de(o, b) for o in montrees]) for b in gardees]
    return VueDeTerritoire(lecture, coupee, lignes)


def sirets(lecteur: LecteurDeDonnees, territoire: TerritoireChoisi, selection: Selection, maximum: int) -> list[str]:
    """Every SIRET of a territory that fits the filters. When some are on restricted facts, each company is written in
    the journal first. Raises ParametreInvalide above ``maximum``, or when the reader's rights do not open a filter;
    and as ``page_du_territoire``."""
    lecture = LectureDeTerritoire.de(lecteur, territoire, selection)
    lecture.exiger()
    lecture = replace(lecture, selection=replace(selection, tri="tranche"))
    rangees = lectures.rangees(
        f"SELECT t.siret, t.siren, t.departement FROM {relation(lecteur)} t WHERE {lecture.ou.sql} "
        "ORDER BY t.rang DESC, t.siret LIMIT %s",
        [*lecture.ou.parametres, maximum + 1],
    )
    if len(rangees) > maximum:
        raise ParametreInvalide(
            f"Ces filtres gardent plus de {pluriel(maximum, 'établissement')} ; {nombre(maximum)} au plus s’ajoutent à "
            "la fois : ajoutez un filtre, ou cochez ceux de cette page."
        )
    ou_sont = situations(siret for siret, _, _ in rangees)
    rangees = [rangee for rangee in rangees if ou_sont.get(rangee[0], SANS_SITUATION).regime.listable]
    filtrent = [lecture.mesures[FILTRES[nom].mesure] for nom in selection.reserves]
    montres = [(siren, ici, [(o, True) for o in filtrent]) for _, siren, ici in rangees]
    consigner(lecteur, montres, lecture.questions(), lecture.selection.gardee(territoire, "/liste"))
    return [siret for siret, _, _ in rangees]


def colonnes_lisibles(
    publiques: Sequence[str], montrees: Iterable[MesureOuverte]
) -> tuple[list[str], str, list[object]]:
    """Names of these columns and of those of the measures, their SQL on the prepared table and its parameters; as
    ``LectureDeTerritoire.lignes`` gives them."""
    colonnes, parametres = [*publiques], list[object]()
    sql = [f"t.{colonne}" for colonne in publiques]
    for ouverture in montrees:
        droit = ouverture.condition
        colonnes += [f"{ouverture.mesure.nom}?", *ouverture.mesure.colonnes]
        sql += [f"({droit.sql})", *(f"CASE WHEN {droit.sql} THEN t.{c} END" for c in ouverture.mesure.colonnes)]
        parametres += [*droit.parametres] * (1 + len(ouverture.mesure.colonnes))
    return colonnes, ", ".join(sql), parametres


def consigner_les_lignes(
    lecteur: LecteurDeDonnees,
    brutes: Sequence[Mapping[str, Any]],
    montrees: Sequence[MesureOuverte],
    posees: Sequence[QuestionReservee],
    filtres: str,
) -> list[Permis]:
    """Write the reading of these rows and of the ``questions`` that chose them in the journal, before they are shown;
    return what allows it. Raises JournalIndisponible, VolumeDepasse."""
    montres = [
        (b["siren"], b["departement"], [(o, _connu(o, b)) for o in montrees if o and b[f"{o.mesure.nom}?"]])
        for b in brutes
    ]
    return consigner(lecteur, montres, posees, filtres)


def _connu(ouverture: MesureOuverte, brute: Mapping[str, Any]) -> bool:
    return brute[ouverture.mesure.colonnes[0]] is not None


def fait_de(ouverture: MesureOuverte, brute: Mapping[str, Any]) -> FaitMontre:
    """The cell of a measure. ``brute``: a row with the columns of the measure, and under its name and "?", whether it
    is open."""
    mesure, connu, texte = ouverture.mesure, False, ouverture.mesure.absence
    if ouverture.absente:
        texte = "source absente"
    elif not brute[f"{mesure.nom}?"]:
        texte = "fermé"
    elif connu := _connu(ouverture, brute):
        texte = _DIRE[mesure.nom](brute)
    return FaitMontre(mesure.nom, mesure.titre, connu, texte)


def variation(actuel: int, avant: int | None) -> str:
    """ "400 (−20 % en un an)"."""
    if not avant:
        return nombre(actuel)
    part = round(100 * (actuel - avant) / avant)
    dite = f"{'+' if part > 0 else '−'}{nombre(abs(part))} %" if part else "stable"
    return f"{nombre(actuel)} ({dite} en un an)"


def _activite_partielle(b: Mapping[str, Any]) -> str:
    heures = f"{nombre(round(b['heures']))} h, " if b["heures"] is not None else ""
    return f"{heures}décision du {formats.jour(b['decision'])}"


_DIRE: Final = {
    "effectif": lambda b: variation(b["effectif"], b["effectif_avant"]),
    "activite-partielle": _activite_partielle,
    "pse": lambda b: f"enregistré le {formats.jour(b['pse'])}",
    "mortels": lambda b: pluriel(b["mortels"], "mort au travail", "morts au travail"),
    "accidents": lambda b: pluriel(b["accidents"], "accident"),
    "controle": lambda b: formats.jour(b["controle"]),
    "contact": lambda b: formats.jour(b["contact"]),
}
