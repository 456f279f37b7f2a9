"""An event says that something was done, on a day, by nobody that can be named; it is undone with its gesture."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fce.service.statistiques import collecte, pseudonymes
from fce.service.statistiques.models import CleDePseudonyme, EvenementDUsage
from fce.service.statistiques.pseudonymes import pseudonyme
from fce.socle.web import evenements
from fce.socle.web.evenements import EVENEMENTS, signaler
from fce.socle.web.offres import Offres
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.pannes import lever
from tests.sql import executer

pytestmark = pytest.mark.django_db
SIREN = f.siren_no(1)
NAVIGATEUR = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}


def noms() -> list[str]:
    return sorted(EvenementDUsage.objects.values_list("nom", flat=True))


def test_an_event_carries_a_day_a_pseudonym_and_an_organisation() -> None:
    compte, organisation = c.compte(), c.organisation()
    signaler("contact_note", qui=compte.identifiant, service="dgt")
    (note,) = EvenementDUsage.objects.all()
    assert (note.organisation, note.service, note.nombre) == (organisation, "dgt", 1)
    assert len(note.pseudonyme) == 32
    assert str(compte.pk) != note.pseudonyme


def test_the_table_has_room_for_no_name_no_number_and_no_text() -> None:
    colonnes = {champ.column for champ in EvenementDUsage._meta.concrete_fields}
    assert colonnes == {"id", "jour", "nom", "pseudonyme", "organisation_id", "service", "valeur", "nombre"}


@pytest.mark.parametrize(
    ("nom", "porte"),
    [
        ("avis_aide", {"qui": "c1"}),
        ("connexion", {"service": "dgt"}),
        ("connexion", {"valeur": 3}),
        ("avis_note", {}),
        ("contact_note", {"service": "x" * 41}),
    ],
)
def test_an_event_that_carries_what_it_may_not_is_a_mistake_of_ours(nom: str, porte: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="porte"):
        signaler(nom, **porte)
    with pytest.raises(KeyError):
        signaler("inconnu")


def test_an_event_goes_with_the_gesture_that_is_undone() -> None:
    with transaction.atomic():
        signaler("connexion", qui=c.compte().identifiant)
        assert noms() == ["connexion"]
        transaction.set_rollback(True)
    assert noms() == []


@pytest.mark.parametrize("faute", [DatabaseError("disque plein"), RuntimeError("imprévu")])
def test_an_event_that_fails_never_breaks_its_gesture(monkeypatch: pytest.MonkeyPatch, faute: Exception) -> None:
    monkeypatch.setattr(evenements, "offres", lambda: Offres(evenements=lever(faute)))
    signaler("connexion", qui="c1")


def test_a_row_that_the_base_refuses_leaves_the_gesture_as_it_was() -> None:
    with transaction.atomic():
        c.compte(sub="avant")
        executer("ALTER TABLE statistiques_evenementdusage ADD CONSTRAINT jamais CHECK (nombre = 0)")
        signaler("connexion", qui=c.compte(sub="apres").identifiant)
        assert noms() == []
        assert c.compte(sub="encore").pk


def test_a_pseudonym_is_steady_with_its_key_and_lost_without_it() -> None:
    jour = date(2026, 3, 10)
    pseudonymes.retenir(None)
    premier = pseudonyme("c12", jour)
    assert pseudonyme("c12", date(2026, 4, 2)) == premier
    assert pseudonyme("c13", jour) != premier
    (cle,) = CleDePseudonyme.objects.all()
    assert (cle.debut, cle.fin) == (date(2026, 3, 1), date(2027, 4, 1))
    assert pseudonyme("c12", date(2027, 4, 1)) != premier
    CleDePseudonyme.objects.all().delete()
    pseudonymes.retenir(None)
    assert pseudonyme("c12", jour) != premier


def test_the_base_alone_does_not_tell_who_a_pseudonym_is(settings: Any) -> None:
    premier = pseudonyme("c12", date(2026, 3, 10))
    settings.SECRET_KEY = "une autre"
    assert pseudonyme("c12", date(2026, 3, 10)) != premier


def test_what_pages_tell_waits_in_memory_and_is_written_together() -> None:
    compte = c.compte()
    with CaptureQueriesContext(connection) as capture:
        for _ in range(3):
            signaler("fiche_lue", qui=compte.identifiant)
        signaler("fiche_lue")
    assert len(capture) == 0
    assert collecte.remettre() == 0
    assert collecte.remettre(attente=0) == 2
    assert sorted(EvenementDUsage.objects.values_list("nombre", flat=True)) == [1, 3]
    assert collecte.remettre(attente=0) == 0


def test_what_the_base_does_not_take_waits_for_the_next_time() -> None:
    signaler("recherche")

    def refuser(execute: Any, requete: str, *reste: Any) -> Any:
        if "statistiques_evenementdusage" in requete:
            raise DatabaseError
        return execute(requete, *reste)

    with connection.execute_wrapper(refuser):
        assert collecte.remettre(attente=0) == 0
    assert collecte.remettre(attente=0) == 1
    assert noms() == ["recherche"]


def test_a_stranger_who_reads_pays_no_round_trip(client: Client, settings: Any) -> None:
    f.unites(f.unite(SIREN, denomination="VERGERS INVENTES"))
    f.lieux(f.lieu(SIREN))
    adresse = f"/entreprise/{SIREN}"

    def allers_retours() -> int:
        with CaptureQueriesContext(connection) as capture:
            assert client.get(adresse, headers=NAVIGATEUR).status_code == 200
        return len(capture)

    allers_retours()
    compte = allers_retours()
    settings.FCE_STATISTIQUES = False
    assert allers_retours() == compte
    assert {fait.nom for fait in collecte.MEMOIRE.faits} == {"fiche_lue", "visite_du_site"}


def test_the_answer_of_a_later_page_writes_what_waited(client: Client) -> None:
    """Under the role of strangers, which may add and not read."""
    compte = c.compte()
    signaler("fiche_lue", qui=compte.identifiant)
    collecte.MEMOIRE.depuis = time.monotonic() - collecte.ATTENTE_S
    client.get("/mentions-legales")
    assert noms() == ["fiche_lue"]


def test_a_visit_is_someone_who_comes_from_elsewhere(client: Client) -> None:
    def visites() -> int:
        return sum(n for fait, n in collecte.MEMOIRE.faits.items() if fait.nom == "visite_du_site")

    client.get("/mentions-legales", headers=NAVIGATEUR)
    assert visites() == 1
    client.get("/avis", headers=NAVIGATEUR | {"Referer": "http://testserver/mentions-legales"})
    client.get("/mentions-legales", headers={"User-Agent": "UnRobot/1.0 (bot)"})
    client.get("/mentions-legales")
    client.get("/stats/donnees.csv", headers=NAVIGATEUR)
    c.connecter(client, c.compte())
    client.get("/mentions-legales", headers=NAVIGATEUR)
    assert visites() == 1


def test_closed_the_room_counts_nothing(settings: Any) -> None:
    settings.FCE_STATISTIQUES = False
    for nom, genre in EVENEMENTS.items():
        signaler(nom, valeur=genre.valeurs[0] if genre.valeurs else None)
    assert noms() == []
    assert not collecte.MEMOIRE.faits
