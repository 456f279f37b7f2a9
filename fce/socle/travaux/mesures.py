"""Instruments with which the code measures itself; they record once ``exploitation.metriques`` has plugged in the
meters.

Apart from prometheus-client, so that the lower rooms and the commands that expose nothing do not load it. Every label
has few values (the name of a view, of a lane, of a job): never a path, an identifier, a reader or what he typed.
"""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

Genre = Literal["compteur", "jauge", "histogramme"]
TOUTES: Final[list["Instrument"]] = []


@dataclass(slots=True)
class Instrument:
    """One measure of a process. ``compteur`` only grows; ``jauge`` goes up and down; ``histogramme`` counts durations
    in seconds by ``seaux`` (upper bounds). Each method does nothing until ``compteur_reel`` is set."""

    genre: Genre
    nom: str
    aide: str
    etiquettes: tuple[str, ...] = ()
    seaux: tuple[float, ...] = ()
    compteur_reel: Any = field(default=None, repr=False)
    _enfants: dict[tuple[str, ...], Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        TOUTES.append(self)

    def ajouter(self, nombre: float, *valeurs: str) -> None:
        """Add to a counter, or to a gauge (where ``nombre`` may be negative); ``valeurs``: one per label."""
        if self.compteur_reel is not None:
            self._enfant(valeurs).inc(nombre)

    def observer(self, secondes: float, *valeurs: str) -> None:
        """Count a duration in a histogram."""
        if self.compteur_reel is not None:
            self._enfant(valeurs).observe(secondes)

    def _enfant(self, valeurs: tuple[str, ...]) -> Any:
        if not valeurs:
            return self.compteur_reel
        # Looking it up in prometheus-client takes a lock and as long as counting.
        if (enfant := self._enfants.get(valeurs)) is None:
            enfant = self._enfants[valeurs] = self.compteur_reel.labels(*valeurs)
        return enfant


_PAGE: Final = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_RECHERCHE: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_TRAVAIL: Final = (1.0, 10.0, 60.0, 600.0, 3600.0)

REQUETES: Final = Instrument(
    "compteur", "fce_requetes", "Requêtes auxquelles Django a répondu, par vue et code HTTP.", ("vue", "statut")
)
DUREES: Final = Instrument(
    "histogramme",
    "fce_requete_secondes",
    "Durée d’une requête dans son fil, jusqu’au début de la réponse.",
    ("vue",),
    _PAGE,
)
REFUS: Final = Instrument(
    "compteur", "fce_refus", "Requêtes que le serveur a refusées sans les donner à Django, par code HTTP.", ("statut",)
)
FILS: Final = Instrument("jauge", "fce_voie_fils", "Fils d’une voie, tous processus réunis.", ("voie",))
EN_ATTENTE: Final = Instrument("jauge", "fce_voie_en_attente", "Requêtes qui attendent un fil de la voie.", ("voie",))
ATTENTES: Final = Instrument(
    "compteur", "fce_voie_attente_secondes", "Temps passé par les requêtes à attendre un fil de la voie.", ("voie",)
)
DEBORDEMENTS: Final = Instrument(
    "compteur", "fce_voie_refus", "Requêtes refusées parce que leur voie était pleine.", ("voie",)
)
RECHERCHES: Final = Instrument(
    "histogramme",
    "fce_recherche_secondes",
    "Durée d’une recherche, par la dernière étape qu’elle a demandée.",
    ("etape",),
    _RECHERCHE,
)
JOURNAL: Final = Instrument(
    "compteur",
    "fce_journal_echecs",
    "Écritures du journal des consultations qui ont échoué.",
)
TRAVAUX: Final = Instrument(
    "compteur", "fce_travaux", "Exécutions d’un travail par ce processus, par issue.", ("tache", "issue")
)
DUREES_DES_TRAVAUX: Final = Instrument(
    "histogramme", "fce_travail_secondes", "Durée d’une exécution d’un travail.", ("tache",), _TRAVAIL
)
