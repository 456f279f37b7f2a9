"""Live answer of the DGFiP: declarations made of boxes with one or several values."""

from typing import Any

from fce.sources.direct import Elements


def cases(donnees: Any) -> Elements:
    """One element per value of a box (``rang`` from 1), with the fields of its declaration."""
    return [
        {**declaration, **case, "valeur": valeur, "rang": rang}
        for declaration in donnees["declarations"]
        for case in declaration["donnees"]
        for rang, valeur in enumerate(case["valeurs"], start=1)
    ]
