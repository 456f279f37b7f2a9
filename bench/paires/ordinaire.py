"""Plain OpenSearch index, for comparison: a document per company, nested establishments and directors, standard French
analysis, one weighted query, no typos nor prefixes.

``corps`` asks what a directory needs: hits grouped by company, matching establishments, and a second search to count
the companies (``compte``). ``corps_leger`` is the minimal query for the first page. Between two ways, the faster is
used. Segments stay as loaded, as with a daily load; ``fusionner`` shows the difference.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from bench.paires.noeud import Noeud

INDEX = "ordinaire"
TAILLE = 20
DIRIGEANTS_MONTRES = 20
ETABLISSEMENTS_MONTRES = 10
SEUIL_D_ETABLISSEMENT = 2
"""Below this score, a matching establishment is not an answer."""
COMPTES_MAX = 10_000
"""Above this number of hits, the total reads « plus de 10 000 »."""
_LOT, _FILS = 1_500, 2
_TEXTE = {"type": "text", "analyzer": "francais"}
_NOM = _TEXTE | {"fields": {"exact": {"type": "keyword", "ignore_above": 256}}}
_CODE = {"type": "keyword"}
_RENDU = {"type": "object", "enabled": False}
CORPS: dict[str, Any] = {
    "settings": {
        "number_of_shards": 2,
        "number_of_replicas": 0,
        "refresh_interval": "-1",
        "analysis": {
            "char_filter": {"ponctuation": {"type": "mapping", "mappings": ["'=>\\u0020", "’=>\\u0020", ".=>", ",=>"]}},
            "filter": {
                "vides": {"type": "stop", "stopwords": "_french_"},
                "voies": {
                    "type": "synonym",
                    "synonyms": [
                        "av, avenue", "bd, boulevard", "rte, route", "imp, impasse", "all, allee", "pl, place",
                        "che, ch, chemin", "sq, square", "crs, cours", "za, zone",
                    ],
                },
                "racine": {"type": "stemmer", "language": "minimal_french"},
            },
            "analyzer": {
                "francais": {
                    "type": "custom",
                    "char_filter": ["ponctuation"],
                    "tokenizer": "standard",
                    "filter": ["lowercase", "vides", "asciifolding", "voies", "racine"],
                }
            },
        },
    },
    "mappings": {
        "dynamic": False,
        "properties": {
            "siren": _CODE,
            "rna": _CODE,
            "nom": _NOM,
            "raison_sociale": _TEXTE,
            "sigle": _NOM,
            "nom_personne": _TEXTE,
            "prenoms": _TEXTE,
            "etat": _CODE,
            "activite": _CODE,
            "nombre_etablissements_ouverts": {"type": "integer"},
            "personnes": _TEXTE,
            "dirigeants": {"type": "nested", "properties": {"nom": _TEXTE, "prenoms": _TEXTE}},
            "etablissements": {
                "type": "nested",
                "properties": {
                    "siret": _CODE,
                    "etat": _CODE,
                    "nom": _TEXTE,
                    "enseigne_1": _NOM,
                    "enseigne_2": _NOM,
                    "enseigne_3": _NOM,
                    "nom_commercial": _TEXTE,
                    "adresse": _TEXTE,
                    "code_postal": _TEXTE,
                    "commune": _TEXTE,
                    "departement": _CODE,
                },
            },
        },
    },
}  # fmt: skip


def charger(noeud: Noeud, fiches: Iterable[Mapping[str, Any]]) -> int:
    _vider(noeud)
    noeud.json("PUT", f"/{INDEX}", CORPS)
    port = noeud.port
    total = 0
    with ThreadPoolExecutor(_FILS) as fils:
        attente: list[Any] = []
        for lot in _lots(fiches):
            total += len(lot) // 2
            attente.append(fils.submit(_envoyer, port, b"\n".join(lot) + b"\n"))
            if len(attente) > 2 * _FILS:
                attente.pop(0).result()
        for envoi in attente:
            envoi.result()
    noeud.json("POST", f"/{INDEX}/_refresh")
    while noeud.json("GET", f"/{INDEX}/_stats/merge")["_all"]["total"]["merges"]["current"]:
        time.sleep(1)
    lus = noeud.json("GET", f"/{INDEX}/_count")["count"]
    if lus != total:
        raise SystemExit(f"L’index ordinaire a {lus} documents sur {total}.")
    return total


def fusionner(noeud: Noeud) -> None:
    noeud.json("POST", f"/{INDEX}/_forcemerge?max_num_segments=1")
    noeud.json("POST", f"/{INDEX}/_refresh")


def segments(noeud: Noeud) -> int:
    return int(noeud.json("GET", f"/{INDEX}/_stats/segments")["_all"]["total"]["segments"]["count"])


def _vider(noeud: Noeud) -> None:
    if INDEX in noeud.json("GET", "/_alias"):
        noeud.json("DELETE", f"/{INDEX}")


def _lots(fiches: Iterable[Mapping[str, Any]]) -> Iterator[list[bytes]]:
    en_json = msgspec.json.Encoder().encode
    suite = iter(fiches)
    while lot := [x for f in itertools.islice(suite, _LOT) for x in (_ENTETE % f["siren"].encode(), en_json(f))]:
        yield lot


_ENTETE = b'{"index":{"_id":"%s"}}'


def _envoyer(port: int, lot: bytes) -> None:
    if Noeud(port).json("POST", f"/{INDEX}/_bulk?filter_path=errors", msgspec.Raw(lot))["errors"]:
        raise SystemExit("OpenSearch refuse des documents.")


def corps(question: Mapping[str, str]) -> dict[str, Any]:
    """Full query from the parameters of the API: ``q``, ``dirigeant``, ``departement``, ``naf``, ``page``.

    Active companies only, as the API by default. The département filters the company, and the establishment that
    matches the words.
    """
    filtres = _filtres(question)
    bool_: dict[str, Any] = {"filter": filtres}
    tri: list[dict[str, str]] = [{"etat": "asc"}, {"nombre_etablissements_ouverts": "desc"}]
    if q := question.get("q"):
        bool_ |= {"should": [*_noms(q), _etablissement(q, filtres[1:2]), _personnes(q)], "minimum_should_match": 1}
    if dirigeant := question.get("dirigeant"):
        bool_["must"] = [_dirigeant(dirigeant, exact=True)]
    if q or dirigeant:
        tri.insert(0, {"_score": "desc"})
    return _recherche(bool_, tri, question) | {"collapse": {"field": "siren"}}


def compte(corps: Mapping[str, Any]) -> dict[str, Any]:
    """Search that counts companies, because hits count documents even when grouped."""
    entreprises = {"cardinality": {"field": "siren"}}
    return {"query": corps["query"], "size": 0, "track_total_hits": False, "aggs": {"entreprises": entreprises}}


def corps_leger(question: Mapping[str, str]) -> dict[str, Any]:
    """Minimal query for a page: no grouping, one establishment, one search."""
    bool_: dict[str, Any] = {"filter": _filtres(question)}
    tri: list[dict[str, str]] = [{"nombre_etablissements_ouverts": "desc"}]
    if q := question.get("q"):
        bool_ |= {"should": [*_noms(q), _etablissement_leger(q), _personnes(q)], "minimum_should_match": 1}
    if dirigeant := question.get("dirigeant"):
        bool_["must"] = [_dirigeant(dirigeant, exact=False)]
    if q or dirigeant:
        tri.insert(0, {"_score": "desc"})
    return _recherche(bool_, tri, question)


def _recherche(bool_: dict[str, Any], tri: list[dict[str, str]], question: Mapping[str, str]) -> dict[str, Any]:
    return {
        "query": {"bool": bool_},
        "sort": tri,
        "from": TAILLE * (int(question.get("page", 1)) - 1),
        "size": TAILLE,
        "track_total_hits": COMPTES_MAX,
        "_source": {"excludes": ["etablissements", "personnes"]},
    }


def _filtres(question: Mapping[str, str]) -> list[dict[str, Any]]:
    filtres: list[dict[str, Any]] = [{"term": {"etat": "A"}}]
    if "departement" in question:
        filtres.append(_dans("etablissements", {"term": {"etablissements.departement": question["departement"]}}))
    if "naf" in question:
        filtres.append({"term": {"activite": question["naf"]}})
    return filtres


def _noms(q: str) -> list[dict[str, Any]]:
    return [
        _pese({"term": {"rna": q.upper()}}, 50, 10),
        _pese({"term": {"nom.exact": q.upper()}}, 300, 1_000),
        _pese({"match": {"nom": {"query": q, "operator": "and"}}}, 50, 10),
        _pese({"term": {"sigle.exact": q.upper()}}, 100, 1_000),
        _pese(_plusieurs(q, ["raison_sociale", "sigle", "nom_personne", "prenoms"]), 1, 10),
    ]


def _personnes(q: str) -> dict[str, Any]:
    return _pese({"match": {"personnes": {"query": q, "operator": "and"}}}, 10, 10)


def _dirigeant(noms: str, *, exact: bool) -> dict[str, Any]:
    """``exact``: boost when one word is the whole name."""
    mots = [_plusieurs(mot, ["dirigeants.nom", "dirigeants.prenoms"]) for mot in noms.split()]
    cherche: dict[str, Any] = {"must": mots}
    if exact:
        cherche["should"] = [
            {"match_phrase": {champ: {"query": noms, "boost": 8}}} for champ in ("dirigeants.nom", "dirigeants.prenoms")
        ]
    return _dans("dirigeants", {"bool": cherche})


def _etablissement(q: str, ou: list[dict[str, Any]]) -> dict[str, Any]:
    lieu = {
        "bool": {
            "should": [
                *({"term": {f"{champ}.exact": {"value": q.upper(), "boost": 25}}} for champ in _ENSEIGNES),
                *(_tous(champ, q, 10) for champ in (*_ENSEIGNES, "etablissements.nom_commercial")),
                _tous("etablissements.adresse", q, 1),
                _plusieurs(q, _CHAMPS_DE_LIEU),
            ],
            "filter": [filtre["nested"]["query"] for filtre in ou if "nested" in filtre],
            "minimum_should_match": 1,
        }
    }
    montres = {"size": ETABLISSEMENTS_MONTRES, "sort": [{"etablissements.etat": "asc"}]}
    pese = _pese(_dans("etablissements", lieu, inner_hits=montres), 1, 1)
    pese["function_score"]["min_score"] = SEUIL_D_ETABLISSEMENT
    return pese


_ENSEIGNES = [f"etablissements.enseigne_{n}" for n in (1, 2, 3)]
_CHAMPS_DE_LIEU = [
    "etablissements.nom^15",
    *_ENSEIGNES,
    *(f"etablissements.{champ}" for champ in ("nom_commercial", "adresse", "commune", "code_postal")),
]


def _tous(champ: str, q: str, poids: int) -> dict[str, Any]:
    return {"match": {champ: {"query": q, "operator": "and", "boost": poids}}}


def _etablissement_leger(q: str) -> dict[str, Any]:
    lieu = {
        "bool": {
            "should": [
                _tous("etablissements.enseigne_1", q, 10),
                _tous("etablissements.adresse", q, 1),
                _plusieurs(
                    q,
                    [
                        "etablissements.nom^15",
                        "etablissements.enseigne_1",
                        "etablissements.adresse",
                        "etablissements.commune",
                        "etablissements.code_postal",
                    ],
                ),
            ]
        }
    }
    montres = {"size": 1, "sort": [{"etablissements.etat": "asc"}]}
    return _pese(_dans("etablissements", lieu, inner_hits=montres), 1, 1)


def _plusieurs(texte: str, champs: list[str]) -> dict[str, Any]:
    return {"multi_match": {"query": texte, "type": "cross_fields", "operator": "and", "fields": champs}}


def _dans(partie: str, requete: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {"nested": {"path": partie, "query": requete, **options}}


def _pese(requete: dict[str, Any], poids: float, facteur: float) -> dict[str, Any]:
    taille = {"field": "nombre_etablissements_ouverts", "factor": facteur, "modifier": "log2p", "missing": 1}
    return {"function_score": {"query": requete, "boost": poids, "field_value_factor": taille}}


def rendre(reponse: Mapping[str, Any], page: int) -> dict[str, Any]:
    """An answer of the node in the shape of the API, without labels of codes."""
    total = reponse["hits"]["total"]
    return {
        "total": total["value"],
        "total_exact": total["relation"] == "eq",
        "page": page,
        "pages": -(-total["value"] // TAILLE),
        "resultats": [_resultat(hit) for hit in reponse["hits"]["hits"]],
    }


def _resultat(hit: Mapping[str, Any]) -> dict[str, Any]:
    lue = dict(hit["_source"])
    lieux = hit.get("inner_hits", {}).get("etablissements", {}).get("hits", {}).get("hits", ())
    personnes = [f"{d['prenoms']} {d['nom']}, {d['qualite']}" for d in lue.pop("dirigeants")[:DIRIGEANTS_MONTRES]]
    return {**lue, "etablissement": lieux[0]["_source"] if lieux else None, "dirigeants": personnes}
