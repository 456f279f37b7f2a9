"""The settings of live sources go together, and the token only travels encrypted in production."""

from __future__ import annotations

from typing import Any

import pytest

from fce.config.verification import verifier_sources_directes
from fce.socle.erreurs import ConfigurationInvalide

JUSTES = {
    "adresse": "https://entreprise.exemple.gouv.fr",
    "jeton": "abc.DEF-123_x",
    "destinataire": "13002526500013",
    "production": True,
}


def test_all_or_nothing() -> None:
    verifier_sources_directes(**JUSTES)  # type: ignore[arg-type]
    verifier_sources_directes(adresse="", jeton="", destinataire="", production=True)
    verifier_sources_directes(**{**JUSTES, "adresse": "http://127.0.0.1:8010", "production": False})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changement", "faute"),
    [
        ({"adresse": ""}, "vont ensemble"),
        ({"jeton": ""}, "vont ensemble"),
        ({"destinataire": ""}, "vont ensemble"),
        ({"destinataire": "130025265"}, "DESTINATAIRE est le SIRET"),
        ({"destinataire": "13002526500014"}, "DESTINATAIRE est le SIRET"),
        ({"adresse": "http://entreprise.exemple.gouv.fr"}, "https"),
        ({"adresse": "https://compte:secret@entreprise.exemple.gouv.fr"}, "sans compte"),
        ({"adresse": "https://entreprise.exemple.gouv.fr?token=x"}, "sans compte"),
        ({"adresse": "entreprise"}, "https"),
        ({"jeton": "un secret"}, "TOKEN contient"),
        ({"jeton": "secret\nX-Autre: 1"}, "TOKEN contient"),
        ({"jeton": "secrèt"}, "TOKEN contient"),
    ],
)
def test_a_fault_is_told_without_repeating_the_token(changement: dict[str, Any], faute: str) -> None:
    with pytest.raises(ConfigurationInvalide) as levee:
        verifier_sources_directes(**{**JUSTES, **changement})
    assert faute in levee.value.message
    assert "secr" not in levee.value.message
    assert JUSTES["jeton"] not in levee.value.message  # type: ignore[operator]
