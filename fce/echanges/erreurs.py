"""Expected errors of the exchanges."""

from fce.socle.erreurs import FCEError


class GesteImpossible(FCEError):
    """The object's state does not allow this."""

    status = 409
    code = "geste_impossible"


class Concurrence(FCEError):
    """The object was changed since it was read: nothing was overwritten."""

    status = 409
    code = "conflit"


class PieceRefusee(FCEError):
    """An attachment is refused: kind, size or content."""

    status = 400
    code = "piece_refusee"


class DepotDePiecesIndisponible(FCEError):
    """The storage of attachments does not answer, or has lost one."""

    status = 503
    code = "pieces_indisponibles"


class TexteRefuse(FCEError):
    """A text contains what is forbidden: a social security number (NIR)."""

    status = 400
    code = "texte_refuse"


class TexteAConfirmer(FCEError):
    """A text seems to identify a person: its author must confirm it."""

    status = 409
    code = "texte_a_confirmer"


class EnvoisTropNombreux(FCEError):
    """More questions to other services than an agent may send in an hour."""

    status = 429
    code = "envois_trop_nombreux"
