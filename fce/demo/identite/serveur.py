"""Local server of both issuers, ``/proconnect`` and ``/franceconnect``, on its own port."""

from __future__ import annotations

import contextlib
import json
import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import StartResponse, WSGIEnvironment

from django.conf import settings
from django.template.loader import render_to_string

from fce.demo.identite import regles
from fce.demo.identite.autorisations import PARAMETRE_FAUX, Client, RequeteFausse
from fce.demo.identite.emetteur import Emetteur, JetonRefuse
from fce.socle.erreurs import ConfigurationInvalide

CLIENT_ID: Final = "fce-demonstration"
SITE: Final = "http://127.0.0.1:8000"
CORPS_MAX: Final = 20_000
STYLE: Final = """\
body { font: 1rem/1.5 Marianne, arial, sans-serif; color: #161616 }
main { max-width: 48rem; margin: 2rem auto; padding: 0 1rem }
ul { list-style: none; padding: 0 } li { border-top: 1px solid #ddd; padding: .75rem 0 } p { margin: .25rem 0 }
a { color: #000091; font-weight: 700 } a:focus-visible { outline: 2px solid #0a76f6; outline-offset: 2px }
"""
_ENTETES: Final = (
    ("Cache-Control", "no-store"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)


@dataclass(frozen=True, slots=True)
class Appel:
    """A request: URL parameters, form, bearer token."""

    methode: str
    chemin: str
    parametres: Mapping[str, str] = field(default_factory=dict)
    formulaire: Mapping[str, str] = field(default_factory=dict)
    porteur: str = ""


@dataclass(frozen=True, slots=True)
class Reponse:
    """An answer. ``vers``: target of a redirection."""

    statut: int
    type: str = "text/plain; charset=utf-8"
    corps: bytes = b""
    vers: str = ""


class Application:
    """WSGI application: routes a path to its issuer and endpoint."""

    def __init__(self, emetteurs: Mapping[str, Emetteur]) -> None:
        self.emetteurs = emetteurs

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            reponse = self.repondre(_appel(environ))
        except RequeteFausse as faute:
            reponse = _page(400, "erreur", {"code": faute.code, "raison": faute.raison})
        entetes = [*_ENTETES, ("Content-Type", reponse.type), ("Content-Length", str(len(reponse.corps)))]
        if reponse.vers:
            entetes.append(("Location", reponse.vers))
        start_response(f"{reponse.statut} {HTTPStatus(reponse.statut).phrase}", entetes)
        return [reponse.corps]

    def repondre(self, appel: Appel) -> Reponse:
        """Answer a request. Raises ``RequeteFausse``."""
        if appel.chemin == "/style.css":
            return Reponse(200, "text/css; charset=utf-8", STYLE.encode())
        cle, _, point = appel.chemin.removeprefix("/").partition("/")
        emetteur, traiter = self.emetteurs.get(cle), _POINTS.get((appel.methode, point))
        if emetteur is None or traiter is None:
            return Reponse(404)
        return traiter(emetteur, appel)


def _decouverte(emetteur: Emetteur, appel: Appel) -> Reponse:
    return _json(emetteur.decouverte())


def _jwks(emetteur: Emetteur, appel: Appel) -> Reponse:
    return _json(emetteur.jwks())


def _autoriser(emetteur: Emetteur, appel: Appel) -> Reponse:
    demande = emetteur.demande(appel.parametres)
    if appel.parametres.get("prompt") == "none":
        # No sessions here, so nobody is already signed in.
        return Reponse(302, vers=emetteur.revenir(demande, [("error", "login_required")]))
    personnage = emetteur.choisi(appel.parametres.get("login_hint", ""))
    if personnage is not None:
        return Reponse(302, vers=emetteur.accorder(demande, personnage))
    choix = [(p, f"?{urlencode({**appel.parametres, 'login_hint': p.cle})}") for p in emetteur.regles.personnages]
    return _page(200, "choix", {"titre": emetteur.regles.titre, "choix": choix})


def _echanger(emetteur: Emetteur, appel: Appel) -> Reponse:
    try:
        return _json(emetteur.echanger(appel.formulaire))
    except JetonRefuse as refus:
        return _json({"error": str(refus)}, 401 if str(refus) == "invalid_client" else 400)


def _userinfo(emetteur: Emetteur, appel: Appel) -> Reponse:
    jeton = emetteur.userinfo(appel.porteur)
    return Reponse(200, "application/jwt", jeton.encode()) if jeton else _json({"error": "invalid_token"}, 401)


def _sortir(emetteur: Emetteur, appel: Appel) -> Reponse:
    return Reponse(302, vers=emetteur.sortie(appel.parametres))


_POINTS: Final = {
    ("GET", ".well-known/openid-configuration"): _decouverte,
    ("GET", "jwks"): _jwks,
    ("GET", "authorize"): _autoriser,
    ("POST", "token"): _echanger,
    ("GET", "userinfo"): _userinfo,
    ("GET", "session/end"): _sortir,
}


def _appel(environ: WSGIEnvironment) -> Appel:
    taille = environ.get("CONTENT_LENGTH") or "0"
    corps = environ["wsgi.input"].read(min(int(taille), CORPS_MAX)) if taille.isdigit() else b""
    return Appel(
        environ["REQUEST_METHOD"],
        environ["PATH_INFO"],
        _uniques(environ.get("QUERY_STRING", "")),
        _uniques(corps.decode("utf-8", "replace")),
        environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer "),
    )


def _uniques(texte: str) -> dict[str, str]:
    """Parse parameters; none may be repeated (RFC 6749 §3.1)."""
    paires = parse_qsl(texte, keep_blank_values=True)
    if len({nom for nom, _ in paires}) < len(paires):
        raise RequeteFausse(PARAMETRE_FAUX, "Un paramètre est donné deux fois.")
    return dict(paires)


def _json(contenu: dict[str, Any], statut: int = 200) -> Reponse:
    return Reponse(statut, "application/json", json.dumps(contenu).encode())


def _page(statut: int, nom: str, contexte: dict[str, Any]) -> Reponse:
    corps = render_to_string(f"demo/identite/{nom}.html", contexte)
    return Reponse(statut, "text/html; charset=utf-8", corps.encode())


class _Muet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Log nothing: URLs hold codes."""


class Serveur(ThreadingMixIn, WSGIServer):
    """The server, on 127.0.0.1, for the service at ``site``. Raises ``OSError`` when the port is taken. ``genre``:
    class of its issuers."""

    daemon_threads = True

    def __init__(self, port: int = 0, site: str = SITE, genre: type[Emetteur] = Emetteur) -> None:
        if settings.PRODUCTION:
            raise ConfigurationInvalide("Le fournisseur d’identité de démonstration ne sert jamais en production.")
        super().__init__(("127.0.0.1", port), _Muet)
        self.secret = secrets.token_urlsafe(32)
        self.emetteurs = {
            r.cle: genre(r, f"http://127.0.0.1:{self.server_port}/{r.cle}", {CLIENT_ID: self._client(r, site)})
            for r in (regles.PROCONNECT, regles.FRANCECONNECT)
        }
        self.set_app(Application(self.emetteurs))

    def _client(self, r: regles.Regles, site: str) -> Client:
        racine = site.rstrip("/")
        retours, sorties = {f"{racine}/connexion/{r.cle}/retour"}, {f"{racine}/deconnexion/retour"}
        return Client(CLIENT_ID, self.secret, frozenset(retours), frozenset(sorties))

    def reglages(self) -> dict[str, str]:
        """Return the environment variables that make the service use this server."""
        dits = {"FCE_PROCONNECT_PKCE": "true", "FCE_DEMONSTRATION": "true"}
        dits["FCE_PERSONNAGES"] = json.dumps(presentation(), ensure_ascii=False)
        for cle, emetteur in self.emetteurs.items():
            prefixe = f"FCE_{cle.upper()}"
            dits[f"{prefixe}_ISSUER"] = emetteur.adresse
            dits[f"{prefixe}_CLIENT_ID"], dits[f"{prefixe}_CLIENT_SECRET"] = CLIENT_ID, self.secret
        return dits


def presentation() -> list[dict[str, str]]:
    """Return the people to play, for the sign-in page; ``cle`` is the ``login_hint``."""
    return [
        {
            "cle": p.cle,
            "fournisseur": r.cle,
            "nom": f"{p.prenom} {p.nom}",
            "fonction": p.fonction,
            "montre": p.montre,
        }
        for r in (regles.PROCONNECT, regles.FRANCECONNECT)
        for p in r.personnages
    ]


@contextlib.contextmanager
def en_marche(port: int = 0, site: str = SITE, genre: type[Emetteur] = Emetteur) -> Iterator[Serveur]:
    """Run the server in threads during the block. Raises ``OSError`` when the port is taken."""
    with Serveur(port, site, genre) as serveur:
        fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        fil.start()
        try:
            yield serveur
        finally:
            serveur.shutdown()
            fil.join()
