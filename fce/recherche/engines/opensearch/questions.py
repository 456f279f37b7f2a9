"""Compiles a question of the port into an OpenSearch query. User text is never parsed: only analysed words become
terms.

The clauses and their order are those of the tantivy engine, so that both rank alike. ADR 0045 lists the differences.
"""

from collections.abc import Sequence
from typing import Any

from fce.recherche.engines import classement
from fce.recherche.engines.analyse import Mot
from fce.recherche.engines.port import CodeCherche, EtapeDeRecherche, Plage, Question, Quidam

Requete = dict[str, Any]

BM25 = 2.2
"""Lucene omits the factor k1 + 1 of BM25, against which the constant scores of ``classement`` are calibrated."""
LOG2 = 3.3219280948873626
"""Converts the decimal logarithm of OpenSearch's ``log2p`` modifier to base two."""
PROCHES_MAX = 1_000
"""Whole names one typo away that the fuzzy query may expand to (OpenSearch's default is 50)."""
_RIEN: Requete = {"match_none": {}}


def compiler(question: Question) -> Requete:
    filtres = [_un_de(groupe) for groupe in question.groupes]
    if question.seulement:
        filtres.append(_sirens(question.seulement))
    if question.entre is not None:
        filtres.append({"range": {question.numero: {"gte": question.entre[0], "lte": question.entre[1]}}})
    if question.apres is not None:
        filtres.append({"range": {question.numero: {"gt": question.apres}}})
    minimum, maximum = question.creation
    if minimum is not None or maximum is not None:
        bornes = {nom: borne for nom, borne in (("gte", minimum), ("lte", maximum)) if borne is not None}
        filtres.append({"range": {"creation": bornes}})
    texte = _texte(question) if question.mots or question.sirens else None
    if not texte and question.notee:
        texte = _mieux(_constant({"match_all": {}}, 1.0), question.usuels, 1.0)
    if not filtres:
        return texte or {"match_all": {}}
    return {"bool": ({"must": [texte]} if texte else {}) | {"filter": filtres}}


def pesee(question: Question) -> Requete:
    """The query, with its score multiplied by log2(2 + static rank)."""
    poids = {"field_value_factor": {"field": "rang", "modifier": "log2p", "missing": 0}, "weight": LOG2}
    return {"function_score": {"query": compiler(question), "functions": [poids], "boost_mode": "multiply"}}


def terme(champ: str, valeur: str) -> Requete:
    return {"term": {champ: {"value": valeur}}}


def nom_entier(question: Question) -> Requete:
    """Documents whose name is exactly the one typed."""
    cles = [("exact", question.cle), *(("noyau", noyau) for noyau, _ in question.noyaux)]
    return _un(*(terme(champ, valeur) for champ, valeur in cles if valeur))


def _texte(question: Question) -> Requete:
    texte = _mots(question) if question.mots else None
    if texte is not None and question.nommement:
        # Rank a name that holds all the words first, then people with these names, then words found in several fields.
        entier = {"bool": {"must": [_nom_entier(question)], "should": [texte]}}
        texte = _meilleur(entier, _fois(classement.EPARS, texte))
    ailleurs = [
        *(_constant({"term": {question.numero: {"value": n}}}, score) for n, score in classement.epingles(question)),
        *map(_quidam, question.quidams),
        *(_constant(_sirens(sirens), score) for sirens, score in classement.par_etablissement(question)),
    ]
    if not ailleurs:
        return texte or _RIEN
    return _meilleur(*([texte, *ailleurs] if texte else ailleurs))


def _nom_entier(question: Question) -> Requete:
    """All the words in the name, or all of them in the trade name (enseigne)."""
    requis = classement.requis(question.mots)
    champs = [{"bool": {"filter": [_un_terme(champ, mot.formes) for mot in requis]}} for champ in ("nom", "enseigne")]
    return _constant(_un(*champs), classement.NOM_ENTIER)


def _quidam(quidam: Quidam) -> Requete:
    clauses = [terme("personnes", code) for code in quidam.codes]
    if quidam.debut:
        clauses.append(_debut_de_personne(quidam.debut, quidam.avec))
    clauses += [_un(*(terme(c, forme) for forme in mot.formes for c in ("commune", "lieux"))) for mot in quidam.lieux]
    return _mieux(_constant({"bool": {"filter": clauses}}, quidam.score), quidam.usuels, quidam.score)


def _mieux(requete: Requete, usuels: Sequence[str], score: float) -> Requete:
    """Score the matching documents ``score``, or more when the person is usually called by one of ``usuels``."""
    if not (usuels and score):
        return requete
    bonus = _constant(_un_terme("personnes", tuple(usuels)), (classement.USUEL - 1) * score)
    return {"bool": {"must": [requete], "should": [bonus]}}


def _debut_de_personne(debut: str, avec: str) -> Requete:
    if not avec:
        return _debut("personnes", debut)
    suite = _debut("personnes", f"{avec}_{debut}")
    if len(debut) < classement.LONGUEUR_MIN_PAIRE:
        return suite
    # A pair of words is stored in alphabetical order: with an unfinished word, either may come first.
    avant = {"wildcard": {"personnes": {"value": f"{_litteral(debut)}*_{_litteral(avec)}"}}}
    return _un(suite, avant)


def _litteral(mot: str) -> str:
    return "".join("\\" + c if c in "\\*?" else c for c in mot)


def _mots(question: Question) -> Requete:
    requis, facultatifs, partielle, lieux = classement.exigence(question)
    mots = [_mot(m, question, lieux=lieux) for m in requis]
    clauses: dict[str, Any]
    if partielle:
        assez = {"bool": {"should": mots, "minimum_should_match": classement.minimum(len(mots))}}
        clauses = {"must": [assez]}
    else:
        clauses = {"must": mots}
    if lieux:
        # A company with establishments everywhere would match any list of place names: require one word in its name.
        clauses["filter"] = [_nomme(requis, question)]
    clauses["should"] = [_note("nom", m.formes[0], classement.POIDS_FACULTATIF) for m in facultatifs]
    clauses["should"] += [
        _constant(terme("mots", n), classement.NUMERO_DE_VOIE) for n in classement.numeros_de_voie(question)
    ]
    clauses["should"] += _exact(question)
    return {"bool": clauses}


def _mot(mot: Mot, question: Question, *, lieux: bool) -> Requete:
    """Score of one word: the sum of its scores in each field where it may be."""
    pistes = [_note(*place) for place in classement.places_du_mot(mot, question)]
    if lieux:
        pistes += [_constant(terme("lieux", forme), classement.POIDS_LIEUX) for forme in mot.formes]
    return _un(*pistes, *_larges(mot, question))


def _larges(mot: Mot, question: Question) -> list[Requete]:
    """Words that begin like this one, or differ from it by one typo, at the search steps that allow it."""
    pistes: list[Requete] = []
    dernier = mot is question.mots[-1]
    if question.etape >= EtapeDeRecherche.PREFIXE and dernier and len(mot.brut) >= classement.LONGUEUR_MIN_PREFIXE:
        pistes += [_constant(_debut(c, mot.brut), p) for c, p in classement.poids_des_debuts(question).items()]
    return pistes + [_constant(_un_terme(c, v), p) for c, v, p in classement.places_des_fautes(mot, question)]


def _nomme(requis: tuple[Mot, ...], question: Question) -> Requete:
    clauses: list[Requete] = []
    for mot in requis:
        clauses += [_un_terme(champ, mot.formes) for champ in ("nom", "enseigne")]
        clauses += _larges(mot, question)
    return _un(*clauses)


def _exact(question: Question) -> list[Requete]:
    comparer = {"terme": terme, "debut": _debut, "faute": _a_une_faute}
    return [_constant(comparer[c](champ, cle), poids) for c, champ, cle, poids in classement.noms_exacts(question)]


def _a_une_faute(champ: str, cle: str) -> Requete:
    return {"fuzzy": {champ: {"value": cle, "fuzziness": 1, "max_expansions": PROCHES_MAX}}}


def _note(champ: str, mot: str, poids: float) -> Requete:
    """Match a word in a field, scored by BM25 times ``poids``."""
    return {"term": {champ: {"value": mot, "boost": BM25 * poids}}}


def _constant(requete: Requete, score: float) -> Requete:
    return {"constant_score": {"filter": requete, "boost": score}}


def _fois(facteur: float, requete: Requete) -> Requete:
    return {"bool": {"must": [requete], "boost": facteur}}


def _meilleur(*requetes: Requete) -> Requete:
    return {"dis_max": {"queries": [*requetes]}}


def _debut(champ: str, mot: str) -> Requete:
    return {"prefix": {champ: {"value": mot}}}


def _un_terme(champ: str, valeurs: tuple[str, ...]) -> Requete:
    return {"terms": {champ: [*valeurs]}}


def _un(*requetes: Requete) -> Requete:
    if not requetes:
        return _RIEN
    return requetes[0] if len(requetes) == 1 else {"bool": {"should": [*requetes], "minimum_should_match": 1}}


def _un_de(groupe: tuple[CodeCherche | Quidam | Plage, ...]) -> Requete:
    return _un(*(_quidam(c) if isinstance(c, Quidam) else _code(c) for c in groupe))


def _code(code: CodeCherche | Plage) -> Requete:
    if isinstance(code, Plage):
        return {"range": {"carreau": {"gte": code.de, "lte": code.a}}}
    cherche = terme(code.champ, code.valeur)
    if code.absent:
        return {"bool": {"must_not": [cherche]}}
    if code.sauf is None:
        return cherche
    return {"bool": {"filter": [cherche], "must_not": [terme("codes", code.sauf)]}}


def _sirens(sirens: tuple[str, ...]) -> Requete:
    return {"terms": {"siren": [int(s) for s in sirens]}}
