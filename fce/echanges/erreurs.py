"""Expected errors of the exchanges."""

from fce.socle.erreurs import FCEError


class GesteImpossible(FCEError):
    """A gesture that the state of the thing does not allow."""

    status = 409
    code = "geste_impossible"


class Concurrence(FCEError):
    """Somebody wrote the same thing since it was read: nothing was overwritten."""

    status = 409
    code = "conflit"


class PieceRefusee(FCEError):
    """An attachment that is not taken: kind, size, content."""

    status = 400
    code = "piece_refusee"


class DepotDePiecesIndisponible(FCEError):
    """The store of attachments that does not answer, or has lost one."""

    status = 503
    code = "pieces_indisponibles"


class TexteRefuse(FCEError):
    """A text that holds what must not be written there: the number of somebody in the national register."""

    status = 400
    code = "texte_refuse"


class TexteAConfirmer(FCEError):
    """A text that seems to tell who somebody is: its author is asked once more."""

    status = 409
    code = "texte_a_confirmer"


class EnvoisTropNombreux(FCEError):
    """More questions to other services than one agent may send in an hour."""

    status = 429
    code = "envois_trop_nombreux"
