"""The alarms of a territory: companies that have one, gravest first, as their sheets raise them."""

# ruff: noqa: S608 (only constants and names of columns are interpolated)

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any, Final

from django.core.paginator import Page, Paginator

from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.donnees.entreprises.repertoire import UNITES_LEGALES
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.portee import Condition
from fce.ensembles.territoires import alarmes_preparees
from fce.ensembles.territoires.lieux import TerritoireChoisi
from fce.ensembles.territoires.mesures import TABLE, MesureDeTerritoire
from fce.ensembles.territoires.models import Preparation
from fce.ensembles.territoires.ouvertures import (
    MesureOuverte,
    MesuresFermees,
    conditions_de,
    consigner,
    fermees,
    ouvrir,
    question,
    toutes,
)
from fce.ensembles.territoires.selection import Selection
from fce.ensembles.territoires.selectors import derniere_preparation
from fce.socle.base import lectures
from fce.socle.texte.formats import jour as en_jour, mois as en_mois

PAR_PAGE: Final = 20
LIEUX_NOMMES: Final = 3


@dataclass(frozen=True, slots=True)
class PhraseDAlarme:
    """An alarm as its sheet says it. ``lieu``: commune of the establishment, "" for the whole company."""

    texte: str
    quand: str
    lieu: str
    grave: bool


@dataclass(frozen=True, slots=True)
class EntrepriseAlarmee:
    """``phrases``: its alarms, gravest first; ``autres``: those of more establishments; ``lieux``: number of its
    establishments here that have one of their own."""

    vue: EntrepriseVue
    phrases: Sequence[PhraseDAlarme]
    autres: int
    lieux: int


@dataclass(frozen=True, slots=True)
class AlarmesDuTerritoire:
    """``regardees``: titles of the alarms looked at; ``fermees``: those that were not, by why; ``sans_date``: titles of
    those left out because their source dates nothing."""

    page: Page[Any]
    entreprises: Sequence[EntrepriseAlarmee]
    regardees: Sequence[str]
    fermees: Sequence[MesuresFermees]
    sans_date: Sequence[str]
    preparation: Preparation | None


@dataclass(frozen=True, slots=True)
class _Lecture:
    """A question to the prepared alarms. ``choisies``: rows of a page, aliases ``a`` and ``t``."""

    ou: Condition
    ouvertes: Mapping[str, MesureOuverte]
    depuis: date | None = None
    choisies: Condition = field(init=False)

    def __post_init__(self) -> None:
        par_droit = [
            (droit, [nom for nom, o in self.ouvertes.items() if o.condition == droit])
            for droit in conditions_de(self.ouvertes.values())
        ]
        # The alarm before the right: few rows have one, and the right takes long to compare.
        droits = [
            Condition(f"(a.nom = ANY(%s::text[]) AND {droit.sql})", (noms, *droit.parametres))
            for droit, noms in par_droit
        ]
        un = Condition(f"({' OR '.join(d.sql for d in droits)})", tuple(p for d in droits for p in d.parametres))
        # A fact of a month counts from its first day.
        depuis = "a.jour >= CASE WHEN a.mois THEN %s::date ELSE %s::date END"
        jours = [Condition(depuis, (self.depuis.replace(day=1), self.depuis))] if self.depuis else []
        object.__setattr__(self, "choisies", toutes([self.ou, un, *jours]))

    def rangees(self, colonnes: str, suite: str, *parametres: object) -> list[tuple[Any, ...]]:
        """An alarm is that of its establishment, or that of the company of an establishment here."""
        ici = "a.siret = t.siret OR (a.siret = '' AND a.siren = t.siren)"
        return lectures.rangees(
            f"SELECT {colonnes} FROM {alarmes_preparees.TABLE} a JOIN {TABLE} t ON t.siren = a.siren AND ({ici}) "
            f"WHERE {self.choisies.sql} {suite}",
            [*self.choisies.parametres, *parametres],
        )


@cache
def alarmes() -> dict[str, MesureDeTerritoire]:
    """{name: alarm}, with the sources that raise it, those of the sheets."""
    par_nom = {alarmes_preparees.SIRENE: ("Siège fermé, ou entreprise cessée", [UNITES_LEGALES])}
    for source, alarme in alarmes_preparees.declarees():
        par_nom.setdefault(alarme.nom, (alarme.titre, []))[1].append(source.nom)
    return {n: MesureDeTerritoire(n, titre, (), dict.fromkeys(de, ()), "") for n, (titre, de) in par_nom.items()}


def offertes(lecteur: LecteurDeDonnees) -> bool:
    """Whether this reader may read a reserved alarm somewhere. No query."""
    return any(lecteur.portee(s) for s, _ in alarmes_preparees.declarees() if s.acces and s.acces.classe != "C0")


def page_d_alarmes(
    lecteur: LecteurDeDonnees,
    territoire: TerritoireChoisi,
    motifs: Sequence[str],
    depuis: date | None,
    page: str | None,
    selection: Selection,
) -> AlarmesDuTerritoire:
    """A page of the companies of a territory that have an alarm, among the establishments that fit the filters of the
    search of ``selection``. Six round trips.

    Raises ParametreInvalide, IndexIndisponible (filters that the index answers), JournalIndisponible, VolumeDepasse.
    """
    preparation = derniere_preparation()
    voulues = {nom: alarme for nom, alarme in alarmes().items() if nom in motifs}
    ouvertes = ouvrir(voulues, lecteur, preparation, territoire.departements_complets)
    closes = fermees((o.mesure.titre, o) for o in ouvertes.values())
    lisibles = {nom: o for nom, o in ouvertes.items() if o}
    if preparation is None or not lisibles:
        vide: Page[Any] = Paginator([], PAR_PAGE).get_page(1)
        return AlarmesDuTerritoire(vide, (), [o.mesure.titre for o in lisibles.values()], closes, (), preparation)
    ou = toutes(selection.ouverte(territoire))
    lecture = _Lecture(ou, lisibles, depuis)
    jamais_dates = _Lecture(ou, lisibles).rangees("DISTINCT a.nom", "AND a.jour IS NULL") if depuis else []
    sans_date = [lisibles[nom].mesure.titre for (nom,) in jamais_dates]
    coupee, sirens = _page(lecture, page)
    vues = entreprises.entreprises(sirens)
    gardes = [siren for siren in sirens if siren in vues and vues[siren].regime.listable]
    brutes = _alarmes_de(lecture, gardes)
    choix = [*(("motif", nom) for nom in motifs), *([("depuis", depuis.isoformat())] if depuis else [])]
    _consigner(lecteur, ou, gardes, brutes, lisibles, selection.gardee(territoire, "/alarmes", *choix))
    lieux = entreprises.etablissements(b["siret"] for b in brutes if b["siret"])
    par_siren = {siren: list(siennes) for siren, siennes in groupby(brutes, key=lambda b: b["siren"])}
    alarmees = [_entreprise(vues[siren], par_siren[siren], lieux) for siren in gardes if siren in par_siren]
    titres = [o.mesure.titre for o in lisibles.values() if o.mesure.titre not in sans_date]
    return AlarmesDuTerritoire(coupee, alarmees, titres, closes, sans_date, preparation)


def _page(lecture: _Lecture, page: str | None) -> tuple[Page[Any], list[str]]:
    """The companies of a page, by gravity, date and size."""
    total = lecture.rangees("count(DISTINCT t.siren)", "")[0][0]
    coupee = Paginator(range(total), PAR_PAGE).get_page(page)
    rangees = lecture.rangees(
        "t.siren",
        "GROUP BY t.siren ORDER BY bool_or(a.grave) DESC, max(a.jour) DESC NULLS LAST, max(t.rang) DESC, t.siren "
        "LIMIT %s OFFSET %s",
        PAR_PAGE,
        coupee.start_index() - 1 if total else 0,
    )
    return coupee, [siren for (siren,) in rangees]


def _alarmes_de(lecture: _Lecture, sirens: Sequence[str]) -> list[dict[str, Any]]:
    """Alarms of these companies, by company, gravest first; that of a company once."""
    colonnes = ("siren", "nom", "siret", "phrase", "jour", "mois", "periode", "grave")
    rangees = lecture.rangees(
        f"DISTINCT {', '.join(f'a.{c}' for c in colonnes)}",
        "AND t.siren = ANY(%s::text[]) ORDER BY a.siren, a.grave DESC, a.jour DESC NULLS LAST, a.nom, a.siret",
        list(sirens),
    )
    return [dict(zip(colonnes, rangee, strict=True)) for rangee in rangees]


def _entreprise(
    vue: EntrepriseVue, siennes: Sequence[Mapping[str, Any]], lieux: Mapping[str, EtablissementVu]
) -> EntrepriseAlarmee:
    """An alarm of many establishments names ``LIEUX_NOMMES`` of them."""
    rangs: dict[str, int] = {}
    phrases, autres = [], 0
    for brute in siennes:
        rangs[brute["nom"]] = rangs.get(brute["nom"], 0) + 1
        lieu = lieux.get(brute["siret"])
        if brute["siret"] and (lieu is None or not lieu.regime.listable or rangs[brute["nom"]] > LIEUX_NOMMES):
            autres += 1
            continue
        phrases.append(_phrase(brute, lieu))
    return EntrepriseAlarmee(vue, phrases, autres, len({b["siret"] for b in siennes if b["siret"]}))


def _phrase(brute: Mapping[str, Any], lieu: EtablissementVu | None) -> PhraseDAlarme:
    quand = en_jour(brute["jour"])
    if brute["mois"] and brute["jour"]:
        quand = f"en {en_mois(brute['jour'])}"
    if not brute["jour"]:
        quand = brute["periode"]
    commune = (lieu.adresse.commune or "") if lieu else ""
    return PhraseDAlarme(brute["phrase"], "" if quand in brute["phrase"] else quand, commune, brute["grave"])


def _consigner(
    lecteur: LecteurDeDonnees,
    ou: Condition,
    sirens: Sequence[str],
    brutes: Iterable[Mapping[str, Any]],
    lisibles: Mapping[str, MesureOuverte],
    filtres: str,
) -> None:
    """Each alarm is read in a département where it is open: rights may open one here and another there."""
    droits = conditions_de(lisibles.values())
    posees = [question(lecteur, ou, [o for o in lisibles.values() if o.condition == droit]) for droit in droits]
    colonnes = ", ".join(f"min(t.departement) FILTER (WHERE {droit.sql})" for droit in droits)
    rangees = lectures.rangees(
        f"SELECT t.siren, {colonnes} FROM {TABLE} t WHERE {ou.sql} AND t.siren = ANY(%s::text[]) GROUP BY t.siren",
        [*(p for droit in droits for p in droit.parametres), *ou.parametres, list(sirens)],
    )
    connues = {(b["siren"], b["nom"]) for b in brutes}
    consigner(
        lecteur,
        [
            (siren, departements[droits.index(o.condition)], [(o, (siren, nom) in connues)])
            for siren, *departements in rangees
            for nom, o in lisibles.items()
            if departements[droits.index(o.condition)] is not None
        ],
        posees,
        filtres,
    )
