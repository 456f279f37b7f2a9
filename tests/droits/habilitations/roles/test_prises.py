"""Under which role a request works: the public one unless a session, or its view, says otherwise, and never after."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from fce.donnees.imports.depots.ecriture import ecriture
from fce.donnees.imports.directes.cache import gardee, garder
from fce.donnees.imports.directes.services import Appelant
from fce.donnees.imports.models import ReponseDirecte
from fce.droits.comptes import services
from fce.droits.comptes.middleware import Connexion
from fce.droits.comptes.models import Compte, Session
from fce.droits.comptes.sessions import SessionStore
from fce.socle.base import roles
from fce.socle.base.roles import Role, elever, noms, prendre_role, sous_role
from fce.socle.erreurs import BaseIndisponible
from fce.socle.web.routes import Qui, acces
from fce.sources import registre
from tests.droits.comptes import fabrique
from tests.droits.habilitations.roles.outils import qui
from tests.sql import valeurs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("en_web")]

PROPRIETAIRE = "fce"
MAINTENANT = datetime(2026, 11, 25, 11, tzinfo=UTC)


@pytest.fixture
def en_proprietaire() -> Callable[..., Any]:
    def faire(action: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        with sous_role(Role.PROPRIETAIRE):
            return action(*arguments, **options)

    return faire


def pendant(cookie: str | None, vue: Callable[[HttpRequest], HttpResponse] | None = None) -> str:
    """The role under which a page works that bears this cookie."""
    requete = RequestFactory().get("/")
    requete.session = SessionStore(cookie)  # type: ignore[assignment]
    if cookie is not None:
        requete.COOKIES["fce"] = cookie
    reponse = Connexion(vue or (lambda _: HttpResponse(qui())))(requete)
    return reponse.content.decode()  # type: ignore[attr-defined]


def ouvrir(compte: Compte) -> str:
    with sous_role(Role.PROPRIETAIRE):
        session = SessionStore()
        session.ouvrir(compte, {}, navigateur="Navigateur", adresse_ip=None)
    return session.session_key or ""


def test_a_connection_that_nobody_put_under_a_role_is_public() -> None:
    assert qui() == noms()[Role.PUBLIC]
    with pytest.raises(DatabaseError, match="permission denied"):
        Compte.objects.count()


def test_a_session_gives_the_role_of_its_account(en_proprietaire: Callable[..., Any]) -> None:
    agent, particulier = en_proprietaire(fabrique.compte), en_proprietaire(fabrique.particulier)
    assert pendant(ouvrir(agent)) == noms()[Role.AGENTS]
    assert pendant(ouvrir(particulier)) == noms()[Role.COMPTES]
    assert pendant(None) == noms()[Role.COMPTES]  # the connection of this test is still the same
    connection.close()
    assert pendant(None) == noms()[Role.PUBLIC]


def test_a_cookie_alone_opens_nothing(en_proprietaire: Callable[..., Any]) -> None:
    assert pendant("nimporte-quoi") == noms()[Role.PUBLIC]
    agent = en_proprietaire(fabrique.compte)
    finie, desactive = ouvrir(agent), ouvrir(agent)
    en_proprietaire(Session.objects.all().delete)
    assert pendant(finie) == noms()[Role.PUBLIC]
    en_proprietaire(services.desactiver, agent, "essai", "essai")
    assert pendant(desactive) == noms()[Role.PUBLIC]


def test_a_session_that_cannot_be_read_leaves_the_public_role(monkeypatch: pytest.MonkeyPatch) -> None:
    def perdue(self: SessionStore) -> None:
        raise DatabaseError

    monkeypatch.setattr(SessionStore, "load", perdue)
    assert pendant("x") == noms()[Role.PUBLIC]


def test_a_view_takes_the_role_that_it_declares_and_lowers_nobody() -> None:
    vue = acces(Qui.TOUS, role=Role.COMPTES)(lambda _: HttpResponse(qui()))
    assert pendant(None, vue) == noms()[Role.COMPTES]
    prendre_role(Role.AGENTS)
    assert pendant(None, vue) == noms()[Role.AGENTS]
    elever(Role.PUBLIC)
    assert qui() == noms()[Role.AGENTS]


def test_a_deposit_works_as_the_owner_then_gives_it_up() -> None:
    prendre_role(Role.AGENTS)
    with ecriture():
        assert qui() == PROPRIETAIRE
    assert qui() == noms()[Role.AGENTS]
    with pytest.raises(ZeroDivisionError), sous_role(Role.PROPRIETAIRE):
        raise ZeroDivisionError
    assert qui() == noms()[Role.AGENTS]


def test_a_connection_lost_under_a_role_comes_back_under_the_one_before() -> None:
    prendre_role(Role.COMPTES)
    with sous_role(Role.PROPRIETAIRE):
        connection.close()
        assert qui() == noms()[Role.PUBLIC]
    assert qui() == noms()[Role.COMPTES]


def test_a_role_is_not_taken_inside_a_transaction_that_could_undo_it() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        prendre_role(Role.AGENTS)


def test_a_role_that_cannot_be_taken_closes_the_base(settings: Any) -> None:
    settings.FCE_BASE_ROLE_PUBLIC = "fce_essai_absent"
    for _ in range(2):
        with pytest.raises(BaseIndisponible, match="fce check"):
            qui()
    assert connection.connection is None


def test_a_connection_goes_back_to_the_pool_and_comes_out_public() -> None:
    """The same server process, with what its last reader left: no other query, but for the role, tells them apart."""
    reserve = DatabaseWrapper(
        {**connection.settings_dict, "OPTIONS": {"pool": {"min_size": 1, "max_size": 1}}}, alias="default"
    )
    try:
        vus = []
        for role in (Role.AGENTS, Role.PROPRIETAIRE, Role.PUBLIC):
            reserve.ensure_connection()
            with reserve.cursor() as curseur:
                curseur.execute("SELECT pg_backend_pid(), current_user")
                vus.append(curseur.fetchone())
            roles._poser(reserve, role)
            reserve.close()
        assert len({pid for pid, _ in vus}) == 1
        assert {nom for _, nom in vus} == {noms()[Role.PUBLIC]}
    finally:
        reserve.close_pool()


def test_a_job_keeps_the_rights_of_the_owner(settings: Any) -> None:
    settings.FCE_ROLE = "tache"
    connection.close()
    prendre_role(Role.AGENTS)
    with sous_role(Role.PUBLIC):
        assert qui() == PROPRIETAIRE
    assert valeurs("SELECT count(*) FROM comptes_compte") == [0]


def test_the_public_part_keeps_and_finds_the_answers_of_live_sources_and_reads_no_other() -> None:
    source, demande = registre.source("tva"), Appelant("", "", "", "", public=True)
    garder(source, "900000019", demande, [{"siren": "900000019"}], MAINTENANT)
    trouvee = gardee(source, "900000019", demande, MAINTENANT)
    assert trouvee is not None
    assert trouvee.lignes == [{"siren": "900000019"}]
    assert qui() == noms()[Role.PUBLIC]
    with pytest.raises(DatabaseError, match="permission denied"):
        ReponseDirecte.objects.count()
