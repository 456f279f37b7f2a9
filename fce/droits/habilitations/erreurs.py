"""Errors of rights, apart from the refusals of ``can``."""

from fce.socle.erreurs import FCEError


class GesteRefuse(FCEError):
    """The agent's rights, in the name of the service chosen, do not allow this."""

    status = 403
    code = "geste_refuse"


class FinaliteRefusee(FCEError):
    """No habilitation of the agent has this purpose."""

    status = 403
    code = "finalite_refusee"


class JetonRefuse(FCEError):
    """Unknown, revoked or expired API token."""

    status = 401
    code = "jeton_refuse"


class TropDeJetons(FCEError):
    """The habilitation has its maximum of live tokens: revoke one first."""

    status = 409
    code = "trop_de_jetons"
