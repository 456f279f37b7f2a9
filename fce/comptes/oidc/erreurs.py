"""Why an identity is refused: one class for each check, with the French sentence that its reader sees.

No message holds a token, a code, a name or anything that the other side wrote: it goes to pages and to logs.
"""

from __future__ import annotations

from typing import Final

from fce.socle.erreurs import ConnexionRefusee, FournisseurIndisponible

_RECOMMENCER: Final = "Recommencez ; si cela se répète, signalez-le à l’équipe de la fiche commune."


class RefusOidc(ConnexionRefusee):
    """Base: an identity that could not be proved."""

    phrase = "la réponse du fournisseur d’identité n’a pas pu être vérifiée"

    def __init__(self) -> None:
        super().__init__(f"Connexion refusée : {self.phrase}. {_RECOMMENCER}")


class DecouverteIncoherente(RefusOidc):
    """The metadata are those of another issuer, or send to addresses that are not protected as it is."""

    code = "connexion_fournisseur_inattendu"
    phrase = "le fournisseur d’identité ne se présente pas comme prévu"


class EmetteurInattendu(RefusOidc):
    """``iss`` is not the issuer asked: in a token, or in the answer brought back by the browser (RFC 9207)."""

    code = "connexion_emetteur"
    phrase = "la réponse vient d’un autre fournisseur d’identité"


class CodeRefuse(RefusOidc):
    """The provider does not take the code: used twice, too old, or given to another service."""

    code = "connexion_code"
    phrase = "ce passage par le fournisseur d’identité a déjà servi ou a expiré"


class ServiceRefuse(RefusOidc):
    """The provider does not take this service: its identifier, its secret or its address of return is not known."""

    code = "connexion_service"
    phrase = "le fournisseur d’identité ne reconnaît pas ce service"


class JetonIllisible(RefusOidc):
    """Not a signed token, or claims that are not what the standard says."""

    code = "connexion_jeton_illisible"


class TypeInattendu(RefusOidc):
    """``typ``: a token made for something else, such as an access token."""

    code = "connexion_type_de_jeton"


class AlgorithmeRefuse(RefusOidc):
    """``alg`` is not one of those declared for this provider: ``none``, a shared secret…"""

    code = "connexion_algorithme"


class EnteteRefuse(RefusOidc):
    """A header that would bring its own key, or change how the token is read."""

    code = "connexion_entete"


class CleInconnue(RefusOidc):
    """``kid`` is missing, or is none of the keys that the provider publishes."""

    code = "connexion_cle"


class SignatureFausse(RefusOidc):
    """The signature is not that of the key named."""

    code = "connexion_signature"


class DestinataireInattendu(RefusOidc):
    """``aud`` or ``azp``: made for another service."""

    code = "connexion_destinataire"
    phrase = "la réponse était destinée à un autre service"


class JetonExpire(RefusOidc):
    """``exp`` is past, or missing."""

    code = "connexion_expiree"
    phrase = "la réponse du fournisseur d’identité a expiré"


class JetonFutur(RefusOidc):
    """``iat`` or ``nbf`` is in the future."""

    code = "connexion_horloge"
    phrase = "la réponse du fournisseur d’identité porte une heure à venir"


class NonceInattendu(RefusOidc):
    """``nonce`` is missing, or is that of another sign-in."""

    code = "connexion_nonce"
    phrase = "la réponse n’est pas celle de cette connexion"


class IdentiteNonSignee(RefusOidc):
    """userinfo is not the signed answer that was registered."""

    code = "connexion_identite_non_signee"
    phrase = "le fournisseur d’identité n’a pas signé votre identité"


class SujetDifferent(RefusOidc):
    """userinfo speaks of another person than the id_token."""

    code = "connexion_sujet"
    phrase = "les deux réponses du fournisseur d’identité ne parlent pas de la même personne"


class MethodesInvalides(RefusOidc):
    """``amr`` is not a list of texts: what proved the identity cannot be told."""

    code = "connexion_methodes"


class NiveauInsuffisant(RefusOidc):
    """``acr`` is none of those required."""

    code = "connexion_niveau"
    phrase = (
        "votre fournisseur d’identité n’a pas vérifié votre identité au niveau demandé, qui exige un second facteur"
    )


class Indisponible(FournisseurIndisponible):
    """The provider does not answer as it should. ``cause``: one word for the log."""

    def __init__(self, cause: str) -> None:
        super().__init__(
            "Le fournisseur d’identité ne répond pas : la connexion est impossible pour le moment. "
            "Réessayez dans quelques minutes ; les pages publiques restent consultables."
        )
        self.cause = cause
