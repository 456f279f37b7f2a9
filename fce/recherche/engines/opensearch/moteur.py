"""The search engine on an OpenSearch cluster (several machines), queried through the aliases of the version in
place."""

from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from copy import copy
from typing import Any

import msgspec
from msgspec.structs import replace

from fce.recherche.engines import classement, grille, vocabulaire
from fce.recherche.engines.adresse import AdresseDeGrappe
from fce.recherche.engines.champs import Etat
from fce.recherche.engines.opensearch import chantier, schema
from fce.recherche.engines.opensearch.client import Client, DemandeDeRecherche
from fce.recherche.engines.opensearch.questions import compiler, nom_entier, pesee, terme
from fce.recherche.engines.port import GENRES, LES_ETATS, Genre, Hit, Manifeste, Moteur, Question, ReponseDuMoteur
from fce.socle.erreurs import IndexIndisponible

CODES_MAX = 5_000
"""Above the number of distinct values of a counted field, so that counts are exact."""
FENETRE = 10_000
"""Documents per answer: OpenSearch's ``max_result_window``. Further ones are read with ``search_after``."""
VOISINS_MAX = 10_000
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
_SERIALISER = msgspec.json.Encoder().encode


class _Annoncee(Exception):
    """A search was recorded by ``prevoir`` instead of being sent."""


class MoteurOpenSearch:
    """The engine on one cluster. Safe to share between threads; one per process."""

    def __init__(self, adresse: AdresseDeGrappe) -> None:
        self._adresse = adresse
        self._client = Client(adresse)
        self._manifestes: dict[str, Manifeste] = {}
        # For the engine of one request only: answers fetched by ``prevoir``, and the searches that it gathers.
        self._prevues: dict[DemandeDeRecherche, Any] | None = None
        self._annoncees: list[DemandeDeRecherche] | None = None

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
            "docvalue_fields": champs,
        }
        trouves = self._chercher(self._indexes(question), corps, partout=pesee_au_rang)["hits"]
        hits = tuple(map(_hit, trouves["hits"]))
        sien = self._manifeste(chantier.voisin(trouves["hits"][0]["_index"], schema.LEXIQUE)) if hits else None
        return ReponseDuMoteur(hits, trouves["total"]["value"], sien)

    def nombre(self, question: Question) -> int:
        return self.search(replace(question, tri="numero"), limite=0).total

    def facettes(self, question: Question) -> dict[str, int]:
        corps = {"query": compiler(question), "size": 0, "track_total_hits": False, "aggs": _COMPTES}
        reponse = self._chercher(self._indexes(question), corps)["aggregations"]
        return {seau["key"]: seau["doc_count"] for champ in _COMPTES for seau in reponse[champ]["buckets"]}

    def carreaux(self, question: Question, rang: int) -> dict[int, int]:
        comptes = grille.demande(rang)
        corps = {"query": compiler(question), "size": 0, "track_total_hits": False, "aggs": comptes}
        return grille.comptes(self._chercher(self._indexes(question), corps)["aggregations"], rang)

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
        """Number of documents that hold each word, in one search."""
        mots = [*dict.fromkeys(m.formes[0] for m in question.mots)]
        champs = classement.champs_des_mots(question)
        nombres = self._nombres(question, [(c, mot) for mot in mots for c in champs])
        return {mot: sum(nombres[i * len(champs) : (i + 1) * len(champs)]) for i, mot in enumerate(mots)}

    def connus(self, question: Question, champ: str, valeurs: Iterable[str]) -> frozenset[str]:
        """Which of these values a document holds, in one search."""
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
        trouves: int = self._chercher(partout, {"size": 0, "track_total_hits": True})["hits"]["total"]["value"]
        return trouves

    def porte_ce_nom(self, question: Question) -> bool:
        corps = {"query": nom_entier(question), "size": 0, "track_total_hits": 1}
        return bool(self._chercher(self._indexes(question), corps)["hits"]["total"]["value"])

    def d_une_demande(self) -> "MoteurOpenSearch":
        """Return a copy of this engine that keeps what ``prevoir`` fetches. Aliases are resolved at each query: nothing
        else is fixed for one request."""
        sien = copy(self)
        sien._prevues = {}
        return sien

    def prevoir(self, *questions: Callable[[Moteur], object]) -> None:
        """Fetch in one round trip the first search of each call; nothing for an engine that many requests share."""
        if self._prevues is None:
            return
        annonceur, annoncees = copy(self), list[DemandeDeRecherche]()
        annonceur._annoncees = annoncees
        for poser in questions:
            with suppress(_Annoncee):
                poser(annonceur)
        self._prevues.update(zip(annoncees, self._client.chercher(annoncees), strict=True))

    def manifeste(self) -> Manifeste | None:
        """Return what the version in place was built from; ``None`` without an index."""
        return self._manifeste(chantier.alias(self._adresse.prefixe, schema.LEXIQUE))

    def chantier(self, fragments: int) -> AbstractContextManager[chantier.ChantierOpenSearch]:
        return chantier.chantier(self._client, fragments)

    def _chercher(self, indexes: str, corps: Mapping[str, Any], *, partout: bool = False) -> Any:
        demande = DemandeDeRecherche(indexes, _SERIALISER(corps), partout)
        if self._prevues and demande in self._prevues:
            return self._prevues[demande]
        if self._annoncees is not None:
            self._annoncees.append(demande)
            raise _Annoncee
        return self._client.chercher([demande])[0]

    def _manifeste(self, lexique: str) -> Manifeste | None:
        """Read a manifest beside its vocabulary; that of a version, which never changes, is read once per process."""
        if lexique in self._manifestes:
            return self._manifestes[lexique]
        try:
            document = self._client.demander("GET", f"/{lexique}/_doc/manifeste")
        except IndexIndisponible:
            return None
        manifeste = msgspec.convert(document["_source"]["contenu"], Manifeste)
        self._manifestes[document["_index"]] = manifeste  # not under an alias, which moves
        return manifeste

    def _alias(self, genre: Genre, etat: Etat) -> str:
        return chantier.alias(self._adresse.prefixe, schema.partie(genre, etat))

    def _indexes(self, question: Question) -> str:
        return ",".join(self._alias(question.genre, etat) for etat in question.etats)

    def _nombres(self, question: Question, termes: Iterable[tuple[str, str]]) -> list[int]:
        """Number of documents that hold each of these ``(field, value)`` pairs."""
        if not (filtres := [terme(champ, valeur) for champ, valeur in termes]):
            return []
        comptes = {"termes": {"filters": {"filters": filtres}}}
        reponse = self._chercher(self._indexes(question), {"size": 0, "track_total_hits": False, "aggs": comptes})
        return [seau["doc_count"] for seau in reponse["aggregations"]["termes"]["buckets"]]

    def _du_lexique(self, mots: Iterable[str]) -> dict[str, int]:
        """Which of these words the vocabulary holds, and in how many documents (each fragment wrote its own count:
        summed)."""
        cherches = [*dict.fromkeys(mots)]
        if not cherches:
            return {}
        corps = {
            "query": {"constant_score": {"filter": {"terms": {"mot": cherches}}}},
            "size": VOISINS_MAX,
            "track_total_hits": False,
            "_source": False,
            "docvalue_fields": ["mot", "documents"],
        }
        connus: dict[str, int] = {}
        lexique = chantier.alias(self._adresse.prefixe, schema.LEXIQUE)
        for hit in self._chercher(lexique, corps)["hits"]["hits"]:
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
            "sort": [*tri, {question.numero: "asc"}],
            "track_total_hits": True,
            "_source": False,
            "docvalue_fields": champs,
        }
        vus = 0
        total = None
        while limite is None or vus < limite:
            corps["size"] = FENETRE if limite is None else min(FENETRE, limite - vus)
            trouves = self._chercher(indexes, corps, partout=bool(question.mots))["hits"]
            hits = trouves["hits"]
            if total is None:
                total = trouves["total"]["value"]
                corps["track_total_hits"] = False
            yield hits, total
            vus += len(hits)
            if vus >= total or not hits:
                return
            corps["search_after"] = hits[-1]["sort"]
            ici, genre = hits[0]["_index"], question.genre
            indexes = ",".join(chantier.voisin(ici, schema.partie(genre, etat)) for etat in question.etats)


def _tri(question: Question) -> list[dict[str, Any]]:
    """Sort order. A missing value comes last in both directions; ties are in the order of their SIREN or SIRET."""
    egaux = {question.numero: "asc"}
    if question.tri == "numero":
        return [egaux]
    if question.tri != "pertinence":
        champ, croissant = _TRIS[question.tri]
        ordre = "asc" if croissant != question.inverse else "desc"
        return [{champ: {"order": ordre, "missing": "_last"}}, egaux]
    return [{"_score": "desc"} if question.notee else {"rang": "desc"}, egaux]


def _hit(hit: Mapping[str, Any]) -> Hit:
    champs, garde, valeur = hit["fields"], hit["_source"], hit["sort"][0]
    siret = f"{champs['siret'][0]:014d}" if "siret" in champs else None
    score = float(valeur) if isinstance(valeur, int | float) else 0.0
    mentions, ligne = garde.get("mentions", ()), garde.get("ligne", "")
    return Hit(f"{champs['siren'][0]:09d}", siret, score, tuple(mentions), b64decode(ligne))
