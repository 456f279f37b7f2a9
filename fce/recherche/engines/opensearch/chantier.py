"""A version being built in the cluster, and its switch.

::

    <prefixe>-v<version>-entreprises-actif   one index per kind and state, one shard per fragment
    <prefixe>-v<version>-lexique             the vocabulary, what each fragment wrote, the manifest
    <prefixe>-f<format>-entreprises-actif    alias that readers ask; all of them move at once

A version that no alias names is invisible: a build killed at any moment leaves one, which the next build removes. The
version before the one in place stays until then: readers may still be asking it.
"""

import contextlib
import heapq
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import IO, TYPE_CHECKING, Any

import msgspec
import structlog

from fce.recherche.engines import vocabulaire
from fce.recherche.engines.adresse import AdresseDeGrappe
from fce.recherche.engines.champs import Document, Etat
from fce.recherche.engines.opensearch import schema
from fce.recherche.engines.opensearch.client import DELAI_TRAVAUX_S, INCOMPLET, Client, DemandeDeRecherche
from fce.recherche.engines.opensearch.verrou import VerrouDesChantiers
from fce.recherche.engines.port import Genre, Manifeste
from fce.socle.erreurs import IndexIllisible, IndexIndisponible

if TYPE_CHECKING:
    import polars as pl

log = structlog.get_logger(__name__)

LOT_OCTETS = 4_000_000
"""Bytes of documents per request."""
ESSAIS_S = 180.0
"""Seconds during which refused documents are sent again, so that a lost node can be replaced."""
MOTS_EN_MEMOIRE = 500_000
"""Distinct words counted in memory per fragment; beyond, they are sorted to disk."""
DELAI_FUSION_S = 7_200.0
COPIES_S = 60
"""Seconds to wait for replicas before writing a version, then before switching to it."""
_ECRITURE = "-ecriture"
_TOUS = b'{"size":0,"track_total_hits":true}'
_SERIALISER = msgspec.json.Encoder().encode


def alias(prefixe: str, partie: str) -> str:
    """Return the alias that readers query."""
    return f"{prefixe}-f{schema.FORMAT}-{partie}"


def voisin(index: str, partie: str) -> str:
    """Return the index of another part of the same version; ``index`` is of a kind and state."""
    return f"{index.rsplit('-', 2)[0]}-{partie}"


class RedacteurOpenSearch:
    """Writes one fragment by batches; documents have ids, so that a batch sent twice is stored once."""

    def __init__(self, client: Client, version: str, fragment: int) -> None:
        self._client, self._version, self._fragment = client, version, fragment
        self._envois = {
            partie: _Envoi(client, f"{client.adresse.prefixe}-v{version}-{partie}") for partie in schema.PARTIES
        }
        self._ecrits: Counter[str] = Counter()
        self._mots = _Mots()

    def ajouter(self, genre: Genre, etat: Etat, documents: "pl.DataFrame") -> None:
        """Queue documents and send full batches."""
        from fce.recherche.engines.colonnes import un_par_un  # loads polars, only for indexing processes

        partie = schema.partie(genre, etat)
        self._ecrits[partie] += len(documents)
        for document in un_par_un(documents):
            self._mots.compter(genre, document)
            numero = document["siret" if genre == "etablissements" else "siren"]
            self._envois[partie].ajouter(str(numero), schema.a_ecrire(document))

    def terminer(self) -> None:
        """Send the rest, then the vocabulary and the counts, which the switch checks."""
        lexique = self._envois[schema.LEXIQUE]
        for mot, documents in self._mots.reunis():
            lexique.ajouter(f"{self._fragment}-{mot}", {"mot": mot, "documents": documents})
        lexique.ajouter(f"partie-{self._fragment}-", {"contenu": dict(self._ecrits)})
        for envoi in self._envois.values():
            envoi.envoyer()

    def abandonner(self) -> None:
        """Drop what was not sent."""
        self._envois.clear()


class _Envoi:
    """Documents queued for one index."""

    def __init__(self, client: Client, index: str) -> None:
        self._client, self._index = client, index
        self._lignes: list[bytes] = []
        self._octets = 0

    def ajouter(self, numero: str, document: Document) -> None:
        self._lignes.append(_SERIALISER({"index": {"_id": numero}}) + b"\n" + _SERIALISER(document) + b"\n")
        self._octets += len(self._lignes[-1])
        if self._octets >= LOT_OCTETS:
            self.envoyer()

    def envoyer(self) -> None:
        """Send the queue, again for refused documents. Raises IndexIndisponible."""
        fin, pause = time.monotonic() + ESSAIS_S, 0.25
        while self._lignes:
            try:
                self._lignes = self._refuses()
            except IndexIllisible:
                if time.monotonic() > fin:
                    raise
            if self._lignes:
                if time.monotonic() > fin:
                    raise IndexIllisible(INCOMPLET)
                time.sleep(pause)
                pause = min(2 * pause, 5.0)
        self._octets = 0

    def _refuses(self) -> list[bytes]:
        # Write through an alias of the index: if the index was removed, the cluster must not create it again with
        # guessed fields.
        reponse = self._client.demander(
            "POST",
            f"/{self._index}{_ECRITURE}/_bulk",
            b"".join(self._lignes),
            DELAI_TRAVAUX_S,
            require_alias="true",
            filter_path="errors,items.*.status",
        )
        if not reponse["errors"]:
            return []
        etats = [item["index"]["status"] for item in reponse["items"]]
        if definitifs := {etat for etat in etats if 400 <= etat < 500 and etat != 429}:
            log.error("documents refusés par le moteur de recherche", statuts=sorted(definitifs))
            raise IndexIndisponible("Le moteur de recherche refuse des documents : l’index en place n’a pas changé.")
        return [ligne for ligne, etat in zip(self._lignes, etats, strict=True) if etat >= 300]


class _Mots:
    """Words of one fragment, with the number of documents of each (summed over fields)."""

    def __init__(self) -> None:
        self._comptes: Counter[str] = Counter()
        self._fichiers: list[IO[str]] = []

    def compter(self, genre: Genre, document: Document) -> None:
        for champ in vocabulaire.CHAMPS_DU_LEXIQUE[genre]:
            if texte := document.get(champ):
                self._comptes.update(_distincts(texte))
        if len(self._comptes) >= MOTS_EN_MEMOIRE:
            fichier = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
            fichier.writelines(f"{mot} {n}\n" for mot, n in self._tries())
            self._fichiers.append(fichier)
            self._comptes.clear()

    def reunis(self) -> Iterator[tuple[str, int]]:
        """Yield each word once."""
        suites = [*map(_relire, self._fichiers), self._tries()]
        for mot, groupe in groupby(heapq.merge(*suites), key=itemgetter(0)):
            if vocabulaire.garde(mot):
                yield mot, sum(n for _, n in groupe)
        for fichier in self._fichiers:
            fichier.close()

    def _tries(self) -> Iterator[tuple[str, int]]:
        return iter(sorted(self._comptes.items()))


@lru_cache(maxsize=50_000)
def _distincts(texte: str) -> tuple[str, ...]:
    return tuple({*texte.split()})


def _relire(fichier: IO[str]) -> Iterator[tuple[str, int]]:
    fichier.seek(0)
    for ligne in fichier:
        mot, _, n = ligne.rpartition(" ")
        yield mot, int(n)


@dataclass(frozen=True)
class ChantierOpenSearch:
    """A version being built. Picklable: another process opens its own connection."""

    adresse: AdresseDeGrappe
    version: str
    fragments: int
    verrou: VerrouDesChantiers | None = None

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        # The lock stays with the process that switches.
        return type(self), (self.adresse, self.version, self.fragments)

    def redacteur(self, fragment: int) -> RedacteurOpenSearch:
        """Open a fragment for writing, once per fragment, in any process."""
        return RedacteurOpenSearch(Client(self.adresse), self.version, fragment)

    def basculer(self, manifeste: Manifeste) -> None:
        """Switch readers to this version, atomically. Raises IndexIndisponible when some documents are missing; the
        previous version then stays."""
        client = Client(self.adresse)
        indexes = {partie: f"{self.adresse.prefixe}-v{self.version}-{partie}" for partie in schema.PARTIES}
        toutes = ",".join(indexes.values())
        client.demander("POST", f"/{toutes}/_refresh", delai=DELAI_TRAVAUX_S)
        self._verifier(client, indexes)
        client.demander("POST", f"/{toutes}/_forcemerge", delai=DELAI_FUSION_S, max_num_segments=1)
        contenu = asdict(manifeste) | {"version": self.version, "fragments": self.fragments}
        client.demander(
            "PUT", f"/{indexes[schema.LEXIQUE]}/_doc/manifeste", {"contenu": contenu}, DELAI_TRAVAUX_S, refresh="true"
        )
        client.demander("PUT", f"/{toutes}/_settings", {"index.blocks.write": True}, DELAI_TRAVAUX_S)
        _attendre(client, toutes)
        if self.verrou is not None:
            self.verrou.verifier()
        self._deplacer(client, indexes)

    def _verifier(self, client: Client, indexes: dict[str, str]) -> None:
        """Compare the stored documents with the counts of the fragments."""
        ecrits: Counter[str] = Counter()
        for fragment in range(self.fragments):
            adresse = f"/{indexes[schema.LEXIQUE]}/_doc/partie-{fragment}-"
            ecrits.update(client.demander("GET", adresse, delai=DELAI_TRAVAUX_S)["_source"]["contenu"])
        for partie, index in indexes.items():
            if partie != schema.LEXIQUE:
                stockes = client.chercher([DemandeDeRecherche(index, _TOUS)])[0]["hits"]["total"]["value"]
                if stockes != ecrits[partie]:
                    log.error("index incomplet", partie=partie, ecrits=ecrits[partie], lus=stockes)
                    raise IndexIllisible(INCOMPLET)

    def _deplacer(self, client: Client, indexes: dict[str, str]) -> None:
        actions: list[dict[str, Any]] = [
            {"remove": {"index": index, "alias": nom}}
            for index, aliases in versions(client).items()
            for nom in aliases
            if not nom.endswith(_ECRITURE) and index not in indexes.values()
        ]
        for partie, index in indexes.items():
            actions.append({"remove": {"index": index, "alias": index + _ECRITURE}})
            actions.append({"add": {"index": index, "alias": alias(self.adresse.prefixe, partie)}})
        client.demander("POST", "/_aliases", {"actions": actions}, DELAI_TRAVAUX_S)


def _attendre(client: Client, indexes: str) -> None:
    """Wait for replicas, if there are nodes for them; continue without them otherwise."""
    sante = client.demander(
        "GET",
        f"/_cluster/health/{indexes}",
        delai=DELAI_TRAVAUX_S,
        accepter=(408,),
        wait_for_status="green",
        timeout=f"{COPIES_S}s",
    )
    if sante is None:
        log.warning("les copies de l’index ne sont pas toutes en place")


@contextlib.contextmanager
def chantier(client: Client, fragments: int) -> Iterator[ChantierOpenSearch]:
    """Open a new version, under a lock; removed unless switched to. Raises ``DejaEnCours``, ``IndexIndisponible``."""
    verrou = VerrouDesChantiers(client)
    with verrou.tenu():
        en_place = [index for index, aliases in versions(client).items() if _servie(aliases)]
        effacer(client, [index for index in versions(client) if index not in en_place])
        version = f"{time.strftime('%Y%m%dt%H%M%S')}{time.time_ns() % 10**9:09d}"
        travail = ChantierOpenSearch(client.adresse, version, fragments, verrou)
        try:
            for partie in schema.PARTIES:
                index = f"{client.adresse.prefixe}-v{version}-{partie}"
                corps = schema.corps(partie, fragments) | {"aliases": {index + _ECRITURE: {}}}
                client.demander("PUT", f"/{index}", corps, DELAI_TRAVAUX_S)
            # Documents written before the replica exists are lost with their node.
            _attendre(client, f"{client.adresse.prefixe}-v{version}-*")
            yield travail
        finally:
            # Keep the previous version, which may still be read.
            with contextlib.suppress(IndexIndisponible):
                toutes = versions(client).items()
                effacer(client, [nom for nom, aliases in toutes if nom not in en_place and not _servie(aliases)])


def _servie(aliases: Iterable[str]) -> bool:
    """Whether readers query this index."""
    return any(not nom.endswith(_ECRITURE) for nom in aliases)


def versions(client: Client) -> dict[str, list[str]]:
    """Return the indexes of all the versions with their aliases; ignores longer prefixes."""
    prefixe = client.adresse.prefixe
    forme = re.compile(rf"{re.escape(prefixe)}-v[0-9]{{8}}t[0-9]{{15}}-({'|'.join(schema.PARTIES)})")
    trouves = client.demander("GET", f"/{prefixe}-v*/_alias", delai=DELAI_TRAVAUX_S, accepter=(404,)) or {}
    return {index: [*contenu["aliases"]] for index, contenu in trouves.items() if forme.fullmatch(index)}


def effacer(client: Client, indexes: Iterable[str]) -> None:
    """Remove indexes that nobody reads; ignores missing ones."""
    if noms := ",".join(indexes):
        client.demander("DELETE", f"/{noms}", delai=DELAI_TRAVAUX_S, accepter=(404,))
