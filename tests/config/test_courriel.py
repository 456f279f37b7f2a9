"""The mail server is one address; a wrong one is said without its password."""

import pytest

from fce.config.courriel import reglages
from fce.socle.erreurs import ConfigurationInvalide


def test_nothing_is_sent_without_an_address() -> None:
    assert reglages("", demonstration=False) == {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}


@pytest.mark.parametrize(
    ("adresse", "port", "tls", "ssl"),
    [
        ("smtp://fce:m%40t@courriel.exemple.gouv.fr", 587, True, False),
        ("smtps://fce:m%40t@courriel.exemple.gouv.fr:466", 466, False, True),
        ("smtp+clair://fce:m%40t@courriel.exemple.gouv.fr", 25, False, False),
    ],
)
def test_an_address_is_read(adresse: str, port: int, tls: bool, ssl: bool) -> None:
    lus = reglages(adresse, demonstration=False)
    assert lus["EMAIL_HOST"] == "courriel.exemple.gouv.fr"
    assert (lus["EMAIL_PORT"], lus["EMAIL_USE_TLS"], lus["EMAIL_USE_SSL"]) == (port, tls, ssl)
    assert (lus["EMAIL_HOST_USER"], lus["EMAIL_HOST_PASSWORD"]) == ("fce", "m@t")


@pytest.mark.parametrize("adresse", ["courriel", "http://h", "smtp://u:secret@h:port", "smtp://", "smtp://u:secret@"])
def test_a_wrong_address_is_said_without_its_password(adresse: str) -> None:
    with pytest.raises(ConfigurationInvalide, match="FCE_COURRIEL") as erreur:
        reglages(adresse, demonstration=False)
    assert "secret" not in erreur.value.message


def test_t6_nothing_leaves_a_demonstration_whatever_the_address() -> None:
    assert reglages("smtp://courriel.exemple.gouv.fr", demonstration=True) == {
        "EMAIL_BACKEND": "fce.demo.courriels.Boite"
    }
