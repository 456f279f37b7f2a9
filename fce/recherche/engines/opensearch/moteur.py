"""Search with OpenSearch: several machines, asked through the aliases of the version in place."""

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
"""More than the distinct values of a counted field, so that counts are exact."""
FENETRE = 10_000
"""Documents of one answer: the engine gives no more, further ones are asked after the last one."""
VOISINS_LUS = 10_000
_COMPTES = {
    champ: {"terms": {"field": champ, "size": CODES_MAX, "shard_size": CODES_MAX}} for champ in ("codes", "faits")
}
_LIEUX = ("r:", "d:")
"""Beginnings of the codes by which the companies of establishments are counted, besides the facts."""
# Field to sort by, and whether its natural order is ascending.
_TRIS = {"effectif": ("effectif", False), "creation": ("creation", False), "nom": (schema.TRI_NOM, True),
         "commune": ("rang_commune", True)}  # fmt: skip
_PARTOUT = {"search_type": "dfs_query_then_fetch"}
"""Words are as rare as they are in the whole index, not in the part that one node holds."""


class MoteurOpenSearch:
    """The engine on one cluster. Safe to share between threads; one per process."""

    def __init__(self, adresse: AdresseDeGrappe) -> None:
        self._adresse = adresse
        self._client = Client(adresse)

    def search(
        self, question: Question, *, decalage: int = 0, limite: int = 20, plafond: int | None = None
    ) -> ReponseDuMoteur:
        """Return one page of hits and the exact total, or that it is beyond ``plafond``."""
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
        """Count the hits, and bring none back."""
        return self.search(replace(question, tri="numero"), limite=0).total

    def facettes(self, question: Question) -> dict[str, int]:
        """Count the hits by code."""
        corps = {"query": compiler(question), "size": 0, "track_total_hits": False, "aggs": _COMPTES}
        reponse = self._client.chercher(self._indexes(question), corps)["aggregations"]
        return {seau["key"]: seau["doc_count"] for champ in _COMPTES for seau in reponse[champ]["buckets"]}

    def entreprises_par_code(self, question: Question) -> dict[str, int]:
        """Count the companies of the hits by code, each once."""
        porteurs: dict[str, set[int]] = {}
        for hits, _ in self._parcourir(question, ["siren", *_COMPTES]):
            for hit in hits:
                champs = hit["fields"]
                codes = [c for c in champs.get("codes", ()) if c.startswith(_LIEUX)]
                for code in (*codes, *champs.get("faits", ())):
                    porteurs.setdefault(code, set()).add(champs["siren"][0])
        return {code: len(sirens) for code, sirens in porteurs.items()}

    def sirens(self, question: Question, limite: int) -> tuple[list[tuple[str, float]], int]:
        """Return distinct companies of the best ``limite`` hits, best score first, and the total of hits."""
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
        """Count without reading documents: a word alone is counted in the dictionaries."""
        mots = [*dict.fromkeys(m.formes[0] for m in question.mots)]
        champs = classement.champs_des_mots(question)
        nombres = self._nombres(question, [(c, mot) for mot in mots for c in champs])
        return {mot: sum(nombres[i * len(champs) : (i + 1) * len(champs)]) for i, mot in enumerate(mots)}

    def connus(self, question: Question, champ: str, valeurs: Iterable[str]) -> frozenset[str]:
        """Count without reading documents, all the values at once."""
        toutes = [*dict.fromkeys(valeurs)]
        nombres = self._nombres(question, [(champ, valeur) for valeur in toutes])
        return frozenset(valeur for valeur, n in zip(toutes, nombres, strict=True) if n)

    def voisins(self, mots: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Look up all that may have been meant in the vocabulary of the version, at once."""
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
        """Look up in the vocabulary of the version."""
        gardes = [mot for mot in mots if vocabulaire.garde(mot)]
        return frozenset(gardes).difference(self._du_lexique(gardes))

    def documents(self) -> int:
        """Count the documents in place."""
        partout = ",".join(self._alias(genre, etat) for genre in GENRES for etat in LES_ETATS)
        trouves: int = self._client.chercher(partout, {"size": 0, "track_total_hits": True})["hits"]["total"]["value"]
        return trouves

    def porte_ce_nom(self, question: Question) -> bool:
        """Look the key of the name up."""
        corps = {"query": nom_entier(question), "size": 0, "track_total_hits": 1}
        return bool(self._client.chercher(self._indexes(question), corps)["hits"]["total"]["value"])

    def d_une_demande(self) -> "MoteurOpenSearch":
        """Return this engine: an alias is followed at each question."""
        return self

    def manifeste(self) -> Manifeste | None:
        """Return what the version in place was built from, ``None`` without index."""
        lexique = chantier.alias(self._adresse.prefixe, schema.LEXIQUE)
        try:
            lu = self._client.demander("GET", f"/{lexique}/_doc/manifeste")["_source"]["contenu"]
        except IndexIndisponible:
            return None
        return Manifeste(lu["version"], lu["generations"], lu["documents"], lu["construit_le"], lu["extra"])

    def chantier(self, fragments: int) -> AbstractContextManager[chantier.ChantierOpenSearch]:
        """Open a version aside."""
        return chantier.chantier(self._client, fragments)

    def _alias(self, genre: Genre, etat: Etat) -> str:
        return chantier.alias(self._adresse.prefixe, schema.partie(genre, etat))

    def _indexes(self, question: Question) -> str:
        return ",".join(self._alias(question.genre, etat) for etat in question.etats)

    def _nombres(self, question: Question, termes: Iterable[tuple[str, str]]) -> list[int]:
        """Documents that hold each of these ``(field, value)``."""
        demandes = [{"query": terme(c, v), "size": 0, "track_total_hits": True} for c, v in termes]
        reponses = self._client.chercher_plusieurs(self._indexes(question), demandes)
        return [reponse["hits"]["total"]["value"] for reponse in reponses]

    def _du_lexique(self, mots: Iterable[str]) -> dict[str, int]:
        """Words that the vocabulary holds, with the documents that hold them: each fragment tells its own."""
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
        """Yield the hits, best first, by packets, with the total; all of one version, whatever is switched to."""
        indexes = self._indexes(question)
        # Without words there is no score: the largest first.
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
    """How hits are sorted: a missing value comes last in both orders, equals in the order of their number."""
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
