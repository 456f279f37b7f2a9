"""Results page, suggestions and exports, on results that the tests make up."""

import csv
import io
from dataclasses import replace

import openpyxl
import pytest
from django.test import Client

from fce.imports import selectors as sources_en_place
from fce.recherche import exports, page, selectors, suggestions
from fce.recherche.requete import Requete
from fce.recherche.selectors import Facette, Resultat, Resultats, Suggestion
from fce.socle.erreurs import IndexIndisponible
from fce.socle.pages import numeros
from tests.portail import fabriques
from tests.portail.pages import verifier

HOSTILES = ["=1+1", "+33", "-2", "@SOMME(A1)", "\t=1", '=HYPERLINK("http://e.x";"x")', " =1", "\n=1"]


@pytest.fixture
def trouver(monkeypatch: pytest.MonkeyPatch):
    """Make the search answer what a test gives; return the queries received."""
    recues: list[Requete] = []

    def poser(*trouves: Resultat, **champs: object) -> list[Requete]:
        defaut = Resultats(total=len(trouves), page=1, pages=1, resultats=list(trouves))

        def rechercher(requete: Requete, *_: object, **__: object) -> Resultats:
            recues.append(requete)
            return replace(defaut, **champs)

        monkeypatch.setattr(selectors, "rechercher", rechercher)
        monkeypatch.setattr(selectors, "suggerer", lambda texte, limite=8: [])
        monkeypatch.setattr(selectors, "comprendre", lambda requete, lieux: requete)
        monkeypatch.setattr(selectors, "autrement", lambda requete, lieux, ici, machine: [])
        monkeypatch.setattr(selectors, "parcourir", lambda requete: iter([list(trouves)]))
        monkeypatch.setattr(sources_en_place, "versions", dict)
        return recues

    return poser


def resultat(**champs: object) -> Resultat:
    return Resultat(fabriques.entreprise(), fabriques.etablissement(), **champs)


@pytest.mark.parametrize("vue", ["entreprises", "etablissements"])
@pytest.mark.parametrize("affichage", ["liste", "tableau"])
def test_a_result_says_who_or_how_many_and_why(client: Client, trouver, vue: str, affichage: str) -> None:
    trouver(resultat(motif="Enseigne : LES PRIMEURS"), Resultat(fabriques.personne_masquee("443061841")))
    reponse = client.get("/recherche", {"q": "primeurs", "vue": vue, "affichage": affichage})
    html = reponse.content.decode()
    verifier(html)
    for attendu in ("PRIMEURS DU BEFFROI", "Lille", "10 à 19 salariés", "732 829 320", "Commerce de détail de fruits"):
        assert attendu in html
    if affichage == "liste":
        assert "Enseigne : LES PRIMEURS" in html
    assert "/recherche/export.xlsx?q=primeurs" in html
    assert "/recherche/export.csv?q=primeurs" in html


def test_when_nothing_is_asked_the_page_says_what_to_do(client: Client) -> None:
    html = client.get("/recherche").content.decode()
    verifier(html)
    assert "Saisissez un nom" in html


def test_an_exact_number_goes_straight_to_the_sheet(client: Client, trouver) -> None:
    trouver(redirection="/entreprise/732829320")
    assert client.get("/recherche?q=732829320").headers["Location"] == "/entreprise/732829320"
    reponse = client.get("/recherche?q=732829320", headers={"hx-request": "true"})
    assert reponse.headers["HX-Redirect"] == "/entreprise/732829320"


def test_no_result_says_what_was_tried_and_which_filter_to_lift(
    client: Client, trouver, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouver(conseil="Sans le filtre de lieu, la recherche donne 12 résultats.", pages=0)
    proche = Suggestion("732829320", "PRIMEURS DU BEFFROI", "Lille", None, None, "A")
    monkeypatch.setattr(selectors, "suggerer", lambda texte, limite=8: [proche] if texte == "primeurs" else [])
    html = client.get("/recherche?q=primeurs+xyz&departement=2A").content.decode()
    verifier(html)
    for attendu in (
        "Aucun résultat",
        "Sans le filtre de lieu",
        "Corse-du-Sud (2A)",
        "PRIMEURS DU BEFFROI",
        "sans aucun filtre",
    ):
        assert attendu in html


def test_approximate_results_are_announced(client: Client, trouver) -> None:
    trouver(resultat(), approchants=True)
    assert "Résultats approchants" in client.get("/recherche?q=primeur").content.decode()


def test_each_active_filter_is_taken_off_alone(client: Client, trouver) -> None:
    trouver(resultat(), page=3, pages=3, total=60)
    html = client.get(
        "/recherche?q=x&departement=59&departement=62&tranche_effectif=11&page=3&etat=tous"
    ).content.decode()
    liens = verifier(html).liens
    assert "?q=x&vue=entreprises&departement=62&tranche_effectif=11&etat=tous" in liens
    assert "?q=x&vue=entreprises&departement=59&departement=62&etat=tous" in liens
    assert "?q=x&vue=entreprises&departement=59&departement=62&tranche_effectif=11" in liens


def test_facets_tick_what_is_asked_for(client: Client, trouver) -> None:
    facettes = {"categorie": [Facette("PME", "PME", 1234, True), Facette("GE", "GE", 2, False)]}
    trouver(resultat(), facettes=facettes)
    html = client.get("/recherche?q=x&categorie=PME").content.decode()
    assert "1\u202f234" in html
    assert html.split('id="f-categorie-PME"')[1].split(">")[0].split()[-1] == "checked"
    assert "checked" not in html.split('id="f-categorie-GE"')[1].split(">")[0]


def test_the_view_and_the_presentation_are_remembered_and_the_address_says_so(client: Client, trouver) -> None:
    trouver(resultat())
    client.get("/recherche?q=x&vue=etablissements&affichage=tableau")
    reponse = client.get("/recherche?q=y")
    assert reponse.status_code == 302
    assert reponse.headers["Location"] == "/recherche?q=y&vue=etablissements&affichage=tableau"
    client.get("/recherche?q=x&vue=entreprises&affichage=liste")
    assert client.get("/recherche?q=y").status_code == 200


def test_an_activity_typed_in_words_becomes_a_code_and_empty_fields_vanish(client: Client) -> None:
    reponse = client.get("/recherche", {"q": "x", "lieu": "", "activite": "programmation informatique", "siege": ""})
    assert reponse.headers["Location"] == "/recherche?q=x&naf=62.01Z"
    assert client.get("/recherche", {"q": "x", "activite": "zzzz"}, follow=True).status_code == 400


def test_the_ticked_sub_class_replaces_its_section(client: Client) -> None:
    assert client.get("/recherche?q=x&naf=G&naf=47.21Z&naf=J").headers["Location"] == "/recherche?q=x&naf=47.21Z&naf=J"


def test_a_page_too_far_leads_to_the_last(client: Client, trouver) -> None:
    trouver(total=45, pages=3, page=400)
    assert client.get("/recherche?q=x&page=400").headers["Location"] == "/recherche?q=x&vue=entreprises&page=3"


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


def test_hostile_texts_are_made_inert(client: Client, trouver) -> None:
    nom = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    trouver(Resultat(fabriques.entreprise(nom=nom, sigle=nom), motif=nom))
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


def test_without_an_index_the_page_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def sans_index(requete: Requete, *_: object, **__: object) -> Resultats:
        raise IndexIndisponible("La recherche n’est pas encore prête.")

    monkeypatch.setattr(selectors, "rechercher", sans_index)
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


def test_the_csv_carries_all_results_with_identifiers_as_text(client: Client, trouver) -> None:
    trouver(Resultat(fabriques.entreprise(siren="005880596")), Resultat(fabriques.personne_masquee()))
    premiere, seconde = lire_csv(client, "/recherche/export.csv?q=x")
    assert premiere["SIREN"] == "005880596"
    assert premiere["Département du siège"] == "59"
    assert premiere["Diffusion partielle"] == "non"
    assert (seconde["Nom"], seconde["Commune du siège"], seconde["Diffusion partielle"]) == (
        "Personne masquée",
        "",
        "oui",
    )


def test_the_establishments_view_exports_establishments(client: Client, trouver) -> None:
    trouver(resultat())
    (ligne,) = lire_csv(client, "/recherche/export.csv?q=x&vue=etablissements")
    assert (ligne["SIRET"], ligne["Entreprise"], ligne["Siège"]) == (fabriques.SIRET, "PRIMEURS DU BEFFROI", "oui")


@pytest.mark.parametrize("formule", HOSTILES)
def test_no_cell_is_a_formula(client: Client, trouver, formule: str) -> None:
    trouver(Resultat(fabriques.entreprise(nom=formule)))
    (ligne,) = lire_csv(client, "/recherche/export.csv?q=x")
    assert ligne["Nom"].startswith("'")
    feuille = lire_xlsx(client, "/recherche/export.xlsx?q=x")["Résultats"]
    assert feuille["B2"].data_type == "s"
    assert feuille["B2"].hyperlink is None


def test_the_workbook_says_where_its_rows_come_from(client: Client, trouver) -> None:
    trouver(Resultat(fabriques.entreprise(siren="005880596")))
    classeur = lire_xlsx(client, "/recherche/export.xlsx?q=primeurs&departement=59&affichage=tableau")
    assert (classeur["Résultats"]["A1"].value, classeur["Résultats"]["A2"].value) == ("SIREN", "005880596")
    provenance = {ligne[0]: ligne[1] for ligne in classeur["Provenance"].iter_rows(values_only=True)}
    assert provenance["Recherche"] == "primeurs"
    assert provenance["Département"] == "Nord (59)"
    assert provenance["Lignes"] == 1
    assert provenance["Adresse de la recherche"].endswith("/recherche?q=primeurs&vue=entreprises&departement=59")


def test_an_absent_index_gives_an_error_page_and_not_an_empty_file(client: Client, monkeypatch) -> None:
    def sans_index(requete: Requete):
        raise IndexIndisponible("La recherche n’est pas encore prête.")
        yield

    monkeypatch.setattr(selectors, "parcourir", sans_index)
    for adresse in ("/recherche/export.csv?q=x", "/recherche/export.xlsx?q=x"):
        assert client.get(adresse).status_code == 503
