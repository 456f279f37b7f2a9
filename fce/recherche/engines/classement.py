"""Ranking: all the weights, independent of the engine.

score = (words + exact name) × log2(2 + static rank). All the required words must be found, in any field. An exact name
outweighs any sum of words, so that it comes first; among equals, the static rank puts large companies first.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, product
from typing import Literal, NamedTuple

from msgspec.structs import replace

from fce.recherche.engines.analyse import Mot, cle, mots_de_requete, noyau, paires, tient_dans_son_noyau
from fce.recherche.engines.champs import SUFFIXE_ENSEIGNE, SUFFIXE_NUMERO
from fce.recherche.engines.codes import separer_code_postal
from fce.recherche.engines.port import EtapeDeRecherche, Question, Quidam
from fce.recherche.engines.voies import ABREVIATIONS, MOTS_DE_VOIE, REPETITIONS
from fce.referentiels import territoires
from fce.socle.texte.pliage import mots as decouper_en_mots

Comparaison = Literal["terme", "debut", "faute"]
"""With a whole key: equal, beginning with it, or one typo away."""

# Weight of a word (BM25) by field; fields add up. ``mots`` holds all the words of an establishment.
POIDS_MOTS = {"nom": 4.0, "enseigne": 2.5, "commune": 1.0}
POIDS_MOTS_ETABLISSEMENT = {"mots": 1.0, "nom": 3.0, "enseigne": 1.5}
AUTRE_FORME = 0.9
POIDS_LIEUX = 0.5
"""A word found among the places of other establishments (constant score)."""
POIDS_FACULTATIF = 0.3

# Constant scores of the wider steps (prefix, typo), by field; fields add up.
PREFIXE = {"nom": 14.0, "enseigne": 8.0, "commune": 2.0}
PREFIXE_ETABLISSEMENT = {"mots": 2.0, "nom": 12.0, "enseigne": 6.0}
FAUTE = {"nom": 12.0, "enseigne": 7.0, "commune": 2.0}
FAUTE_ETABLISSEMENT = {"mots": 3.0, "nom": 9.0, "enseigne": 5.0}
LONGUEUR_MIN_PREFIXE = 2

EXACT = 3_000.0
"""More than all the words of a query can score in the largest company, so that an exact name comes first."""
NOYAU = 1_800.0
NOYAU_INCOMPLET = 450.0
"""The same, when a word of the query (legal form, article, repeated word) is missing from the key: the names that
contain it come before, however small."""
EXACT_ENSEIGNE = 1_200.0
NOYAU_PARTIEL = 60.0
"""Exact name followed by something else (commune, département…)."""
EXACT_PREFIXE = 60.0
EXACT_FAUTE = 1_500.0
NOYAU_FAUTE = 900.0
LONGUEUR_MIN_EXACT = 4

_DIRIGEANT = 4.0
"""All the words belong to one person of the company: below any name, even a small company's."""
NUMERO_DE_VOIE = 2_000.0
"""Exact street number: above any other match of that number (« 35 quai Lamennais Rennes » also matches the département
35), whatever the size."""
USUEL = 7.5
"""Factor for a person's usual name (first of the first names), larger than any static rank."""
NOM_ENTIER = 225.0
"""A name with all the words, when they are also a person's: above, whatever the size."""
EPARS = 0.005
"""Factor on words found separately elsewhere, when together they are a person's."""
HABITANTS_MIN = 5_000
"""Population below which a place name after a name is more likely a surname."""
DIRIGEANT_PARTIEL = 0.5
"""A person, followed by a place."""
MOTS_D_UN_NOM = 4
"""Number of words above which typos in people's names are not searched."""
_MARQUES = frozenset((*map(str.lower, REPETITIONS), *REPETITIONS.values()))
_APRES_UN_NUMERO = MOTS_DE_VOIE | ABREVIATIONS | _MARQUES
LONGUEUR_MIN_PAIRE = 3
"""Letters required of an unfinished surname that precedes the first name in alphabetical order, since all its
completions are read."""
LONGUEUR_MIN_NOM_SEUL = 5
"""Letters required of an unfinished surname typed alone."""
LIEU_MAX = 2
"""Last words that may name a person's place."""
LONGUEUR_MIN_FAUTE = 4
VOISINS_MAX = 40
"""Neighbours (one typo) tried for a word; the other words select the right one."""
VOISINS_DU_SEUL = 12
"""The same for a single word: the most frequent neighbours."""
VOISINS_DU_NOM, NOYAUX_PROCHES = 4, 16
"""Neighbours tried per word, and names made of them."""

CONNU = 20
CONNU_POUR_MILLION = 10
"""Documents (in all, and per million) that contain a well-spelt word."""
PART_DES_MOTS = 0.7
ASSEZ = 5
"""Hits below which the next, wider step is tried."""
ETABLISSEMENTS_VUS = 1_000
"""Establishments examined to find companies."""
TROUVE_PAR_ETABLISSEMENT = 20.0
EPINGLE = 100_000.0
ECART_EPINGLES = 8.0
"""Exceeds what the static rank can add (log2(2 + 90) < 8), so that pinned documents keep their order."""


def requis(mots: tuple[Mot, ...]) -> tuple[Mot, ...]:
    """Return the required words: all but articles and legal forms, unless there is nothing else."""
    return tuple(m for m in mots if not m.facultatif) or mots


class Exigence(NamedTuple):
    """Which words a question requires. ``mots``: all, or some if ``partielle``; ``facultatifs``: only raise the score;
    ``lieux``: a word may match the places of other establishments."""

    mots: tuple[Mot, ...]
    facultatifs: tuple[Mot, ...]
    partielle: bool
    lieux: bool


def exigence(question: Question) -> Exigence:
    """Return these requirements, for any engine."""
    voulus = requis(question.mots)
    plusieurs = len(voulus) > 1
    return Exigence(
        voulus,
        tuple(m for m in question.mots if m.facultatif and m not in voulus),
        plusieurs and question.etape >= EtapeDeRecherche.PARTIELLE,
        # In the wider steps, each field costs a walk through its dictionary.
        plusieurs and question.genre == "entreprises" and question.etape < EtapeDeRecherche.FAUTE,
    )


def poids_des_mots(question: Question) -> dict[str, float]:
    """Return the weight of a word by field."""
    return _poids(question, POIDS_MOTS, POIDS_MOTS_ETABLISSEMENT)


def places_du_mot(mot: Mot, question: Question) -> Iterator[tuple[str, str, float]]:
    """Yield (field, form, weight) where a word may match as typed."""
    for forme in mot.formes:
        decote = 1.0 if forme == mot.formes[0] else AUTRE_FORME
        yield from ((champ, forme, poids * decote) for champ, poids in poids_des_mots(question).items())


def champs_des_mots(question: Question) -> tuple[str, ...]:
    """Return the fields that together hold each word of a document about once."""
    return ("mots",) if question.genre == "etablissements" else tuple(POIDS_MOTS)


def poids_des_debuts(question: Question) -> dict[str, float]:
    """Return the score of a prefix match, by field."""
    return _poids(question, PREFIXE, PREFIXE_ETABLISSEMENT)


def places_des_fautes(mot: Mot, question: Question) -> Iterator[tuple[str, tuple[str, ...], float]]:
    """Yield (field, words, score) of the words that may have been meant by one, at the steps that allow typos."""
    champs = FAUTE_ETABLISSEMENT if question.genre == "etablissements" else FAUTE
    for typee, voisins in question.fautes if question.etape >= EtapeDeRecherche.FAUTE else ():
        if typee == mot.formes[0]:
            yield from ((champ, voisins, score) for champ, score in champs.items())


def _poids(question: Question, entreprise: dict[str, float], etablissement: dict[str, float]) -> dict[str, float]:
    if question.genre == "etablissements":
        return etablissement
    return {c: p for c, p in entreprise.items() if c != "commune"} if question.noms_seuls else entreprise


def minimum(n: int) -> int:
    """Return how many of ``n`` required words must match in the last step."""
    return max(1, int(PART_DES_MOTS * n))


def douteux(mots: tuple[Mot, ...], frequences: dict[str, int], documents: int) -> list[str]:
    """Return the words that may hold a typo: long and rare."""
    seuil = max(CONNU, CONNU_POUR_MILLION * documents // 1_000_000)
    return [m.formes[0] for m in mots if m.tolere_une_faute and frequences[m.formes[0]] <= seuil]


def fautes(voisins: Mapping[str, Sequence[str]], combien: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the corrections to try for each word, most frequent first; fewer for a single word."""
    gardes = VOISINS_MAX if combien > 1 else VOISINS_DU_SEUL
    return tuple((mot, tuple(siens[:gardes])) for mot, siens in voisins.items() if siens)


def noms_exacts(question: Question) -> Iterator[tuple[Comparaison, str, str, float]]:
    """Yield (comparison, field, key, weight) of the whole names that the words may be."""
    if question.cle:
        yield "terme", "exact", question.cle, EXACT
        yield "terme", "exact", question.cle + SUFFIXE_ENSEIGNE, EXACT_ENSEIGNE
        if len(question.cle) >= LONGUEUR_MIN_EXACT and question.etape >= EtapeDeRecherche.PREFIXE:
            yield "debut", "exact", question.cle, EXACT_PREFIXE
            if question.etape >= EtapeDeRecherche.PARTIELLE and not question.proches:
                # The typo is in a short word, or in a word that is also a real one: compare the whole name, in one
                # fuzzy query.
                yield "faute", "exact", question.cle, EXACT_FAUTE
    yield from (("terme", "exact", nom, poids) for nom, poids in question.proches)
    yield from (("terme", "noyau", nom, poids) for nom, poids in question.noyaux)


def epingles(question: Question) -> Iterator[tuple[int, float]]:
    """Yield (number, score) of the documents that come first, last to first."""
    for rang, numero in enumerate(reversed(question.epingles)):
        yield int(numero), EPINGLE * ECART_EPINGLES**rang


def par_etablissement(question: Question) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield (companies, score) of those found by their establishments: the first fifty each, the others together."""
    part = EPARS if question.nommement else 1.0
    yield from (((siren,), part * score) for siren, score in question.sirens[:50])
    if len(question.sirens) > 50:
        yield tuple(siren for siren, _ in question.sirens[50:]), part * question.sirens[-1][1]


def noyaux(texte: str) -> tuple[tuple[str, float], ...]:
    """Return order-free keys of a query with their weights: the whole text, then without its last words (often a
    place)."""
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
    """Return the order-free keys of possible names: the text, or the part before a final place. Cached, since a search
    calls it several times."""
    mots = separer_code_postal(texte).split()
    fins = range(len(mots) - 1, max(0, len(mots) - 4), -1)
    coupes = ((noyau(" ".join(mots[:fin])), " ".join(mots[fin:])) for fin in fins)
    return (noyau(texte), *(debut for debut, lieu in coupes if debut and territoires.est_un_nom_de_lieu(lieu)))


def quidams(mots: tuple[Mot, ...]) -> tuple[Quidam, ...]:
    """Return the people that the words may name: all the words, or all but the last ones (a place). A single word
    counts only if it is the whole query."""
    gens = requis(mots)
    fins = range(len(gens), max(1, len(gens) - LIEU_MAX - 1), -1) if len(gens) > 1 else (1,)
    return tuple(
        Quidam(codes_de_personne(gens[:fin]), gens[fin:], _DIRIGEANT if fin == len(gens) else DIRIGEANT_PARTIEL)
        for fin in fins
        if not any(c.isdigit() for mot in gens[:fin] for c in mot.brut)
    )


def inacheve(mots: tuple[Mot, ...]) -> tuple[Quidam, ...]:
    """Return the people that words may name when the last one is unfinished (« solange tourneb »); nobody for a short
    single word."""
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
    """Yield the people that the words may name if one of them has a typo."""
    mots = mots_de_personne(quidam.codes)
    for i, mot in enumerate(mots):
        for voisin in voisins.get(mot, ())[:VOISINS_DU_SEUL]:
            corriges = [*mots[:i], voisin, *mots[i + 1 :]]
            yield replace(quidam, codes=tuple(paires(corriges)) or (voisin,), faute=False)


def noyaux_proches(mots: tuple[Mot, ...], fautes: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[tuple[str, float]]:
    """Yield (order-free key, weight) of a query with corrected words."""
    connus = dict(fautes)
    choix = [(mot.formes[0], *connus.get(mot.formes[0], ())[:VOISINS_DU_NOM]) for mot in requis(mots)]
    for corriges in islice(product(*choix), 1, NOYAUX_PROCHES):
        yield " ".join(sorted({*corriges})), NOYAU_FAUTE


def cles_proches(
    texte: str, mots: tuple[Mot, ...], fautes: Sequence[tuple[str, tuple[str, ...]]]
) -> Iterator[tuple[str, float]]:
    """Yield (key of an exact name, weight) with one corrected word."""
    plies = decouper_en_mots(texte)
    for racine, voisins in fautes:
        for brut in {mot.brut for mot in mots if mot.formes[0] == racine}.intersection(plies):
            suite = brut[len(racine) :] if brut.startswith(racine) else ""
            for voisin in voisins[:VOISINS_DU_NOM]:
                for fin in dict.fromkeys((suite, "", "s")):
                    yield cle(" ".join(voisin + fin if mot == brut else mot for mot in plies)), EXACT_FAUTE


def mots_de_personne(codes: Sequence[str]) -> list[str]:
    """Return the words of a person's codes, in order."""
    return [*dict.fromkeys(mot for code in codes for mot in code.split("_"))]


def nomment(mots: tuple[Mot, ...], quidams: Sequence[Quidam]) -> bool:
    """Tell whether the words name one of these people, rather than a company and a town."""
    gens = requis(mots)
    if len(gens) < 2 or territoires.lieu_nomme(gens[-1].brut, HABITANTS_MIN):
        return False
    entier = codes_de_personne(gens)
    return any(quidam.codes == entier and not quidam.debut for quidam in quidams)


def codes_de_personne(mots: tuple[Mot, ...]) -> tuple[str, ...]:
    """Return the codes that one person has for all the words: the single word, or their pairs."""
    formes = [*dict.fromkeys(m.formes[0] for m in mots)]
    return tuple(paires(formes)) or tuple(formes)


def poser_texte(question: Question, texte: str) -> Question:
    """Fill a question with the words and keys of a text."""
    texte = separer_code_postal(texte)
    return replace(question, mots=mots_de_requete(texte), cle=cle(texte), noyaux=noyaux(texte))


def numeros_de_voie(question: Question) -> list[str]:
    """Return the numbers before a kind of street, as indexed (« 35_ »). Empty when a part of the words is enough,
    because the same number in another street is not meant."""
    if question.genre != "etablissements" or exigence(question).partielle:
        return []
    suites = zip(question.mots, (m.brut for m in question.mots[1:]), strict=False)
    return [m.brut + SUFFIXE_NUMERO for m, suite in suites if m.brut.isdigit() and suite in _APRES_UN_NUMERO]


def ressemble_a_une_adresse(mots: tuple[Mot, ...]) -> bool:
    """Tell whether a query names a street: « 12 rue de la Paix », « place de la mairie Montmorot », « 3 B R Curie ». An
    abbreviation counts only at the beginning or after a number."""
    if len(mots) < 2:
        return False
    avant = [m.brut for m in mots]
    return any(mot in MOTS_DE_VOIE for mot in avant) or any(
        mot in ABREVIATIONS and (not precedent or precedent[0].isdigit() or precedent in _MARQUES)
        for precedent, mot in zip(["", *avant], avant, strict=False)
    )
