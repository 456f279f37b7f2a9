"""A result that matched by something else than the name shown says by what."""

from typing import Any

import pytest

from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors
from fce.recherche.reponse.resultats import Resultat
from tests.recherche.univers import BREST, Univers


def chercher(**params: Any) -> list[Resultat]:
    return selectors.rechercher(Requete.depuis(params)).resultats


def test_an_enseigne_or_an_address_says_why_it_matched(univers: Univers) -> None:
    siren = univers.entreprise("HOLDING VAUBERT", {"type_voie": "RUE", "libelle_voie": "DES LILAS", "numero_voie": "4"})
    lieu = univers.etablissement(
        siren,
        2,
        enseigne_1="LE PETIT CHAUDRON",
        type_voie="BD",
        libelle_voie="DES CAPUCINES",
        numero_voie="12",
        **BREST,
    )
    univers.indexer()
    enseigne = chercher(q="petit chaudron")[0]
    assert (enseigne.entreprise.siren, enseigne.motif) == (siren, "Enseigne : LE PETIT CHAUDRON")
    assert enseigne.etablissement is not None
    assert enseigne.etablissement.siret == lieu
    adresse = chercher(q="12 boulevard des capucines")[0]
    assert adresse.entreprise.siren == siren
    assert (adresse.motif or "").startswith("Adresse : 12 B")
    assert chercher(q="vaubert")[0].motif is None
    etablissement = chercher(q="petit chaudron", vue="etablissements")[0]
    assert etablissement.etablissement is not None
    assert etablissement.etablissement.siret == lieu


@pytest.mark.parametrize(
    ("q", "dit"),
    [
        ("clafoutis", "Nom usuel : LE CLAFOUTIS"),
        ("clafou", "Nom usuel : LE CLAFOUTIS"),
        ("grelot clafoutis", "Nom usuel : LE CLAFOUTIS"),
        ("tartine", "Nom usuel : TARTINE ET CIE"),
        ("grelot", None),
        ("gre", None),
        ("sgc", None),  # shown beside the name
    ],
)
def test_another_name_of_the_company_says_that_it_matched(univers: Univers, q: str, dit: str | None) -> None:
    univers.entreprise(
        "SOCIETE GRELOT", sigle="SGC", denomination_usuelle_1="LE CLAFOUTIS", denomination_usuelle_2="TARTINE ET CIE"
    )
    univers.indexer()
    assert [x.motif for x in chercher(q=q)] == [dit]


def test_the_pseudonym_of_somebody_says_that_it_matched(univers: Univers) -> None:
    univers.personne("GRELOT", "ANNE", pseudonyme="ZAZOU")
    univers.indexer()
    assert [x.motif for x in chercher(q="zazou")] == ["Pseudonyme : ZAZOU"]
    assert [x.motif for x in chercher(q="anne grelot")] == [None]
