"""Errors of the agreement."""

from fce.socle.erreurs import FCEError


class EcritureRefusee(FCEError):
    """The rules refuse an entry: nothing was written."""

    status = 422
    code = "ecriture_refusee"


class ConventionClose(FCEError):
    """The action is already recorded, or the dates of the agreement exclude it."""

    status = 409
    code = "convention_close"
