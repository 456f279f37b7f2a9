"""The search engine on tantivy: opens the version in place, queries its fragments in parallel, merges the answers."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace
from tantivy import DocAddress, Order, Query, Searcher

from fce.recherche.engines import classement, grille, vocabulaire
from fce.recherche.engines.champs import ENTRE_LES_TEXTES
from fce.recherche.engines.port import LES_ETATS, EtapeDeRecherche, Genre, Hit, Manifeste, Question, ReponseDuMoteur
from fce.recherche.engines.tantivy import blancs, dossier, frequents, mots
from fce.recherche.engines.tantivy.pannes import lecture
from fce.recherche.engines.tantivy.questions import PEU_DE_SIRENS, compiler
from fce.recherche.engines.tantivy.retouche import RetoucheTantivy
from fce.recherche.engines.tantivy.version import VersionCourante, VersionOuverte
from fce.socle.erreurs import IndexIndisponible

_T = TypeVar("_T")

RARE = 1_000
"""Below this number of documents, reading them in this thread is faster than sharing them out. And once documents were
deleted, which the dictionaries still count, a query counts the bearers of a word."""
CODES_MAX = 5_000
"""Above the number of distinct values of a counted field, so that counts are exact."""
_COMPTES = {
    champ: {"terms": {"field": champ, "size": CODES_MAX, "segment_size": CODES_MAX}} for champ in ("codes", "faits")
}
LOT_CROISE = 250
"""Companies whose establishments are counted together: tantivy allows 65 000 buckets at most."""
_CROISES = {
    champ: {
        "terms": {"field": champ, "size": CODES_MAX, "segment_size": CODES_MAX, "include": codes},
        "aggs": {"sirens": {"terms": {"field": "siren", "size": LOT_CROISE, "segment_size": LOT_CROISE}}},
    }
    for champ, codes in (("codes", "[rd]:.*"), ("faits", ".*"))
}

# Field to sort by, and whether its natural order is ascending.
_TRIS = {"effectif": ("effectif", False), "creation": ("creation", False), "nom": ("exact", True),
         "commune": ("rang_commune", True)}  # fmt: skip


class MoteurTantivy:
    """The engine on one folder. Safe to share between threads; one per process."""

    def __init__(self, racine: Path, threads: int = 2) -> None:
        self._racine = racine
        self._en_place: Callable[[], VersionOuverte] = VersionCourante(racine).ouverte
        self._executeur = ThreadPoolExecutor(threads, thread_name_prefix="recherche")
        # For the engine of one request only: number of documents that hold each word looked up.
        self._portes: dict[str, int] | None = None

    def search(
        self, question: Question, *, decalage: int = 0, limite: int = 20, plafond: int | None = None
    ) -> ReponseDuMoteur:
        version, bout = self._en_place(), decalage + limite
        trouves = self._noms_entiers(version, question, bout, plafond)
        if trouves is None:
            posee, query = self._compiler(version, question)
            trouves, total = self._meilleurs(version, posee, query, bout)
        else:
            total = self._porteurs_du_mot(version, question, plafond)
        page = _ordonner(trouves, _demande(question))[decalage:bout]
        with lecture():
            hits = tuple(_hit(valeur, searcher, adresse, question.genre) for valeur, searcher, adresse in page)
        return ReponseDuMoteur(hits, total, version.manifeste)

    def _noms_entiers(
        self, version: VersionOuverte, question: Question, bout: int, plafond: int | None
    ) -> "list[Trouve] | None":
        """Top hits when the one word of the question is the whole name of all of them (``frequents``); ``None`` when
        the whole question must be run."""
        if not frequents.concerne(question):
            return None
        searchers = version.searchers(question)
        with lecture():
            if not frequents.suffisent(question, searchers, bout, version.partis, plafond):
                return None
            query = mots.noms(question, commencent=frequents.commencent(question, searchers))
            tops, _ = self._meilleurs(version, question, query, bout, compter=False)
            notes = sorted((valeur for valeur, _, _ in tops), reverse=True)[:bout]
            suffit = len(notes) == bout and notes[-1] > frequents.au_plus(question, searchers, version.partis)
        return tops if suffit else None

    def _meilleurs(
        self, version: VersionOuverte, question: Question, query: Query, bout: int, *, compter: bool = True
    ) -> "tuple[list[Trouve], int]":
        """Top hits of each fragment, and the number of all the hits."""
        demande = _demande(question)

        def chercher(s: Searcher) -> tuple[list[Trouve], int]:
            resultat: Any = s.search(query, bout, count=compter, **demande)
            return [(valeur, s, adresse) for valeur, adresse in resultat.hits], resultat.count or 0

        par_fragment = self._partout(version, question, chercher)
        return [trouve for hits, _ in par_fragment for trouve in hits], sum(nombre for _, nombre in par_fragment)

    def _porteurs_du_mot(self, version: VersionOuverte, question: Question, plafond: int | None) -> int:
        """Count the documents that hold the one word of a question, unless the dictionaries show more than
        ``plafond``."""
        with lecture():
            if plafond is not None and frequents.plus_que(
                plafond, question, version.searchers(question), version.partis
            ):
                return plafond + 1
        query = mots.presence(question)
        return sum(self._partout(version, question, lambda s: _nombre(s, query)))

    def nombre(self, question: Question) -> int:
        """Count the hits. For a single code, read the count in the dictionaries, unless some of its documents were
        deleted."""
        version, code = self._en_place(), question.seul_code
        if code is not None and not version.partis:
            return self._frequence(question, ((code.champ, code.valeur),))
        posee, query = self._compiler(version, question)
        return sum(self._partout(version, posee, lambda s: _nombre(s, query)))

    def facettes(self, question: Question) -> dict[str, int]:
        version = self._en_place()
        posee, query = self._compiler(version, question)
        nombres: dict[str, int] = {}
        for reponse in self._partout(version, posee, lambda s: s.aggregate(query, _COMPTES)):
            for champ in _COMPTES:
                for seau in reponse[champ]["buckets"]:
                    code = blancs.decoder(seau["key"])
                    nombres[code] = nombres.get(code, 0) + seau["doc_count"]
        return nombres

    def carreaux(self, question: Question, rang: int) -> dict[int, int]:
        version, nombres = self._en_place(), Counter[int]()
        posee, query = self._compiler(version, question)
        comptes = grille.demande(rang)
        for reponse in self._partout(version, posee, lambda s: s.aggregate(query, comptes)):
            nombres.update(grille.comptes(reponse, rang))
        return dict(nombres)

    def entreprises_par_code(self, question: Question) -> dict[str, int]:
        """Count the companies by code: companies of one hit by a facet, companies of several hits one by one."""
        _, total = self.sirens(question, 1)
        if not total:
            return {}
        fois = Counter(self._numeros(question, total))
        plusieurs = sorted(siren for siren, n in fois.items() if n > 1)
        seuls = [f"{siren:09d}" for siren, n in fois.items() if n == 1]
        nombres = self.facettes(replace(question, seulement=tuple(seuls)) if plusieurs else question) if seuls else {}
        for debut in range(0, len(plusieurs), LOT_CROISE):
            lot = tuple(f"{siren:09d}" for siren in plusieurs[debut : debut + LOT_CROISE])
            for code, sirens in self._porteurs(replace(question, seulement=lot)).items():
                nombres[code] = nombres.get(code, 0) + len(sirens)
        return nombres

    def _numeros(self, question: Question, total: int) -> list[int]:
        version = self._en_place()
        posee, query = self._compiler(version, question)

        def numeros_de(s: Searcher) -> list[int]:
            hits: Any = s.search(query, total, count=False, order_by_field="rang").hits
            return [int(v or 0) for v in s.fast_field_values("siren", [a for _, a in hits])]

        return [siren for siens in self._partout(version, posee, numeros_de) for siren in siens]

    def _porteurs(self, question: Question) -> dict[str, set[int]]:
        """{code: SIREN of the companies that bear it}."""
        version = self._en_place()
        posee, query = self._compiler(version, question)
        porteurs: dict[str, set[int]] = {}
        for reponse in self._partout(version, posee, lambda s: s.aggregate(query, _CROISES)):
            for champ in _CROISES:
                for seau in reponse[champ]["buckets"]:
                    siens = porteurs.setdefault(blancs.decoder(seau["key"]), set())
                    siens.update(x["key"] for x in seau["sirens"]["buckets"])
        return porteurs

    def sirens(self, question: Question, limite: int) -> tuple[list[tuple[str, float]], int]:
        """Return the distinct companies of the best ``limite`` hits, best score first, and the total number of hits."""
        version = self._en_place()
        posee, query = self._compiler(version, question)
        # Without words there is no score: largest company first.
        demande: dict[str, Any] = {} if question.mots else {"order_by_field": "rang", "order": Order.Desc}

        def chercher(s: Searcher) -> tuple[list[tuple[int, float]], int]:
            resultat: Any = s.search(query, limite, count=True, **demande)
            valeurs = s.fast_field_values("siren", [a for _, a in resultat.hits])
            notes = [float(note or 0) for note, _ in resultat.hits]
            return [(int(v or 0), note) for v, note in zip(valeurs, notes, strict=True)], resultat.count

        scores: dict[int, float] = {}
        total = 0
        for hits, nombre in self._partout(version, posee, chercher):
            total += nombre
            for siren, score in hits:
                scores[siren] = max(score, scores.get(siren, 0.0))
        ordre = sorted(scores.items(), key=lambda x: (-x[1], x[0]))[:limite]
        return [(f"{siren:09d}", score) for siren, score in ordre], total

    def frequences(self, question: Question) -> dict[str, int]:
        """Read from the term dictionaries, without reading documents."""
        champs = classement.champs_des_mots(question)
        return {m.formes[0]: self._frequence(question, ((c, m.formes[0]) for c in champs)) for m in question.mots}

    def connus(self, question: Question, champ: str, valeurs: Iterable[str]) -> frozenset[str]:
        """Read from the term dictionaries, without reading documents."""
        return frozenset(valeur for valeur in valeurs if self._porte(question, ((champ, valeur),)))

    def voisins(self, mots: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Look up in the vocabulary of the version: no dictionary of the engine is walked through."""
        lexique = self._en_place().lexique
        with lecture():
            return {mot: tuple(v.mot for v in lexique.voisins(mot)) for mot in mots}

    def absents(self, mots: Iterable[str]) -> frozenset[str]:
        """Look up in the vocabulary of the version."""
        version = self._en_place()
        cherches = [mot for mot in mots if vocabulaire.garde(mot)]
        with lecture():
            portes = version.lexique.documents(cherches)
        if self._portes is not None:
            self._portes |= portes
        absents = frozenset(cherches).difference(portes)
        if not version.partis:
            return absents
        rares = [mot for mot, porteurs in portes.items() if porteurs <= RARE]
        return absents | {mot for mot in rares if not self._est_porte(mot)}

    def documents(self) -> int:
        return self._en_place().documents

    def porte_ce_nom(self, question: Question) -> bool:
        """Look up the key of the name in the dictionaries, without reading documents."""
        cles = [("exact", question.cle), *(("noyau", noyau) for noyau, _ in question.noyaux)]
        return self._porte(question, [(champ, valeur) for champ, valeur in cles if valeur])

    def manifeste(self) -> Manifeste | None:
        """Return what the version in place was built from; ``None`` without an index."""
        try:
            return self._en_place().manifeste
        except IndexIndisponible:
            return None

    def d_une_demande(self) -> "MoteurTantivy":
        """Return a copy of this engine bound to the version in place at its first question: checking the pointer at
        each of the fifteen questions of a request takes a twentieth of its time."""
        sien = copy(self)
        sien._en_place, sien._portes = cache(self._en_place), {}
        return sien

    def prevoir(self, *questions: object) -> None:
        """Do nothing: questions are asked in this process."""

    @contextmanager
    def retouche(self, depuis: str) -> Iterator[RetoucheTantivy]:
        """Open a copy of the version in place, to update it. Raises what ``version_neuve`` and
        ``RetoucheTantivy.ouvrir`` raise."""
        with dossier.version_neuve(self._racine) as version:
            yield RetoucheTantivy.ouvrir(self._racine, version, depuis)

    def chantier(self, fragments: int) -> AbstractContextManager[dossier.ChantierTantivy]:
        return dossier.chantier(self._racine, fragments)

    def _partout(self, version: VersionOuverte, question: Question, action: Callable[[Searcher], _T]) -> list[_T]:
        """Run an action on each fragment of the states asked for, in threads when worth it: tantivy releases the
        GIL."""
        searchers = version.searchers(question)
        ensemble = len(searchers) > 1 and version.parallele and not self._lit_peu(question)
        with lecture():
            if not ensemble:
                return [action(s) for s in searchers]
            futurs = [self._executeur.submit(action, s) for s in searchers[1:]]
            return [action(searchers[0]), *(f.result() for f in futurs)]

    def _lit_peu(self, question: Question) -> bool:
        """Whether the question reads so few documents (a few companies, a rare word) that threads would be slower."""
        voulues = question.seulement or (() if question.mots else question.sirens)
        if voulues:
            return len(voulues) <= PEU_DE_SIRENS
        requis = classement.requis(question.mots)
        if (
            not self._portes
            or question.etape is not EtapeDeRecherche.STRICTE
            or (question.quidams and len(requis) == 1)
        ):
            return False
        return any(self._portes.get(mot.formes[0], RARE) < RARE for mot in requis)

    def _compiler(self, version: VersionOuverte, question: Question) -> tuple[Question, Query]:
        """Return the question as run, and its query.

        With an address, companies are also searched by their own words. The dictionaries tell whether one may hold them
        all; otherwise the words are dropped.
        """
        if question.sirens and not self._peuvent_etre_portes(version, question):
            question = replace(question, mots=())
        return question, compiler(question)

    def _peuvent_etre_portes(self, version: VersionOuverte, question: Question) -> bool:
        """False when a required word is in no document as typed. Only the strict step requires it so: the other steps
        are wider."""
        if question.etape is not EtapeDeRecherche.STRICTE:
            return True
        searchers = version.searchers(question)
        with lecture():
            return all(
                any(s.doc_freq(champ, blancs.encoder(forme)) for champ, forme in places for s in searchers)
                for places in mots.places(question)
            )

    def _frequence(self, question: Question, termes: Iterable[tuple[str, str]]) -> int:
        """Approximate number of documents that hold these ``(field, value)`` pairs, summed."""
        version = self._en_place()
        with lecture():
            return sum(
                _portent(s, champ, valeur, RARE if version.partis else 0)
                for champ, valeur in termes
                for s in version.searchers(question)
            )

    def _porte(self, question: Question, termes: Iterable[tuple[str, str]]) -> bool:
        """Whether a document holds one of these ``(field, value)`` pairs: the dictionary counts more documents than
        were deleted, or a query finds one."""
        version = self._en_place()
        with lecture():
            return any(
                _portent(s, champ, valeur, version.partis)
                for champ, valeur in termes
                for s in version.searchers(question)
            )

    def _est_porte(self, mot: str) -> bool:
        return any(
            self._porte(Question(genre, etats=LES_ETATS), ((champ, mot) for champ in champs))
            for genre, champs in vocabulaire.CHAMPS_DU_LEXIQUE.items()
        )


def _portent(searcher: Searcher, champ: str, valeur: str, douteux: int) -> int:
    """Number of documents that hold a value, read from its dictionary; counted by a query when the dictionary says
    ``douteux`` or fewer, because all of these may be deleted."""
    dits = searcher.doc_freq(champ, blancs.encoder(valeur))
    if not 0 < dits <= douteux:
        return dits
    return _nombre(searcher, mots.terme(champ, valeur))


def _nombre(searcher: Searcher, query: Query) -> int:
    resultat: Any = searcher.search(query, 1, count=True)
    return int(resultat.count)


def _demande(question: Question) -> dict[str, Any]:
    """Arguments of tantivy's search: order by score, or by one fast field (tantivy then ignores the score)."""
    if question.tri == "numero":
        return {"order_by_field": question.numero, "order": Order.Asc}
    if question.tri != "pertinence":
        champ, croissant = _TRIS[question.tri]
        return {"order_by_field": champ, "order": Order.Asc if croissant != question.inverse else Order.Desc}
    if question.notee:
        return {"weight_by_field": "rang"}
    return {"order_by_field": "rang", "order": Order.Desc}


Trouve = tuple[Any, Searcher, DocAddress]


def _ordonner(trouves: Sequence[Trouve], demande: dict[str, Any]) -> list[Trouve]:
    """Merge the top hits of the fragments. A missing value comes last in both directions; ties keep the order of the
    index."""
    decroissant = demande.get("order", Order.Desc) == Order.Desc
    avec = [t for t in trouves if t[0] is not None]
    avec.sort(key=lambda t: t[0], reverse=decroissant)
    return avec + [t for t in trouves if t[0] is None]


def _hit(valeur: Any, searcher: Searcher, adresse: DocAddress, genre: Genre) -> Hit:
    document = searcher.doc(adresse)
    siret = f"{document.get_first('siret'):014d}" if genre == "etablissements" else None
    score = float(valeur) if isinstance(valeur, int | float) else 0.0
    mentions = document.get_first("mentions") if siret is None else None
    ligne = document.get_first("ligne")
    return Hit(
        f"{document.get_first('siren'):09d}",
        siret,
        score,
        tuple(mentions.split(ENTRE_LES_TEXTES)) if mentions else (),
        ligne or b"",
    )
