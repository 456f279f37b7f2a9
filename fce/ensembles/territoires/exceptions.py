"""The exceptions of a territory: what is out of the ordinary there, counted for a reader.

A line is an establishment. A fact of a whole company is one line: that of its only establishment here, else of the
company. A closed establishment says only that it closed. ``lignes`` gives the lines that are counted, under the same
rights.
"""

# ruff: noqa: S608 (only constants and names of columns are interpolated)

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final, NamedTuple

from django.http import QueryDict

from fce.donnees.entreprises.repertoire import UNITES_LEGALES
from fce.donnees.imports.selectors import Reperes, reperes
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.portee import Condition
from fce.ensembles.territoires import alarmes_preparees
from fce.ensembles.territoires.alarmes_preparees import AILLEURS
from fce.ensembles.territoires.lieux import TerritoireChoisi
from fce.ensembles.territoires.mesures import CINQUANTE, FERMES, TABLE, MesureDeTerritoire, relation, sql_chez_lui
from fce.ensembles.territoires.ouvertures import (
    MesureOuverte,
    MesuresFermees,
    conditions_de,
    consigner,
    fermees,
    ouvrir,
    question,
)
from fce.ensembles.territoires.selection import Selection
from fce.ensembles.territoires.selectors import LectureDeTerritoire
from fce.referentiels import effectifs
from fce.socle.base import lectures
from fce.socle.texte.formats import jour as en_jour, mot, nombre, pluriel
from fce.sources import registre

JAMAIS, PARTIELLE, PSE = "jamais", "activite-partielle", "pse"
MONTREES: Final = 6
MESURES_DITES: Final = ("effectif", "controle", "contact")
"""What a line says of its establishment beside its exceptions; the first is summed too."""
PERIODE, TOUT = "30", "tout"
PERIODES_D_EXCEPTIONS: Final = {
    PERIODE: "Depuis 30 jours", "90": "Depuis 3 mois", "365": "Depuis 12 mois", TOUT: "Toutes dates",
}  # fmt: skip


class MotifDeTerritoire(NamedTuple):
    """``dates``: each fact has a day, which the period bounds; a state has none and stays."""

    un: str
    plusieurs: str
    dates: bool = False


MOTIFS: Final = {
    "mortels": MotifDeTerritoire("site avec un mort au travail", "sites avec un mort au travail"),
    PSE: MotifDeTerritoire("site d’ici touché par un PSE", "sites d’ici touchés par un PSE", dates=True),
    "procedure": MotifDeTerritoire("procédure collective", "procédures collectives", dates=True),
    alarmes_preparees.SIRENE: MotifDeTerritoire("siège ou site fermé", "sièges ou sites fermés", dates=True),
    "egapro": MotifDeTerritoire("index égalité sous 75", "index égalité sous 75"),
    JAMAIS: MotifDeTerritoire("site jamais vu par votre service", "sites jamais vus par votre service"),
    "effectif": MotifDeTerritoire(
        "effectif en baisse de 20 % ou plus en un an", "effectifs en baisse de 20 % ou plus en un an"
    ),
    PARTIELLE: MotifDeTerritoire("site en activité partielle", "sites en activité partielle", dates=True),
    AILLEURS: MotifDeTerritoire("entreprise d’ici en a un ailleurs", "entreprises d’ici en ont un ailleurs"),
}
_ECONOMIE: Final = (PSE, PARTIELLE, "effectif", "procedure", alarmes_preparees.SIRENE, JAMAIS)
PREMIERS_MOTIFS: Final = {"dreets-3e": _ECONOMIE, "ddets-emploi": _ECONOMIE}
"""{profile of a habilitation: motifs that its readers see first}, when not those of ``MOTIFS``."""


class ExceptionDeTerritoire(NamedTuple):
    """``titre``: accorded with ``nombre``; ``adresse``: page of exactly these lines;
    ``precision``: period, date of the source (``en_retard``: late) or scope; ``suites``: [(text, address)] of the lines
    left out: older than the period; of plans, the companies that have one elsewhere."""

    code: str
    titre: str
    adresse: str
    nombre: int
    precision: str
    en_retard: bool
    suites: Sequence[tuple[str, str]]


class SommesDuTerritoire(NamedTuple):
    """``grands``: of ``CINQUANTE`` and more; ``salaries``: of the ``connus`` establishments that have a head-count.

    ``salaries`` is None when the reader may not read them all, when one company makes the sum, and for filters or a
    territory smaller than a département, which a subtraction could compare."""

    lieux: int
    grands: int
    salaries: int | None
    connus: int
    mois: date | None


class ExceptionsDuTerritoire(NamedTuple):
    """``montrees``: those of the reader's trade, counted; ``autres``: counted too, shown less; ``fermees``: those that
    have no number, closed to him or without a source, by why; ``lignes``: number of lines of ``montrees``. Nothing when
    ``lecture`` is not ``lisible``."""

    lecture: LectureDeTerritoire
    montrees: Sequence[ExceptionDeTerritoire] = ()
    autres: Sequence[ExceptionDeTerritoire] = ()
    fermees: Sequence[MesuresFermees] = ()
    lignes: int = 0
    sommes: SommesDuTerritoire | None = None


@registre.par_registre
def alarmes() -> dict[str, MesureDeTerritoire]:
    """{name: alarm}, with the sources that raise it, those of the sheets."""
    par_nom = {alarmes_preparees.SIRENE: ("Siège ou site fermé, ou entreprise cessée", [UNITES_LEGALES])}
    for source, alarme in alarmes_preparees.declarees():
        par_nom.setdefault(alarme.nom, (alarme.titre, []))[1].append(source.nom)
    return {n: MesureDeTerritoire(n, titre, (), dict.fromkeys(de, ()), "") for n, (titre, de) in par_nom.items()}


def date_de(reperes: Reperes) -> str:
    """The day of a file, or the day when it was received."""
    return en_jour(reperes.date_metier) or f"reçu le {en_jour(reperes.importee_le)}"


def offertes(lecteur: LecteurDeDonnees) -> bool:
    """Whether this reader may read a reserved alarm somewhere. No query."""
    return any(lecteur.portee(s) for s, _ in alarmes_preparees.declarees() if s.acces and s.acces.classe != "C0")


def exceptions_du_territoire(
    lecteur: LecteurDeDonnees, territoire: TerritoireChoisi, periode: str = PERIODE
) -> ExceptionsDuTerritoire:
    """The exceptions of a territory for a reader, journalled before they are returned. Six round trips.

    Raises JournalIndisponible, VolumeDepasse.
    """
    lecture = LectureDExceptions.de(lecteur, territoire, Selection(), periode=periode)
    if not lecture.lisible:
        return ExceptionsDuTerritoire(lecture)
    comptes = lecture.compter_les_motifs()
    lecture.consigner([])
    return lecture.vue(comptes, QueryDict())


@dataclass(frozen=True)
class LectureDExceptions(LectureDeTerritoire):
    """What a reader asks of the exceptions of a territory. ``ouvertes``: motifs, in his order; ``motifs``: those that
    he may read somewhere."""

    periode: str = PERIODE

    @cached_property
    def ouvertes(self) -> dict[str, MesureOuverte]:
        dites = ouvrir(alarmes(), self.lecteur, self.preparation, self.territoire.departements_complets)
        dites |= {JAMAIS: self.mesures["controle"], PARTIELLE: self.mesures[PARTIELLE]}
        premiers = next((PREMIERS_MOTIFS[p.code] for p in self.lecteur.profils if p.code in PREMIERS_MOTIFS), ())
        return {nom: dites[nom] for nom in dict.fromkeys([*premiers, *MOTIFS, *dites]) if nom in dites}

    @property
    def depuis(self) -> date | None:
        return self.lecteur.aujourd_hui - timedelta(days=int(self.periode)) if self.periode.isdigit() else None

    @cached_property
    def droits(self) -> list[Condition]:
        return conditions_de([*self.motifs.values(), *self.mesures_dites])

    @property
    def mesures_dites(self) -> list[MesureOuverte]:
        return [self.mesures[nom] for nom in MESURES_DITES if self.mesures[nom]]

    @cached_property
    def datees(self) -> dict[str, Reperes]:
        return reperes()

    @cached_property
    def motifs(self) -> dict[str, MesureOuverte]:
        return {nom: o for nom, o in self.ouvertes.items() if o}

    @property
    def montres(self) -> list[str]:
        return [*self.motifs][:MONTREES]

    def compter_les_motifs(self) -> dict[str, Any]:
        """{motif: [lines in the period, in all]}; under "", in rank 2 the lines of ``montres`` together, in rank 3
        those with another motif than ``JAMAIS``; under "sommes", those of ``vue``."""
        droit = self.droit(self.mesures["effectif"])
        sommes = (
            "count(*), count(*) FILTER (WHERE i.rang >= %s), count(*) FILTER (WHERE i.rang >= %s AND i.chez_lui)",
            f"sum(i.effectif) FILTER (WHERE {droit}), count(i.effectif) FILTER (WHERE {droit})",
            f"count(DISTINCT i.siren) FILTER (WHERE {droit} AND i.effectif IS NOT NULL), bool_and({droit})",
        )
        demande = self.demande(
            "SELECT f.nom, jsonb_build_array(count(DISTINCT f.unite) FILTER (WHERE f.recent), count(DISTINCT f.unite), "
            "count(DISTINCT f.unite) FILTER (WHERE f.recent AND f.nom = ANY(%s::text[])), "
            "count(DISTINCT f.unite) FILTER (WHERE f.recent AND f.nom = ANY(%s::text[]))) "
            "FROM faits f GROUP BY GROUPING SETS ((f.nom), ()) UNION ALL "
            f"SELECT 'sommes', jsonb_build_array({', '.join(sommes)}) FROM tous i WHERE NOT i.ferme",
            self.montres,
            [nom for nom in self.montres if nom != JAMAIS],
            *[effectifs.rang(CINQUANTE)] * 2,
        )
        return {nom or "": json.loads(dit) for nom, dit in lectures.rangees(demande.sql, demande.parametres)}

    def demande(self, suite: str, *parametres: object) -> Condition:
        """A statement on ``tous``, the establishments of the territory that fit the filters, on ``ici``, those of them
        that are ``exceptionnel``, and on ``faits``, what is out of the ordinary there and may be read: motif (``nom``)
        and line (``unite``) of each; ``recent``: in the period, or without a day."""
        noms = [(d, [nom for nom, o in self.motifs.items() if o.condition == d]) for d in self.droits]
        noms = [(d, [*siens, *([AILLEURS] if PSE in siens else [])]) for d, siens in noms if siens]
        lisibles = " OR ".join(f"(a.nom = ANY(%s::text[]) AND {self._rang(d)})" for d, _ in noms) or "FALSE"
        jamais, partielle = (self.droit(self.ouvertes[nom]) for nom in (JAMAIS, PARTIELLE))
        taille = f"CASE WHEN {self.droit(self.mesures['effectif'])} THEN i.effectif END"
        tous = self._tous()
        sql = (
            f"WITH tous AS NOT MATERIALIZED ({tous.sql}), "
            "ici AS MATERIALIZED (SELECT * FROM tous WHERE exceptionnel), dits AS ("
            f"SELECT a.cle, CASE WHEN a.nom = '{PSE}' AND a.siret = '' THEN '{AILLEURS}' ELSE a.nom END AS nom, "
            "a.siren, CASE WHEN count(*) = 1 THEN min(i.siret) ELSE a.siren END AS unite, a.phrase, a.jour, a.mois, "
            f"a.periode, a.grave, max(i.rang) AS rang, NULL::int AS taille FROM {alarmes_preparees.TABLE} a "
            "JOIN ici i ON i.siren = a.siren AND a.siret IN ('', i.siret) "
            f"WHERE (NOT i.ferme OR a.nom = '{alarmes_preparees.SIRENE}') AND ({lisibles}) GROUP BY a.cle "
            f"UNION ALL SELECT '', '{PARTIELLE}', i.siren, i.siret, 'Activité partielle', i.decision, FALSE, '', "
            f"FALSE, i.rang, NULL FROM ici i WHERE {partielle} AND i.decision IS NOT NULL AND NOT i.ferme "
            f"UNION ALL SELECT '', '{JAMAIS}', i.siren, i.siret, '', NULL, FALSE, '', FALSE, "
            f"i.rang, {taille} FROM ici i WHERE {jamais} AND i.chez_lui AND i.controle IS NULL AND i.rang >= %s "
            "AND NOT i.ferme), "
            "faits AS (SELECT d.*, (d.jour IS NULL OR d.mois OR d.jour >= %s::date) AS recent FROM dits d "
            f"WHERE d.nom <> '{AILLEURS}' OR d.siren NOT IN (SELECT siren FROM dits WHERE nom = '{PSE}')) {suite}"
        )
        siens = [*tous.parametres, *(n for _, n in noms), effectifs.rang(CINQUANTE), self.depuis or date.min]
        return Condition(sql, (*siens, *parametres))

    def _tous(self) -> Condition:
        droits = "".join(f", ({d.sql}) AS {self._rang(d, '')}" for d in self.droits)
        chez_lui = sql_chez_lui(self.lecteur, "t")
        sql = " UNION ALL ".join(
            "SELECT t.siret, t.siren, t.departement, t.rang, t.effectif, t.effectif_avant, t.decision, t.controle, "
            f"t.exceptionnel, {ferme} AS ferme, {chez_lui} AS chez_lui{droits} "
            f"FROM {relation(self.lecteur, table)} t WHERE {self.ou.sql}"
            for table, ferme in ((TABLE, "FALSE"), (FERMES, "TRUE"))
        )
        return Condition(sql, (*(p for d in self.droits for p in d.parametres), *self.ou.parametres) * 2)

    def _rang(self, droit: Condition, alias: str = "i.") -> str:
        return f"{alias}o_{self.droits.index(droit)}"

    def droit(self, ouverte: MesureOuverte) -> str:
        """SQL that a row of ``ici`` may be read."""
        return self._rang(ouverte.condition) if ouverte else "FALSE"

    def consigner(
        self, montres: Iterable[tuple[str, str, Iterable[tuple[MesureOuverte, bool]]]], code: str = ""
    ) -> None:
        """Write what is shown of each company (``montres``) and what the counts tell, before they are shown."""
        dites = [*self.motifs.values(), *self.mesures_dites]
        posees = self.questions()
        posees += [question(self.lecteur, self.ouverte, [o for o in dites if o.condition == d]) for d in self.droits]
        choix = [("exception", code)] if code else []
        filtres = self.selection.gardee(self.territoire, "", *choix, ("depuis", self.periode))
        consigner(self.lecteur, montres, posees, filtres)

    def vue(self, comptes: Mapping[str, Any], suite: QueryDict) -> ExceptionsDuTerritoire:
        lieux, grands, grands_ici, salaries, connus, entreprises, entiers = comptes["sommes"]
        publiables = self.territoire.departements_complets and not self.selection.filtree
        somme = salaries if publiables and entiers and entreprises > 1 else None
        comptees = []
        for nom, ouverte in self.motifs.items():
            recentes, tous = comptes.get(nom, [0, 0])[:2]
            suites = [(f"{nombre(tous - recentes)} avant", self._adresse(nom, suite, TOUT))] if tous > recentes else []
            if nom == PSE and (ailleurs := comptes.get(AILLEURS, [0, 0])[1]):
                suites.append((pluriel(ailleurs, *MOTIFS[AILLEURS][:2]), self._adresse(AILLEURS, suite, TOUT)))
            titre = mot(recentes, *MOTIFS[nom][:2]) if nom in MOTIFS else ouverte.mesure.titre
            adresse, precision = self._adresse(nom, suite, self.periode), self._precision(nom, ouverte, grands_ici)
            comptees.append(ExceptionDeTerritoire(nom, titre, adresse, recentes, *precision, suites))
        mois = self.preparation.mois if self.preparation else None
        sommes = SommesDuTerritoire(lieux, grands, somme, connus, mois)
        fermes = fermees((o.mesure.titre, o) for o in self.ouvertes.values())
        montrees, autres = comptees[:MONTREES], comptees[MONTREES:]
        return ExceptionsDuTerritoire(self, montrees, autres, fermes, comptes[""][2], sommes)

    def _adresse(self, nom: str, suite: QueryDict, periode: str) -> str:
        choix = suite.copy()
        choix["exception"], choix["depuis"] = nom, periode
        return f"{self.territoire.adresse}?{choix.urlencode()}"

    def _precision(self, nom: str, ouverte: MesureOuverte, grands: int) -> tuple[str, bool]:
        """(period, date of the source or scope, whether a source is late)."""
        siennes = [(registre.source(o.nom), self.datees[o.nom]) for o in ouverte.objets if o.nom in self.datees]
        retard = any(s.en_retard(r.date_metier, r.importee_le, self.lecteur.aujourd_hui) for s, r in siennes)
        if nom == JAMAIS:
            dit = f"sur {nombre(grands)} de 50 salariés et plus"
        elif nom in MOTIFS and MOTIFS[nom].dates:
            dit = f"depuis le {en_jour(self.depuis)}" if self.depuis else "toutes dates"
        else:
            dit = ", ".join(f"{s.systeme}, {date_de(r)}" for s, r in siennes[:1])
        return f"{dit}, source en retard" if retard else dit, retard
