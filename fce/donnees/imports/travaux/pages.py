"""Download a paginated answer into one file."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from fce.donnees.imports.travaux.adresses import par_le_miroir
from fce.donnees.imports.travaux.reseau import FichierTelecharge, Progression, Version, recevoir
from fce.socle.erreurs import SourceIndisponible
from fce.socle.web import http
from fce.sources.declaration import Pages

PAGES_MAX = 20_000


def recevoir_pages(pages: Pages, adresse: str, partiel: Path, progression: Progression) -> FichierTelecharge:
    """Append every page from ``adresse`` on to ``partiel``. Raises SourceIndisponible (network, unexpected page).

    Nothing is resumed or conditional, because a page does not tell the version of the whole.
    """
    page = partiel.with_name(f"{partiel.name}.page")
    partiel.unlink(missing_ok=True)
    hote, octets, nom = http.URL(adresse).host, 0, ""
    suivante: http.URL | None = http.URL(adresse)
    with partiel.open("wb") as entier:
        for _ in range(PAGES_MAX):
            if suivante is None:
                return FichierTelecharge(partiel, f"{nom or 'pages'}.json", Version(), octets)
            page.unlink(missing_ok=True)
            recu = recevoir(str(suivante), page, None, lambda *_: None)
            if recu is None:
                raise SourceIndisponible(f"{hote} dit inchangée une page jamais reçue : réessayez.")
            contenu = page.read_bytes()
            page.unlink()
            octets += entier.write(contenu + b"\n")
            if octets > settings.FCE_TELECHARGEMENT_MAX:
                raise SourceIndisponible(f"{hote} envoie plus que la limite (FCE_TELECHARGEMENT_MAX).")
            progression("Téléchargement", octets, 0)
            nom = nom or recu.nom.partition(".")[0]
            suivante = _suivante(pages, suivante, _page(contenu, hote))
    raise SourceIndisponible(f"{hote} n'a pas de dernière page : téléchargement abandonné.")


def _page(contenu: bytes, hote: str) -> dict[str, Any]:
    try:
        page = json.loads(contenu)
    except ValueError:
        page = None
    if not isinstance(page, dict):
        raise SourceIndisponible(f"{hote} n'a pas répondu la page attendue : vérifiez l'adresse auprès du producteur.")
    return page


def _suivante(pages: Pages, adresse: http.URL, page: dict[str, Any]) -> http.URL | None:
    trouves = page.get(pages.liste)
    if not isinstance(trouves, list):
        raise SourceIndisponible(f"{adresse.host} n'a pas répondu la liste « {pages.liste} » attendue.")
    if not trouves:
        return None
    if pages.rang:
        deja = int(adresse.params.get(pages.rang, "0"))
        return adresse.copy_set_param(pages.rang, deja + len(trouves))
    dite = page.get(pages.suivante)
    return http.URL(par_le_miroir(dite)) if isinstance(dite, str) and dite.startswith("https://") else None
