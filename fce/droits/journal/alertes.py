"""Alerts on the journal (LOG-08): unusual readings and broken guarantees, stored and mailed once, within the minute.

A mail holds kinds, counts and opaque identifiers, never a name or a company number. Detection looks at the last hour,
so that a worker stopped for a while misses nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import TextChoices

from fce.droits.journal import nuit, scellement, volumes
from fce.droits.journal.models import Alerte, Sceau
from fce.droits.journal.verification import Rapport
from fce.socle.texte import paris
from fce.socle.texte.formats import jour, nombre, pluriel
from fce.socle.travaux.courriel import rapporter

log = structlog.get_logger(__name__)
REFUS_PAR_MINUTE: Final = 5
FOIS_LA_MEDIANE: Final = 3
PART_DES_LIMITES: Final = 0.5
ENTREPRISES_MIN: Final = 30
"""Minimum of companies read in a day for a volume to be unusual."""
JOURS_MIN: Final = 5
"""Minimum of days with readings in the last thirty for an agent to have a usual volume."""
_RECUL: Final = timedelta(hours=1)
RETARD_DU_SCEAU: Final = timedelta(hours=2)


class GenreAlerte(TextChoices):
    """Every alert that the journal can raise."""

    REFUS = "refus", f"{REFUS_PAR_MINUTE} refus ou plus en une minute"
    VOLUME = "volume", "la moitié d’une limite de volume est atteinte"
    HABITUDE = "habitude", f"plus de {FOIS_LA_MEDIANE} fois le volume habituel de l’agent"
    NUIT = "nuit", "consultation de nuit"
    LACUNE = "lacune", "numéros absents du journal"
    SCEAU = "sceau", "jour non scellé"
    RUPTURE = "rupture", "le journal n’est plus intact"


@dataclass(frozen=True, slots=True)
class Signal:
    """Something detected; not repeated within ``silence``. ``agent``: opaque identifier, or the service when its
    programs share the volume; empty when it concerns nobody."""

    genre: GenreAlerte
    agent: str
    detail: str
    silence: timedelta


def surveiller(maintenant: datetime) -> int:
    """Detect, store and mail; return the number of new alerts."""
    nouvelles = noter(list(detecter(maintenant)), maintenant)
    envoyer(maintenant)
    return nouvelles


def detecter(maintenant: datetime) -> Iterator[Signal]:
    yield from _refus(maintenant)
    yield from _volumes(maintenant)
    yield from _habitudes(maintenant)
    yield from _nuits(maintenant)
    yield from _lacunes()
    yield from _sceaux(maintenant)


def noter(signaux: Sequence[Signal], maintenant: datetime) -> int:
    """Store the signals not stored recently; return how many."""
    nouvelles = 0
    for s in signaux:
        deja = Alerte.objects.filter(genre=s.genre, agent=s.agent, detail=s.detail, quand__gt=maintenant - s.silence)
        if not deja.exists():
            _inserer(s, maintenant)
            nouvelles += 1
    return nouvelles


def noter_la_verification(rapport: Rapport, maintenant: datetime) -> None:
    """Store an alert when the verification found breaks."""
    if not rapport.intact:
        detail = f"{pluriel(len(rapport.ruptures), 'rupture')} : « fce journal verifier » dit où."
        noter([Signal(GenreAlerte.RUPTURE, "", detail, timedelta(hours=12))], maintenant)


def envoyer(maintenant: datetime) -> None:
    """Mail the alerts not mailed yet. When the mail server refuses, the next run tries again."""
    attente = list(Alerte.objects.filter(envoyee=None).order_by("id"))
    if not attente:
        return
    for alerte in attente:
        log.warning("journal_alerte genre=%s numero=%s", alerte.genre, alerte.pk)
    # Without recipients, the log line is the only trace: mark them as sent.
    if not settings.FCE_RAPPORTS or rapporter(_sujet(attente), _corps(attente)):
        Alerte.objects.filter(pk__in=[a.pk for a in attente]).update(envoyee=maintenant)


def _sujet(alertes: Sequence[Alerte]) -> str:
    return f"journal des consultations : {pluriel(len(alertes), 'alerte')}"


def _corps(alertes: Sequence[Alerte]) -> list[str]:
    par_genre: dict[str, list[Alerte]] = defaultdict(list)
    for alerte in alertes:
        par_genre[alerte.genre].append(alerte)
    lignes = []
    for genre, celles in par_genre.items():
        lignes += [f"{GenreAlerte(genre).label.capitalize()} : {nombre(len(celles))}."]
        lignes += [f"- {' : '.join(filter(None, (_qui(a.agent), a.detail)))}" for a in celles]
    return [*lignes, "", "Qui, quoi et quand sont dans le journal, pour qui a le droit de le lire."]


def _qui(agent: str) -> str:
    return f"programmes du groupe {agent[1:]}" if agent[:1] == "g" else agent and f"agent {agent}"


def _inserer(signal: Signal, maintenant: datetime) -> None:
    _requete(
        "INSERT INTO journal.alerte (cle, quand, genre, agent, detail) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT DO NOTHING RETURNING id",
        f"{signal.genre}:{signal.agent}:{signal.detail}:{maintenant.isoformat()}",
        *(maintenant, signal.genre, signal.agent, signal.detail),
    )


def _requete(sql: str, *parametres: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as curseur:
        curseur.execute(sql, parametres)
        return list(curseur.fetchall())


def _refus(maintenant: datetime) -> Iterator[Signal]:
    en_une_minute = """
        SELECT agent, max(n) FROM (
            SELECT agent, count(*) OVER (
                PARTITION BY agent ORDER BY quand RANGE BETWEEN interval '60 seconds' PRECEDING AND CURRENT ROW
            ) AS n FROM journal.refus WHERE quand > %s AND agent <> ''
        ) AS r GROUP BY agent HAVING max(n) >= %s ORDER BY agent
    """
    for agent, _ in _requete(en_une_minute, maintenant - _RECUL, REFUS_PAR_MINUTE):
        yield Signal(GenreAlerte.REFUS, agent, "", _RECUL)


def _volumes(maintenant: datetime) -> Iterator[Signal]:
    hauts = """
        SELECT budget, sum(poids)::bigint FROM journal.compteur
        WHERE tranche > %s AND budget IN (SELECT budget FROM journal.compteur WHERE tranche > %s)
        GROUP BY budget HAVING sum(poids) >= %s ORDER BY budget
    """
    for limite in volumes.lire_limites(settings.FCE_VOLUMES):
        fenetre = timedelta(seconds=limite.secondes)
        detail = f"limite de {pluriel(limite.poids, 'entreprise')} en {volumes.duree(limite.secondes)}"
        for budget, _ in _requete(hauts, maintenant - fenetre, maintenant - _RECUL, limite.poids * PART_DES_LIMITES):
            yield Signal(GenreAlerte.VOLUME, budget, detail, fenetre)


def _habitudes(maintenant: datetime) -> Iterator[Signal]:
    aujourd_hui = paris.jour_de(maintenant)
    minuit = scellement.minuit(aujourd_hui)
    par_jour = """
        SELECT agent, (tranche AT TIME ZONE 'Europe/Paris')::date AS jour, sum(poids)::bigint FROM journal.compteur
        WHERE tranche >= %s AND agent IN (
            SELECT agent FROM journal.compteur WHERE tranche >= %s GROUP BY agent HAVING sum(poids) >= %s
        ) GROUP BY agent, jour ORDER BY agent, jour
    """
    jours: dict[str, list[tuple[Any, int]]] = defaultdict(list)
    for agent, le_jour, poids in _requete(par_jour, minuit - timedelta(days=30), minuit, ENTREPRISES_MIN):
        jours[agent].append((le_jour, poids))
    for agent, comptes in jours.items():
        passes = [poids for le_jour, poids in comptes if le_jour < aujourd_hui]
        du_jour = sum(poids for le_jour, poids in comptes if le_jour >= aujourd_hui)
        if len(passes) >= JOURS_MIN and du_jour > FOIS_LA_MEDIANE * median(passes):
            yield Signal(GenreAlerte.HABITUDE, agent, f"le {jour(aujourd_hui)}", timedelta(days=1))


def _nuits(maintenant: datetime) -> Iterator[Signal]:
    if (heures := nuit.lire_heures(settings.FCE_JOURNAL_NUIT)) is None:
        return
    quand = "SELECT DISTINCT agent, date_trunc('hour', quand) FROM journal.consultation WHERE quand > %s ORDER BY 1"
    agents = {agent for agent, heure in _requete(quand, maintenant - _RECUL) if heures.contient(heure)}
    for agent in sorted(agents):
        yield Signal(GenreAlerte.NUIT, agent, "", timedelta(hours=12))


def _lacunes() -> Iterator[Signal]:
    if _absents(_dernier_numero()) and (absents := _absents(scellement.attendre_les_ecritures())):
        yield Signal(GenreAlerte.LACUNE, "", f"{nombre(absents)} depuis le dernier sceau", timedelta(days=1))


def _absents(dernier: int) -> int:
    """Count the numbers assigned since the last seal, up to ``dernier``, that have no row."""
    scelle = Sceau.objects.last()
    debut = scelle.dernier if scelle else 0
    compte = "SELECT count(*) FROM journal.consultation WHERE id > %s AND id <= %s"
    return max(0, dernier - debut - _requete(compte, debut, dernier)[0][0])


def _dernier_numero() -> int:
    (dernier,) = _requete("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM journal.consultation_id_seq")[0]
    return int(dernier)


def _sceaux(maintenant: datetime) -> Iterator[Signal]:
    if scellement.retard(maintenant) > RETARD_DU_SCEAU and (attendu := scellement.prochain()):
        yield Signal(GenreAlerte.SCEAU, "", jour(attendu), timedelta(days=1))
