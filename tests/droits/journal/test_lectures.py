"""LOG-07: who reads the journal is in the journal, says why, and those concerned are told."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from fce.demo import numeros as numeros_de
from fce.droits.journal.alertes import Signal, noter
from fce.droits.journal.lectures import LecteurJournal, exporter, lire_detail, rechercher
from fce.droits.journal.models import Consultation as Ligne, LectureDuJournal
from fce.droits.journal.selectors import FiltresJournal, Ressort, comptes_par_service, lectures_de, par_agent, recherche
from fce.droits.journal.services import consigner, consigner_refus
from fce.droits.journal.verification import verifier
from fce.socle.erreurs import JournalIndisponible, ParametreInvalide, VolumeDepasse
from tests.droits.journal.fabrique import MIDI, SERVICE, consultation, sans_garde, siren

pytestmark = pytest.mark.usefixtures("journal")
MOTIF = "signalement du 12 juin"
SIEN = Ressort(SERVICE, frozenset({"hab-1"}))
HEURE = timedelta(hours=1)


@pytest.fixture
def rempli(journal: None) -> None:
    for rang in range(4):
        consigner(
            [
                consultation(numero=siren(rang)),
                consultation(agent="agent-2", numero=siren(rang) + "00017", finalite="travail-illegal", surface="api"),
            ],
            MIDI + timedelta(days=rang),
        )
    consigner([consultation(agent="agent-3", siret_administration="x", sources=("apart",), numero="")], MIDI)


def numeros(filtres: FiltresJournal) -> list[tuple[str, str]]:
    return [(x.agent, x.numero[:9]) for x in recherche(filtres).lignes]


@pytest.mark.usefixtures("rempli")
@pytest.mark.parametrize(
    ("filtres", "nombre"),
    [
        (FiltresJournal(), 9),
        (FiltresJournal(agent="agent-1"), 4),
        (FiltresJournal(agent="inconnu"), 0),
        (FiltresJournal(siren=siren(1)), 2),
        (FiltresJournal(source="apart"), 1),
        (FiltresJournal(finalite="travail-illegal"), 4),
        (FiltresJournal(surface="api"), 4),
        (FiltresJournal(siret_administration=SERVICE), 8),
        (FiltresJournal(debut=date(2026, 6, 16), fin=date(2026, 6, 17)), 4),
        (FiltresJournal(fin=date(2026, 6, 15)), 3),
        (FiltresJournal(agent="agent-2", siren=siren(2), surface="api"), 1),
    ],
    ids=str,
)
def test_each_filter_keeps_what_it_says(filtres: FiltresJournal, nombre: int) -> None:
    assert len(numeros(filtres)) == nombre


@pytest.mark.usefixtures("rempli")
def test_pages_follow_without_losing_or_repeating_a_row() -> None:
    numeros, suite = [], ""
    while True:
        page = recherche(FiltresJournal(), suite, taille=2)
        numeros += [ligne.id for ligne in page.lignes]
        if not (suite := page.suite):
            break
    attendues = list(Ligne.objects.order_by("-quand", "-id").values_list("id", flat=True))
    assert numeros == attendues


@pytest.mark.parametrize("suite", ["x", "_", "2026-06-15_1", "2026-06-15T10:00:00.123Z_x"])
def test_an_invented_continuation_is_refused(suite: str) -> None:
    with pytest.raises(ParametreInvalide):
        recherche(FiltresJournal(), suite)


@pytest.mark.usefixtures("rempli")
def test_an_agent_reads_only_his_own_consultations() -> None:
    assert {ligne.agent for ligne in par_agent("agent-1").lignes} == {"agent-1"}
    assert not LectureDuJournal.objects.exists()


@pytest.mark.usefixtures("rempli")
def test_LOG_07_reading_the_detail_of_an_agent_is_recorded_and_told_to_him() -> None:
    page = lire_detail("chef", "agent-1", f"  {MOTIF} ", MIDI + HEURE, ressort=SIEN)
    assert {ligne.agent for ligne in page.lignes} == {"agent-1"}
    lecture = LectureDuJournal.objects.get()
    assert (lecture.lecteur, lecture.agents, lecture.motif, lecture.lignes) == ("chef", ["agent-1"], MOTIF, 4)
    trace = Ligne.objects.get(pk=lecture.consultation)
    assert (trace.agent, trace.surface, trace.lignes, trace.poids) == ("chef", "journal", {"journal": 4}, 0)
    (dite,) = lectures_de("agent-1")
    assert (dite.lecteur, dite.motif, dite.fois) == ("chef", MOTIF, 1)
    assert lectures_de("agent-2") == []


@pytest.mark.usefixtures("rempli")
def test_LOG_07_a_search_is_told_to_each_agent_shown_and_to_them_alone() -> None:
    rechercher(
        LecteurJournal("audit", SERVICE, "abcd", "192.0.2.7"), MOTIF, FiltresJournal(siren=siren(1)), MIDI + HEURE
    )
    assert [x.lecteur for x in lectures_de("agent-1") + lectures_de("agent-2")] == ["audit", "audit"]
    assert lectures_de("agent-3") == []
    trace = Ligne.objects.get(agent="audit")
    assert (trace.siret_administration, trace.requete, trace.adresse_ip) == (SERVICE, "abcd", "192.0.2.7")
    assert LectureDuJournal.objects.get().filtres == {"siren": siren(1)}


@pytest.mark.usefixtures("rempli")
def test_an_agent_read_even_for_nothing_knows_it_once_a_day_per_reason() -> None:
    for minutes in range(3):
        lire_detail("chef", "agent-9", MOTIF, MIDI + timedelta(minutes=minutes), ressort=SIEN)
    lire_detail("chef", "agent-9", MOTIF, MIDI + timedelta(days=1), ressort=SIEN)
    assert [(x.quand.day, x.fois) for x in lectures_de("agent-9")] == [(16, 1), (15, 3)]


@pytest.mark.parametrize("motif", ["", "court", "         x", "a    b    c"])
def test_without_a_written_reason_nothing_is_read(motif: str) -> None:
    for lecture in (
        lambda: lire_detail("chef", "agent-1", motif, MIDI, ressort=SIEN),
        lambda: rechercher("chef", motif, FiltresJournal(), MIDI),
        lambda: exporter("chef", motif, FiltresJournal(), MIDI),
    ):
        with pytest.raises(ParametreInvalide, match="10 caractères"):
            lecture()
    assert not Ligne.objects.exists()


def test_the_detail_is_always_that_of_one_agent() -> None:
    with pytest.raises(ParametreInvalide):
        lire_detail("chef", "", MOTIF, MIDI, ressort=SIEN)


def test_without_the_journal_the_journal_cannot_be_read() -> None:
    def refuser(executer: Any, sql: str, *reste: Any) -> Any:
        if "journal.lire" in sql:
            raise OperationalError
        return executer(sql, *reste)

    with connection.execute_wrapper(refuser), pytest.raises(JournalIndisponible):
        lire_detail("chef", "agent-1", MOTIF, MIDI, ressort=SIEN)


@pytest.mark.usefixtures("rempli")
@pytest.mark.parametrize(
    "requete",
    [
        "UPDATE journal.lecture_du_journal SET motif = 'un autre motif'",
        "UPDATE journal.lecture_du_journal SET agents = '{agent-2}'",
        "UPDATE journal.lecture_du_journal SET filtres = '{}'",
        "UPDATE journal.lecture_du_journal SET lecteur = 'un autre'",
        "DELETE FROM journal.lecture_du_journal",
    ],
)
def test_LOG_03_a_changed_or_erased_reading_is_seen(requete: str) -> None:
    lire_detail("chef", "agent-1", MOTIF, MIDI + HEURE, ressort=SIEN)
    assert verifier().intact
    sans_garde(requete)
    assert verifier().ruptures == ("Lecture du journal n° 10 : sa trace ou son motif a été changé.",)


@pytest.mark.usefixtures("rempli")
def test_EXP_09_an_export_is_recorded_before_the_first_byte_and_tells_everything() -> None:
    blocs = exporter("audit", MOTIF, FiltresJournal(agent="agent-1"), MIDI + HEURE)
    lecture = LectureDuJournal.objects.get()
    assert (lecture.lignes, lecture.filtres, lecture.agents) == (4, {"agent": "agent-1"}, ["agent-1"])
    trace = Ligne.objects.get(pk=lecture.consultation)
    assert (trace.surface, trace.action) == ("csv", "exporter")
    lignes = list(csv.DictReader(io.StringIO(b"".join(blocs).decode("utf-8-sig")), delimiter=";"))
    assert [ligne["numero"] for ligne in lignes] == [siren(n) for n in (3, 2, 1, 0)]
    assert lignes[-1]["quand_utc"] == "2026-06-15T10:00:00.123Z"
    assert lignes[0]["empreinte_precedente"] == lignes[1]["empreinte"]


@pytest.mark.usefixtures("rempli")
def test_an_export_does_not_hold_what_is_written_while_it_is_read() -> None:
    blocs = exporter("audit", MOTIF, FiltresJournal(), MIDI + timedelta(days=9))
    consigner([consultation()], MIDI + timedelta(days=9))
    contenu = b"".join(blocs).decode()
    assert contenu.count("\r\n") == 1 + 9
    assert "audit" not in contenu


@pytest.mark.usefixtures("rempli")
def test_a_responsible_officer_sees_counts_and_anomalies() -> None:
    for agent in ("agent-1", "agent-4"):
        consigner_refus(agent, "territoire", "x", siren(1), "fiche", MIDI, siret_administration=SERVICE)
    noter([Signal("nuit", "agent-2", "", HEURE)], MIDI)
    jour = date(2026, 6, 15)
    comptes = [
        (c.agent, c.consultations, c.entreprises, c.refus, c.anomalies)
        for c in comptes_par_service(SIEN, jour, jour, agents=["agent-4"])
    ]
    assert comptes == [
        ("agent-1", 1, 1, 1, ()),
        ("agent-2", 1, 1, 0, ("nuit",)),
        ("agent-4", 0, 0, 1, ()),
    ]
    assert [c.jour.day for c in comptes_par_service(SIEN, jour, date(2026, 6, 16))] == [16, 16, 15, 15]
    assert comptes_par_service(Ressort("x", SIEN.habilitations), jour, jour)[0].agent == "agent-3"


AILLEURS = numeros_de.siren(202) + numeros_de.nic(numeros_de.siren(202), 1)
ETRANGERES: dict[str, dict[str, Any]] = {
    "moved from another administration": {"siret_administration": AILLEURS, "habilitations": ("hab-9",)},
    "another organisation of the same SIRET": {"habilitations": ("hab-9",)},
    "any agent of another administration": {"siret_administration": AILLEURS, "habilitations": (), "classe": "C1"},
    "a number that begins as ours": {"siret_administration": SERVICE + "0"},
    "the journal, read by her": {"habilitations": (), "finalite": "lecture-du-journal", "surface": "journal"},
}


@pytest.mark.parametrize("etrangere", ETRANGERES.values(), ids=ETRANGERES)
def test_s7_a_manager_is_told_nothing_of_what_his_agents_read_for_others(etrangere: dict[str, Any]) -> None:
    consigner([consultation(numero=siren(1)), consultation(numero=siren(2), **etrangere)], MIDI)
    noter([Signal("volume", "agent-1", "", HEURE)], MIDI)
    page = lire_detail("chef", "agent-1", MOTIF, MIDI + HEURE, ressort=SIEN)
    assert [ligne.numero for ligne in page.lignes] == [siren(1)]
    assert LectureDuJournal.objects.get().lignes == 1
    jour = date(2026, 6, 15)
    (compte,) = comptes_par_service(SIEN, jour, jour)
    assert (compte.consultations, compte.entreprises) == (1, 1)
    # What is unusual may come from what she read elsewhere; the reading of the journal raises no alert of volume.
    assert compte.anomalies == (("volume",) if etrangere.get("surface") == "journal" else ())


def test_s7_refusals_and_alerts_are_those_of_the_organisation_too() -> None:
    consigner([consultation(), consultation(agent="agent-2")], MIDI)
    consigner_refus("agent-1", "territoire", "x", siren(1), "fiche", MIDI, siret_administration=AILLEURS)
    consigner_refus("agent-2", "territoire", "x", siren(1), "fiche", MIDI, siret_administration=SERVICE)
    noter([Signal("refus", agent, "", HEURE) for agent in ("agent-1", "agent-2")], MIDI)
    jour = date(2026, 6, 15)
    comptes = {c.agent: (c.refus, c.anomalies) for c in comptes_par_service(SIEN, jour, jour)}
    assert comptes == {"agent-1": (0, ()), "agent-2": (1, ("refus",))}


def test_s7_a_volume_refused_is_counted_for_those_it_would_have_served(settings: Any) -> None:
    settings.FCE_VOLUMES = "1/600"
    consigner([consultation()], MIDI)
    for reference in ("hab-1", "hab-9"):
        with pytest.raises(VolumeDepasse):
            consigner([consultation(numero=siren(2), habilitations=(reference,))], MIDI)
    jour = date(2026, 6, 15)
    assert [c.refus for c in comptes_par_service(SIEN, jour, jour)] == [1]


def test_s7_what_any_agent_may_read_is_her_administration_s() -> None:
    consigner([consultation(habilitations=(), classe="C1", finalite="")], MIDI)
    jour = date(2026, 6, 15)
    assert [c.consultations for c in comptes_par_service(SIEN, jour, jour)] == [1]
    assert [c.consultations for c in comptes_par_service(Ressort(SERVICE[:9]), jour, jour)] == [1]
