"""Which NAF the register bears today, and which codes of the other answer to one: what the page of the change tells."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fce.recherche import activites
from fce.recherche.correspondances import Correspondant, correspondants
from fce.recherche.port import Moteur
from fce.referentiels import naf
from fce.socle.erreurs import IndexIndisponible

FREQUENTES = 20
"""Codes of the NAF rév. 2 listed with what they become: those that most companies bear."""


@dataclass(frozen=True, slots=True)
class CodeRecode:
    """A code as people read it, and the codes of the other nomenclature, the most borne first."""

    code: str
    lu: str
    correspondants: Sequence[Correspondant]


@dataclass(frozen=True, slots=True)
class ChangementDeNaf:
    """What the register says. ``faite``: the NAF 2025 leads. ``nombres``: active companies by nomenclature, in words.

    ``demande``: the code asked, None for none; ``frequents``: those that most companies bear."""

    faite: bool
    nombres: Sequence[tuple[str, int]]
    demande: CodeRecode | None
    frequents: Sequence[CodeRecode]


def lire(moteur: Moteur, code: str) -> ChangementDeNaf:
    """Read it in what was counted with the index. Raises ``IndexIndisponible``."""
    manifeste = moteur.manifeste()
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
        faite=manifeste.extra.get("naf_de_tete") == naf.NAF_2025,
        nombres=sorted(nombres.items(), key=lambda x: -x[1]),
        demande=recode(connu) if connu and activites.ancetres(connu) else None,
        frequents=[recode(un) for un in frequents],
    )
