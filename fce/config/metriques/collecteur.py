"""Measures of the database, the index and the disks, read at most every ``GARDE_S`` seconds in a handful of queries.

Each process that exposes metrics reads it, so that a dead worker is seen from the web, and the reverse. A database that
fails, or takes longer than ``DELAI_S``, is a measure (``fce_base_repond`` 0), not an error of the scrape.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.metadata import version
from time import monotonic, time
from typing import Any, Final

import structlog
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily

from fce.config.deploiement import machine, temoin
from fce.donnees.imports.selectors import etat_des_sources
from fce.droits.comptes import courriels as des_comptes
from fce.droits.habilitations.dossiers import courriels as des_habilitations
from fce.droits.journal import scellement
from fce.echanges import courriels as des_services
from fce.echanges.operations import courriels as des_operations
from fce.echanges.suivis import courriels as des_suivis
from fce.recherche.services import retard_de_l_index
from fce.sauvegarde import services as sauvegardes
from fce.service.portail.contact import services as de_l_equipe
from fce.service.portail.nouvelles import services as des_nouvelles
from fce.socle.base import replique
from fce.socle.base.roles import Role, sous_role
from fce.socle.erreurs import IndexIndisponible

GARDE_S: Final = 5.0
DELAI_S: Final = 8.0
"""Longest wait for the database, below the ten seconds that Prometheus grants a scrape by default."""
SILENCE_S: Final = 30
"""Seconds without heartbeat after which a worker is dead: as ``donnees.imports.travaux.taches``, which only the worker
loads."""
TACHES_DE_COURRIEL: Final = frozenset(
    {
        des_comptes.TACHE_COURRIEL, des_comptes.TACHE_INVITATION, des_habilitations.TACHE_PREVENIR,
        des_services.TACHE_SERVICE, des_operations.TACHE_INVITATION_OPERATION, des_operations.TACHE_COORDINATEUR,
        des_suivis.TACHE_ALERTES, de_l_equipe.TACHE_REPONSE, des_nouvelles.TACHE_NOUVELLE,
    }
)  # fmt: skip
"""Jobs that send one mail."""
_TRAVAUX: Final = """
SELECT task_name, status::text, coalesce(scheduled_at > now(), false) AS plus_tard, count(*),
  count(*) FILTER (WHERE status = 'failed' AND EXISTS (SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id
    AND e.type = 'failed' AND e.at > now() - interval '1 day')) AS echoues,
  -- A job behind another of the same source is not late.
  extract(epoch FROM now() - min(coalesce(scheduled_at, (SELECT min(e.at) FROM procrastinate_events e
    WHERE e.job_id = j.id))) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now() AND NOT EXISTS
    (SELECT 1 FROM procrastinate_jobs d WHERE d.lock = j.lock AND d.status = 'doing')))::float AS retard,
  -- A job that waits for another try is late since its first one.
  extract(epoch FROM now() - min((SELECT min(e.at) FROM procrastinate_events e WHERE e.job_id = j.id
    AND e.type = 'started')) FILTER (WHERE status = 'todo'))::float AS essaye
FROM procrastinate_jobs j WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2, 3"""
_SERVEUR: Final = """
SELECT (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)),
  current_setting('max_connections')::int, coalesce(state, 'autre'), count(*)
FROM pg_stat_activity WHERE datname = current_database() GROUP BY 3"""
_IMPORTS: Final = """
SELECT statut, count(*), extract(epoch FROM now() - min(debut))::float FROM sources_import
WHERE meneur_id IS NULL AND (statut = 'en_cours' OR debut > now() - interval '1 day') GROUP BY 1"""
Valeurs = Mapping[tuple[str, ...], float]
log = structlog.get_logger("fce.metriques")


def _jauge(nom: str, aide: str, valeurs: Valeurs | float, *etiquettes: str) -> GaugeMetricFamily:
    famille = GaugeMetricFamily(nom, aide, labels=etiquettes)
    for cles, valeur in (valeurs if isinstance(valeurs, Mapping) else {(): valeurs}).items():
        famille.add_metric(cles, valeur)
    return famille


class Collecteur:
    """A collector of prometheus-client."""

    def __init__(self, delai_s: float = DELAI_S) -> None:
        self._delai_s = delai_s
        self._lues: list[GaugeMetricFamily] = []
        self._lues_a = float("-inf")
        self._lecture: _Lecture | None = None

    def collect(self) -> Iterable[GaugeMetricFamily]:
        if monotonic() - self._lues_a >= GARDE_S:
            lues = self._de_la_base()
            self._lues = [*_de_la_machine(), _jauge("fce_base_repond", "1 si PostgreSQL répond.", bool(lues)), *lues]
            self._lues_a = monotonic()
        return self._lues

    def _de_la_base(self) -> list[GaugeMetricFamily]:
        """Read in a thread of its own: a database that hangs holds that thread, never the scrape."""
        if self._lecture is None or self._lecture.finie.is_set():
            self._lecture = _Lecture(partial(_lire_la_base, self._delai_s))
            threading.Thread(target=self._lecture.faire, daemon=True, name="metriques").start()
        self._lecture.finie.wait(self._delai_s)
        return self._lecture.lues


@dataclass(slots=True)
class _Lecture:
    lire: Callable[[], list[GaugeMetricFamily]]
    lues: list[GaugeMetricFamily] = field(default_factory=list)
    finie: threading.Event = field(default_factory=threading.Event)

    def faire(self) -> None:
        try:
            self.lues = self.lire()
        except Exception as erreur:
            # The measure says that the database does not answer; the log says why.
            log.warning("base_non_mesuree", erreur=type(erreur).__name__)
        finally:
            connections.close_all()
            self.finie.set()


def _de_la_machine() -> list[GaugeMetricFamily]:
    controle = temoin.lire()
    # This unit sees an empty folder in the place of the backups (ops/systemd).
    disques = {**machine.disques(), "sauvegardes": controle.get("sauvegardes")}
    libres: Valeurs = {(n,): d[0] for n, d in disques.items() if d}
    tous: Valeurs = {(n,): d[1] for n, d in disques.items() if d}
    defauts: Valeurs = {(point,): not bon for point, bon in controle.get("points", {}).items()}
    age = time() - controle.get("quand", float("-inf"))
    return [
        _jauge("fce_version", "Version du code qui expose ces mesures.", {(version("fce"),): 1}, "version"),
        _jauge("fce_disque_libre_octets", "Place libre.", libres, "dossier"),
        _jauge("fce_disque_octets", "Place en tout.", tous, "dossier"),
        _jauge("fce_controle_age_secondes", "Âge du dernier « fce check --deploy », infini sans aucun.", age),
        _jauge("fce_controle_defaut", "1 pour un défaut de « fce check --deploy ».", defauts, "point"),
        _de_la_sauvegarde(),
    ]


def _de_la_sauvegarde() -> GaugeMetricFamily:
    faite = sauvegardes.faite_le()
    age = (timezone.now() - faite).total_seconds() if faite else float("inf")
    return _jauge("fce_sauvegarde_age_secondes", "Âge de la dernière sauvegarde entière, infini sans aucune.", age)


def _lire_la_base(delai_s: float) -> list[GaugeMetricFamily]:
    with sous_role(Role.PROPRIETAIRE), transaction.atomic():
        with connection.cursor() as curseur:
            curseur.execute(f"SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = {int(1000 * delai_s)}")
        lues = [*_du_serveur(), *_des_travaux(), *_des_imports(), *_du_schema(), *_de_l_index(), _du_journal()]
    return [*lues, *(_de_la_replique() if replique.reglee() else [])]


def _rangees(requete: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as curseur:
        curseur.execute(requete, params or None)
        return list(curseur.fetchall())


def _du_serveur() -> list[GaugeMetricFamily]:
    rangees = _rangees(_SERVEUR, SILENCE_S)
    vivants, maximum = rangees[0][:2]
    par_etat: Valeurs = {(etat.replace(" ", "_"),): nombre for _, _, etat, nombre in rangees}
    return [
        _jauge("fce_travailleurs", "Processus « fce worker » vivants.", vivants),
        _jauge("fce_base_connexions", "Connexions à la base, par état dit par PostgreSQL.", par_etat, "etat"),
        _jauge("fce_base_connexions_max", "Connexions que PostgreSQL accepte.", maximum),
    ]


def _des_travaux() -> list[GaugeMetricFamily]:
    file: dict[tuple[str, ...], float] = {}
    echoues: dict[tuple[str, ...], float] = {}
    courriels, retard, bloques = 0, 0.0, 0.0
    for tache, statut, plus_tard, nombre, recents, age, essaye in _rangees(_TRAVAUX):
        if statut == "failed":
            echoues[tache,] = recents
            continue
        file[tache, "en_cours" if statut == "doing" else "plus_tard" if plus_tard else "en_attente"] = nombre
        if tache in TACHES_DE_COURRIEL:
            courriels += nombre
            bloques = max(bloques, age or 0.0, essaye or 0.0)
        retard = max(retard, age or 0.0)
    return [
        _jauge("fce_travaux_en_file", "Travaux en file, par tâche et état.", file, "tache", "etat"),
        _jauge("fce_travaux_echoues", "Travaux abandonnés depuis un jour, essais épuisés.", echoues, "tache"),
        _jauge("fce_travaux_retard_secondes", "Âge du plus vieux travail dû que rien ne retient.", retard),
        _jauge("fce_courriels_en_attente", "Courriels en file, nouveaux essais compris.", courriels),
        _jauge("fce_courriels_retard_secondes", "Depuis quand le plus vieux courriel dû ne part pas.", bloques),
    ]


def _des_imports() -> list[GaugeMetricFamily]:
    rangees = _rangees(_IMPORTS)
    sources = etat_des_sources()
    etats = [(s.source.nom, s.etat.name.lower()) for s in sources]
    en_cours = next((age for statut, _, age in rangees if statut == "en_cours"), 0.0)
    return [
        _jauge("fce_imports", "Imports du dernier jour ou en cours.", {(s,): n for s, n, _ in rangees}, "etat"),
        _jauge("fce_import_en_cours_secondes", "Âge du plus vieil import en cours.", max(0.0, en_cours)),
        _jauge("fce_source_etat", "1 pour l’état de la source.", dict.fromkeys(etats, 1), "source", "etat"),
        _jauge(
            "fce_source_age_jours",
            "Jours depuis la date des données en place.",
            {(s.source.nom,): s.age for s in sources if s.age is not None},
            "source",
        ),
    ]


def _du_journal() -> GaugeMetricFamily:
    retard = scellement.retard(timezone.now()).total_seconds()
    return _jauge("fce_journal_sceau_retard_secondes", "Depuis quand un jour fini du journal attend son sceau.", retard)


@cache
def _migrations_du_code() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def _du_schema() -> list[GaugeMetricFamily]:
    restent = _migrations_du_code() - MigrationRecorder(connections[DEFAULT_DB_ALIAS]).applied_migrations().keys()
    return [_jauge("fce_migrations_en_attente", "Migrations du code que la base n’a pas reçues.", len(restent))]


def _de_l_index() -> list[GaugeMetricFamily]:
    try:
        retard = retard_de_l_index()
    except IndexIndisponible:
        return [_jauge("fce_index_repond", "1 si l’index de recherche est là.", 0)]
    return [
        _jauge("fce_index_repond", "1 si l’index de recherche est là.", 1),
        _jauge("fce_index_perime", "1 si l’index date d’avant les données ou les déclarations.", retard is not None),
        _jauge("fce_index_retard_secondes", "Âge des données en place que l’index n’a pas.", retard or 0.0),
    ]


def _de_la_replique() -> list[GaugeMetricFamily]:
    lu = replique.etat()
    return [
        _jauge("fce_replique_etat", "1 pour l’état de la réplique.", {(lu.etat,): 1}, "etat"),
        *([_jauge("fce_replique_retard_octets", "Journal à rejouer.", lu.octets)] if lu.octets is not None else []),
        *([_jauge("fce_replique_retard_secondes", "Retard.", lu.secondes)] if lu.secondes is not None else []),
    ]
