"""Local sandbox of API Entreprise: an HTTP server with the same envelope, errors and headers.

Serves the invented answers of the catalogue folders; requires a token and the three mandatory parameters; logs nothing.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from fce.socle.texte.identifiants import siren_valide, siret_valide, tva_intracommunautaire
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.direct import direct_de

JETON: Final = "jeton-du-bac-a-sable"
LIMITE: Final = 1000  # calls per minute
_PARAMETRES: Final = ("recipient", "context", "object")
Reponse = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Point:
    """An endpoint: its pattern, its source, its answers by number ("*": any other number)."""

    motif: re.Pattern[str]
    source: Source
    reponses: Mapping[str, Any]


def points(autres: Mapping[str, Mapping[str, Any]] | None = None) -> list[_Point]:
    """Every declared endpoint, with the answers of ``autres`` or else of the source's folder."""
    trouves = []
    for source in registre.toutes():
        if source.direct is None:
            continue
        reponses = (autres or {}).get(source.nom)
        if reponses is None:
            reponses = json.loads(registre.reponses(source).read_text(encoding="utf-8"))
        for chemin in filter(None, (source.direct.chemin, source.direct.chemin_etablissement)):
            motif = re.escape(chemin)
            for nom, forme in (("siren", "[0-9]{9}"), ("siret", "[0-9]{14}"), ("annee", "[0-9]{4}")):
                motif = motif.replace(re.escape(f"{{{nom}}}"), f"(?P<{nom}>{forme})")
            trouves.append(_Point(re.compile(motif), source, reponses))
    return trouves


def repondre(adresses: list[_Point], chemin: str, requete: str, autorisation: str, jeton: str) -> Reponse:
    if autorisation != f"Bearer {jeton}":
        return _erreur(401, "00101", "Jeton invalide", "Votre jeton n'est pas valide ou n'est pas renseigné.")
    donnes = {nom: (valeurs[0] if valeurs else "") for nom, valeurs in parse_qs(requete).items()}
    for nom in _PARAMETRES:
        valeur = donnes.get(nom, "").strip()
        if not valeur or (nom == "recipient" and not siret_valide(valeur)):
            return _erreur(422, "00201", "Paramètre manquant", f"Le paramètre {nom} doit être donné et valide.")
    for point in adresses:
        if trouve := point.motif.fullmatch(chemin):
            return _au_point(point, trouve.groupdict())
    return _erreur(404, "00404", "Route inconnue", "Cette adresse n'existe pas.")


def _au_point(point: _Point, variables: dict[str, str]) -> Reponse:
    siret = variables.get("siret", "")
    numero = siret or variables["siren"]
    if not (siret_valide(siret) if siret else siren_valide(numero)):
        return _erreur(422, "00301", "Entité non traitable", "Le numéro n'est pas correctement formaté.")
    reponses = point.reponses
    trouvee = next((reponses[cle] for cle in (numero, numero[:9], "*") if cle in reponses), None)
    if trouvee is None:
        fournisseur = direct_de(point.source).fournisseur
        detail = "L'identifiant indiqué n'existe pas, n'est pas connu ou ne comporte aucune information pour cet appel."
        return _erreur(404, "01003", "Entité non trouvée", detail, provider=fournisseur)
    siren = numero[:9]
    valeurs = {"siren": siren, "siret": siret or siret_quelconque(siren), "tva": tva_intracommunautaire(siren)}
    return 200, {"data": _remplir(trouvee, valeurs), "links": {}, "meta": {}}


def siret_quelconque(siren: str) -> str:
    """Any valid SIRET of the company: the sandbox does not know its siège."""
    return next(n for n in (f"{siren}0001{cle}" for cle in range(10)) if siret_valide(n))


def _remplir(modele: Any, valeurs: Mapping[str, str]) -> Any:
    if isinstance(modele, str):
        for nom, valeur in valeurs.items():
            modele = modele.replace(f"{{{nom}}}", valeur)
        return modele
    if isinstance(modele, list):
        return [_remplir(element, valeurs) for element in modele]
    if isinstance(modele, dict):
        return {cle: _remplir(valeur, valeurs) for cle, valeur in modele.items()}
    return modele


def _erreur(code_http: int, code: str, titre: str, detail: str, **meta: str) -> Reponse:
    return code_http, {"errors": [{"code": code, "title": titre, "detail": detail, "source": None, "meta": meta}]}


class _Traitement(BaseHTTPRequestHandler):
    server: Serveur
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "bac-a-sable", ""

    def do_GET(self) -> None:
        adresse = urlsplit(self.path)
        limite, reste, remise = self.server.compter()
        if reste < 0:
            statut, corps = _erreur(429, "00429", "Trop de requêtes", "Attendez la remise à zéro de votre limite.")
        else:
            autorisation = self.headers.get("Authorization", "")
            statut, corps = repondre(self.server.adresses, adresse.path, adresse.query, autorisation, self.server.jeton)
        octets = json.dumps(corps, ensure_ascii=False).encode()
        self.send_response(statut)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(octets)))
        self.send_header("RateLimit-Limit", str(limite))
        self.send_header("RateLimit-Remaining", str(max(0, reste)))
        self.send_header("RateLimit-Reset", str(remise))
        if statut == 429:
            self.send_header("Retry-After", str(max(1, remise - int(time.time()))))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, *_: Any) -> None:
        """Log nothing: addresses contain numbers."""


class Serveur(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(
        self, port: int = 0, jeton: str = JETON, reponses: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        super().__init__(("127.0.0.1", port), _Traitement)
        self.adresses = points(reponses)
        self.jeton = jeton
        self._verrou = threading.Lock()
        self._minute, self._appels = 0, 0

    @property
    def adresse(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def reglages(self, destinataire: str) -> dict[str, str]:
        return {
            "FCE_API_ENTREPRISE_URL": self.adresse,
            "FCE_API_ENTREPRISE_TOKEN": self.jeton,
            "FCE_API_ENTREPRISE_DESTINATAIRE": destinataire,
        }

    def compter(self) -> tuple[int, int, int]:
        """(limit, calls left, Unix time of the reset) for the current minute, this call included."""
        minute = int(time.time()) // 60
        with self._verrou:
            if minute != self._minute:
                self._minute, self._appels = minute, 0
            self._appels += 1
            return LIMITE, LIMITE - self._appels, (minute + 1) * 60


@contextlib.contextmanager
def en_marche(port: int = 0, reponses: Mapping[str, Mapping[str, Any]] | None = None) -> Iterator[Serveur]:
    """Run the sandbox in a thread during the block. Raises OSError when the port is taken.

    ``reponses``: {source: {number: answer}}, replacing those of the folders.
    """
    with Serveur(port, reponses=reponses) as serveur:
        fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        fil.start()
        try:
            yield serveur
        finally:
            serveur.shutdown()
            fil.join()
