"""Sign-in and sign-out; the account's pages are in ``views_compte``."""

import hmac
import secrets
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from fce.droits.comptes import navigateurs, services
from fce.droits.comptes.administration import administration_de
from fce.droits.comptes.erreurs import ConnexionAbandonnee
from fce.droits.comptes.models import Compte
from fce.droits.comptes.oidc import protocole
from fce.droits.comptes.oidc.fournisseurs import Fournisseur, fournisseurs
from fce.droits.comptes.oidc.protocole import Depart
from fce.droits.comptes.oidc.retour import adresse_sure
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.comptes.sessions import ESSAI
from fce.socle.base.roles import Role
from fce.socle.erreurs import FCEError, Introuvable, ParametreInvalide
from fce.socle.web.routes import Qui, acces

log = structlog.get_logger("fce.connexion")
# Concurrent sign-ins of one browser (tabs).
DEPARTS_MAX: Final = 5
SECOND_FACTEUR: Final = "mfa"


@acces(Qui.TOUS)
def connexion(request: HttpRequest) -> HttpResponse:
    """Show the sign-in page; in the demonstration, also the people to play."""
    if (ailleurs := _adresse_publique(request)) and not settings.PRODUCTION:
        # The cookie must belong to the host that the identity provider redirects to.
        return redirect(ailleurs)
    contexte = {
        "fournisseurs": fournisseurs(),
        "suite": adresse_sure(request.GET.get("suite", "")),
        "second_facteur": SECOND_FACTEUR in request.GET,
        "personnages": settings.FCE_PERSONNAGES if settings.FCE_DEMONSTRATION else [],
    }
    return render(request, "comptes/connexion.html", contexte)


@acces(Qui.TOUS, ("POST",), role=Role.COMPTES)
def commencer(request: HttpRequest, cle: str) -> HttpResponse:
    """Redirect to an identity provider; keep its secrets in the browser's session."""
    fournisseur = _fournisseur(cle)
    exige = SECOND_FACTEUR in request.POST
    depart = protocole.commencer(_exigeant(fournisseur, exige), _redirect_uri(cle))
    departs = [d for d in request.session.get("departs", []) if _recent(d)][-DEPARTS_MAX + 1 :]
    departs.append(
        {
            "cle": cle,
            "state": depart.state,
            "nonce": depart.nonce,
            "verificateur": depart.verificateur,
            "suite": adresse_sure(request.POST.get("suite", "")),
            "mfa": exige,
            "quand": timezone.now().timestamp(),
        }
    )
    request.session["departs"] = departs
    personnage = request.POST.get("personnage", "")[:60] if settings.FCE_DEMONSTRATION else ""
    return redirect(depart.adresse + (f"&{urlencode({'login_hint': personnage})}" if personnage else ""))


@acces(Qui.TOUS, role=Role.COMPTES)
def retour(request: HttpRequest, cle: str) -> HttpResponse:
    """Check the provider's answer, then open a session under a new cookie. A sign-in is used once."""
    fournisseur = _fournisseur(cle)
    garde = _reprendre(request, cle)
    if erreur := request.GET.get("error", ""):
        raise ConnexionAbandonnee(erreur)
    depart = Depart("", garde["state"], garde["nonce"], garde["verificateur"])
    identite = protocole.terminer(
        _exigeant(fournisseur, garde["mfa"]),
        code=request.GET.get("code", ""),
        depart=depart,
        redirect_uri=_redirect_uri(cle),
        maintenant=timezone.now(),
        iss=request.GET.get("iss"),
    )
    compte = services.connecter(identite)
    request.session.ouvrir(  # type: ignore[attr-defined]
        compte,
        {
            "depuis": timezone.now().isoformat(timespec="seconds"),
            "fournisseur": cle,
            "id_token": identite.id_token,
            "mfa": identite.mfa,
        },
        navigateur=navigateurs.nom(request),
        adresse_ip=getattr(request, "adresse_ip", None),
    )
    request.compte = compte  # type: ignore[attr-defined]
    log.info("connexion", fournisseur=cle, compte=compte.identifiant, mfa=identite.mfa)
    return redirect(_apres(compte, garde["suite"]))


@acces(Qui.CONNECTE, ("POST",))
def deconnecter(request: RequeteConnectee) -> HttpResponse:
    """End the local session, whatever happens next, then sign out at the provider."""
    session = request.session
    cle, id_token = session.get("fournisseur", ""), session.get("id_token", "")
    session.flush()
    state = secrets.token_hex(32)
    try:
        adresse = protocole.deconnexion(fournisseurs()[cle], id_token, state, _absolue("comptes:deconnecte"))
    except (KeyError, FCEError):
        adresse = reverse("comptes:deconnecte")
    else:
        session["sortie"] = state
    reponse = redirect(adresse)
    reponse["Clear-Site-Data"] = '"cache"'
    return reponse


@acces(Qui.TOUS, role=Role.COMPTES)
def deconnecte(request: HttpRequest) -> HttpResponse:
    """Show the end of the sign-out. A wrong state is reported and changes nothing, since the session is already
    over."""
    attendu = request.session.get("sortie", "") if settings.SESSION_COOKIE_NAME in request.COOKIES else ""
    recu = request.GET.get("state", "")
    if attendu:
        request.session.flush()
    confirmee = bool(attendu) and hmac.compare_digest(attendu.encode(), recu.encode("utf-8", "replace"))
    return render(request, "comptes/deconnecte.html", {"confirmee": confirmee})


def _fournisseur(cle: str) -> Fournisseur:
    try:
        return fournisseurs()[cle]
    except KeyError:
        raise Introuvable("Ce moyen de connexion n’est pas ouvert sur ce service.") from None


def _exigeant(fournisseur: Fournisseur, mfa: bool) -> Fournisseur:
    """The provider, with a required second factor."""
    return replace(fournisseur, mfa="exigee") if mfa and fournisseur.mfa != "exigee" else fournisseur


def _reprendre(request: HttpRequest, cle: str) -> dict[str, Any]:
    """Remove from the session the sign-in of this ``state`` and return it, so that it is used only once."""
    state = request.GET.get("state", "")
    departs = request.session.get("departs", []) if settings.SESSION_COOKIE_NAME in request.COOKIES else []
    garde = next(
        (d for d in departs if hmac.compare_digest(d["state"].encode(), state.encode("utf-8", "replace"))), None
    )
    if garde is not None:
        request.session["departs"] = [d for d in departs if d is not garde]
        request.session.save()
    if garde is None or garde["cle"] != cle or not _recent(garde):
        log.warning("connexion_refusee", fournisseur=cle, motif="state")
        raise ParametreInvalide(
            "Cette connexion a expiré, a déjà servi ou a été commencée dans un autre navigateur. Recommencez-la."
        )
    trouve: dict[str, Any] = garde
    return trouve


def _recent(depart: dict[str, Any]) -> bool:
    return bool(timezone.now().timestamp() - depart["quand"] < ESSAI.total_seconds())


def _apres(compte: Compte, suite: str) -> str:
    """After sign-in: an agent without administration first reads why his access is limited."""
    if compte.agent and not administration_de(compte):
        return reverse("comptes:compte")
    return suite


def _redirect_uri(cle: str) -> str:
    return _absolue("comptes:retour", cle)


def _absolue(nom: str, *arguments: str) -> str:
    return settings.FCE_ADRESSE_PUBLIQUE.rstrip("/") + reverse(nom, args=arguments)


def _adresse_publique(request: HttpRequest) -> str:
    """This page at the public address, "" when already there."""
    publique = urlsplit(settings.FCE_ADRESSE_PUBLIQUE)
    if request.get_host() == publique.netloc:
        return ""
    return settings.FCE_ADRESSE_PUBLIQUE.rstrip("/") + request.get_full_path()
