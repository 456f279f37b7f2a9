"""LOG-08: what is unusual is mailed within the minute, once, without a name nor the number of a company."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from fce.journal import alertes, nuit
from fce.journal.models import Alerte
from fce.journal.scellement import sceller
from fce.journal.services import consigner, consigner_refus
from fce.journal.verification import Rapport
from fce.socle.erreurs import ConfigurationInvalide, VolumeDepasse
from tests.journal.fabrique import MIDI, consultation, sans_garde, siren

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


def lire(entreprises: int, maintenant: datetime, agent: str = "agent-1") -> None:
    consigner([consultation(agent=agent, numero="", surface="liste", poids=entreprises)], maintenant)


def test_cinq_refus_en_une_minute_alertent() -> None:
    refuser(5, timedelta(seconds=15))
    assert trouvees(MIDI + MINUTE) == [("refus", "agent-1")]


def test_quatre_refus_ou_cinq_espaces_n_alertent_pas() -> None:
    refuser(4, timedelta(seconds=1))
    refuser(9, timedelta(seconds=16), "agent-2")
    assert trouvees(MIDI + 3 * MINUTE) == []


def test_les_refus_de_cinq_agents_ne_sont_pas_ceux_d_un_seul() -> None:
    for rang in range(5):
        refuser(1, MINUTE, f"agent-{rang}")
    assert trouvees(MIDI + MINUTE) == []


@pytest.mark.parametrize(("lues", "attendu"), [(99, []), (100, [("volume", "agent-1")])], ids=str)
def test_RATE_03_la_moitie_d_une_limite_alerte(lues: int, attendu: Sequence[Any], settings: Any) -> None:
    settings.FCE_VOLUMES = "200/600"
    lire(lues, MIDI)
    assert trouvees(MIDI + MINUTE) == attendu


def test_RATE_03_un_refus_de_volume_est_aussi_un_refus(settings: Any) -> None:
    settings.FCE_VOLUMES = "10/600"
    for _ in range(5):
        with pytest.raises(VolumeDepasse):
            lire(11, MIDI)
    assert trouvees(MIDI + MINUTE) == [("refus", "agent-1")]


def test_chaque_limite_alerte_une_fois_par_fenetre(settings: Any) -> None:
    settings.FCE_VOLUMES = "10/600"
    alertees = 0
    for minutes in range(0, 60, 5):
        maintenant = MIDI + minutes * MINUTE
        lire(4, maintenant)
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
def test_trois_fois_le_volume_habituel_alerte(
    habituel: list[int], aujourd_hui: int, attendu: bool, settings: Any
) -> None:
    settings.FCE_VOLUMES = ""
    for rang, lues in enumerate(habituel, start=1):
        lire(lues, MIDI - rang * JOUR)
    sceller(MIDI)
    lire(aujourd_hui, MIDI)
    assert trouvees(MIDI + MINUTE) == ([("habitude", "agent-1")] if attendu else [])


@pytest.mark.parametrize(
    ("heure_utc", "attendu"), [(17, False), (18, True), (23, True), (3, True), (4, False), (12, False)], ids=str
)
def test_une_consultation_de_nuit_alerte(heure_utc: int, attendu: bool) -> None:
    instant = datetime(2026, 6, 15, heure_utc, 30, tzinfo=UTC)  # 19:30, 20:30… in Paris
    consigner([consultation()], instant)
    assert (("nuit", "agent-1") in trouvees(instant + MINUTE)) is attendu


def test_sans_heures_de_nuit_personne_n_est_signale(settings: Any) -> None:
    settings.FCE_JOURNAL_NUIT = ""
    consigner([consultation()], datetime(2026, 6, 15, 23, tzinfo=UTC))
    assert trouvees(datetime(2026, 6, 15, 23, 1, tzinfo=UTC)) == []


@pytest.mark.parametrize("texte", ["20", "20-", "24-6", "20-25", "6-6", "soir"])
def test_des_heures_mal_ecrites_sont_refusees(texte: str) -> None:
    with pytest.raises(ConfigurationInvalide, match="FCE_JOURNAL_NUIT"):
        nuit.lire(texte)


def test_une_nuit_peut_tenir_dans_le_jour() -> None:
    sieste = nuit.lire("12-14")
    assert sieste is not None
    assert sieste.contient(MIDI)
    assert not sieste.contient(MIDI + timedelta(hours=2))


@pytest.mark.parametrize("numero", [1, 3], ids=["au-milieu", "a-la-fin"])
def test_un_numero_absent_alerte(numero: int) -> None:
    for rang in range(3):
        consigner([consultation(agent=f"agent-{rang}")], MIDI)
    assert trouvees(MIDI + MINUTE) == []
    sans_garde(f"DELETE FROM journal.consultation WHERE id = {numero}")
    assert trouvees(MIDI + MINUTE) == [("lacune", "")]


def test_un_jour_qui_n_est_pas_scelle_alerte() -> None:
    consigner([consultation()], MIDI)
    assert trouvees(datetime(2026, 6, 15, 23, 59, tzinfo=UTC)) == []
    assert trouvees(datetime(2026, 6, 16, 0, 1, tzinfo=UTC)) == [("sceau", "")]
    sceller(MIDI + JOUR)
    assert trouvees(datetime(2026, 6, 16, 0, 1, tzinfo=UTC)) == []
    sans_garde("DELETE FROM journal.sceau")
    assert trouvees(datetime(2026, 6, 16, 0, 1, tzinfo=UTC)) == [("sceau", "")]


def test_une_alerte_part_une_fois_sans_nom_ni_siren() -> None:
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


def test_ce_que_le_serveur_de_courriel_refuse_repart_a_la_minute_suivante(monkeypatch: pytest.MonkeyPatch) -> None:
    refuser(5, timedelta(seconds=1))
    with monkeypatch.context() as panne:

        def refuser_tout(*_: Any) -> int:
            raise OSError("connexion refusée")

        panne.setattr(EmailBackend, "send_messages", refuser_tout)
        alertes.surveiller(MIDI + MINUTE)
    assert Alerte.objects.get().envoyee is None
    assert not mail.outbox
    alertes.surveiller(MIDI + 2 * MINUTE)
    assert len(mail.outbox) == 1


def test_sans_destinataire_l_alerte_est_gardee_et_dite_au_journal_d_application(settings: Any, caplog: Any) -> None:
    settings.FCE_RAPPORTS = []
    refuser(5, timedelta(seconds=1))
    alertes.surveiller(MIDI + MINUTE)
    assert "journal_alerte genre=refus" in caplog.text
    assert "agent-1" not in caplog.text
    assert Alerte.objects.get().envoyee is not None


def test_un_journal_rompu_alerte_un_journal_intact_non() -> None:
    alertes.noter_la_verification(Rapport(1, 1, 0, ()), MIDI)
    assert not Alerte.objects.exists()
    alertes.noter_la_verification(Rapport(1, 1, 0, ("Consultation n° 1 : …",)), MIDI)
    alertes.envoyer(MIDI)
    assert "Le journal n’est plus intact : 1.\n- 1 rupture : « fce journal verifier » dit où." in mail.outbox[0].body


def test_une_heure_sans_travailleur_ne_perd_aucune_alerte() -> None:
    refuser(5, timedelta(seconds=1))
    assert trouvees(MIDI + 59 * MINUTE) == [("refus", "agent-1")]


def test_chaque_genre_a_son_titre() -> None:
    assert set(alertes.TITRES_DES_ALERTES) == {"refus", "volume", "habitude", "nuit", "lacune", "sceau", "rupture"}
