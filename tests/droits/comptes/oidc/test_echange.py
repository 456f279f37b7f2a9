"""Leaving and coming back: what is sent, what a code is worth, two providers never taken for one another."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fce.demo.identite.autorisations import Client
from fce.demo.identite.serveur import CLIENT_ID
from fce.droits.comptes.oidc import erreurs, metadonnees, protocole
from fce.droits.comptes.oidc.fournisseurs import fournisseurs
from fce.socle.erreurs import ConfigurationInvalide
from tests.droits.comptes.oidc.hostile import Banc, EnPanne, avec, repond


def parametres(adresse: str) -> dict[str, str]:
    return {nom: valeur for nom, (valeur,) in parse_qs(urlsplit(adresse).query, keep_blank_values=True).items()}


def test_the_request_to_proconnect_says_only_what_it_knows(banc: Banc) -> None:
    depart = banc.partir()
    envoyes = parametres(depart.adresse)
    assert envoyes.pop("scope").split()[0] == "openid"
    assert json.loads(envoyes.pop("claims")) == {
        "id_token": {
            "acr": {"essential": False, "values": ["eidas0-mfa", "eidas1-mfa", "eidas2", "eidas3"]},
            "amr": None,
        }
    }
    assert len(envoyes.pop("code_challenge")) == 43
    assert envoyes == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": banc.redirect_uri(),
        "state": depart.state,
        "nonce": depart.nonce,
        "code_challenge_method": "S256",
    }


@pytest.mark.parametrize(("mfa", "acr"), [("off", None), ("souhaitee", False), ("exigee", True)])
def test_the_second_factor_is_asked_as_the_setting_says(banc: Banc, mfa: str, acr: bool | None) -> None:
    dit = json.loads(parametres(banc.partir(mfa=mfa).adresse)["claims"])["id_token"]["acr"]
    assert (dit and dit["essential"]) is acr


def test_without_pkce_nothing_is_said_of_it(banc: Banc) -> None:
    depart = banc.partir(pkce=False)
    assert depart.verificateur is None
    assert not [nom for nom in parametres(depart.adresse) if "challenge" in nom]
    assert banc.terminer(depart, banc.choisir(depart), pkce=False).sub


def test_the_request_to_franceconnect_has_no_pkce_and_only_what_is_needed(banc: Banc) -> None:
    depart = banc.partir("franceconnect")
    envoyes = parametres(depart.adresse)
    assert set(envoyes) == {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "acr_values",
    }  # fmt: skip
    assert envoyes["scope"] == "openid given_name family_name email"
    assert envoyes["acr_values"] == "eidas1"
    assert depart.verificateur is None


def test_each_request_has_its_own_secrets_of_64_hexadecimal_digits(banc: Banc) -> None:
    departs = [banc.partir() for _ in range(20)]
    for secrets in zip(*((d.state, d.nonce, d.verificateur) for d in departs), strict=True):
        assert len(set(secrets)) == 20
    for depart in departs:
        assert len(bytes.fromhex(depart.state)) == len(bytes.fromhex(depart.nonce)) == 32
        assert depart.state != depart.nonce


def test_neither_identity_nor_request_is_shown_by_accident(banc: Banc) -> None:
    depart = banc.partir()
    identite = banc.terminer(depart, banc.choisir(depart))
    for secret in (depart.state, depart.nonce, str(depart.verificateur), depart.adresse):
        assert secret not in repr(depart)
    assert repr(identite) == f"{identite}" == "Identite(proconnect)"
    assert banc.serveur.secret not in repr(banc.fournisseurs["proconnect"])


def test_oidc_09_the_key_of_a_person_is_the_issuer_and_the_subject(banc: Banc) -> None:
    """Same e-mail, other ``sub``; same ``sub``, other ``iss``; a ``sub`` in other letters: never one person."""
    banc.emetteur().changer_identite = avec(email="a@b.example")
    premier, second = banc.connecter(qui="dgfip"), banc.connecter(qui="douane")
    assert premier.email == second.email
    assert (premier.iss, premier.sub) != (second.iss, second.sub)
    cles = {(premier.iss, premier.sub)}
    for cle, sub in (("proconnect", "Abc"), ("proconnect", "abc"), ("franceconnect", "abc")):
        banc.emetteur(cle).changer_preuve = banc.emetteur(cle).changer_identite = avec(sub=sub)
        identite = banc.connecter(cle)
        assert identite.sub == sub
        cles.add((identite.iss, identite.sub))
    assert len(cles) == 4


def test_oidc_09_a_lookalike_email_stays_what_it_is(banc: Banc) -> None:
    for courriel in ("A@b.example", "а@b.example", "a@b.example"):
        banc.emetteur().changer_identite = avec(email=courriel)
        assert banc.connecter().email == courriel


@pytest.mark.parametrize("iss", ["https://espion.example", "", "{}/", "{}x", "franceconnect"])
def test_oidc_10_the_return_names_another_issuer(banc: Banc, iss: str) -> None:
    depart, retour = banc.aller()
    propre = banc.fournisseurs["proconnect"].issuer
    retour["iss"] = banc.fournisseurs["franceconnect"].issuer if iss == "franceconnect" else iss.format(propre)
    with pytest.raises(erreurs.EmetteurInattendu):
        banc.terminer(depart, retour)


def test_oidc_10_an_issuer_that_promises_to_name_itself_must_do_so(banc: Banc) -> None:
    depart, retour = banc.aller()
    del retour["iss"]
    with pytest.raises(erreurs.EmetteurInattendu):
        banc.terminer(depart, retour)


def test_oidc_10_an_issuer_that_does_not_name_itself_need_not(banc: Banc) -> None:
    banc.emetteur().changer_decouverte = avec(authorization_response_iss_parameter_supported=False)
    depart, retour = banc.aller()
    assert banc.terminer(depart, {**retour, "iss": banc.fournisseurs["proconnect"].issuer}).sub
    depart, retour = banc.aller()
    del retour["iss"]
    assert banc.terminer(depart, retour).sub
    depart = banc.partir()
    with pytest.raises(erreurs.EmetteurInattendu):
        banc.terminer(depart, {**banc.choisir(depart), "iss": "https://espion.example"})


@pytest.mark.parametrize(
    "changement",
    [
        avec(issuer="https://espion.example"),
        avec(issuer=""),
        avec(issuer=None),
        lambda d: {**d, "issuer": d["issuer"] + "/"},
        lambda d: {**d, "issuer": d["issuer"].upper()},
        avec(token_endpoint="file:///etc/passwd"),
        avec(token_endpoint="//espion.example/token"),
        avec(userinfo_endpoint="ftp://espion.example/userinfo"),
        avec(jwks_uri="http://compte:secret@espion.example/jwks"),
        avec(authorization_endpoint="javascript:alert(1)"),
        avec(end_session_endpoint="data:text/html,x"),
        avec(jwks_uri="http://[::1/jwks"),
    ],
)
def test_oidc_10_a_discovery_that_is_not_the_expected_one(banc: Banc, changement: Any) -> None:
    banc.emetteur().changer_decouverte = changement
    with pytest.raises(erreurs.DecouverteIncoherente):
        banc.partir()
    banc.emetteur().honnete()
    assert banc.connecter().sub, "rien de la mauvaise découverte n’est gardé"


def test_oidc_10_an_encrypted_issuer_does_not_lead_to_clear_text() -> None:
    clair = dict.fromkeys(metadonnees._ADRESSES, "http://idp.example/x")
    with pytest.raises(erreurs.DecouverteIncoherente):
        metadonnees._lire_decouverte("https://idp.example", {"issuer": "https://idp.example", **clair})


def test_oidc_10_the_code_of_a_provider_is_worth_nothing_at_the_other(banc: Banc) -> None:
    for ici, la_bas in (("proconnect", "franceconnect"), ("franceconnect", "proconnect")):
        depart, retour = banc.aller(ici)
        with pytest.raises(erreurs.CodeRefuse):
            banc.terminer(depart, {**retour, "iss": banc.fournisseurs[la_bas].issuer}, la_bas)


def test_oidc_10_the_id_token_of_the_other_provider(banc: Banc) -> None:
    banc.emetteur().changer_jetons = avec(id_token=banc.jeton_de("franceconnect"))
    with pytest.raises(erreurs.CleInconnue):
        banc.connecter()


def test_oidc_12_a_code_serves_only_once(banc: Banc) -> None:
    depart, retour = banc.aller()
    assert banc.terminer(depart, retour).sub
    with pytest.raises(erreurs.CodeRefuse):
        banc.terminer(depart, retour)


@pytest.mark.parametrize("code", ["", "x", "x" * 5000, "é", "a b&client_id=autre", "a\r\nb"])
def test_oidc_12_an_invented_code(banc: Banc, code: str) -> None:
    depart = banc.partir()
    with pytest.raises((erreurs.CodeRefuse, erreurs.ServiceRefuse)):
        banc.terminer(depart, {**banc.choisir(depart), "code": code})


def test_oidc_12_the_code_of_another_service(banc: Banc) -> None:
    emetteur = banc.emetteur()
    propre = emetteur.clients[CLIENT_ID]
    emetteur.clients["autre"] = Client("autre", "son-secret", propre.retours, propre.sorties)
    depart, retour = banc.aller(client_id="autre")
    with pytest.raises(erreurs.CodeRefuse):
        banc.terminer(depart, retour)
    del emetteur.clients["autre"]


def test_oidc_12_the_code_of_another_browser(banc: Banc) -> None:
    """Login CSRF with a stolen code: the verifier, then the nonce, are those of the browser that left."""
    parti, autre = banc.partir(), banc.partir()
    with pytest.raises(erreurs.CodeRefuse):
        banc.terminer(autre, banc.choisir(parti))
    parti, autre = banc.partir(pkce=False), banc.partir(pkce=False)
    with pytest.raises(erreurs.NonceInattendu):
        banc.terminer(autre, banc.choisir(parti), pkce=False)


def test_oidc_12_another_return_address(banc: Banc) -> None:
    depart, retour = banc.aller()
    with pytest.raises(erreurs.CodeRefuse):
        protocole.terminer(
            banc.fournisseurs["proconnect"],
            code=retour["code"],
            depart=depart,
            redirect_uri="https://espion.example/retour",
            maintenant=datetime.now(UTC),
            iss=retour["iss"],
        )


def test_a_wrong_secret_is_the_operator_s_affair(banc: Banc, caplog: pytest.LogCaptureFixture) -> None:
    depart, retour = banc.aller()
    with pytest.raises(erreurs.ServiceRefuse), caplog.at_level("ERROR"):
        banc.terminer(depart, retour, client_secret="un-secret-perime")
    assert "fournisseur_identite_refuse_le_service" in caplog.text
    assert "un-secret-perime" not in caplog.text
    assert retour["code"] not in caplog.text


@pytest.mark.parametrize(
    ("siret", "ecrit"),
    [
        ("00000900100017", "00000900100017"),
        (None, ""),
        ("", ""),
        ("000 009 001 00017", ""),
        (" 00000900100017", ""),
        ("00000900100017\n", ""),
        ("0000090010001", ""),
        ("000009001000170", ""),
        (900100017, ""),
        (["00000900100017"], ""),
        ("0000090010001７", ""),
        ("DE123456789012", ""),
    ],
)
def test_oidc_15_the_siret_is_fourteen_digits_or_nothing(banc: Banc, siret: Any, ecrit: str) -> None:
    banc.emetteur().changer_identite = avec(siret=siret)
    assert banc.connecter().siret == ecrit


@pytest.mark.parametrize(
    ("roles", "ecrits"),
    [
        (["agent_public_etat"], ("agent_public_etat",)),
        ([], ()),
        (None, ()),
        ("agent_public_etat", ()),
        ({"agent_public_etat": True}, ()),
        (["agent_public_etat ", 7, None, "x"], ("agent_public_etat ", "x")),
    ],
)
def test_oidc_15_roles_are_a_list_read_as_it_is(banc: Banc, roles: Any, ecrits: tuple[str, ...]) -> None:
    banc.emetteur().changer_identite = avec(roles=roles)
    assert banc.connecter().roles == ecrits


@pytest.mark.parametrize("valeur", [None, 7, ["x"], "x" * 1000, "\u0000\u001b[31m\u202e\n"])
def test_an_unreadable_text_says_nothing(banc: Banc, valeur: Any) -> None:
    noms = ("given_name", "usual_name", "email", "organization_label", "idp_id")
    banc.emetteur().changer_identite = avec(**dict.fromkeys(noms, valeur))
    identite = banc.connecter()
    ecrits = (identite.prenom, identite.nom, identite.email, identite.organisation_label, identite.idp_id)
    assert all(ecrit in ("", "[31m") for ecrit in ecrits)


def test_userinfo_in_json_is_refused_unless_registered_so(banc: Banc) -> None:
    """OIDC-11: unsigned when a JWT is expected; and when JSON is registered, about the same person all the same."""
    sub = banc.emetteur().sujet(banc.emetteur().regles.personnages[0], CLIENT_ID)
    application = banc.serveur.get_app()
    assert application is not None
    for dit, signe, erreur in (
        (sub, True, erreurs.IdentiteNonSignee),
        ("un-autre", False, erreurs.SujetDifferent),
        (sub, False, None),
    ):
        banc.serveur.set_app(EnPanne(application, "/userinfo", repond("200 OK", json.dumps({"sub": dit}).encode())))
        if erreur is None:
            assert banc.connecter(userinfo_signe=signe).sub == sub
        else:
            with pytest.raises(erreur):
                banc.connecter(userinfo_signe=signe)


def test_oidc_19_signing_out_names_the_person_the_attempt_and_the_return(banc: Banc) -> None:
    fournisseur = banc.fournisseurs["proconnect"]
    adresse = protocole.deconnexion(fournisseur, "le-jeton", "e" * 64, "http://127.0.0.1:8000/deconnexion/retour")
    assert adresse.startswith(f"{fournisseur.issuer}/session/end?")
    assert parametres(adresse) == {
        "id_token_hint": "le-jeton",
        "state": "e" * 64,
        "post_logout_redirect_uri": "http://127.0.0.1:8000/deconnexion/retour",
    }
    sans_jeton = parametres(protocole.deconnexion(fournisseur, "", "e" * 64, "http://x.example/"))
    assert sans_jeton["client_id"] == CLIENT_ID
    assert "id_token_hint" not in sans_jeton


def test_oidc_19_a_provider_without_sign_out_leads_back_here(banc: Banc) -> None:
    banc.emetteur().changer_decouverte = lambda d: {n: v for n, v in d.items() if n != "end_session_endpoint"}
    assert protocole.deconnexion(banc.fournisseurs["proconnect"], "x", "y", "/ici") == "/ici"


def test_without_settings_there_is_no_provider(settings: Any) -> None:
    settings.FCE_PROCONNECT_ISSUER = settings.FCE_FRANCECONNECT_ISSUER = ""
    assert fournisseurs() == {}


@pytest.mark.parametrize(
    "changement",
    [
        {"algorithmes": ("HS256",)},
        {"algorithmes": ()},
        {"algorithmes": ("none",)},
        {"mfa": "oui"},
        {"client_secret": ""},
    ],
)
def test_a_dangerous_registration_does_not_exist(banc: Banc, changement: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationInvalide):
        replace(banc.fournisseurs["proconnect"], **changement)
