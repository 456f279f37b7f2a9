"""A registration goes whole, and production trusts neither a plain address nor this very machine."""

from __future__ import annotations

from typing import Any

import pytest

from fce.config.verification import verifier_connexion
from fce.socle.erreurs import ConfigurationInvalide

RIEN = ("", "", "")
JUSTES: dict[str, Any] = {
    "adresse": "https://fce.example",
    "proconnect": ("https://idp.exemple.gouv.fr/api/v2", "client-1", "s3cret"),
    "franceconnect": ("https://fc.exemple.gouv.fr/api/v2", "client-2", "s3cret"),
    "mfa": "exigee",
    "production": True,
}


def test_all_or_nothing_of_each_provider() -> None:
    verifier_connexion(**JUSTES)
    verifier_connexion(**{**JUSTES, "franceconnect": RIEN})
    verifier_connexion(proconnect=RIEN, franceconnect=RIEN, mfa="souhaitee", adresse="", production=True)
    local = ("http://127.0.0.1:8001/proconnect", "fce-demonstration", "s3cret")
    verifier_connexion(**{**JUSTES, "proconnect": local, "production": False})


@pytest.mark.parametrize(
    ("rang", "valeur", "faute"),
    [
        (0, "", "vont ensemble"),
        (1, "", "vont ensemble"),
        (2, "", "vont ensemble"),
        (0, "http://idp.exemple.gouv.fr/api/v2", "https"),
        (0, "https://compte:s3cret@idp.exemple.gouv.fr", "sans compte"),
        (0, "https://idp.exemple.gouv.fr?x=1", "sans compte"),
        (0, "https://idp.exemple.gouv.fr#x", "sans compte"),
        (0, "idp.exemple.gouv.fr", "sans compte"),
        (0, "javascript:alert(1)", "sans compte"),
        *(
            (0, f"https://{hote}/proconnect", "cette machine")
            for hote in (
                "localhost", "LOCALHOST", "localhost.", "idp.localhost", "127.0.0.1", "127.1", "127.9.9.9",
                "2130706433",
                "0x7f000001", "017700000001", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]",
            )
        ),
        (1, "un client", "CLIENT_ID"),
        (2, "s3cret\nX-Autre: 1", "CLIENT_SECRET"),
        (2, "s3crèt", "CLIENT_SECRET"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("qui", ["proconnect", "franceconnect"])
def test_a_fault_is_told_without_repeating_the_secret(qui: str, rang: int, valeur: str, faute: str) -> None:
    inscrit = list(JUSTES[qui])
    inscrit[rang] = valeur
    with pytest.raises(ConfigurationInvalide) as levee:
        verifier_connexion(**{**JUSTES, qui: tuple(inscrit)})
    assert faute in levee.value.message
    assert f"FCE_{qui.upper()}_" in levee.value.message
    assert "s3cr" not in levee.value.message


def test_the_second_factor_has_three_settings() -> None:
    with pytest.raises(ConfigurationInvalide, match="FCE_PROCONNECT_MFA"):
        verifier_connexion(**{**JUSTES, "mfa": "oui"})


def test_two_providers_are_not_the_same() -> None:
    with pytest.raises(ConfigurationInvalide, match="deux fournisseurs"):
        verifier_connexion(**{**JUSTES, "franceconnect": JUSTES["proconnect"]})


def test_production_signs_in_over_https_only() -> None:
    with pytest.raises(ConfigurationInvalide, match="FCE_ADRESSE_PUBLIQUE"):
        verifier_connexion(**{**JUSTES, "adresse": "http://fce.example"})
    verifier_connexion(**{**JUSTES, "adresse": "http://127.0.0.1:8000", "production": False})
