"""Live answer of the DGFiP, which exists only when the attestation is delivered."""

from typing import Any

from fce.sources.direct import Elements, elements


def delivree(donnees: Any) -> Elements:
    """A delivered attestation means that the company is up to date; its absence (404) means nothing.

    The document is not kept. Raises KeyError when the answer has no document.
    """
    return [{**attestation, "a_jour": bool(attestation["document_url"])} for attestation in elements(donnees)]
