"""Reads of a territory: a page of its establishments, with the facts that the reader may read.

Restricted facts are written in the journal before they are returned.
"""

# ruff: noqa: S608 (only constants and names of columns are interpolated)

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any, Final

from django.core.paginator import Page, Paginator

from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.entreprises.contenu import EtablissementVu
from fce.donnees.entreprises.situation import SANS_SITUATION, situations
from fce.droits.habilitations.lecteur import LecteurDeDonnees, QuestionReservee, a_nommer
from fce.droits.habilitations.politique import Permis
from fce.droits.habilitations.portee import Condition
from fce.ensembles.territoires.lieux import TerritoireChoisi
from fce.ensembles.territoires.mesures import TABLE, relation
from fce.ensembles.territoires.models import Preparation
from fce.ensembles.territoires.ouvertures import MesureOuverte, consigner, ouvertures, question, toutes
from fce.ensembles.territoires.selection import FILTRES, TRIS_DE_TERRITOIRE, Selection, Tri
from fce.socle.base import lectures
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte import formats
from fce.socle.texte.formats import nombre, pluriel

PAR_PAGE: Final = 20


class EtatDeFait(Enum):
    """The four things that a cell can say: a fact, none known, not for this reader, no source in place."""

    FAIT = "fait"
    AUCUN = "aucun"
    FERME = "ferme"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class FaitMontre:
    """A measure of an establishment, as written on the page."""

    mesure: str
    titre: str
    etat: EtatDeFait
    texte: str


@dataclass(frozen=True, slots=True)
class LigneDeTerritoire:
    """An establishment of a page, masked as its sheet is, with its measures in the order of the columns."""

    siret: str
    lieu: EtablissementVu
    faits: Sequence[FaitMontre]


@dataclass(frozen=True, slots=True)
class VueDeTerritoire:
    """A page of a territory. ``ouvertures``: measures asked for, as the reader may read them; ``refusees``: reasons of
    the filters and of the order that his rights do not open, without which nothing is listed."""

    page: Page[Any]
    lignes: Sequence[LigneDeTerritoire]
    ouvertures: Mapping[str, MesureOuverte]
    preparation: Preparation | None
    refusees: Sequence[str] = ()


def derniere_preparation() -> Preparation | None:
    """The preparation of the rows in place; None before the first one."""
    return Preparation.objects.order_by("-pk").first()


def page_du_territoire(
    lecteur: LecteurDeDonnees, territoire: TerritoireChoisi, selection: Selection, page: str | None
) -> VueDeTerritoire:
    """A page of a territory. Five round trips, whatever the number of rows.

    Raises ParametreInvalide, IndexIndisponible (filters that the index answers), JournalIndisponible, VolumeDepasse.
    """
    preparation = derniere_preparation()
    ouvertes = ouvertures(lecteur, preparation, territoire.departements_complets)
    refusees = refus_de(selection, ouvertes)
    if preparation is None or refusees:
        return VueDeTerritoire(Paginator([], PAR_PAGE).get_page(1), (), ouvertes, preparation, refusees)
    ouverte, table = toutes(selection.ouverte(territoire)), relation(lecteur)
    ou = condition(ouverte, selection.reserves, ouvertes, preparation.jour)
    total = lectures.rangees(f"SELECT count(*) FROM {table} t WHERE {ou.sql}", ou.parametres)[0][0]
    coupee = Paginator(range(total), PAR_PAGE).get_page(page)
    montrees = [ouvertes[nom] for nom in selection.mesures_montrees]
    brutes = lignes_preparees(ou, selection, montrees, coupee.start_index() - 1 if total else 0, table=table)
    lieux = entreprises.etablissements(brute["siret"] for brute in brutes)
    gardees = [b for b in brutes if (lieu := lieux.get(b["siret"])) and lieu.regime.listable]
    posees = questions(lecteur, ouverte, selection, ouvertes, preparation.jour)
    consigner_les_lignes(lecteur, gardees, montrees, posees, selection.gardee(territoire, "/etablissements"))
    lignes = [LigneDeTerritoire(b["siret"], lieux[b["siret"]], [fait_de(o, b) for o in montrees]) for b in gardees]
    return VueDeTerritoire(coupee, lignes, ouvertes, preparation)


def sirets(lecteur: LecteurDeDonnees, territoire: TerritoireChoisi, selection: Selection, maximum: int) -> list[str]:
    """Every SIRET of a territory that fits the filters. When some are on restricted facts, each company is written in
    the journal first. Raises ParametreInvalide above ``maximum``, or when the reader's rights do not open a filter;
    and as ``page_du_territoire``."""
    preparation = derniere_preparation()
    ouvertes = ouvertures(lecteur, preparation, territoire.departements_complets)
    if preparation is None or (refusees := refus_de(selection, ouvertes)):
        raise ParametreInvalide(" ".join(refusees) if preparation else "Les territoires sont en préparation.")
    ouverte, selection = toutes(selection.ouverte(territoire)), replace(selection, tri="tranche")
    ou = condition(ouverte, selection.reserves, ouvertes, preparation.jour)
    rangees = lectures.rangees(
        f"SELECT t.siret, t.siren, t.departement FROM {relation(lecteur)} t WHERE {ou.sql} "
        "ORDER BY t.rang DESC, t.siret LIMIT %s",
        [*ou.parametres, maximum + 1],
    )
    if len(rangees) > maximum:
        raise ParametreInvalide(
            f"Ces filtres gardent plus de {pluriel(maximum, 'établissement')} ; {nombre(maximum)} au plus s’ajoutent à "
            "la fois : ajoutez un filtre, ou cochez ceux de cette page."
        )
    ou_sont = situations(siret for siret, _, _ in rangees)
    rangees = [rangee for rangee in rangees if ou_sont.get(rangee[0], SANS_SITUATION).regime.listable]
    filtrent = [ouvertes[FILTRES[nom].mesure] for nom in selection.reserves]
    consigner(
        lecteur,
        [(siren, ici, [(o, True) for o in filtrent]) for _, siren, ici in rangees],
        questions(lecteur, ouverte, selection, ouvertes, preparation.jour),
        selection.gardee(territoire, "/liste"),
    )
    return [siret for siret, _, _ in rangees]


def condition(
    ouverte: Condition, reserves: Mapping[str, str], ouvertes: Mapping[str, MesureOuverte], jour: date
) -> Condition:
    """WHERE clause: among the rows of ``ouverte``, a filter on restricted facts only keeps those where the reader may
    read them."""
    conditions = [ouverte]
    for nom, valeur in reserves.items():
        filtre = FILTRES[nom]
        conditions += [ouvertes[filtre.mesure].condition, filtre.sql(valeur, jour)]
    return toutes(conditions)


def questions(
    lecteur: LecteurDeDonnees,
    ouverte: Condition,
    selection: Selection,
    ouvertes: Mapping[str, MesureOuverte],
    jour: date,
) -> list[QuestionReservee]:
    """The questions that filters and order ask of restricted facts, among the rows of ``ouverte``: all together, then
    each filter among the rows that the others keep. Empty without such a filter."""
    if not selection.mesures_utilisees:
        return []
    posees = [question(lecteur, ouverte, [ouvertes[nom] for nom in selection.mesures_utilisees])]
    if len(selection.reserves) > 1 and not a_nommer(posees[0].candidates):
        for nom in selection.reserves:
            autres = {autre: valeur for autre, valeur in selection.reserves.items() if autre != nom}
            ou = condition(ouverte, autres, ouvertes, jour)
            posees.append(question(lecteur, ou, [ouvertes[FILTRES[nom].mesure]], relation(lecteur)))
    return posees


def refus_de(selection: Selection, ouvertes: Mapping[str, MesureOuverte]) -> list[str]:
    """Filters and order that the reader's rights do not open, each with its reason."""
    voulues = {**{FILTRES[nom].titre: FILTRES[nom].mesure for nom in selection.reserves}}
    if mesure := TRIS_DE_TERRITOIRE[selection.tri].mesure:
        voulues[f"tri par {TRIS_DE_TERRITOIRE[selection.tri].titre.lower()}"] = mesure
    fermees = [(titre, ouvertes[m]) for titre, m in voulues.items() if not ouvertes[m]]
    return [f"{titre} : {o.raison or 'la source n’est pas disponible.'}" for titre, o in fermees]


def lignes_preparees(
    ou: Condition,
    selection: Selection,
    montrees: Sequence[MesureOuverte],
    decalage: int,
    limite: int = PAR_PAGE,
    *,
    table: str = TABLE,
) -> list[dict[str, Any]]:
    """Rows of the prepared table (``table``: as ``relation`` gives it, for a demand about contacts), in the order asked
    for. A measure is null where the reader may not read it; its name followed by "?" says whether he may."""
    colonnes, sql, parametres = colonnes_lisibles(("siret", "siren", "departement"), montrees)
    ordre = _ordre(TRIS_DE_TERRITOIRE[selection.tri], montrees)
    # The rows of the page are chosen first: PostgreSQL would make the columns of all of them before it sorts.
    rangees = lectures.rangees(
        f"SELECT {sql} FROM (SELECT c.siret, row_number() OVER () AS place FROM ("
        f"SELECT t.siret FROM {table} t WHERE {ou.sql} ORDER BY {ordre.sql}, t.siret LIMIT %s OFFSET %s"
        f") c) choisies JOIN {table} t USING (siret) ORDER BY place",
        [*parametres, *ou.parametres, *ordre.parametres, limite, decalage],
    )
    return [dict(zip(colonnes, ligne, strict=True)) for ligne in rangees]


def colonnes_lisibles(
    publiques: Sequence[str], montrees: Iterable[MesureOuverte]
) -> tuple[list[str], str, list[object]]:
    """Names of these columns and of those of the measures, their SQL on the prepared table and its parameters; as
    ``lignes_preparees`` gives them."""
    colonnes, parametres = [*publiques], list[object]()
    sql = [f"t.{colonne}" for colonne in publiques]
    for ouverture in montrees:
        droit = ouverture.condition
        colonnes += [f"{ouverture.mesure.nom}?", *ouverture.mesure.colonnes]
        sql += [f"({droit.sql})", *(f"CASE WHEN {droit.sql} THEN t.{c} END" for c in ouverture.mesure.colonnes)]
        parametres += [*droit.parametres] * (1 + len(ouverture.mesure.colonnes))
    return colonnes, ", ".join(sql), parametres


def _ordre(tri: Tri, montrees: Sequence[MesureOuverte]) -> Condition:
    """ORDER BY. Rows whose fact the reader may not read come last, by their public band alone."""
    if not tri.mesure:
        return Condition(tri.sql)
    ouverte = next(o.condition for o in montrees if o.mesure.nom == tri.mesure)
    return Condition(
        f"({ouverte.sql}) IS TRUE DESC, CASE WHEN {ouverte.sql} THEN {tri.sql} END {tri.sens}, t.rang DESC",
        (*ouverte.parametres, *ouverte.parametres),
    )


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
    mesure = ouverture.mesure
    if ouverture.absente:
        etat, texte = EtatDeFait.ABSENT, "source absente"
    elif not brute[f"{mesure.nom}?"]:
        etat, texte = EtatDeFait.FERME, "fermé"
    elif _connu(ouverture, brute):
        etat, texte = EtatDeFait.FAIT, _DIRE[mesure.nom](brute)
    else:
        etat, texte = EtatDeFait.AUCUN, mesure.absence
    return FaitMontre(mesure.nom, mesure.titre, etat, texte)


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
