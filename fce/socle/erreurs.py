"""The one hierarchy of expected errors: a class, an HTTP status, and a French sentence that says what to do.

Anything raised outside this hierarchy is a bug: it is logged and shown as an anonymous error page.
"""


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
    """A job of which one only may run at a time is already running."""

    status = 409
    code = "deja_en_cours"


class ImportRefuse(FCEError):
    """A file refused as a whole: the data in place are untouched."""

    status = 422
    code = "import_refuse"


class SourceIndisponible(FCEError):
    """A data set that cannot be read now."""

    status = 503
    code = "source_indisponible"


class IndexIndisponible(FCEError):
    """No search index, or one that does not answer."""

    status = 503
    code = "index_indisponible"


class IndexIllisible(IndexIndisponible):
    """A search index that is there, and cannot be read: damaged files, a folder that is none, no permission."""


class CopieRefusee(FCEError):
    """A copy of the search index that is not whole, or not for this version: the index in place has not changed."""

    status = 422


class BaseIndisponible(FCEError):
    """The database does not answer."""

    status = 503
    code = "base_indisponible"


class PdfIndisponible(FCEError):
    """A PDF that this server lacks what it takes to make: the page to print remains."""

    status = 503
    code = "pdf_indisponible"


class JournalIndisponible(FCEError):
    """The journal of consultations could not be written: what is restricted is not shown, the rest is."""

    status = 503
    code = "journal_indisponible"


class VolumeDepasse(FCEError):
    """An agent read more companies than the limits allow. Detail ``retry_after``: seconds, if waiting helps."""

    status = 429
    code = "volume_depasse"


class ConfigurationInvalide(FCEError):
    """A setting that is missing or unsafe: the process refuses to start."""

    code = "configuration_invalide"


class ConnexionRefusee(FCEError):
    """An identity that could not be proved: nobody is signed in."""

    status = 403
    code = "connexion_refusee"


class FournisseurIndisponible(FCEError):
    """An identity provider that does not answer as it should."""

    status = 503
    code = "fournisseur_identite_indisponible"
