"""How the rows of a source are procedures that last: where they stand on a time axis and in a table. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ProcedureEmploi:
    """A procedure that touches jobs, as a row tells it.

    ``cle``: the same in the rows, of one source or of two, that tell one procedure; ``sorte``: what it is drawn with;
    ``fin``: last day at most, None when it runs and the file gives none; ``en_cours``: None when the file does not say;
    ``nombre``: of ``mots`` (singular, plural); ``siret``: establishment that it touches, "" for a company, of which
    ``lieux`` are touched. ``dite``: its name in a sentence, with its article; "" when only its kind is named.
    ``marquante``: its first day is drawn across everything.
    """

    cle: str
    sorte: str
    titre: str
    precision: str
    debut: date
    fin: date | None
    en_cours: bool | None
    etat: str
    detail: str = ""
    nombre: int | None = None
    mots: tuple[str, str] = ("", "")
    reste: str = ""
    siret: str = ""
    lieux: int | None = None
    dite: str = ""
    marquante: bool = False
