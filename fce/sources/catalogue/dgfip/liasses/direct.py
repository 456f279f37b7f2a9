"""The live answer of the DGFiP: declarations, each with its boxes, each with one or several values."""

from typing import Any

from fce.sources.direct import Elements


def cases(donnees: Any) -> Elements:
    """One element per value of a box, ``rang`` counted from 1, beside what its declaration says."""
    return [
        {**declaration, **case, "valeur": valeur, "rang": rang}
        for declaration in donnees["declarations"]
        for case in declaration["donnees"]
        for rang, valeur in enumerate(case["valeurs"], start=1)
    ]
