"""The search engine on an OpenSearch cluster (several machines), queried through the aliases of the version in
place."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

from msgspec.structs import replace

from fce.recherche import classement
from fce.recherche.champs import Etat
from fce.recherche.engines import vocabulaire
from fce.recherche.engines.adresse import AdresseDeGrappe
from fce.recherche.engines.opensearch import chantier, schema
from fce.recherche.engines.opensearch.client import Client
from fce.recherche.engines.opensearch.questions import compiler, nom_entier, numero, pesee, terme
from fce.recherche.port import GENRES, LES_ETATS, Genre, Hit, Manifeste, Question, ReponseDuMoteur
from fce.socle.erreurs import IndexIndisponible

CODES_MAX = 5_000
"""Above the number of distinct values of a counted field, so that counts are exact."""
FENETRE = 10_000
"""Documents per answer: OpenSearch's ``max_result_window``. Further ones are read with ``search_after``."""
VOISINS_LUS = 10_000
_COMPTES = {
    champ: {"terms": {"field": champ, "size": CODES_MAX, "shard_size": CODES_MAX}} for champ in ("codes", "faits")
}
_LIEUX = ("r:", "d:")
"""Code prefixes under which companies of establishments are counted, besides the facts."""
# Field to sort by, and whether its natural order is ascending.
_TRIS = {
    "effectif": ("effectif", False),
    "creation": ("creation", False),
    "nom": (schema.TRI_NOM, True),
    "commune": ("rang_commune", True),
}
_PARTOUT = {"search_type": "dfs_query_then_fetch"}
"""Compute the rarity of a word over the whole index, not per shard."""


class MoteurOpenSearch:
    """The engine on one cluster. Safe to share between threads; one per process."""

    def __init__(self, adresse: AdresseDeGrappe) -> None:
        self._adresse = adresse
        self._client = Client(adresse)

    def search(
        self, question: Question, *, decalage: int = 0, limite: int = 20, plafond: int | None = None
    ) -> ReponseDuMoteur:
        tri = _tri(question)
        pesee_au_rang = next(iter(tri[0])) == "_score"
        champs = ["siren"] if question.genre == "entreprises" else ["siren", "siret"]
        corps = {
            "query": pesee(question) if pesee_au_rang else compiler(question),
            "sort": tri,
            "from": decalage,
            "size": limite,
            "track_total_hits": True if plafond is None else plafond + 1,
            "_source": ["mentions"] if question.genre == "entreprises" else False,
            "docvalue_fields": champs,
        }
        trouves = self._client.chercher(self._indexes(question), corps, **(_PARTOUT if pesee_au_rang else {}))["hits"]
        return ReponseDuMoteur(tuple(map(_hit, trouves["hits"])), trouves["total"]["value"])

    def nombre(self, question: Question) -> int:
        return self.search(replace(question, tri="numero"), limite=0).total

    def facettes(self, question: Question) -> dict[str, int]:
        corps = {"query": compiler(question), "size": 0, "track_total_hits": False, "aggs": _COMPTES}
        reponse = self._client.chercher(self._indexes(question), corps)["aggregations"]
        return {seau["key"]: seau["doc_count"] for champ in _COMPTES for seau in reponse[champ]["buckets"]}

    def entreprises_par_code(self, question: Question) -> dict[str, int]:
        """Count the companies of the hits by code, each company once."""
        porteurs: dict[str, set[int]] = {}
        for hits, _ in self._parcourir(question, ["siren", *_COMPTES]):
            for hit in hits:
                champs = hit["fields"]
                codes = [c for c in champs.get("codes", ()) if c.startswith(_LIEUX)]
                for code in (*codes, *champs.get("faits", ())):
                    porteurs.setdefault(code, set()).add(champs["siren"][0])
        return {code: len(sirens) for code, sirens in porteurs.items()}

    def sirens(self, question: Question, limite: int) -> tuple[list[tuple[str, float]], int]:
        """Return the distinct companies of the best ``limite`` hits, best score first, and the total number of hits."""
        scores: dict[int, float] = {}
        total = 0
        for hits, nombre in self._parcourir(question, ["siren"], limite):
            total = nombre
            for hit in hits:
                siren, score = hit["fields"]["siren"][0], float(hit["sort"][0] or 0)
                scores[siren] = max(score, scores.get(siren, 0.0))
        ordre = sorted(scores.items(), key=lambda x: (-x[1], x[0]))
        return [(f"{siren:09d}", score) for siren, score in ordre], total

    def frequences(self, question: Question) -> dict[str, int]:
        """Number of documents that hold each word: one count query per word, all sent together."""
        mots = [*dict.fromkeys(m.formes[0] for m in question.mots)]
        champs = classement.champs_des_mots(question)
        nombres = self._nombres(question, [(c, mot) for mot in mots for c in champs])
        return {mot: sum(nombres[i * len(champs) : (i + 1) * len(champs)]) for i, mot in enumerate(mots)}

    def connus(self, question: Question, champ: str, valeurs: Iterable[str]) -> frozenset[str]:
        """Which of these values a document holds: one count query per value, all sent together."""
        toutes = [*dict.fromkeys(valeurs)]
        nombres = self._nombres(question, [(champ, valeur) for valeur in toutes])
        return frozenset(valeur for valeur, n in zip(toutes, nombres, strict=True) if n)

    def voisins(self, mots: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Look up every word one typo away in the vocabulary index, in one request."""
        essais = {
            mot: [*dict.fromkeys(vocabulaire.a_une_faute(mot))] if len(mot.encode()) < vocabulaire.LONGUEUR_MAX else []
            for mot in mots
        }
        connus = self._du_lexique(essai for siens in essais.values() for essai in siens)
        return {
            mot: tuple(sorted((e for e in siens if e in connus), key=lambda e: (-connus[e], e)))
            for mot, siens in essais.items()
        }

    def absents(self, mots: Iterable[str]) -> frozenset[str]:
        gardes = [mot for mot in mots if vocabulaire.garde(mot)]
        return frozenset(gardes).difference(self._du_lexique(gardes))

    def documents(self) -> int:
        partout = ",".join(self._alias(genre, etat) for genre in GENRES for etat in LES_ETATS)
        trouves: int = self._client.chercher(partout, {"size": 0, "track_total_hits": True})["hits"]["total"]["value"]
        return trouves

    def porte_ce_nom(self, question: Question) -> bool:
        corps = {"query": nom_entier(question), "size": 0, "track_total_hits": 1}
        return bool(self._client.chercher(self._indexes(question), corps)["hits"]["total"]["value"])

    def d_une_demande(self) -> "MoteurOpenSearch":
        """Return this engine itself: aliases are resolved at each query, so nothing needs to be fixed for one
        request."""
        return self

    def manifeste(self) -> Manifeste | None:
        """Return what the version in place was built from; ``None`` without an index."""
        lexique = chantier.alias(self._adresse.prefixe, schema.LEXIQUE)
        try:
            lu = self._client.demander("GET", f"/{lexique}/_doc/manifeste")["_source"]["contenu"]
        except IndexIndisponible:
            return None
        return Manifeste(lu["version"], lu["generations"], lu["documents"], lu["construit_le"], lu["extra"])

    def chantier(self, fragments: int) -> AbstractContextManager[chantier.ChantierOpenSearch]:
        return chantier.chantier(self._client, fragments)

    def _alias(self, genre: Genre, etat: Etat) -> str:
        return chantier.alias(self._adresse.prefixe, schema.partie(genre, etat))

    def _indexes(self, question: Question) -> str:
        return ",".join(self._alias(question.genre, etat) for etat in question.etats)

    def _nombres(self, question: Question, termes: Iterable[tuple[str, str]]) -> list[int]:
        """Number of documents that hold each of these ``(field, value)`` pairs."""
        demandes = [{"query": terme(c, v), "size": 0, "track_total_hits": True} for c, v in termes]
        reponses = self._client.chercher_plusieurs(self._indexes(question), demandes)
        return [reponse["hits"]["total"]["value"] for reponse in reponses]

    def _du_lexique(self, mots: Iterable[str]) -> dict[str, int]:
        """Which of these words the vocabulary holds, and in how many documents (each fragment wrote its own count:
        summed)."""
        cherches = [*dict.fromkeys(mots)]
        if not cherches:
            return {}
        corps = {
            "query": {"constant_score": {"filter": {"terms": {"mot": cherches}}}},
            "size": VOISINS_LUS,
            "track_total_hits": False,
            "_source": False,
            "docvalue_fields": ["mot", "documents"],
        }
        connus: dict[str, int] = {}
        lexique = chantier.alias(self._adresse.prefixe, schema.LEXIQUE)
        for hit in self._client.chercher(lexique, corps)["hits"]["hits"]:
            (mot,), (n,) = hit["fields"]["mot"], hit["fields"]["documents"]
            connus[mot] = connus.get(mot, 0) + n
        return connus

    def _parcourir(
        self, question: Question, champs: list[str], limite: int | None = None
    ) -> Iterator[tuple[list[Any], int]]:
        """Yield the hits in batches, best first, with the total.

        After the first batch, the indexes of its version are named instead of the aliases: a switch changes nothing.
        """
        indexes = self._indexes(question)
        # Without words there is no score: largest company first.
        tri: list[Mapping[str, Any]] = [{"_score": "desc"} if question.mots else {"rang": "desc"}]
        corps: dict[str, Any] = {
            "query": compiler(question),
            "sort": [*tri, {numero(question): "asc"}],
            "track_total_hits": True,
            "_source": False,
            "docvalue_fields": champs,
        }
        vus = 0
        total = None
        while limite is None or vus < limite:
            corps["size"] = FENETRE if limite is None else min(FENETRE, limite - vus)
            trouves = self._client.chercher(indexes, corps, **(_PARTOUT if question.mots else {}))["hits"]
            hits = trouves["hits"]
            if total is None:
                total = trouves["total"]["value"]
                corps["track_total_hits"] = False
            yield hits, total
            vus += len(hits)
            if vus >= total or not hits:
                return
            corps["search_after"] = hits[-1]["sort"]
            indexes = ",".join(chantier.voisin(hits[0]["_index"], question.genre, etat) for etat in question.etats)


def _tri(question: Question) -> list[dict[str, Any]]:
    """Sort order. A missing value comes last in both directions; ties are in the order of their SIREN or SIRET."""
    egaux = {numero(question): "asc"}
    if question.tri == "numero":
        return [egaux]
    if question.tri != "pertinence":
        champ, croissant = _TRIS[question.tri]
        ordre = "asc" if croissant != question.inverse else "desc"
        return [{champ: {"order": ordre, "missing": "_last"}}, egaux]
    return [{"_score": "desc"} if question.notee else {"rang": "desc"}, egaux]


def _hit(hit: Mapping[str, Any]) -> Hit:
    champs, valeur = hit["fields"], hit["sort"][0]
    siret = f"{champs['siret'][0]:014d}" if "siret" in champs else None
    mentions = hit.get("_source", {}).get("mentions", ())
    score = float(valeur) if isinstance(valeur, int | float) else 0.0
    return Hit(f"{champs['siren'][0]:09d}", siret, score, tuple(mentions))
