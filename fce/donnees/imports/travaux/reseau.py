"""Download one file by HTTP with time-outs, retries, resumption and limits; the result is whole or absent.

Follows redirects one by one, to public https addresses only, and connects to the IP address that was checked
(``adresses.publiques``). Requests no content encoding.
"""

import json
import random
import re
import shutil
import ssl
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from fce.donnees.imports.travaux import adresses
from fce.socle.erreurs import SourceIndisponible
from fce.socle.texte.formats import nombre
from fce.socle.web import http

_ESSAIS = 5
ATTENTE_S = 2.0
"""Seconds before the second attempt; doubled for each next one."""
ATTENTE_MAX_S = 120.0
DUREE_MAX_S = 6 * 3600
REDIRECTIONS = 5
DELAIS = http.Timeout(60, connect=10)
AVANCEE = 10 << 20
"""An interrupted attempt that brought this many bytes does not count as a failure."""
RESERVE = 512 << 20
_PASSAGERES = {408, 425, 429, 500, 502, 503, 504}
_REFUS = {
    401: "demande une identification",
    403: "refuse l'accès",
    404: "ne connaît pas ce fichier",
    410: "a retiré ce fichier",
}
Progression = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Version:
    """Validators of a version (RFC 9110 §8.8); both empty when the server gives none."""

    etag: str = ""
    modifie: str = ""

    @property
    def forte(self) -> str:
        """Validator that proves two pieces belong to the same file ("" if none)."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modifie


@dataclass(frozen=True, slots=True)
class FichierTelecharge:
    chemin: Path
    nom: str
    version: Version
    octets: int


class _Passagere(Exception):
    """A temporary failure; ``apres``: seconds that the server asks to wait."""

    def __init__(self, phrase: str, apres: float = 0) -> None:
        super().__init__(phrase)
        self.apres = apres


def recevoir(adresse: str, partiel: Path, connue: Version | None, progression: Progression) -> FichierTelecharge | None:
    """Download ``adresse`` into ``partiel``; None when unchanged since ``connue``.

    Resumes an interrupted download, in this call or a later one, if the server proves that the file is the same;
    otherwise starts again. Raises SourceIndisponible, with the reason, after the last attempt.
    """
    fin = time.monotonic() + DUREE_MAX_S
    essai = 1
    while True:
        avant = _octets(partiel)
        try:
            return _une_fois(adresse, partiel, connue, progression, fin)
        except (_Passagere, http.TransportError) as erreur:
            phrase = str(erreur) if isinstance(erreur, _Passagere) else _panne(erreur)
            # An attempt that brought data resets the count.
            essai = 1 if _octets(partiel) - avant > AVANCEE else essai
            if essai == _ESSAIS or time.monotonic() > fin:
                hote = http.URL(adresse).host
                raise SourceIndisponible(
                    f"{phrase} ({hote}, {essai} essais). Réessayez plus tard : le téléchargement reprendra."
                ) from erreur
            demandee = erreur.apres if isinstance(erreur, _Passagere) else 0
            attente = max(demandee, ATTENTE_S * 2 ** (essai - 1) * random.uniform(0.8, 1.2))  # noqa: S311
            progression(f"Nouvel essai ({phrase})", 0, 0)
            time.sleep(min(attente, ATTENTE_MAX_S))
            essai += 1


def _octets(partiel: Path) -> int:
    return partiel.stat().st_size if partiel.exists() else 0


def _panne(erreur: http.TransportError) -> str:
    if isinstance(erreur, http.ConnectTimeout | http.PoolTimeout):
        return "Le serveur ne répond pas"
    if isinstance(erreur, http.TimeoutException):
        return "Le serveur s'est tu pendant l'envoi"
    if isinstance(erreur, http.ConnectError):
        return "La connexion est impossible"
    return "La connexion a été coupée"


def _une_fois(
    adresse: str, partiel: Path, connue: Version | None, progression: Progression, fin: float
) -> FichierTelecharge | None:
    deja, en_cours = _repris(partiel, adresse)
    entetes = {"User-Agent": "FCE (Fiche Commune Entreprise)", "Accept-Encoding": "identity"}
    if deja:
        entetes |= {"Range": f"bytes={deja}-", "If-Range": en_cours.forte}
    elif connue:
        entetes |= {"If-None-Match": connue.etag} if connue.etag else {}
        entetes |= {"If-Modified-Since": connue.modifie} if connue.modifie else {}
    with _reponse(adresse, entetes) as reponse:
        if reponse.status_code == 304 and not deja:
            return None
        if reponse.status_code == 416:
            partiel.unlink(missing_ok=True)
            raise _Passagere("Le serveur n'a plus la suite du fichier")
        _verifier_reponse(reponse)
        if deja and (reponse.status_code != 206 or _debut_annonce(reponse) != deja):
            deja = 0
        version = Version(reponse.headers.get("ETag", ""), reponse.headers.get("Last-Modified", ""))
        annonces = int(reponse.headers.get("Content-Length") or 0)
        _verifier_place(deja + annonces, annonces, partiel)
        _memoire(partiel).write_text(json.dumps({"adresse": adresse, **asdict(version)}))
        octets = _ecrire(reponse, partiel, deja, deja + annonces if annonces else 0, progression, fin)
        nom = _nom(reponse)
    _memoire(partiel).unlink(missing_ok=True)
    return FichierTelecharge(partiel, nom, version, octets)


def _memoire(partiel: Path) -> Path:
    return partiel.with_name(partiel.name + ".json")


def _repris(partiel: Path, adresse: str) -> tuple[int, Version]:
    try:
        memoire = json.loads(_memoire(partiel).read_text())
        version = Version(memoire["etag"], memoire["modifie"])
        octets = partiel.stat().st_size
    except (OSError, ValueError, KeyError):
        return 0, Version()
    return (octets, version) if version.forte and memoire.get("adresse") == adresse else (0, Version())


@contextmanager
def _reponse(adresse: str, entetes: dict[str, str]) -> Iterator[http.Response]:
    url = http.URL(adresse)
    for _ in range(REDIRECTIONS + 1):
        with _client(url) as client:
            reponse = _envoyer(client, url, entetes)
            try:
                if not reponse.has_redirect_location:
                    yield reponse
                    return
                url = url.join(reponse.headers["Location"])
            finally:
                reponse.close()
    raise SourceIndisponible(f"Trop de redirections à partir de {http.URL(adresse).host} : adresse abandonnée.")


def _direct(url: http.URL) -> bool:
    return adresses.du_miroir(url) or (url.scheme == "https" and adresses.par_un_mandataire(url.host))


@cache
def _autorites() -> ssl.SSLContext:
    # Load the certificates once per process.
    return ssl.create_default_context()


def _client(url: http.URL) -> http.Client:
    return http.Client(
        timeout=DELAIS,
        follow_redirects=False,
        verify=_autorites(),
        trust_env=not adresses.du_miroir(url) and _direct(url),
    )


def _envoyer(client: http.Client, url: http.URL, entetes: dict[str, str]) -> http.Response:
    if _direct(url):
        return client.send(client.build_request("GET", url, headers=entetes), stream=True)
    numeros = adresses.publiques(url)
    for rang, numero in enumerate(numeros, 1):
        requete = client.build_request(
            "GET",
            url.copy_with(host=numero),
            headers={**entetes, "Host": url.netloc.decode().rpartition("@")[2]},
            extensions={"sni_hostname": url.host},
        )
        try:
            return client.send(requete, stream=True)
        except (http.ConnectError, http.ConnectTimeout):
            if rang == len(numeros):
                raise
    raise AssertionError("jamais atteint")


def _verifier_reponse(reponse: http.Response) -> None:
    code, hote = reponse.status_code, reponse.request.headers.get("Host", reponse.url.host)
    if code in _PASSAGERES:
        raise _Passagere(f"Le serveur répond {code}", _attente_demandee(reponse))
    if code not in (200, 206):
        raise SourceIndisponible(
            f"{hote} {_REFUS.get(code, f'répond {code}')} ({code}) : vérifiez l'adresse auprès du producteur."
        )
    if reponse.headers.get("Content-Type", "").partition(";")[0].strip().lower() in ("text/html", "application/xhtml"):
        raise SourceIndisponible(f"{hote} a répondu par une page web au lieu du fichier : vérifiez l'adresse.")


def _attente_demandee(reponse: http.Response) -> float:
    valeur = reponse.headers.get("Retry-After", "")
    if valeur.isdigit():
        return float(valeur)
    try:
        return max(0.0, (parsedate_to_datetime(valeur) - timezone.now()).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _debut_annonce(reponse: http.Response) -> int:
    trouve = re.match(r"bytes (\d+)-", reponse.headers.get("Content-Range", ""))
    return int(trouve[1]) if trouve else -1


def _verifier_place(total: int, encore: int, partiel: Path) -> None:
    if total > settings.FCE_TELECHARGEMENT_MAX:
        raise SourceIndisponible(
            f"Le fichier annonce {_mo(total)}, plus que la limite de {_mo(settings.FCE_TELECHARGEMENT_MAX)} "
            "(FCE_TELECHARGEMENT_MAX)."
        )
    libres = shutil.disk_usage(partiel.parent).free
    if libres - RESERVE < encore:
        raise SourceIndisponible(f"Espace disque insuffisant : il faut {_mo(encore)}, il reste {_mo(libres)}.")


def _ecrire(reponse: http.Response, partiel: Path, deja: int, total: int, progression: Progression, fin: float) -> int:
    octets = deja
    with partiel.open("ab" if deja else "wb") as sortie:
        for bloc in reponse.iter_raw():
            octets += len(bloc)
            if octets > settings.FCE_TELECHARGEMENT_MAX:
                _verifier_place(octets, 0, partiel)
            if time.monotonic() > fin:
                raise SourceIndisponible(f"Téléchargement trop lent : arrêté après {DUREE_MAX_S // 3600} heures.")
            sortie.write(bloc)
            progression("Téléchargement", octets, total)
            if not total:
                _verifier_place(octets, len(bloc), partiel)
    if total and octets != total:
        raise _Passagere("La connexion a été coupée avant la fin")
    return octets


def _nom(reponse: http.Response) -> str:
    """File name given by the server (RFC 6266), else the end of the URL; only letters, digits and ``._-``."""
    disposition = reponse.headers.get("Content-Disposition", "")
    etendu = re.search(r"filename\*=(?:UTF-8|utf-8)''([^;]+)", disposition)
    simple = re.search(r'filename="?([^";]+)', disposition)
    if etendu:
        brut = urllib.parse.unquote(etendu[1])
    else:
        brut = simple[1] if simple else urllib.parse.unquote(reponse.url.path.rpartition("/")[2])
    return re.sub(r"[^\w.-]+", "_", brut.replace("\\", "/").rpartition("/")[2]).strip("._-")[-120:]


def _mo(octets: int) -> str:
    return f"{nombre(round(octets / 1e6, 1))} Mo"
