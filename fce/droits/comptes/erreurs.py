"""Errors shown to people who sign in or are signed in."""

from typing import ClassVar

from fce.socle.erreurs import FCEError


class AccesRefuse(FCEError):
    """Signed in, but not allowed on this page."""

    status = 403
    code = "acces_refuse"


class DejaFait(FCEError):
    """Someone else already did this, or undid it."""

    status = 409
    code = "deja_fait"


class DernierGestionnaire(FCEError):
    """A group must keep a manager."""

    status = 409
    code = "dernier_gestionnaire"


class AdministrationRequise(FCEError):
    """Signed in, but not on behalf of an administration."""

    status = 403
    code = "administration_requise"


class ConnexionAbandonnee(FCEError):
    """The identity provider returned an error instead of an identity (OpenID Connect Core §3.1.2.6). ``motif``: its
    code."""

    status = 400
    code = "connexion_abandonnee"
    phrases: ClassVar[dict[str, str]] = {
        "access_denied": "Vous avez renoncé à vous connecter, ou votre fournisseur d’identité l’a refusé.",
        "login_required": "Votre fournisseur d’identité demande de vous connecter à nouveau.",
        "temporarily_unavailable": "Le fournisseur d’identité est momentanément indisponible.",
        "server_error": "Le fournisseur d’identité est en panne.",
    }

    def __init__(self, motif: str) -> None:
        phrase = self.phrases.get(motif, "La connexion n’a pas abouti chez le fournisseur d’identité.")
        super().__init__(f"{phrase} Recommencez ; si cela se répète, écrivez à l’équipe de la fiche commune.")
