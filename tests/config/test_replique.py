"""What is read on a replica, what never is, and what a reader sees when it lags, conflicts, hangs up or dies."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from fce.droits.comptes.models import Appartenance, Session
from fce.droits.habilitations.dossiers.etats import EtatDossier
from fce.droits.habilitations.models import Dossier
from fce.echanges.croisements.adresses import lieux_de
from fce.service.portail.accueil import fiches_ouvertes
from fce.socle.base import replique, roles
from fce.socle.base.roles import Role
from tests.config import paire as p
from tests.echanges.visites import fabrique as v

pytestmark = pytest.mark.epreuve
FICHE = f"/entreprise/{p.SIREN}"
SYNTHESE_D_UN_LIEU = f"/etablissement/{p.SIREN}00026"
PERSONNE = "000099937"
AUTRE = "CONSERVERIE FICTIVE INVENTEE"


@pytest.fixture(scope="module")
def servie(django_db_blocker: DjangoDbBlocker) -> Iterator[p.Paire]:
    with django_db_blocker.unblock(), p.en_marche("replique") as paire, p.branchee(paire):
        yield paire


@pytest.fixture
def paire(servie: p.Paire, monkeypatch: pytest.MonkeyPatch) -> Iterator[p.Paire]:
    """Both servers as each test wants them: the replica follows, and nothing is known against it."""
    servie.publier()
    servie.secondaire.rejoindre()
    replique.disjoncteur.reprendre()
    monkeypatch.setattr(replique.Retard, "jusqu_a", 0.0)
    yield servie
    replique.fermer()
    for alias in connections:
        connections[alias].close()


@pytest.fixture
def client() -> Client:
    return Client()


def lue(client: Client, adresse: str = FICHE) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, (adresse, reponse.status_code)
    return b"".join(reponse).decode() if reponse.streaming else reponse.content.decode()


def ou_l_on_lit() -> str:
    """The server that a read of the data goes to now."""
    return replique.executer(lambda connexion: connexion.alias)


@pytest.mark.parametrize(
    "adresse",
    [
        FICHE, f"{FICHE}/tout", f"{FICHE}/etablissements", f"/api/v1/entreprises/{p.SIREN}",
        f"/api/v1/recherche?q={p.SIREN}", f"/etablissement/{p.SIREN}00026", f"/api/v1/etablissements/{p.SIREN}00026",
        f"{FICHE}/etablissements?page=2",
    ],
)  # fmt: skip
def test_data_are_read_on_the_replica_and_the_primary_only_says_how_fresh_they_must_be(
    paire: p.Paire, client: Client, adresse: str
) -> None:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, adresse
    with p.compter() as lectures:
        client.get(adresse)
    assert len(lectures.replique) >= 1
    assert lectures.primaire == [replique.temoin()]
    assert len(lectures.replique) + len(lectures.primaire) <= 3


QUESTIONS_LONGUES: dict[str, dict[str, Any]] = {
    "/api/v1/lot": {"content_type": "application/json", "data": {"identifiants": [p.SIREN, f"{p.SIREN}00018"]}},
    "/reconcile": {"data": {"extend": json.dumps({"ids": [p.SIREN], "properties": [{"id": "etat"}]})}},
}


@pytest.mark.parametrize("adresse", QUESTIONS_LONGUES)
def test_a_question_too_long_for_an_address_is_read_on_the_replica_too(
    paire: p.Paire, client: Client, adresse: str
) -> None:
    """A batch asks for a closed establishment, hence for its successor."""
    assert client.post(adresse, **QUESTIONS_LONGUES[adresse]).status_code == 200
    with p.compter() as lectures:
        client.post(adresse, **QUESTIONS_LONGUES[adresse])
    assert lectures.replique
    assert lectures.primaire == [replique.temoin()]


def test_rights_exchanges_and_journal_are_the_primary_s(paire: p.Paire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fiches_ouvertes, "noter", lambda *_: None)  # once the answer has left
    agent = v.service(territoire=("FR",))
    for adresse in (FICHE, f"{FICHE}/tout", SYNTHESE_D_UN_LIEU, f"{SYNTHESE_D_UN_LIEU}/tout"):
        assert p.NOM in lue(agent.client, adresse)
        with p.compter() as lectures:
            lue(agent.client, adresse)
        # The Synthèse of an establishment keeps to the primary: see ``fiche.selectors``.
        assert lectures.replique or adresse == SYNTHESE_D_UN_LIEU
        privees = ("comptes_session", "droits_dossier", "echanges_", "journal.")
        assert not [sql for sql in lectures.replique if any(mot in sql for mot in privees)], adresse
        la = " ".join(lectures.primaire)
        assert all(mot in la for mot in privees[:3])
        assert len(lectures.primaire) + len(lectures.replique) <= 8, adresse


FINS_DE_DROITS: dict[str, Callable[[v.Service], object]] = {
    "habilitation": lambda qui: Dossier.objects.filter(groupe=qui.groupe).update(etat=EtatDossier.REVOQUE),
    "appartenance": lambda qui: Appartenance.objects.filter(compte=qui.agent).update(fin=timezone.now()),
    "session": lambda qui: Session.objects.filter(compte=qui.agent).delete(),
}


@pytest.mark.parametrize("fin", FINS_DE_DROITS)
def test_a_right_that_ends_while_the_replica_lags_opens_nothing_more(
    paire: p.Paire, monkeypatch: pytest.MonkeyPatch, fin: str
) -> None:
    """The attack: a replica that still tells the rights of before, and a reader who has just lost his."""
    monkeypatch.setattr(fiches_ouvertes, "noter", lambda *_: None)
    agent, autre = v.service(territoire=("FR",)), v.service("ccrf", territoire=("FR",))
    (lieu,) = lieux_de([f"{p.SIREN}00026"]).values()
    v.visite(autre.groupe, lieu, v.dans(2))
    paire.secondaire.rejoindre()
    assert str(autre.groupe) in lue(agent.client)
    paire.secondaire.retenir()
    try:
        FINS_DE_DROITS[fin](agent)
        with p.compter() as lectures:
            page = lue(agent.client)
        assert lectures.replique, "the data still come from there"
        assert str(autre.groupe) not in page
    finally:
        paire.secondaire.suivre()


def test_what_was_just_published_is_read_on_the_primary_until_the_replica_shows_it(
    paire: p.Paire, client: Client
) -> None:
    assert p.NOM in lue(client)
    paire.secondaire.retenir()
    try:
        paire.publier(p.NOM, AUTRE)
        with p.compter() as lectures:
            page = lue(client)
        assert AUTRE in page
        assert p.NOM not in page
        assert not any("sirene" in sql for sql in lectures.replique)
        assert replique.etat().etat == "en_retard"
    finally:
        paire.secondaire.suivre()
    paire.secondaire.rejoindre()
    time.sleep(replique.REGARD_S)
    with p.compter() as lectures:
        assert AUTRE in lue(client)
    assert any("sirene" in sql for sql in lectures.replique)


def test_who_was_just_masked_is_masked_at_once(paire: p.Paire, client: Client) -> None:
    assert "INVENTEE" in lue(client, f"/api/v1/entreprises/{PERSONNE}")
    paire.secondaire.retenir()
    try:
        paire.publier(f"{PERSONNE},O", f"{PERSONNE},P")
        vue = json.loads(lue(client, f"/api/v1/entreprises/{PERSONNE}"))
        assert "INVENTEE" not in json.dumps(vue)
    finally:
        paire.secondaire.suivre()


def test_a_version_taken_back_is_not_read_where_it_may_still_come(paire: p.Paire) -> None:
    """Going back to a version is one more switch: the replica that shows the same one may have the other to replay."""
    from fce.donnees.imports.services import revenir

    replique.ouvrir()
    assert ou_l_on_lit() == replique.ALIAS
    paire.secondaire.retenir()
    try:
        paire.publier(p.NOM, AUTRE)
        revenir(p.UNITES)
        replique.ouvrir()
        assert ou_l_on_lit() == "default"
    finally:
        paire.secondaire.suivre()


def test_a_request_that_has_gone_to_the_primary_stays_there(paire: p.Paire) -> None:
    paire.secondaire.retenir()
    paire.publier(p.NOM, AUTRE)
    replique.ouvrir()
    assert ou_l_on_lit() == "default"
    paire.secondaire.suivre()
    paire.secondaire.rejoindre()
    time.sleep(replique.REGARD_S)
    assert ou_l_on_lit() == "default"
    replique.ouvrir()
    assert ou_l_on_lit() == replique.ALIAS


def test_who_writes_reads_what_he_writes(paire: p.Paire, client: Client) -> None:
    """Outside a request that only reads, and inside a transaction, everything is the primary's."""
    assert ou_l_on_lit() == "default"
    replique.ouvrir()
    with transaction.atomic():
        assert ou_l_on_lit() == "default"
    assert ou_l_on_lit() == replique.ALIAS
    client.post("/connexion/proconnect")
    assert ou_l_on_lit() == "default"


def test_health_is_that_of_the_primary_and_the_lag_is_told_beside_it(paire: p.Paire, client: Client) -> None:
    with p.compter() as lectures:
        lu = client.get("/readyz").json()
    assert not any("sirene" in sql for sql in lectures.replique)
    assert lu["etat"] == "degrade"  # nothing is indexed here
    assert lu["replique"]["etat"] == "suit"
    paire.secondaire.rejoindre()
    assert replique.etat() == replique.EtatDeReplique("suit", 0, 0.0)
    paire.secondaire.retenir()
    try:
        paire.publier(p.NOM, AUTRE)
        etat = replique.etat()
        assert (etat.etat, (etat.octets or 0) > 1_000, (etat.secondes or 0) > 0) == ("en_retard", True, True)
    finally:
        paire.secondaire.suivre()


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.COMPTES, Role.AGENTS])
def test_the_role_of_the_page_holds_on_the_replica(paire: p.Paire, monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    monkeypatch.setattr(roles, "en_vigueur", lambda: True)
    try:
        roles.prendre_role(role)
        replique.ouvrir()
        assert replique.executer(lambda c: (c.alias, _un(c, "SELECT current_user"))) == ("replique", roles.noms()[role])
        if role is not Role.AGENTS:
            with pytest.raises(ProgrammingError, match="permission denied"):
                replique.executer(lambda c: _un(c, "SELECT count(*) FROM droits_jetonapi"))
        roles.prendre_role(Role.PROPRIETAIRE)
    finally:
        monkeypatch.undo()


def test_a_fault_of_the_statement_is_the_primary_s_to_tell_and_the_replica_stays(paire: p.Paire) -> None:
    paire.secondaire.retenir()
    try:
        with paire.primaire.session() as base:
            base.execute("CREATE TABLE IF NOT EXISTS neuve AS SELECT 7 AS n")
        replique.ouvrir()
        assert replique.executer(lambda c: (c.alias, _un(c, "SELECT n FROM neuve"))) == ("default", 7)
    finally:
        paire.secondaire.suivre()
    replique.ouvrir()
    assert ou_l_on_lit() == replique.ALIAS


def test_a_conflict_with_what_is_replayed_costs_the_reader_nothing(paire: p.Paire) -> None:
    _regler(paire, "max_standby_streaming_delay = '50ms'")
    try:
        lecture = _Lente(paire)
        with lecture:
            paire.publier(p.NOM, AUTRE)
        assert lecture.resultat == "default"
        assert lecture.cause
        assert "40001" in lecture.cause
    finally:
        _regler(paire, "max_standby_streaming_delay = '30s'")


def test_a_connection_closed_in_the_middle_costs_the_reader_nothing(paire: p.Paire) -> None:
    lecture = _Lente(paire)
    with lecture, paire.secondaire.session() as base:
        base.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(1)%'")
    assert lecture.resultat == "default"
    assert lecture.cause


def test_a_dead_replica_is_left_alone_then_tried_by_one_reader(
    paire: p.Paire, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(replique, "PAUSE_S", 0.3)
    assert p.NOM in lue(client)
    paire.secondaire.tuer()
    try:
        assert p.NOM in lue(client)
        with CaptureQueriesContext(connection) as lectures:
            assert p.NOM in lue(client)
        assert replique.temoin() not in [q["sql"] for q in lectures.captured_queries]
    finally:
        paire.secondaire.relancer()
    time.sleep(0.3)
    assert replique.disjoncteur.passe()
    assert not replique.disjoncteur.passe()
    time.sleep(0.6)
    with p.compter() as lectures:
        assert p.NOM in lue(client)
    assert any("sirene" in sql for sql in lectures.replique)
    dits = [enregistre.getMessage() for enregistre in caplog.records if enregistre.name == "fce.replique"]
    assert [evenement for evenement in ("replique_ecartee", "replique_reprise") if evenement in " ".join(dits)]
    assert not any(p.SIREN in ligne for ligne in dits)


def test_a_server_that_replays_nothing_is_no_replica(paire: p.Paire, client: Client) -> None:
    bonne = connections.settings[replique.ALIAS]
    connections[replique.ALIAS].close()
    del connections[replique.ALIAS]
    connections.settings[replique.ALIAS] = {**connections.settings["default"]}
    try:
        assert p.NOM in lue(client)
        assert replique.disjoncteur.ecartee
        replique.disjoncteur.ecartee = False
        assert replique.etat().etat == "pas_une_replique"
    finally:
        connections[replique.ALIAS].close()
        del connections[replique.ALIAS]
        connections.settings[replique.ALIAS] = bonne


class _Lente:
    """A read of a second on the replica, in a thread of its own, while the block does something to it."""

    def __init__(self, paire: p.Paire) -> None:
        self.paire, self.resultat, self.cause = paire, "", ""
        self.fil = threading.Thread(target=self._lire)

    def __enter__(self) -> None:
        self.fil.start()
        with self.paire.secondaire.session() as base:
            limite = time.monotonic() + 10
            while not base.execute(
                "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(1)%' AND state = 'active'"
            ).fetchone():
                assert time.monotonic() < limite
                time.sleep(0.01)

    def __exit__(self, *_: Any) -> None:
        self.fil.join()

    def _lire(self) -> None:
        replique.ouvrir()
        essais: list[str] = []

        def lecture(connexion: Any) -> str:
            essais.append(connexion.alias)
            duree = 1 if connexion.alias == replique.ALIAS else 0
            try:
                _un(connexion, f"SELECT pg_sleep({duree}), count(*) FROM sirene_unites_legales")
            except Exception as erreur:
                self.cause = f"{getattr(erreur.__cause__, 'sqlstate', None)} {erreur}"
                raise
            return str(connexion.alias)

        self.resultat = replique.executer(lecture)
        for alias in connections:
            connections[alias].close()


def _un(connexion: Any, requete: str) -> Any:
    with connexion.cursor() as curseur:
        curseur.execute(requete)
        return curseur.fetchone()[0]


def _regler(paire: p.Paire, reglage: str) -> None:
    with paire.secondaire.session() as base:
        base.execute(psycopg.sql.SQL("ALTER SYSTEM SET " + reglage))  # type: ignore[arg-type]
        base.execute("SELECT pg_reload_conf()")
    time.sleep(0.2)
