"""What a search finds, in which order, and what it never finds."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from fce.recherche import services
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import parcours, selectors
from fce.recherche.reponse.resultats import Resultats
from fce.socle.erreurs import IndexIndisponible
from fce.socle.texte.identifiants import tva_intracommunautaire
from tests.donnees.entreprises import fabrique as f
from tests.recherche.univers import BREST, LYON, Univers


def chercher(adresse: str = "", **params: Any) -> Resultats:
    return selectors.rechercher(Requete.depuis(QueryDict(adresse) if adresse else params))


def sirens(**params: Any) -> list[str]:
    return [r.entreprise.siren for r in chercher(**params).resultats]


def test_nothing_asked_gives_advice_and_no_listing(alpha: None) -> None:
    for vide in ({}, {"q": "  "}, {"q": "\x00"}, {"etat": "tous"}, {"siege": "oui"}):
        resultats = chercher(**vide)
        assert (resultats.total, resultats.resultats) == (0, [])
        assert resultats.conseil
    assert chercher(q="%").total == 0


@pytest.mark.parametrize(
    "q",
    ["école du parc", "ecole du parc", "e\u0301cole du parc", "ＥＣＯＬＥ ＤＵ ＰＡＲＣ", "parc école",
     "ecoles du parc", "ÉCOLE\u00a0DU\u200b PARC"],
)  # fmt: skip
def test_accents_width_order_and_plural_make_no_difference(univers: Univers, q: str) -> None:
    attendu = univers.entreprise("ECOLE DU PARC")
    autre = univers.entreprise("ECOLE DU PARC DES OISEAUX")
    univers.indexer()
    assert sirens(q=q) == [attendu, autre]


@pytest.mark.parametrize(
    ("nom", "q"),
    [
        ("L'ORBEL", "lorbel"), ("L ORBEL", "l'orbel"), ("LORBEL", "l’orbel"), ("S.N.V.F.", "snvf"),
        ("SNVF", "s.n.v.f."),
        ("S N V F", "SNVF"), ("MARTEL ET FILS", "martel & fils"), ("MARTEL & FILS", "martel et fils"),
        ("OEUVRES DU NORD", "œuvres du nord"), ("TRAVAUX VERDIN", "verdin travaux"), ("SARL VERDIN", "verdin"),
        ("VERDIN", "verdin sarl"), ("BOULANGERIE VERDIN", "boulangerie verd"),
        ("BOULANGERIE VERDIN", "boulangrie verdin"),
        ("SAINT MARTIAL", "st martial"),
    ],
)  # fmt: skip
def test_ways_of_writing_one_name(univers: Univers, nom: str, q: str) -> None:
    attendu = univers.entreprise(nom)
    for autre in ("BOULANGERIE MOREL", "TRAVAUX MOREL", "NORD SERVICES", "MARTIN"):
        univers.entreprise(autre)
    univers.indexer()
    assert sirens(q=q)[:1] == [attendu]


def test_the_big_company_comes_before_its_homonyms(univers: Univers) -> None:
    petites = [univers.entreprise("CAROLUS") for _ in range(3)]
    grande = univers.entreprise("CAROLUS", tranche_effectifs="53", categorie_entreprise="GE", caractere_employeur=True)
    longue = univers.entreprise(
        "CAROLUS HYPER DISTRIBUTION", tranche_effectifs="53", categorie_entreprise="GE", caractere_employeur=True
    )
    univers.indexer()
    trouves = sirens(q="carolus")
    assert trouves[0] == grande
    assert set(trouves[1:4]) == set(petites)
    assert trouves[4] == longue


@pytest.mark.parametrize(("court", "long"), [("PEINTURE", "ET PEINTURE"), ("LES PEINTURES", "LES ET PEINTURES")])
def test_initials_that_join_nothing_mean_the_company_that_bears_them(univers: Univers, court: str, long: str) -> None:
    """However small: « et » comes first there, or after an article."""
    grande = univers.entreprise(court, tranche_effectifs="41", categorie_entreprise="GE")
    petite = univers.entreprise(long)
    univers.indexer()
    assert sirens(q=long.lower()) == sirens(q=long.replace("ET", "E.T.")) == [petite, grande]
    assert sirens(q=court.lower())[0] == grande


def test_a_person_is_found_by_names_in_any_order(univers: Univers) -> None:
    attendu = univers.personne("DURANTIN", "ELODIE", nom_usage="MARCHELLI", prenom_2="ROSE")
    univers.personne("DURANTIN", "PAUL")
    univers.indexer()
    for q in ("elodie durantin", "Durantin Élodie", "marchelli elodie", "elodie rose durantin"):
        assert sirens(q=q)[0] == attendu


def test_a_place_tells_homonyms_apart(univers: Univers) -> None:
    lille = univers.entreprise("GARAGE DUMONTEL")
    brest = univers.entreprise("GARAGE DUMONTEL", BREST)
    univers.indexer()
    assert sirens(q="garage dumontel brest")[0] == brest
    assert sirens(q="garage dumontel finistère")[0] == brest
    assert sirens(q="garage dumontel 59")[0] == lille
    assert sirens(q="garage dumontel", lieu="commune:29019") == [brest]


def test_wide_results_are_said_to_be_so(univers: Univers) -> None:
    univers.entreprise("MENUISERIE PASQUIER")
    univers.indexer()
    assert not chercher(q="menuiserie pasquier").approchants
    faute = chercher(q="menuisrie pasquier")
    assert faute.approchants
    assert faute.total == 1


def test_one_number_goes_to_its_sheet_with_or_without_index(univers: Univers) -> None:
    siren = univers.entreprise("ALPHA")
    univers.charger()
    siret = f.siret_no(siren)
    with pytest.raises(IndexIndisponible):
        chercher(q="alpha")
    assert chercher(q=siren).redirection == f"/entreprise/{siren}"
    assert chercher(q=f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}").redirection == f"/etablissement/{siret}"
    assert chercher(q=tva_intracommunautaire(siren)).redirection == f"/entreprise/{siren}"
    assert chercher(q=siren).resultats[0].entreprise.nom == "ALPHA"
    faux = siren[:-1] + str((int(siren[-1]) + 1) % 10)
    assert "invalide" in (chercher(q=faux).conseil or "")
    inconnu = chercher(q=f.siren_no(999))
    assert inconnu.redirection is None
    assert "aucune source" in (inconnu.conseil or "")


def test_an_association_is_found_by_its_rna(univers: Univers) -> None:
    siren = univers.entreprise("AMIS DU PHARE", identifiant_association="W291000001")
    univers.entreprise("AMIS DU PORT", identifiant_association="W291000002")
    univers.indexer()
    assert sirens(q="w291000001") == [siren]


def test_state_is_active_by_default(univers: Univers) -> None:
    active = univers.entreprise("BRASSERIE NOLAN")
    cessee = univers.entreprise("BRASSERIE NOLAN", etat_administratif="C")
    inconnue = univers.entreprise("BRASSERIE NOLAN", etat_administratif=None)
    univers.indexer()
    assert sirens(q="nolan") == [active]
    assert sirens(q="nolan", etat="cesse") == [cessee]
    assert set(sirens(q="nolan", etat="tous")) == {active, cessee, inconnue}
    etats = {x.code: (x.nombre, x.active) for x in chercher(q="nolan").facettes["etat"]}
    assert etats == {"actif": (1, True), "cesse": (1, False)}


def test_each_filter_keeps_what_it_says(univers: Univers) -> None:
    a = univers.entreprise(
        "ALPHA", LYON, activite_principale="62.01Z", nomenclature_activite_principale="NAFRev2",
        categorie_juridique="5710", tranche_effectifs="11", categorie_entreprise="PME", caractere_employeur=True,
        economie_sociale_solidaire=False, date_creation=dt.date(2010, 5, 1),
    )  # fmt: skip
    b = univers.entreprise(
        "BETA", activite_principale="47.11B", nomenclature_activite_principale="NAFRev2", categorie_juridique="9220",
        tranche_effectifs="NN", caractere_employeur=False, economie_sociale_solidaire=True, societe_mission=True,
        date_creation=dt.date(2020, 5, 1),
    )  # fmt: skip
    univers.indexer()
    attendus = [
        ("region=84", a), ("departement=59", b), ("commune=69383", a), ("commune=69123", a), ("code_postal=59000", b),
        ("epci=200093201", b), ("lieu=lyon", a), ("naf=J", a), ("naf=62", a), ("naf=62.0", a), ("naf=6201Z", a),
        ("naf=47.11B", b), ("categorie_juridique=5", a), ("categorie_juridique=92", b), ("categorie_juridique=5710", a),
        ("tranche_effectif=11", a), ("tranche_effectif=NN", b), ("categorie=PME", a), ("employeur=oui", a),
        ("employeur=non", b), ("ess=oui", b), ("ess=non", a), ("societe_mission=oui", b),
        ("creation_min=2015-01-01", b),
        ("creation_max=2015-01-01", a), ("creation_min=2010-05-01&creation_max=2010-05-01", a),
    ]  # fmt: skip
    for adresse, attendu in attendus:
        trouves = [r.entreprise.siren for r in chercher(adresse).resultats]
        assert trouves == [attendu], adresse
    assert chercher("naf=J&naf=47").total == 2
    assert chercher("departement=59&departement=69").total == 2
    assert chercher("departement=59&naf=J").total == 0
    assert chercher("lieu=zzzqqq").total == 0


def test_establishment_filters_hold_on_one_same_establishment(univers: Univers) -> None:
    a = univers.entreprise("ALPHA", LYON)
    univers.etablissement(a, 2, **BREST)
    univers.etablissement(a, 3, etat_administratif="F")
    b = univers.entreprise("BETA", BREST)
    univers.indexer()
    assert set(sirens(departement="29")) == {a, b}
    assert sirens(departement="29", siege="oui") == [b]
    assert sirens(departement="29", siege="non") == [a]
    assert sirens(departement="69", siege="non") == []
    # A closed establishment puts no company in its town.
    assert sirens(departement="59") == []
    vus = chercher(departement="29", vue="etablissements", siege="non").resultats
    assert [v.etablissement.siret for v in vus if v.etablissement] == [f.siret_no(a, 2)]


def test_facets_count_and_an_active_one_shows_its_other_values(univers: Univers) -> None:
    for n in range(3):
        univers.entreprise(f"PLOMBERIE {n}", LYON, tranche_effectifs="11")
    univers.entreprise("PLOMBERIE 4", BREST, tranche_effectifs="01")
    univers.indexer()
    facettes = chercher(q="plomberie").facettes
    assert [(x.code, x.libelle, x.nombre) for x in facettes["departement"]] == [
        ("69", "Rhône (69)", 3),
        ("29", "Finistère (29)", 1),
    ]
    assert [x.code for x in facettes["tranche_effectif"]] == ["01", "11"]
    filtre = chercher(q="plomberie", departement="29")
    assert filtre.total == 1
    assert {x.code: (x.nombre, x.active) for x in filtre.facettes["departement"]} == {"69": (3, False), "29": (1, True)}
    assert [x.code for x in filtre.facettes["tranche_effectif"]] == ["01"]


def test_pages_cover_everything_once(univers: Univers) -> None:
    tous = {univers.entreprise("FERME DU LAC") for _ in range(25)}
    univers.indexer()
    vus = [s for page in (1, 2, 3) for s in sirens(q="ferme", taille="10", page=str(page))]
    assert len(vus) == 25
    assert set(vus) == tous
    assert chercher(q="ferme", taille="10").pages == 3
    exportes = [r.entreprise.siren for paquet in parcours.parcourir(Requete.depuis({"q": "ferme"})) for r in paquet]
    assert exportes == [s for page in (1, 2) for s in sirens(q="ferme", taille="20", page=str(page))]


def test_an_export_beyond_the_window_goes_on_by_number(univers: Univers, monkeypatch: pytest.MonkeyPatch) -> None:
    tous = [univers.entreprise("FERME DU LAC") for _ in range(12)]
    for siren in tous[:3]:
        univers.etablissement(siren, 2)
    univers.indexer()
    monkeypatch.setattr(selectors, "FENETRE", 5)
    monkeypatch.setattr(parcours, "FENETRE", 5)
    monkeypatch.setattr(parcours, "PAQUET", 4)
    requete = Requete.depuis({"q": "ferme"})
    assert [r.entreprise.siren for p in parcours.parcourir(requete) for r in p] == sorted(tous)
    lieux = [
        r.etablissement.siret
        for p in parcours.parcourir(Requete.depuis({"q": "ferme", "vue": "etablissements"}))
        for r in p
        if r.etablissement
    ]
    assert lieux == sorted(set(lieux))
    assert len(lieux) == 15
    resultats = selectors.rechercher(requete)
    assert (resultats.total, resultats.total_exact) == (5, False)


def test_a_page_of_results_makes_three_round_trips_at_most(univers: Univers) -> None:
    for n in range(12):
        siren = univers.entreprise(f"HOLDING {n}")
        univers.etablissement(siren, 2, enseigne_1=f"CHEZ GUSTAVE {n}", **BREST)
    univers.indexer()
    for params in (
        {"q": "holding"}, {"q": "gustave"}, {"q": "gustave brest"}, {"q": "holding", "vue": "etablissements"},
        {"departement": "29"}, {"q": "zzz"}, {"q": f.siren_no(1)}, {"q": f.siret_no(f.siren_no(1))},
        {"q": f.siren_no(800)},
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as capture:
            chercher(**params)
        assert len([q for q in capture.captured_queries if "SAVEPOINT" not in q["sql"]]) <= 3, params


def test_suggestions_say_who_and_where(univers: Univers) -> None:
    grande = univers.entreprise("TOURNESOL", BREST, tranche_effectifs="53", categorie_entreprise="GE")
    univers.entreprise("TOURNEFORT")
    cessee = univers.entreprise("TOURNEDOS", etat_administratif="C")
    univers.indexer()
    suggestions = selectors.suggerer("tourn")
    assert suggestions[0].siren == grande
    assert (suggestions[0].nom, suggestions[0].commune) == ("TOURNESOL", "BREST")
    assert cessee in [s.siren for s in suggestions]
    assert selectors.suggerer("t") == []
    assert [s.siren for s in selectors.suggerer(grande)] == [grande]


MARQUES = ("MRKNOM", "MRKPRENOM", "MRKUSAGE", "MRKVOIE", "MRKENSEIGNE", "MRKSIGLE", "MRKDENO")


@pytest.mark.parametrize("statut", ["P", "N", "X", "", None, "o"])
def test_a_masked_person_is_found_by_number_only(univers: Univers, statut: str | None) -> None:
    siren = univers.personne(
        "MRKNOM", "MRKPRENOM", {"libelle_voie": "MRKVOIE", "enseigne_1": "MRKENSEIGNE", "type_voie": "RUE"},
        statut_diffusion=statut, nom_usage="MRKUSAGE", sigle="MRKSIGLE", denomination_usuelle_1="MRKDENO",
    )  # fmt: skip
    temoin = univers.personne("TEMOIN", "VISIBLE")
    univers.indexer()
    for marque in MARQUES:
        for vue in ("entreprises", "etablissements"):
            assert chercher(q=marque, vue=vue, etat="tous").total == 0, marque
        assert selectors.suggerer(marque) == []
    assert siren not in sirens(departement="59", etat="tous")
    assert temoin in sirens(departement="59", etat="tous")
    assert chercher(q=siren).redirection


def test_a_masked_company_keeps_its_name_and_town_only(univers: Univers) -> None:
    siren = univers.entreprise(
        "GARAGE PUBLIC",
        {"libelle_voie": "MRKVOIE", "type_voie": "RUE", "code_postal": "59777"},
        statut_diffusion="P",
        sigle="MRKSIGLE",
    )
    univers.indexer()
    assert sirens(q="garage public lille") == [siren]
    assert sirens(departement="59") == [siren]
    for marque in ("MRKSIGLE", "MRKVOIE", "59777"):
        assert chercher(q=marque, etat="tous").total == 0, marque
    assert chercher(code_postal="59777").total == 0


def test_a_masked_establishment_of_a_visible_person_is_not_found(univers: Univers) -> None:
    siren = univers.personne("VISIBLE", "JEANNE")
    lieu = univers.etablissement(
        siren, 2, statut_diffusion="P", libelle_voie="MRKVOIE", enseigne_1="MRKENSEIGNE", **BREST
    )
    univers.indexer()
    for params in ({"q": "MRKVOIE"}, {"q": "MRKENSEIGNE"}, {"departement": "29"}, {"q": "visible jeanne brest"}):
        for vue in ("entreprises", "etablissements"):
            trouves = chercher(**params, vue=vue, etat="tous").resultats
            assert all(r.etablissement is None or r.etablissement.siret != lieu for r in trouves)
            assert not trouves or params["q"] == "visible jeanne brest", params


def test_a_row_that_is_gone_is_dropped(univers: Univers) -> None:
    univers.entreprise("PARTIE")
    reste = univers.entreprise("PARTIE AUSSI")
    univers.indexer()
    del univers.unites[0]
    univers.charger()
    assert sirens(q="partie") == [reste]
    assert services.index_perime()


def test_advice_names_the_filter_to_lift(univers: Univers) -> None:
    univers.entreprise("SCIERIE DU LAC", LYON)
    univers.entreprise("MOULIN", etat_administratif="C")
    univers.indexer()
    assert "filtre d’effectif" in (chercher(q="scierie", tranche_effectif="11").conseil or "")
    # A place is widened level by level instead.
    assert chercher(q="scierie", departement="29").compris is not None
    assert "cessées" in (chercher(q="moulin").conseil or "")
    assert "orthographe" in (chercher(q="introuvable").conseil or "")


def test_one_query_count_whatever_the_number_of_results(univers: Univers, django_assert_num_queries: Any) -> None:
    for n in range(30):
        univers.entreprise(f"ATELIER {n}")
    univers.indexer()
    chercher(q="atelier")  # the first search of the second asks for the versions in place
    with CaptureQueriesContext(connection) as capture:
        chercher(q="atelier", taille="5")
    with django_assert_num_queries(len(capture)):
        chercher(q="atelier", taille="30")
