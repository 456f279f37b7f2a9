"""Expected errors of backups and restores."""

from fce.socle.erreurs import FCEError


class SauvegardeRefusee(FCEError):
    """A backup that cannot be made here, or a copy that cannot be used."""

    status = 409
    code = "sauvegarde_refusee"


class RestaurationRefusee(FCEError):
    """A restore that would damage what is in place, or that would open what must stay closed."""

    status = 409
    code = "restauration_refusee"
