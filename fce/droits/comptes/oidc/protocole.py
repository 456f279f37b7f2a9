"""Sign-in by authorization code (OpenID Connect Core §3.1): redirect to the provider, come back, sign out.

``commencer`` returns what the browser's session must keep; ``terminer`` returns an identity once every check has
passed. This module knows neither accounts, nor sessions, nor requests.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import structlog
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from fce.droits.comptes.oidc import jetons, metadonnees
from fce.droits.comptes.oidc.erreurs import (
    CleInconnue,
    CodeRefuse,
    EmetteurInattendu,
    IdentiteNonSignee,
    Indisponible,
    JetonIllisible,
    ServiceRefuse,
    SignatureFausse,
)
from fce.droits.comptes.oidc.fournisseurs import ACR_MFA, Fournisseur
from fce.droits.comptes.oidc.reseau import Echeance, ReponseOidc, demander
from fce.socle.erreurs import FournisseurIndisponible

log = structlog.get_logger("fce.droits.comptes.oidc")
_TEXTE_MAX: Final = 200
COURRIEL_MAX: Final = 320
ROLES_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Depart:
    """``adresse``: where to redirect the browser. The other fields are secrets for its session only."""

    adresse: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verificateur: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Identite:
    """An identity signed by the provider; its key is (``iss``, ``sub``), never the e-mail.

    Missing texts are "". ``siret``: fourteen digits or "", its check digit not verified. ``roles``: as written, to
    compare exactly. ``mfa``: a second factor was used. ``id_token``: only for sign-out.
    """

    cle_fournisseur: str
    iss: str
    sub: str
    email: str
    prenom: str
    nom: str
    siret: str
    roles: tuple[str, ...]
    organisation_label: str
    idp_id: str
    acr: str
    amr: tuple[str, ...]
    mfa: bool
    id_token: str

    def __repr__(self) -> str:
        return f"Identite({self.cle_fournisseur})"


def commencer(fournisseur: Fournisseur, redirect_uri: str) -> Depart:
    """Return the URL to redirect to, with new ``state``, ``nonce`` and, if the provider supports it, PKCE verifier (RFC
    7636).

    64 hexadecimal digits: ProConnect requires at least 32 characters, some versions of FranceConnect 64. Sends no
    parameter unknown to the provider, which would refuse the request. Raises ``FournisseurIndisponible``,
    ``ConnexionRefusee``.
    """
    adresses = metadonnees.decouverte(fournisseur, Echeance())
    state, nonce = secrets.token_hex(32), secrets.token_hex(32)
    verificateur = secrets.token_urlsafe(48) if fournisseur.pkce else None
    parametres: dict[str, str] = {"nonce": nonce}
    if fournisseur.acr_par_claims:
        parametres["claims"] = json.dumps(_claims(fournisseur), separators=(",", ":"))
    else:
        parametres["acr_values"] = " ".join(fournisseur.acr_values)
    if verificateur:
        parametres["code_challenge"] = create_s256_code_challenge(verificateur)
        parametres["code_challenge_method"] = "S256"
    adresse = prepare_grant_uri(
        adresses.authorization_endpoint,
        fournisseur.client_id,
        "code",
        redirect_uri=redirect_uri,
        scope=list(fournisseur.scopes),
        state=state,
        **parametres,
    )
    return Depart(adresse, state, nonce, verificateur)


def _claims(fournisseur: Fournisseur) -> dict[str, Any]:
    """The id_token has ``acr`` and ``amr`` only when requested by name (OpenID Connect Core §5.5)."""
    niveau: dict[str, Any] | None = None
    if fournisseur.mfa != "off":
        niveau = {"essential": fournisseur.mfa == "exigee", "values": list(fournisseur.acr_values)}
    return {"id_token": {"acr": niveau, "amr": None}}


def terminer(
    fournisseur: Fournisseur,
    *,
    code: str,
    depart: Depart,
    redirect_uri: str,
    maintenant: datetime,
    iss: str | None = None,
) -> Identite:
    """Exchange ``code`` for a verified identity, in five seconds at most.

    The caller has compared ``state`` with the session's, for this provider, and removed it. ``iss``: parameter of the
    redirection, if any (RFC 9207). Raises ``ConnexionRefusee`` (one class per check), ``FournisseurIndisponible``.
    """
    echeance = Echeance()
    try:
        adresses = metadonnees.decouverte(fournisseur, echeance)
        if (iss is not None or adresses.iss_au_retour) and iss != fournisseur.issuer:
            raise EmetteurInattendu
        acces, id_token = _echanger(fournisseur, adresses.token_endpoint, code, depart, redirect_uri, echeance)
        preuve = revendications(id_token, fournisseur, echeance)
        jetons.verifier_id_token(preuve, fournisseur, nonce=depart.nonce, acces=acces, maintenant=maintenant)
        personne = _personne(fournisseur, adresses.userinfo_endpoint, acces, preuve, maintenant, echeance)
    except Indisponible as erreur:
        log.warning("fournisseur_identite_indisponible", fournisseur=fournisseur.cle, cause=erreur.cause)
        raise
    return _identite(fournisseur, preuve, personne, id_token)


def deconnexion(fournisseur: Fournisseur, id_token: str, state: str, retour: str) -> str:
    """Return the URL that signs out at the provider (RP-Initiated Logout 1.0 §2), or ``retour`` if it has none.

    End the local session first: raises ``FournisseurIndisponible`` or ``ConnexionRefusee`` when the endpoints cannot be
    fetched.
    """
    adresse = metadonnees.decouverte(fournisseur, Echeance()).end_session_endpoint
    if not adresse:
        return retour
    qui = ("id_token_hint", id_token) if id_token else ("client_id", fournisseur.client_id)
    complete: str = add_params_to_uri(adresse, [qui, ("state", state), ("post_logout_redirect_uri", retour)])
    return complete


def _echanger(
    fournisseur: Fournisseur, adresse: str, code: str, depart: Depart, redirect_uri: str, echeance: Echeance
) -> tuple[str, str]:
    """Return (access token, id_token); sends the secret in the body (``client_secret_post``)."""
    formulaire = prepare_token_request(
        "authorization_code",
        redirect_uri=redirect_uri,
        code=code,
        client_id=fournisseur.client_id,
        client_secret=fournisseur.client_secret,
        code_verifier=depart.verificateur,
    )
    entetes = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    reponse = demander("POST", adresse, echeance, entetes=entetes, formulaire=formulaire)
    if reponse.statut != 200:
        raise _refus(fournisseur, reponse)
    recu = reponse.objet()
    acces, id_token, genre = (recu.get(nom) for nom in ("access_token", "id_token", "token_type"))
    if not (isinstance(acces, str) and isinstance(id_token, str) and str(genre).lower() == "bearer"):
        raise JetonIllisible
    if not acces.isascii() or not acces.isprintable() or " " in acces:
        raise JetonIllisible
    return acces, id_token


def _refus(fournisseur: Fournisseur, reponse: ReponseOidc) -> CodeRefuse | ServiceRefuse:
    """Return the error for a refused code (RFC 6749 §5.2). A refused service is logged, for the operator."""
    try:
        motif = reponse.objet().get("error")
    except FournisseurIndisponible:
        motif = None
    if motif == "invalid_grant":
        return CodeRefuse()
    log.error("fournisseur_identite_refuse_le_service", fournisseur=fournisseur.cle, statut=reponse.statut)
    return ServiceRefuse()


def revendications(
    jeton: str, fournisseur: Fournisseur, echeance: Echeance, genre: str = "jwt"
) -> jetons.Revendications:
    """Return the claims of a signed token; fetches the keys again, once, when they do not verify it."""
    try:
        return jetons.lire_signe(jeton, metadonnees.cles(fournisseur, echeance), fournisseur.algorithmes, genre)
    except (CleInconnue, SignatureFausse):
        relues = metadonnees.cles_relues(fournisseur, echeance)
        if relues is None:
            raise
    return jetons.lire_signe(jeton, relues, fournisseur.algorithmes, genre)


def _personne(
    fournisseur: Fournisseur,
    adresse: str,
    acces: str,
    preuve: jetons.Revendications,
    maintenant: datetime,
    echeance: Echeance,
) -> jetons.Revendications:
    """Return the claims of userinfo (OpenID Connect Core §5.3)."""
    attendu = "application/jwt" if fournisseur.userinfo_signe else "application/json"
    entetes = {"Accept": attendu, "Authorization": f"Bearer {acces}"}
    reponse = demander("GET", adresse, echeance, entetes=entetes)
    if reponse.statut != 200:
        raise Indisponible(f"userinfo {reponse.statut}")
    if reponse.type != attendu:
        raise IdentiteNonSignee
    sub = jetons.sujet(preuve)
    if not fournisseur.userinfo_signe:
        recue = reponse.objet()
        jetons.exiger_meme_sujet(recue, sub)
        return recue
    recue = revendications(reponse.corps.decode("ascii", errors="replace").strip(), fournisseur, echeance)
    jetons.verifier_userinfo(recue, fournisseur, sub=sub, maintenant=maintenant)
    return recue


def _identite(
    fournisseur: Fournisseur, preuve: jetons.Revendications, personne: jetons.Revendications, id_token: str
) -> Identite:
    acr, amr = _texte(preuve, "acr"), jetons.methodes(preuve)
    siret, roles = personne.get("siret"), personne.get("roles")
    return Identite(
        cle_fournisseur=fournisseur.cle,
        iss=fournisseur.issuer,
        sub=jetons.sujet(preuve),
        email=_texte(personne, "email", COURRIEL_MAX),
        prenom=_texte(personne, "given_name"),
        nom=_texte(personne, "usual_name") or _texte(personne, "family_name"),
        siret=siret if isinstance(siret, str) and re.fullmatch("[0-9]{14}", siret) else "",
        # A text is not a list: "agent_public_etat" in a longer text must not match.
        roles=tuple(r for r in roles[:ROLES_MAX] if isinstance(r, str)) if isinstance(roles, list) else (),
        organisation_label=_texte(personne, "organization_label"),
        idp_id=_texte(personne, "idp_id"),
        acr=acr,
        amr=amr,
        mfa="mfa" in amr or acr in ACR_MFA,
        id_token=id_token,
    )


def _texte(revendications: jetons.Revendications, nom: str, longueur: int = _TEXTE_MAX) -> str:
    """Return a claim without control characters; "" when it is not a text or is too long."""
    valeur = revendications.get(nom)
    if not isinstance(valeur, str) or len(valeur) > longueur:
        return ""
    return "".join(caractere for caractere in valeur if caractere.isprintable()).strip()
