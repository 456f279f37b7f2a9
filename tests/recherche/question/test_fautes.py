"""A typo: which word was meant, for whom, and never somebody who is masked. What is named whole comes first."""

from typing import Any

from django.http import QueryDict
from django.test import Client

from fce.recherche.engines.port import EtapeDeRecherche, Question
from fce.recherche.question import strategie
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import page, selectors
from fce.recherche.reponse.memoire import MoteurMemoire
from tests.recherche.univers import BREST, LYON, Univers


def sirens(adresse: str) -> list[str]:
    return [r.entreprise.siren for r in selectors.rechercher(Requete.depuis(QueryDict(adresse))).resultats]


def test_the_other_words_tell_which_one_was_meant(univers: Univers) -> None:
    for n in range(30):
        univers.entreprise(f"MERLIN {n}")
    voulue = univers.entreprise("GARAGE MERLAN")
    univers.indexer()
    assert selectors.moteur().voisins(["merlxn"])["merlxn"] == ("merlin", "merlan")
    assert sirens("q=garage merlxn") == [voulue]


def test_a_mended_name_comes_before_larger_companies_that_have_the_word(univers: Univers) -> None:
    grande = {"tranche_effectifs": "53", "categorie_entreprise": "GE", "caractere_employeur": True}
    voisine = univers.entreprise("TOITURES VERDIER EXPLOITATION", **grande)
    exacte = univers.entreprise("LES TOITURES VERDIER")
    univers.indexer()
    assert sirens("q=les toitures verdierr") == [exacte, voisine]
    assert sirens("q=les toitures verdier")[0] == exacte


def test_an_exact_name_comes_first_however_large_its_neighbours_are(univers: Univers) -> None:
    grande = {"tranche_effectifs": "53", "categorie_entreprise": "GE", "caractere_employeur": True}
    for n in range(8):
        univers.entreprise(f"BRASERO LYONNAIS DES HALLES {n}", LYON, **grande)
    exacte = univers.entreprise("BRASERO LYONNAIS", BREST)
    univers.indexer()
    assert sirens("q=brasero lyonnais")[0] == exacte


def test_somebody_named_whole_comes_before_what_holds_these_words_here_and_there(univers: Univers) -> None:
    grande = {"tranche_effectifs": "53", "categorie_entreprise": "GE", "caractere_employeur": True}
    dans_la_rue = univers.entreprise(
        "QUERSIN", {"numero_voie": "3", "type_voie": "RUE", "libelle_voie": "ODILE"}, **grande
    )
    a_l_enseigne = univers.entreprise("CHEZ ODILE", {"enseigne_1": "QUERSIN"}, **grande)
    sienne = univers.entreprise("ATELIER DU BOIS")
    univers.dirigeant(sienne, "QUERSIN", "ODILE")
    a_son_nom = univers.entreprise("ODILE QUERSIN COUTURE")
    univers.indexer()
    trouvees = sirens("q=odile quersin")
    assert trouvees[:2] == [a_son_nom, sienne]
    assert a_l_enseigne in trouvees
    assert dans_la_rue not in trouvees[:2]


def test_a_typo_in_the_name_of_somebody_is_forgiven_in_words_and_in_the_filter(univers: Univers) -> None:
    sienne = univers.entreprise("ATELIER DU BOIS")
    univers.dirigeant(sienne, "TOURNEBRIDE", "SOLANGE MARIE")
    autre = univers.entreprise("ATELIER DU FER")
    univers.dirigeant(autre, "VASSELIN", "SOLANGE")
    univers.indexer()
    for q in ("solange tournebrid", "tournebirde solange", "solnage tournebride"):
        assert sirens(f"q={q}") == [sienne], q
    assert sirens("dirigeant=solange tournebrid") == [sienne]
    assert sirens("dirigeant=solange vasselim") == [autre]
    assert sirens("dirigeant=tournebride vasselin") == []


def test_the_words_of_a_masked_person_are_not_in_the_vocabulary(univers: Univers) -> None:
    univers.personne(
        "MRKNOM", "MRKPRENOM", {"libelle_voie": "MRKVOIE", "enseigne_1": "MRKENSEIGNE"}, statut_diffusion="P"
    )
    masquee = univers.entreprise("VISIBLE", {"statut_diffusion": "P", "libelle_voie": "MRKVOIE"}, statut_diffusion="P")
    univers.dirigeant(masquee, "MRKDIRIGEANT", "ODILE")
    univers.indexer()
    caches = ["mrknom", "mrkprenom", "mrkvoie", "mrkenseigne", "mrkdirigeant"]
    assert selectors.moteur().absents([*caches, "visible"]) == frozenset(caches)
    for mot in caches:
        assert selectors.moteur().voisins([mot[:-1], mot + "x"]) == {mot[:-1]: (), mot + "x": ()}
        assert sirens(f"q={mot[:-1]}") == sirens(f"q={mot}") == []


def test_a_word_that_no_document_holds_is_not_looked_for_as_it_is_typed(univers: Univers) -> None:
    voulue = univers.entreprise("MENUISERIE VERDIER")
    univers.indexer()
    espion = _Espion()
    trouvee = strategie.interroger(espion, Requete(q="menuisrie verdier"))
    assert [h.siren for h in trouvee.reponse.hits] == [voulue]
    assert EtapeDeRecherche.STRICTE not in {q.etape for q in espion.questions if q.genre == "entreprises"}


def test_within_a_request_a_question_is_asked_once(univers: Univers) -> None:
    for n in range(3):
        univers.entreprise(f"ATELIER {n}")
    univers.indexer()
    espion = _Espion()
    machine = MoteurMemoire(espion)
    requete = Requete(q="atelier")
    premiere = strategie.interroger(machine, requete)
    posees = len(espion.questions)
    assert strategie.interroger(machine, requete) == premiere
    assert machine.search(premiere.question, limite=2).hits == premiere.reponse.hits[:2]
    assert len(espion.questions) == posees
    assert machine.search(premiere.question, decalage=1, limite=1).hits == premiere.reponse.hits[1:2]


class _Espion(MoteurMemoire):
    """An engine that keeps what it is asked."""

    def __init__(self) -> None:
        super().__init__(selectors.moteur())
        self.questions: list[Question] = []

    def search(self, question: Question, **bornes: Any) -> Any:
        self.questions.append(question)
        return selectors.moteur().search(question, **bornes)


def test_v32_a_word_that_nothing_holds_is_said_and_can_be_taken_off(univers: Univers, client: Client) -> None:
    for n in range(6):
        univers.entreprise(f"BOULANGERIE DU NORD {n}")
    univers.entreprise("PSE CONSEIL", BREST)
    univers.indexer()
    for tape, mot, reste in (("pse nord", "pse", "nord"), ("boulangerie zzqville", "zzqville", "boulangerie")):
        adresse = f"q={tape}&departement=59"
        trouves = selectors.rechercher(Requete.depuis(QueryDict(adresse)))
        assert (trouves.total, trouves.laisses) == (6, (mot,))
        html = " ".join(client.get(f"/recherche?{adresse}&vue=entreprises&etat=actif").content.decode().split())
        # The title says it, once; what is offered beside is about the other words.
        assert f"Aucune « {tape} » ; 6 sans « {mot} » </h1>" in html
        assert html.partition("</h1>")[2].count(f"« {mot} »") == 0
        assert "noms proches" not in html
        assert page.sans_les_mots(Requete.depuis(QueryDict(adresse)), trouves.laisses).q == reste
        v1 = client.get(f"/api/v1/recherche?{adresse}").json()
        assert f"« {mot} »" in v1["conseil"]


def test_v32_words_that_no_result_joins_are_said_to_be_apart(univers: Univers, client: Client) -> None:
    for nom in ("GARAGE DU PONT", "MOULIN DES ALGUES"):
        univers.entreprise(nom)
    univers.indexer()
    trouves = selectors.rechercher(Requete.depuis(QueryDict("q=garage algues")))
    assert (trouves.total, trouves.laisses) == (2, ())
    html = client.get("/recherche?q=garage+algues&vue=entreprises&etat=actif").content.decode()
    assert "chaque résultat en porte une partie" in html
    # A mended word is no word left aside.
    assert selectors.rechercher(Requete.depuis(QueryDict("q=garaje pont"))).laisses == ()
