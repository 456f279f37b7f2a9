"""Checks free texts: what they must not contain, and what their author must confirm.

A social security number (NIR) is refused. A mail address, a telephone number or « plainte de » often identifies a
complainant, whom an inspector may never name (ILO convention 81, article 15 c).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from stdnum.fr import nir

from fce.echanges.erreurs import TexteAConfirmer, TexteRefuse

AVERTISSEMENT: Final = (
    "N’écrivez jamais d’où vient une plainte, ni rien qui permette de reconnaître son auteur : la source d’une plainte "
    "est confidentielle (convention n° 81 de l’OIT, article 15 c)."
)
_NIR_INTERDIT: Final = "Ce texte contient un numéro de sécurité sociale : retirez-le. Rien n’a été enregistré."
_SEPARATEURS: Final = r"[\s.\-_/]{0,2}"
# Fifteen characters: the first is the sex; the département of birth may be 2A or 2B. The lookahead tries every
# position.
_NIR: Final = re.compile(
    rf"(?<![0-9A-Za-z])(?=([1-478](?:{_SEPARATEURS}[0-9]){{5}}{_SEPARATEURS}[0-9ABab](?:{_SEPARATEURS}[0-9]){{8}})"
    r"(?![0-9A-Za-z]))"
)
_A_CONFIRMER: Final = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "une adresse électronique"),
    (
        re.compile(r"(?<![0-9])(?:(?:\+|00)33[\s.]?(?:\(0\))?|0)\s?[1-9](?:[\s.-]?[0-9]{2}){4}(?![0-9])"),
        "un numéro de téléphone",
    ),
    (re.compile(r"\bplaintes?\s+(?:d[’']|(?:de|du|des)\b)|\bplaignant", re.IGNORECASE), "l’auteur d’une plainte"),
)


def contient_nir(texte: str) -> bool:
    """Whether a text contains a social security number (NIR): fifteen characters with a valid key."""
    plat = unicodedata.normalize("NFKC", texte)
    return any(nir.is_valid(re.sub(r"[^0-9ABab]", "", trouve[1])) for trouve in _NIR.finditer(plat))


def signes_de_personne(texte: str) -> list[str]:
    """What seems to identify a person, in French, without duplicates: an address, a number, a complaint."""
    plat = unicodedata.normalize("NFKC", texte)
    return [quoi for motif, quoi in _A_CONFIRMER if motif.search(plat)]


def verifier_textes(textes: Iterable[str], *, confirme: bool) -> None:
    """Raise TexteRefuse (a NIR), or TexteAConfirmer unless the author has confirmed."""
    tous = [texte for texte in textes if texte]
    if any(contient_nir(texte) for texte in tous):
        raise TexteRefuse(_NIR_INTERDIT)
    signes = list(dict.fromkeys(signe for texte in tous for signe in signes_de_personne(texte)))
    if signes and not confirme:
        raise TexteAConfirmer(
            f"Ce texte semble contenir {' et '.join(signes)}. Retirez-le, ou confirmez plus bas qu’il ne fait "
            "reconnaître personne."
        )
