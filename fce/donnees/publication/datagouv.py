"""Send metadata to data.gouv.fr, or to a portal with the same API (udata v1).

The portal's identifiers are stored beside the files, so that the next sending updates the same data set and resources.
The API key is never stored.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from fce.socle.erreurs import ConfigurationInvalide, SourceIndisponible
from fce.socle.travaux.memoire import garder, souvenir

_ESSAIS = 3
_LOCAUX = ("127.0.0.1", "localhost", "::1")


class Portail:
    """HTTP session with the portal of ``FCE_DATAGOUV_URL`` and ``FCE_DATAGOUV_CLE``.

    Raises ConfigurationInvalide when one is missing, or when the key would be sent unencrypted.
    """

    def __init__(self) -> None:
        from fce.socle.web import http

        adresse, cle = settings.FCE_DATAGOUV_URL, settings.FCE_DATAGOUV_CLE
        if not adresse or not cle:
            raise ConfigurationInvalide(
                "Pour envoyer, réglez FCE_DATAGOUV_URL (https://www.data.gouv.fr) et FCE_DATAGOUV_CLE."
            )
        url = http.URL(adresse)
        if url.scheme != "https" and url.host not in _LOCAUX:
            raise ConfigurationInvalide("FCE_DATAGOUV_URL doit être en https : la clé ne voyage pas en clair.")
        self._client = http.Client(
            base_url=f"{adresse.rstrip('/')}/api/1/",
            headers={"X-API-KEY": cle, "User-Agent": "FCE (Fiche Commune Entreprise)"},
            timeout=http.Timeout(30, connect=10),
        )

    def fermer(self) -> None:
        self._client.close()

    def envoyer(self, jeu: Mapping[str, Any], memoire: Path) -> str:
        """Create or update the data set and its resources; return the URL of its page.

        Raises SourceIndisponible, with the portal's answer, when it refuses or does not answer.
        """
        connu = _connu(memoire)
        corps = {cle: valeur for cle, valeur in jeu.items() if cle != "resources"}
        if settings.FCE_DATAGOUV_ORGANISATION:
            corps["organization"] = settings.FCE_DATAGOUV_ORGANISATION
        recu = self._ecrire("datasets", connu.get("id", ""), corps)
        if recu["id"] != connu.get("id"):
            connu = {"id": recu["id"], "ressources": {}}
        # Save at once, so that an interrupted sending does not create the data set twice.
        _garder(memoire, connu)
        for ressource in jeu["resources"]:
            nom = ressource["title"]
            rang = self._ecrire(f"datasets/{recu['id']}/resources", connu["ressources"].get(nom, ""), ressource)
            connu["ressources"][nom] = rang["id"]
            _garder(memoire, connu)
        return str(recu.get("page") or f"{settings.FCE_DATAGOUV_URL.rstrip('/')}/datasets/{recu['id']}")

    def _ecrire(self, chemin: str, identifiant: str, corps: Mapping[str, Any]) -> dict[str, Any]:
        """PUT a known item; POST a new one, or one deleted on the portal."""
        if identifiant:
            reponse = self._demander("PUT", f"{chemin}/{identifiant}/", corps)
            if reponse.status_code not in (404, 410):
                return self._element(reponse)
        return self._element(self._demander("POST", f"{chemin}/", corps))

    def _demander(self, methode: str, chemin: str, corps: Mapping[str, Any]) -> Any:
        from fce.socle.web import http

        for essai in range(1, _ESSAIS + 1):
            try:
                reponse = self._client.request(methode, chemin, json=corps)
            except http.TransportError as erreur:
                # Retry a POST only when the connection failed: otherwise the portal may have executed it.
                if essai == _ESSAIS or (methode == "POST" and not isinstance(erreur, http.ConnectError)):
                    raise SourceIndisponible(f"Le portail ne répond pas ({type(erreur).__name__}).") from erreur
                continue
            if reponse.status_code < 500 or methode == "POST" or essai == _ESSAIS:
                return reponse
        raise AssertionError("jamais atteint")

    def _element(self, reponse: Any) -> dict[str, Any]:
        if reponse.status_code in (401, 403):
            raise SourceIndisponible(
                f"Le portail refuse la clé ({reponse.status_code}) : vérifiez FCE_DATAGOUV_CLE et les droits de "
                "l'organisation."
            )
        try:
            element = reponse.json()
        except ValueError:
            element = None
        if reponse.status_code >= 400 or not isinstance(element, dict) or "id" not in element:
            detail = element.get("message", "") if isinstance(element, dict) else ""
            raise SourceIndisponible(f"Le portail a répondu {reponse.status_code}. {detail}".strip()[:300])
        return element


def _connu(memoire: Path) -> dict[str, Any]:
    connu = souvenir(memoire)
    return connu if connu.get("url") == settings.FCE_DATAGOUV_URL else {}


def _garder(memoire: Path, connu: Mapping[str, Any]) -> None:
    garder(memoire, {**connu, "url": settings.FCE_DATAGOUV_URL})
