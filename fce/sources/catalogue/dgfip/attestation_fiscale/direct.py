"""The live answer of the DGFiP: there is one only when the attestation is delivered."""

from typing import Any

from fce.sources.direct import Elements, elements


def delivree(donnees: Any) -> Elements:
    """An attestation delivered says that the company is up to date; none (404) says nothing. The document is not kept.

    Raises ``KeyError`` when the answer holds no document.
    """
    return [{**attestation, "a_jour": bool(attestation["document_url"])} for attestation in elements(donnees)]
