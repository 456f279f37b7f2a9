"""The alarms of a territory: companies that have one, gravest first: those of the sheets, of the same
sources, asked of the prepared table."""

# ruff: noqa: S608 (only constants and names of columns are interpolated)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.paginator import Page, Paginator

from fce.droits.lecteur import LecteurDeDonnees, Pesee
from fce.droits.portee import Condition
from fce.entreprises import selectors as entreprises
from fce.entreprises.contenu import EntrepriseVue
from fce.recherche.selectors import cachee
from fce.socle import lectures
from fce.socle.formats import jour as en_jour
from fce.socle.formats import mois as en_mois
from fce.socle.formats import pluriel
from fce.sources import registre
from fce.sources.catalogue.dares.dsn_effectifs import regles
from fce.sources.presentation import Gravite
from fce.territoires.demande import DemandeLue
from fce.territoires.lieux import TerritoireChoisi
from fce.territoires.mesures import mesures
from fce.territoires.models import Preparation
from fce.territoires.ouvertures import (
    MesureOuverte,
    MesuresFermees,
    consigner,
    consigner_sans_entreprise,
    fermees,
    ouvertures,
    toutes,
)
from fce.territoires.preparation import TABLE
from fce.territoires.selectors import derniere_preparation

PAR_PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class AlarmeDeTerritoire:
    """``sql``: condition on the prepared table; ``jour``: SQL of its day, "" when the source dates nothing, ``mois``:
    its day is the month of the head-counts."""

    titre: str
    mesure: str
    gravite: Gravite
    sql: str
    jour: str = ""
    mois: bool = False


ALARMES: Final = {
    "pse": AlarmeDeTerritoire("Plan de sauvegarde de l’emploi", "pse", Gravite.GRAVE, "t.pse IS NOT NULL", "t.pse"),
    "mortels": AlarmeDeTerritoire("Mort au travail", "mortels", Gravite.GRAVE, "t.mortels > 0"),
    "effectif": AlarmeDeTerritoire(
        "Effectif d’un établissement en baisse de 20 % ou plus",
        "effectif",
        Gravite.A_VOIR,
        f"(t.effectif_avant >= {regles.MINIMUM} "
        f"AND 100 * t.effectif <= {round(100 * (1 - regles.BAISSE))} * t.effectif_avant)",
        mois=True,
    ),
}


@dataclass(frozen=True, slots=True)
class EntrepriseAlarmee:
    """``phrases``: its alarms, gravest first; ``lieux``: number of its establishments here that have one."""

    vue: EntrepriseVue
    phrases: Sequence[str]
    grave: bool
    lieux: int


@dataclass(frozen=True, slots=True)
class AlarmesDuTerritoire:
    """``lues``: reasons looked at; ``fermees``: those that were not, by why; ``sans_date``: titles of those left out
    because their source dates nothing."""

    page: Page[Any]
    entreprises: Sequence[EntrepriseAlarmee]
    lues: Sequence[AlarmeDeTerritoire]
    fermees: Sequence[MesuresFermees]
    sans_date: Sequence[str]
    preparation: Preparation | None


def offertes(lecteur: LecteurDeDonnees) -> bool:
    """Whether this reader may read an alarm somewhere. No query."""
    return any(lecteur.portee(registre.source(n)) for a in ALARMES.values() for n in mesures()[a.mesure].champs)


def lire(
    lecteur: LecteurDeDonnees,
    territoire: TerritoireChoisi,
    motifs: Sequence[str],
    depuis: date | None,
    page: str | None,
    demande: DemandeLue,
) -> AlarmesDuTerritoire:
    """A page of the companies of a territory that have an alarm, among the establishments that fit the filters of the
    search of ``demande``. Four round trips.

    Raises ParametreInvalide, IndexIndisponible (filters that the index answers), JournalIndisponible, VolumeDepasse.
    """
    preparation = derniere_preparation()
    ouvertes = ouvertures(lecteur, preparation, territoire.departements_lus)
    voulues = {nom: ALARMES[nom] for nom in ALARMES if nom in motifs}
    closes = fermees((a.titre, ouvertes[a.mesure]) for a in voulues.values())
    sans_date = [a.titre for a in voulues.values() if depuis and not (a.jour or a.mois)]
    lues = {n: a for n, a in voulues.items() if ouvertes[a.mesure] and a.titre not in sans_date}
    if depuis and preparation and preparation.mois and preparation.mois < depuis.replace(day=1):
        lues = {n: a for n, a in lues.items() if not a.mois}
    if preparation is None or not lues:
        vide: Page[Any] = Paginator([], PAR_PAGE).get_page(1)
        return AlarmesDuTerritoire(vide, (), list(lues.values()), closes, sans_date, preparation)
    coupee, brutes = _compter_et_lire(toutes(demande.ouverte(territoire)), lues, ouvertes, depuis, page)
    vues = entreprises.entreprises(b["siren"] for b in brutes)
    gardees = [b for b in brutes if b["siren"] in vues and not cachee(vues[b["siren"]])]
    _consigner(lecteur, gardees, lues, ouvertes)
    alarmees = [
        EntrepriseAlarmee(
            vues[b["siren"]],
            [_phrase(n, b, preparation) for n in lues if b[n]],
            any(lues[n].gravite is Gravite.GRAVE for n in lues if b[n]),
            b["lieux"],
        )
        for b in gardees
    ]
    return AlarmesDuTerritoire(coupee, alarmees, list(lues.values()), closes, sans_date, preparation)


def _compter_et_lire(
    ou: Condition,
    lues: Mapping[str, AlarmeDeTerritoire],
    ouvertes: Mapping[str, MesureOuverte],
    depuis: date | None,
    page: str | None,
) -> tuple[Page[Any], list[dict[str, Any]]]:
    """Each alarm is true of a row only where the reader may read its measure, and since ``depuis``."""
    vraies, parametres = [], list[object]()
    for nom, alarme in ALARMES.items():
        if nom not in lues:
            vraies.append(f"FALSE AS a_{nom}, FALSE AS o_{nom}")
            continue
        ouverte = ouvertes[alarme.mesure].condition
        parametres += ouverte.parametres
        date_ = ""
        if depuis and alarme.jour:
            date_ = f"{alarme.jour} >= %s::date AND "
            parametres.append(depuis.isoformat())
        parametres += ouverte.parametres
        # The alarm before the right: few rows have one, and the right takes long to compare.
        vraies.append(f"{ouverte.sql} AS o_{nom}, COALESCE({alarme.sql} AND {date_}{ouverte.sql}, FALSE) AS a_{nom}")
    une = " OR ".join(f"x.a_{nom}" for nom in ALARMES)
    graves = " OR ".join(f"x.a_{nom}" for nom, alarme in ALARMES.items() if alarme.gravite is Gravite.GRAVE)
    trouvees = (
        f"SELECT x.siren, {', '.join(f'bool_or(x.a_{nom})' for nom in ALARMES)}, bool_or({graves}) AS grave, "
        "max(x.pse) FILTER (WHERE x.a_pse) AS jour, max(x.rang) AS rang, count(*) AS lieux, "
        f"{', '.join(f'min(x.departement) FILTER (WHERE x.o_{nom})' for nom in ALARMES)}, "
        "sum(x.mortels) FILTER (WHERE x.a_mortels), count(*) FILTER (WHERE x.a_effectif) "
        f"FROM (SELECT t.siren, t.rang, t.departement, t.pse, t.mortels, {', '.join(vraies)} "
        f"FROM {TABLE} t WHERE {ou.sql}) x WHERE {une} GROUP BY x.siren"
    )
    valeurs = [*parametres, *ou.parametres]
    total = lectures.lire(f"SELECT count(*) FROM ({trouvees}) c", valeurs)[0][0]
    coupee = Paginator(range(total), PAR_PAGE).get_page(page)
    rangees = lectures.lire(
        f"SELECT * FROM ({trouvees}) c ORDER BY grave DESC, jour DESC NULLS LAST, rang DESC, siren LIMIT %s OFFSET %s",
        [*valeurs, PAR_PAGE, coupee.start_index() - 1 if total else 0],
    )
    return coupee, [dict(zip(_LUES, rangee, strict=True)) for rangee in rangees]


_LUES: Final = (
    *("siren", *ALARMES, "grave", "pse_jour", "rang", "lieux"),
    *(f"{nom}_ou" for nom in ALARMES),
    *("morts", "en_baisse"),
)


def _consigner(
    lecteur: LecteurDeDonnees,
    brutes: Sequence[Mapping[str, Any]],
    lues: Mapping[str, AlarmeDeTerritoire],
    ouvertes: Mapping[str, MesureOuverte],
) -> None:
    """Each measure is read in a département where it is open: rights may open one here and another there."""
    consigner(
        lecteur,
        [
            (b["siren"], b[f"{n}_ou"], [(ouvertes[a.mesure], bool(b[n]))])
            for b in brutes
            for n, a in lues.items()
            if b[f"{n}_ou"] is not None
        ],
    )
    if not brutes:
        consigner_sans_entreprise(lecteur, [ouvertes[a.mesure] for a in lues.values()], Pesee.PAGE)


def _phrase(nom: str, brute: Mapping[str, Any], preparation: Preparation) -> str:
    if nom == "pse":
        return f"Plan de sauvegarde de l’emploi enregistré le {en_jour(brute['pse_jour'])}"
    if nom == "mortels":
        return f"{pluriel(brute['morts'], 'mort au travail', 'morts au travail')}, période du fichier"
    lieux = pluriel(brute["en_baisse"], "établissement")
    mois = f", en {en_mois(preparation.mois)}" if preparation.mois else ""
    return f"Effectif en baisse de 20 % ou plus en un an : {lieux}{mois}"
