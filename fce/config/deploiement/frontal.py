"""Checks through the front server, as a reader: certificate, TLS versions, headers, redirection, hidden addresses."""

import datetime
import socket
import ssl
import warnings
from typing import Final
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.utils import timezone

from fce.config.diagnostic import Constat
from fce.socle.texte.formats import pluriel

DELAI_S: Final = 5.0
JOURS_RESTANTS: Final = 14
"""Days before its end when a certificate should have been renewed: Let's Encrypt does it at thirty."""
UN_AN_S: Final = 365 * 24 * 3600
_ENTETES: Final = {
    "Strict-Transport-Security": "max-age=",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""{header: what its value holds}. FCE sends them: a front server that adds its own sends two."""
_CAUSES: Final = {
    9: "il n’est pas encore valable",
    10: "il a expiré",
    18: "il est signé par lui-même",
    19: "son autorité n’est pas reconnue",
    20: "son autorité n’est pas reconnue",
    62: "il est fait pour un autre nom",
}
"""{code of OpenSSL: what is wrong with the certificate}."""
_CACHES: Final = ("/metrics", "/.env", "/.git/config", "/debug")


def constater_les_frontaux() -> Constat:
    """Behind nginx on the same machine, every reader has the address of the machine, which no limit counts."""
    point = "Frontal déclaré"
    if not settings.FCE_FRONTAUX:
        return Constat(
            point,
            False,
            "FCE_FRONTAUX vaut 0 : derrière un frontal de cette machine, aucune limite de débit ne compte. Mettez-y le "
            "nombre de frontaux (1 pour nginx seul).",
        )
    return Constat(point, True, f"{pluriel(settings.FCE_FRONTAUX, 'frontal', 'frontaux')} devant FCE.")


def constater_l_adresse(adresse: str, port_http: int = 80) -> list[Constat]:
    """Check the public address from here. ``port_http``: where plain requests must be redirected or refused."""
    lue = urlsplit(adresse)
    if lue.scheme != "https" or not lue.hostname:
        return [Constat("TLS", False, "FCE_ADRESSE_PUBLIQUE n’est pas en https : donnez celle que sert le frontal.")]
    tls = _tls(lue.hostname, lue.port or 443)
    if not tls.bon:
        return [tls]
    try:
        with httpx.Client(verify=ssl.create_default_context(), timeout=DELAI_S, base_url=adresse) as client:
            reponse = client.get("/sante/vivant")
            caches = [chemin for chemin in _CACHES if client.get(chemin).status_code < 400]
    except httpx.HTTPError as erreur:
        return [
            tls,
            Constat("En-têtes", False, f"{adresse} ne répond pas ({type(erreur).__name__}) : voyez le frontal."),
        ]
    return [
        tls,
        _reponse(adresse, reponse),
        _redirection(lue.hostname, port_http),
        Constat("Adresses cachées", not caches, f"{', '.join(caches)} : le frontal les montre, fermez-les.")
        if caches
        else Constat("Adresses cachées", True, "le frontal ne montre ni mesures ni fichiers de configuration."),
    ]


def _tls(hote: str, port: int) -> Constat:
    try:
        with (
            socket.create_connection((hote, port), timeout=DELAI_S) as brute,
            ssl.create_default_context().wrap_socket(brute, server_hostname=hote) as prise,
        ):
            certificat, version = prise.getpeercert() or {}, prise.version()
    except ssl.SSLCertVerificationError as erreur:
        cause = _CAUSES.get(erreur.verify_code, erreur.verify_message)
        return Constat(
            "TLS", False, f"le certificat de {hote} est refusé : {cause}. Renouvelez-le, rechargez le frontal."
        )
    except socket.gaierror:
        return Constat(
            "TLS", False, f"{hote} n’a pas d’adresse connue d’ici : inscrivez-le dans le DNS, ou dans /etc/hosts."
        )
    except OSError as erreur:
        return Constat(
            "TLS", False, f"{hote}:{port} ne répond pas en TLS 1.2 ou 1.3 ({type(erreur).__name__}) : voyez le frontal."
        )
    fin = datetime.datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificat["notAfter"])), datetime.UTC)
    jours = (fin - timezone.now()).days
    if jours < JOURS_RESTANTS:
        return Constat("TLS", False, f"le certificat expire dans {pluriel(jours, 'jour')} : renouvelez-le.")
    if _accepte_un_ancien(hote, port):
        return Constat("TLS", False, "le frontal accepte TLS 1.0 ou 1.1 : « ssl_protocols TLSv1.2 TLSv1.3; ».")
    return Constat("TLS", True, f"{version}, certificat valable encore {pluriel(jours, 'jour')}.")


def _accepte_un_ancien(hote: str, port: int) -> bool:
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    contexte.check_hostname, contexte.verify_mode = False, ssl.CERT_NONE
    contexte.set_ciphers("ALL:@SECLEVEL=0")  # otherwise OpenSSL itself refuses, and nothing is learnt
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        contexte.minimum_version, contexte.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    try:
        with (
            socket.create_connection((hote, port), timeout=DELAI_S) as brute,
            contexte.wrap_socket(brute, server_hostname=hote),
        ):
            return True
    except OSError:
        return False


def _reponse(adresse: str, reponse: httpx.Response) -> Constat:
    if reponse.status_code != 200 or "X-Request-Id" not in reponse.headers:
        return Constat(
            "En-têtes",
            False,
            f"{adresse}/sante/vivant répond {reponse.status_code}, et ce n’est pas FCE : voyez l’adresse et le nom "
            "d’hôte que transmet le frontal.",
        )
    fautes = [
        f"{nom} ({'absent' if not valeurs else 'envoyé deux fois' if len(valeurs) > 1 else 'changé'})"
        for nom, attendu in _ENTETES.items()
        if len(valeurs := reponse.headers.get_list(nom)) != 1 or attendu not in valeurs[0]
    ]
    duree = reponse.headers.get("Strict-Transport-Security", "").partition("max-age=")[2].partition(";")[0]
    if duree.isdigit() and int(duree) < UN_AN_S:
        fautes.append("Strict-Transport-Security (moins d’un an)")
    if any(c.isdigit() for c in reponse.headers.get("Server", "")):
        fautes.append("Server (dit une version : « server_tokens off; »)")
    if fautes:
        return Constat("En-têtes", False, f"{', '.join(fautes)} : laissez passer ceux de FCE, n’en ajoutez pas.")
    return Constat("En-têtes", True, "ceux de FCE arrivent au lecteur, une fois chacun.")


def _redirection(hote: str, port: int) -> Constat:
    try:
        reponse = httpx.get(f"http://{hote}:{port}/", timeout=DELAI_S, follow_redirects=False)
    except httpx.HTTPError:
        return Constat("Redirection", True, f"rien ne répond en clair au port {port}.")
    if reponse.is_redirect and reponse.headers.get("Location", "").startswith("https://"):
        return Constat("Redirection", True, "http mène à https.")
    return Constat("Redirection", False, f"le port {port} répond en clair : « return 301 https://$host$request_uri; ».")
