"""Errors of deposits: each has an HTTP status and a French sentence that says what to do."""

from fce.socle.erreurs import FCEError


class NonAuthentifie(FCEError):
    """No token, or an unknown, expired or revoked one."""

    status = 401
    code = "jeton_invalide"


class DepotInterdit(FCEError):
    status = 403
    code = "depot_interdit"


class RapportPerime(FCEError):
    """The version in place is no longer the one the report compares with."""

    status = 409
    code = "rapport_perime"


class LongueurRequise(FCEError):
    """No ``Content-Length``, without which a truncated file cannot be detected."""

    status = 411
    code = "longueur_requise"


class FichierTropGros(FCEError):
    status = 413
    code = "fichier_trop_gros"


class FormatRefuse(FCEError):
    """The body is not the raw bytes of a file."""

    status = 415
    code = "format_refuse"


class EmpreinteDifferente(FCEError):
    """The bytes received are not those announced (length or digest)."""

    status = 400
    code = "empreinte_differente"


class TropDeDepots(FCEError):
    status = 429
    code = "trop_de_depots"


class DisquePlein(FCEError):
    status = 507
    code = "disque_plein"
