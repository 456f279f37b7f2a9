"""Build a new generation from the loaded rows and, depending on the load mode, rows of the version in place.

Runs in the transaction of the import: no other session sees anything before its commit.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import psycopg
from psycopg import sql

from fce.donnees.imports.seuils import verifier_evolution
from fce.socle.erreurs import ImportRefuse
from fce.socle.texte import paris
from fce.socle.texte.formats import jour, mot, pluriel
from fce.sources.champs import Mois
from fce.sources.modes import Cumule, Fusionne, ParPeriode, Remplace

from . import fusion, generations
from .indexation import colonnes_indexees, colonnes_sql, creer_les_index, dedoublonner, retirer_les_index
from .parties import ColonneSql, Partie, date_de_periode, parties_de, plus_proche, rang

if TYPE_CHECKING:
    from fce.donnees.imports.models import Import
    from fce.sources.champs import Champ
    from fce.sources.declaration import Source

    from .comptes import ComptesDImport

_PERIODES_MAX = 600
_FIN_DU_MOIS = "({0} - extract(day FROM {0})::int + 1 + interval '1 month - 1 day')::date"


def _rien() -> None:
    """Default of ``prevoir_copie``: no check."""


@dataclass(slots=True)
class Assemblage:
    """``table``: the rows of the file, just copied. ``refuser`` raises unless the import is forced.
    ``reference``: the last import of a whole file, to compare this one with.
    """

    source: "Source"
    connexion: psycopg.Connection
    table: str
    colonnes: Sequence[ColonneSql]
    en_place: "Import | None"
    reference: "Import | None"
    comptes: "ComptesDImport"
    progression: Callable[[str, int, int], None]
    refuser: Callable[[ImportRefuse], None]
    # From the caller; from the file name.
    date_demandee: datetime.date | None = None
    date_du_nom: datetime.date | None = None
    # Fed by other sources too.
    alimentee: bool = False
    # Raises ImportRefuse when the disk has no room for a copy of the version in place.
    prevoir_copie: Callable[[], None] = _rien
    tables: list[str] = field(init=False)
    _ancienne: bool = False

    def __post_init__(self) -> None:
        self.tables = [self.table]

    # --- before keeping anything: what to compare the file with, and its date

    def precedent(self) -> int | None:
        """None when nothing is comparable."""
        mode = self.source.mode
        if self.en_place is None or not isinstance(mode, Remplace):
            return None
        if not mode.sauf:
            return self.reference.chargees if self.reference else None
        self._ancienne = self._fichier_de_l_ancien_systeme(mode.sauf)
        requete = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(self._place(), self._memes(mode.sauf, True))
        return cast(int, self._une(requete)[0])

    def date_du_fichier(self) -> datetime.date | None:
        return self.date_demandee or self.comptes.date_metier or self.date_du_nom

    # --- the generation

    def assembler(self, verifier: Callable[[], None]) -> list[Partie]:
        """``verifier`` checks the counts again if rows were set aside."""
        self.progression("Index de la clé", 0, 0)
        dedoublonner(self.connexion, self.source, self.table, self.colonnes, self.comptes, verifier)
        match self.source.mode:
            case ParPeriode(champ, garde):
                return self._par_periode(champ, garde)
            case Remplace(sauf=None):
                # Keep the rows that other sources merged after this file was written.
                reprises = self._recopier_les_recentes() if self.en_place and self.alimentee else 0
                self._indexer(self.table, cle_faite=not self._calculer())
                return [Partie(self.table, tuple(self.colonnes), self.comptes.chargees + reprises)]
            case mode:
                if isinstance(mode, Fusionne) and self.en_place:
                    if mode.selon:
                        self._ecarter_les_anciennes(mode.selon)
                    en_place = parties_de(self.en_place)
                    if fusion.sans_recopier(self.source, self.colonnes, en_place, self.comptes.chargees):
                        return self._partager(en_place)
                gardees = self._garder() if self.en_place else 0
                self._indexer(self.table, cle_faite=not self.en_place)
                return [Partie(self.table, tuple(self.colonnes), self.comptes.chargees + gardees)]

    def _indexer(self, table: str, *, cle_faite: bool) -> None:
        creer_les_index(self.connexion, self.source, table, self.progression, cle_faite=cle_faite)

    def _calculer(self) -> bool:
        """Fill the fields that FCE computes. In a new table, because updating every row in place doubles its size; the
        index of the key goes with the old one. Returns False when the source has no such field."""
        calcul = self.source.calcul
        if calcul is None:
            return False
        self.progression("Calculs", 0, 0)
        ancienne, nouvelle = generations.identifiant(self.table), f"{self.table}p1"
        generations.creer_table(self.connexion, nouvelle, self.colonnes, colonnes_indexees(self.source))
        calculees = colonnes_sql(self.source, calcul.champs)
        noms = [colonne.nom for colonne in self.colonnes]
        self.connexion.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} AS t LEFT JOIN ({}) AS c ON c.place = t.ctid").format(
                generations.identifiant(nouvelle),
                sql.SQL(", ").join(map(sql.Identifier, noms)),
                sql.SQL(", ").join(sql.Identifier("c" if nom in calculees else "t", nom) for nom in noms),
                ancienne,
                sql.SQL(calcul.sql).format(table=ancienne),
            )
        )
        self.connexion.execute(sql.SQL("DROP TABLE {}").format(ancienne))
        self.connexion.execute(
            sql.SQL("ALTER TABLE {} RENAME TO {}").format(generations.identifiant(nouvelle), sql.Identifier(self.table))
        )
        return True

    def _garder(self) -> int:
        self.prevoir_copie()
        self.progression("Reprise des lignes en place", 0, 0)
        self._analyser_la_cle()
        retirer_les_index(self.connexion, self.table)
        mode = self.source.mode
        conditions: list[sql.Composable] = []
        if isinstance(mode, Remplace) and mode.sauf:
            conditions.append(self._memes(mode.sauf, False))
        conditions.append(
            sql.SQL("NOT EXISTS (SELECT FROM {} AS n WHERE {})").format(
                generations.identifiant(self.table), fusion.egales(self.source, self.colonnes)
            )
        )
        return self._inserer(self.table, self._place(), sql.SQL(" AND ").join(conditions))

    def _analyser_la_cle(self) -> None:
        """ANALYZE the key only, for the joins with the version in place; the other columns are analysed later, with the
        indexes."""
        cle = [sql.Identifier(nom) for nom in colonnes_sql(self.source, self.source.cle)]
        colonnes = sql.SQL("({})").format(sql.SQL(", ").join(cle)) if cle else sql.SQL("")
        self.connexion.execute(sql.SQL("ANALYZE {} {}").format(generations.identifiant(self.table), colonnes))

    def _ecarter_les_anciennes(self, selon: str) -> None:
        colonne = colonnes_sql(self.source, [selon])[0]
        self._analyser_la_cle()
        egalite = fusion.egales(self.source, self.colonnes)
        en_place = self.en_place.date_metier if self.en_place else None
        date = self.date_du_fichier()
        en_retard = date is not None and en_place is not None and date < en_place
        anciennes = fusion.retirer_les_anciennes(
            self.connexion, self.table, self._place(), egalite, colonne, en_retard=en_retard
        )
        self._ceder(anciennes)

    def _ceder(self, lignes: int) -> None:
        self.comptes.chargees -= lignes
        self.comptes.dedoublonnees += lignes
        if lignes:
            quoi = pluriel(lignes, "ligne plus ancienne", "lignes plus anciennes")
            self.comptes.avertir(f"{quoi} que celles en place {mot(lignes, 'a été écartée', 'ont été écartées')}.")

    def _recopier_les_recentes(self) -> int:
        self.progression("Reprise des changements plus récents", 0, 0)
        self._analyser_la_cle()
        cedees, reprises = fusion.recopier_les_recentes(
            self.connexion, self.source, self.table, self.colonnes, self._place()
        )
        self._ceder(cedees)
        return reprises

    def _partager(self, en_place: Sequence[Partie]) -> list[Partie]:
        self.progression("Partage avec la version en place", 0, 0)
        cedees = f"{self.table}p1"
        parties = fusion.decouper(self.connexion, self.source, self.table, cedees, self.colonnes, en_place)
        self.tables.append(cedees)
        self._indexer(self.table, cle_faite=True)
        # Once deleted from the large table, these rows become a part of the previous version.
        self._indexer(cedees, cle_faite=False)
        return parties

    def _inserer(self, table: str, origine: sql.Composable, condition: sql.Composable) -> int:
        noms = sql.SQL(", ").join(sql.Identifier(colonne.nom) for colonne in self.colonnes)
        curseur = self.connexion.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} WHERE {}").format(
                generations.identifiant(table), noms, noms, origine, condition
            )
        )
        return curseur.rowcount

    def _place(self) -> sql.Composed:
        """The rows in place with today's declared columns, alias ``a``."""
        return sql.SQL("({}) AS a").format(generations.lignes(self.source, self.en_place))

    def _memes(self, sauf: str, memes: bool) -> sql.Composed:
        """Condition on ``a``: rows of the file's system (old or new) if ``memes``, else of the other one."""
        vrai = self._ancienne == memes
        return sql.SQL("{} IS {}").format(sql.Identifier("a", sauf), sql.SQL("TRUE" if vrai else "NOT TRUE"))

    def _fichier_de_l_ancien_systeme(self, sauf: str) -> bool:
        requete = sql.SQL("SELECT coalesce(bool_and({} IS TRUE), false) FROM {}").format(
            sql.Identifier(sauf), generations.identifiant(self.table)
        )
        return cast(bool, self._une(requete)[0])

    def _une(self, requete: sql.Composed) -> tuple[object, ...]:
        return cast("tuple[object, ...]", self.connexion.execute(requete).fetchone())

    # --- one table per period

    def _par_periode(self, attribut: str, garde: int | None) -> list[Partie]:
        champ = self.source.champs[attribut]
        nouvelles = self._decouper(champ)
        en_place = parties_de(self.en_place)
        remplacees = {partie.periode for partie in nouvelles}
        for partie in nouvelles:
            self._comparer(champ, partie, en_place)
        toutes = [*(p for p in en_place if p.periode not in remplacees), *nouvelles]
        toutes.sort(key=lambda partie: rang(champ, partie.periode))
        gardees = toutes[-garde:] if garde else toutes
        sorties = [p.periode for p in toutes if p not in gardees and p.periode in remplacees]
        if len(sorties) == len(nouvelles):
            raise ImportRefuse(
                f"Période {', '.join(sorties)} plus ancienne que les {pluriel(garde or 0, 'gardée')} : "
                "rien à importer.",
                seuil="periode",
            )
        if sorties:
            self.comptes.avertir(
                f"Périodes plus anciennes que les {pluriel(garde or 0, 'gardée')} : {', '.join(sorties)}."
            )
        for partie in nouvelles:
            self._indexer(partie.table, cle_faite=partie.table == self.table)
        return gardees

    def _decouper(self, champ: "Champ") -> list[Partie]:
        colonne = str(champ.column)
        periodes = self._periodes(colonne)
        if len(periodes) > _PERIODES_MAX:
            valeurs = pluriel(len(periodes), "valeur différente", "valeurs différentes")
            raise ImportRefuse(f"{valeurs} de « {champ.libelle} » : ce n'est pas une période.", seuil="periode")
        apport = tuple(periode for periode, _, _ in periodes)
        origine = generations.identifiant(self.table)
        if len(periodes) > 1:
            self.progression("Découpage par période", 0, 0)
            self.connexion.execute(sql.SQL("CREATE INDEX ON {} ({})").format(origine, sql.Identifier(colonne)))
            self.connexion.execute(sql.SQL("ANALYZE {}").format(origine))
        parties = []
        for numero, (periode, lignes, date) in enumerate(periodes, 1):
            egale = sql.SQL("{} = {}").format(sql.Identifier(colonne), sql.Literal(periode))
            table = self.table
            if len(periodes) > 1:
                table = f"{self.table}p{numero}"
                generations.creer_table(self.connexion, table, self.colonnes, colonnes_indexees(self.source))
                self.tables.append(table)
                self._inserer(table, origine, egale)
            # With this CHECK, the planner skips the tables of the other periods.
            self.connexion.execute(
                sql.SQL("ALTER TABLE {} ADD CHECK ({})").format(generations.identifiant(table), egale)
            )
            date = self.date_demandee or date or self.date_du_nom or date_de_periode(champ, periode)
            parties.append(Partie(table, tuple(self.colonnes), lignes, periode, date=date, apport=apport))
        if len(periodes) > 1:
            self.connexion.execute(sql.SQL("DROP TABLE {}").format(origine))
            self.tables.remove(self.table)
        return parties

    def _periodes(self, colonne: str) -> list[tuple[str, int, datetime.date | None]]:
        jours = [
            sql.SQL(_FIN_DU_MOIS if isinstance(self.source.champs[attribut], Mois) else "{}::date").format(
                sql.Identifier(*colonnes_sql(self.source, [attribut]))
            )
            for attribut in self.source.dates
        ]
        aujourd_hui = sql.SQL(paris.SQL_AUJOURD_HUI)
        maximums = [sql.SQL("max({}) FILTER (WHERE {} <= {})").format(jour, jour, aujourd_hui) for jour in jours]
        date = sql.SQL("greatest({})").format(sql.SQL(", ").join([sql.SQL("NULL::date"), *maximums]))
        requete = sql.SQL("SELECT {}::text, count(*), {} FROM {} GROUP BY {} ORDER BY {}").format(
            sql.Identifier(colonne),
            date,
            generations.identifiant(self.table),
            sql.Identifier(colonne),
            sql.Identifier(colonne),
        )
        return self.connexion.execute(requete).fetchall()

    def _comparer(self, champ: "Champ", partie: Partie, en_place: Sequence[Partie]) -> None:
        reference = plus_proche(champ, partie.periode, en_place)
        if reference is None:
            return
        try:
            verifier_evolution(
                self.source,
                partie.lignes,
                reference.lignes,
                f"Période {partie.periode}, comparée à {reference.periode} : ",
            )
        except ImportRefuse as refus:
            self.refuser(refus)
        if reference.periode == partie.periode and partie.date and reference.date and partie.date < reference.date:
            self.refuser(
                ImportRefuse(
                    f"Période {partie.periode} : données du {jour(partie.date)}, plus anciennes que celles en place "
                    f"({jour(reference.date)}).",
                    seuil="date",
                )
            )


def deja_integre(source: "Source", en_place: "Import", octets: int, empreinte: Callable[[], str]) -> bool:
    """Whether importing this file would change nothing; ``empreinte`` is called only if the size matches."""
    if isinstance(source.mode, Fusionne | Cumule):
        return empreinte() in en_place.empreintes
    parties = parties_de(en_place)
    if not isinstance(source.mode, ParPeriode) or not any(p.octets == octets for p in parties):
        return False
    siennes = [p for p in parties if p.empreinte == empreinte()]
    declarees = generations.colonnes_declarees(source)
    if not siennes or any(p.colonnes != declarees for p in siennes):
        return False
    champ = source.champs[source.mode.champ]
    presentes = {p.periode for p in parties}
    manquantes = set(siennes[0].apport) - {p.periode for p in siennes}
    # Periods older than the oldest one kept will never be loaded: they may be missing.
    premiere = min(rang(champ, p.periode) for p in parties)
    return all(periode not in presentes and rang(champ, periode) < premiere for periode in manquantes)


def signer(parties: Sequence[Partie], tables: Sequence[str], empreinte: str, octets: int) -> list[Partie]:
    return [replace(p, empreinte=empreinte, octets=octets) if p.table in tables else p for p in parties]
