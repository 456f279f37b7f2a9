"""Client of the API v1, typed and thin over httpx. Imports nothing of the service: it may be copied elsewhere.

>>> with ClientFce("https://fce.example.fr") as fce:
...     for page in fce.pages_du_flux(curseur):
...         for changement in page.changements:
...             appliquer(copie, changement)
...         garder(page.curseur)

A page applied twice gives the same copy, so keep the cursor after the page, or with it. A batch and a bulk file count
for ten requests in the quota.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import closing
from dataclasses import dataclass, field, fields
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Final, Literal, TypeVar

import httpx

__all__ = [
    "ChangementRecu", "ClientFce", "CodeRecu", "CurseurExpire", "ErreurFce", "FichierRecu", "LigneRecue", "PageRecue",
    "appliquer", "lire",
]  # fmt: skip
Faits = dict[str, list[dict[str, Any]]]
"""What everyone reads of a company: {source: rows}."""
Format = Literal["ndjson.gz", "csv.gz", "parquet"]
_TAILLE: Final = 1_000
_TAILLE_DE_RECHERCHE: Final = 100
_LOT: Final = 1_000
_PAUSE_S: Final = 1.0
_Recu = TypeVar("_Recu", "ChangementRecu", "LigneRecue", "CodeRecu")


class ErreurFce(Exception):
    """The service refused: ``statut``, and ``code`` and the French sentence of its answer. ``attente``: seconds after
    which to ask again, None when waiting is no use."""

    def __init__(self, statut: int, code: str, message: str, attente: float | None = None) -> None:
        super().__init__(message)
        self.statut, self.code, self.message, self.attente = statut, code, message, attente


class CurseurExpire(ErreurFce):
    """The feed no longer holds what follows the cursor: fetch the bulk file (``fichier``), and go on from its own. In a
    search, the index was replaced: start again."""


@dataclass(frozen=True, slots=True)
class ChangementRecu:
    """One company of the feed. ``champs``: {source: fields that changed}; ``donnees``: what is to be held now."""

    curseur: str
    siren: str
    genre: str
    complet: bool
    date: str
    champs: dict[str, list[str]] = field(default_factory=dict)
    donnees: Faits = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageRecue:
    """``curseur``: to give next; ``a_jour``: nothing more for now."""

    changements: list[ChangementRecu]
    curseur: str
    a_jour: bool


@dataclass(frozen=True, slots=True)
class FichierRecu:
    """A bulk file on disk. ``curseur``: where the feed goes on from; ``etag``: to give next time; ``neuf``: False when
    the file in place was already this one."""

    chemin: Path
    curseur: str
    etag: str
    neuf: bool


@dataclass(frozen=True, slots=True)
class LigneRecue:
    """The answer to one number of a batch. ``issue``: trouve, ferme, remplace, inconnu or invalide; ``message``: a
    French sentence when there is something to know; ``resultat``: as a result of the search, None when not found."""

    demande: str
    issue: str
    message: str | None
    resultat: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class CodeRecu:
    """A code of a nomenclature. ``parent``: the code above; ``en_vigueur``: False when it is no longer given."""

    code: str
    libelle: str | None
    parent: str | None
    en_vigueur: bool


class ClientFce:
    """``jeton``: token of a habilitated service, "" for open data. ``patience_s``: how long a request may wait for the
    quota to renew, or for the service; beyond, ErreurFce says ``attente``. ``transport``: for tests."""

    def __init__(
        self,
        adresse: str,
        *,
        jeton: str = "",
        delai_s: float = 60.0,
        patience_s: float = 120.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._patience_s = patience_s
        entetes = {"Authorization": f"Bearer {jeton}"} if jeton else {}
        self._http = httpx.Client(base_url=adresse, headers=entetes, timeout=delai_s, transport=transport)

    def __enter__(self) -> ClientFce:
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, ou: TracebackType | None
    ) -> None:
        self._http.close()

    def chercher(self, q: str = "", **filtres: str | int | list[str]) -> dict[str, Any]:
        """Companies by text and filters, as ``/api/v1/recherche`` answers. Raises ErreurFce, httpx.HTTPError."""
        return self._json("/api/v1/recherche", {"q": q, **filtres} if q else filtres)

    def tout_chercher(self, q: str = "", **filtres: str | int | list[str]) -> Iterator[dict[str, Any]]:
        """Every result of a search, by number. Raises CurseurExpire, ErreurFce, httpx.HTTPError."""
        curseur: str | None = "*"
        while curseur:
            demande: dict[str, str | int | list[str]] = {"taille": _TAILLE_DE_RECHERCHE, **filtres, "curseur": curseur}
            page = self.chercher(q, **demande)
            yield from page["resultats"]
            curseur = page["suivant"]

    def lot(self, identifiants: Iterable[str]) -> Iterator[LigneRecue]:
        """Answer each SIREN or SIRET, in order, a thousand per request. Raises ErreurFce, httpx.HTTPError."""
        demandes = [*identifiants]
        for debut in range(0, len(demandes), _LOT):
            envoi = {"identifiants": demandes[debut : debut + _LOT]}
            for ligne in _exiger(self._envoyer("POST", "/api/v1/lot", json=envoi)).json()["lignes"]:
                yield _recu(LigneRecue, ligne)

    def nomenclatures(self) -> list[str]:
        """Names for ``nomenclature``. Raises ErreurFce, httpx.HTTPError."""
        return [lue["nom"] for lue in self._json("/api/v1/nomenclatures", {})["nomenclatures"]]

    def nomenclature(self, nom: str) -> dict[str, CodeRecu]:
        """{code: its label and parent} of a nomenclature (« naf-2025 »). Raises ErreurFce, httpx.HTTPError."""
        return {lu["code"]: _recu(CodeRecu, lu) for lu in self._json(f"/api/v1/nomenclatures/{nom}", {})["codes"]}

    def entreprise(self, siren: str, *, finalite: str = "", reference: str = "") -> dict[str, Any]:
        """The sheet of a company. ``finalite``, ``reference``: purpose and number of the case, with a token. Raises
        ErreurFce, httpx.HTTPError."""
        dits = {"finalite": finalite, "reference": reference}
        return self._json(f"/api/v1/entreprises/{siren}", {k: v for k, v in dits.items() if v})

    def pages_du_flux(
        self, curseur: str = "", *, jusqu_a: str = "", taille: int = _TAILLE, attente: int = 0, sans_fin: bool = False
    ) -> Iterator[PageRecue]:
        """Pages of changes after ``curseur``, until nothing follows, or for ever (``sans_fin``). When nothing is
        new, ask again after ``attente`` seconds, one at least.

        Raises CurseurExpire, ErreurFce, httpx.HTTPError; call again from the last cursor.
        """
        while True:
            debut = monotonic()
            demande = {"curseur": curseur, "jusqu_a": jusqu_a, "taille": taille, "attente": attente}
            reponse = self._lire("/api/v1/changements", {k: v for k, v in demande.items() if v})
            page = _page(reponse.text)
            yield page
            curseur = page.curseur
            if page.a_jour and not sans_fin:
                return
            if page.a_jour and not page.changements:
                sleep(max(0.0, debut + (_retry_after(reponse) or _PAUSE_S) - monotonic()))

    def changements(self, curseur: str = "", **reglages: Any) -> Iterator[ChangementRecu]:
        """The changes of ``pages_du_flux``, one by one: each one's cursor is where to go on from."""
        for page in self.pages_du_flux(curseur, **reglages):
            yield from page.changements

    def fichier(self, vers: Path, genre: Format = "ndjson.gz", *, etag: str = "") -> FichierRecu:
        """Fetch the bulk file to ``vers``, whole or not at all. Raises ErreurFce, httpx.HTTPError."""
        entetes = {"If-None-Match": etag} if etag and vers.exists() else {}
        brouillon = vers.with_name(f".{vers.name}.part")
        chemin = f"/api/v1/fichiers/entreprises.{genre}"
        with closing(self._envoyer("GET", chemin, flux=True, headers=entetes)) as reponse:
            if reponse.status_code != 304:
                if reponse.is_error:
                    reponse.read()
                _exiger(reponse)
                with brouillon.open("wb") as sortie:
                    for bloc in reponse.iter_bytes():
                        sortie.write(bloc)
                    os.fsync(sortie.fileno())
                brouillon.replace(vers)
            dit = reponse.headers
        return FichierRecu(vers, dit.get("X-FCE-Curseur", ""), dit.get("ETag", ""), reponse.status_code != 304)

    def _json(self, chemin: str, parametres: dict[str, Any]) -> dict[str, Any]:
        contenu: dict[str, Any] = self._lire(chemin, parametres).json()
        return contenu

    def _lire(self, chemin: str, parametres: dict[str, Any]) -> httpx.Response:
        return _exiger(self._envoyer("GET", chemin, params=parametres))

    def _envoyer(self, methode: str, chemin: str, *, flux: bool = False, **demande: Any) -> httpx.Response:
        """Send, and again as long as the service says when to come back and patience allows."""
        reste = self._patience_s
        while True:
            reponse = self._http.send(self._http.build_request(methode, chemin, **demande), stream=flux)
            attente = _attente(reponse)
            if attente is None or attente > reste:
                return reponse
            reponse.close()
            sleep(attente)
            reste -= attente


def lire(fichier: FichierRecu) -> dict[str, Faits]:
    """The copy that an NDJSON bulk file holds, {SIREN: facts}: as large as the country, all in memory."""
    with gzip.open(fichier.chemin, "rt", encoding="utf-8") as lignes:
        next(lignes)
        return {lu["siren"]: lu["donnees"] for lu in map(json.loads, lignes)}


def appliquer(copie: MutableMapping[str, Faits], changement: ChangementRecu) -> None:
    """Bring a copy, {SIREN: facts}, up to date; twice gives the same copy."""
    tenus = {} if changement.complet else copie.get(changement.siren, {})
    faits = {source: rangs for source, rangs in {**tenus, **changement.donnees}.items() if rangs}
    if faits:
        copie[changement.siren] = faits
    else:
        copie.pop(changement.siren, None)


def _page(texte: str) -> PageRecue:
    """Raises ValueError when the answer was cut: its last line gives the cursor."""
    # Not ``splitlines``: a name may hold other separators, which JSON does not escape.
    *lignes, fin = [json.loads(ligne) for ligne in texte.removesuffix("\n").split("\n")]
    return PageRecue([_recu(ChangementRecu, ligne) for ligne in lignes], fin["curseur"], fin["a_jour"])


def _recu(genre: type[_Recu], lu: dict[str, Any]) -> _Recu:
    """Build a record from the fields that it declares: a later API may send more of them."""
    return genre(**{champ.name: lu[champ.name] for champ in fields(genre) if champ.name in lu})


def _exiger(reponse: httpx.Response) -> httpx.Response:
    if reponse.is_success:
        return reponse
    try:
        probleme = reponse.json()
        code, message = probleme["code"], probleme["detail"]
    except (ValueError, KeyError, TypeError):
        code, message = "erreur", reponse.reason_phrase
    genre = CurseurExpire if reponse.status_code == 410 else ErreurFce
    raise genre(reponse.status_code, code, message, _attente(reponse))


def _attente(reponse: httpx.Response) -> float | None:
    """Seconds after which a refusal says to ask again."""
    return _retry_after(reponse) if reponse.status_code in (429, 503) else None


def _retry_after(reponse: httpx.Response) -> float | None:
    dite = reponse.headers.get("Retry-After", "")
    return max(float(dite), _PAUSE_S) if dite.isdecimal() else None
