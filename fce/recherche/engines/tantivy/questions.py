"""From a question of the port to a tantivy query. No user text is ever parsed: only analysed words become terms."""

import re

from tantivy import FieldType, Occur, Query

from fce.recherche import classement
from fce.recherche.analyse import Mot
from fce.recherche.champs import SUFFIXE_ENSEIGNE
from fce.recherche.engines.tantivy import debuts
from fce.recherche.engines.tantivy.schema import schema
from fce.recherche.port import CodeCherche, EtapeDeRecherche, Question, Quidam

Clause = tuple[Occur, Query]
PEU_DE_SIRENS = 200
"""Companies that are looked up one by one: a set of terms is first made into an automaton, which takes a millisecond
however few they are."""


def compiler(question: Question) -> Query:
    """Return the query: words, exact names, filters."""
    clauses: list[Clause] = []
    if question.mots or question.sirens:
        clauses.append((Occur.Must, _texte(question)))
    clauses += [(Occur.Must, _sans_score(_un_de(groupe))) for groupe in question.groupes]
    if question.seulement:
        clauses.append((Occur.Must, _sans_score(_sirens(question.seulement))))
    if question.entre is not None:
        clauses.append(
            (Occur.Must, _sans_score(Query.range_query(schema(), "siren", FieldType.Unsigned, *question.entre)))
        )
    if question.apres is not None:
        numero = "siren" if question.genre == "entreprises" else "siret"
        suite = Query.range_query(schema(), numero, FieldType.Unsigned, question.apres, None, include_lower=False)
        clauses.append((Occur.Must, _sans_score(suite)))
    minimum, maximum = question.creation
    if minimum is not None or maximum is not None:
        intervalle = Query.range_query(schema(), "creation", FieldType.Unsigned, minimum, maximum)
        clauses.append((Occur.Must, _sans_score(intervalle)))
    if not clauses:
        return Query.all_query()
    return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)


def compiler_les_noms(question: Question) -> Query:
    """Return the query for those documents alone of which the words are a whole name, with the scores that they have
    among all."""
    return Query.boolean_query([(Occur.Must, compiler(question)), (Occur.Must, _sans_score(_exact(question)))])


def _texte(question: Question) -> Query:
    texte = _mots(question) if question.mots else None
    if texte is not None and question.nommement:
        # A name that holds all the words, then the people of these names, then words found here and there.
        entier = [(Occur.Must, _nom_entier(question)), (Occur.Should, texte)]
        texte = Query.disjunction_max_query([Query.boolean_query(entier), Query.boost_query(texte, classement.EPARS)])
    ailleurs: list[Query] = [*_epingles(question), *map(_quidam, question.quidams)]
    if not question.sirens and not ailleurs:
        return texte or Query.empty_query()
    part = classement.EPARS if question.nommement else 1.0
    ailleurs += [Query.const_score_query(_sirens((siren,)), part * score) for siren, score in question.sirens[:50]]
    if len(question.sirens) > 50:
        reste = _sirens(tuple(siren for siren, _ in question.sirens[50:]))
        ailleurs.append(Query.const_score_query(reste, part * question.sirens[-1][1]))
    return Query.disjunction_max_query([texte, *ailleurs] if texte else ailleurs)


def _nom_entier(question: Question) -> Query:
    """All the words in the name, or all of them in the enseigne."""
    champs: list[Clause] = []
    for champ in ("nom", "enseigne"):
        mots = [(Occur.Must, _un_terme(champ, mot.formes)) for mot in classement.requis(question.mots)]
        champs.append((Occur.Should, Query.boolean_query(mots)))
    return Query.const_score_query(Query.boolean_query(champs), classement.NOM_ENTIER)


def _epingles(question: Question) -> list[Query]:
    champ = "siren" if question.genre == "entreprises" else "siret"
    return [
        Query.const_score_query(
            Query.term_query(schema(), champ, int(numero), index_option="basic"),
            classement.EPINGLE * classement.ECART_EPINGLES**rang,
        )
        for rang, numero in enumerate(reversed(question.epingles))
    ]


def _quidam(quidam: Quidam) -> Query:
    clauses = [(Occur.Must, _terme("personnes", code)) for code in quidam.codes]
    if quidam.debut:
        clauses.append((Occur.Must, _debut_de_personne(quidam.debut, quidam.avec)))
    for mot in quidam.lieux:
        pistes = [(Occur.Should, _terme(c, forme)) for forme in mot.formes for c in ("commune", "lieux")]
        clauses.append((Occur.Must, Query.boolean_query(pistes)))
    return Query.const_score_query(Query.boolean_query(clauses), quidam.score)


def _debut_de_personne(debut: str, avec: str) -> Query:
    if not avec:
        return Query.fuzzy_term_query(schema(), "personnes", debut, 0, prefix=True)
    if len(debut) < classement.LONGUEUR_MIN_PAIRE:
        return Query.fuzzy_term_query(schema(), "personnes", f"{avec}_{debut}", 0, prefix=True)
    # The words of a pair are in alphabetical order: which one comes first is not known before both are whole.
    inacheve, entier = re.escape(debut), re.escape(avec)
    suite = "[a-z0-9]*"  # a tenth of the time that "[^_]*" takes to be understood
    return Query.regex_query(schema(), "personnes", f"{inacheve}{suite}_{entier}|{entier}_{inacheve}{suite}")


def _mots(question: Question) -> Query:
    requis, facultatifs, partielle, lieux = classement.exigence(question)
    dernier = question.mots[-1]
    mots = [_mot(m, question, prefixe=m is dernier, lieux=lieux) for m in requis]
    clauses: list[Clause]
    if partielle:
        clauses = [
            (
                Occur.Must,
                Query.boolean_query(
                    [(Occur.Should, m) for m in mots], minimum_number_should_match=classement.minimum(len(mots))
                ),
            )
        ]
    else:
        clauses = [(Occur.Must, m) for m in mots]
    if lieux:
        # Companies with an establishment everywhere would answer any list of places: one word must name them.
        clauses.append((Occur.Must, _sans_score(_nomme(requis, question))))
    clauses += [
        (Occur.Should, Query.boost_query(_terme("nom", m.formes[0]), classement.POIDS_FACULTATIF)) for m in facultatifs
    ]
    clauses.append((Occur.Should, _exact(question)))
    return Query.boolean_query(clauses)


def _mot(mot: Mot, question: Question, *, prefixe: bool, lieux: bool) -> Query:
    """One word, in the best of its fields."""
    pistes: list[Query] = []
    poids = classement.POIDS_MOTS if question.genre == "entreprises" else classement.POIDS_MOTS_ETABLISSEMENT
    for forme in mot.formes:
        decote = 1.0 if forme == mot.formes[0] else classement.AUTRE_FORME
        pistes += [
            Query.boost_query(_terme(c, forme), p * decote)
            for c, p in poids.items()
            if not (question.noms_seuls and c == "commune")
        ]
        if lieux:
            pistes.append(Query.const_score_query(_terme("lieux", forme), classement.POIDS_LIEUX))
    if question.genre == "etablissements":
        decote = classement.AUTRE_FORME * poids["adresse"]
        pistes += [Query.boost_query(_terme("adresse", voie), decote) for voie in mot.voies]
    pistes += _larges(mot, question, prefixe=prefixe)
    return Query.disjunction_max_query(pistes, tie_breaker=classement.EGALITE)


def _larges(mot: Mot, question: Question, *, prefixe: bool) -> list[Query]:
    pistes: list[Query] = []
    if question.etape >= EtapeDeRecherche.PREFIXE and prefixe and len(mot.brut) >= classement.LONGUEUR_MIN_PREFIXE:
        courte = question.genre == "entreprises" and len(mot.brut) in debuts.LONGUEURS
        pistes += [
            Query.const_score_query(_debut_court(c, mot.brut) if courte else _debut(c, mot.brut), p)
            for c, p in classement.PREFIXE.items()
            if not (question.noms_seuls and c == "commune")
        ]
    if question.etape >= EtapeDeRecherche.FAUTE:
        champs = classement.FAUTE_ADRESSE if question.genre == "etablissements" else classement.FAUTE
        for voisins in (v for m, v in question.fautes if m == mot.formes[0]):
            pistes += [Query.const_score_query(_un_terme(c, voisins), p) for c, p in champs.items()]
    return pistes


def _debut(champ: str, mot: str) -> Query:
    return Query.fuzzy_term_query(schema(), champ, mot, 0, prefix=True)


def _debut_court(champ: str, mot: str) -> Query:
    return _terme(debuts.CHAMP, debuts.MARQUES[champ] + mot)


def _nomme(requis: tuple[Mot, ...], question: Question) -> Query:
    clauses: list[Clause] = []
    for mot in requis:
        for champ in ("nom", "enseigne"):
            clauses += [(Occur.Should, _terme(champ, forme)) for forme in mot.formes]
        clauses += [(Occur.Should, q) for q in _larges(mot, question, prefixe=mot is question.mots[-1])]
    return Query.boolean_query(clauses)


def _exact(question: Question) -> Query:
    pistes: list[Query] = []
    if question.cle:
        pistes.append(Query.const_score_query(_terme("exact", question.cle), classement.EXACT))
        enseigne = _terme("exact", question.cle + SUFFIXE_ENSEIGNE)
        pistes.append(Query.const_score_query(enseigne, classement.EXACT_ENSEIGNE))
        if len(question.cle) >= classement.LONGUEUR_MIN_EXACT and question.etape >= EtapeDeRecherche.PREFIXE:
            pistes.append(Query.const_score_query(_debut_de_nom(question), classement.EXACT_PREFIXE))
            if question.etape >= EtapeDeRecherche.PARTIELLE and not question.proches:
                # A typo in a short word, or in one that is also another: the whole name tells, one walk through them.
                proche = Query.fuzzy_term_query(schema(), "exact", question.cle, 1)
                pistes.append(Query.const_score_query(proche, classement.EXACT_FAUTE))
    pistes += [Query.const_score_query(_terme("exact", n), poids) for n, poids in question.proches]
    pistes += [Query.const_score_query(_terme("noyau", n), poids) for n, poids in question.noyaux]
    return Query.disjunction_max_query(pistes) if pistes else Query.empty_query()


def _debut_de_nom(question: Question) -> Query:
    if question.genre == "entreprises" and len(question.cle) in debuts.LONGUEURS_DE_NOM:
        return _terme(debuts.CHAMP, debuts.MARQUE_DE_NOM + question.cle)
    return Query.fuzzy_term_query(schema(), "exact", question.cle, 0, prefix=True)


def _terme(champ: str, valeur: str) -> Query:
    return Query.term_query(schema(), champ, valeur, index_option="freq" if champ in ("nom", "enseigne") else "basic")


def _un_terme(champ: str, valeurs: tuple[str, ...]) -> Query:
    return Query.boolean_query([(Occur.Should, _terme(champ, valeur)) for valeur in valeurs])


def _un_de(groupe: tuple[CodeCherche | Quidam, ...]) -> Query:
    choix = [_code(c) if isinstance(c, CodeCherche) else _quidam(c) for c in groupe]
    return choix[0] if len(choix) == 1 else Query.boolean_query([(Occur.Should, c) for c in choix])


def _code(code: CodeCherche) -> Query:
    terme = _terme(code.champ, code.valeur)
    if code.absent:
        return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, terme)])
    if code.sauf is None:
        return terme
    return Query.boolean_query([(Occur.Must, terme), (Occur.MustNot, _terme("codes", code.sauf))])


def _sirens(sirens: tuple[str, ...]) -> Query:
    if len(sirens) <= PEU_DE_SIRENS:
        termes = [Query.term_query(schema(), "siren", int(s), index_option="basic") for s in sirens]
        return termes[0] if len(termes) == 1 else Query.boolean_query([(Occur.Should, terme) for terme in termes])
    return Query.term_set_query(schema(), "siren", [int(s) for s in sirens])


def _sans_score(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)
