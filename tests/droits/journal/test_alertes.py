"""LOG-08: what is unusual is mailed within the minute, once, without a name nor the number of a company."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from fce.droits.journal import alertes, nuit
from fce.droits.journal.cloture import sceller
from fce.droits.journal.models import Alerte
from fce.droits.journal.services import consigner, consigner_refus
from fce.droits.journal.verification import Rapport
from fce.socle.erreurs import ConfigurationInvalide, VolumeDepasse
from tests.droits.journal.fabrique import MIDI, consultation, sans_garde, siren
from tests.pannes import lever

pytestmark = pytest.mark.usefixtures("journal")
MINUTE = timedelta(minutes=1)
JOUR = timedelta(days=1)


@pytest.fixture(autouse=True)
def _courriel(settings: Any) -> None:
    settings.FCE_RAPPORTS = ["exploitation@exemple.fr"]


def trouvees(maintenant: datetime) -> list[tuple[str, str]]:
    return [(signal.genre, signal.agent) for signal in alertes.detecter(maintenant)]


def refuser(fois: int, pas: timedelta, agent: str = "agent-1") -> None:
    for rang in range(fois):
        consigner_refus(agent, "territoire", "wikit-controles", siren(rang), "fiche", MIDI + rang * pas)


def ouvrir(entreprises: int, maintenant: datetime, agent: str = "agent-1") -> None:
    consigner([consultation(agent=agent, numero="", surface="liste", poids=entreprises)], maintenant)


def test_five_refusals_in_a_minute_raise_an_alert() -> None:
    refuser(5, timedelta(seconds=15))
    assert trouvees(MIDI + MINUTE) == [("refus", "agent-1")]


def test_four_refusals_or_five_spaced_out_raise_no_alert() -> None:
    refuser(4, timedelta(seconds=1))
    refuser(9, timedelta(seconds=16), "agent-2")
    assert trouvees(MIDI + 3 * MINUTE) == []


def test_the_refusals_of_five_agents_are_not_those_of_one() -> None:
    for rang in range(5):
        refuser(1, MINUTE, f"agent-{rang}")
    assert trouvees(MIDI + MINUTE) == []


@pytest.mark.parametrize(("combien", "attendu"), [(99, []), (100, [("volume", "agent-1")])], ids=str)
def test_RATE_03_half_of_a_limit_raises_an_alert(combien: int, attendu: Sequence[Any], settings: Any) -> None:
    settings.FCE_VOLUMES = "200/600"
    ouvrir(combien, MIDI)
    assert trouvees(MIDI + MINUTE) == attendu


def test_RATE_03_a_refusal_of_volume_is_also_a_refusal(settings: Any) -> None:
    settings.FCE_VOLUMES = "10/600"
    for _ in range(5):
        with pytest.raises(VolumeDepasse):
            ouvrir(11, MIDI)
    assert trouvees(MIDI + MINUTE) == [("refus", "agent-1")]


def test_each_limit_raises_one_alert_per_window(settings: Any) -> None:
    settings.FCE_VOLUMES = "10/600"
    alertees = 0
    for minutes in range(0, 60, 5):
        maintenant = MIDI + minutes * MINUTE
        ouvrir(4, maintenant)
        alertees += alertes.surveiller(maintenant)
    assert 3 <= alertees <= 6


@pytest.mark.parametrize(
    ("habituel", "aujourd_hui", "attendu"),
    [
        ([20, 20, 20, 20, 20], 61, True),
        ([20, 20, 20, 20, 20], 60, False),
        ([1, 1, 1, 1, 1], 29, False),
        ([1, 1, 1, 1, 1], 30, True),
        ([20, 20, 20, 20], 190, False),
        ([100, 20, 20, 20, 5], 61, True),
    ],
    ids=str,
)
def test_three_times_the_usual_volume_raises_an_alert(
    habituel: list[int], aujourd_hui: int, attendu: bool, settings: Any
) -> None:
    settings.FCE_VOLUMES = ""
    for rang, combien in enumerate(habituel, start=1):
        ouvrir(combien, MIDI - rang * JOUR)
    sceller(MIDI)
    ouvrir(aujourd_hui, MIDI)
    assert trouvees(MIDI + MINUTE) == ([("habitude", "agent-1")] if attendu else [])


@pytest.mark.parametrize(
    ("heure_utc", "attendu"), [(17, False), (18, True), (23, True), (3, True), (4, False), (12, False)], ids=str
)
def test_a_consultation_at_night_raises_an_alert(heure_utc: int, attendu: bool) -> None:
    instant = datetime(2026, 6, 15, heure_utc, 30, tzinfo=UTC)  # 19:30, 20:30… in Paris
    consigner([consultation()], instant)
    assert (("nuit", "agent-1") in trouvees(instant + MINUTE)) is attendu


def test_without_night_hours_nobody_is_signalled(settings: Any) -> None:
    settings.FCE_JOURNAL_NUIT = ""
    consigner([consultation()], datetime(2026, 6, 15, 23, tzinfo=UTC))
    assert trouvees(datetime(2026, 6, 15, 23, 1, tzinfo=UTC)) == []


@pytest.mark.parametrize("texte", ["20", "20-", "24-6", "20-25", "6-6", "soir"])
def test_badly_written_hours_are_refused(texte: str) -> None:
    with pytest.raises(ConfigurationInvalide, match="FCE_JOURNAL_NUIT"):
        nuit.lire_heures(texte)


def test_a_night_may_lie_within_the_day() -> None:
    sieste = nuit.lire_heures("12-14")
    assert sieste is not None
    assert sieste.contient(MIDI)
    assert not sieste.contient(MIDI + timedelta(hours=2))


@pytest.mark.parametrize("numero", [1, 3], ids=["au-milieu", "a-la-fin"])
def test_an_absent_number_raises_an_alert(numero: int) -> None:
    for rang in range(3):
        consigner([consultation(agent=f"agent-{rang}")], MIDI)
    assert trouvees(MIDI + MINUTE) == []
    sans_garde(f"DELETE FROM journal.consultation WHERE id = {numero}")
    assert trouvees(MIDI + MINUTE) == [("lacune", "")]


def test_a_day_that_is_not_sealed_raises_an_alert() -> None:
    consigner([consultation()], MIDI)
    assert trouvees(datetime(2026, 6, 15, 23, 59, tzinfo=UTC)) == []
    assert trouvees(datetime(2026, 6, 16, 0, 1, tzinfo=UTC)) == [("sceau", "")]
    sceller(MIDI + JOUR)
    assert trouvees(datetime(2026, 6, 16, 0, 1, tzinfo=UTC)) == []
    sans_garde("DELETE FROM journal.sceau")
    assert trouvees(datetime(2026, 6, 16, 0, 1, tzinfo=UTC)) == [("sceau", "")]


def test_an_alert_goes_out_once_without_name_or_siren() -> None:
    refuser(5, timedelta(seconds=1))
    assert alertes.surveiller(MIDI + MINUTE) == 1
    assert alertes.surveiller(MIDI + 2 * MINUTE) == 0
    (message,) = mail.outbox
    assert message.subject == "[FCE] journal des consultations : 1 alerte"
    assert "5 refus ou plus en une minute : 1.\n- agent agent-1\n" in message.body
    assert message.to == ["exploitation@exemple.fr"]
    for rang in range(5):
        assert siren(rang) not in message.body
    assert "wikit" not in message.body
    assert Alerte.objects.get().envoyee == MIDI + 2 * MINUTE - MINUTE


def test_what_the_mail_server_refuses_goes_out_again_the_next_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    refuser(5, timedelta(seconds=1))
    with monkeypatch.context() as panne:
        panne.setattr(EmailBackend, "send_messages", lever(OSError("connexion refusée")))
        alertes.surveiller(MIDI + MINUTE)
    assert Alerte.objects.get().envoyee is None
    assert not mail.outbox
    alertes.surveiller(MIDI + 2 * MINUTE)
    assert len(mail.outbox) == 1


def test_without_a_recipient_the_alert_is_kept_and_told_in_the_application_log(settings: Any, caplog: Any) -> None:
    settings.FCE_RAPPORTS = []
    refuser(5, timedelta(seconds=1))
    alertes.surveiller(MIDI + MINUTE)
    assert "journal_alerte genre=refus" in caplog.text
    assert "agent-1" not in caplog.text
    assert Alerte.objects.get().envoyee is not None


def test_a_broken_journal_raises_an_alert_an_intact_one_does_not() -> None:
    alertes.noter_la_verification(Rapport(1, 1, 0, ()), MIDI)
    assert not Alerte.objects.exists()
    alertes.noter_la_verification(Rapport(1, 1, 0, ("Consultation n° 1 : …",)), MIDI)
    alertes.envoyer(MIDI)
    assert "Le journal n’est plus intact : 1.\n- 1 rupture : « fce journal verifier » dit où." in mail.outbox[0].body


def test_an_hour_without_a_worker_loses_no_alert() -> None:
    refuser(5, timedelta(seconds=1))
    assert trouvees(MIDI + 59 * MINUTE) == [("refus", "agent-1")]
