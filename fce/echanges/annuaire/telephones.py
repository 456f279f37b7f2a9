"""Telephone numbers of services: read as people write them, kept as digits, shown in pairs."""

from __future__ import annotations

import re
from typing import Final

from fce.socle.erreurs import ParametreInvalide

_SEPARATEURS: Final = re.compile(r"[\s.\-/()]+")
# National (ten digits, from 0), short (3939, 116 000), or of another country.
_FORMES: Final = re.compile(r"0[1-9][0-9]{8}|[13][0-9]{2,5}|\+[1-9][0-9]{6,14}")


def chiffres(texte: str) -> str:
    """Digits of a number, "" for none. Raises ParametreInvalide for what is no number."""
    compact = _SEPARATEURS.sub("", texte.replace("(0)", ""))
    compact = re.sub(r"^(?:\+|00)33", "0", compact)
    compact = re.sub(r"^00", "+", compact)
    if compact and not _FORMES.fullmatch(compact):
        raise ParametreInvalide(
            "Donnez un téléphone comme 03 20 12 34 56, 39 39 ou +32 2 555 12 12.", champ="telephone"
        )
    return compact


def ecrire(numero: str) -> str:
    """A number as it is read aloud: in pairs, or as it is when from another country."""
    return numero if numero.startswith("+") else " ".join(re.findall("..?", numero))
