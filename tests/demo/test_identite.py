"""The stand-in for identity providers: as strict as the real ones, invented people only, never in production."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from fce.demo import numeros
from fce.demo.identite import emetteur as module_emetteur, personnages as p, serveur as identite
from fce.demo.identite.autorisations import Client
from fce.demo.management.commands import demo
from fce.socle.erreurs import ConfigurationInvalide
from fce.socle.texte.identifiants import siret_valide
from tests.demo.jeux import Jeux

SITE = "http://127.0.0.1:8000"
TOUS = [*p.AGENTS, *p.PARTICULIERS]
REGLAGES = [
    f"FCE_{nom}"
    for nom in (
        "PROCONNECT_ISSUER", "PROCONNECT_CLIENT_ID", "PROCONNECT_CLIENT_SECRET", "PROCONNECT_PKCE", "ADRESSE_PUBLIQUE",
        "FRANCECONNECT_ISSUER", "FRANCECONNECT_CLIENT_ID", "FRANCECONNECT_CLIENT_SECRET", "PERSONNAGES",
        "DEMONSTRATION",
    )
]  # fmt: skip
navigateur = httpx.Client(trust_env=False, verify=False)


@pytest.fixture(scope="module")
def serveur() -> Iterator[identite.Serveur]:
    with identite.en_marche(site=SITE) as serveur:
        yield serveur


def parametres(cle: str, **changements: str | None) -> dict[str, str]:
    """A right request to sign in, changed; None takes a parameter away."""
    scope = "openid given_name email" + (" siret roles" if cle == "proconnect" else " family_name")
    justes: dict[str, str | None] = {
        "response_type": "code",
        "client_id": identite.CLIENT_ID,
        "redirect_uri": f"{SITE}/connexion/{cle}/retour",
        "scope": scope,
        "state": "s" * 32,
        "nonce": "n" * 32,
        "acr_values": "eidas1",
    }
    return {nom: valeur for nom, valeur in {**justes, **changements}.items() if valeur is not None}


def autoriser(serveur: identite.Serveur, cle: str = "proconnect", **changements: str | None) -> httpx.Response:
    return navigateur.get(f"{serveur.emetteurs[cle].adresse}/authorize", params=parametres(cle, **changements))


def retour(reponse: httpx.Response) -> dict[str, str]:
    assert reponse.status_code == 302, reponse.text
    return {nom: valeur for nom, (valeur,) in parse_qs(urlsplit(reponse.headers["Location"]).query).items()}


def echanger(serveur: identite.Serveur, code: str, cle: str = "proconnect", **changements: str) -> httpx.Response:
    formulaire = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": f"{SITE}/connexion/{cle}/retour",
        "client_id": identite.CLIENT_ID,
        "client_secret": serveur.secret,
        **changements,
    }
    return navigateur.post(f"{serveur.emetteurs[cle].adresse}/token", data=formulaire)


def code(serveur: identite.Serveur, cle: str = "proconnect", **changements: str | None) -> str:
    qui = {"proconnect": "dgfip", "franceconnect": "personne"}[cle]
    return retour(autoriser(serveur, cle, login_hint=qui, **changements))["code"]


@pytest.mark.parametrize("cle", ["proconnect", "franceconnect"])
def test_the_page_lists_the_personas_of_the_issuer_one_link_each(serveur: identite.Serveur, cle: str) -> None:
    page = autoriser(serveur, cle)
    assert page.status_code == 200
    attendus = serveur.emetteurs[cle].regles.personnages
    liens = re.findall(r'<a href="(\?[^"]+)">([^<]+)</a>', page.text)
    assert [nom for _, nom in liens] == [f"{q.prenom} {q.nom}" for q in attendus]
    choisi = navigateur.get(f"{serveur.emetteurs[cle].adresse}/authorize{liens[0][0].replace('&amp;', '&')}")
    assert retour(choisi)["state"] == "s" * 32


def test_pages_have_neither_script_nor_inline_style(serveur: identite.Serveur) -> None:
    for page in (autoriser(serveur), autoriser(serveur, client_id="x")):
        csp = page.headers["Content-Security-Policy"]
        assert csp.startswith("default-src 'none'; style-src 'self';")
        assert "unsafe" not in csp
        assert page.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<script|<style|style=|\son\w+=", page.text)
        assert '<html lang="fr">' in page.text
        assert page.text.count("<h1>") == page.text.count("<main>") == 1
    assert navigateur.get(f"{urlsplit_racine(serveur)}/style.css").status_code == 200


def urlsplit_racine(serveur: identite.Serveur) -> str:
    return serveur.emetteurs["proconnect"].adresse.removesuffix("/proconnect")


@pytest.mark.parametrize(
    ("cle", "changements"),
    [
        ("proconnect", {"inconnu": "1"}),
        ("franceconnect", {"code_challenge": "c" * 43, "code_challenge_method": "S256"}),
        ("franceconnect", {"siret_hint": "00000900100017"}),
        ("franceconnect", {"acr_values": None}),
        ("franceconnect", {"acr_values": "eidas2"}),
        ("franceconnect", {"scope": "openid birthdate"}),
        ("franceconnect", {"scope": "openid siret"}),
        ("franceconnect", {"nonce": "n" * 21}),
        ("proconnect", {"nonce": "n" * 31}),
        ("proconnect", {"nonce": None}),
        ("proconnect", {"state": "s" * 31}),
        ("proconnect", {"state": None}),
        ("proconnect", {"scope": "email"}),
        ("proconnect", {"scope": None}),
        ("proconnect", {"response_type": "id_token"}),
        ("proconnect", {"acr_values": "eidas9"}),
        ("proconnect", {"claims": "{"}),
        ("proconnect", {"claims": "[]"}),
        ("proconnect", {"claims": '{"id_token": 1}'}),
        ("proconnect", {"code_challenge": "c" * 43}),
        ("proconnect", {"code_challenge": "c" * 43, "code_challenge_method": "plain"}),
        ("proconnect", {"client_id": "un-autre"}),
        ("proconnect", {"redirect_uri": f"{SITE}/connexion/proconnect/retour/"}),
        ("proconnect", {"redirect_uri": f"{SITE}/connexion/franceconnect/retour"}),
        ("proconnect", {"redirect_uri": "https://espion.example/"}),
        ("proconnect", {"redirect_uri": None}),
    ],
)
def test_a_false_request_goes_nowhere(serveur: identite.Serveur, cle: str, changements: dict[str, str | None]) -> None:
    refus = autoriser(serveur, cle, login_hint="dgfip", **changements)
    assert refus.status_code == 400
    assert re.search("Y000400|Y030031", refus.text)
    assert "Location" not in refus.headers


def test_a_parameter_given_twice_is_refused(serveur: identite.Serveur) -> None:
    adresse = f"{serveur.emetteurs['proconnect'].adresse}/authorize"
    assert navigateur.get(adresse, params=[*parametres("proconnect").items(), ("state", "x" * 32)]).status_code == 400


def test_nobody_is_signed_in_beforehand(serveur: identite.Serveur) -> None:
    assert retour(autoriser(serveur, prompt="none"))["error"] == "login_required"


def test_a_code_serves_once_and_revokes_its_tokens_if_it_serves_twice(serveur: identite.Serveur) -> None:
    recu = code(serveur)
    acces = echanger(serveur, recu).json()["access_token"]
    userinfo = f"{serveur.emetteurs['proconnect'].adresse}/userinfo"
    porteur = {"Authorization": f"Bearer {acces}"}
    assert navigateur.get(userinfo, headers=porteur).headers["Content-Type"] == "application/jwt"
    assert echanger(serveur, recu).json() == {"error": "invalid_grant"}
    assert navigateur.get(userinfo, headers=porteur).status_code == 401


@pytest.mark.parametrize(
    ("changements", "erreur"),
    [
        ({"client_secret": "faux"}, "invalid_client"),
        ({"client_secret": ""}, "invalid_client"),
        ({"client_id": "un-autre"}, "invalid_client"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"redirect_uri": "https://espion.example/"}, "invalid_grant"),
        ({"code_verifier": "v" * 43}, "invalid_grant"),
    ],
)
def test_a_false_exchange_is_refused(serveur: identite.Serveur, changements: dict[str, str], erreur: str) -> None:
    refus = echanger(serveur, code(serveur), **changements)
    assert refus.status_code == (401 if erreur == "invalid_client" else 400)
    assert refus.json() == {"error": erreur}


@pytest.mark.parametrize(("cle", "duree"), [("proconnect", 60), ("franceconnect", 30)])
def test_a_code_expires(serveur: identite.Serveur, cle: str, duree: int, monkeypatch: pytest.MonkeyPatch) -> None:
    recu, instant = code(serveur, cle), time.time()
    monkeypatch.setattr(module_emetteur.time, "time", lambda: instant + duree + 1)
    assert echanger(serveur, recu, cle).json() == {"error": "invalid_grant"}


def test_pkce_is_checked_when_it_is_sent(serveur: identite.Serveur) -> None:
    # RFC 7636, appendix B.
    verificateur, defi = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    demande = {"code_challenge": defi, "code_challenge_method": "S256"}
    assert echanger(serveur, code(serveur, **demande), code_verifier=verificateur).status_code == 200
    assert echanger(serveur, code(serveur, **demande), code_verifier=verificateur[::-1]).status_code == 400
    assert echanger(serveur, code(serveur, **demande)).status_code == 400


def test_only_the_scopes_asked_for_are_given(serveur: identite.Serveur) -> None:
    acces = echanger(serveur, code(serveur, scope="openid email")).json()["access_token"]
    emetteur = serveur.emetteurs["proconnect"]
    jeton = navigateur.get(f"{emetteur.adresse}/userinfo", headers={"Authorization": f"Bearer {acces}"}).text
    publiees = KeySet.import_key_set(navigateur.get(f"{emetteur.adresse}/jwks").json())
    assert set(jwt.decode(jeton, publiees, ["ES256"]).claims) == {"iss", "aud", "sub", "iat", "email"}


def test_no_private_key_is_published(serveur: identite.Serveur) -> None:
    (cle,) = navigateur.get(f"{serveur.emetteurs['proconnect'].adresse}/jwks").json()["keys"]
    assert set(cle) == {"kty", "crv", "x", "y", "use", "alg", "kid"}


def test_the_level_is_told_only_when_asked_for_by_name(serveur: identite.Serveur) -> None:
    def preuve(**changements: str | None) -> dict[str, Any]:
        jeton = echanger(serveur, code(serveur, **changements)).json()["id_token"]
        cles = KeySet.import_key_set(serveur.emetteurs["proconnect"].jwks())  # type: ignore[arg-type]
        return dict(jwt.decode(jeton, cles, ["ES256"]).claims)

    assert {"acr", "amr"}.isdisjoint(preuve(acr_values=None))
    rien = preuve(acr_values=None, claims='{"id_token": {"acr": null, "amr": null}}')
    assert (rien["acr"], rien["amr"]) == ("eidas1", ["pwd"])
    fort = preuve(acr_values=None, claims='{"id_token": {"acr": {"values": ["eidas2", "eidas1-mfa"]}, "amr": null}}')
    assert fort["acr"] == "eidas1-mfa"
    assert "mfa" in fort["amr"]


def test_franceconnect_gives_each_service_its_own_subject_the_same_at_each_start() -> None:
    with identite.Serveur() as un, identite.Serveur() as autre:
        for cle, par_service in (("franceconnect", True), ("proconnect", False)):
            qui = un.emetteurs[cle].regles.personnages[0]
            premier = un.emetteurs[cle].sujet(qui, "a")
            assert premier == autre.emetteurs[cle].sujet(qui, "a")
            assert (premier != un.emetteurs[cle].sujet(qui, "b")) is par_service
        sujets = {e.sujet(q, "a") for e in un.emetteurs.values() for q in e.regles.personnages}
        assert len(sujets) == len(TOUS)
        assert un.secret != autre.secret


def test_signing_out_leads_back_where_registered_with_its_attempt(serveur: identite.Serveur) -> None:
    adresse = f"{serveur.emetteurs['proconnect'].adresse}/session/end"
    justes = {"id_token_hint": "x", "state": "e" * 32, "post_logout_redirect_uri": f"{SITE}/deconnexion/retour"}
    assert navigateur.get(adresse, params=justes).headers["Location"] == f"{SITE}/deconnexion/retour?state={'e' * 32}"
    for faux in ({"post_logout_redirect_uri": "https://espion.example/"}, {"id_token_hint": ""}):
        assert navigateur.get(adresse, params={**justes, **faux}).status_code == 400


@pytest.mark.parametrize("chemin", ["/", "/proconnect", "/autre/token", "/proconnect/token", "/proconnect/userinfo/"])
def test_elsewhere_there_is_nothing(serveur: identite.Serveur, chemin: str) -> None:
    assert navigateur.get(urlsplit_racine(serveur) + chemin).status_code == 404


def test_nothing_piles_up(serveur: identite.Serveur, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_emetteur, "GARDEES_MAX", 3)
    emetteur = serveur.emetteurs["proconnect"]
    for _ in range(6):
        dernier = code(serveur)
        assert len(emetteur._codes) <= 3
    assert echanger(serveur, dernier).status_code == 200


def test_the_identity_server_answers_only_this_machine(serveur: identite.Serveur) -> None:
    assert serveur.server_address[0] == "127.0.0.1"


def test_the_identity_server_refuses_production(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(ConfigurationInvalide, match="jamais en production"):
        identite.Serveur()


def test_another_service_does_not_have_the_secret_of_the_first(serveur: identite.Serveur) -> None:
    emetteur = serveur.emetteurs["proconnect"]
    propre = emetteur.clients[identite.CLIENT_ID]
    emetteur.clients["autre"] = Client("autre", "son-secret", propre.retours, propre.sorties)
    recu = code(serveur, client_id="autre")
    assert echanger(serveur, recu).json() == {"error": "invalid_grant"}
    del emetteur.clients["autre"]


def test_personas_are_invented_and_distinct() -> None:
    assert len({q.cle for q in TOUS}) == len({q.email for q in TOUS}) == len({q.nom for q in TOUS}) == len(TOUS) == 14
    for q in TOUS:
        assert re.fullmatch(r"[a-z0-9-]+", q.cle)
        assert q.email.endswith(".example")
        assert q.fonction
        assert q.montre
        assert not q.montre.endswith(".")
    for q in p.AGENTS:
        assert q.administration in p.ADMINISTRATIONS
        assert q.roles == ("agent_public", "agent_public_etat")
    assert all(q.administration is None and q.roles == () for q in p.PARTICULIERS)


def test_administrations_are_in_the_reserved_range_and_nowhere_else(jeux: Jeux) -> None:
    assert len({a.siret for a in p.ADMINISTRATIONS}) == len(p.ADMINISTRATIONS)
    for administration in p.ADMINISTRATIONS:
        assert siret_valide(administration.siret)
        assert numeros.PREMIER_PERSONNAGE <= int(administration.siret[:8]) < numeros.PREMIER_ORDINAIRE
        assert administration.siret[:9] not in jeux.unites
        assert "démonstration" in administration.nom


def test_the_company_head_runs_his_own_in_the_register(jeux: Jeux) -> None:
    formalite = next(f for f in jeux.json("rne") if f["siren"] == p.ENTREPRISE.siren)
    pouvoirs = formalite["formality"]["content"]["personneMorale"]["composition"]["pouvoirs"]
    personnes = [un["individu"]["descriptionPersonne"] for un in pouvoirs if "individu" in un]
    noms = {(" ".join(personne["prenoms"]), personne["nom"]) for personne in personnes}
    assert (p.CHEF_ENTREPRISE.prenom, p.CHEF_ENTREPRISE.nom) in noms
    assert (p.PERSONNE.prenom, p.PERSONNE.nom) not in noms


def test_the_documentation_names_each_persona() -> None:
    document = (Path(__file__).parents[2] / "docs/demonstration.md").read_text("utf-8")
    dits = re.findall(r"^\| (ProConnect|FranceConnect) \| ([^,|]+),", document, re.M)
    assert dits == [("ProConnect", f"{q.prenom} {q.nom}") for q in p.AGENTS] + [
        ("FranceConnect", f"{q.prenom} {q.nom}") for q in p.PARTICULIERS
    ]


@pytest.fixture
def _propre(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command writes is taken away after the test."""
    for nom in REGLAGES:
        monkeypatch.setenv(nom, "à défaire")
        monkeypatch.delenv(nom)


@pytest.mark.django_db
@pytest.mark.usefixtures("_propre")
def test_the_demonstration_has_its_identity_providers() -> None:
    with demo._identites(18_000):
        emetteur = os.environ["FCE_PROCONNECT_ISSUER"]
        dite = navigateur.get(f"{emetteur}/.well-known/openid-configuration").json()
        assert dite["issuer"] == emetteur
        presentes = json.loads(os.environ["FCE_PERSONNAGES"])
        assert [x["cle"] for x in presentes] == [q.cle for q in TOUS]
        assert {frozenset(x) for x in presentes} == {frozenset({"cle", "fournisseur", "nom", "fonction", "montre"})}
        assert os.environ["FCE_ADRESSE_PUBLIQUE"] == "http://127.0.0.1:18000"
        assert os.environ["FCE_DEMONSTRATION"] == "true"
    with pytest.raises(httpx.ConnectError):
        navigateur.get(emetteur)


@pytest.mark.usefixtures("_propre")
def test_providers_already_set_are_kept(settings: Any) -> None:
    settings.FCE_PROCONNECT_ISSUER = "https://idp.exemple.gouv.fr"
    with demo._identites(18_000):
        assert "FCE_PROCONNECT_ISSUER" not in os.environ
        assert "FCE_DEMONSTRATION" not in os.environ


def test_the_port_follows_that_of_the_pages_or_is_any() -> None:
    with identite.Serveur() as pris:
        assert demo._port_a_cote(pris.server_port - 1) == 0
    assert demo._port_a_cote(65_535) == 0
