"""The place box: a région, a département, an EPCI, a commune or a postal code, by name or number."""

import pytest
from hypothesis import given, settings, strategies as st

from fce.referentiels import territoires


def _premier(texte: str) -> str:
    trouves = territoires.chercher_lieux(texte)
    return f"{trouves[0].genre}:{trouves[0].code}" if trouves else ""


@pytest.mark.parametrize(
    ("texte", "premier"),
    [
        # names
        ("lille", "commune:59350"),
        ("LILLE ", "commune:59350"),
        ("nord", "departement:59"),
        ("hauts de france", "region:32"),
        ("Hauts-de-France", "region:32"),
        ("ile de france", "region:11"),
        ("métropole lyon", "epci:200046977"),
        ("grand lyon", "epci:200046977"),
        ("paca", "region:93"),
        ("paris", "commune:75056"),
        ("havre", "commune:76351"),
        ("l'hay les roses", "commune:94038"),
        ("la reunion", "departement:974"),
        ("haute corse", "departement:2B"),
        ("polynesie", "departement:987"),
        # unfinished words
        ("lil", "commune:59350"),
        ("mars", "commune:42141"),  # the biggest village of that very name
        ("marse", "commune:13055"),
        ("bourg en b", "commune:01053"),
        ("hau de fr", "region:32"),
        # saint, glued or not
        ("st etienne", "commune:42218"),
        ("saint-étienne", "commune:42218"),
        ("st eti", "commune:42218"),
        ("saintetienne", "commune:42218"),
        ("ste genevieve des b", "commune:91549"),
        ("mont st michel", "commune:50353"),
        # arrondissements and numbers beside a name
        ("paris 15", "commune:75115"),
        ("Paris 15e", "commune:75115"),
        ("lyon 3eme", "commune:69383"),
        ("marseille 1er", "commune:13201"),
        ("lille 59", "commune:59350"),
        ("Lille (59)", "commune:59350"),
        ("saint denis 93", "commune:93066"),
        ("saint denis 974", "commune:97411"),
        ("59000 lille", "commune:59350"),
        # words that say the kind
        ("département du nord", "departement:59"),
        ("ville de lyon", "commune:69123"),
        ("région bretagne", "region:53"),
        # numbers
        ("59", "departement:59"),
        ("1", "departement:01"),
        ("2a", "departement:2A"),
        ("974", "departement:974"),
        ("20", "departement:2A"),
        ("84", "departement:84"),
        ("59000", "code_postal:59000"),
        ("59 000", "code_postal:59000"),
        ("75115", "commune:75115"),
        ("75015", "code_postal:75015"),
        ("59350", "code_postal:59350"),
        ("2A004", "commune:2A004"),
        ("200046977", "epci:200046977"),
        ("590", "code_postal:59000"),
        # places of yesterday
        ("tourlaville", "commune:50129"),
        ("lomme", "commune:59350"),
        # nothing
        ("", ""),
        ("zzzzzz", ""),
        ("99999", ""),
        ("nord 75", ""),
        ("!?.", ""),
    ],
)
def test_what_people_type_gives_the_place_they_mean(texte: str, premier: str) -> None:
    assert _premier(texte) == premier


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("59000", "commune:59350"),
        ("75015", "commune:75115"),
        ("59350", "commune:59350"),
        ("59350", "commune:59527"),
        ("11", "region:11"),
        ("la reunion", "region:04"),
        ("lyon", "epci:200046977"),
        ("paris", "departement:75"),
    ],
)
def test_an_ambiguous_text_offers_every_reading(texte: str, attendu: str) -> None:
    assert attendu in {f"{lieu.genre}:{lieu.code}" for lieu in territoires.chercher_lieux(texte, 15)}


def test_homonyms_come_by_number_of_inhabitants_and_can_be_told_apart() -> None:
    trouves = territoires.chercher_lieux("saint denis", 4)
    assert [lieu.nom for lieu in trouves] == ["Saint-Denis"] * 4
    assert trouves[0].precision == "Commune – La Réunion (974)"
    assert trouves[1].precision == "Commune – Seine-Saint-Denis (93)"
    assert len({lieu.precision for lieu in trouves}) == 4


def test_a_name_of_yesterday_says_where_it_leads() -> None:
    (lieu,) = territoires.chercher_lieux("tourlaville")
    assert (lieu.code, lieu.nom) == ("50129", "Tourlaville")
    assert lieu.precision == "Commune déléguée, aujourd’hui Cherbourg-en-Cotentin – Manche (50)"


def test_a_place_is_offered_once_and_the_limit_holds() -> None:
    for texte in ("saint", "s", "lyon", "59", "1", "2a"):
        trouves = territoires.chercher_lieux(texte, 12)
        assert len(trouves) == 12
        assert len({(lieu.genre, lieu.code) for lieu in trouves}) == 12
    assert territoires.chercher_lieux("lille", 0) == []
    assert len(territoires.chercher_lieux("saint", 10_000)) == 100


def test_every_place_offered_can_be_filtered_on() -> None:
    for texte in ("saint", "metropole", "nord", "59", "75015", "lomme", "corse", "2", "polynesie"):
        for lieu in territoires.chercher_lieux(texte, 30):
            assert territoires.codes_communes(lieu.code, lieu.genre)


@pytest.mark.parametrize(
    ("genre", "code", "nom", "precision"),
    [
        ("region", "32", "Hauts-de-France", "Région 32"),
        ("departement", "59", "Nord", "Département 59 – Hauts-de-France"),
        ("departement", "974", "La Réunion", "Département 974"),
        ("departement", "987", "Polynésie française", "Collectivité d’outre-mer 987"),
        ("epci", "200093201", "Métropole Européenne de Lille", "Métropole"),
        ("commune", "50602", "Cherbourg-en-Cotentin", "Commune – Manche (50)"),
        ("commune", "75115", "Paris 15e Arrondissement", "Arrondissement – Paris (75)"),
        ("code_postal", "59000", "59000", "Code postal – Lille"),
    ],
)
def test_the_place_of_a_filter(genre: str, code: str, nom: str, precision: str) -> None:
    lieu = territoires.lieu(genre, code)  # type: ignore[arg-type]
    assert lieu is not None
    assert (lieu.nom, lieu.precision) == (nom, precision)


@pytest.mark.parametrize(
    "texte", ["voisines", "Saint-Louis", "lille", "st denis", "saint-denis 93", "paris 12", "59000"]
)
def test_a_name_that_several_places_bear_is_a_name_of_place(texte: str) -> None:
    assert territoires.est_un_nom_de_lieu(texte)


@pytest.mark.parametrize("texte", ["", "li", "lil", "dupont voisines", "saint-louis 59", "00000", "\0"])
def test_any_other_text_is_none(texte: str) -> None:
    assert not territoires.est_un_nom_de_lieu(texte)


def test_an_unknown_place_is_none() -> None:
    assert territoires.lieu("region", "xx") is None
    assert territoires.lieu("departement", "20") is None
    assert territoires.lieu("epci", "123456789") is None
    assert territoires.lieu("commune", "59999") is None
    assert territoires.lieu("code_postal", "59001") is None


@settings(deadline=None)  # the first call builds the index
@given(st.one_of(st.text(), st.from_regex(r"[0-9ab ]{0,12}"), st.from_regex(r"(st|ste|saint|le|l'|d')[ a-z]{0,8}")))
def test_any_string_is_answered_within_the_limit(texte: str) -> None:
    assert len(territoires.chercher_lieux(texte, 5)) <= 5
