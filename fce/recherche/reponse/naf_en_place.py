"""Data of the page on the change of NAF: which nomenclature companies have today, and how codes correspond."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fce.recherche.question.correspondances import Correspondant, correspondants, nomenclature_de_tete
from fce.recherche.reponse.selectors import moteur
from fce.referentiels import activites, naf
from fce.socle.erreurs import IndexIndisponible

FREQUENTES = 20
"""Codes of the NAF rév. 2 listed with their successors: the most frequent ones."""


@dataclass(frozen=True, slots=True)
class CodeRecode:
    """A code as displayed, and the codes of the other nomenclature, most frequent first."""

    code: str
    libelle: str
    correspondants: Sequence[Correspondant]


@dataclass(frozen=True, slots=True)
class ChangementDeNaf:
    """State of the change. ``faite``: most companies have a NAF 2025 code. ``nombres``: active companies by
    nomenclature.

    ``demande``: the code asked, if any; ``frequents``: the most frequent codes.
    """

    faite: bool
    nombres: Sequence[tuple[str, int]]
    demande: CodeRecode | None
    frequents: Sequence[CodeRecode]


def changement_de_naf(code: str) -> ChangementDeNaf:
    """The state of the change, and the codes that correspond to ``code`` (may be ""), from the counts stored with the
    index. Raises ``IndexIndisponible``."""
    manifeste = moteur().manifeste()
    if manifeste is None:
        raise IndexIndisponible("La recherche est en préparation : réessayez dans quelques minutes.")
    paires = manifeste.extra.get("naf", ())
    portes: Counter[str] = Counter()
    for rev2, _, nombre in paires:
        portes[rev2] += int(nombre)
    frequents = [c for c, _ in sorted(portes.items(), key=lambda x: (-x[1], x[0]))[:FREQUENTES]]
    nombres = {activites.NOMS.get(de, de): n for de, n in manifeste.extra.get("naf_nombres", {}).items()}

    def recode(un: str) -> CodeRecode:
        return CodeRecode(un, activites.en_clair(un), correspondants(paires, un))

    connu = activites.normaliser(code) if code else ""
    return ChangementDeNaf(
        faite=nomenclature_de_tete(manifeste) == naf.NAF_2025,
        nombres=sorted(nombres.items(), key=lambda x: -x[1]),
        demande=recode(connu) if connu and activites.ancetres(connu) else None,
        frequents=[recode(un) for un in frequents],
    )
