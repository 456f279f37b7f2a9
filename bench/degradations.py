"""Names and places as people write them in their tables, and names close to true ones that nobody bears.

Written by someone who had not read the matcher. Drawn from a given ``Random``; each function also says what it did.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from random import Random
from typing import Final, NamedTuple

from fce.referentiels import territoires
from fce.referentiels.territoires.decoupage import codes_communes


class Ligne(NamedTuple):
    """A row of a table, as written."""

    nom: str
    code_postal: str = ""
    commune: str = ""


class Adresse(NamedTuple):
    code_postal: str
    code_commune: str
    commune: str


FORMES: Final = {
    "5498": "EURL;E.U.R.L.;Eurl", "54": "SARL;S.A.R.L.;Sarl;sté", "5720": "SASU;Sasu;SAS", "57": "SAS;S.A.S.;société",
    "55": "SA;S.A.", "56": "SA", "52": "SNC;S.N.C.", "6533": "GAEC", "6540": "SCI;S.C.I.;Sci", "6598": "EARL",
    "65": "SC;société civile", "92": "Association;asso;Assoc.", "62": "GIE",
}  # fmt: skip
"""Legal forms as people write them, by the beginning of the catégorie juridique."""
_FORME: Final = re.compile(
    r"\b(?:(?:SOCIETE|STE) CIVILE(?: IMMOBILIERE)?"
    r"|S\.?A\.?S\.?U?|S\.?A\.?R\.?L|E\.?U\.?R\.?L|S\.?C\.?I|S\.?N\.?C|S\.?A|S\.?C\.?P|G\.?A\.?E\.?C|E\.?A\.?R\.?L"
    r"|G\.?I\.?E|SOCIETE|SOC|STE|ASSOCIATION|ASS|SELARL|SELAS|SC|SCM|SCEA|SCCV|GFA)\b\.?",
    re.IGNORECASE,
)
ABREGES: Final = {
    "SOCIETE": "STE;Soc.;Sté", "ETABLISSEMENTS": "ETS;Ets.;Éts", "ETABLISSEMENT": "ETS", "COMPAGNIE": "CIE;Cie",
    "ASSOCIATION": "ASSO;Assoc.", "SAINT": "ST;St.", "SAINTE": "STE;Ste", "FRERES": "FRES;Frs", "ET": "&;+",
    "ENTREPRISE": "ENT;Entr.", "GENERALE": "GLE;Gale", "GENERAL": "GAL", "INTERNATIONAL": "INTL;Internat.",
    "NATIONALE": "NAT", "CONSTRUCTION": "CONST", "CONSTRUCTIONS": "CONST", "TRANSPORTS": "TRANSP;Transport",
    "INDUSTRIELLE": "IND", "INDUSTRIE": "IND", "COMMERCIALE": "CIALE", "IMMOBILIERE": "IMMO", "IMMOBILIER": "IMMO",
    "DISTRIBUTION": "DISTRIB", "RESTAURANT": "RESTO;Rest.", "RESIDENCE": "RES", "PHARMACIE": "PHIE",
    "FRANCAISE": "FSE;Frse", "SERVICES": "SCES;service", "SERVICE": "SCE", "DEPARTEMENTALE": "DEPT;dép.",
    "SYNDICAT": "SYND", "COOPERATIVE": "COOP", "DEVELOPPEMENT": "DEV;Dévpt", "TECHNIQUE": "TECH",
    "ELECTRICITE": "ELEC;Élec", "MENUISERIE": "MENUIS", "COMITE": "CTE", "GROUPE": "GRP", "AGENCE": "AG",
    "PARTICIPATIONS": "PARTICIP", "INVESTISSEMENTS": "INVEST", "INVESTISSEMENT": "INVEST", "CENTRE": "CTRE",
}  # fmt: skip
_ACCENTS: Final = {
    "SOCIETE": "Société", "GENERALE": "Générale", "ELECTRICITE": "électricité", "COMITE": "comité", "CAFE": "Café",
    "ETABLISSEMENTS": "Établissements", "HOTEL": "Hôtel", "FRERES": "Frères", "DEVELOPPEMENT": "développement",
    "RESIDENCE": "résidence", "MATERIAUX": "matériaux", "RENOVATION": "Rénovation", "FETES": "fêtes",
    "IMMOBILIERE": "immobilière", "CREATION": "création", "EDITIONS": "Éditions", "ECOLE": "École",
}  # fmt: skip
_PETITS: Final = frozenset(["LE", "LA", "LES", "L", "DE", "DU", "DES", "D", "AU", "AUX", "A", "ET", "EN"])
_VOISINES: Final = dict(zip("AZERTYUIOPQSDFGHJKLMWXCVBN", "ZERTYUIOPOSDFGHJKLMLXCVBNB", strict=True))
AJOUTS: Final = (
    "HOLDING",
    "IMMOBILIER",
    "PARTICIPATIONS",
    "INVEST",
    "FORMATION",
    "EVENTS",
    "NORD",
    "SUD",
    "2",
    "PARTNERS",
)


def _mots(texte: str) -> list[str]:
    return texte.split()


def _sans_forme(nom: str, categorie: str, alea: Random) -> str:
    return " ".join(_FORME.sub(" ", nom).split())


def _avec_forme(nom: str, categorie: str, alea: Random) -> str:
    if _FORME.search(nom):
        return nom
    formes = next((f for debut, f in FORMES.items() if categorie.startswith(debut)), "")
    forme = alea.choice(formes.split(";"))
    return " ".join(alea.choice([(forme, nom), (nom, forme)])).strip()


def _abrege(nom: str, categorie: str, alea: Random) -> str:
    return " ".join(alea.choice(ABREGES.get(mot, mot).split(";")) for mot in _mots(nom))


def _autre_ordre(nom: str, categorie: str, alea: Random) -> str:
    mots = _mots(_sans_forme(nom, categorie, alea))
    if len(mots) < 2 or mots[-1] in _PETITS or mots[0] in _PETITS:
        return nom
    if len(mots) == 2 or alea.random() < 0.5:
        return " ".join([mots[-1], *mots[:-1]])
    return " ".join([*mots[1:], mots[0]])


def _une_faute(nom: str, categorie: str, alea: Random) -> str:
    mots = _mots(nom)
    longs = [i for i, mot in enumerate(mots) if len(mot) >= 5 and mot.isalpha()]
    if not longs:
        return nom
    i = alea.choice(longs)
    mot, p = mots[i], alea.randrange(1, len(mots[i]) - 1)
    mots[i] = alea.choice(
        (
            mot[:p] + mot[p + 1 :],
            mot[:p] + mot[p] + mot[p:],
            mot[:p] + mot[p + 1] + mot[p] + mot[p + 2 :],
            mot[:p] + _VOISINES.get(mot[p], "E") + mot[p + 1 :],
        )
    )
    return " ".join(mots)


def _ponctuation(nom: str, categorie: str, alea: Random) -> str:
    sans_points = re.sub(r"\b(\w)\.(?=\w\b|$|\s)", r"\1", nom)
    return " ".join(re.sub(r"[-'./&,()]", alea.choice((" ", " ", "")), sans_points).split()) or nom


def _sans_petits_mots(nom: str, categorie: str, alea: Random) -> str:
    return " ".join(mot for mot in re.split(r"[\s']+", nom) if mot not in _PETITS) or nom


def _sans_parenthese(nom: str, categorie: str, alea: Random) -> str:
    return re.sub(r"\s*\(.*?\)?$|\s+[A-Z](?:\.[A-Z])+\.?$", "", nom) or nom


def _tronque(nom: str, categorie: str, alea: Random) -> str:
    """Older software keeps 32 characters."""
    return nom[:32].strip()


def _mots_colles(nom: str, categorie: str, alea: Random) -> str:
    """Two words stuck together."""
    mots = _mots(_sans_forme(nom, categorie, alea))
    if len(mots) < 2:
        return nom
    i = alea.randrange(len(mots) - 1)
    return " ".join([*mots[:i], mots[i] + mots[i + 1], *mots[i + 2 :]])


def _pluriel(nom: str, categorie: str, alea: Random) -> str:
    mots = _mots(nom)
    i = alea.randrange(len(mots))
    if len(mots[i]) < 5 or not mots[i].isalpha():
        return nom
    mots[i] = mots[i][:-1] if mots[i].endswith("S") else mots[i] + "S"
    return " ".join(mots)


class Geste(NamedTuple):
    """``poids``: how often; of each word of ``genre``, a name takes one gesture at most."""

    faire: Callable[[str, str, Random], str]
    poids: int
    genre: str


GESTES: Final = {
    "sans forme": Geste(_sans_forme, 3, "forme"), "avec sa forme": Geste(_avec_forme, 3, "forme"),
    "abrégé": Geste(_abrege, 6, "abrégé"), "autre ordre": Geste(_autre_ordre, 2, "ordre"),
    "une faute": Geste(_une_faute, 4, "lettres"), "mots collés": Geste(_mots_colles, 1, "lettres ordre signes"),
    "pluriel": Geste(_pluriel, 1, "lettres"), "tronqué": Geste(_tronque, 1, "lettres"),
    "ponctuation": Geste(_ponctuation, 2, "signes"), "sans petits mots": Geste(_sans_petits_mots, 2, "signes"),
    "sans parenthèse": Geste(_sans_parenthese, 1, "signes"),
}  # fmt: skip


def nom_degrade(nom: str, categorie: str, alea: Random) -> tuple[str, str]:
    """Return a name as somebody might write it, after one or two gestures that change it; and which."""
    ecrit, faits, genres = nom, list[str](), set[str]()
    voulus = alea.choice((1, 1, 2))
    for cle, (faire, _, genre) in sorted(GESTES.items(), key=lambda x: -(alea.random() ** (1 / x[1].poids))):
        if len(faits) == voulus or genres.intersection(genre.split()):
            continue
        if (suivant := faire(ecrit, categorie, alea)) not in (ecrit, "") and _reste(nom, suivant, alea):
            ecrit = suivant
            faits.append(cle)
            genres.update(genre.split())
    return _casse(ecrit, alea), " + ".join(faits) or "tel quel"


def _reste(nom: str, ecrit: str, alea: Random) -> bool:
    """At least half of the letters stay beside the legal form, and three of them: less is another name."""
    avant, apres = (sum(x.isalnum() for x in _sans_forme(texte.upper(), "", alea)) for texte in (nom, ecrit))
    return apres >= max(3, avant / 2)


def _casse(nom: str, alea: Random) -> str:
    accentue = " ".join(_ACCENTS.get(mot, mot) for mot in _mots(nom)) if alea.random() < 0.3 else nom
    return alea.choice((str, str.title, str.lower, str.capitalize, str.upper))(accentue)


def enseigne_degradee(nom: str, alea: Random) -> tuple[str, str]:
    """Return the name of a shop as written: half of them in other letters only."""
    return (_casse(nom, alea), "casse") if alea.random() < 0.5 else nom_degrade(nom, "", alea)


def lieu_degrade(la: Adresse, alea: Random) -> tuple[str, str, str]:
    """Return a postal code, a commune and what was done to them."""
    voisines = _communes_voisines(la.code_commune, la.code_postal)
    anciennes = _anciennes(la.code_commune)
    manieres: list[tuple[str, str, str]] = [
        (la.code_postal, la.commune, "lieu exact"),
        (la.code_postal, _commune_ecrite(la.commune, alea), "commune écrite autrement"),
        (la.code_postal, "", "code postal seul"),
        ("", _commune_ecrite(la.commune, alea), "commune seule"),
    ]
    if anciennes:
        ancienne = alea.choice(anciennes)
        manieres += [(la.code_postal, ancienne, "ancienne commune"), ("", ancienne, "ancienne commune seule")]
    if voisines:
        code, voisine = alea.choice(voisines)
        manieres += [
            (code, "", "code postal voisin"),
            (code, la.commune, "code postal voisin, commune juste"),
            (code, voisine, "commune voisine"),
        ]
    return alea.choice(manieres)


def _commune_ecrite(commune: str, alea: Random) -> str:
    ecrite = re.sub(r"\bSAINT(E?)\b", lambda m: f"ST{m[1]}", commune) if alea.random() < 0.5 else commune
    ecrite = ecrite.replace("-", " ") if alea.random() < 0.5 else ecrite
    ecrite = re.sub(r" (\d+)(?:ER?|E)?(?: ARRONDISSEMENT)?$", lambda m: alea.choice(("", f" {m[1]}e")), ecrite)
    return alea.choice((str.title, str.lower, lambda x: f"{x} CEDEX"))(ecrite)


@lru_cache(maxsize=4096)
def _anciennes(code: str) -> tuple[str, ...]:
    """Former communes of another name that are part of this one."""
    actuelle = territoires.commune(code)
    lues = [territoires.commune(c) for c in sorted(codes_communes(code, "commune"))]
    return tuple(
        c.nom for c in lues if c and actuelle and c.type not in ("actuelle", "arrondissement") and c.nom != actuelle.nom
    )


@lru_cache(maxsize=4096)
def _communes_voisines(code: str, cp: str) -> tuple[tuple[str, str], ...]:
    """(postal code, commune) of other communes of the same intercommunalité and département, with another code."""
    ici = territoires.commune(code)
    if ici is None or not ici.epci:
        return ()
    autres = [territoires.commune(c) for c in sorted(codes_communes(ici.epci, "epci"))]
    return tuple(
        (c.codes_postaux[0], c.nom)
        for c in autres
        if c and c.type == "actuelle" and c.departement == ici.departement and c.codes_postaux[:1] not in ((), (cp,))
    )


def presque(nom: str, autres: Sequence[str], alea: Random) -> tuple[str, str]:
    """Return a name close to a true one, of somebody else: another word, another number, one word more or less.

    ``autres``: true names, where the other word is taken. "" when nothing can be changed.
    """
    mots = _mots(nom)
    if len(mots) > 6:
        return "", ""
    chiffres = [i for i, mot in enumerate(mots) if mot.isdigit()]
    if chiffres and alea.random() < 0.7:
        i = alea.choice(chiffres)
        mots[i] = str(int(mots[i]) + alea.randint(1, 4))
        return " ".join(mots), "autre numéro"
    pleins = [i for i, mot in enumerate(mots) if len(mot) >= 4 and not _FORME.fullmatch(mot)]
    if len(pleins) < 2 or alea.random() < 0.25:
        ajout = alea.choice([mot for mot in AJOUTS if mot not in mots])
        return (f"{nom} {ajout}", "un mot de plus") if pleins else ("", "")
    i = alea.choice(pleins)
    for autre in alea.sample(autres, 20):
        mot = alea.choice(_mots(autre))
        if len(mot) >= 4 and mot.isalpha() and SequenceMatcher(None, mot, mots[i]).ratio() < 0.5:
            mots[i] = mot
            return " ".join(mots), "un autre mot"
    return "", ""
