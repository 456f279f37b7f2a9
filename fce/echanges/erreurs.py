"""Expected errors of the exchanges."""

from fce.socle.erreurs import FCEError


class GesteImpossible(FCEError):
    """A gesture that the state of the thing does not allow."""

    status = 409
    code = "geste_impossible"


class Conflit(FCEError):
    """Somebody wrote the same thing since it was read: nothing was overwritten."""

    status = 409
    code = "conflit"


class EchangeRefuse(FCEError):
    """What the rights of the agent, in the name of the service that he chose, do not allow."""

    status = 403
    code = "echange_refuse"


class PieceRefusee(FCEError):
    """An attachment that is not taken: kind, size, content."""

    status = 400
    code = "piece_refusee"
