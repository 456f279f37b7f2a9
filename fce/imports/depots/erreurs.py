"""Why a deposit is not accepted: each error is an HTTP status and a French sentence that says what to do."""

from fce.socle.erreurs import FCEError


class NonAuthentifie(FCEError):
    """No token, or one that opens nothing: unknown, expired, revoked."""

    status = 401
    code = "jeton_invalide"


class DepotInterdit(FCEError):
    """A good token, but not for this source."""

    status = 403
    code = "depot_interdit"


class RapportPerime(FCEError):
    """The version in place is no longer the one that the report compares with."""

    status = 409
    code = "rapport_perime"


class LongueurRequise(FCEError):
    """No ``Content-Length``: a cut file could not be told from a whole one."""

    status = 411
    code = "longueur_requise"


class FichierTropGros(FCEError):
    """Larger than the setting allows."""

    status = 413
    code = "fichier_trop_gros"


class FormatRefuse(FCEError):
    """A body that is not the raw bytes of a file."""

    status = 415
    code = "format_refuse"


class EmpreinteDifferente(FCEError):
    """The bytes received are not those announced (length or digest)."""

    status = 400
    code = "empreinte_differente"


class TropDeDepots(FCEError):
    """Too many deposits are open, or being received."""

    status = 429
    code = "trop_de_depots"


class DisquePlein(FCEError):
    """No room to receive the file."""

    status = 507
    code = "disque_plein"
