"""The two sheets as pages: what is shown, to whom a number leads, and what a masked unit never gets."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from fce.fiche.page.etablissements import FiltreEtablissements
from tests.donnees.entreprises import fabrique as f
from tests.service.portail.pages import verifier

pytestmark = pytest.mark.django_db
SIREN, SIRET, PREDECESSEUR = "732829320", "73282932000074", "73282932000066"
ANCIEN = "552032534"
AVIS_INSEE = "api-avis-situation-sirene.insee.fr"


def unite(**champs: Any) -> None:
    f.unites(
        f.unite(
            SIREN,
            **{
                "denomination": "PRIMEURS DU BEFFROI",
                "nic_siege": SIRET[9:],
                "date_creation": date(2011, 5, 2),
                "activite_principale": "47.21Z",
                "nomenclature_activite_principale": "NAFRev2",
                **champs,
            },
        )
    )


def siege(**champs: Any) -> dict[str, Any]:
    return {
        **f.lieu(SIREN, enseigne_1="LES PRIMEURS DU BEFFROI", libelle_commune="LILLE", code_commune="59350"),
        "siret": SIRET,
        "nic": SIRET[9:],
        "numero_voie": "12",
        "type_voie": "RUE",
        "libelle_voie": "DES TILLEULS",
        **champs,
    }


def peupler(nombre: int = 1) -> None:
    """The company and its establishments, all in Lille."""
    unite()
    f.lieux(siege(), *(f.lieu(SIREN, n, libelle_commune="LILLE", code_commune="59350") for n in range(10, 9 + nombre)))


def test_the_sheet_says_who_since_when_and_where_the_data_come_from(client: Client) -> None:
    unite()
    f.lieux(siege(etat_administratif="F", date_debut=date(2020, 2, 1)))
    f.periodes_unites(
        {"siren": SIREN, "date_debut": date(2011, 5, 2), "etat_administratif": "A", "nic_siege": "00066"},
        {"siren": SIREN, "date_debut": date(2019, 1, 1), "etat_administratif": "A", "nic_siege": SIRET[9:],
         "changement_nic_siege": True},
    )  # fmt: skip
    f.successions()
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
        f"https://annuaire-entreprises.data.gouv.fr/entreprise/{SIREN}",
        f"https://{AVIS_INSEE}/identification/pdf/{SIRET}",
    ):
        assert attendu in html, attendu


def test_the_sheet_of_an_establishment(client: Client) -> None:
    peupler()
    f.successions()
    assert "Aucun lien de succession connu" in client.get(f"/etablissement/{SIRET}/tout").content.decode()
    f.successions(
        {"siret_predecesseur": PREDECESSEUR, "siret_successeur": SIRET, "date_lien_succession": date(2019, 1, 1)}
    )
    html = client.get(f"/etablissement/{SIRET}/tout").content.decode()
    verifier(html)
    for attendu in ("LES PRIMEURS DU BEFFROI", "Siège de", "12 RUE DES TILLEULS", "Prédécesseur", "732 829 320 00066"):
        assert attendu in html, attendu


def test_a_masked_unit_is_not_indexable_and_has_no_avis_de_situation(client: Client) -> None:
    unite(statut_diffusion="P", categorie_juridique="1000")
    f.lieux(siege(statut_diffusion="P"))
    for adresse in (f"/entreprise/{SIREN}/tout", f"/etablissement/{SIRET}/tout"):
        reponse = client.get(adresse)
        page = verifier(reponse.content.decode())
        assert page.meta["robots"] == "noindex"
        assert reponse["X-Robots-Tag"] == "noindex"
        assert not [lien for lien in page.liens if AVIS_INSEE in lien]


def test_the_masked_head_office_of_a_diffusible_company_has_no_avis_de_situation(client: Client) -> None:
    unite()
    f.lieux(siege(statut_diffusion="P"))
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


def test_the_former_siren_of_a_duplicate_leads_to_the_siren_in_use(client: Client) -> None:
    peupler()
    f.doublons((ANCIEN, SIREN))
    for suite in ("", "/tout", "/finances"):
        reponse = client.get(f"/entreprise/{ANCIEN}{suite}")
        assert (reponse.status_code, reponse["Location"]) == (301, f"/entreprise/{SIREN}{suite}")


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


def test_an_unknown_number_has_its_page(client: Client) -> None:
    peupler()
    reponse = client.get(f"/entreprise/{ANCIEN}/tout")
    assert reponse.status_code == 404
    html = reponse.content.decode()
    verifier(html)
    assert "Aucune unité ne porte le SIREN 552 032 534" in html
    assert 'name="q"' in html


def test_the_hostile_number_is_made_inert(client: Client) -> None:
    html = client.get("/entreprise/<script>alert(1)</script>").content.decode()
    verifier(html)
    assert "<script>alert" not in html


def test_a_hostile_name_is_made_inert(client: Client) -> None:
    nom = '</title><script>alert(1)</script>" onmouseover="x {{ 7*7 }}'
    unite(denomination=nom, sigle=nom)
    f.lieux(siege())
    html = client.get(f"/entreprise/{SIREN}/tout").content.decode()
    verifier(html)
    assert "<script>alert" not in html
    assert "49" not in html.split("<h1>")[1].split("</h1>")[0]


def test_the_list_of_establishments_is_paged_filtered_and_shared(client: Client) -> None:
    peupler(100)
    reponse = client.get(f"/entreprise/{SIREN}/tout", {"page": "3", "etat": "ouvert", "texte": " lille "})
    html = reponse.content.decode()
    page = verifier(html)
    assert "?texte=lille&etat=ouvert&page=4#etablissements" in page.liens
    assert "page 3 sur 4" in html
    assert f"/etablissement/{f.siret_no(SIREN, 10 + 50 - 1)}" in page.liens


def test_htmx_receives_only_the_list(client: Client) -> None:
    peupler(60)
    reponse = client.get(
        f"/entreprise/{SIREN}?page=2", headers={"hx-request": "true", "hx-target": "liste-etablissements"}
    )
    html = reponse.content.decode()
    assert "<html" not in html
    assert html.count("<tr>") == 1 + 25
    assert "HX-Target" in reponse["Vary"]


def test_a_filter_without_an_answer_keeps_the_filter_at_hand(client: Client) -> None:
    peupler(3)
    html = client.get(f"/entreprise/{SIREN}/tout?texte=introuvable").content.decode()
    assert "Aucun établissement ne correspond" in html
    assert 'value="introuvable"' in html


@pytest.mark.parametrize("page", ["0", "-1", "²", "1e3", "9" * 5000, "", "abc"])
def test_an_impossible_page_is_the_first_one(page: str) -> None:
    assert FiltreEtablissements.depuis({"page": page}).page == 1
