"""What a sheet gives to programs and to shared links: public facts only, and nothing of a masked unit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF, SKOS

from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c

# rdflib warns of its own reader of JSON-LD.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.catalogue,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib"),
]
SIREN = f.siren_no(1)
FICHE = URIRef(f"http://testserver/entreprise/{SIREN}")
LEGAL, SCHEMA = Namespace("http://www.w3.org/ns/legal#"), Namespace("https://schema.org/")
ADMS, LOCN = Namespace("http://www.w3.org/ns/adms#"), Namespace("http://www.w3.org/ns/locn#")
CV = Namespace("http://data.europa.eu/m8g/")


def peupler(**unite: Any) -> None:
    f.unites(f.unite(SIREN, **{"denomination": "FORGES DU NORD", "date_creation": "2001-02-03"} | unite))
    f.lieux(f.lieu(SIREN, code_commune="59350", libelle_commune="LILLE", code_postal="59000"))
    avis = {"siren": SIREN, "id": "A1", "famille": "modification", "type_avis": "annonce"}
    tribunal = "Greffe du Tribunal de Commerce de Lille-Métropole"
    f.charger("bodacc", [avis | {"date_parution": date(2025, 1, 2), "tribunal": tribunal}])


def graphe() -> Graph:
    reponse = Client().get(f"/entreprise/{SIREN}.jsonld")
    assert (reponse.status_code, reponse.headers["Content-Type"]) == (200, "application/ld+json")
    return Graph().parse(data=reponse.content, format="json-ld")


def test_a_company_is_a_legal_entity_with_its_numbers_its_name_and_its_address() -> None:
    peupler()
    lu = graphe()
    assert (FICHE, RDF.type, LEGAL.LegalEntity) in lu
    assert (FICHE, LEGAL.legalName, Literal("FORGES DU NORD", lang="fr")) in lu
    assert (FICHE, SCHEMA.iso6523Code, Literal(f"0002:{SIREN}")) in lu
    assert lu.value(FICHE, CV.registrationDate).toPython() == date(2001, 2, 3)
    siren = lu.value(FICHE, LEGAL.legalIdentifier)
    assert lu.value(siren, SKOS.notation) == Literal(SIREN)
    autres = {str(lu.value(x, SKOS.notation)) for x in lu.objects(FICHE, ADMS.identifier)}
    assert {x[:2] for x in autres} == {"FR"}
    assert any(x.endswith(f".{SIREN}") for x in autres), "the EUID, from the court of the notice"
    assert any(x.endswith(SIREN) and "." not in x for x in autres), "the VAT number"
    assert lu.value(lu.value(FICHE, CV.registeredAddress), LOCN.postName) == Literal("LILLE")


def test_a_sole_trader_is_no_legal_entity() -> None:
    peupler(categorie_juridique="1000", denomination=None, nom="LUSTRIZAC", prenom_usuel="Jean")
    lu = graphe()
    assert (FICHE, RDF.type, LEGAL.LegalEntity) not in lu
    assert (FICHE, SCHEMA.iso6523Code, Literal(f"0002:{SIREN}")) in lu


@pytest.mark.parametrize("categorie", ["5710", "1000"])
def test_nothing_of_a_masked_unit_is_given_to_programs_nor_to_shared_links(categorie: str) -> None:
    peupler(statut_diffusion="P", categorie_juridique=categorie)
    refus = Client().get(f"/entreprise/{SIREN}.jsonld")
    assert refus.status_code == 404
    for numero in (f"entreprise/{SIREN}", f"etablissement/{f.siret_no(SIREN)}"):
        page = Client().get(f"/{numero}").content.decode()
        assert "og:" not in page
        assert "ld+json" not in page
    assert "FORGES DU NORD" not in refus.content.decode()


def test_a_shared_link_says_who_and_where_for_everyone_and_nothing_of_the_page_of_an_agent() -> None:
    peupler()
    page = Client().get(f"/entreprise/{SIREN}").content.decode()
    assert '<meta property="og:title" content="FORGES DU NORD – ' in page
    assert "Entreprise à LILLE" in page
    assert f'<link rel="alternate" type="application/ld+json" href="/entreprise/{SIREN}.jsonld">' in page
    assert finders.find("fce/partage.png")
    agente = c.client_de(c.compte())
    assert "og:title" not in agente.get(f"/entreprise/{SIREN}").content.decode()


def test_an_unknown_number_has_no_description() -> None:
    peupler()
    assert Client().get(f"/entreprise/{f.siren_no(77)}.jsonld").status_code == 404
