"""Counts beside the filters are what the click gives, whatever the query, or are said to be estimates."""

import random
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from fce.recherche.question import filtrage
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors
from fce.recherche.reponse.resultats import Facette
from tests.donnees.entreprises import fabrique as f
from tests.recherche.clics import ecarts
from tests.recherche.univers import BREST, LILLE, LYON, Univers

MARCQ = {"code_commune": "59378", "libelle_commune": "MARCQ-EN-BAROEUL", "code_postal": "59700"}
VILLES = (LILLE, LYON, BREST, MARCQ)
NOMS = ("MOULIN VERDIN", "MOULIN", "GARAGE VERDIN", "VERDIN ET FILS", "BOULANGERIE DU PARC", "SARL DES OMBRELLES")


def facettes(adresse: str) -> dict[str, dict[str, Facette]]:
    lues = selectors.rechercher(Requete.depuis(QueryDict(adresse))).facettes
    return {nom: {x.code: x for x in valeurs} for nom, valeurs in lues.items()}


def total(adresse: str) -> int:
    return selectors.rechercher(Requete.depuis(QueryDict(adresse))).total


def peupler(univers: Univers, alea: random.Random, entreprises: int) -> None:
    """Companies of several establishments, open or not, each with its own facts; some facts are of the company."""
    for n in range(entreprises):
        champs = {
            "tranche_effectifs": alea.choice(("NN", "01", "11", None)),
            "caractere_employeur": alea.random() < 0.5,
            "etat_administratif": "C" if alea.random() < 0.15 else "A",
        }
        rue = {"type_voie": "PL", "libelle_voie": alea.choice(("DES ACACIAS", "DU PARC")), "numero_voie": str(n % 7)}
        siren = univers.entreprise(alea.choice(NOMS), {**alea.choice(VILLES), **rue}, **champs)
        lieux = [f.siret_no(siren)]
        for k in range(2, alea.choice((2, 2, 3, 4, 5))):
            ferme = "F" if champs["etat_administratif"] == "C" or alea.random() < 0.25 else "A"
            enseigne = alea.choice((None, "LE MOULIN", "CHEZ VERDIN"))
            ici = {**alea.choice(VILLES), "etat_administratif": ferme, "enseigne_1": enseigne}
            lieux.append(univers.etablissement(siren, k, **ici))
        for siret in lieux:
            if alea.random() < 0.4:
                univers.fait("rge", siret=siret, code_qualification="A")
            if alea.random() < 0.4:
                univers.fait("idcc-etablissements", siret=siret, idcc=alea.choice(("1486", "0044")))
        if alea.random() < 0.3:
            univers.fait("organismes-formation", siren=siren, numero=str(n))
        if alea.random() < 0.3:
            univers.dirigeant(siren, alea.choice(("MARIVAULT", "QUERSIN")), "ODILE")


def requete_au_hasard(alea: random.Random) -> Requete:
    """A text or none, some filters, a state, a view."""
    filtres = {
        "region": ("32", "53"), "departement": ("59", "69"), "commune": ("59350",), "code_postal": ("59700",),
        "siege": ("oui", "non"), "label": ("rge",), "idcc": ("1486", "0044"), "organisme-formation": ("oui", "non"),
        "tranche_effectif": ("NN", "11"), "employeur": ("oui",), "dirigeant": ("marivault", "odile"),
    }  # fmt: skip
    choisis: dict[str, Any] = {
        nom: alea.choice(filtres[nom]) for nom in alea.sample([*filtres], alea.choice((1, 1, 2, 3)))
    }
    textes = ("", "", "moulin", "verdin", "moulin verdin", "vardin", "parc", "3 pl des acacias", "odile marivault")
    etats = ("actif", "actif", "cesse", "tous")
    vue = alea.choice(("entreprises", "entreprises", "entreprises", "etablissements"))
    return Requete.depuis({"q": alea.choice(textes), "etat": alea.choice(etats), "vue": vue, **choisis})


@pytest.mark.parametrize("graine", [0, *(pytest.param(n, marks=pytest.mark.epreuve) for n in (1, 2, 3))])
def test_t4_every_facet_gives_what_it_says(univers: Univers, graine: int) -> None:
    alea = random.Random(graine)
    peupler(univers, alea, 60)
    univers.indexer()
    tous = estimes = 0
    for _ in range(20):
        requete = requete_au_hasard(alea)
        mauvais, vus, dont = ecarts(requete)
        assert mauvais == [], requete.query_string()
        tous, estimes = tous + vus, estimes + dont
    assert tous > 200
    assert estimes < tous / 10


def test_t4_a_place_and_a_label_are_counted_on_the_same_establishment(univers: Univers) -> None:
    ensemble = univers.entreprise("ALPHA")
    univers.fait("rge", siret=f.siret_no(ensemble), code_qualification="A")
    separes = univers.entreprise("BETA", LILLE)
    univers.fait("rge", siret=univers.etablissement(separes, 2, **BREST), code_qualification="A")
    univers.indexer()
    assert facettes("region=32")["label"]["rge"].nombre == total("region=32&label=rge") == 1
    lieux = facettes("label=rge")["departement"]
    assert {code: x.nombre for code, x in lieux.items()} == {"59": 1, "29": 1}
    assert facettes("label=rge&departement=29")["label"]["rge"].nombre == 1
    assert not any(x.estimee for valeurs in facettes("region=32").values() for x in valeurs.values())


def test_t4_a_siege_and_a_place_are_counted_together(univers: Univers) -> None:
    siren = univers.entreprise("ALPHA", LILLE)
    univers.etablissement(siren, 2, **BREST)
    univers.entreprise("BETA", BREST)
    univers.indexer()
    for siege, attendus in (("oui", {"59": 1, "29": 1}), ("non", {"29": 1})):
        lieux = facettes(f"siege={siege}&tranche_effectif=&employeur=&creation_min=1900-01-01")["departement"]
        assert {code: x.nombre for code, x in lieux.items()} == attendus, siege


def test_t4_a_place_that_holds_one_already_asked_is_not_offered(univers: Univers) -> None:
    univers.entreprise("ALPHA", LILLE)
    univers.entreprise("BETA", MARCQ)
    univers.entreprise("GAMMA", BREST)
    univers.indexer()
    lus = facettes("commune=59350")
    assert [*lus["region"]] == ["53"]
    assert [*lus["departement"]] == ["29"]
    assert [*facettes("commune=59350&region=32")["region"]] == ["32", "53"]  # it is asked: it can be taken off


def test_t4_too_many_to_be_crossed_are_estimates_and_the_page_and_the_api_say_so(
    client: Client, univers: Univers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ville in (LILLE, LILLE, MARCQ):
        univers.fait("rge", siret=f.siret_no(univers.entreprise("ALPHA", ville)), code_qualification="A")
    univers.indexer()
    assert "env." not in client.get("/recherche?region=32&vue=entreprises").content.decode()
    monkeypatch.setattr(filtrage, "CROISES_MAX", 2)
    lus = facettes("region=32")
    assert lus["label"]["rge"].estimee
    assert not lus["tranche_effectif"]
    assert not lus["departement"]["59"].estimee
    assert '<abbr title="environ">env.</abbr> 3' in client.get("/recherche?region=32&vue=entreprises").content.decode()
    recu = client.get("/api/v1/recherche?region=32&facettes=label").json()["facettes"]
    assert [(x["code"], x["nombre"], x["estimee"]) for x in recu["label"]] == [("rge", 3, True)]


def test_t4_companies_told_by_a_part_of_the_establishments_are_said_to_be_a_part(univers: Univers) -> None:
    for _ in range(3):
        univers.fait("rge", siret=f.siret_no(univers.entreprise("ALPHA")), code_qualification="A")
    univers.indexer()
    requete = Requete.depuis({"region": "32", "label": "rge"})
    assert not filtrage.poser(selectors.moteur(), requete).partielle
    assert filtrage.poser(selectors.moteur(), requete, ensemble=2).partielle


def test_t4_a_filter_never_makes_the_words_wider(univers: Univers) -> None:
    """Five companies are called so: the one of Brest is it, and « VERDIN » is not looked for."""
    for _ in range(5):
        univers.entreprise("VERD")
    brest = univers.entreprise("VERD", BREST)
    univers.entreprise("VERDIN", BREST)
    univers.indexer()
    trouves = selectors.rechercher(Requete.depuis({"q": "verd", "departement": "29"}))
    assert [r.entreprise.siren for r in trouves.resultats] == [brest]
    assert not trouves.approchants
    assert facettes("q=verd")["departement"]["29"].nombre == 1


def test_t4_a_number_of_an_association_offers_nothing_to_choose(univers: Univers) -> None:
    univers.entreprise("AMIS DU PHARE", identifiant_association="W291000001")
    univers.indexer()
    trouves = selectors.rechercher(Requete.depuis({"q": "w291000001"}))
    assert (trouves.total, trouves.facettes) == (1, {})
