"""Reasons to refuse an identity: one class per check, with its French sentence.

Messages appear on pages and in logs: they never hold a token, a code, a name or anything from the provider.
"""

from __future__ import annotations

from typing import Final

from fce.socle.erreurs import ConnexionRefusee, FournisseurIndisponible

_RECOMMENCER: Final = "Recommencez ; si cela se répète, signalez-le à l’équipe de la fiche commune."


class RefusOidc(ConnexionRefusee):
    """Base: an identity that could not be verified."""

    phrase = "la réponse du fournisseur d’identité n’a pas pu être vérifiée"

    def __init__(self) -> None:
        super().__init__(f"Connexion refusée : {self.phrase}. {_RECOMMENCER}")


class DecouverteIncoherente(RefusOidc):
    """The metadata name another issuer, or URLs less protected than the issuer's."""

    code = "connexion_fournisseur_inattendu"
    phrase = "le fournisseur d’identité ne se présente pas comme prévu"


class EmetteurInattendu(RefusOidc):
    """``iss`` is another issuer, in a token or in the redirection back (RFC 9207)."""

    code = "connexion_emetteur"
    phrase = "la réponse vient d’un autre fournisseur d’identité"


class CodeRefuse(RefusOidc):
    """The provider refuses the code: already used, too old, or given to another service."""

    code = "connexion_code"
    phrase = "ce passage par le fournisseur d’identité a déjà servi ou a expiré"


class ServiceRefuse(RefusOidc):
    """The provider does not know this service (identifier, secret or redirect URI)."""

    code = "connexion_service"
    phrase = "le fournisseur d’identité ne reconnaît pas ce service"


class JetonIllisible(RefusOidc):
    """Not a signed token, or claims of the wrong type."""

    code = "connexion_jeton_illisible"


class TypeInattendu(RefusOidc):
    """``typ``: a token for another use, such as an access token."""

    code = "connexion_type_de_jeton"


class AlgorithmeRefuse(RefusOidc):
    """``alg`` is not accepted for this provider (``none``, shared secret…)."""

    code = "connexion_algorithme"


class EnteteRefuse(RefusOidc):
    """A header that brings its own key or changes how the token is read."""

    code = "connexion_entete"


class CleInconnue(RefusOidc):
    """``kid`` is missing or not among the provider's published keys."""

    code = "connexion_cle"


class SignatureFausse(RefusOidc):
    """Wrong signature for the key named."""

    code = "connexion_signature"


class DestinataireInattendu(RefusOidc):
    """``aud`` or ``azp``: a token for another service."""

    code = "connexion_destinataire"
    phrase = "la réponse était destinée à un autre service"


class JetonExpire(RefusOidc):
    """``exp`` is past or missing."""

    code = "connexion_expiree"
    phrase = "la réponse du fournisseur d’identité a expiré"


class JetonFutur(RefusOidc):
    """``iat`` or ``nbf`` is in the future."""

    code = "connexion_horloge"
    phrase = "la réponse du fournisseur d’identité porte une heure à venir"


class NonceInattendu(RefusOidc):
    """``nonce`` is missing or that of another sign-in."""

    code = "connexion_nonce"
    phrase = "la réponse n’est pas celle de cette connexion"


class IdentiteNonSignee(RefusOidc):
    """userinfo is not signed, although registered so."""

    code = "connexion_identite_non_signee"
    phrase = "le fournisseur d’identité n’a pas signé votre identité"


class SujetDifferent(RefusOidc):
    """userinfo and id_token have different ``sub``."""

    code = "connexion_sujet"
    phrase = "les deux réponses du fournisseur d’identité ne parlent pas de la même personne"


class MethodesInvalides(RefusOidc):
    """``amr`` is not a list of texts, so the authentication methods are unknown."""

    code = "connexion_methodes"


class NiveauInsuffisant(RefusOidc):
    """``acr`` is not one of the required levels."""

    code = "connexion_niveau"
    phrase = (
        "votre fournisseur d’identité n’a pas vérifié votre identité au niveau demandé, qui exige un second facteur"
    )


class Indisponible(FournisseurIndisponible):
    """The provider gave no answer, or an unexpected one. ``cause``: one word for the log."""

    def __init__(self, cause: str) -> None:
        super().__init__(
            "Le fournisseur d’identité ne répond pas : la connexion est impossible pour le moment. "
            "Réessayez dans quelques minutes ; les pages publiques restent consultables."
        )
        self.cause = cause
