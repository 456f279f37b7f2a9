"""Communes of today and of yesterday, and the territories that hold them."""

from collections import Counter

import pytest
from hypothesis import given, settings, strategies as st

from fce.referentiels import Libelle, territoires
from fce.referentiels.territoires.decoupage import decoder, lignes_communes

TOUTES = [decoder(ligne) for ligne in lignes_communes()]


def test_the_table_holds_the_cog_of_2026_and_every_former_code() -> None:
    comptes = Counter(c.type for c in TOUTES)
    assert comptes["actuelle"] == 34_969
    assert comptes["arrondissement"] == 45
    assert comptes["deleguee"] == 2_105
    assert comptes["associee"] == 471
    assert comptes["ancienne"] > 2_200


def test_there_are_26_regions_and_109_departements_overseas_collectivites_included() -> None:
    assert len(territoires.regions()) == 26
    assert len(territoires.departements()) == 109
    assert territoires.region("11") == Libelle("11", "Île-de-France")
    assert territoires.departement("2a") == Libelle("2A", "Corse-du-Sud")
    assert territoires.departement("20") is None
    assert territoires.region(None) is None


def test_each_departement_lies_in_a_region() -> None:
    regions = {r.code for r in territoires.regions()}
    for d in territoires.departements():
        codes = territoires.codes_communes(d.code, "departement")
        assert codes
        trouvees = {r.code for code in codes if (r := territoires.region_de(code))}
        assert len(trouvees) == 1
        assert trouvees <= regions


def test_each_code_leads_to_a_commune_of_today_in_known_territories() -> None:
    for c in TOUTES:
        actuelle = territoires.commune(c.actuelle)
        assert actuelle is not None
        assert actuelle.type == "actuelle"
        assert actuelle.actuelle == c.actuelle
        assert territoires.departement(c.departement) is not None
        assert territoires.region(c.region) is not None
        assert c.epci is None or territoires.epci(c.epci) is not None
        assert c.nom


def test_a_commune_is_read_whole() -> None:
    lille = territoires.commune("59350")
    assert lille is not None
    assert (lille.nom, lille.departement, lille.region, lille.epci) == ("Lille", "59", "32", "200093201")
    assert lille.codes_postaux == ("59000", "59160", "59260", "59777", "59800")
    assert lille.population is not None
    assert lille.population > 200_000
    assert (lille.actuelle, lille.type) == ("59350", "actuelle")


@pytest.mark.parametrize(
    ("ville", "premier", "dernier", "departement"),
    [("75056", 75101, 75120, "75"), ("69123", 69381, 69389, "69"), ("13055", 13201, 13216, "13")],
)
def test_municipal_arrondissements_belong_to_their_city(
    ville: str, premier: int, dernier: int, departement: str
) -> None:
    codes = {str(code) for code in range(premier, dernier + 1)}
    for code in codes:
        arrondissement = territoires.commune(code)
        assert arrondissement is not None
        assert (arrondissement.actuelle, arrondissement.type) == (ville, "arrondissement")
        assert arrondissement.departement == departement
        assert arrondissement.epci == territoires.commune(ville).epci  # type: ignore[union-attr]
        assert territoires.codes_communes(code, "commune") == {code}
    couverts = territoires.codes_communes(ville, "commune")
    assert couverts > codes
    assert ville in couverts


@pytest.mark.parametrize(
    ("code", "actuelle", "nature"),
    [
        ("50602", "50129", "deleguee"),  # Tourlaville → Cherbourg-en-Cotentin
        ("59355", "59350", "associee"),  # Lomme → Lille
        ("69232", "69123", "ancienne"),  # Saint-Rambert-l'Île-Barbe → Lyon
        ("75015", "94015", "ancienne"),  # Bry-sur-Marne, before the département of the Seine was cut
        ("20004", "2A004", "ancienne"),  # Ajaccio, before Corsica was cut
        ("98508", "97609", "ancienne"),  # Mayotte before 2011
        ("01015", "01015", "actuelle"),  # a déléguée has the same code: the commune comes first
    ],
)
def test_former_codes_lead_to_the_commune_of_today(code: str, actuelle: str, nature: str) -> None:
    trouvee = territoires.commune(code)
    assert trouvee is not None
    assert (trouvee.actuelle, trouvee.type) == (actuelle, nature)
    assert code in territoires.codes_communes(actuelle, "commune")
    assert territoires.codes_communes(code, "commune") == territoires.codes_communes(actuelle, "commune")
    du_jour = territoires.commune(actuelle)
    assert du_jour is not None
    assert (trouvee.departement, trouvee.region, trouvee.epci) == (du_jour.departement, du_jour.region, du_jour.epci)
    assert trouvee.codes_postaux == du_jour.codes_postaux


@pytest.mark.parametrize(
    ("code", "departement", "region"),
    [
        ("97411", "La Réunion", "La Réunion"),
        ("97101", "Guadeloupe", "Guadeloupe"),
        ("97608", "Mayotte", "Mayotte"),
        ("2A004", "Corse-du-Sud", "Corse"),
        ("2B033", "Haute-Corse", "Corse"),
        ("97502", "Saint-Pierre-et-Miquelon", "Saint-Pierre-et-Miquelon"),
        ("98735", "Polynésie française", "Polynésie française"),
        ("98818", "Nouvelle-Calédonie", "Nouvelle-Calédonie"),
        ("75115", "Paris", "Île-de-France"),
        ("59999", "Nord", "Hauts-de-France"),  # out of the COG: placed by its first characters
    ],
)
def test_departement_and_region_of_a_commune(code: str, departement: str, region: str) -> None:
    trouve, trouvee = territoires.departement_de(code), territoires.region_de(code)
    assert trouve is not None
    assert trouvee is not None
    assert (trouve.libelle, trouvee.libelle) == (departement, region)


@pytest.mark.parametrize("code", ["99109", "", None, "abc", "00000"])
def test_a_code_abroad_or_unknown_has_no_territory(code: str | None) -> None:
    assert territoires.commune(code) is None
    assert territoires.departement_de(code) is None
    assert territoires.region_de(code) is None
    assert territoires.epci_de(code) is None


def test_epci_of_a_commune() -> None:
    assert territoires.epci_de("69123") == Libelle("200046977", "Métropole de Lyon")
    assert territoires.epci_de("29083") is None  # Île-de-Sein is in none
    assert {"69123", "69381", "69266"} <= territoires.codes_communes("200046977", "epci")


def test_the_territories_of_one_kind_share_out_the_communes() -> None:
    par_departement = [territoires.codes_communes(d.code, "departement") for d in territoires.departements()]
    par_region = [territoires.codes_communes(r.code, "region") for r in territoires.regions()]
    codes = {c.code for c in TOUTES}
    for decoupage in (par_departement, par_region):
        assert sum(map(len, decoupage)) == len(codes)
        assert frozenset().union(*decoupage) == codes


def test_codes_of_a_postal_code() -> None:
    assert {"75115", "75056"} <= territoires.codes_communes("75015", "code_postal")
    assert territoires.codes_communes("59000", "code_postal") >= {"59350"}
    assert territoires.codes_communes("00000", "code_postal") == frozenset()
    assert territoires.codes_communes("99999", "commune") == frozenset()


@settings(deadline=None)  # the first call reads the tables
@given(st.text(), st.sampled_from(["region", "departement", "epci", "commune", "code_postal"]))
def test_any_string_is_answered(texte: str, genre: str) -> None:
    territoires.commune(texte)
    territoires.departement(texte)
    territoires.region(texte)
    territoires.epci(texte)
    territoires.departement_de(texte)
    territoires.region_de(texte)
    territoires.epci_de(texte)
    assert isinstance(territoires.codes_communes(texte, genre), frozenset)  # type: ignore[arg-type]
    territoires.lieu(genre, texte)  # type: ignore[arg-type]
