"""LOG-06: the journal is kept as long as it must, not a day more, never less than six months; its purge is written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from fce.config.verification import verifier_journal
from fce.droits.journal.alertes import Signal, noter
from fce.droits.journal.cloture import sceller
from fce.droits.journal.conservation import limite, purger
from fce.droits.journal.lectures import rechercher
from fce.droits.journal.models import Alerte, Consultation as Ligne, LectureDuJournal, Purge, Refus
from fce.droits.journal.selectors import FiltresJournal
from fce.droits.journal.services import consigner, consigner_refus
from fce.droits.journal.verification import verifier
from fce.socle.erreurs import ConfigurationInvalide
from tests.droits.journal.fabrique import consultation, sans_garde, siren
from tests.sql import executer

pytestmark = [pytest.mark.usefixtures("journal"), pytest.mark.horloge_reelle]


def maintenant() -> datetime:
    """The floor of six months is that of the clock of the database: the past is real here."""
    return datetime.now(UTC)


def il_y_a(jours: int) -> datetime:
    return maintenant() - timedelta(days=jours)


@pytest.fixture(autouse=True)
def _six_mois(settings: Any) -> None:
    """The shortest time allowed: fewer days to seal."""
    settings.FCE_JOURNAL_MOIS = 6


def ecrire(jours: int, agent: str = "agent-1") -> None:
    consigner([consultation(agent=agent)], il_y_a(jours))
    consigner_refus(agent, "territoire", "x", siren(1), "fiche", il_y_a(jours))


def agees() -> list[int]:
    return sorted((maintenant() - quand).days for quand in Ligne.objects.values_list("quand", flat=True))


@pytest.mark.parametrize(
    ("aujourd_hui", "mois", "premier_garde"),
    [
        (datetime(2025, 6, 15, 12, tzinfo=UTC), 12, date(2024, 6, 15)),
        (datetime(2025, 6, 15, 12, tzinfo=UTC), 6, date(2024, 12, 15)),
        (datetime(2025, 6, 15, 12, tzinfo=UTC), 36, date(2022, 6, 15)),
        (datetime(2024, 2, 29, 12, tzinfo=UTC), 12, date(2023, 2, 28)),
        (datetime(2025, 8, 31, 12, tzinfo=UTC), 6, date(2025, 2, 28)),
        (datetime(2025, 1, 1, 12, tzinfo=UTC), 12, date(2024, 1, 1)),
        # Already tomorrow in Paris.
        (datetime(2025, 6, 15, 23, tzinfo=UTC), 12, date(2024, 6, 16)),
    ],
)
def test_LOG_06_the_first_day_kept_is_exact(aujourd_hui: datetime, mois: int, premier_garde: date) -> None:
    assert limite(aujourd_hui, mois) == premier_garde


def test_LOG_06_what_has_served_its_time_leaves_and_the_chain_stays_whole() -> None:
    ecrire(210, "agent-parti")
    for jours in (208, 205, 190, 100, 1):
        ecrire(jours)
    sceller(maintenant())
    assert purger(maintenant()) == 4
    assert agees() == [1, 100]
    assert Refus.objects.count() == 2
    assert verifier().ruptures == ()
    # The agent of whom nothing is left begins again.
    ecrire(0, "agent-parti")
    consigner([consultation()], maintenant())
    assert Ligne.objects.get(agent="agent-parti").rang == 1
    assert verifier().ruptures == ()
    assert purger(maintenant()) == 0


def test_LOG_06_the_purge_is_written_with_its_rule(settings: Any) -> None:
    settings.FCE_JOURNAL_MOTIF = "contrôle interne n° 7"
    ecrire(200)
    sceller(maintenant())
    purger(maintenant(), par="essai")
    purge = Purge.objects.get(nombre=1)
    assert (purge.par, purge.mois, purge.motif) == ("essai", 6, "contrôle interne n° 7")


def test_LOG_06_a_clock_behind_makes_nobody_leave_too_early() -> None:
    ecrire(200)
    ecrire(170)
    ecrire(199)  # drawn by its late clock, the row before is in the seal of that day
    sceller(maintenant())
    purger(maintenant())
    assert 170 in agees()
    assert verifier().ruptures == ()


def test_LOG_06_a_clock_ahead_holds_nobody_back() -> None:
    ecrire(200)
    consigner([consultation()], maintenant() + timedelta(days=300))
    ecrire(200)
    sceller(maintenant())
    assert purger(maintenant()) == 3


def test_nothing_is_erased_before_it_is_sealed() -> None:
    ecrire(200)
    assert purger(maintenant()) == 0
    assert agees() == [200]


def test_readings_and_alerts_leave_with_their_day() -> None:
    ecrire(200)
    rechercher("chef", "contrôle annuel", FiltresJournal(), il_y_a(200))
    noter([Signal("nuit", "agent-1", "", timedelta(hours=1))], il_y_a(200))
    rechercher("chef", "contrôle annuel", FiltresJournal(), il_y_a(1))
    sceller(maintenant())
    purger(maintenant())
    assert LectureDuJournal.objects.count() == 1
    assert not Alerte.objects.exists()
    assert verifier().ruptures == ()


def test_counters_that_nothing_reads_any_more_leave() -> None:
    ecrire(40)
    ecrire(1)
    purger(maintenant())
    assert executer("SELECT count(*) FROM journal.compteur") == [(1,)]


def test_LOG_06_under_six_months_the_database_itself_refuses(settings: Any) -> None:
    settings.FCE_JOURNAL_MOIS = 2
    ecrire(70)
    sceller(maintenant())
    with pytest.raises(DatabaseError, match="less than six months old"), transaction.atomic():
        purger(maintenant())
    assert agees() == [70]


def test_LOG_03_erasing_under_a_false_purge_is_seen() -> None:
    for jours in (200, 195, 10):
        ecrire(jours)
    sceller(maintenant())
    purger(maintenant())
    with connection.cursor() as curseur:
        # The owner of the tables may write a record of purge: without the key, it betrays him.
        dernier = Ligne.objects.latest("id").id
        curseur.execute(
            "INSERT INTO journal.purge VALUES (current_date - 1, now(), 'x', 12, '', %s, 1, 'x', 'x')", [dernier]
        )
        curseur.execute("DELETE FROM journal.consultation")
    assert any("elle n’a pas été faite avec la clé du service" in phrase for phrase in verifier().ruptures)


def test_LOG_03_a_changed_purge_is_seen() -> None:
    ecrire(190)
    sceller(maintenant())
    purger(maintenant())
    assert verifier().intact
    for changement in ("nombre = nombre + 1", "par = 'x'", "dernier = dernier + 1", "motif = 'x'", "mois = 36"):
        with transaction.atomic():
            sans_garde(f"UPDATE journal.purge SET {changement} WHERE nombre = 1")
            assert not verifier().intact, changement
            transaction.set_rollback(True)


def test_LOG_03_a_moved_anchor_is_seen() -> None:
    for jours in (200, 10, 5):
        ecrire(jours)
    sceller(maintenant())
    purger(maintenant())
    sans_garde("UPDATE journal.ancre SET rang = rang + 1")
    assert not verifier().intact


@pytest.mark.parametrize(
    ("mois", "motif", "faute"),
    [
        (5, "contrôle interne n° 7", "FCE_JOURNAL_MOIS est un nombre entre 6 et 36, pas 5."),
        (37, "contrôle interne n° 7", "FCE_JOURNAL_MOIS est un nombre entre 6 et 36, pas 37."),
        (13, "", "FCE_JOURNAL_MOTIF dit pourquoi"),
        (36, "court", "FCE_JOURNAL_MOTIF dit pourquoi"),
        (6, "", None),
        (12, "", None),
        (36, "contrôle interne n° 7", None),
    ],
)
def test_LOG_06_the_duration_is_bounded_by_the_rule(mois: int, motif: str, faute: str | None) -> None:
    reste: dict[str, Any] = {"limites": "", "cles": [], "heures": ""}
    if faute is None:
        verifier_journal(mois=mois, motif=motif, **reste)
        return
    with pytest.raises(ConfigurationInvalide) as refus:
        verifier_journal(mois=mois, motif=motif, **reste)
    assert faute in refus.value.message


def test_all_the_faults_of_the_settings_are_told() -> None:
    with pytest.raises(ConfigurationInvalide) as refus:
        verifier_journal(limites="x", cles=["courte"], mois=1, motif="", heures="25-6")
    assert len(refus.value.message.splitlines()) == 5
    assert "courte" not in refus.value.message
