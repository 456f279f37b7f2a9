"""Contract of an engine of the port: every engine that is there must pass it (``moteurs``)."""

from typing import Any
from unittest.mock import Mock

import pytest
from django.conf import settings
from msgspec.structs import replace

from fce.recherche.engines.champs import Document
from fce.recherche.engines.classement import fautes, poser_texte
from fce.recherche.engines.colonnes import en_colonnes
from fce.recherche.engines.port import CodeCherche, EtapeDeRecherche, Manifeste, Moteur, Question
from fce.recherche.engines.tantivy import mots
from fce.socle.erreurs import DejaEnCours, IndexIndisponible
from tests.recherche.moteurs import SUR_UN_DOSSIER, versions_gardees


def document(n: int, nom: str, **champs: Any) -> Document:
    return {"siren": n, "nom": nom, "exact": [nom.replace(" ", "")], "rang": 1, "codes": [], "filtres": "", **champs}


def remplir(moteur: Moteur, *documents: Document, fragments: int = 2) -> None:
    with moteur.chantier(fragments) as chantier:
        redacteurs = [chantier.redacteur(f) for f in range(fragments)]
        for n, un in enumerate(documents):
            genre: Any = "etablissements" if "siret" in un else "entreprises"
            redacteurs[n % fragments].ajouter(genre, "actif", en_colonnes(un))
        for redacteur in redacteurs:
            redacteur.terminer()
        chantier.basculer(Manifeste("", {"source": 7}))


def sirens(moteur: Moteur, question: Question, **bornes: int) -> list[int]:
    return [int(h.siren) for h in moteur.search(question, **bornes).hits]


def test_without_a_version_every_question_says_so(moteur: Moteur) -> None:
    for demander in (moteur.search, moteur.facettes):
        with pytest.raises(IndexIndisponible):
            demander(Question("entreprises"))
    assert moteur.manifeste() is None


def test_who_types_a_legal_form_means_the_company_that_bears_it_however_small(moteur: Moteur) -> None:
    """Else, words alone name the larger one of those that they name in whatever order."""
    grande = document(1, "renovation service", exact=["renovationservices"], noyau=["renovation service"], rang=60)
    petite = document(
        2, "service renovation sci", exact=["servicesrenovationsci"], noyau=["renovation service"], rang=4
    )
    remplir(moteur, grande, petite)
    assert sirens(moteur, poser_texte(Question("entreprises"), "SERVICES RENOVATION SCI")) == [2, 1]
    assert sirens(moteur, poser_texte(Question("entreprises"), "services rénovation")) == [1, 2]


@SUR_UN_DOSSIER
def test_a_pointer_to_nothing_is_no_index(moteur: Moteur) -> None:
    settings.FCE_INDEX_DIR.mkdir()
    (settings.FCE_INDEX_DIR / "courant").write_text("20200101T000000-1")
    with pytest.raises(IndexIndisponible):
        moteur.search(Question("entreprises"))
    remplir(moteur, document(1, "alpha"))
    assert moteur.search(Question("entreprises")).total == 1


def test_the_manifest_tells_what_was_read(moteur: Moteur) -> None:
    remplir(moteur, document(1, "alpha"))
    manifeste = moteur.manifeste()
    assert manifeste is not None
    assert manifeste.generations == {"source": 7}


@SUR_UN_DOSSIER
def test_a_request_is_answered_by_one_version_whatever_is_switched_meanwhile(moteur: Moteur) -> None:
    demande = moteur.d_une_demande()
    with pytest.raises(IndexIndisponible):
        demande.documents()  # it had none to keep: the next question looks again
    remplir(moteur, document(1, "alpha"))
    assert sirens(demande, Question("entreprises")) == [1]
    remplir(moteur, document(2, "alpha"))
    assert sirens(demande, Question("entreprises")) == sirens(demande.d_une_demande(), Question("entreprises")) == [1]
    assert demande.manifeste() != moteur.manifeste()
    assert sirens(moteur, Question("entreprises")) == sirens(moteur.d_une_demande(), Question("entreprises")) == [2]


def test_what_was_found_elsewhere_answers_beside_what_holds_the_words(moteur: Moteur) -> None:
    remplir(moteur, document(1, "alpha"), document(2, "beta rue"), document(3, "gamma"))

    def trouves(texte: str, etape: EtapeDeRecherche = EtapeDeRecherche.STRICTE) -> set[int]:
        posee = poser_texte(Question("entreprises", etape=etape), texte)
        return set(sirens(moteur, replace(posee, sirens=(("000000003", 5.0),))))

    assert trouves("beta rue") == {2, 3}
    assert trouves("delta rue") == {3}
    assert trouves("rue bet", EtapeDeRecherche.PREFIXE) == {2, 3}


@SUR_UN_DOSSIER
def test_words_that_no_name_holds_are_not_looked_for_beside_what_was_found_elsewhere(
    moteur: Moteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address among companies: the dictionaries know that its number is in no name, for a tenth of the cost."""
    remplir(moteur, document(1, "plolin"), document(2, "gamma"))
    compilees = Mock(wraps=mots.compiler)
    monkeypatch.setattr(mots, "compiler", compilees)
    for texte, cherches in (("178 plolin", False), ("plolin", True)):
        posee = poser_texte(Question("entreprises"), texte)
        assert 2 in sirens(moteur, replace(posee, sirens=(("000000002", 5.0),)))
        assert compilees.called is cherches, texte


def test_a_second_build_is_refused_and_an_abandoned_one_leaves_nothing(moteur: Moteur) -> None:
    with moteur.chantier(1), pytest.raises(DejaEnCours), moteur.chantier(1):
        pass
    assert versions_gardees() == []


def test_totals_pages_and_ties_over_several_fragments(moteur: Moteur) -> None:
    remplir(moteur, *(document(n, "alpha", rang=n) for n in range(1, 26)), fragments=3)
    question = poser_texte(Question("entreprises"), "alpha")
    assert moteur.search(question, limite=1).total == 25
    pages = [s for d in (0, 10, 20) for s in sirens(moteur, question, decalage=d, limite=10)]
    assert pages == list(range(25, 0, -1))
    assert sirens(moteur, Question("entreprises"), limite=3) == [25, 24, 23]
    assert moteur.search(question, decalage=9_990, limite=10).hits == ()


def test_a_missing_value_is_last_in_both_orders(moteur: Moteur) -> None:
    remplir(
        moteur,
        document(1, "a", exact=["b", "a"], effectif=3),
        document(2, "a", exact=[]),
        document(3, "a", exact=["a", "c"], effectif=0),
    )
    for tri, croissant in (("nom", [3, 1, 2]), ("effectif", [1, 3, 2])):
        assert sirens(moteur, Question("entreprises", tri=tri)) == croissant
        inverse = [*reversed(croissant[:2]), croissant[2]]
        assert sirens(moteur, Question("entreprises", tri=tri, inverse=True)) == inverse


def test_filters_are_groups_of_alternatives(moteur: Moteur) -> None:
    remplir(
        moteur,
        document(1, "a", codes=["d:59", "n:J"], creation=100),
        document(2, "a", codes=["d:62", "n:J"], creation=200),
        document(3, "a", codes=["d:59", "n:G"], filtres="c:1 c:2"),
    )
    nord, pas_de_calais, info = CodeCherche("codes", "d:59"), CodeCherche("codes", "d:62"), CodeCherche("codes", "n:J")

    def trouves(*groupes: tuple[CodeCherche, ...], **champs: Any) -> set[int]:
        return set(sirens(moteur, Question("entreprises", groupes=groupes, **champs)))

    assert trouves((nord,)) == {1, 3}
    assert trouves((nord, pas_de_calais), (info,)) == {1, 2}
    assert trouves((CodeCherche("filtres", "c:2"),)) == {3}
    assert trouves(creation=(150, None)) == {2}
    assert trouves(creation=(None, 150)) == {1}
    assert moteur.facettes(Question("entreprises", groupes=((info,),))) == {"d:59": 1, "d:62": 1, "n:J": 2}


def test_pinned_documents_come_first_in_their_order(moteur: Moteur) -> None:
    remplir(moteur, *(document(n, "alpha", rang=n * 15) for n in range(1, 7)))
    question = poser_texte(Question("entreprises", epingles=("000000001", "000000005", "000000002")), "alpha")
    assert sirens(moteur, question)[:3] == [1, 5, 2]
    assert moteur.search(question).total == 6


def test_companies_found_elsewhere_match_without_words(moteur: Moteur) -> None:
    remplir(moteur, document(1, "alpha"), document(2, "beta"), document(3, "gamma"))
    question = poser_texte(Question("entreprises", sirens=(("000000003", 5.0),)), "alpha")
    assert sirens(moteur, question) == [1, 3]
    assert sirens(moteur, Question("entreprises", seulement=("000000002",))) == [2]


def test_each_step_is_wider(moteur: Moteur) -> None:
    remplir(moteur, document(1, "menuiserie martin lyon"), document(2, "martinet"))
    for texte, etape, attendus in (
        ("martin", EtapeDeRecherche.STRICTE, [1]),
        ("martin", EtapeDeRecherche.PREFIXE, [1, 2]),
        ("menuisrie", EtapeDeRecherche.PREFIXE, []),
        ("menuisrie", EtapeDeRecherche.FAUTE, [1]),
        ("menuiserie martin zzzz", EtapeDeRecherche.FAUTE, []),
        ("menuiserie martin zzzz", EtapeDeRecherche.PARTIELLE, [1]),
    ):
        question = poser_texte(Question("entreprises", etape=etape), texte)
        voisins = moteur.voisins(m.formes[0] for m in question.mots)
        question = replace(question, fautes=fautes(voisins, len(voisins)))
        assert sorted(sirens(moteur, question)) == attendus, (texte, etape)


def test_the_words_that_one_typo_tells_from_another_are_known_most_frequent_first(moteur: Moteur) -> None:
    remplir(
        moteur,
        document(1, "menuiserie martin"),
        document(2, "menuiserie lille"),
        document(3, "martins", personnes="merlin paul merlin_paul"),
        document(4, "maison", siret=400001, mots="12 rue mertin"),
    )
    voisins = moteur.voisins(["menuisrie", "menuiseriee", "mneuiserie", "menuizerie", "matin", "mertin", "xyz", "é"])
    assert [voisins[m] for m in ("menuisrie", "menuiseriee", "mneuiserie", "menuizerie")] == [("menuiserie",)] * 4
    assert voisins["matin"] == ("martin",)
    assert voisins["mertin"] == ("martin", "merlin")
    assert voisins["xyz"] == voisins["é"] == ()
    # Two words of one person are not a word, nor is a word its own neighbour.
    assert moteur.voisins(["merlin_pau", "martin"]) == {"merlin_pau": (), "martin": ("martins", "mertin")}
    assert moteur.voisins(["m" * 500])["m" * 500] == ()


def test_establishments_lead_to_their_companies(moteur: Moteur) -> None:
    remplir(
        moteur,
        document(1, "alpha", siret=100001, mots="alpha rue lila"),
        document(1, "alpha", siret=100002, mots="alpha rue lila"),
        document(2, "beta", siret=200001, mots="beta rue rose"),
    )
    trouves, total = moteur.sirens(poser_texte(Question("etablissements"), "rue lilas"), 10)
    assert [s for s, _ in trouves] == ["000000001"]
    assert total == 2
    hits = moteur.search(Question("etablissements", tri="numero", apres=100001), limite=5).hits
    assert [h.siret for h in hits] == ["00000000100002", "00000000200001"]


def test_all_the_companies_of_many_establishments_are_given(moteur: Moteur, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many documents an engine gives at once."""
    monkeypatch.setattr("fce.recherche.engines.opensearch.moteur.FENETRE", 3)
    lieux = [(n, k) for n in range(1, 6) for k in range(1, n + 1)]
    remplir(moteur, *(
        document(n, "alpha", siret=100_000 * n + k, rang=n, mots="rue lila", codes=[f"d:{k}", "n:J"], faits=["f:1"])
        for n, k in lieux
    ), fragments=1)  # fmt: skip
    for question in (Question("etablissements"), poser_texte(Question("etablissements"), "rue lilas")):
        trouves, total = moteur.sirens(question, 50)
        assert sorted(siren for siren, _ in trouves) == [f"{n:09d}" for n in range(1, 6)]
        assert total == len(lieux)
        comptes = moteur.entreprises_par_code(question)
        assert {code: n for code, n in comptes.items() if code != "n:J"} == {
            **{f"d:{k}": 6 - k for k in range(1, 6)},
            "f:1": 5,
        }
    assert [siren for siren, _ in moteur.sirens(Question("etablissements"), 5)[0]] == ["000000005"]


def test_a_name_is_known_without_reading_documents(moteur: Moteur) -> None:
    remplir(moteur, document(1, "alpha"), document(2, "alpha beta"))
    assert moteur.porte_ce_nom(poser_texte(Question("entreprises"), "alpha beta"))
    assert not moteur.porte_ce_nom(poser_texte(Question("entreprises"), "beta"))
    assert moteur.frequences(poser_texte(Question("entreprises"), "alpha beta")) == {"alpha": 2, "beta": 1}
    assert moteur.documents() == 2


def test_a_value_that_holds_spaces_is_whole_in_questions_and_counts(moteur: Moteur) -> None:
    labels = ["label:agriculture biologique", "label:entreprise\tdu\nvivant", "label:*"]
    remplir(
        moteur,
        document(1, "martin dupont", noyau=["dupont martin"], faits=labels, mentions=["Gérant\tANNE", "Élu\tLÉA"]),
        document(2, "dupont", noyau=["dupont"], faits=["label:agriculture", "label:*"]),
        {**document(1, "dupont"), "siret": 100001, "faits": labels[:1]},
        {**document(1, "dupont"), "siret": 100002, "faits": labels[:1]},
    )
    toutes = Question("entreprises")
    for label in labels[:2]:
        assert sirens(moteur, Question("entreprises", groupes=((CodeCherche("faits", label),),))) == [1]
        assert moteur.nombre(Question("entreprises", groupes=((CodeCherche("faits", label),),))) == 1
    assert moteur.connus(toutes, "faits", [*labels, "label:biologique"]) == {*labels}
    assert moteur.facettes(toutes) == {**dict.fromkeys((*labels[:2], "label:agriculture"), 1), "label:*": 2}
    assert moteur.entreprises_par_code(Question("etablissements")) == {labels[0]: 1}
    assert moteur.porte_ce_nom(Question("entreprises", noyaux=(("dupont martin", 1.0),)))
    assert not moteur.porte_ce_nom(Question("entreprises", noyaux=(("martin", 1.0),)))
    (premier, _) = moteur.search(Question("entreprises", tri="numero")).hits
    assert premier.mentions == ("Gérant\tANNE", "Élu\tLÉA")


def test_hits_are_counted_as_they_are_found(moteur: Moteur) -> None:
    lille, ouverte = CodeCherche("codes", "d:59"), CodeCherche("codes", "n:A")
    remplir(
        moteur,
        *(document(n, "alpha" if n % 2 else "beta", codes=["n:A"] if n % 3 else ["d:59"]) for n in range(1, 30)),
    )
    for groupes in ((), ((lille,),), ((lille, ouverte),), ((lille,), (ouverte,)), ((replace(lille, absent=True),),)):
        for texte in ("", "alpha", "alpha beta"):
            question = poser_texte(Question("entreprises", groupes=groupes), texte)
            assert moteur.nombre(question) == moteur.search(question, limite=1).total, (groupes, texte)
    assert moteur.nombre(Question("entreprises", groupes=((lille,),), seulement=("000000003",))) == 1
    assert moteur.nombre(Question("entreprises", groupes=((lille,),), creation=(1, None))) == 0
