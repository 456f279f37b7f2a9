"""Lock that allows one build at a time in the cluster, from any machine: a document that the builder refreshes.

A killed builder stops refreshing it, and after ``MORT_S`` another may take the lock. If the first one wakes up (its
machine was suspended), it finds that the document has changed and abandons its version.
"""

import contextlib
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from fce.recherche.engines.opensearch.client import DELAI_TRAVAUX_S, Client
from fce.socle.erreurs import DejaEnCours, FCEError

BATTEMENT_S = 5.0
MORT_S = 30.0
"""Seconds: several heartbeats, plus the difference between the clocks of two machines."""
DEJA_EN_COURS = (
    "Une indexation est déjà en cours : attendez qu’elle se termine, puis relancez la commande (si elle a été "
    "interrompue, une minute suffit)."
)
_DOCUMENT = "chantier"


class VerrouDesChantiers:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._index = f"{client.adresse.prefixe}-verrou"
        self._jeton = uuid.uuid4().hex
        self._place: dict[str, int] = {}
        self._fil = threading.Lock()

    @contextlib.contextmanager
    def tenu(self) -> Iterator[None]:
        """Hold the lock; raises ``DejaEnCours`` when another builder holds it."""
        self._prendre()
        fin = threading.Event()
        coeur = threading.Thread(target=self._battre, args=(fin,), daemon=True, name="verrou")
        coeur.start()
        try:
            yield
        finally:
            fin.set()
            coeur.join()
            with contextlib.suppress(FCEError):
                self._client.demander(
                    "DELETE", f"/{self._index}/_doc/{_DOCUMENT}", accepter=(404, 409), **self._place, refresh="false"
                )

    def verifier(self) -> None:
        """Raise ``DejaEnCours`` when another builder has taken the lock."""
        with self._fil:
            if not self._ecrire(**self._place):
                raise DejaEnCours(DEJA_EN_COURS)

    def _prendre(self) -> None:
        self._client.demander("PUT", f"/{self._index}", _INDEX, DELAI_TRAVAUX_S, accepter=(400,))  # 400: it exists
        if self._ecrire(op_type="create"):
            return
        autre = self._document()
        if autre is None:
            if self._ecrire(op_type="create"):
                return
        elif time.time() - autre["_source"]["vu"] > MORT_S and self._ecrire(**_place(autre)):
            return
        raise DejaEnCours(DEJA_EN_COURS)

    def _ecrire(self, **condition: object) -> bool:
        corps = {"jeton": self._jeton, "vu": time.time()}
        ecrit = self._client.demander(
            "PUT", f"/{self._index}/_doc/{_DOCUMENT}", corps, DELAI_TRAVAUX_S, accepter=(409,), **condition
        )
        if ecrit is None:
            # The write may have succeeded although its node failed before answering: read it again.
            ecrit = self._document()
            if ecrit is None or ecrit["_source"]["jeton"] != self._jeton:
                return False
        self._place = _place(ecrit)
        return True

    def _document(self) -> Any:
        return self._client.demander("GET", f"/{self._index}/_doc/{_DOCUMENT}", delai=DELAI_TRAVAUX_S, accepter=(404,))

    def _battre(self, fin: threading.Event) -> None:
        while not fin.wait(BATTEMENT_S):
            # The node may come back at the next heartbeat; otherwise ``verifier`` raises.
            with contextlib.suppress(FCEError):
                self.verifier()


def _place(document: Mapping[str, Any]) -> dict[str, int]:
    return {"if_seq_no": document["_seq_no"], "if_primary_term": document["_primary_term"]}


_INDEX = {
    "settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}},
    "mappings": {
        "dynamic": "strict",
        "properties": {"jeton": {"type": "keyword"}, "vu": {"type": "double"}},
    },
}
