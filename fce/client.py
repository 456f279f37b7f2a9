"""Client of the API v1, typed and thin over httpx. Imports nothing of the service: it may be copied elsewhere.

>>> with ClientFce("https://fce.example.fr") as fce:
...     for page in fce.pages_du_flux(curseur):
...         for changement in page.changements:
...             appliquer(copie, changement)
...         garder(page.curseur)

A page applied twice gives the same copy, so keep the cursor after the page, or with it.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal

import httpx

__all__ = ["ChangementRecu", "ClientFce", "CurseurExpire", "ErreurFce", "FichierRecu", "PageRecue", "appliquer", "lire"]
Faits = dict[str, list[dict[str, Any]]]
"""What everyone reads of a company: {source: rows}."""
Format = Literal["ndjson.gz", "csv.gz", "parquet"]
_TAILLE: Final = 1_000


class ErreurFce(Exception):
    """The service refused: ``statut``, and ``code`` and the French sentence of its answer."""

    def __init__(self, statut: int, code: str, message: str) -> None:
        super().__init__(message)
        self.statut, self.code, self.message = statut, code, message


class CurseurExpire(ErreurFce):
    """The feed no longer holds what follows the cursor: fetch the bulk file (``fichier``), and go on from its own."""


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


class ClientFce:
    """``jeton``: token of a habilitated service, "" for open data. ``transport``: for tests."""

    def __init__(
        self, adresse: str, *, jeton: str = "", delai_s: float = 60.0, transport: httpx.BaseTransport | None = None
    ) -> None:
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

    def entreprise(self, siren: str, *, finalite: str = "", reference: str = "") -> dict[str, Any]:
        """The sheet of a company. ``finalite``, ``reference``: purpose and number of the case, with a token. Raises
        ErreurFce, httpx.HTTPError."""
        dits = {"finalite": finalite, "reference": reference} if finalite else {}
        return self._json(f"/api/v1/entreprises/{siren}", dits)

    def pages_du_flux(
        self, curseur: str = "", *, jusqu_a: str = "", taille: int = _TAILLE, attente: int = 0, sans_fin: bool = False
    ) -> Iterator[PageRecue]:
        """Pages of changes after ``curseur``, until nothing follows, or for ever (``sans_fin``; ``attente``:
        seconds of long poll).

        Raises CurseurExpire, ErreurFce, httpx.HTTPError; call again from the last cursor.
        """
        while True:
            demande = {"curseur": curseur, "jusqu_a": jusqu_a, "taille": taille, "attente": attente}
            page = _page(self._lire("/api/v1/changements", {k: v for k, v in demande.items() if v}).text)
            yield page
            curseur = page.curseur
            if page.a_jour and not sans_fin:
                return

    def changements(self, curseur: str = "", **reglages: Any) -> Iterator[ChangementRecu]:
        """The changes of ``pages_du_flux``, one by one: each one's cursor is where to go on from."""
        for page in self.pages_du_flux(curseur, **reglages):
            yield from page.changements

    def fichier(self, vers: Path, genre: Format = "ndjson.gz", *, etag: str = "") -> FichierRecu:
        """Fetch the bulk file to ``vers``, whole or not at all. Raises ErreurFce, httpx.HTTPError."""
        entetes = {"If-None-Match": etag} if etag and vers.exists() else {}
        brouillon = vers.with_name(f".{vers.name}.part")
        with self._http.stream("GET", f"/api/v1/fichiers/entreprises.{genre}", headers=entetes) as reponse:
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
        return _exiger(self._http.get(chemin, params=parametres))


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
    *lignes, fin = [json.loads(ligne) for ligne in texte.splitlines()]
    return PageRecue([ChangementRecu(**ligne) for ligne in lignes], fin["curseur"], fin["a_jour"])


def _exiger(reponse: httpx.Response) -> httpx.Response:
    if reponse.is_success:
        return reponse
    try:
        erreur = reponse.json()["erreur"]
        code, message = erreur["code"], erreur["message"]
    except (ValueError, KeyError, TypeError):
        code, message = "erreur", reponse.reason_phrase
    raise (CurseurExpire if reponse.status_code == 410 else ErreurFce)(reponse.status_code, code, message)
