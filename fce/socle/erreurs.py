"""The one hierarchy of expected errors: a class, an HTTP status, and a French sentence that says what to do.

Anything raised outside this hierarchy is a bug: it is logged and shown as an anonymous error page.
"""

from django.dispatch import Signal

travail_echoue = Signal()
"""Sent with ``erreur`` and ``tache`` when a job raises, whether or not it will be tried again."""


class FCEError(Exception):
    """Base of all expected errors. ``message`` is shown as it is to the user, in French."""

    status = 500
    code = "erreur"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class IdentifiantInvalide(FCEError):
    """A number that cannot be a SIREN, a SIRET… (length, characters, check digit)."""

    status = 400
    code = "identifiant_invalide"


class ParametreInvalide(FCEError):
    """A query parameter whose value is not one of those accepted."""

    status = 400
    code = "parametre_invalide"


class Introuvable(FCEError):
    """A well-formed number that no source knows."""

    status = 404
    code = "introuvable"


class DejaEnCours(FCEError):
    """A job that cannot run twice at the same time is already running."""

    status = 409
    code = "deja_en_cours"


class ImportRefuse(FCEError):
    """A file refused as a whole: the data in place are untouched."""

    status = 422
    code = "import_refuse"


class SourceIndisponible(FCEError):
    """A data set cannot be read now."""

    status = 503
    code = "source_indisponible"


class IndexIndisponible(FCEError):
    """The search index is missing or does not answer."""

    status = 503
    code = "index_indisponible"


class IndexIllisible(IndexIndisponible):
    """The search index exists but cannot be read: damaged files, not a folder, no permission."""


class CopieRefusee(FCEError):
    """The copy of a search index is incomplete or made for another version; the index in place is unchanged."""

    status = 422


class BaseIndisponible(FCEError):
    """The database does not answer."""

    status = 503
    code = "base_indisponible"


class PdfIndisponible(FCEError):
    """The server lacks the libraries that make a PDF; the page for printing remains."""

    status = 503
    code = "pdf_indisponible"


class JournalIndisponible(FCEError):
    """The journal of consultations could not be written: restricted data are hidden, open data are shown."""

    status = 503
    code = "journal_indisponible"


class JournalRompu(FCEError):
    """The journal of consultations was changed: nothing is sealed over it."""

    code = "journal_rompu"


class VolumeDepasse(FCEError):
    """An agent read more companies than the limits allow. Detail ``retry_after``: seconds to wait, absent if waiting is
    no use."""

    status = 429
    code = "volume_depasse"


class ConfigurationInvalide(FCEError):
    """A setting is missing or unsafe: the process refuses to start."""

    code = "configuration_invalide"


class VersionRefusee(FCEError):
    """The database is that of a release that this code does not follow, or still waits for this code's migrations."""

    code = "version_refusee"


class ConnexionRefusee(FCEError):
    """The person's identity could not be verified: nobody is signed in."""

    status = 403
    code = "connexion_refusee"


class FournisseurIndisponible(FCEError):
    """An identity provider gave no answer, or an unexpected one."""

    status = 503
    code = "fournisseur_identite_indisponible"


class ServiceFerme(FCEError):
    """A restored service that its operator has not opened yet."""

    status = 503
    code = "service_ferme"
