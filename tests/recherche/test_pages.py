"""Results page, suggestions and exports."""

import csv
import io
import re
from typing import Any

import openpyxl
import pytest
from django.test import Client

from fce.recherche.question.requete import Requete
from fce.recherche.reponse import exports, page, suggestions
from fce.socle.texte.identifiants import formater_siren
from fce.socle.web.pages import numeros
from tests.donnees.entreprises import fabrique as f
from tests.recherche.univers import LILLE, Univers
from tests.service.portail.pages import verifier

pytestmark = pytest.mark.django_db
HOSTILES = ["=1+1", "+33", "-2", "@SOMME(A1)", "\t=1", '=HYPERLINK("http://e.x";"x")', " =1", "\n=1"]


PORTES = {
    "tranche_effectifs": "11",
    "annee_effectifs": 2023,
    "activite_principale": "47.21Z",
    "nomenclature_activite_principale": "NAFRev2",
}


@pytest.fixture
def primeurs(univers: Univers) -> str:
    """SIREN of a company of Lille, alone in the index."""
    siren = univers.entreprise(
        "PRIMEURS DU BEFFROI",
        {"enseigne_1": "LES HALLES", **PORTES},
        **PORTES,
    )
    univers.indexer()
    return siren


def moulins(univers: Univers, nombre: int, **champs: Any) -> None:
    for n in range(nombre):
        univers.entreprise(f"MOULIN {n}", **champs)
    univers.indexer()


@pytest.mark.parametrize("vue", ["entreprises", "etablissements"])
@pytest.mark.parametrize("affichage", ["liste", "tableau"])
def test_a_result_says_who_or_how_many_and_why(client: Client, primeurs: str, vue: str, affichage: str) -> None:
    reponse = client.get("/recherche", {"q": "halles", "vue": vue, "affichage": affichage})
    html = reponse.content.decode()
    verifier(html)
    for attendu in (
        *("PRIMEURS DU BEFFROI", "LILLE", "10 à 19 salariés", formater_siren(primeurs)),
        "Commerce de détail de fruits",
    ):
        assert attendu in html, attendu
    if affichage == "liste" and vue == "entreprises":
        assert "LES HALLES" in html
    assert "/recherche/export.xlsx?q=halles" in html
    assert "/recherche/export.csv?q=halles" in html


def test_when_nothing_is_asked_the_page_says_what_to_do(client: Client) -> None:
    html = client.get("/recherche").content.decode()
    verifier(html)
    assert "Saisissez un nom" in html


def test_an_exact_number_goes_straight_to_the_sheet(client: Client, primeurs: str) -> None:
    assert client.get(f"/recherche?q={primeurs}").headers["Location"] == f"/entreprise/{primeurs}"
    reponse = client.get(f"/recherche?q={primeurs}", headers={"hx-request": "true"})
    assert reponse.headers["HX-Redirect"] == f"/entreprise/{primeurs}"


def test_no_result_says_what_was_tried_and_which_filter_to_lift(client: Client, primeurs: str) -> None:
    html = client.get("/recherche?q=primeurs&departement=2A").content.decode()
    verifier(html)
    for attendu in (
        "Aucune entreprise « primeurs » en Corse-du-Sud",
        "Retirer « Corse-du-Sud (2A) »",
        "Corse-du-Sud (2A)",
        "PRIMEURS DU BEFFROI",
        "1 entreprise « primeurs » en France",
    ):
        assert attendu in html, attendu


def test_approximate_results_are_announced(client: Client, primeurs: str) -> None:
    assert "Résultats approchants" in client.get("/recherche?q=primeurz").content.decode()


def test_each_active_filter_is_taken_off_alone(client: Client, univers: Univers) -> None:
    moulins(univers, 45, tranche_effectifs="11")
    html = client.get(
        "/recherche?q=moulin&departement=59&departement=62&tranche_effectif=11&page=3&etat=tous"
    ).content.decode()
    liens = verifier(html).liens
    assert "?q=moulin&vue=entreprises&departement=62&tranche_effectif=11&etat=tous" in liens
    assert "?q=moulin&vue=entreprises&departement=59&departement=62&etat=tous" in liens
    assert "?q=moulin&vue=entreprises&departement=59&departement=62&tranche_effectif=11" in liens


def test_facets_tick_what_is_asked_for(client: Client, univers: Univers) -> None:
    univers.entreprise("MOULIN GRAND", categorie_entreprise="GE")
    moulins(univers, 2, categorie_entreprise="PME")
    html = client.get("/recherche?q=moulin&categorie=PME").content.decode()
    assert html.split('id="f-categorie-PME"')[1].split(">")[0].split()[-1] == "checked"
    assert "checked" not in html.split('id="f-categorie-GE"')[1].split(">")[0]
    nombres = re.findall(r'f-categorie-(\w+)">[^<]*</label><span class="fce-choix__nombre">.*?</span>(\d+)<', html)
    assert dict(nombres) == {"PME": "2", "GE": "1"}


def test_the_view_and_the_presentation_are_remembered_and_the_address_says_so(client: Client, primeurs: str) -> None:
    client.get("/recherche?q=x&vue=etablissements&affichage=tableau")
    reponse = client.get("/recherche?q=y")
    assert reponse.status_code == 302
    assert reponse.headers["Location"] == "/recherche?q=y&vue=etablissements&affichage=tableau"
    client.get("/recherche?q=x&vue=entreprises&affichage=liste")
    assert client.get("/recherche?q=y").status_code == 200


def test_the_beginning_of_a_siret_does_not_turn_later_searches_to_establishments(client: Client, primeurs: str) -> None:
    reponse = client.get(f"/recherche?q={primeurs}00", follow=True)
    assert "vue=etablissements" in reponse.redirect_chain[-1][0]
    suite = client.get("/recherche?q=primeurs")
    assert suite.status_code == 200
    assert suite.context["requete"].vue == "entreprises"


@pytest.mark.parametrize("affichage", ["liste", "tableau"])
def test_only_what_differs_bears_a_badge(client: Client, univers: Univers, affichage: str) -> None:
    univers.entreprise("SCIERIE OUVERTE")
    univers.entreprise("SCIERIE FINIE", etat_administratif="C", date_debut="2025-03-31")
    univers.indexer()
    html = client.get(f"/recherche?q=scierie&etat=tous&affichage={affichage}").content.decode()
    assert "fr-badge--success" not in html
    assert '<span class="fr-badge fr-badge--sm">Cessée le 31/03/2025</span>' in html
    assert ("2 sur 2. Sans mention, l’entreprise est en activité." in html) is (affichage == "liste")


def test_a_masked_company_is_said_so_among_results(client: Client, univers: Univers) -> None:
    univers.entreprise("SCIERIE DISCRETE", statut_diffusion="P", categorie_juridique="5499")
    univers.indexer()
    html = client.get("/recherche?q=scierie").content.decode()
    assert '<span class="fr-badge fr-badge--sm fr-badge--no-icon">Diffusion partielle</span>' in html


def test_no_result_says_what_was_understood_and_each_word_or_filter_comes_off_in_one_tap(
    client: Client, univers: Univers
) -> None:
    moulins(univers, 3)
    html = " ".join(client.get("/recherche?q=moulin&tranche_effectif=53&departement=59").content.decode().split())
    assert "Compris : les mots « <bdi>moulin</bdi> »," in html
    lien, nombre = re.findall(r'href="\?([^"]*)"><bdi>Sans le filtre d’effectif</bdi> : (\d+) résultats', html)[0]
    ailleurs = client.get(f"/recherche?{lien.replace('&amp;', '&')}").context["resultats"]
    assert (int(nombre), ailleurs.total) == (3, 3)


def test_the_word_that_prevents_a_result_is_offered_to_be_left_out(client: Client, univers: Univers) -> None:
    moulins(univers, 3)
    html = client.get("/recherche?q=moulin+zzyxwq&vue=entreprises&tranche_effectif=53").content.decode()
    assert "Sans le mot" not in html, "it would find nothing either"
    html = client.get("/recherche?q=moulin+zzyxwq+lyrvane&vue=entreprises").content.decode()
    assert "<bdi>Sans le mot « zzyxwq »</bdi> : 3 résultats<" in html


def test_an_activity_typed_in_words_becomes_a_code_and_empty_fields_vanish(client: Client) -> None:
    reponse = client.get("/recherche", {"q": "x", "lieu": "", "activite": "programmation informatique", "siege": ""})
    assert reponse.headers["Location"] == "/recherche?q=x&naf=62.01Z"
    assert client.get("/recherche", {"q": "x", "activite": "zzzz"}, follow=True).status_code == 400


def test_the_ticked_sub_class_replaces_its_section(client: Client) -> None:
    assert client.get("/recherche?q=x&naf=G&naf=47.21Z&naf=J").headers["Location"] == "/recherche?q=x&naf=47.21Z&naf=J"


def test_a_page_too_far_leads_to_the_last(client: Client, univers: Univers) -> None:
    moulins(univers, 45)
    la = client.get("/recherche?q=moulin&page=400").headers["Location"]
    assert la == "/recherche?q=moulin&vue=entreprises&page=3"


def test_the_sort_of_the_table_is_reversed_at_the_second_click() -> None:
    colonne = page.entete(Requete(q="x", tri="effectif"), "tableau", "Effectif", "effectif")
    assert colonne.sens == "descending"
    assert "tri=-effectif" in colonne.adresse
    colonne = page.entete(Requete(q="x", tri="effectif", inverse=True), "tableau", "Effectif", "effectif")
    assert colonne.sens == "ascending"
    assert "tri=effectif" in colonne.adresse


@pytest.mark.parametrize(
    ("numero", "pages", "attendues"),
    [(1, 1, [1]), (1, 3, [1, 2, 3]), (5, 20, [1, None, 4, 5, 6, None, 20]), (500, 500, [1, None, 499, 500])],
)
def test_the_pages_offered(numero: int, pages: int, attendues: list[int | None]) -> None:
    assert numeros(numero, pages) == attendues


def test_hostile_texts_are_made_inert(client: Client, univers: Univers) -> None:
    nom = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    univers.entreprise(nom, {"enseigne_1": nom}, sigle=nom)
    univers.indexer()
    html = client.get("/recherche", {"q": nom + "\u202e\x00{{ 7*7 }}"}).content.decode()
    verifier(html)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "\u202e" not in html


@pytest.mark.parametrize(
    "adresse",
    [
        "/recherche?tri=password",
        "/recherche?creation_min=9999-99-99",
        "/recherche?vue=x",
        "/recherche/export.csv?etat=x",
    ],
)
def test_a_wrong_parameter_has_its_sentence(client: Client, adresse: str) -> None:
    reponse = client.get(adresse)
    assert reponse.status_code == 400
    verifier(reponse.content.decode())


def test_without_an_index_the_page_says_so(client: Client) -> None:
    reponse = client.get("/recherche?q=x")
    assert reponse.status_code == 503
    verifier(reponse.content.decode())


# --- Suggestions ------------------------------------------------------------------------------------------------------


def test_a_suggestion_names_the_company_its_town_and_its_size(client: Client, monkeypatch) -> None:
    entreprise = suggestions.Proposition(
        "PRIMEURS <B>", "/entreprise/732829320", ("Lille (59)", "10 à 19 salariés"), ("Sauvegarde",), cessee=True
    )
    groupes = [suggestions.GroupeDePropositions("Entreprises", (entreprise,))]
    monkeypatch.setattr(suggestions, "suggerer", lambda texte, resultats: groupes if len(texte) > 1 else [])
    html = client.get("/recherche/suggestions?q=prim").content.decode()
    assert "<html" not in html
    for attendu in (
        "PRIMEURS &lt;B&gt;",
        "Lille (59)",
        "10 à 19 salariés",
        "Cessée",
        "Sauvegarde",
        ">Entreprises<",
        'data-href="/entreprise/732829320"',
    ):
        assert attendu in html
    assert client.get("/recherche/suggestions?q=p").content.decode().strip() == ""
    assert client.get("/recherche/suggestions").content.decode().strip() == ""


def test_places_and_activities_are_suggested_by_name_or_number(client: Client) -> None:
    assert 'data-valeur="59350"' in client.get("/recherche/lieux?lieu=lille").content.decode()
    assert 'data-valeur="59"' in client.get("/recherche/lieux?lieu=59").content.decode()
    assert 'data-valeur="62.01Z"' in client.get("/recherche/activites?activite=programmation").content.decode()


# --- Exports ----------------------------------------------------------------------------------------------------------


def lire_csv(client: Client, adresse: str) -> list[dict[str, str]]:
    reponse = client.get(adresse)
    assert reponse.headers["Content-Type"].startswith("text/csv")
    contenu = b"".join(reponse.streaming_content)
    assert contenu.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(contenu.decode("utf-8-sig"), newline=""), delimiter=";"))


def lire_xlsx(client: Client, adresse: str) -> openpyxl.Workbook:
    reponse = client.get(adresse)
    assert reponse.headers["Content-Type"] == exports.XLSX
    return openpyxl.load_workbook(io.BytesIO(b"".join(reponse.streaming_content)))


def test_the_csv_carries_all_results_with_identifiers_as_text(client: Client, univers: Univers) -> None:
    for siren, statut in (("005880596", "O"), ("732829320", "P")):
        univers.unites.append(f.unite(siren, denomination=f"MOULIN {statut}", statut_diffusion=statut))
        univers.lieux.append(f.lieu(siren, **LILLE, numero_voie="12", statut_diffusion=statut))
    univers.indexer()
    lignes = {ligne["SIREN"]: ligne for ligne in lire_csv(client, "/recherche/export.csv?q=moulin")}
    assert lignes["005880596"]["Département du siège"] == "59"
    assert {siren: ligne["Diffusion partielle"] for siren, ligne in lignes.items()} == {
        "005880596": "non",
        "732829320": "oui",
    }
    classeur = lire_xlsx(client, "/recherche/export.xlsx?q=moulin+O")
    assert (classeur["Résultats"]["A1"].value, classeur["Résultats"]["A2"].value) == ("SIREN", "005880596")


def test_the_establishments_view_exports_establishments(client: Client, primeurs: str) -> None:
    (ligne,) = lire_csv(client, "/recherche/export.csv?q=primeurs&vue=etablissements")
    assert (ligne["SIRET"], ligne["Entreprise"], ligne["Siège"]) == (f.siret_no(primeurs), "PRIMEURS DU BEFFROI", "oui")


def test_no_cell_is_a_formula(client: Client, univers: Univers) -> None:
    for formule in HOSTILES:
        univers.entreprise(formule)
    univers.indexer()
    lignes = lire_csv(client, "/recherche/export.csv?departement=59")
    assert len(lignes) == len(HOSTILES)
    assert all(ligne["Nom"].startswith("'") for ligne in lignes)
    feuille = lire_xlsx(client, "/recherche/export.xlsx?departement=59")["Résultats"]
    noms = feuille["B"][1:]
    assert {(nom.data_type, nom.hyperlink) for nom in noms} == {("s", None)}
    assert len(noms) == len(HOSTILES)


def test_the_workbook_says_where_its_rows_come_from(client: Client, primeurs: str) -> None:
    classeur = lire_xlsx(client, "/recherche/export.xlsx?q=primeurs&departement=59&affichage=tableau")
    provenance = {ligne[0]: ligne[1] for ligne in classeur["Provenance"].iter_rows(values_only=True)}
    assert provenance["Recherche"] == "primeurs"
    assert provenance["Département"] == "Nord (59)"
    assert provenance["Lignes"] == 1
    assert provenance["Adresse de la recherche"].endswith("/recherche?q=primeurs&vue=entreprises&departement=59")


def test_an_absent_index_gives_an_error_page_and_not_an_empty_file(client: Client) -> None:
    for adresse in ("/recherche/export.csv?q=x", "/recherche/export.xlsx?q=x"):
        assert client.get(adresse).status_code == 503


def test_the_home_shows_companies_of_which_several_registers_speak(client: Client, univers: Univers) -> None:
    """Each company once, even when two examples could show it."""
    univers.entreprise("SCIERIE SEULE")
    mesuree, classee = univers.entreprise("SCIERIE MESUREE"), univers.entreprise("SCIERIE CLASSEE")
    univers.fait("egapro", siren=mesuree, annee=2025)
    univers.fait("marches-publics", siren=mesuree, uid="1", titulaire="x")
    univers.fait("accords-publies", id="A1", siret=f.siret_no(mesuree, 1))
    for siren in (mesuree, classee):
        univers.fait("icpe-seveso", siret=f.siret_no(siren, 1), statut_seveso="Seveso seuil haut")
    univers.indexer()
    exemples = client.get("/").context["exemples"]
    assert {(e.genre, e.entreprise.nom) for e in exemples} == {
        ("Index égalité, accords et marchés publics", "SCIERIE MESUREE"),
        ("Site Seveso, avec ses inspections", "SCIERIE CLASSEE"),
    }
