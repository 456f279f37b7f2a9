"""Sign-in as a browser lives it: what it left with is used once, by itself, in time; who comes back is one account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import structlog
from django.utils import timezone

from fce.demo.identite.personnages import AGENTS, DDETS, DGFIP
from fce.demo.identite.serveur import Serveur
from fce.droits.comptes.administration import administration_de
from fce.droits.comptes.models import Compte, EvenementCompte, Session
from fce.droits.comptes.sessions import ESSAI, effacer_les_expirees
from fce.droits.habilitations.acteurs import ANONYME
from fce.droits.habilitations.selectors import acteur_de
from tests.droits.comptes import fabrique
from tests.droits.comptes.navigateur import Navigateur, choisir, parametre

pytestmark = pytest.mark.django_db


@pytest.fixture
def navigateur(identites: Serveur) -> Navigateur:
    return Navigateur()


def refuse(reponse: Any, statut: int = 400) -> None:
    """Nobody is signed in, and nothing is left that could sign anyone in."""
    assert reponse.status_code == statut
    assert not Session.objects.exclude(compte=None).exists()


def dit(identites: Serveur, **revendications: Any) -> None:
    """What ProConnect says of whoever signs in, until the end of the test; None: nothing."""
    identites.emetteurs["proconnect"].identite_forcee.update(revendications)  # type: ignore[attr-defined]


def test_an_agent_signs_in_and_returns_where_he_wanted(navigateur: Navigateur) -> None:
    reponse = navigateur.se_connecter("inspectrice-59", suite="/recherche?q=boulangerie")
    assert reponse["Location"] == "/recherche?q=boulangerie"
    compte = Compte.objects.get()
    assert (compte.genre, compte.siret, compte.nom) == ("agent", DDETS.siret, "GALSDOREAU")
    assert administration_de(compte) == DDETS.siret
    assert Session.objects.get().compte == compte
    assert "GALSDOREAU" in navigateur.get("/compte").content.decode()


def test_a_company_head_is_never_an_agent(navigateur: Navigateur) -> None:
    navigateur.se_connecter("chef-entreprise", "franceconnect")
    compte = Compte.objects.get()
    assert (compte.genre, compte.siret, compte.roles) == ("particulier", "", [])
    assert acteur_de(compte, mfa=True) == ANONYME


@pytest.mark.parametrize("state", [None, "", "0" * 64, "é", "\x00"])
def test_oidc_01_an_absent_or_false_state_is_refused_and_noted(navigateur: Navigateur, state: str | None) -> None:
    code = parametre(choisir(navigateur.partir(), "douane"), "code")
    with structlog.testing.capture_logs() as traces:
        refuse(navigateur.get("/connexion/proconnect/retour", {"code": code} | ({"state": state} if state else {})))
    assert [t["motif"] for t in traces if t["event"] == "connexion_refusee"] == ["state"]


def test_oidc_01_a_state_serves_only_once(navigateur: Navigateur) -> None:
    retour = choisir(navigateur.partir(), "douane")
    assert navigateur.revenir(retour).status_code == 302
    temoin = navigateur.temoin
    assert navigateur.revenir(retour).status_code == 400
    assert navigateur.temoin == temoin
    assert Session.objects.count() == 1


def test_oidc_01_a_state_refused_once_serves_no_more(navigateur: Navigateur) -> None:
    retour = choisir(navigateur.partir(), "douane")
    refuse(navigateur.get("/connexion/proconnect/retour", {"state": parametre(retour, "state"), "code": "faux"}), 403)
    refuse(navigateur.revenir(retour))


def test_oidc_01_and_csrf_05_the_return_of_another_browser_is_refused(navigateur: Navigateur) -> None:
    """Login CSRF: the attacker's own return, opened by someone else, signs nobody in."""
    retour = choisir(navigateur.partir(), "douane")
    victime = Navigateur()
    refuse(victime.revenir(retour))
    assert victime.temoin == ""
    autre = Navigateur()
    autre.partir()
    refuse(autre.revenir(retour))


def test_oidc_01_a_sign_in_begun_over_ten_minutes_ago_is_refused(navigateur: Navigateur) -> None:
    retour = choisir(navigateur.partir(), "douane")
    assert timedelta(minutes=10) == ESSAI
    Session.objects.update(creee_le=timezone.now() - ESSAI)
    refuse(navigateur.revenir(retour))


def test_oidc_01_a_request_too_old_is_refused_in_a_still_young_session(navigateur: Navigateur) -> None:
    retour = choisir(navigateur.partir(), "douane")
    session = Session.objects.get()
    session.donnees["departs"][0]["quand"] -= ESSAI.total_seconds()
    session.save(update_fields=["donnees"])
    refuse(navigateur.revenir(retour))


def test_oidc_10_a_request_to_one_provider_is_no_return_of_the_other(navigateur: Navigateur) -> None:
    retour = choisir(navigateur.partir("franceconnect"), "personne")
    refuse(navigateur.revenir(retour.replace("/connexion/franceconnect/", "/connexion/proconnect/")))
    refuse(navigateur.revenir(retour))


def test_the_refusal_of_the_provider_is_told_in_french(navigateur: Navigateur) -> None:
    state = parametre(navigateur.partir(), "state")
    reponse = navigateur.get("/connexion/proconnect/retour", {"state": state, "error": "access_denied<script>"})
    refuse(reponse)
    assert "<script>alert" not in reponse.content.decode()
    assert "n’a pas abouti" in reponse.content.decode()


def test_oidc_09_the_same_email_under_another_sub_is_another_account(
    navigateur: Navigateur, identites: Serveur
) -> None:
    dit(identites, email="meme@travail.example")
    navigateur.se_connecter("douane")
    Navigateur().se_connecter("dgfip")
    assert Compte.objects.filter(courriel="meme@travail.example").count() == 2


def test_oidc_09_the_same_sub_at_another_provider_is_another_account(navigateur: Navigateur) -> None:
    navigateur.se_connecter("douane")
    compte = Compte.objects.get()
    fabrique.particulier(sub=compte.sub, courriel=compte.courriel)
    Navigateur().se_connecter("douane")
    assert Compte.objects.count() == 2
    assert Compte.objects.filter(sub=compte.sub).values("iss").distinct().count() == 2


@pytest.mark.parametrize("sosie", ["DOUANE@travail.example", "douanе@travail.example", "ｄouane@travail.example"])
def test_oidc_09_a_lookalike_email_joins_no_account(navigateur: Navigateur, identites: Serveur, sosie: str) -> None:
    fabrique.compte(courriel="douane@travail.example", siret=DGFIP.siret)
    dit(identites, email=sosie)
    navigateur.se_connecter("douane")
    nouveau = Compte.objects.latest("pk")
    assert Compte.objects.count() == 2
    assert nouveau.siret != DGFIP.siret


@pytest.mark.parametrize(
    "siret",
    [None, "", "  ", "123", "12345678901234", DDETS.siret[:9], "IE6388047V", [DDETS.siret], int(DDETS.siret)],
)
def test_oidc_15_without_a_valid_siret_the_reason_is_told_and_nothing_opens(
    navigateur: Navigateur, identites: Serveur, siret: Any
) -> None:
    dit(identites, siret=siret)
    reponse = navigateur.se_connecter("inspectrice-59", suite="/recherche")
    assert reponse["Location"] == "/compte"
    assert "SIRET" in navigateur.get("/compte").content.decode()
    acteur = acteur_de(Compte.objects.get(), mfa=True)
    assert (acteur.siret_administration, acteur.habilitations) == ("", ())


@pytest.mark.parametrize(
    "roles", [None, [], "agent_public_etat", ["prestataire"], ["non_agent_public"], ["xagent_public"]]
)
def test_oidc_15_a_contractor_has_nobody_s_administration(
    navigateur: Navigateur, identites: Serveur, roles: Any
) -> None:
    """ACM-25: a contractor's account is refused by default; roles are compared whole."""
    dit(identites, roles=roles)
    assert navigateur.se_connecter("inspectrice-59")["Location"] == "/compte"
    assert acteur_de(Compte.objects.get(), mfa=True).siret_administration == ""


def test_oidc_15_a_changed_siret_leaves_the_groups_of_the_former_one(
    navigateur: Navigateur, identites: Serveur
) -> None:
    navigateur.se_connecter("inspectrice-59")
    compte = Compte.objects.get()
    ancienne = fabrique.organisation(numero=DDETS.siret, nom="DDETS")
    lien = fabrique.appartenance(compte, fabrique.groupe(organisation=ancienne))
    dit(identites, siret=DGFIP.siret)
    Navigateur().se_connecter("inspectrice-59")
    lien.refresh_from_db()
    assert lien.fin is not None


@pytest.mark.parametrize("cle", [p.cle for p in AGENTS])
def test_s8_every_character_of_the_demonstration_signs_in_with_a_second_factor(
    navigateur: Navigateur, cle: str
) -> None:
    navigateur.se_connecter(cle)
    assert navigateur.session["mfa"] is True


def test_oidc_16_without_a_second_factor_it_is_asked_again_once_without_a_loop(
    navigateur: Navigateur, settings: Any
) -> None:
    settings.FCE_PROCONNECT_MFA = "off"
    navigateur.se_connecter("inspectrice-59")
    assert navigateur.session["mfa"] is False
    page = navigateur.get("/connexion?mfa=1&suite=/recherche").content.decode()
    assert "second facteur" in page
    assert 'name="mfa"' in page
    reponse = navigateur.se_connecter("inspectrice-59", suite="/recherche", mfa=True)
    assert reponse["Location"] == "/recherche"
    assert navigateur.session["mfa"] is True


@pytest.mark.parametrize("preuve", [{"amr": None, "acr": None}, {"amr": "mfa"}, {"amr": ["pwd"], "acr": "eidas1"}])
def test_oidc_16_a_second_factor_that_never_comes_is_a_refusal_and_no_loop(
    navigateur: Navigateur, identites: Serveur, preuve: dict[str, Any]
) -> None:
    identites.emetteurs["proconnect"].preuve_forcee.update(preuve)  # type: ignore[attr-defined]
    reponse = navigateur.se_connecter("inspectrice-59", mfa=True)
    refuse(reponse, 403)
    assert "Location" not in reponse


def test_oidc_19_signing_out_is_not_a_link(navigateur: Navigateur) -> None:
    navigateur.se_connecter("douane")
    assert navigateur.get("/deconnexion").status_code == 405
    assert navigateur.get("/compte").status_code == 200


def test_oidc_19_the_session_ends_here_before_that_of_the_provider(navigateur: Navigateur) -> None:
    navigateur.se_connecter("douane")
    temoin = navigateur.temoin
    sortie = navigateur.post("/deconnexion")["Location"]
    assert "/session/end?" in sortie
    assert not Session.objects.exclude(compte=None).exists()
    assert navigateur.temoin != temoin
    page = navigateur.get("/deconnexion/retour", {"state": parametre(sortie, "state")})
    assert "fermez aussi" not in page.content.decode()


def test_oidc_19_a_forced_return_from_sign_out_changes_nothing(navigateur: Navigateur) -> None:
    navigateur.se_connecter("douane")
    assert navigateur.get("/deconnexion/retour", {"state": "0" * 64}).status_code == 200
    assert navigateur.get("/compte").status_code == 200


def test_oidc_19_a_provider_down_does_not_prevent_leaving(navigateur: Navigateur, settings: Any) -> None:
    navigateur.se_connecter("douane")
    settings.FCE_PROCONNECT_ISSUER = "http://127.0.0.1:1/proconnect"
    reponse = navigateur.post("/deconnexion")
    assert reponse["Location"] == "/deconnexion/retour"
    assert not Session.objects.exclude(compte=None).exists()


def test_oidc_20_five_hundred_requests_are_bounded_and_are_erased(navigateur: Navigateur) -> None:
    for _ in range(20):
        navigateur.partir()
    assert Session.objects.count() == 1
    assert len(Session.objects.get().donnees["departs"]) == 5
    maintenant = timezone.now()
    Session.objects.bulk_create(
        Session(empreinte=f"{n:064x}", creee_le=maintenant, vue_le=maintenant) for n in range(500)
    )
    assert Navigateur().se_connecter("douane").status_code == 302  # nobody else is locked out
    assert effacer_les_expirees(timezone.now() + ESSAI) == 501
    assert Session.objects.exclude(compte=None).count() == 1


def test_a_deactivated_account_signs_in_no_more(navigateur: Navigateur) -> None:
    navigateur.se_connecter("douane")
    Compte.objects.update(desactive_le=timezone.now())
    Session.objects.all().delete()
    refuse(Navigateur().se_connecter("douane"), 403)


def test_the_first_sign_in_is_an_event_without_a_name(navigateur: Navigateur) -> None:
    navigateur.se_connecter("inspectrice-59")
    evenement = EvenementCompte.objects.get(action="premiere_connexion")
    assert evenement.objet == Compte.objects.get().identifiant
    assert "GALSDOREAU" not in str(evenement.apres)


def test_auth_06_neither_name_nor_code_nor_token_in_the_logs(navigateur: Navigateur) -> None:
    with structlog.testing.capture_logs() as traces:
        retour = choisir(navigateur.partir(), "inspectrice-59")
        navigateur.revenir(retour)
        navigateur.revenir(retour)
    ecrit = str(traces)
    id_token = Session.objects.get().donnees["id_token"]
    secrets = [parametre(retour, "code"), parametre(retour, "state"), id_token, navigateur.temoin, "GALSDOREAU"]
    assert [secret for secret in secrets if secret in ecrit] == []
    assert traces
