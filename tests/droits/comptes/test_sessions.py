"""Sessions: what the cookie is, what ends a session and when, whose it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.utils import timezone

from fce.demo.identite.serveur import Serveur
from fce.droits.comptes import services
from fce.droits.comptes.models import Compte, EvenementCompte, Session
from fce.droits.comptes.sessions import DUREE, INACTIVITE, SessionStore, en_cours
from fce.socle.web.jetons import empreinte
from tests.droits.comptes import fabrique
from tests.droits.comptes.courrier import relever
from tests.droits.comptes.navigateur import Navigateur, choisir

pytestmark = pytest.mark.django_db
SECONDE = timedelta(seconds=1)
FIREFOX = "Firefox, Linux"


@pytest.fixture
def client() -> Client:
    return Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0")


@pytest.fixture
def moi(client: Client) -> Compte:
    compte = fabrique.compte()
    fabrique.connecter(client, compte, navigateur=FIREFOX)
    return compte


def connecte(client: Client) -> bool:
    reponse = client.get("/compte")
    assert reponse.status_code in (200, 302)
    return reponse.status_code == 200


def reglages_des_temoins(adresse: str) -> dict[str, Any]:
    """Settings of the cookies of a service at this address."""
    noms = [f"{t}_COOKIE_{r}" for t in ("SESSION", "CSRF") for r in ("NAME", "SECURE", "HTTPONLY", "SAMESITE")]
    commande = (
        f"import json; from fce.config import settings as s; print(json.dumps({{n: getattr(s, n) for n in {noms}}}))"
    )
    environnement = {**os.environ, "FCE_ADRESSE_PUBLIQUE": adresse}
    sortie = subprocess.run(
        [sys.executable, "-c", commande], env=environnement, capture_output=True, check=True, text=True
    )
    reglages: dict[str, Any] = json.loads(sortie.stdout)
    return reglages


def test_ses_01_over_https_cookies_are_closed_to_any_other_host_and_any_script() -> None:
    reglages = reglages_des_temoins("https://fce.example")
    for temoin in ("SESSION", "CSRF"):
        assert reglages[f"{temoin}_COOKIE_NAME"].startswith("__Host-")
        assert reglages[f"{temoin}_COOKIE_SECURE"] is True
        assert reglages[f"{temoin}_COOKIE_HTTPONLY"] is True
        assert reglages[f"{temoin}_COOKIE_SAMESITE"] == "Lax"


def test_ses_01_on_the_machine_itself_the_name_is_plain() -> None:
    reglages = reglages_des_temoins("http://127.0.0.1:8000")
    assert (reglages["SESSION_COOKIE_NAME"], reglages["SESSION_COOKIE_SECURE"]) == ("fce", False)


@pytest.mark.parametrize("page", ["/", "/recherche?q=x", "/sources", "/mentions-legales", "/nulle-part", "/compte"])
def test_ses_01_no_cookie_for_whoever_reads_without_an_account(client: Client, page: str) -> None:
    assert client.get(page).cookies == {}


def test_ses_01_two_cookies_at_most(identites: Serveur) -> None:
    navigateur = Navigateur()
    navigateur.get("/connexion")
    navigateur.se_connecter("douane")
    navigateur.get("/compte")
    assert len(navigateur.cookies) == 2
    temoin = navigateur.cookies[settings.SESSION_COOKIE_NAME]
    assert (temoin["path"], temoin["domain"], temoin["httponly"]) == ("/", "", True)


def test_ses_02_the_cookie_changes_at_sign_in(identites: Serveur) -> None:
    navigateur = Navigateur()
    retour = navigateur.partir()
    avant = navigateur.temoin
    navigateur.revenir(choisir(retour, "douane"))
    assert navigateur.temoin not in ("", avant)
    assert not Session.objects.filter(empreinte=empreinte(avant)).exists()


def test_ses_02_an_imposed_cookie_does_not_become_a_session(identites: Serveur) -> None:
    """Session fixation: a cookie that someone else chose opens nothing, before and after."""
    navigateur = Navigateur()
    navigateur.cookies[settings.SESSION_COOKIE_NAME] = "temoin-choisi-par-un-autre"
    navigateur.se_connecter("douane")
    assert navigateur.temoin != "temoin-choisi-par-un-autre"
    voleur = Navigateur()
    voleur.cookies[settings.SESSION_COOKIE_NAME] = "temoin-choisi-par-un-autre"
    assert not connecte(voleur)


def test_ses_02_the_cookie_changes_at_the_second_factor(identites: Serveur, settings: Any) -> None:
    settings.FCE_PROCONNECT_MFA = "off"
    navigateur = Navigateur()
    navigateur.se_connecter("douane")
    avant = navigateur.temoin
    navigateur.se_connecter("douane", mfa=True)
    assert navigateur.temoin != avant
    assert not Session.objects.filter(empreinte=empreinte(avant)).exists()


def test_ses_03_neither_right_nor_token_in_the_cookie_and_only_its_hash_is_kept(identites: Serveur) -> None:
    navigateur = Navigateur()
    navigateur.se_connecter("inspectrice-59")
    session = Session.objects.get()
    assert len(navigateur.temoin) == 43  # 256 bits, nothing else
    assert session.empreinte == empreinte(navigateur.temoin)
    assert navigateur.temoin not in json.dumps(session.donnees)
    # No right is remembered: they are read from the habilitations at each request.
    assert set(session.donnees) == {"depuis", "fournisseur", "id_token", "mfa"}


@pytest.mark.parametrize(
    ("inactive", "agee", "vivante"),
    [
        (INACTIVITE - SECONDE, INACTIVITE, True),
        (INACTIVITE, INACTIVITE, False),
        (timedelta(), DUREE - SECONDE, True),
        (timedelta(), DUREE, False),
    ],
)
def test_ses_04_one_hour_idle_twelve_hours_in_all(
    moi: Compte, inactive: timedelta, agee: timedelta, vivante: bool
) -> None:
    assert (timedelta(minutes=60), timedelta(hours=12)) == (INACTIVITE, DUREE)
    session, maintenant = Session.objects.select_related("compte").get(), timezone.now()
    session.vue_le, session.creee_le = maintenant - inactive, maintenant - agee
    assert en_cours(session, maintenant) is vivante


def test_ses_04_pages_apply_these_durations(client: Client, moi: Compte) -> None:
    Session.objects.update(vue_le=timezone.now() - INACTIVITE + timedelta(seconds=20))
    assert connecte(client)
    Session.objects.update(creee_le=timezone.now() - DUREE)
    assert not connecte(client)


def test_fail_06_a_session_is_dated_by_the_clock_that_tells_its_age(monkeypatch: pytest.MonkeyPatch) -> None:
    plus_tard = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: plus_tard)
    SessionStore().save()
    assert (Session.objects.get().creee_le, Session.objects.get().vue_le) == (plus_tard, plus_tard)


def test_ses_04_what_the_page_asks_by_itself_prolongs_nothing(client: Client, moi: Compte) -> None:
    il_y_a = timezone.now() - timedelta(minutes=30)
    Session.objects.update(vue_le=il_y_a)
    client.get("/entreprise/552032534/direct/attestation-fiscale", headers={"HX-Request": "true"})
    assert Session.objects.get().vue_le == il_y_a
    client.get("/compte")
    assert Session.objects.get().vue_le > il_y_a


def test_ses_05_a_cookie_replayed_after_sign_out_opens_nothing(identites: Serveur) -> None:
    navigateur = Navigateur()
    navigateur.se_connecter("douane")
    temoin = navigateur.temoin
    assert "cache" in navigateur.post("/deconnexion")["Clear-Site-Data"]
    assert not connecte(navigateur)
    voleur = Client()
    voleur.cookies[settings.SESSION_COOKIE_NAME] = temoin
    assert not connecte(voleur)
    assert voleur.post("/compte/sessions/fin").status_code == 401


def test_ses_05_a_session_ended_during_a_request_does_not_come_back(moi: Compte) -> None:
    magasin = SessionStore()
    magasin.ouvrir(moi, {"mfa": True}, navigateur="", adresse_ip=None)
    en_vol = SessionStore(magasin.session_key)
    en_vol["mfa"] = True
    Session.objects.filter(empreinte=empreinte(magasin.session_key or "")).delete()
    with pytest.raises(UpdateError):
        en_vol.save()
    assert not Session.objects.filter(empreinte=empreinte(magasin.session_key or "")).exists()


def test_ses_06_a_deactivated_account_is_out_at_the_next_request(client: Client, moi: Compte) -> None:
    assert connecte(client)
    services.desactiver(moi, "operateur", "départ")
    assert not connecte(client)
    assert not Session.objects.exists()


def test_ses_06_even_deactivated_without_going_through_the_service(client: Client, moi: Compte) -> None:
    Compte.objects.update(desactive_le=timezone.now())
    assert not connecte(client)


def test_ses_06_a_changed_siret_closes_sessions_opened_under_the_former_one(identites: Serveur) -> None:
    ici, ailleurs = Navigateur(), Navigateur()
    ici.se_connecter("inspectrice-59")
    identites.emetteurs["proconnect"].identite_forcee["siret"] = fabrique.SERVICE  # type: ignore[attr-defined]
    ailleurs.se_connecter("inspectrice-59")
    assert connecte(ailleurs)
    assert not connecte(ici)


def test_ses_07_revoking_all_takes_as_many_queries_whatever_the_number_and_is_noted(
    client: Client, moi: Compte, django_assert_max_num_queries: Any
) -> None:
    Session.objects.bulk_create(Session(empreinte=f"{n:064x}", compte=moi) for n in range(5000))
    with django_assert_max_num_queries(8):
        assert services.finir_toutes_les_sessions() == 5001
    assert not connecte(client)
    assert EvenementCompte.objects.get(action="fin_de_toutes_les_sessions").apres == {"nombre": 5001}


def test_ses_08_each_sees_and_ends_his_own_sessions(client: Client, moi: Compte) -> None:
    ailleurs = fabrique.client_de(moi, navigateur=FIREFOX)
    page = client.get("/compte").content.decode()
    assert page.count("Firefox, Linux") == 2
    assert page.count("celle-ci") == 1
    client.post("/compte/sessions/fin")
    assert connecte(client)
    assert not connecte(ailleurs)


def test_ses_08_nobody_ends_the_session_of_another(client: Client, moi: Compte) -> None:
    autre = Client()
    session = fabrique.connecter(autre, fabrique.compte())
    numero = empreinte(session.session_key or "")[:16]
    # The same answer as for a session that does not exist (ACM-03).
    assert client.post(f"/compte/sessions/{numero}/fin").status_code == 404
    assert client.post("/compte/sessions/0000000000000000/fin").status_code == 404
    assert connecte(autre)


def test_ses_09_a_cookie_seen_in_another_browser_is_noted_and_told_once(client: Client, moi: Compte) -> None:
    session = Session.objects.get()
    voleur = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36")
    voleur.cookies = client.cookies
    with structlog.testing.capture_logs() as traces:
        voleur.get("/compte")
        voleur.get("/compte")
    assert [t["compte"] for t in traces if t["event"] == "session_dans_un_autre_navigateur"] == [moi.identifiant]
    evenement = EvenementCompte.objects.get(action="session_suspecte")
    assert evenement.avant == {"navigateur": session.navigateur}
    assert evenement.apres == {"navigateur": "Chrome, Windows"}
    [courriel] = relever()
    assert courriel.to == [moi.courriel]
    assert moi.nom not in courriel.body


def test_ses_09_the_same_browser_worries_nobody(client: Client, moi: Compte) -> None:
    client.get("/compte", headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:160.0) Firefox/160.0"})
    assert not EvenementCompte.objects.filter(action="session_suspecte").exists()
