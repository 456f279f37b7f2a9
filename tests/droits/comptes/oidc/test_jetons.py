"""What is refused of a token: OIDC-02 to 08, 10, 11, 16 of the security battery, one attack at a time."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from fce.droits.comptes.oidc import erreurs
from fce.socle.erreurs import ConnexionRefusee
from tests.droits.comptes.oidc.hostile import Banc, Hostile, Revendications, Sceau, avec, b64, brut, sans, signe

ESPION = ECKey.generate_key("P-256", auto_kid=True)


def refuse(banc: Banc, erreur: type[ConnexionRefusee], cle: str = "proconnect", **changements: Any) -> None:
    """The sign-in is refused for this very reason, in words that repeat nothing; the next honest one passes."""
    with pytest.raises(erreur) as levee:
        banc.connecter(cle, **changements)
    assert type(levee.value) is erreur
    assert "GALSDOREAU" not in levee.value.message
    assert "eyJ" not in levee.value.message
    assert levee.value.details == {}
    banc.emetteur(cle).honnete()
    assert banc.connecter(cle, **{n: v for n, v in changements.items() if n != "mfa"}).sub


def test_an_honest_provider_gives_an_identity(banc: Banc) -> None:
    identite = banc.connecter()
    assert (identite.prenom, identite.nom) == ("Nathalie", "GALSDOREAU")
    assert identite.iss == banc.fournisseurs["proconnect"].issuer


@pytest.mark.parametrize("changement", [sans("nonce"), *(avec(nonce=n) for n in ("", None, ["a" * 64], "a" * 64))])
def test_oidc_02_nonce_absent_or_of_another_sign_in(banc: Banc, changement: Callable[..., Any]) -> None:
    banc.emetteur().changer_preuve = changement
    refuse(banc, erreurs.NonceInattendu)


def test_oidc_02_an_id_token_already_used_is_refused_at_the_next_sign_in(banc: Banc) -> None:
    banc.emetteur().changer_jetons = avec(id_token=banc.jeton_de())
    refuse(banc, erreurs.NonceInattendu)


@pytest.mark.parametrize("algorithme", ["none", "None", "NONE", "nOnE", ""])
def test_oidc_03_alg_none(banc: Banc, algorithme: str) -> None:
    banc.emetteur().sceau = lambda e, dites: brut({"alg": algorithme, "kid": e.signature.cle.kid}, dites)
    refuse(banc, erreurs.AlgorithmeRefuse)


def test_oidc_03_alg_none_under_the_signature_of_another_token(banc: Banc) -> None:
    def coudre(emetteur: Hostile, dites: Revendications) -> str:
        juste = emetteur.signature.signer(dites)
        return f"{b64(json.dumps({'alg': 'none'}))}.{juste.partition('.')[2]}"

    banc.emetteur().sceau = coudre
    refuse(banc, erreurs.AlgorithmeRefuse)


@pytest.mark.parametrize("signature", [b"", b"\x00" * 64, b"\x00" * 63, b"x" * 64])
def test_oidc_03_signature_empty_or_null(banc: Banc, signature: bytes) -> None:
    banc.emetteur().sceau = lambda e, dites: brut({"alg": "ES256", "kid": e.signature.cle.kid}, dites, signature)
    refuse(banc, erreurs.SignatureFausse)


def test_oidc_03_other_claims_under_the_same_signature(banc: Banc) -> None:
    def changer(emetteur: Hostile, dites: Revendications) -> str:
        entete, _, signature = emetteur.signature.signer(dites).split(".")
        return f"{entete}.{b64(json.dumps({**dites, 'sub': 'quelqu-un-d-autre'}))}.{signature}"

    banc.emetteur().sceau = changer
    refuse(banc, erreurs.SignatureFausse)


@pytest.mark.parametrize("forme", ["pem", "der", "jwk", "secret"])
@pytest.mark.parametrize("algorithme", ["HS256", "HS384", "HS512"])
def test_oidc_04_a_public_key_taken_for_a_shared_secret(banc: Banc, algorithme: str, forme: str) -> None:
    emetteur = banc.emetteur()
    publique = emetteur.signature.cle
    secrets = {
        "pem": publique.as_pem(private=False),
        "der": publique.as_der(private=False),
        "jwk": json.dumps(publique.as_dict(private=False)).encode(),
        "secret": banc.serveur.secret.encode(),
    }

    def sceller(e: Hostile, dites: Revendications) -> str:
        jeton = brut({"alg": algorithme, "kid": publique.kid, "typ": "JWT"}, dites)
        entree = jeton.rpartition(".")[0]
        empreinte = hmac.new(secrets[forme], entree.encode(), f"sha{algorithme[2:]}").digest()
        return f"{entree}.{b64(empreinte)}"

    emetteur.sceau = sceller
    refuse(banc, erreurs.AlgorithmeRefuse)


@pytest.mark.parametrize("algorithme", ["ES384", "RS384", "RS512", "PS256", "EdDSA", "ES256K"])
def test_oidc_04_an_algorithm_that_nobody_declared(banc: Banc, algorithme: str) -> None:
    banc.emetteur().sceau = lambda e, dites: brut({"alg": algorithme, "kid": e.signature.cle.kid}, dites, b"x" * 64)
    refuse(banc, erreurs.AlgorithmeRefuse)


def test_oidc_04_rs256_under_a_curve_key(banc: Banc) -> None:
    cle = RSAKey.generate_key(2048)
    banc.emetteur().sceau = lambda e, dites: signe({"alg": "RS256", "kid": e.signature.cle.kid}, dites, cle)
    # The key published under that name is for ES256 only.
    refuse(banc, erreurs.CleInconnue)


@pytest.mark.parametrize(
    "entete", [{}, *({"kid": kid} for kid in ("inconnue", "", None, 7, "../../cle", "' OR 1=1 --"))]
)
def test_oidc_05_an_unknown_key(banc: Banc, entete: Revendications) -> None:
    banc.emetteur().sceau = lambda e, dites: signe({"alg": "ES256", **entete}, dites, e.signature.cle)
    refuse(banc, erreurs.CleInconnue)


def test_oidc_05_the_key_of_another_under_a_known_name(banc: Banc) -> None:
    banc.emetteur().sceau = lambda e, dites: signe({"alg": "ES256", "kid": e.signature.cle.kid}, dites, ESPION)
    refuse(banc, erreurs.SignatureFausse)


APPORTEES = {
    "jwk": ESPION.as_dict(private=False),
    "jku": "https://espion.example/jwks",
    "x5u": "https://espion.example/certificat",
    "x5c": ["MIIB"],
    "crit": ["exp"],
    "b64": True,
    "b64-faux": False,
}


@pytest.mark.parametrize("nom", APPORTEES)
@pytest.mark.parametrize("cle", ["la-sienne", "la-notre"])
def test_oidc_06_a_header_that_brings_its_own_key(banc: Banc, nom: str, cle: str) -> None:
    """Refused even under a good signature: nothing else would tell that it is never read."""

    def sceller(emetteur: Hostile, dites: Revendications) -> str:
        propre = emetteur.signature.cle if cle == "la-notre" else ESPION
        entete = {
            "alg": "ES256",
            "kid": emetteur.signature.cle.kid,
            nom.removesuffix("-faux"): APPORTEES[nom],
            "exp": 1,
        }
        if nom == "jwk":
            # A header is read up to 512 bytes: the shortest form of the key, so that the rule itself is met.
            entete[nom] = {n: v for n, v in APPORTEES["jwk"].items() if n in ("kty", "crv", "x", "y")}  # type: ignore[attr-defined]
        return signe(entete, dites, propre)

    banc.emetteur().sceau = sceller
    # The library itself does not read a token whose payload is not in base64url (RFC 7797).
    refuse(banc, erreurs.JetonIllisible if nom == "b64-faux" else erreurs.EnteteRefuse)


MAINTENANT = int(time.time())


@pytest.mark.parametrize(
    ("changement", "erreur"),
    [
        (avec(exp=MAINTENANT - 1), erreurs.JetonExpire),
        (avec(exp=0), erreurs.JetonExpire),
        (avec(exp=-1), erreurs.JetonExpire),
        (sans("exp"), erreurs.JetonExpire),
        (avec(exp=None), erreurs.JetonExpire),
        (avec(exp=str(MAINTENANT + 600)), erreurs.JetonIllisible),
        (avec(exp=True), erreurs.JetonIllisible),
        (avec(exp=float("inf")), erreurs.JetonIllisible),
        (avec(exp=float("nan")), erreurs.JetonIllisible),
        (avec(exp=10**400), erreurs.JetonIllisible),
        (avec(iat=MAINTENANT + 86_400), erreurs.JetonFutur),
        (avec(nbf=MAINTENANT + 86_400), erreurs.JetonFutur),
        (sans("iat"), erreurs.JetonIllisible),
        (avec(iat="hier"), erreurs.JetonIllisible),
        (avec(nbf=[]), erreurs.JetonIllisible),
    ],
)
def test_oidc_07_expired_or_yet_to_come(
    banc: Banc, changement: Callable[..., Any], erreur: type[ConnexionRefusee]
) -> None:
    banc.emetteur().changer_preuve = changement
    refuse(banc, erreur)


def test_oidc_07_a_clock_less_than_a_minute_ahead_passes(banc: Banc) -> None:
    banc.emetteur().changer_preuve = avec(iat=int(time.time()) + 30, nbf=int(time.time()) + 30)
    assert banc.connecter().sub


@pytest.mark.parametrize(
    "changement",
    [
        avec(aud="un-autre-service"),
        avec(aud=""),
        avec(aud=None),
        avec(aud=[]),
        avec(aud={"fce-demonstration": 1}),
        avec(aud="fce-demonstration2"),
        avec(aud="x fce-demonstration"),
        avec(aud=["un-autre-service"]),
        avec(aud=["fce-demonstration", "un-autre-service"]),
        avec(aud=["fce-demonstration", "un-autre-service"], azp="un-autre-service"),
        avec(aud="fce-demonstration", azp="un-autre-service"),
        avec(azp=None),
        sans("aud"),
    ],
)
def test_oidc_08_meant_for_another(banc: Banc, changement: Callable[..., Any]) -> None:
    banc.emetteur().changer_preuve = changement
    refuse(banc, erreurs.DestinataireInattendu)


@pytest.mark.parametrize(
    "changement",
    [
        avec(aud=["fce-demonstration"]),
        avec(azp="fce-demonstration"),
        avec(aud=["un-autre-service", "fce-demonstration"], azp="fce-demonstration"),
    ],
)
def test_oidc_08_several_recipients_including_us_authorized_to_us(banc: Banc, changement: Callable[..., Any]) -> None:
    banc.emetteur().changer_preuve = changement
    assert banc.connecter().sub


@pytest.mark.parametrize("typ", ["at+jwt", "application/at+jwt", "logout+jwt", "JWE", "", 3, ["JWT"]])
def test_oidc_08_an_access_token_is_not_an_id_token(banc: Banc, typ: Any) -> None:
    banc.emetteur().sceau = lambda e, dites: signe(
        {"alg": "ES256", "kid": e.signature.cle.kid, "typ": typ}, dites, e.signature.cle
    )
    refuse(banc, erreurs.TypeInattendu)


def test_oidc_08_an_id_token_of_another_access_token(banc: Banc) -> None:
    empreinte = b64(hashlib.sha256(b"un autre").digest()[:16])
    banc.emetteur().changer_preuve = avec(at_hash=empreinte)
    refuse(banc, erreurs.JetonIllisible)


@pytest.mark.parametrize("iss", ["", None, "https://espion.example", "{0}/", "{0} ", ["{0}"]])
def test_oidc_10_another_issuer(banc: Banc, iss: Any) -> None:
    propre = banc.fournisseurs["proconnect"].issuer
    faux = iss.format(propre) if isinstance(iss, str) else [propre] if iss else iss
    banc.emetteur().changer_preuve = avec(iss=faux)
    refuse(banc, erreurs.EmetteurInattendu)


@pytest.mark.parametrize("sub", ["", None, 12, ["x"], "x" * 256, "é", "a\u0000b", "a\nb"])
def test_oidc_10_a_subject_that_is_not_one(banc: Banc, sub: Any) -> None:
    banc.emetteur().changer_preuve = avec(sub=sub)
    refuse(banc, erreurs.JetonIllisible)


@pytest.mark.parametrize(
    ("changement", "erreur"),
    [
        (avec(sub="quelqu-un-d-autre"), erreurs.SujetDifferent),
        (sans("sub"), erreurs.SujetDifferent),
        (avec(sub=None), erreurs.SujetDifferent),
        (avec(aud="un-autre-service"), erreurs.DestinataireInattendu),
        (sans("aud"), erreurs.DestinataireInattendu),
        (avec(iss="https://espion.example"), erreurs.EmetteurInattendu),
        (sans("iss"), erreurs.EmetteurInattendu),
        (avec(exp=1), erreurs.JetonExpire),
        (avec(iat=MAINTENANT + 86_400), erreurs.JetonFutur),
    ],
)
def test_oidc_11_the_userinfo_of_another(
    banc: Banc, changement: Callable[..., Any], erreur: type[ConnexionRefusee]
) -> None:
    banc.emetteur().changer_identite = changement
    refuse(banc, erreur)


@pytest.mark.parametrize(
    ("sceau", "erreur"),
    [
        (lambda e, d: brut({"alg": "none"}, d), erreurs.AlgorithmeRefuse),
        (lambda e, d: signe({"alg": "ES256", "kid": e.signature.cle.kid}, d, ESPION), erreurs.SignatureFausse),
        (lambda e, d: signe({"alg": "ES256", "kid": "espion"}, d, ESPION), erreurs.CleInconnue),
        (lambda e, d: json.dumps(d), erreurs.JetonIllisible),
        (lambda e, d: "é", erreurs.JetonIllisible),
    ],
)
def test_oidc_11_badly_signed_userinfo(banc: Banc, sceau: Sceau, erreur: type[ConnexionRefusee]) -> None:
    banc.emetteur().sceau_identite = sceau
    refuse(banc, erreur)


@pytest.mark.parametrize("amr", ["mfa", {"mfa": True}, 1, True, [1], ["pwd", None], "pwd mfa"])
def test_oidc_16_an_amr_that_is_not_a_list(banc: Banc, amr: Any) -> None:
    banc.emetteur().changer_preuve = avec(amr=amr, acr="eidas1")
    refuse(banc, erreurs.MethodesInvalides)


@pytest.mark.parametrize("changement", [avec(amr=None), avec(amr=[]), sans("amr"), avec(amr=["pwd", "MFA", "mfa2"])])
def test_oidc_16_without_a_second_factor(banc: Banc, changement: Callable[..., Any]) -> None:
    banc.emetteur().changer_preuve = lambda dites: {**changement(dites), "acr": "eidas1"}
    assert banc.connecter().mfa is False


@pytest.mark.parametrize("acr", ["eidas0-mfa", "eidas1-mfa", "eidas2", "eidas3"])
def test_oidc_16_a_level_is_enough_to_tell_the_second_factor(banc: Banc, acr: str) -> None:
    banc.emetteur().changer_preuve = avec(acr=acr, amr=None)
    assert banc.connecter(mfa="exigee").mfa is True


@pytest.mark.parametrize(
    "acr", ["eidas0", "eidas1", "", None, ["eidas2"], "eidas1-mfa ", "EIDAS2", "https://proconnect.gouv.fr/assurance/x"]
)
def test_oidc_16_a_level_lower_than_required(banc: Banc, acr: Any) -> None:
    """The request asked for it as essential; what came back is what counts."""
    banc.emetteur().changer_preuve = avec(acr=acr)
    refuse(banc, erreurs.NiveauInsuffisant, mfa="exigee")


@pytest.mark.parametrize("acr", ["eidas2", "eidas0", "", None])
def test_oidc_16_franceconnect_has_the_level_asked_for_or_nothing(banc: Banc, acr: Any) -> None:
    banc.emetteur("franceconnect").changer_preuve = avec(acr=acr)
    refuse(banc, erreurs.NiveauInsuffisant, "franceconnect")


@pytest.mark.parametrize(
    "jeton",
    [
        "", ".", "..", "...", "a.b", "a.b.c", "a.b.c.d", "é.é.é", "eyJhbGciOiJFUzI1NiJ9", "null", "x" * 200_000,
        b64("[]") + ".e30.AA", b64('"alg"') + ".e30.AA", b64("7") + ".e30.AA", b64('["alg"]') + ".e30.AA",
        b64("[" * 3000) + ".e30.AA",
    ],
)  # fmt: skip
def test_oidc_03_what_is_not_a_token(banc: Banc, jeton: str) -> None:
    banc.emetteur().changer_jetons = avec(id_token=jeton)
    refuse(banc, erreurs.JetonIllisible)


@pytest.mark.parametrize(
    "changement",
    [
        sans("id_token"), sans("access_token"), sans("token_type"), avec(token_type="mac"), avec(id_token=None),
        avec(access_token=["x"]), avec(access_token="a b"), avec(access_token="a\r\nX: 1"), avec(access_token="é"),
    ],
)  # fmt: skip
def test_oidc_03_an_answer_without_its_tokens(banc: Banc, changement: Callable[..., Any]) -> None:
    banc.emetteur().changer_jetons = changement
    refuse(banc, erreurs.JetonIllisible)
