"""The setting FCE_SEARCH_URL: a cluster in https, or one on this very machine; anything else is refused, in French."""

import pytest

from fce.recherche.engines.adresse import AdresseDeGrappe, lire_adresse
from fce.socle.erreurs import ConfigurationInvalide


@pytest.mark.parametrize(
    ("texte", "adresse"),
    [
        ("opensearch+https://recherche.exemple.fr", AdresseDeGrappe((("recherche.exemple.fr", 9200),))),
        (
            "opensearch+https://fce:s%40cret@n1:9201,n2:9202,n3/essai-2",
            AdresseDeGrappe((("n1", 9201), ("n2", 9202), ("n3", 9200)), True, "fce", "s@cret", "essai-2"),
        ),
        ("opensearch+http://127.0.0.1:9200/", AdresseDeGrappe((("127.0.0.1", 9200),), tls=False)),
        ("opensearch+http://localhost,[::1]:9300", AdresseDeGrappe((("localhost", 9200), ("::1", 9300)), tls=False)),
    ],
)
def test_an_address_says_nodes_account_and_prefix(texte: str, adresse: AdresseDeGrappe) -> None:
    assert lire_adresse(texte) == adresse


@pytest.mark.parametrize(
    ("texte", "phrase"),
    [
        ("https://fce:motdepasse@n1:9200", "commence par « opensearch+https:// »"),
        ("elasticsearch+https://fce:motdepasse@n1", "commence par"),
        ("opensearch://fce:motdepasse@n1", "commence par"),
        ("n1:9200", "commence par"),
        ("opensearch+http://fce:motdepasse@n1:9200", "sans chiffrement"),
        ("opensearch+http://127.0.0.1,fce.exemple.fr", "sans chiffrement"),
        ("opensearch+http://localhost.exemple.fr", "sans chiffrement"),
        ("opensearch+http://10.0.0.1", "sans chiffrement"),
        ("opensearch+https://", "s’écrit"),
        ("opensearch+https://fce@n1", "s’écrit"),
        ("opensearch+https://fce:motdepasse@n1:99999", "s’écrit"),
        ("opensearch+https://fce:motdepasse@n1:0", "s’écrit"),
        ("opensearch+https://n1/FCE", "s’écrit"),
        ("opensearch+https://n1/fce/autre", "s’écrit"),
        ("opensearch+https://n1/fce?verify=false", "s’écrit"),
        ("opensearch+https://n1,,n2", "s’écrit"),
        ("opensearch+https://n1 n2", "s’écrit"),
    ],
)
def test_any_other_address_is_refused_without_being_repeated(texte: str, phrase: str) -> None:
    with pytest.raises(ConfigurationInvalide) as levee:
        lire_adresse(texte)
    assert phrase in levee.value.message
    assert "motdepasse" not in levee.value.message


def test_the_password_is_never_printed() -> None:
    adresse = lire_adresse("opensearch+https://fce:motdepasse@n1")
    assert "motdepasse" not in f"{adresse!r} {adresse}"
