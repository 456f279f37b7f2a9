"""The alarms of the sheets, prepared for the territories: each is raised by the very rule that its source declares, on
the rows that the sheet of that company or establishment reads."""

# ruff: noqa: S608 (only constants and names of columns are interpolated)

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any, Final

from django.db import connection

from fce.donnees.entreprises import diffusion, selectors as entreprises
from fce.donnees.entreprises.diffusion import Regime
from fce.donnees.entreprises.natures import natures
from fce.donnees.entreprises.repertoire import LIEUX_CONNUS, LIEUX_LISTABLES, UNITES_LISTABLES
from fce.ensembles.territoires.models import AlarmePreparee
from fce.fiche.assemblage.alertes import alertes_entreprise
from fce.socle.base.lectures import citer
from fce.sources import registre
from fce.sources.champs import DIFFUSIBLE, Mois, Siret
from fce.sources.declaration import Source
from fce.sources.presentation import Alarme, FaitAlarmant, Gravite

TABLE: Final = AlarmePreparee._meta.db_table
COLONNES: Final = tuple(str(champ.column) for champ in AlarmePreparee._meta.fields)
SIRENE: Final = "sirene"
AILLEURS: Final = "pse-ailleurs"
"""Name of a plan of a company of which another source names the sites: their own alarms say which."""
_LOT: Final = 2000
_SITUEE: Final = "_situee"
_Fait = tuple[object, ...]
_Unite = tuple[str, Regime, list[dict[str, Any]]]


@registre.par_registre
def declarees() -> tuple[tuple[Source, Alarme], ...]:
    """The sources that raise an alarm from a file, each with it."""
    toutes = registre.toutes()
    return tuple((s, s.alarme) for s in toutes if s.alarme and s.importable and ({"siren", "siret"} & {*s.champs}))


def par_lieu(source: Source) -> bool:
    """Whether an alarm of this source is about one establishment."""
    return isinstance(source.champs.get("siret"), Siret)


def calculer(curseur: Any, en_place: Container[str], jour: date) -> None:
    """Fill the temporary table with the alarms of the establishments of ``territoires_calcul`` and of their
    companies."""
    curseur.execute("DROP TABLE IF EXISTS pg_temp.territoires_alarmes")
    curseur.execute(f"CREATE TEMP TABLE territoires_alarmes (LIKE {TABLE}) ON COMMIT DROP")
    nommantes = {alarme.situe: source for source, alarme in declarees() if source.nom in en_place}
    for source, alarme in declarees():
        if source.nom in en_place:
            faits = _faits(_par_unite(source, alarme, nommantes.get(source.nom)), source, alarme, jour)
            _copier(curseur, (_rangee(alarme, source, *fait) for fait in faits))
    _copier(curseur, _de_sirene(curseur))
    curseur.execute("CREATE UNIQUE INDEX ON territoires_alarmes (cle); ANALYZE territoires_alarmes")


def _faits(
    unites: Iterable[_Unite], source: Source, alarme: Alarme, jour: date
) -> Iterator[tuple[str, int, FaitAlarmant, bool]]:
    """(number of the unit, rank, fact, whether another source says it of establishments) of every unit that has one,
    masked as its sheet is."""
    for numero, sous, lignes in unites:
        choisies = source.selection(lignes, jour) if source.selection else lignes
        montrees = {**natures(source), _SITUEE: DIFFUSIBLE}
        vues = [diffusion.masquer(ligne, montrees, sous) for ligne in choisies]
        ailleurs = {fait.phrase for fait in alarme.en_cours([ligne for ligne in vues if ligne[_SITUEE]], jour)}
        for rang, fait in enumerate(alarme.en_cours(vues, jour)):
            yield numero, rang, fait, fait.phrase in ailleurs


def _par_unite(source: Source, alarme: Alarme, nommante: Source | None) -> Iterator[_Unite]:
    """(number, diffusion, rows) of each unit of the prepared establishments that has some, by number. ``nommante``:
    source that names the establishments of some rows, which ``_SITUEE`` marks."""
    cle = "siret" if par_lieu(source) else "siren"
    attributs = [*source.champs]
    colonnes = ", ".join(f"f.{citer(a)}" for a in attributs)
    nommee = "FALSE"
    if nommante:
        communs = " AND ".join(f"n.{citer(a)} = f.{citer(a)}" for a in source.cle if a in nommante.champs)
        nommee = f"EXISTS (SELECT FROM {nommante.relation} n WHERE n.siret IS NOT NULL AND {communs})"
    filles = " OR ".join(f"f.{citer(a)} IS NOT NULL" for a in alarme.remplies) or "TRUE"
    voulues = f"SELECT f.* FROM {source.relation} f WHERE {filles}"
    if alarme.ecart:
        quand = citer(source.date_metier or "")
        voulues = (
            f"SELECT f.* FROM ({voulues}) f JOIN (SELECT {cle}, max({quand}) AS dernier FROM ({voulues}) v "
            f"GROUP BY {cle}) d USING ({cle}) WHERE f.{quand} = d.dernier "
            f"OR f.{quand} = (d.dernier - interval '{alarme.ecart} months')::date"
        )
    listables = LIEUX_LISTABLES if par_lieu(source) else UNITES_LISTABLES
    unites = f"SELECT DISTINCT c.{cle}, x.regime FROM territoires_calcul c JOIN {listables} x ON x.{cle} = c.{cle}"
    requete = (
        f"SELECT c.{cle}, c.regime, {nommee}, {colonnes} FROM ({voulues}) f JOIN ({unites}) c "
        f"ON c.{cle} = f.{cle} ORDER BY c.{cle}"
    )
    with connection.chunked_cursor() as lecture:
        lecture.execute(requete)
        rangees = iter(lambda: lecture.fetchmany(_LOT), [])
        toutes = (rangee for lot in rangees for rangee in lot)
        for (numero, regime), siennes in groupby(toutes, key=lambda r: (r[0], r[1])):
            yield numero, Regime(regime), [dict(zip([_SITUEE, *attributs], r[2:], strict=True)) for r in siennes]


def _rangee(alarme: Alarme, source: Source, numero: str, rang: int, fait: FaitAlarmant, ailleurs: bool) -> _Fait:
    jour, nom = fait.jour, f"{alarme.nom}-ailleurs" if ailleurs else alarme.nom
    mois = isinstance(source.champs.get(source.date_metier or ""), Mois)
    siret = numero if par_lieu(source) else ""
    return (
        f"{source.nom}:{numero}:{rang}", nom, numero[:9], siret, fait.phrase, jour, mois, fait.periode,
        alarme.gravite is Gravite.GRAVE,
    )  # fmt: skip


def _de_sirene(curseur: Any) -> Iterator[_Fait]:
    """The alarms that Sirene alone justifies, of the prepared establishments and of their companies."""
    curseur.execute("SELECT siret, ferme_le FROM territoires_calcul WHERE ferme_le IS NOT NULL ORDER BY siret")
    for siret, jour in curseur.fetchall():
        yield (f"{SIRENE}:{siret}", SIRENE, siret[:9], siret, "Établissement fermé", jour, False, "", True)
    curseur.execute(
        f"SELECT DISTINCT u.siren FROM territoires_calcul c JOIN {UNITES_LISTABLES} u ON u.siren = c.siren "
        f"LEFT JOIN {LIEUX_CONNUS} s ON s.siret = u.siren || u.nic_siege "
        "WHERE u.etat_administratif = 'C' OR s.etat_administratif = 'F' ORDER BY u.siren"
    )
    sirens = [siren for (siren,) in curseur.fetchall()]
    for debut in range(0, len(sirens), _LOT):
        for siren, vue in entreprises.entreprises(sirens[debut : debut + _LOT]).items():
            dites = alertes_entreprise(vue, False, ul_lisible=True, etablissements_en_place=True)
            vraies = (a for a in dites if a.niveau != "information")
            for rang, a in enumerate(vraies):
                grave = a.gravite is Gravite.GRAVE
                yield (f"{SIRENE}:{siren}:{rang}", SIRENE, siren, "", a.titre, a.jour, False, "", grave)


def _copier(curseur: Any, rangees: Iterable[_Fait]) -> None:
    pretes = list(rangees)
    with curseur.copy(f"COPY territoires_alarmes ({', '.join(COLONNES)}) FROM STDIN") as copie:
        for rangee in pretes:
            copie.write_row(rangee)
