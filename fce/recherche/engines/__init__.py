"""Search engines, behind the port."""

PAS_D_INDEX = (
    "L’index de recherche n’est pas encore construit : lancez « fce index », ou réessayez dans quelques minutes."
)
"""Message of any engine without a version in place."""
