"""Reads of a territory: a page of its establishments, with the facts that the reader may read.

Restricted facts are written in the journal before they are returned.
"""

# ruff: noqa: S608 (only constants and names of columns are interpolated)

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from fce.ensembles.territoires.demande import FILTRES, TRIS_DE_TERRITOIRE, DemandeLue, Tri
from fce.ensembles.territoires.lieux import TerritoireChoisi
from fce.ensembles.territoires.mesures import TABLE, mesures, relation
from fce.ensembles.territoires.models import Preparation
from fce.ensembles.territoires.ouvertures import MesureOuverte, consigner, ouvertures, question, toutes
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
class FaitLu:
    """A measure of an establishment, as written on the page."""

    mesure: str
    titre: str
    etat: EtatDeFait
    texte: str


@dataclass(frozen=True, slots=True)
class LigneDeTerritoire:
    """An establishment of a page, masked as its sheet is, with its measures in the order of the columns."""

    siret: str
    siren: str
    departement: str
    lieu: EtablissementVu
    faits: Sequence[FaitLu]


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


def lire(
    lecteur: LecteurDeDonnees, territoire: TerritoireChoisi, demande: DemandeLue, page: str | None
) -> VueDeTerritoire:
    """A page of a territory. Five round trips, whatever the number of rows.

    Raises ParametreInvalide, IndexIndisponible (filters that the index answers), JournalIndisponible, VolumeDepasse.
    """
    preparation = derniere_preparation()
    ouvertes = ouvertures(lecteur, preparation, territoire.departements_lus)
    refusees = refus_de(demande, ouvertes)
    if preparation is None or refusees:
        return VueDeTerritoire(Paginator([], PAR_PAGE).get_page(1), (), ouvertes, preparation, refusees)
    ouverte, table = toutes(demande.ouverte(territoire)), relation(lecteur)
    ou = condition(ouverte, demande.reserves, ouvertes, preparation.jour)
    total = lectures.lire(f"SELECT count(*) FROM {table} t WHERE {ou.sql}", ou.parametres)[0][0]
    coupee = Paginator(range(total), PAR_PAGE).get_page(page)
    montrees = [nom for nom in mesures() if nom in (*demande.colonnes, *demande.mesures_utilisees)]
    brutes = lignes_preparees(
        ou, demande, [ouvertes[nom] for nom in montrees], coupee.start_index() - 1 if total else 0, table=table
    )
    lieux = entreprises.etablissements(brute["siret"] for brute in brutes)
    gardees = [b for b in brutes if (lieu := lieux.get(b["siret"])) and lieu.regime.listable]
    posees = questions(lecteur, ouverte, demande, ouvertes, preparation.jour)
    consigner_les_lignes(lecteur, gardees, [ouvertes[nom] for nom in montrees], posees, demande.gardee(territoire, ""))
    lignes = [
        LigneDeTerritoire(
            brute["siret"],
            brute["siren"],
            brute["departement"],
            lieux[brute["siret"]],
            [fait_de(ouvertes[nom], brute) for nom in montrees],
        )
        for brute in gardees
    ]
    return VueDeTerritoire(coupee, lignes, ouvertes, preparation)


def sirets(lecteur: LecteurDeDonnees, territoire: TerritoireChoisi, demande: DemandeLue, maximum: int) -> list[str]:
    """Every SIRET of a territory that fits the filters. When some are on restricted facts, each company is written in
    the journal first. Raises ParametreInvalide above ``maximum``, or when the reader's rights do not open a filter;
    and as ``lire``."""
    preparation = derniere_preparation()
    ouvertes = ouvertures(lecteur, preparation, territoire.departements_lus)
    if preparation is None or (refusees := refus_de(demande, ouvertes)):
        raise ParametreInvalide(" ".join(refusees) if preparation else "Les territoires sont en préparation.")
    ouverte, demande = toutes(demande.ouverte(territoire)), replace(demande, tri="tranche")
    ou = condition(ouverte, demande.reserves, ouvertes, preparation.jour)
    lues = lectures.lire(
        f"SELECT t.siret, t.siren, t.departement FROM {relation(lecteur)} t WHERE {ou.sql} "
        "ORDER BY t.rang DESC, t.siret LIMIT %s",
        [*ou.parametres, maximum + 1],
    )
    if len(lues) > maximum:
        raise ParametreInvalide(
            f"Ces filtres gardent plus de {pluriel(maximum, 'établissement')} ; {nombre(maximum)} au plus s’ajoutent à "
            "la fois : ajoutez un filtre, ou cochez ceux de cette page."
        )
    ou_sont = situations(siret for siret, _, _ in lues)
    lues = [lue for lue in lues if ou_sont.get(lue[0], SANS_SITUATION).regime.listable]
    filtrent = [ouvertes[FILTRES[nom].mesure] for nom in demande.reserves]
    consigner(
        lecteur,
        [(siren, ici, [(o, True) for o in filtrent]) for _, siren, ici in lues],
        questions(lecteur, ouverte, demande, ouvertes, preparation.jour),
        demande.gardee(territoire, "/liste"),
    )
    return [siret for siret, _, _ in lues]


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
    demande: DemandeLue,
    ouvertes: Mapping[str, MesureOuverte],
    jour: date,
) -> list[QuestionReservee]:
    """The questions that filters and order ask of restricted facts, among the rows of ``ouverte``: all together, then
    each filter among the rows that the others keep. Empty without such a filter."""
    if not demande.mesures_utilisees:
        return []
    posees = [question(lecteur, ouverte, [ouvertes[nom] for nom in demande.mesures_utilisees])]
    if len(demande.reserves) > 1 and not a_nommer(posees[0].candidates):
        for nom in demande.reserves:
            autres = {autre: valeur for autre, valeur in demande.reserves.items() if autre != nom}
            ou = condition(ouverte, autres, ouvertes, jour)
            posees.append(question(lecteur, ou, [ouvertes[FILTRES[nom].mesure]], relation(lecteur)))
    return posees


def refus_de(demande: DemandeLue, ouvertes: Mapping[str, MesureOuverte]) -> list[str]:
    """Filters and order that the reader's rights do not open, each with its reason."""
    voulues = {**{FILTRES[nom].titre: FILTRES[nom].mesure for nom in demande.reserves}}
    if mesure := TRIS_DE_TERRITOIRE[demande.tri].mesure:
        voulues[f"tri par {TRIS_DE_TERRITOIRE[demande.tri].titre.lower()}"] = mesure
    fermees = [(titre, ouvertes[m]) for titre, m in voulues.items() if not ouvertes[m]]
    return [f"{titre} : {o.raison or 'la source n’est pas disponible.'}" for titre, o in fermees]


def lignes_preparees(
    ou: Condition,
    demande: DemandeLue,
    montrees: Sequence[MesureOuverte],
    decalage: int,
    limite: int = PAR_PAGE,
    *,
    table: str = TABLE,
) -> list[dict[str, Any]]:
    """Rows of the prepared table (``table``: as ``relation`` gives it, for a demand about contacts), in the order asked
    for. A measure is null where the reader may not read it; its name followed by "?" says whether he may."""
    colonnes = ["siret", "siren", "departement"]
    sql = [f"t.{colonne}" for colonne in colonnes]
    parametres: list[object] = []
    for ouverture in montrees:
        sql.append(f"({ouverture.condition.sql})")
        parametres += ouverture.condition.parametres
        colonnes.append(f"{ouverture.mesure.nom}?")
        for colonne in ouverture.mesure.colonnes:
            sql.append(f"CASE WHEN {ouverture.condition.sql} THEN t.{colonne} END")
            parametres += ouverture.condition.parametres
            colonnes.append(colonne)
    ordre = _ordre(TRIS_DE_TERRITOIRE[demande.tri], montrees)
    # The rows of the page are chosen first: PostgreSQL would make the columns of all of them before it sorts.
    lues = lectures.lire(
        f"SELECT {', '.join(sql)} FROM (SELECT c.siret, row_number() OVER () AS place FROM ("
        f"SELECT t.siret FROM {table} t WHERE {ou.sql} ORDER BY {ordre.sql}, t.siret LIMIT %s OFFSET %s"
        f") c) choisies JOIN {table} t USING (siret) ORDER BY place",
        [*parametres, *ou.parametres, *ordre.parametres, limite, decalage],
    )
    return [dict(zip(colonnes, ligne, strict=True)) for ligne in lues]


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


def fait_de(ouverture: MesureOuverte, brute: Mapping[str, Any]) -> FaitLu:
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
    return FaitLu(mesure.nom, mesure.titre, etat, texte)


def _effectif(b: Mapping[str, Any]) -> str:
    actuel, avant = b["effectif"], b["effectif_avant"]
    if not avant:
        return nombre(actuel)
    part = round(100 * (actuel - avant) / avant)
    return f"{nombre(actuel)} ({'+' if part > 0 else '−' if part < 0 else ''}{nombre(abs(part))} % en un an)"


def _activite_partielle(b: Mapping[str, Any]) -> str:
    heures = f"{nombre(round(b['heures']))} h, " if b["heures"] is not None else ""
    return f"{heures}décision du {formats.jour(b['decision'])}"


_DIRE: Final = {
    "effectif": _effectif,
    "activite-partielle": _activite_partielle,
    "pse": lambda b: f"enregistré le {formats.jour(b['pse'])}",
    "mortels": lambda b: pluriel(b["mortels"], "mort au travail", "morts au travail"),
    "accidents": lambda b: pluriel(b["accidents"], "accident"),
    "controle": lambda b: formats.jour(b["controle"]),
    "contact": lambda b: formats.jour(b["contact"]),
}
