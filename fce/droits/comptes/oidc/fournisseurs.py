"""The configured identity providers: ProConnect for agents, FranceConnect for private persons.

Sources: partner documentation of ProConnect (§ Données et scopes, Niveaux ACR) and of FranceConnect v2 (§ Endpoints).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django.conf import settings

from fce.socle.erreurs import ConfigurationInvalide

PROCONNECT: Final = "proconnect"
FRANCECONNECT: Final = "franceconnect"
ASYMETRIQUES: Final = ("ES256", "RS256")
"""Allowed signature algorithms: never ``none`` nor a shared secret."""
ACR_MFA: Final = ("eidas0-mfa", "eidas1-mfa", "eidas2", "eidas3")
"""``acr`` levels that include a second factor."""
MFA: Final = ("off", "souhaitee", "exigee")


@dataclass(frozen=True, slots=True)
class Fournisseur:
    """One provider and our registration there.

    - ``issuer``: exact ``iss``, and base of its discovery URL;
    - ``algorithmes``: accepted signatures;
    - ``acr_values``: levels requested, by the ``claims`` parameter (``acr_par_claims``), essential or not, else by
      ``acr_values``, and then required;
    - ``mfa``: whether a second factor is requested, or required;
    - ``userinfo_signe``: registered for a signed userinfo, so an unsigned one is refused.

    Raises ``ConfigurationInvalide``.
    """

    cle: str
    titre: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    algorithmes: tuple[str, ...]
    scopes: tuple[str, ...]
    acr_values: tuple[str, ...]
    mfa: str
    pkce: bool
    userinfo_signe: bool = True
    acr_par_claims: bool = True

    def __post_init__(self) -> None:
        if not self.algorithmes or not set(self.algorithmes) <= set(ASYMETRIQUES):
            raise ConfigurationInvalide(f"{self.titre} : une signature est {' ou '.join(ASYMETRIQUES)}.")
        if self.mfa not in MFA:
            raise ConfigurationInvalide(f"{self.titre} : le second facteur est {', '.join(MFA)}.")
        if not self.client_secret:
            raise ConfigurationInvalide(f"{self.titre} : le secret du service manque.")

    @property
    def acr_exiges(self) -> tuple[str, ...]:
        """Levels required to sign in; empty for any."""
        return self.acr_values if self.mfa == "exigee" or not self.acr_par_claims else ()


def fournisseurs() -> dict[str, Fournisseur]:
    """Return the configured providers by key, ProConnect first."""
    trouves = []
    if settings.FCE_PROCONNECT_ISSUER:
        trouves.append(
            Fournisseur(
                cle=PROCONNECT,
                titre="ProConnect",
                issuer=settings.FCE_PROCONNECT_ISSUER,
                client_id=settings.FCE_PROCONNECT_CLIENT_ID,
                client_secret=settings.FCE_PROCONNECT_CLIENT_SECRET,
                algorithmes=ASYMETRIQUES,
                scopes=(
                    "openid", "given_name", "usual_name", "email", "siret", "roles", "organization_label", "idp_id",
                ),
                acr_values=ACR_MFA,
                mfa=settings.FCE_PROCONNECT_MFA,
                pkce=settings.FCE_PROCONNECT_PKCE,
            )
        )  # fmt: skip
    if settings.FCE_FRANCECONNECT_ISSUER:
        trouves.append(
            Fournisseur(
                cle=FRANCECONNECT,
                titre="FranceConnect",
                issuer=settings.FCE_FRANCECONNECT_ISSUER,
                client_id=settings.FCE_FRANCECONNECT_CLIENT_ID,
                client_secret=settings.FCE_FRANCECONNECT_CLIENT_SECRET,
                algorithmes=ASYMETRIQUES,
                # Only what identifies the head of a company.
                scopes=("openid", "given_name", "family_name", "email"),
                acr_values=("eidas1",),
                mfa="off",
                # FranceConnect refuses parameters that it does not know, and PKCE is one.
                pkce=False,
                acr_par_claims=False,
            )
        )
    return {fournisseur.cle: fournisseur for fournisseur in trouves}
