"""Find a place by name or number typed in one box."""

import re
from collections.abc import Iterable, Iterator

from fce.referentiels.territoires.decoupage import (
    Genre,
    codes_commencant_par,
    commune,
    departement,
    departements,
    epci,
    region,
)
from fce.referentiels.territoires.index_lieux import index
from fce.referentiels.territoires.lieu import Lieu, lieu_commune, lieu_departement, lieu_epci, lieu_region
from fce.referentiels.territoires.postaux import codes_postaux, commencant_par, lieu_code_postal
from fce.socle.texte.pliage import plier

LIMITE_MAX = 100

_NUMERO = re.compile(r"\d+|2[ab]\d{0,3}")
_ENTRE_CHIFFRES = re.compile(r"(?<=\d) (?=\d)")
_ORDINAL = re.compile(r"\b(\d{1,2})(?:ere?|i?e(?:me)?|nde?)\b")
_DEBUTS_COLLES = ("saint", "sainte", "les", "le", "la", "l", "d")
_GENRES_NOMMES: dict[str, Genre] = {"region": "region", "departement": "departement"}
_LONGUEUR_MIN_NOM = 3
_ECART_MEME_GENRE = 10
_ECART_DE_GENRE = 100
"""A place is preferred to a homonym only if it has this many times more inhabitants."""
_MOTS_VIDES = frozenset(
    ["commune", "d", "de", "departement", "des", "du", "en", "l", "la", "le", "les", "mairie", "region", "ville"]
)


def lieu(genre: Genre, code: str) -> Lieu | None:
    """The place of a filter (``departement``, ``59``), or None."""
    code = code.strip().upper()
    match genre:
        case "code_postal":
            return lieu_code_postal(code)
        case "commune":
            connue = commune(code)
            if connue and connue.type not in ("actuelle", "arrondissement"):
                connue = commune(connue.actuelle)
            return lieu_commune(connue) if connue else None
        case "departement":
            connu, decrire = departement(code), lieu_departement
        case "region":
            connu, decrire = region(code), lieu_region
        case "epci":
            connu, decrire = epci(code), lieu_epci
    return decrire(connu.code, connu.libelle or connu.code) if connu else None


def chercher_lieux(texte: str, limite: int = 10) -> list[Lieu]:
    """Places that match a name or a number, best first; accepts any text.

    Names: without accents, unfinished words, ``st``/``ste`` for saint(e), ordinals (``paris 15``, ``lyon 3eme``), with
    a département, postal or Insee number (``lille 59``, ``saint denis 97400``).
    Numbers: département, région, EPCI (SIREN), postal and Insee codes, or their first digits.

    Exact names first, then by population. A commune déléguée, associée or withdrawn is found by its name and gives its
    current commune. ``limite`` is capped at 100.
    """
    limite = min(limite, LIMITE_MAX)
    plie = _ORDINAL.sub(r"\1", plier(texte[:256]))
    if limite <= 0 or not plie:
        return []
    numero = plie.replace(" ", "")
    if _NUMERO.fullmatch(numero):
        return _uniques(_par_numero(numero.upper()), limite)
    return _uniques(_par_nom(_ENTRE_CHIFFRES.sub("", plie).split(), limite), limite)


def lieu_nomme(texte: str, habitants: int = 0) -> Lieu | None:
    """The place named by the whole text: exact name, with or without département or postal code, or such a code alone.

    None for an unfinished name, for homonyms when none is by far the most populated, and for a name alone of a place
    with fewer than ``habitants`` inhabitants.
    """
    lettres, numeros = _partager(texte)
    if not lettres:
        numero = numeros[0].upper() if len(numeros) == 1 else ""
        return lieu_code_postal(numero) if len(numero) == 5 else lieu("departement", numero)
    distincts = _de_ce_nom(lettres, numeros)
    if not distincts:
        return _arrondissement(lettres, numeros) if _assez_long(lettres) else None
    (premier, peuple), *suite = sorted(distincts.values(), key=lambda x: -x[1])
    if (not numeros and peuple < habitants) or any(_disputee(premier, peuple, *autre) for autre in suite):
        return None
    return premier


def est_un_nom_de_lieu(texte: str) -> bool:
    """Whether a text is the full name of one or several places, possibly with a département or postal code."""
    return bool(_de_ce_nom(*_partager(texte))) or lieu_nomme(texte) is not None


def _partager(texte: str) -> tuple[list[str], list[str]]:
    """(words, numbers) of a text."""
    mots = _ORDINAL.sub(r"\1", plier(texte[:256])).split()
    numeros = [mot for mot in mots if _NUMERO.fullmatch(mot)]
    return [mot for mot in mots if not _NUMERO.fullmatch(mot)], numeros


def _assez_long(lettres: list[str]) -> bool:
    return sum(map(len, lettres)) >= _LONGUEUR_MIN_NOM


def _de_ce_nom(lettres: list[str], numeros: list[str]) -> dict[tuple[str, str], tuple[Lieu, float]]:
    distincts: dict[tuple[str, str], tuple[Lieu, float]] = {}
    for trouve, poids in index().exacts(lettres, numeros) if _assez_long(lettres) else ():
        if trouve.genre != "epci":
            distincts.setdefault((trouve.genre, trouve.code), (trouve, poids))
    return distincts


def _disputee(premier: Lieu, peuple: float, autre: Lieu, poids: float) -> bool:
    """Whether a homonym is populated enough to be the one meant. Paris is both a commune and a département."""
    if (premier.genre, autre.genre) == ("commune", "departement") and premier.code.startswith(autre.code):
        return False
    return poids * (_ECART_MEME_GENRE if autre.genre == premier.genre else _ECART_DE_GENRE) > peuple


def _arrondissement(lettres: list[str], numeros: list[str]) -> Lieu | None:
    """« paris 12 »"""
    if len(numeros) != 1 or len(numeros[0]) > 2:
        return None
    nom = " ".join([*lettres, numeros[0].lstrip("0")])
    trouves = map(index().lieu, index().chercher(lettres, numeros, None, 5))
    return next((x for x in trouves if re.match(rf"{nom}e?r? arrondissement", plier(x.nom))), None)


def _uniques(lieux: Iterable[Lieu | None], limite: int) -> list[Lieu]:
    vus: dict[tuple[str, str], Lieu] = {}
    for trouve in lieux:
        if trouve:
            vus.setdefault((trouve.genre, trouve.code), trouve)
            if len(vus) == limite:
                break
    return list(vus.values())


def _par_numero(numero: str) -> Iterator[Lieu | None]:
    yield lieu("departement", numero.zfill(2))
    yield lieu("region", numero.zfill(2))
    if numero == "20":  # Corsica before 1976, and in postal codes still
        yield from (lieu("departement", corse) for corse in ("2A", "2B"))
    if len(numero) > 5:
        yield lieu("epci", numero)
        return
    yield lieu_code_postal(numero)
    if len(numero) == 5:
        exacte, postal = commune(numero), codes_postaux().get(numero)
        # 75015 means the postal code in Paris, although it was the Insee code of Bry-sur-Marne before 1968.
        if exacte and exacte.type != "ancienne":
            yield lieu_commune(exacte)
        if postal:
            yield from (lieu("commune", code) for code in postal.communes)
        yield lieu_commune(exacte) if exacte else None
        return
    if len(numero) == 1:
        yield from (lieu("departement", d.code) for d in departements() if d.code.startswith(numero))
    yield from map(lieu_code_postal, commencant_par(numero))
    yield from (lieu("commune", code) for code in codes_commencant_par(numero))


def _par_nom(mots: list[str], limite: int) -> Iterator[Lieu]:
    """Search as typed; if nothing matches, split glued words (« saintetienne »), then drop stop words."""
    trouves = _numeros_de(mots, limite)
    for debut in _DEBUTS_COLLES:
        if not trouves and any(mot.startswith(debut) for mot in mots):
            trouves = _numeros_de([part for mot in mots for part in _decoller(mot, debut)], limite)
    if not trouves:
        genre = next((_GENRES_NOMMES[mot] for mot in mots if mot in _GENRES_NOMMES), None)
        trouves = _numeros_de([mot for mot in mots if mot not in _MOTS_VIDES], limite, genre)
    return map(index().lieu, trouves)


def _decoller(mot: str, debut: str) -> list[str]:
    return [debut, mot.removeprefix(debut)] if mot.startswith(debut) and mot != debut else [mot]


def _numeros_de(mots: list[str], limite: int, genre: Genre | None = None) -> list[int]:
    numeros = [mot for mot in mots if _NUMERO.fullmatch(mot)]
    lettres = [mot for mot in mots if not _NUMERO.fullmatch(mot)]
    # Twice the page, because a former name and its current commune count as one.
    return index().chercher(lettres, numeros, genre, 2 * limite) if lettres else []
