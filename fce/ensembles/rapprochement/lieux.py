"""The place of a row, and how a candidate's place agrees with it: pure functions on the official tables."""

import re
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from fce.ensembles.rapprochement.contenu import Candidat
from fce.recherche.engines.analyse import noyau
from fce.recherche.question import filtres
from fce.recherche.question.filtre import Critere
from fce.referentiels import territoires
from fce.referentiels.territoires.postaux import codes_postaux

_CODE_POSTAL: Final = re.compile(r"\d{5}")
_DEPARTEMENT: Final = re.compile(r"(?:^|\()(2[AB]|97\d|\d\d)(?:$|\))", re.IGNORECASE)
"""« 59 » alone, « Roubaix (59) »."""
_CEDEX: Final = re.compile(r"\bcedex\b.*$", re.IGNORECASE)
COMMUNES_MAX: Final = 20


class Concordance(Enum):
    """How two places agree, with the factor on the score of the name and the reason that an agent reads."""

    SANS_LIEU = (1.0, "")
    ICI = (1.0, "même lieu")
    PROCHE = (0.94, "même département")
    AILLEURS = (0.80, "autre département")

    def __init__(self, facteur: float, raison: str) -> None:
        self.facteur, self.raison = facteur, raison


class LieuCherche(NamedTuple):
    """``communes``: Insee codes that the name of the commune may designate."""

    code_postal: str = ""
    communes: frozenset[str] = frozenset()
    departements: frozenset[str] = frozenset()

    @property
    def dit(self) -> bool:
        return bool(self.code_postal or self.communes or self.departements)

    @property
    def ici(self) -> tuple[Critere, ...]:
        """Codes of the documents of this very place: of its départements, when only they are known."""
        postal = filtres.SIRENE["code_postal"].criteres(filter(None, [self.code_postal]))
        return (*postal, *filtres.SIRENE["commune"].criteres(sorted(self.communes))) or self.autour

    @property
    def autour(self) -> tuple[Critere, ...]:
        """Codes of the documents of its départements."""
        return filtres.SIRENE["departement"].criteres(sorted(self.departements))


@lru_cache(maxsize=20_000)
def lire_lieu(code_postal: str, commune: str) -> LieuCherche:
    """Read the two cells of a place. A place that nobody knows is no place."""
    trouve = _CODE_POSTAL.search(code_postal.replace(" ", "")) or _CODE_POSTAL.search(commune)
    cp = trouve[0] if trouve else _complete(code_postal)
    dit = next(filter(None, map(_DEPARTEMENT.search, (code_postal.strip().upper(), commune.upper()))), None)
    departement = _departement(cp) or (dit[1] if dit and territoires.departement(dit[1]) else "")
    seule = _CEDEX.sub("", _DEPARTEMENT.sub("", _CODE_POSTAL.sub("", commune))).strip()
    communes = _communes(seule, departement)
    departements = {departement} if departement else set()
    departements |= {d.code for code in communes if (d := territoires.departement_de(code))}
    return LieuCherche(cp, frozenset(communes), frozenset(departements))


def _complete(code_postal: str) -> str:
    """A postal code that a spreadsheet took for a number: « 1000 » is « 01000 »."""
    seul = code_postal.strip()
    return "0" + seul if len(seul) == 4 and seul.isascii() and seul.isdigit() else ""


def _departement(cp: str) -> str:
    if not cp:
        return ""
    connu = codes_postaux().get(cp)
    if connu and (d := territoires.departement_de(connu.communes[0])):
        return d.code
    debut = cp[:3] if cp.startswith(("97", "98")) else cp[:2]
    return "2A" if debut == "20" and cp < "20200" else "2B" if debut == "20" else debut


def _communes(nom: str, departement: str) -> list[str]:
    """Insee codes of the communes of a name, today's or former; those of the département when it is known."""
    if not nom:
        return []
    trouvees = [lieu for lieu in territoires.chercher_lieux(nom, COMMUNES_MAX) if lieu.genre == "commune"]
    exactes = [lieu for lieu in trouvees if noyau(lieu.nom) == noyau(nom)]
    connues = [c for lieu in exactes or trouvees[:1] if (c := territoires.commune(lieu.code))]
    ici = [c for c in connues if c.departement == departement] if departement else connues
    # The beginning of a name in another département is a name misspelt in this one.
    return [*dict.fromkeys(code for c in ici or (connues if exactes else ()) for code in codes_d_une_commune(c.code))]


@lru_cache(maxsize=50_000)
def codes_d_une_commune(code: str) -> tuple[str, ...]:
    """A commune and today's commune; a municipal arrondissement alone."""
    connue = territoires.commune(code)
    if connue is None or connue.type == "arrondissement":
        return (code,)
    return (connue.code, connue.actuelle)


def concordance(cherche: LieuCherche, candidat: Candidat) -> Concordance:
    """Say how the place of a candidate agrees with a row's."""
    if not cherche.dit:
        return Concordance.SANS_LIEU
    if cherche.code_postal and cherche.code_postal == candidat.code_postal:
        return Concordance.ICI
    if not cherche.communes.isdisjoint(_contenantes(candidat.code_commune)):
        return Concordance.ICI
    return Concordance.PROCHE if candidat.departement in cherche.departements else Concordance.AILLEURS


@lru_cache(maxsize=50_000)
def _contenantes(code_commune: str) -> tuple[str, ...]:
    """A commune code of the file, and the commune that contains it today."""
    connue = territoires.commune(code_commune)
    return (code_commune, connue.actuelle) if connue else (code_commune,)
