"""Read a place, an activity and phrases (``filtres_en_phrases``) in the words of a query. Pure: uses only the
nomenclatures and what filters declare.

« restaurant lille » is an activity and a town, « adrexo sète » a name and a town, « boulangerie » a name or an
activity. A place is recognised whole, at either end, unless the word before makes it a name (« hôtel de Paris », « rue
de Lille »); a number in an address is not a département.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from fce.recherche.engines.analyse import MOTS_VIDES, mots_de_requete, racines
from fce.recherche.engines.classement import HABITANTS_MIN, requis, ressemble_a_une_adresse
from fce.recherche.engines.voies import ABREVIATIONS, MOTS_DE_VOIE
from fce.recherche.question import citations, filtres_en_phrases
from fce.recherche.question.filtres import FILTRE_SIEGE, LIEUX
from fce.recherche.question.filtres_en_phrases import FiltreCompris, Relevee, Tournures
from fce.referentiels import activites, naf, territoires
from fce.socle.texte.pliage import plier

ACTIVITE = "naf"
MOTS_D_UN_LIEU = 6
_ENTRE = frozenset(("a", "en", "dans", "sur"))
"""Words between what is searched and where."""
_ARTICLES = frozenset(("l", "la", "le", "les"))
"""Words between « dans » and a place: « dans le Nord »."""
_COMPLEMENTS = frozenset(("d", "de", "des", "du", "et", "l", "la", "le", "les", "saint", "sainte", "st", "ste", "sous"))
"""Words that join the next one into a name: « café de Paris »."""
_TRAVAUX = re.compile(r"^(?:Travaux|Activités?|Services) (?:de |des |d['’])")
"""Beginning of official labels that nobody types."""
_SUITE = re.compile(r" et |,| \(")


class Lecture(msgspec.Struct, frozen=True):
    """Filters read in a query, and the remaining words to search.

    ``sure``: apply the filters at once; otherwise search the words first and only offer the filters. ``etat``: state
    that the words name, "" for none. ``tournure``: some words are a phrase, which the exact name of a company may hold.
    """

    compris: tuple[FiltreCompris, ...] = ()
    reste: str = ""
    sure: bool = False
    etat: str = ""
    tournure: bool = False

    @property
    def sans_nom(self) -> bool:
        """No word left to search."""
        return bool(self.compris) and not self.reste

    def filtres(self) -> Mapping[str, tuple[str, ...]]:
        """Return the values read, by filter."""
        par_filtre: dict[str, tuple[str, ...]] = {}
        for c in self.compris:
            par_filtre[c.filtre] = (*par_filtre.get(c.filtre, ()), c.valeur)
        return par_filtre


def lecture_de(texte: str) -> Lecture:
    """Read a query; deterministic. Words in quotes name a company."""
    if citations.citees(texte):
        return Lecture(reste=texte)
    return _lecture_de(texte, filtres_en_phrases.connues())


@lru_cache(maxsize=10_000)
def _lecture_de(texte: str, tournures: Tournures) -> Lecture:
    relevee = filtres_en_phrases.relever(texte, tournures)
    avec = _avec_tournures(relevee) if relevee else None
    return avec or _lieu_et_activite(texte)


def _avec_tournures(relevee: Relevee) -> Lecture | None:
    """Join phrases to the place and the activity of the other words; None when the phrases are not understood there."""
    mots = filtres_en_phrases.sans_generiques(relevee.reste).split()
    del mots[: _liaison(mots)]
    autres = _lieu_et_activite(" ".join(mots))
    seuls = autres.sure or bool(autres.compris)
    reste = filtres_en_phrases.sans_generiques(autres.reste)
    compris = (*relevee.compris, *(autres.compris if seuls else ()))
    if relevee.mot_seul and (reste or len(compris) + bool(relevee.etat) < 2):
        # A word alone is offered, or belongs to a name.
        return None if reste or not compris else Lecture(compris, etat=relevee.etat, tournure=True)
    place = any(c.filtre in LIEUX for c in compris)
    if not place and any(c.filtre == FILTRE_SIEGE for c in compris):
        return None
    if reste and not requis(mots_de_requete(reste)):
        return None
    return Lecture(compris, reste, sure=True, etat=relevee.etat, tournure=True)


def _lieu_et_activite(texte: str) -> Lecture:
    if code := _code(texte):
        return Lecture((FiltreCompris(ACTIVITE, code),), sure=True)
    entiere = [c for c in (_activite(texte), _lieu(texte)) if c]
    if entiere:
        return Lecture(tuple(entiere[:1]), sure=False)
    mots = texte.split()
    a_la_fin = _a_la_fin(mots)
    for reste, lieu in (*a_la_fin, *_au_debut(mots)):
        if activite := _activite(reste):
            return Lecture((activite, _filtre(lieu)), sure=True)
    for reste, lieu in a_la_fin:
        # Many small communes bear a surname.
        connu = territoires.lieu_nomme(lieu, HABITANTS_MIN)
        if connu and requis(mots_de_requete(reste)):
            return Lecture((_filtre(lieu),), reste, sure=True)
    return Lecture(reste=texte)


def offres(texte: str) -> tuple[FiltreCompris, ...]:
    """Return all that the whole text may name besides companies: an activity, a place, a legal form."""
    lecture = lecture_de(texte)
    seules = lecture.compris if lecture.tournure and not lecture.sure else ()
    return (*(c for c in (_activite(texte), _lieu(texte)) if c), *seules)


def inachevee(texte: str) -> Lecture:
    """Read a query being typed: an activity or phrases, then the beginning of a place (« boulangerie lil »); empty
    otherwise."""
    relevee = filtres_en_phrases.relever(texte, filtres_en_phrases.connues())
    mots = (relevee.reste if relevee else texte).split()
    if relevee and not relevee.mot_seul:
        fin = " ".join(mots[_liaison(mots) :])
        trouves = territoires.chercher_lieux(fin, 1) if fin else ()
        compris = (*relevee.compris, *(FiltreCompris(lieu.genre, lieu.code) for lieu in trouves))
        return Lecture(compris, sure=True, etat=relevee.etat, tournure=True) if trouves else Lecture()
    for debut in range(max(1, len(mots) - MOTS_D_UN_LIEU), len(mots)):
        if plier(mots[debut]) in _ENTRE:
            continue
        avant = mots[: debut - 1] if plier(mots[debut - 1]) in _ENTRE else mots[:debut]
        activite = _activite(" ".join(avant))
        if activite and (trouves := territoires.chercher_lieux(" ".join(mots[debut:]), 1)):
            return Lecture((activite, FiltreCompris(trouves[0].genre, trouves[0].code)), sure=True)
    return Lecture()


def _a_la_fin(mots: Sequence[str]) -> list[tuple[str, str]]:
    """(words before, place at the end), longest place first."""
    sortie = []
    adresse = ressemble_a_une_adresse(mots_de_requete(" ".join(mots)))
    for debut in range(max(1, len(mots) - MOTS_D_UN_LIEU), len(mots)):
        avant = mots[:debut]
        liaison = max((n for n in (1, 2) if _liaison(avant[-n:]) == n), default=0)
        if liaison:
            avant = avant[:-liaison]
        elif _fait_un_nom(avant[-1]):
            continue
        texte = " ".join(mots[debut:])
        # « 12 rue Nationale 59 » is a street number, « 12 rue Nationale 59000 » is in Lille.
        if adresse and texte.isdigit() and len(texte) != 5:
            continue
        if avant and _lieu(texte):
            sortie.append((" ".join(avant), texte))
    return sortie


def _liaison(mots: Sequence[str]) -> int:
    """Return how many first words only tie a place to what is before it: « à », « dans le »; 0 for none."""
    plies = [plier(mot) for mot in mots[:2]]
    if not plies or plies[0] not in _ENTRE:
        return 0
    return 2 if plies[0] == "dans" and plies[-1] in _ARTICLES else 1


def _au_debut(mots: Sequence[str]) -> list[tuple[str, str]]:
    debuts = ((" ".join(mots[fin:]), " ".join(mots[:fin])) for fin in range(min(len(mots) - 1, MOTS_D_UN_LIEU), 0, -1))
    return [(reste, debut) for reste, debut in debuts if _activite(reste) and _lieu(debut)]


def _fait_un_nom(mot: str) -> bool:
    plie = plier(mot).split()
    return bool(plie) and (plie[-1] in _COMPLEMENTS or plie[-1] in MOTS_DE_VOIE or plie[-1] in ABREVIATIONS)


@lru_cache(maxsize=10_000)
def _lieu(texte: str) -> FiltreCompris | None:
    if len(texte.split()) > MOTS_D_UN_LIEU:
        return None
    lieu = territoires.lieu_nomme(texte)
    return FiltreCompris(lieu.genre, lieu.code) if lieu else None


def _filtre(lieu: str) -> FiltreCompris:
    compris = _lieu(lieu)
    assert compris is not None  # noqa: S101  only texts that name a place come here
    return compris


def _code(texte: str) -> str | None:
    """Return an activity code typed alone, with or without its dot, in either nomenclature."""
    compact = texte.replace(" ", "")
    code = naf.normaliser(compact)
    precis = naf.est_sous_classe(code) or (len(code) == len("62.01") and "." in compact)
    if not precis or not code[:1].isdigit():
        return None
    return code if any(naf.libelle(code, n) for n in (naf.NAF_REV_2, naf.NAF_2025)) else None


def _activite(texte: str) -> FiltreCompris | None:
    code = _activites().get(_racines(texte))
    return FiltreCompris(ACTIVITE, code) if code else None


def _racines(texte: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(r for r in racines(texte) if r not in MOTS_VIDES))


@lru_cache(maxsize=1)
def _activites() -> Mapping[tuple[str, ...], str]:
    """{roots: code} of everyday words, whole labels, and beginnings of labels (« Hôtels et … »)."""
    debuts: dict[tuple[str, ...], list[str]] = {}
    entiers: dict[tuple[str, ...], str] = {}
    for activite in naf.libelles():
        nom = activite.libelle or ""
        entiers.setdefault(_racines(nom), activite.code)
        entiers.setdefault(_racines(_TRAVAUX.sub("", nom)), activite.code)
        debut = _SUITE.split(nom, 1)[0]
        if debut != nom and len(activite.code) > 1:
            debuts.setdefault(_racines(debut), []).append(activite.code)
    uniques = {mots: seuls[0] for mots, codes in debuts.items() if len(seuls := _les_plus_larges(codes)) == 1}
    trouves = uniques | entiers | {_racines(mot): code for mot, code in naf.metiers()}
    return {mots: code for mots, code in trouves.items() if any(len(m) > 2 for m in mots)}


def _les_plus_larges(codes: Sequence[str]) -> list[str]:
    """Drop the codes included in another."""
    return [code for code in dict.fromkeys(codes) if not {*activites.ancetres(code)[:-1]}.intersection(codes)]
