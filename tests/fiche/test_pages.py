"""The two sheets as pages: what is shown, to whom a number leads, and what a masked unit never gets."""

from dataclasses import replace

import pytest
from django.test import Client

from fce.droits.acteurs import ANONYME
from fce.entreprises import selectors as entreprises
from fce.fiche import selectors
from fce.fiche.contenu import Redirection
from fce.fiche.page.chapitres import FiltreEtablissements
from fce.socle.erreurs import Introuvable
from fce.sources.onglets import TOUT
from tests.portail import fabriques
from tests.portail.fabriques import SIREN, SIRET
from tests.portail.pages import verifier

AVIS_INSEE = "api-avis-situation-sirene.insee.fr"


@pytest.fixture
def fiche(monkeypatch: pytest.MonkeyPatch):
    """Make the selectors answer the sheet that a test builds; the arguments they received are kept."""
    appels = []

    def poser(entreprise=None, etablissement=None):
        def lire_entreprise(siren, **champs):
            appels.append((siren, champs))
            return entreprise

        monkeypatch.setattr(selectors, "fiche_entreprise", lire_entreprise)
        monkeypatch.setattr(selectors, "fiche_etablissement", lambda siret, **champs: etablissement)
        return appels

    return poser


def test_the_sheet_says_who_since_when_and_where_the_data_come_from(client: Client, fiche) -> None:
    fiche(fabriques.fiche_entreprise())
    html = client.get(f"/entreprise/{SIREN}/tout").content.decode()
    verifier(html)
    for attendu in (
        "PRIMEURS DU BEFFROI",
        "depuis le 02/05/2011",
        "732 829 320",
        "732 829 320 00074",
        "FR44732829320",
        "47.21Z – Commerce de détail de fruits et légumes",
        "Insee · Sirene",
        "au 31/10/2026",
        "importé le 02/11/2026",
        "Siège fermé",
        "Transfert du siège",
        "Aucune succession connue",
        f"https://annuaire-entreprises.data.gouv.fr/entreprise/{SIREN}",
        f"https://{AVIS_INSEE}/identification/pdf/{SIRET}",
    ):
        assert attendu in html


def test_the_sheet_of_an_establishment(client: Client, fiche) -> None:
    fiche(etablissement=fabriques.fiche_etablissement())
    html = client.get(f"/etablissement/{SIRET}/tout").content.decode()
    verifier(html)
    for attendu in ("LES PRIMEURS DU BEFFROI", "Siège de", "12 rue des Tilleuls", "Prédécesseur", "732 829 320 00066"):
        assert attendu in html


def test_a_masked_unit_is_not_indexable_and_has_no_avis_de_situation(client: Client, fiche) -> None:
    vue = fabriques.personne_masquee()
    fiche(fabriques.fiche_entreprise(vue), fabriques.fiche_etablissement(vue.siege))
    for adresse in (f"/entreprise/{SIREN}/tout", f"/etablissement/{SIRET}/tout"):
        reponse = client.get(adresse)
        page = verifier(reponse.content.decode())
        assert page.meta["robots"] == "noindex"
        assert reponse["X-Robots-Tag"] == "noindex"
        assert not [lien for lien in page.liens if AVIS_INSEE in lien]


def test_the_masked_head_office_of_a_diffusible_company_has_no_avis_de_situation(client: Client, fiche) -> None:
    siege = fabriques.etablissement(masque=True)
    fiche(fabriques.fiche_entreprise(fabriques.entreprise(siege=siege)))
    page = verifier(client.get(f"/entreprise/{SIREN}/tout").content.decode())
    assert not [lien for lien in page.liens if AVIS_INSEE in lien]


@pytest.mark.parametrize(
    ("adresse", "but"),
    [
        ("/entreprise/732 829 320", f"/entreprise/{SIREN}"),
        ("/entreprise/732.829.320", f"/entreprise/{SIREN}"),
        ("/entreprise/FR44732829320", f"/entreprise/{SIREN}"),
        (f"/entreprise/{SIRET}", f"/etablissement/{SIRET}"),
        ("/etablissement/732 829 320 00074", f"/etablissement/{SIRET}"),
        (f"/etablissement/{SIREN}", f"/entreprise/{SIREN}"),
    ],
)
def test_a_number_written_otherwise_leads_to_its_sheet(client: Client, adresse: str, but: str) -> None:
    reponse = client.get(adresse)
    assert (reponse.status_code, reponse["Location"]) == (301, but)


def test_the_former_siren_of_a_duplicate_leads_to_the_siren_in_use(client: Client, fiche) -> None:
    fiche(Redirection("552032534"))
    for suite in ("", "/tout", "/finances"):
        reponse = client.get(f"/entreprise/{SIREN}{suite}")
        assert (reponse.status_code, reponse["Location"]) == (301, f"/entreprise/552032534{suite}")


def test_a_page_of_the_list_shared_before_the_tabs_leads_to_the_one_that_has_it(client: Client) -> None:
    reponse = client.get(f"/entreprise/{SIREN}?texte=lille&page=2")
    assert (reponse.status_code, reponse["Location"]) == (302, f"/entreprise/{SIREN}/etablissements?texte=lille&page=2")


@pytest.mark.parametrize(
    ("adresse", "phrase"),
    [
        ("/entreprise/732829321", "clé de contrôle"),
        ("/etablissement/73282932000075", "clé de contrôle"),
        ("/entreprise/abc", "n’est pas un numéro SIREN"),
        ("/entreprise/732829320/x", "n’est pas un numéro SIREN"),
        ("/etablissement/12", "14 chiffres"),
        ("/entreprise/W751000000", "n’est pas un numéro SIREN"),
        ("/entreprise/７", "n’est pas un numéro SIREN"),
    ],
)
def test_an_impossible_number_has_its_page(client: Client, adresse: str, phrase: str) -> None:
    reponse = client.get(adresse)
    assert reponse.status_code == 400
    html = reponse.content.decode()
    verifier(html)
    assert "Numéro invalide" in html
    assert phrase in html
    assert 'name="q"' in html


def test_an_unknown_number_has_its_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def inconnu(siren, **champs):
        raise Introuvable("Aucune unité ne porte ce SIREN.")

    monkeypatch.setattr(selectors, "fiche_entreprise", inconnu)
    reponse = client.get(f"/entreprise/{SIREN}/tout")
    assert reponse.status_code == 404
    html = reponse.content.decode()
    verifier(html)
    assert "Aucune unité ne porte ce SIREN." in html
    assert 'name="q"' in html


def test_the_hostile_number_is_made_inert(client: Client) -> None:
    html = client.get("/entreprise/<script>alert(1)</script>").content.decode()
    verifier(html)
    assert "<script>alert" not in html


def test_a_hostile_name_is_made_inert(client: Client, fiche) -> None:
    nom = '</title><script>alert(1)</script>" onmouseover="x {{ 7*7 }}'
    vue = replace(fabriques.entreprise(), nom=nom, sigle=nom)
    fiche(fabriques.fiche_entreprise(vue))
    html = client.get(f"/entreprise/{SIREN}/tout").content.decode()
    verifier(html)
    assert "<script>alert" not in html
    assert "49" not in html.split("<h1>")[1].split("</h1>")[0]


def test_the_list_of_establishments_is_paged_filtered_and_shared(client: Client, fiche) -> None:
    appels = fiche(fabriques.fiche_entreprise(etablissements=fabriques.page_etablissements(20_000, page=3)))
    reponse = client.get(f"/entreprise/{SIREN}/tout", {"page": "3", "etat": "ouvert", "texte": " lille "})
    ((siren, demande),) = appels
    assert demande.pop("lecteur").acteur is ANONYME
    assert (demande.pop("onglet"), demande.pop("taille")) == (TOUT, entreprises.TAILLE_PAGE)
    assert (siren, demande) == (SIREN, {"page": 3, "etat": "A", "texte": "lille", "periode": 24, "avec_synthese": True})
    html = reponse.content.decode()
    page = verifier(html)
    assert "?texte=lille&etat=ouvert&page=4#etablissements" in page.liens
    assert "page 3 sur 800" in html


def test_htmx_receives_only_the_list(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        entreprises, "etablissements_de", lambda siren, page, **filtre: fabriques.page_etablissements(60, page)
    )
    reponse = client.get(
        f"/entreprise/{SIREN}?page=2", headers={"hx-request": "true", "hx-target": "liste-etablissements"}
    )
    html = reponse.content.decode()
    assert "<html" not in html
    assert html.count("<tr>") == 1 + 25
    assert "HX-Target" in reponse["Vary"]


def test_a_filter_without_an_answer_keeps_the_filter_at_hand(client: Client, fiche) -> None:
    vide = replace(fabriques.page_etablissements(3), etablissements=(), total=0)
    fiche(fabriques.fiche_entreprise(etablissements=vide))
    html = client.get(f"/entreprise/{SIREN}/tout?texte=introuvable").content.decode()
    assert "Aucun établissement ne correspond" in html
    assert 'value="introuvable"' in html


@pytest.mark.parametrize("page", ["0", "-1", "²", "1e3", "9" * 5000, "", "abc"])
def test_an_impossible_page_is_the_first_one(page: str) -> None:
    assert FiltreEtablissements.depuis({"page": page}).page == 1
