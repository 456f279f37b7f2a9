"""An activity and a place that nothing answers stay what was asked: what is near is said, and counted."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from fce.recherche.question import elargissement, strategie
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors, suggestions
from fce.referentiels import naf, territoires
from tests.recherche.univers import BREST, LYON, Univers
from tests.service.portail.pages import verifier

REV2 = {"nomenclature_activite_principale": "NAFRev2"}
BOULANGERIE, PATISSERIE = ({"activite_principale": code, **REV2} for code in ("10.71C", "10.71D"))
ROUBAIX = {"code_commune": "59512", "libelle_commune": "ROUBAIX", "code_postal": "59100"}
AMIENS = {"code_commune": "80021", "libelle_commune": "AMIENS", "code_postal": "80000"}
CONSEIL = {"activite_principale": "70.22Z", **REV2}


@pytest.fixture
def nord(univers: Univers) -> Univers:
    """No bakery in Lille: two in Roubaix, one in Amiens, one in Lyon, and firms of Lille that are none."""
    for n in range(2):
        univers.entreprise(f"AU PAIN DORE {n}", {**ROUBAIX, **BOULANGERIE}, **BOULANGERIE)
    univers.entreprise("LE FOURNIL", {**AMIENS, **BOULANGERIE}, **BOULANGERIE)
    univers.entreprise("LA MIE", {**LYON, **BOULANGERIE}, **BOULANGERIE)
    univers.entreprise("SUCRE ET MIEL", PATISSERIE, **PATISSERIE)
    for n in range(4):
        univers.entreprise(f"LILLE CONSEIL {n}", CONSEIL, **CONSEIL)
    return univers


def chercher(client: Client, q: str) -> str:
    return client.get("/recherche", {"q": q}, follow=True).content.decode()


def total(parametres: str) -> int:
    return selectors.rechercher(Requete.depuis(parse_qs(parametres))).total


def test_v10_no_bakery_in_lille_is_said_and_no_other_firm_of_lille_is_shown(client: Client, nord: Univers) -> None:
    nord.indexer()
    html = chercher(client, "boulangerie lille")
    assert "Aucune boulangerie à Lille" in html
    assert "2 boulangeries dans le Nord" in html
    assert "AU PAIN DORE 0" in html
    assert "LILLE CONSEIL" not in html
    assert "Ni en activité ni cessée" in html
    assert 'value="boulangerie lille"' in html  # the box still shows what was typed
    assert "?vue=entreprises&naf=10.71C" in verifier(html).liens  # each chip comes off


def test_v10_each_widening_moves_one_filter_and_its_number_is_that_of_its_link(client: Client, nord: Univers) -> None:
    nord.indexer()
    compris = selectors.rechercher(Requete.depuis({"naf": "10.71C", "commune": "59350"})).compris
    assert compris is not None
    lus = [(e.porte_sur, e.libelle, e.nombre, dict(e.requete.filtres)) for e in compris.elargissements]
    assert lus == [
        ("lieu", "dans le Nord", 2, {"departement": ("59",), "naf": ("10.71C",)}),
        ("lieu", "dans les Hauts-de-France", 3, {"region": ("32",), "naf": ("10.71C",)}),
        ("lieu", "en France", 4, {"naf": ("10.71C",)}),
        ("activite", "pour l’activité 10.71 – Fabrication de pain et de pâtisserie fraîche", 1,
         {"commune": ("59350",), "naf": ("10.71",)}),
    ]  # fmt: skip
    for e in compris.elargissements:
        assert selectors.rechercher(e.requete).total == e.nombre
    html = chercher(client, "boulangerie lille")
    for lien in verifier(html).liens:
        if lien.startswith("?") and "region=" in lien:
            assert total(urlsplit(lien).query) >= 1


def test_v10_the_page_the_api_and_the_suggestions_say_the_same(client: Client, nord: Univers) -> None:
    nord.indexer()
    phrase = "Aucune boulangerie à Lille ; 2 dans le Nord"
    api = client.get("/api/v1/recherche?q=boulangerie+lille").json()
    assert api["total"] == 0
    assert api["compris"]["phrase"] == f"{phrase}."
    assert parse_qs(api["compris"]["parametres"]) == {"naf": ["10.71C"], "commune": ["59350"]}
    for voisine in api["compris"]["elargissements"]:
        lue = client.get(f"/api/v1/recherche?{voisine['parametres']}").json()
        assert lue["total"] == voisine["total"] > 0
    (groupe,) = (g for g in suggestions.suggerer("boulangerie lille", "/recherche") if g.titre == "Compris")
    assert groupe.propositions[0].details == (phrase,)
    page = client.get("/recherche?" + groupe.propositions[0].adresse.partition("?")[2]).content.decode()
    assert "Aucune boulangerie à Lille" in page
    filtree = client.get(f"/api/v1/recherche?{api['compris']['parametres']}").json()
    assert filtree["compris"]["phrase"] == f"{phrase}."


def test_v10_where_there_are_some_the_api_says_the_filters_that_the_page_would_set(
    client: Client, nord: Univers
) -> None:
    nord.entreprise("LE BON GRAIN", BOULANGERIE, **BOULANGERIE)
    nord.indexer()
    compris = client.get("/api/v1/recherche?q=boulangerie+lille").json()["compris"]
    assert (compris["phrase"], compris["total"], compris["elargissements"]) == ("1 boulangerie à Lille.", 1, [])


def test_v10_words_that_a_name_holds_whole_are_shown_beside_what_was_understood(client: Client, nord: Univers) -> None:
    nord.entreprise("CAFE BOULANGERIE DU BEFFROI", CONSEIL, **CONSEIL)
    nord.indexer()
    html = chercher(client, "boulangerie lille")
    assert "CAFE BOULANGERIE DU BEFFROI" in html
    assert "Aucune boulangerie à Lille ; 2 dans le Nord." in html
    assert "LILLE CONSEIL" not in html


def test_v10_the_closed_ones_and_establishments_of_others_are_told_apart(client: Client, nord: Univers) -> None:
    nord.entreprise("FERMEE", BOULANGERIE, etat_administratif="C", **BOULANGERIE)
    autre = nord.entreprise("GRANDE DISTRIBUTION", {**BREST, **CONSEIL}, **CONSEIL)
    nord.etablissement(autre, 2, **BOULANGERIE, etablissement_siege=False)
    nord.indexer()
    html = chercher(client, "boulangerie lille")
    assert "Aucune boulangerie en activité à Lille" in html
    assert "Ni en activité" not in html
    assert "En comptant aussi ce qui est cessé ou fermé" in html
    assert "Parmi les établissements d’entreprises d’une autre activité" in html


def test_v10_the_widening_begins_at_home(client: Client, nord: Univers) -> None:
    nord.indexer()
    requete = Requete.depuis({"naf": "10.71C", "commune": "59350"})
    machine = selectors.memoire()
    compris = elargissement.elargir(machine, requete, 0)
    assert compris is not None
    from fce.recherche.reponse.sans_resultat import alentours

    assert alentours(machine, compris, "liste", {"departement": ("59", "62")}).chez_vous
    assert alentours(machine, compris, "liste", {"region": ("32",)}).chez_vous
    assert not alentours(machine, compris, "liste", {"departement": ("69",)}).chez_vous
    assert not alentours(machine, compris, "liste", {}).chez_vous


@pytest.mark.parametrize(
    ("filtres", "titre"),
    [
        ({"naf": "43.22A", "commune": "59512"}, "Aucun plombier à Roubaix"),
        ({"naf": "43.22A", "departement": "2A"}, "Aucun plombier en Corse-du-Sud"),
        ({"naf": "43.22A", "commune": "76351"}, "Aucun plombier au Havre"),
        ({"naf": "01.12Z", "region": "53"}, "Aucune entreprise « 01.12Z – Culture du riz » en Bretagne"),
        ({"naf": ["01.12Z", "43.22A"], "commune": ["59350", "59512"]},
         "Aucune entreprise de ces activités à Lille ou à Roubaix"),
        ({"commune": "35238"}, "Aucune entreprise à Rennes"),
        ({"naf": "01.12Z", "tranche_effectif": "11"}, "Aucune entreprise « 01.12Z – Culture du riz » avec ces filtres"),
        ({"naf": "01.12Z", "code_postal": "13200", "vue": "etablissements"},
         "Aucun établissement « 01.12Z – Culture du riz » au code postal 13200"),
    ],
)  # fmt: skip
def test_v10_the_title_is_a_sentence(nord: Univers, filtres: dict[str, object], titre: str) -> None:
    nord.indexer()
    compris = selectors.rechercher(Requete.depuis(filtres)).compris
    assert compris is not None
    assert compris.titre == titre


def test_v10_names_keep_their_search_and_their_typos(client: Client, nord: Univers) -> None:
    nord.indexer()
    for q in ("pain dorre", "lille conseill", "fournil"):
        trouves = selectors.rechercher(Requete.depuis({"q": q}))
        assert trouves.total
        assert trouves.compris is None


class MoteurEspion:
    """The engine of the tests, which tells what it was asked."""

    def __init__(self) -> None:
        self.demandes: list[str] = []

    def __getattr__(self, nom: str) -> object:
        self.demandes.append(nom)
        return getattr(selectors.moteur(), nom)


def test_v10_a_count_without_words_asks_the_engine_once_even_when_nothing_answers(nord: Univers) -> None:
    nord.indexer()
    for filtres in ({"naf": "10.71C", "commune": "59350"}, {"naf": "10.71C", "commune": "59512"}):
        espion = MoteurEspion()
        requete = Requete.depuis(filtres)
        assert strategie.compter(espion, requete) == strategie.interroger(selectors.moteur(), requete).reponse.total  # type: ignore[arg-type]
        assert espion.demandes == ["nombre"]


def test_every_noun_of_a_trade_is_one_that_can_be_counted() -> None:
    for code, noms in naf.noms_de_metier().items():
        assert naf.libelle(code)
        for nom in noms:
            assert nom.pluriel != nom.singulier or nom.singulier == "vtc", nom


def test_places_read_as_one_says_them() -> None:
    lus = {d.code: territoires.dans("departement", d.code) for d in territoires.departements()}
    assert (lus["59"], lus["02"], lus["40"], lus["33"], lus["75"], lus["74"], lus["34"], lus["35"], lus["974"]) == (
        "dans le Nord", "dans l’Aisne", "dans les Landes", "en Gironde", "à Paris", "en Haute-Savoie",
        "dans l’Hérault", "en Ille-et-Vilaine", "à La Réunion",
    )  # fmt: skip
    assert territoires.dans("region", "32") == "dans les Hauts-de-France"
    assert territoires.dans("commune", "76351") == "au Havre"
    assert not any("d’" in x or "l’Haut" in x for x in lus.values())


@pytest.fixture
def nom(univers: Univers) -> Univers:
    """« Vervelle » in Roubaix twice and in Amiens, none in Lille."""
    for n in range(2):
        univers.entreprise(f"VERVELLE CONSEIL {n}", ROUBAIX)
    univers.entreprise("VERVELLE", AMIENS)
    univers.entreprise("VERVELE AUTOS", LYON)
    univers.entreprise("LILLE CONSEIL", CONSEIL, **CONSEIL)
    univers.indexer()
    return univers


def test_a11_a_name_that_a_town_does_not_hold_is_widened_by_place_never_by_words(client: Client, nom: Univers) -> None:
    html = chercher(client, "vervelle lille")
    assert "Aucune entreprise « vervelle » à Lille" in html
    assert "2 entreprises « vervelle » dans le Nord" in html
    assert "LILLE CONSEIL" not in html
    assert "VERVELE AUTOS" not in html
    assert 'value="vervelle lille"' in html
    assert "?q=vervelle&amp;vue=entreprises" in html  # the chip of the town comes off


def test_a11_numbers_around_a_name_nest_and_are_those_of_their_links(nom: Univers) -> None:
    requete = Requete.depuis({"q": "vervelle", "commune": "59350"})
    trouves = selectors.rechercher(requete)
    assert (trouves.total, trouves.approchants) == (0, False)
    assert trouves.compris is not None
    lus = [(e.libelle, e.nombre) for e in trouves.compris.lieux]
    assert lus[:2] == [("dans le Nord", 2), ("dans les Hauts-de-France", 3)]
    nombres = [e.nombre for e in trouves.compris.lieux]
    assert nombres == sorted(nombres)
    for e in trouves.compris.elargissements:
        assert selectors.rechercher(e.requete).total == e.nombre


@pytest.mark.parametrize("q", ["zzzzz lille", "vervel lille", "12 rue nationale lille"])
def test_a11_a_name_that_exists_nowhere_and_an_address_keep_their_search(client: Client, nom: Univers, q: str) -> None:
    assert "Aucune entreprise" not in chercher(client, q)


def test_a11_a_phrase_without_result_stays_what_was_asked(client: Client, nom: Univers) -> None:
    html = chercher(client, "vervelle plus de 50 salariés")
    assert "Noms les plus proches" in html
    assert "Sans le filtre d’effectif</bdi> : 3 résultats" in html
    assert "Aucune entreprise avec ces filtres à Lille" in chercher(client, "plus de 50 salariés lille")


def test_a11_the_country_is_by_region_and_says_what_it_holds(client: Client, nord: Univers) -> None:
    nord.indexer()
    html = chercher(client, "boulangerie lille")
    assert "Retirer « Lille (59) »" in html
    assert "4 en France" in html
    assert "Voir les 4" in html
    assert "4 en France : y compris 2 dans le Nord." in html
    assert "Hauts-de-France" in html.partition("ailleurs-pays")[2]
