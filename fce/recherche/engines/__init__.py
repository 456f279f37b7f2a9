"""The engines behind the port of the search."""

PAS_D_INDEX = (
    "L’index de recherche n’est pas encore construit : lancez « fce index », ou réessayez dans quelques minutes."
)
"""What any engine says when no version is in place."""
