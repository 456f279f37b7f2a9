"""A number typed in the search: it opens its sheet, or one is told what is wrong with it."""

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given, strategies as st

from fce.recherche.engines.port import Question
from fce.recherche.question import numeros
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import parcours, selectors, suggestions
from fce.socle.texte.identifiants import tva_intracommunautaire
from tests.donnees.entreprises import fabrique as f
from tests.recherche.univers import BREST, Univers


@given(st.integers(0, 10**20).map(str))
def test_the_beginning_of_a_siren_keeps_those_that_begin_so(chiffres: str) -> None:
    question = numeros.commencant_ainsi(Question("entreprises"), chiffres)
    if not 3 <= len(chiffres) <= 8:
        assert question is None
        return
    assert question is not None
    assert question.entre is not None
    premier, dernier = (f"{n:09d}" for n in question.entre)
    assert premier.startswith(chiffres)
    assert dernier.startswith(chiffres)
    assert not f"{int(dernier) + 1:09d}".startswith(chiffres)


@pytest.mark.parametrize("texte", ["1234567890123", "SIRET 123 456 789 0123", "0123456789", "1" * 20])
def test_a_number_of_no_known_length_is_told_its_length(texte: str) -> None:
    phrase = numeros.mal_ecrit(texte) or ""
    assert "chiffres : un SIREN en a 9, un SIRET 14" in phrase


@pytest.mark.parametrize("texte", ["", "123456789", "12345678901234", "12345678", "75001", "1234567890 rue", "3D" * 6])
def test_anything_else_is_not_a_wrong_number(texte: str) -> None:
    assert numeros.mal_ecrit(texte) is None


@pytest.mark.parametrize("vue", ["entreprises", "etablissements"])
def test_a_valid_number_opens_its_sheet_whatever_the_view(client: Client, univers: Univers, vue: str) -> None:
    siren = univers.entreprise("VERGNAUD")
    brest = univers.etablissement(siren, 2, **BREST)
    univers.indexer()
    client.get(f"/recherche?q=vergnaud&vue={vue}")  # the view is remembered
    for ecrit in (siren, f"{siren[:3]} {siren[3:6]} {siren[6:]}", tva_intracommunautaire(siren), f"SIREN : {siren}"):
        assert client.get("/recherche", {"q": ecrit}).headers["Location"] == f"/entreprise/{siren}"
        assert (
            client.get("/recherche", {"q": ecrit, "vue": vue, "departement": "01"}).headers["Location"].endswith(siren)
        )
    assert client.get("/recherche", {"q": brest}).headers["Location"] == f"/etablissement/{brest}"


def test_a_number_ill_typed_says_so_and_offers_the_company_it_begins_with(client: Client, univers: Univers) -> None:
    siren = univers.entreprise("VERGNAUD")
    univers.indexer()
    siret = f.siret_no(siren)
    court = client.get("/recherche", {"q": siret[:13]}, follow=True).content.decode()
    assert "13 chiffres" in court
    assert f"/etablissement/{siret}" in court
    faux = siret[:13] + str((int(siret[13]) + 1) % 10)
    invalide = client.get("/recherche", {"q": faux}, follow=True).content.decode()
    assert "clé de contrôle ne correspond pas" in invalide
    for html in (court, invalide):
        assert f"/entreprise/{siren}" in html
    inconnu = f.siret_no(siren, 7)[:13]
    assert f"/entreprise/{siren}" in client.get("/recherche", {"q": inconnu}, follow=True).content.decode()
    assert not [*parcours.parcourir(Requete(q=inconnu))]


def test_the_beginning_of_a_siren_gives_suggestions_and_results(univers: Univers) -> None:
    siren = univers.entreprise("VERGNAUD")
    masquee = univers.personne("SECRETAN", "ODILE", statut_diffusion="P")
    univers.indexer()
    proposes = [s.siren for s in selectors.suggerer(siren[:8])]
    assert siren in proposes
    assert masquee not in proposes
    assert [s.siren for s in selectors.suggerer(siren[:3])] == [siren]
    assert selectors.suggerer(siren[:2]) == []
    trouves = selectors.rechercher(Requete.depuis(QueryDict(f"q={siren[:8]}")))
    assert [r.entreprise.siren for r in trouves.resultats] == [siren]
    assert trouves.approchants
    assert siren[:8] in (trouves.conseil or "")


@given(st.integers(10**9, 10**13 - 1).map(str))
def test_a11_the_beginning_of_a_siret_keeps_those_that_begin_so(chiffres: str) -> None:
    assert numeros.commencant_ainsi(Question("entreprises"), chiffres) is None
    question = numeros.commencant_ainsi(Question("etablissements"), chiffres)
    assert question is not None
    assert question.entre is not None
    premier, dernier = (f"{n:014d}" for n in question.entre)
    assert premier.startswith(chiffres)
    assert dernier.startswith(chiffres)
    assert not f"{int(dernier) + 1:014d}".startswith(chiffres)


@pytest.mark.parametrize("longueur", [10, 11, 12, 13])
def test_a11_ten_to_thirteen_digits_give_the_establishments_that_begin_so(
    client: Client, univers: Univers, longueur: int
) -> None:
    siren = univers.entreprise("VERGNAUD")
    ferme = univers.etablissement(siren, 2, **BREST, etat_administratif="F")
    autre = univers.entreprise("AUTRE MAISON")
    univers.indexer()
    attendus = {s for s in (f.siret_no(siren, 1), ferme) if s.startswith(ferme[:longueur])}
    for ecrit in (ferme[:longueur], f"{siren[:3]} {siren[3:6]} {siren[6:]} {ferme[9:longueur]}"):
        html = client.get("/recherche", {"q": ecrit}, follow=True).content.decode()
        assert {
            s for s in (f.siret_no(siren, 1), ferme, f.siret_no(autre, 1)) if f"/etablissement/{s}" in html
        } == attendus
        (groupe,) = suggestions.suggerer(ecrit, "/recherche")
        assert groupe.titre == "Établissements"
        assert {p.adresse for p in groupe.propositions} == {f"/etablissement/{s}" for s in attendus}
    trouves = selectors.rechercher(Requete.depuis(QueryDict(f"q={ferme[:longueur]}&etat=tous")))
    assert [r.entreprise.siren for r in trouves.resultats] == [siren]  # in the view of companies, theirs


def test_a11_the_beginning_of_the_number_of_somebody_masked_gives_nothing(client: Client, univers: Univers) -> None:
    masquee = univers.personne("SECRETAN", "ODILE", statut_diffusion="P")
    univers.indexer()
    siret = f.siret_no(masquee)
    for n in (5, 8, 10, 11, 13):
        assert not any(g.titre == "Établissements" for g in suggestions.suggerer(siret[:n], "/recherche"))
        html = client.get("/recherche", {"q": siret[:n]}, follow=True).content.decode()
        assert f"/etablissement/{siret}" not in html
        assert "SECRETAN" not in html


def test_a11_five_to_eight_digits_give_the_companies_that_begin_so_closed_ones_too(
    client: Client, univers: Univers
) -> None:
    siren = univers.entreprise("VERGNAUD", etat_administratif="C")
    univers.indexer()
    for n in (5, 6, 8):
        html = client.get("/recherche", {"q": siren[:n]}, follow=True).content.decode()
        assert f"/entreprise/{siren}" in html
