"""Ranking: every weight, in one place, above the engines.

score = (words + exact name) × log2(2 + static rank). The words of the query must all be found, in any field; an exact
name outweighs any sum of words, so that it comes first, and among equals the static rank puts the big company first.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, product
from typing import NamedTuple

from msgspec.structs import replace

from fce.recherche.analyse import Mot, cle, mots_de_requete, noyau, paires, tient_dans_son_noyau
from fce.recherche.champs import SUFFIXE_NUMERO
from fce.recherche.codes import separer_code_postal
from fce.recherche.port import EtapeDeRecherche, Question, Quidam
from fce.recherche.voies import ABREVIATIONS, MOTS_DE_VOIE, REPETITIONS
from fce.referentiels import territoires
from fce.socle.texte import mots as decouper_en_mots

# Weight of a word (BM25) by the field where it is found; those of several fields are added. All the words of an
# establishment are also in ``mots``.
POIDS_MOTS = {"nom": 4.0, "enseigne": 2.5, "commune": 1.0}
POIDS_MOTS_ETABLISSEMENT = {"mots": 1.0, "nom": 3.0, "enseigne": 1.5}
AUTRE_FORME = 0.9
POIDS_LIEUX = 0.5
"""A word found among the places of the other establishments (constant)."""
POIDS_FACULTATIF = 0.3

# Constant scores of the wide steps, by field, added likewise.
PREFIXE = {"nom": 14.0, "enseigne": 8.0, "commune": 2.0}
PREFIXE_ETABLISSEMENT = {"mots": 2.0, "nom": 12.0, "enseigne": 6.0}
FAUTE = {"nom": 12.0, "enseigne": 7.0, "commune": 2.0}
FAUTE_ETABLISSEMENT = {"mots": 3.0, "nom": 9.0, "enseigne": 5.0}
LONGUEUR_MIN_PREFIXE = 2

EXACT = 3_000.0
"""More than all the words of a query are worth in the largest company: a whole name comes before its neighbours."""
NOYAU = 1_800.0
NOYAU_INCOMPLET = 450.0
"""The same, for a query of which some word (a legal form, an article, a word typed twice) is not in the key: who typed
it means the name that has it, however small, before those that do not."""
EXACT_ENSEIGNE = 1_200.0
NOYAU_PARTIEL = 60.0
"""Exact name followed by something else (commune, département…)."""
EXACT_PREFIXE = 60.0
EXACT_FAUTE = 1_500.0
NOYAU_FAUTE = 900.0
LONGUEUR_MIN_EXACT = 4

_DIRIGEANT = 4.0
"""Somebody of the company bears all the words: below any name, even that of a small one."""
NUMERO_DE_VOIE = 2_000.0
"""An establishment at the very number of the street that was typed: before those that hold it otherwise (« 35 quai
Lamennais Rennes », in the département 35), whoever is the larger."""
USUEL = 7.5
"""Times more for who is called so (the first of the first names), whoever is the larger: more than any static rank."""
NOM_ENTIER = 225.0
"""A name that holds all the words, when they are also those of somebody: above, whoever is the larger."""
EPARS = 0.005
"""Part that is left of what words are worth when they are those of somebody, and found here and there elsewhere."""
HABITANTS_MIN = 5_000
"""Of the town that a name alone says beside another name: below, it is more often that of somebody."""
DIRIGEANT_PARTIEL = 0.5
"""Somebody followed by a place."""
MOTS_D_UN_NOM = 4
"""Beyond this many words, a typo is not looked for in the names of people."""
_MARQUES = frozenset((*map(str.lower, REPETITIONS), *REPETITIONS.values()))
_APRES_UN_NUMERO = MOTS_DE_VOIE | ABREVIATIONS | _MARQUES
LONGUEUR_MIN_PAIRE = 3
"""Letters of a name typed after a first name of which it comes before in the alphabet: all that begin so are read."""
LONGUEUR_MIN_NOM_SEUL = 5
"""Letters of the beginning of a name, typed alone."""
LIEU_MAX = 2
"""Last words that may name the place of somebody."""
LONGUEUR_MIN_FAUTE = 4
VOISINS_MAX = 40
"""Words, one typo away, that are tried for one: the other words of the query tell which one was meant."""
VOISINS_DU_SEUL = 12
"""The same, for a query of one word: the most frequent ones."""
VOISINS_DU_NOM, NOYAUX_PROCHES = 4, 16
"""Words tried for each, and whole names made of them."""

CONNU = 20
CONNU_POUR_MILLION = 10
"""Documents in which a word must be (in all, and for a million documents) to be taken as well spelt."""
PART_DES_MOTS = 0.7
ASSEZ = 5
"""Below this number of hits the next, looser step is tried."""
ETABLISSEMENTS_VUS = 1_000
"""Establishments looked at when companies are searched through them."""
TROUVE_PAR_ETABLISSEMENT = 20.0
EPINGLE = 100_000.0
ECART_EPINGLES = 8.0
"""More than the static rank can make up for (log2(2 + 90) < 8): pinned documents keep their order."""


def requis(mots: tuple[Mot, ...]) -> tuple[Mot, ...]:
    """Words that must be found: all but articles and legal forms, unless there is nothing else."""
    return tuple(m for m in mots if not m.facultatif) or mots


class Exigence(NamedTuple):
    """What a question asks of the words: ``mots`` must be found, or some of them (``partielle``); the other ones,
    ``facultatifs``, count. ``lieux``: a word may be found among the places of the other establishments."""

    mots: tuple[Mot, ...]
    facultatifs: tuple[Mot, ...]
    partielle: bool
    lieux: bool


def exigence(question: Question) -> Exigence:
    """Return what a question asks of its words, whatever the engine."""
    voulus = requis(question.mots)
    plusieurs = len(voulus) > 1
    return Exigence(
        voulus,
        tuple(m for m in question.mots if m.facultatif and m not in voulus),
        plusieurs and question.etape >= EtapeDeRecherche.PARTIELLE,
        # In the loose steps the fields are few: each is a walk through its dictionary.
        plusieurs and question.genre == "entreprises" and question.etape < EtapeDeRecherche.FAUTE,
    )


def poids_des_mots(question: Question) -> dict[str, float]:
    """Return the weight of a word by field."""
    return _poids(question, POIDS_MOTS, POIDS_MOTS_ETABLISSEMENT)


def places_du_mot(mot: Mot, question: Question) -> Iterator[tuple[str, str, float]]:
    """Yield where a word may be as it is typed: field, form, and what its rarity is worth there."""
    for forme in mot.formes:
        decote = 1.0 if forme == mot.formes[0] else AUTRE_FORME
        yield from ((champ, forme, poids * decote) for champ, poids in poids_des_mots(question).items())


def champs_des_mots(question: Question) -> tuple[str, ...]:
    """Return the fields that hold, all together, the words of a document once each, or nearly so."""
    return ("mots",) if question.genre == "etablissements" else tuple(POIDS_MOTS)


def poids_des_debuts(question: Question) -> dict[str, float]:
    """Return what the beginning of a word is worth, by field."""
    return _poids(question, PREFIXE, PREFIXE_ETABLISSEMENT)


def poids_des_fautes(question: Question) -> dict[str, float]:
    """Return what a word one typo away is worth, by field."""
    return FAUTE_ETABLISSEMENT if question.genre == "etablissements" else FAUTE


def _poids(question: Question, entreprise: dict[str, float], etablissement: dict[str, float]) -> dict[str, float]:
    if question.genre == "etablissements":
        return etablissement
    return {c: p for c, p in entreprise.items() if c != "commune"} if question.noms_seuls else entreprise


def minimum(n: int) -> int:
    """Words that must be found in the last step, out of ``n`` required."""
    return max(1, int(PART_DES_MOTS * n))


def douteux(mots: tuple[Mot, ...], frequences: dict[str, int], documents: int) -> list[str]:
    """Words that may hold a typo: long enough, and rare."""
    seuil = max(CONNU, CONNU_POUR_MILLION * documents // 1_000_000)
    return [m.formes[0] for m in mots if m.tolere_une_faute and frequences[m.formes[0]] <= seuil]


def fautes(voisins: Mapping[str, Sequence[str]], combien: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Words that may have been meant for each: the most frequent ones, fewer when nothing else tells them apart."""
    gardes = VOISINS_MAX if combien > 1 else VOISINS_DU_SEUL
    return tuple((mot, tuple(siens[:gardes])) for mot, siens in voisins.items() if siens)


def noyaux(texte: str) -> tuple[tuple[str, float], ...]:
    """Order-free keys of a query with their weight: the whole text, then without its last words (a place, often)."""
    cles: dict[str, float] = {}
    entier = noyau(texte)
    mots = texte.split()
    if len(entier) > 1:  # « C + » and « C et C » have nothing in common but a letter
        cles[entier] = NOYAU if tient_dans_son_noyau(texte) else NOYAU_INCOMPLET
    for fin in range(len(mots) - 1, max(0, len(mots) - 4), -1):
        if debut := noyau(" ".join(mots[:fin])):
            cles.setdefault(debut, NOYAU_PARTIEL)
    return tuple(cles.items())


@lru_cache(maxsize=256)
def noms_avec_un_lieu(texte: str) -> tuple[str, ...]:
    """Return the order-free keys of the names that a text may be: itself, or what comes before a place at its end.

    A search asks it two or three times.
    """
    mots = separer_code_postal(texte).split()
    fins = range(len(mots) - 1, max(0, len(mots) - 4), -1)
    coupes = ((noyau(" ".join(mots[:fin])), " ".join(mots[fin:])) for fin in fins)
    return (noyau(texte), *(debut for debut, lieu in coupes if debut and territoires.est_un_nom_de_lieu(lieu)))


def quidams(mots: tuple[Mot, ...]) -> tuple[Quidam, ...]:
    """Who may be meant by the words: one person for all of them, or for all but the last ones, a place.

    A word alone is anybody's: it makes one only if it is all that was typed.
    """
    gens = requis(mots)
    fins = range(len(gens), max(1, len(gens) - LIEU_MAX - 1), -1) if len(gens) > 1 else (1,)
    return tuple(
        Quidam(codes_de_personne(gens[:fin]), gens[fin:], _DIRIGEANT if fin == len(gens) else DIRIGEANT_PARTIEL)
        for fin in fins
        if not any(c.isdigit() for mot in gens[:fin] for c in mot.brut)
    )


def inacheve(mots: tuple[Mot, ...]) -> tuple[Quidam, ...]:
    """Who may be meant by words of which the last is unfinished: « solange tourneb »; nobody for a short one alone."""
    gens = requis(mots)
    if len(gens) > MOTS_D_UN_NOM or not gens or any(c.isdigit() for mot in gens for c in mot.brut):
        return ()
    *entiers, dernier = gens
    debut = dernier.brut
    if len(debut) < (LONGUEUR_MIN_PREFIXE if entiers else LONGUEUR_MIN_NOM_SEUL):
        return ()
    avec = entiers[0].formes[0] if entiers else ""
    return (Quidam(codes_de_personne(tuple(entiers)), score=_DIRIGEANT, debut=debut, avec=avec),)


def gens_proches(quidam: Quidam, voisins: Mapping[str, Sequence[str]]) -> Iterator[Quidam]:
    """Yield who may be meant when one of the words of somebody holds a typo."""
    mots = mots_de_personne(quidam.codes)
    for i, mot in enumerate(mots):
        for voisin in voisins.get(mot, ())[:VOISINS_DU_SEUL]:
            corriges = [*mots[:i], voisin, *mots[i + 1 :]]
            yield replace(quidam, codes=tuple(paires(corriges)) or (voisin,), faute=False)


def noyaux_proches(mots: tuple[Mot, ...], fautes: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[tuple[str, float]]:
    """Yield the order-free keys of a query of which the words that may hold a typo are replaced, with their weight."""
    connus = dict(fautes)
    choix = [(mot.formes[0], *connus.get(mot.formes[0], ())[:VOISINS_DU_NOM]) for mot in requis(mots)]
    for corriges in islice(product(*choix), 1, NOYAUX_PROCHES):
        yield " ".join(sorted({*corriges})), NOYAU_FAUTE


def cles_proches(
    texte: str, mots: tuple[Mot, ...], fautes: Sequence[tuple[str, tuple[str, ...]]]
) -> Iterator[tuple[str, float]]:
    """Yield the keys of the exact names that a text may be, one of its words mended, with their weight."""
    plies = decouper_en_mots(texte)
    for racine, voisins in fautes:
        for brut in {mot.brut for mot in mots if mot.formes[0] == racine}.intersection(plies):
            suite = brut[len(racine) :] if brut.startswith(racine) else ""
            for voisin in voisins[:VOISINS_DU_NOM]:
                for fin in dict.fromkeys((suite, "", "s")):
                    yield cle(" ".join(voisin + fin if mot == brut else mot for mot in plies)), EXACT_FAUTE


def mots_de_personne(codes: Sequence[str]) -> list[str]:
    """Words of which somebody's codes are made, in the order of the codes."""
    return [*dict.fromkeys(mot for code in codes for mot in code.split("_"))]


def nomment(mots: tuple[Mot, ...], quidams: Sequence[Quidam]) -> bool:
    """Tell whether the words are those of one of these people, whole, rather than those of a name and of a town."""
    gens = requis(mots)
    if len(gens) < 2 or territoires.lieu_nomme(gens[-1].brut, HABITANTS_MIN):
        return False
    entier = codes_de_personne(gens)
    return any(quidam.codes == entier and not quidam.debut for quidam in quidams)


def codes_de_personne(mots: tuple[Mot, ...]) -> tuple[str, ...]:
    """Codes that one same person bears for all the words: the word alone, else their pairs."""
    formes = [*dict.fromkeys(m.formes[0] for m in mots)]
    return tuple(paires(formes)) or tuple(formes)


def poser_texte(question: Question, texte: str) -> Question:
    """Fill a question with the words and keys of a text."""
    texte = separer_code_postal(texte)
    return replace(question, mots=mots_de_requete(texte), cle=cle(texte), noyaux=noyaux(texte))


def numeros_de_voie(question: Question) -> list[str]:
    """Return the numbers that come before a kind of street, as establishments bear them: « 35_ ».

    None once some of the words are enough: the same number of another street is not what was meant.
    """
    if question.genre != "etablissements" or exigence(question).partielle:
        return []
    suites = zip(question.mots, (m.brut for m in question.mots[1:]), strict=False)
    return [m.brut + SUFFIXE_NUMERO for m, suite in suites if m.brut.isdigit() and suite in _APRES_UN_NUMERO]


def ressemble_a_une_adresse(mots: tuple[Mot, ...]) -> bool:
    """Tell whether a query names a street: « 12 rue de la Paix », « place de la mairie Montmorot », « 3 B R Curie ».

    An abbreviation is also a word like any other: it names a street at the beginning, or after a number.
    """
    if len(mots) < 2:
        return False
    avant = [m.brut for m in mots]
    return any(mot in MOTS_DE_VOIE for mot in avant) or any(
        mot in ABREVIATIONS and (not precedent or precedent[0].isdigit() or precedent in _MARQUES)
        for precedent, mot in zip(["", *avant], avant, strict=False)
    )
