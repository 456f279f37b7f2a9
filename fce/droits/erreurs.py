"""What a right refuses outside of ``can``."""

from fce.socle.erreurs import FCEError


class GesteRefuse(FCEError):
    """What the rights of the agent, in the name of the service that he chose, do not allow."""

    status = 403
    code = "geste_refuse"


class FinaliteRefusee(FCEError):
    """A purpose that no habilitation of the agent holds."""

    status = 403
    code = "finalite_refusee"


class JetonRefuse(FCEError):
    """A token of the API that is not, or no longer, good."""

    status = 401
    code = "jeton_refuse"


class TropDeJetons(FCEError):
    """A habilitation already has as many live tokens as it may: one is to be ended before another is made."""

    status = 409
    code = "trop_de_jetons"
