"""The feed says which companies each switch changed and which fields; a copy that follows it equals the source."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from threading import Timer
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from psycopg import sql

from fce.client import CurseurExpire
from fce.donnees.changements import ecarts, selectors, services
from fce.donnees.changements.models import BasculeSuivie, ChangementDEntreprise
from fce.donnees.imports import services as imports
from fce.donnees.imports.chargement import connexions
from fce.donnees.imports.chargement.ecarts import Regard, differentes, unites_changees
from fce.donnees.imports.models import Import, VersionEnPlace
from fce.socle.base.conservation import purger
from fce.sources import registre
from tests.donnees.changements.histoire import client, importer, publies, suivre
from tests.donnees.entreprises import fabrique as f
from tests.recherche.repertoire import CONVENTIONS, GENS, LIEUX, UNITES
from tests.sql import executer

pytestmark = pytest.mark.django_db
A, B, C = (f.siren_no(n) for n in (1, 2, 3))
PERSONNE = {"categorie_juridique": "1000", "nom": "MARIVAULT", "prenom_1": "ELODIE", "denomination": None}


def unites(**changees: dict[str, Any]) -> list[dict[str, Any]]:
    return [f.unite(s, denomination=f"SOCIETE {s}") | changees.get(s, {}) for s in (A, B)]


def lieux(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    return [f.lieu(s, code_commune="59350", libelle_commune="LILLE") | changes.get(s, {}) for s in (A, B)]


@pytest.fixture
def copie() -> dict[str, Any]:
    importer({UNITES: unites(), LIEUX: lieux()})
    tenue: dict[str, Any] = {}
    suivre(tenue)
    return tenue


def depuis() -> str:
    return str(selectors.premier()._replace(bascule=selectors.horizon()))


def dits(recus: Any) -> list[tuple[str, str, dict[str, list[str]]]]:
    return [(r.siren, r.genre, r.champs) for r in recus]


def test_the_first_version_creates_every_company_and_the_copy_equals_the_source(copie: dict[str, Any]) -> None:
    assert copie == publies()
    assert set(copie) == {A, B}
    assert copie[A][UNITES][0]["denomination"] == f"SOCIETE {A}"


def test_an_event_names_the_fields_that_changed_and_gives_the_rows_in_place(copie: dict[str, Any]) -> None:
    curseur = depuis()
    importer({UNITES: unites(**{A: {"denomination": "NEUVE", "sigle": "N"}})})
    recus, _ = suivre(copie, curseur)
    assert dits(recus) == [(A, "modifiee", {UNITES: ["sigle", "denomination"]})]
    assert recus[0].donnees[UNITES][0]["denomination"] == "NEUVE"
    assert copie == publies()


@pytest.mark.parametrize(
    ("avant", "apres", "genre"), [("A", "C", "fermee"), ("C", "A", "rouverte"), (None, "C", "modifiee")]
)
def test_closing_and_opening_again_are_named(avant: str | None, apres: str, genre: str) -> None:
    importer({UNITES: unites(**{A: {"etat_administratif": avant}})})
    services.calculer()
    curseur = depuis()
    importer({UNITES: unites(**{A: {"etat_administratif": apres}})})
    recus, _ = suivre({}, curseur)
    assert dits(recus) == [(A, genre, {UNITES: ["etat_administratif"]})]


def test_a_column_may_be_named_as_what_the_computation_adds(copie: dict[str, Any]) -> None:
    aide = {"siren": A, "regime": "général", "montant": "100"}
    importer({"aides-minimis": [aide]})
    services.calculer()
    curseur = depuis()
    importer({"aides-minimis": [aide | {"montant": "200"}]})
    recus, _ = suivre(copie, curseur)
    assert dits(recus) == [(A, "modifiee", {"aides-minimis": ["montant"]})]


def test_one_event_per_company_whatever_the_sources_that_switch_together(copie: dict[str, Any]) -> None:
    curseur = depuis()
    importer({UNITES: unites(**{A: {"sigle": "N"}}), LIEUX: lieux(**{A: {"libelle_commune": "LOMME"}})})
    recus, _ = suivre(copie, curseur)
    assert dits(recus) == [(A, "modifiee", {UNITES: ["sigle"], LIEUX: ["libelle_commune"]})]
    assert copie == publies()


@pytest.mark.parametrize(
    ("rang", "attendues"),
    [({}, set()), ({"enseigne_1": "N"}, {A}), ({"siret": f.siret_no(A, 2)}, {A}), ({"siren": B}, {A, B})],
)
def test_feed_index_and_follows_name_the_same_companies(
    copie: dict[str, Any], rang: dict[str, Any], attendues: set[str]
) -> None:
    """Rows that moved in the file are no change."""
    curseur = depuis()
    importer({LIEUX: reversed(lieux(**{A: rang}))})
    version = VersionEnPlace.objects.select_related("en_place", "precedent").get(source=LIEUX)
    regard = Regard(registre.source(LIEUX), tuple(registre.source(LIEUX).champs))
    indexees = unites_changees(regard, version.precedent, version.en_place, 10)
    numeros = sql.SQL("SELECT unnest({}::text[]) AS numero").format([A, B])
    suivies = {siren for siren, *_ in executer(differentes(regard, version.precedent, version.en_place, numeros))}
    dites = {r.siren for r in suivre(copie, curseur)[0]}
    assert dites == {siren for siren, _ in indexees or ()} == suivies == attendues


def test_a_company_that_left_the_file_is_withdrawn(copie: dict[str, Any]) -> None:
    curseur = depuis()
    importer({UNITES: unites()[1:]})
    recus, _ = suivre(copie, curseur)
    assert [(r.siren, r.genre, r.donnees) for r in recus] == [(A, "retiree", {})]
    assert set(copie) == {B}


def test_a_rollback_is_one_more_switch(copie: dict[str, Any]) -> None:
    avant, curseur = dict(copie), depuis()
    importer({UNITES: unites(**{A: {"denomination": "NEUVE"}})})
    _, curseur = suivre(copie, curseur)
    imports.revenir(UNITES)
    recus, _ = suivre(copie, curseur)
    assert dits(recus) == [(A, "modifiee", {UNITES: ["denomination"]})]
    assert copie == publies() == avant


def test_a_switch_and_its_rollback_that_nobody_computed_are_two_switches(copie: dict[str, Any]) -> None:
    curseur = depuis()
    importer({UNITES: unites(**{A: {"denomination": "NEUVE"}})})
    imports.revenir(UNITES)
    recus, _ = suivre(copie, curseur)
    assert [r.siren for r in recus] == [A, A]
    assert copie == publies()


def test_two_imports_without_a_worker_lose_nothing(copie: dict[str, Any]) -> None:
    """The version before the one in place goes with the next switch, which computes what waits first."""
    curseur = depuis()
    importer({UNITES: unites(**{A: {"sigle": "UN"}})})
    importer({UNITES: unites(**{A: {"sigle": "UN"}, B: {"sigle": "DEUX"}})})
    Import.objects.filter(source=UNITES).order_by("pk").first().delete()
    recus, _ = suivre(copie, curseur)
    assert [(r.siren, r.champs[UNITES]) for r in recus] == [(A, ["sigle"]), (B, ["sigle"])]
    assert copie == publies()


# --- Persons ---------------------------------------------------------------------------------------------------------


def test_a_person_masked_has_no_event_but_the_one_that_masks(copie: dict[str, Any]) -> None:
    importer({UNITES: unites(**{A: PERSONNE})})
    importer({GENS: [{"siren": A, "rang": 1, "nom": "MARIVAULT", "prenoms": "ELODIE"}]})
    _, curseur = suivre(copie)
    assert "MARIVAULT" in str(copie)
    importer({UNITES: unites(**{A: {**PERSONNE, "statut_diffusion": "P"}})})
    importer({GENS: [{"siren": A, "rang": 1, "nom": "AUTRE", "prenoms": "ELODIE"}]})
    importer({LIEUX: lieux(**{A: {"libelle_commune": "LOMME"}})})
    recus, _ = suivre(copie, curseur)
    assert [(r.siren, r.genre, r.champs, r.donnees) for r in recus] == [(A, "masquee", {UNITES: []}, {})]
    assert A not in copie
    # What the feed already held of the person is erased, for a reader that starts from the beginning too.
    assert [c.genre for c in ChangementDEntreprise.objects.filter(siren=A)] == ["masquee"]
    toutes, _ = suivre(neuve := {})
    assert "MARIVAULT" not in str(toutes)
    assert neuve == copie == publies()


def test_a_person_masked_since_the_last_computation_is_already_silent(copie: dict[str, Any]) -> None:
    curseur = depuis()
    importer({UNITES: unites(**{A: PERSONNE})})
    services.calculer()
    importer({UNITES: unites(**{A: {**PERSONNE, "statut_diffusion": "P"}})})
    with client() as fce:
        assert [*fce.changements(curseur)] == []


def test_a_masked_legal_person_tells_only_what_it_shows(copie: dict[str, Any]) -> None:
    importer({UNITES: unites(**{A: {"statut_diffusion": "P", "sigle": "CACHE"}})})
    _, curseur = suivre(copie)
    assert copie == publies()
    importer({UNITES: unites(**{A: {"statut_diffusion": "P", "sigle": "AUTRE"}})})
    assert suivre(copie, curseur)[0] == []
    importer({UNITES: unites(**{A: {"statut_diffusion": "P", "sigle": "AUTRE", "denomination": "NEUVE"}})})
    recus, _ = suivre(copie, curseur)
    assert dits(recus) == [(A, "modifiee", {UNITES: ["denomination"]})]
    assert copie == publies()


def test_an_establishment_masked_takes_what_other_sources_say_of_it(copie: dict[str, Any]) -> None:
    importer({CONVENTIONS: [{"siret": f.siret_no(A), "idcc": "1486", "mois": "2026-09-01"}]})
    _, curseur = suivre(copie)
    importer({LIEUX: lieux(**{A: {"statut_diffusion": "P"}})})
    recus, curseur = suivre(copie, curseur)
    assert [(r.siren, r.genre, r.complet) for r in recus] == [(A, "masquee", True)]
    assert copie == publies()
    importer({LIEUX: lieux()})
    recus, _ = suivre(copie, curseur)
    assert [(r.siren, r.genre, r.complet) for r in recus] == [(A, "diffusee", True)]
    assert copie == publies()


def test_a_restricted_source_has_no_event(copie: dict[str, Any]) -> None:
    curseur = depuis()
    importer({"activite-partielle": [{"siret": f.siret_no(A)}]})
    assert suivre(copie, curseur)[0] == []
    assert not BasculeSuivie.objects.filter(source="activite-partielle").exists()


# --- Cursors ---------------------------------------------------------------------------------------------------------


def test_pages_of_one_give_the_same_as_one_page(copie: dict[str, Any]) -> None:
    curseur = depuis()
    importer({UNITES: unites(**{A: {"sigle": "X"}, B: {"sigle": "Y"}})})
    entiere, fin = suivre({}, curseur)
    assert (entiere, fin) == suivre({}, curseur, taille=1)


def test_a_limit_is_not_passed(copie: dict[str, Any]) -> None:
    curseur = depuis()
    importer({UNITES: unites(**{A: {"sigle": "X"}, B: {"sigle": "Y"}})})
    services.calculer()
    (premier, _), _ = suivre({}, curseur)
    with client() as fce:
        (page,) = fce.pages_du_flux(curseur, jusqu_a=premier.curseur)
    assert ([c.siren for c in page.changements], page.curseur, page.a_jour) == ([A], premier.curseur, True)


def test_what_follows_a_switch_not_computed_waits_for_it(copie: dict[str, Any]) -> None:
    """Otherwise a reader that is past the second switch would never be told of the first."""
    curseur = depuis()
    importer({UNITES: unites(**{A: {"sigle": "X"}})})
    importer({LIEUX: lieux(**{B: {"libelle_commune": "LOMME"}})})
    services.calculer([LIEUX])
    with client() as fce:
        assert [*fce.changements(curseur)] == []
    recus, _ = suivre(copie, curseur)
    assert [r.siren for r in recus] == [A, B]


def perdu(curseur: str) -> CurseurExpire:
    with client() as fce, pytest.raises(CurseurExpire) as erreur:
        next(fce.pages_du_flux(curseur))
    return erreur.value


def test_a_cursor_older_than_what_is_kept_is_gone(copie: dict[str, Any], settings: Any) -> None:
    curseur = depuis()
    importer({UNITES: unites(**{A: {"sigle": "X"}})})
    services.calculer()
    BasculeSuivie.objects.update(quand=timezone.now() - timedelta(days=settings.FCE_CHANGEMENTS_JOURS + 1))
    erreur = perdu(curseur)
    assert (erreur.statut, erreur.code) == (410, "curseur_perdu")
    assert "fichier complet" in erreur.message
    # One that has read everything has lost nothing.
    assert suivre(copie, depuis())[0] == []


def test_p4_what_was_purged_stays_gone_whatever_the_setting_says_later(copie: dict[str, Any], settings: Any) -> None:
    curseur = depuis()
    importer({UNITES: unites(**{A: {"sigle": "X"}})})
    services.calculer()
    dernier = depuis()
    tard = timezone.now() + timedelta(days=settings.FCE_CHANGEMENTS_JOURS, minutes=1)
    assert {e.table for e in purger(tard)} >= {"changements_changementdentreprise"}
    # The operator keeps them longer, from now on.
    settings.FCE_CHANGEMENTS_JOURS = 366
    assert perdu(curseur).statut == 410
    assert selectors.premier().bascule == int(dernier.partition("-")[0])
    assert suivre(copie, dernier)[0] == []


def test_a_version_that_is_gone_breaks_the_feed(copie: dict[str, Any]) -> None:
    curseur = depuis()
    importer({UNITES: unites(**{A: {"sigle": "X"}})})
    with connection.cursor() as sql:
        table = Import.objects.filter(source=UNITES).order_by("pk").first().table
        sql.execute(f"DROP TABLE generations.{table}")
    services.calculer()
    assert perdu(curseur).statut == 410
    suivre(neuve := {}, depuis())
    assert neuve == {}


def test_too_many_companies_break_the_feed(copie: dict[str, Any], monkeypatch: Any) -> None:
    monkeypatch.setattr(ecarts, "UNITES_MAX", 1)
    curseur = depuis()
    importer({UNITES: unites(**{A: {"sigle": "X"}, B: {"sigle": "Y"}})})
    services.calculer()
    assert perdu(curseur).statut == 410


def test_a_restored_database_refuses_the_cursors_of_the_former_one(copie: dict[str, Any]) -> None:
    curseur = depuis()
    services.rompre()
    assert perdu(curseur).statut == 410
    assert perdu("999999999999-000001008").statut == 410
    importer({UNITES: unites(**{A: {"sigle": "X"}})})
    recus, _ = suivre(copie, str(selectors.premier()))
    assert [r.siren for r in recus] == [A]


# --- While another process computes ----------------------------------------------------------------------------------


@pytest.fixture
def ailleurs() -> Iterator[psycopg.Connection]:
    """Another process that holds the lock of the computation."""
    with closing(connexions.ouvrir("essai")) as autre, connection.cursor() as ici:
        autre.execute("SELECT pg_advisory_lock(hashtext('fce.donnees.changements'))")
        # Those of a web process.
        ici.execute("SELECT set_config('statement_timeout', '5s', true), set_config('lock_timeout', '300ms', true)")
        yield autre


@pytest.mark.parametrize("role", ["web", "tache"])
def test_a_source_without_anything_to_compute_switches(ailleurs: psycopg.Connection, role: str, settings: Any) -> None:
    settings.FCE_ROLE = role
    importer({"activite-partielle": [{"siret": f.siret_no(A)}]})
    importer({"activite-partielle": [{"siret": f.siret_no(B)}]})
    assert VersionEnPlace.objects.get(source="activite-partielle").precedent


def test_a_web_process_does_not_wait_and_breaks_the_feed(ailleurs: psycopg.Connection, settings: Any) -> None:
    settings.FCE_ROLE = "web"
    curseur = depuis()
    importer({UNITES: unites()})
    importer({UNITES: unites(**{A: {"sigle": "N"}})})
    ailleurs.close()
    suivre({}, str(selectors.premier()))
    assert [b.etat for b in BasculeSuivie.objects.all()] == ["rompue", "calculee"]
    assert perdu(curseur).statut == 410


def test_a_job_waits_for_the_computation_whatever_its_time_limits(ailleurs: psycopg.Connection) -> None:
    importer({UNITES: unites()})
    fin = Timer(0.6, ailleurs.close)
    fin.start()
    assert services.calculer() == 1
    fin.join()


def test_a_switch_broken_while_it_is_computed_stays_broken(monkeypatch: Any) -> None:
    importer({UNITES: unites()})
    ecrire = ecarts.ecrire

    def rompre(*quoi: Any) -> bool:
        BasculeSuivie.objects.update(etat="rompue")
        return ecrire(*quoi)

    monkeypatch.setattr(ecarts, "ecrire", rompre)
    services.calculer()
    assert BasculeSuivie.objects.get().etat == "rompue"


def test_a_computation_that_fails_does_not_stop_the_switch(monkeypatch: Any) -> None:
    importer({UNITES: unites()})
    monkeypatch.setattr(services, "calculer", panne)
    importer({UNITES: unites()})
    assert [b.etat for b in BasculeSuivie.objects.all()] == ["rompue", "a_calculer"]


def panne(*_: Any, **__: Any) -> int:
    raise OperationalError("canceling statement due to statement timeout")


# --- The answer ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("curseur", ["1", "x-000001008", "-1-000001008", "1-00000100", "1-000001008-2", "٣-000001008"])
def test_an_ill_written_cursor_is_refused(client: Client, curseur: str) -> None:
    reponse = client.get("/api/v1/changements", {"curseur": curseur})
    assert reponse.status_code == 400
    assert reponse.json()["erreur"]["code"] == "parametre_invalide"


def test_the_answer_is_lines_of_json_that_nobody_keeps(copie: dict[str, Any], client: Client) -> None:
    reponse = client.get("/api/v1/changements")
    assert (reponse["Content-Type"], reponse["Cache-Control"]) == ("application/x-ndjson", "no-store")
    assert len(reponse.content.splitlines()) == 3
    tete = client.head("/api/v1/changements")
    assert (tete.status_code, tete["X-FCE-Curseur"]) == (200, reponse["X-FCE-Curseur"])
