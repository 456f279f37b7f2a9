"""LOG-03: what is written stays as it was; whoever changes it anyway, with every power on the database, is seen."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings as reglages, strategies as st

from fce.droits.journal import empreintes
from fce.droits.journal.cloture import expliquer, sceller
from fce.droits.journal.lectures import rechercher
from fce.droits.journal.models import Alerte, Consultation as Ligne, Sceau
from fce.droits.journal.selectors import FiltresJournal
from fce.droits.journal.services import consigner, consigner_refus
from fce.droits.journal.verification import verifier
from fce.socle.erreurs import JournalRompu, ParametreInvalide
from tests.droits.journal.fabrique import MIDI, consultation, sans_garde, siren
from tests.sql import executer

pytestmark = pytest.mark.usefixtures("journal")
DEMAIN = MIDI + timedelta(days=1)


@pytest.fixture
def rempli(journal: None) -> None:
    """Two sealed days, then one in progress; two agents, three rows each a day, mixed."""
    for jour in range(3):
        for rang in range(3):
            for agent in ("agent-1", "agent-2"):
                consigner([consultation(agent=agent, numero=siren(rang))], MIDI + timedelta(days=jour, minutes=rang))
    sceller(MIDI + timedelta(days=2))


def test_LOG_03_nothing_is_sealed_while_a_restored_database_waits_for_its_list(journal: None) -> None:
    """A lost day would get the seal of an empty one before its true seal comes back with the list."""
    consigner([consultation()], MIDI)
    with connection.cursor() as curseur:
        curseur.execute("INSERT INTO sauvegarde.restauration (etat, nom) VALUES ('publique', 'x')")
        assert sceller(DEMAIN) == []
        curseur.execute("UPDATE sauvegarde.restauration SET etat = 'ouverte'")
    assert len(sceller(DEMAIN)) == 1


def phrases() -> str:
    return "\n".join(verifier().ruptures)


@pytest.mark.usefixtures("rempli")
def test_LOG_03_an_intact_journal_is_called_intact() -> None:
    rapport = verifier()
    assert rapport.ruptures == ()
    assert (rapport.consultations, rapport.agents, rapport.sceaux) == (18, 2, 2)


def test_LOG_03_an_empty_journal_is_intact() -> None:
    assert verifier().intact


CHAMPS = {
    "quand": "quand + interval '1 ms'",
    "agent": "'agent-3'",
    "rang": "rang + 10",
    "siret_administration": "'x'",
    "habilitations": "ARRAY['hab-', '1']",
    "finalite": "'autre'",
    "sources": "ARRAY['autre']",
    "numero": "'x'",
    "surface": "'csv'",
    "action": "'exporter'",
    "lignes": "'{\"wikit-controles\": 3}'",
    "classe": "'C1'",
    "requete": "'x'",
    "adresse_ip": "'192.0.2.1'",
    "poids": "poids + 1",
    "id": "id + 1000",
    "empreinte_precedente": "sha256('x')",
    "empreinte": "sha256('x')",
}


def test_each_field_is_tried() -> None:
    assert CHAMPS.keys() == {champ.name for champ in Ligne._meta.fields}


@pytest.mark.usefixtures("rempli")
@pytest.mark.parametrize("numero", [3, 15], ids=["scellee", "du-jour"])
@pytest.mark.parametrize("champ", CHAMPS)
def test_LOG_03_a_changed_field_is_seen(champ: str, numero: int) -> None:
    sans_garde(f"UPDATE journal.consultation SET {champ} = {CHAMPS[champ]} WHERE id = {numero}")
    assert f"n° {numero if champ != 'id' else numero + 1000}" in phrases()


@pytest.mark.usefixtures("rempli")
@pytest.mark.parametrize("numero", [1, 3, 12, 13, 15, 18], ids=str)
def test_LOG_03_an_erased_row_is_seen(numero: int) -> None:
    sans_garde(f"DELETE FROM journal.consultation WHERE id = {numero}")
    assert not verifier().intact


@pytest.mark.usefixtures("rempli")
def test_LOG_03_two_swapped_rows_are_seen() -> None:
    sans_garde(
        "UPDATE journal.consultation SET rang = rang + 100 WHERE id IN (13, 15)",
        "UPDATE journal.consultation SET rang = CASE id WHEN 13 THEN 8 ELSE 7 END WHERE id IN (13, 15)",
    )
    assert not verifier().intact


@pytest.mark.usefixtures("rempli")
def test_LOG_03_two_swapped_numbers_are_seen() -> None:
    # Of two agents: neither chain says in which order they were written.
    sans_garde(
        "UPDATE journal.consultation SET id = -1 WHERE id = 13",
        "UPDATE journal.consultation SET id = 13 WHERE id = 14",
        "UPDATE journal.consultation SET id = 14 WHERE id = -1",
    )
    assert not verifier().intact


@pytest.mark.usefixtures("rempli")
def test_LOG_03_a_cut_tail_is_seen_even_with_its_head() -> None:
    sans_garde("DELETE FROM journal.consultation WHERE id = 18")
    assert "Agent agent-2 : sa chaîne s’arrête au rang 8, sa tête dit 9." in phrases()
    sans_garde(
        "UPDATE journal.tete t SET rang = c.rang, empreinte = c.empreinte FROM journal.consultation c "
        "WHERE c.agent = t.agent AND c.agent = 'agent-2' AND c.rang = 8"
    )
    assert phrases() == "Consultation n° 18 : absente, effacée ou perdue par un arrêt brutal du serveur."


@pytest.mark.usefixtures("rempli")
def test_LOG_03_an_agent_wholly_erased_is_seen() -> None:
    sans_garde("DELETE FROM journal.consultation WHERE agent = 'agent-2'")
    sans_garde("DELETE FROM journal.tete WHERE agent = 'agent-2'")
    trouve = phrases()
    assert "Sceau du 15/06/2026 : 3 consultations au lieu de 6 (empreinte" in trouve
    assert "Consultation n° 18 : absente" in trouve


@pytest.mark.usefixtures("rempli")
def test_LOG_03_an_erased_head_is_seen() -> None:
    sans_garde("DELETE FROM journal.tete WHERE agent = 'agent-2'")
    assert "sa chaîne finit avant elle" in phrases()


@pytest.mark.usefixtures("rempli")
def test_LOG_03_a_row_added_without_the_function_is_seen() -> None:
    sans_garde(
        "INSERT INTO journal.consultation SELECT nextval('journal.consultation_id_seq'), quand, agent, rang + 1, "
        "siret_administration, habilitations, finalite, sources, numero, surface, action, lignes, classe, requete, "
        "adresse_ip, poids, empreinte, sha256('x') FROM journal.consultation WHERE id = 18"
    )
    assert "Consultation n° 19, agent agent-2 : son contenu a été changé." in phrases()
    assert "sa chaîne finit avant elle" in phrases()


@pytest.mark.usefixtures("rempli")
def test_LOG_03_a_sealed_day_carefully_redone_is_seen() -> None:
    """Chain, heads and counts computed again, as an intruder who knows everything but the key would."""
    sans_garde("UPDATE journal.consultation SET finalite = 'autre' WHERE id = 1")
    precedentes: dict[str, bytes] = {}
    for ligne in Ligne.objects.order_by("id"):
        ligne.empreinte_precedente = precedentes.get(ligne.agent, b"")
        precedentes[ligne.agent] = empreintes.empreinte(ligne)
        sans_garde(
            f"UPDATE journal.consultation SET empreinte_precedente = '\\x{ligne.empreinte_precedente.hex()}', "
            f"empreinte = '\\x{precedentes[ligne.agent].hex()}' WHERE id = {ligne.id}",
            f"UPDATE journal.tete SET empreinte = '\\x{precedentes[ligne.agent].hex()}' "
            f"WHERE agent = '{ligne.agent}' AND rang = {ligne.rang}",
        )
    assert [phrase.partition(" (")[0] for phrase in phrases().splitlines()] == [
        "Sceau du 15/06/2026 : les consultations ne sont plus celles qu’il a scellées",
        "Sceau du 16/06/2026 : les consultations ne sont plus celles qu’il a scellées",
    ]


@pytest.mark.usefixtures("rempli")
@pytest.mark.parametrize(
    "changement",
    [
        "jour = jour - 10",
        "nombre = nombre + 1",
        "premier = premier + 1",
        "dernier = dernier - 1",
        "racine = sha256('x')",
        "precedent = sha256('x')",
        "sceau = sha256('x')",
        "cle = 'x'",
        "pose = pose + interval '1 second'",
    ],
)
def test_LOG_03_a_changed_seal_is_seen(changement: str) -> None:
    sans_garde(f"UPDATE journal.sceau SET {changement} WHERE jour = '2026-06-15'")
    assert "il n’a pas été fait avec la clé du service" in phrases()


@pytest.mark.usefixtures("rempli")
def test_LOG_03_an_erased_seal_is_seen() -> None:
    sceller(MIDI + timedelta(days=3))
    sans_garde("DELETE FROM journal.sceau WHERE jour = '2026-06-16'")
    assert "Sceau du 17/06/2026 : il manque des jours depuis le 15/06/2026." in phrases()
    sans_garde("DELETE FROM journal.sceau WHERE jour = '2026-06-15'")
    assert "Sceau du 17/06/2026 : ceux d’avant ont disparu." in phrases()


@pytest.mark.usefixtures("rempli")
def test_LOG_03_another_key_verifies_nothing_the_replaced_key_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "FCE_JOURNAL_CLE", ["n" * 32])
    assert "il n’a pas été fait avec la clé du service" in phrases()
    monkeypatch.setattr(settings, "FCE_JOURNAL_CLE", ["a" * 32])
    sans_garde("DELETE FROM journal.sceau")
    sceller(MIDI + timedelta(days=2))
    monkeypatch.setattr(settings, "FCE_JOURNAL_CLE", ["n" * 32, "a" * 32])
    sceller(MIDI + timedelta(days=3))
    assert verifier().intact
    assert len(set(Sceau.objects.values_list("cle", flat=True))) == 2


@pytest.mark.parametrize("table", ["consultation", "refus", "lecture_du_journal", "sceau", "purge", "explication"])
@pytest.mark.parametrize("ordre", ["UPDATE journal.{} SET {} = {}", "DELETE FROM journal.{}", "TRUNCATE journal.{}"])
def test_LOG_03_nothing_is_erased_or_changed_even_by_the_owner(ordre: str, table: str) -> None:
    consigner([consultation()], MIDI)
    consigner_refus("agent-1", "territoire", "x", siren(1), "fiche", MIDI)
    rechercher("chef", "motif assez long", FiltresJournal(), MIDI)
    sceller(DEMAIN)
    expliquer(["Sceau du 15/06/2026 : …"], "essai", "motif assez long", MIDI)
    colonne = "jour" if table in ("sceau", "purge") else "quand"
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre.format(table, colonne, colonne))


def test_LOG_03_the_role_of_pages_writes_by_the_functions_and_nothing_else() -> None:
    consigner([consultation()], MIDI)
    executer("CREATE ROLE journal_pages_essai NOLOGIN")
    executer("GRANT USAGE ON SCHEMA journal TO journal_pages_essai")
    executer(
        "GRANT EXECUTE ON FUNCTION journal.consigner(jsonb, timestamptz, integer[]), "
        "journal.refuser(jsonb, timestamptz) TO journal_pages_essai"
    )
    executer("SET ROLE journal_pages_essai")
    consigner([consultation()], MIDI)
    consigner_refus("agent-1", "territoire", "x", siren(1), "fiche", MIDI)
    for ordre in (
        "SELECT 1 FROM journal.consultation",
        "INSERT INTO journal.tete VALUES ('x', 1, '')",
        "UPDATE journal.consultation SET finalite = 'x'",
        "DELETE FROM journal.consultation",
        "TRUNCATE journal.consultation",
        "DELETE FROM journal.tete",
        "UPDATE journal.compteur SET poids = 0",
        "SELECT nextval('journal.consultation_id_seq')",
        "SELECT journal.purger('2020-01-01', now(), '', 12, '', 0, '', '')",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as curseur,
        ):
            curseur.execute(ordre)
    executer("RESET ROLE")
    assert Ligne.objects.count() == 2
    assert verifier().intact


textes = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@reglages(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    differences=st.fixed_dictionaries(
        {
            "agent": textes.filter(bool),
            "siret_administration": textes,
            "habilitations": st.lists(textes, max_size=3).map(tuple),
            "finalite": textes,
            "sources": st.lists(textes, max_size=3).map(tuple),
            "numero": textes,
            "lignes": st.dictionaries(textes, st.integers(0, 2**40), max_size=4),
            "requete": textes,
            "adresse_ip": textes,
            "poids": st.integers(0, 5),
        }
    )
)
def test_the_database_and_the_verifier_compute_the_same_hash(differences: dict[str, Any]) -> None:
    with transaction.atomic():
        connection.atomic_blocks[-1]._from_testcase = True
        consigner([consultation(**differences)], MIDI)
        ligne = Ligne.objects.latest("id")
        assert empreintes.empreinte(ligne) == bytes(ligne.empreinte)
        transaction.set_rollback(True)


def test_no_text_is_confused_with_another() -> None:
    assert empreintes.nets(("a", "b")) == "1:a,1:b,"
    assert empreintes.nets(("é",)) == "2:é,"
    assert empreintes.nets(("1:a,",)) != empreintes.nets(("1:a", ","))


@pytest.mark.usefixtures("rempli")
def test_o2_nothing_is_sealed_over_a_forged_seal_and_the_team_is_told() -> None:
    (vrai,) = Sceau.objects.filter(jour="2026-06-15")
    sans_garde("UPDATE journal.sceau SET sceau = sha256('x') WHERE jour = '2026-06-15'")
    for _ in range(2):
        with pytest.raises(JournalRompu, match="« fce journal verifier » dit où"):
            sceller(MIDI + timedelta(days=3))
    assert Sceau.objects.count() == 2
    assert Alerte.objects.get().genre == "rupture"
    sans_garde(f"UPDATE journal.sceau SET sceau = '\\x{bytes(vrai.sceau).hex()}' WHERE jour = '2026-06-15'")
    assert len(sceller(MIDI + timedelta(days=3))) == 1
    assert verifier().intact


@pytest.mark.usefixtures("rempli")
def test_o2_a_number_that_a_dead_writer_took_does_not_keep_a_day_from_its_seal() -> None:
    executer("SELECT nextval('journal.consultation_id_seq')")
    assert phrases() == "Consultation n° 19 : absente, effacée ou perdue par un arrêt brutal du serveur."
    assert len(sceller(MIDI + timedelta(days=3))) == 1


@pytest.mark.usefixtures("rempli")
def test_o2_an_explained_break_is_counted_apart_and_the_next_one_is_not() -> None:
    sans_garde("DELETE FROM journal.consultation WHERE id IN (6, 12)")
    sans_garde("DELETE FROM journal.tete WHERE agent = 'agent-2'")
    expliquer(verifier().ruptures, "commande:root", "base revenue au 15 juin, incident n° 12", MIDI)
    rapport = verifier()
    assert rapport.intact
    assert rapport.connues > 1
    assert len(sceller(MIDI + timedelta(days=3))) == 1
    sans_garde("DELETE FROM journal.consultation WHERE id = 4")
    assert "Sceau du 15/06/2026 : 4 consultations au lieu de 6" in phrases()


@pytest.mark.usefixtures("rempli")
def test_o2_a_false_record_explains_nothing() -> None:
    sans_garde("UPDATE journal.sceau SET sceau = sha256('x') WHERE jour = '2026-06-15'")
    avant = phrases()
    expliquer(avant.splitlines(), "commande:root", "motif assez long", MIDI)
    assert verifier().intact
    sans_garde("UPDATE journal.explication SET ruptures = ruptures || 'Sceau du 16/06/2026 : …'::text")
    trouve = phrases()
    assert "Explication n° " in trouve
    assert avant in trouve


def test_o2_a_break_is_not_explained_without_a_reason() -> None:
    with pytest.raises(ParametreInvalide):
        expliquer(["x"], "commande:root", "court", MIDI)


def test_o6_many_empty_days_sealed_at_once_are_one_line_of_the_log(
    journal: None, caplog: pytest.LogCaptureFixture
) -> None:
    consigner([consultation()], MIDI)
    with caplog.at_level("INFO"):
        assert len(sceller(MIDI + timedelta(days=30))) == 30
    dits = [ligne.getMessage() for ligne in caplog.records if "journal_scelle" in ligne.getMessage()]
    assert [re.findall(r"jour=(\S+) nombre=(\d)", dit)[0] for dit in dits] == [("2026-06-15", "1"), ("2026-07-14", "0")]
