"""What the agreement does not admit, said in one sentence."""

from fce.socle.erreurs import FCEError


class EcritureRefusee(FCEError):
    """A line that the rules of the agreement refuse: nothing was written."""

    status = 422
    code = "ecriture_refusee"


class ConventionClose(FCEError):
    """A gesture on what is recorded already, or that the dates of the agreement do not allow any more."""

    status = 409
    code = "convention_close"
