"""The pages that every public service has: there, in French, without anything claimed that the audit does not say."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, strategies as st

from fce.droits.comptes.models import Appartenance, Compte
from fce.echanges.models import AlerteSuivi, Demande, Interaction, OperationConjointe, VisiteAnnoncee
from fce.service.portail import annonces
from fce.service.portail.models import (
    DemandeAssistance,
    FicheRecente,
    RetourUtilisateur,
    Signalement,
    TexteDePage,
    VolontaireRecherche,
)
from fce.service.portail.pages.declaration import declaration_en_vigueur, lire_audit
from fce.service.portail.pages.grille import CRITERES
from fce.socle.web.offres import plan_du_site
from fce.sources import registre
from tests.donnees.entreprises import fabrique as f
from tests.service.portail.pages import texte, verifier

PAGES = (
    *(
        "/",
        "/a-propos",
        "/aide",
        "/faq",
        "/naf-2025",
        "/plan-du-site",
        "/contact",
        "/mentions-legales",
        "/cgu",
        "/donnees-personnelles",
    ),
    *(
        "/cookies",
        "/accessibilite",
        "/securite",
        "/nouveautes",
        "/feuille-de-route",
        "/kit-de-communication",
        "/transparence",
        "/rejoindre",
    ),
    *("/producteurs", "/sources"),
)
MACHINES = {
    "/.well-known/security.txt": "text/plain",
    "/robots.txt": "text/plain",
    "/sitemap.xml": "application/xml",
    "/opensearch.xml": "application/opensearchdescription+xml",
    "/sante": "application/json",
}
OPERATEUR = {
    "/mentions-legales": {"exploitant", "directeur", "hebergeur", "contact"},
    "/donnees-personnelles": {"responsable", "delegue"},
    "/accessibilite": {"exploitant", "schema", "accessibilite"},
    "/securite": {"securite"},
    "/contact": {"contact"},
    "/cgu": {"conditions"},
    "/a-propos": {"exploitant"},
}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _neuf() -> Any:
    annonces.oublier()
    yield
    annonces.oublier()


@pytest.mark.parametrize("adresse", PAGES)
def test_each_page_is_there_and_is_not_filler(client: Client, adresse: str) -> None:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    html = texte(reponse)
    verifier(html)
    assert 'name="q"' in html
    assert not re.search(r"lorem|ipsum|\bTODO\b|à rédiger|bientôt disponible|en construction", html, re.I)


@pytest.mark.parametrize(("adresse", "genre"), MACHINES.items())
def test_what_machines_read_is_there(client: Client, adresse: str, genre: str) -> None:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    assert reponse["Content-Type"].startswith(genre)


@pytest.mark.parametrize("adresse", PAGES)
def test_the_foot_of_every_page_leads_to_the_obligatory_ones_with_the_exact_mention(
    client: Client, adresse: str
) -> None:
    html = texte(client.get(adresse))
    pied = html[html.index('id="pied"') :]
    for voulue in (
        "plan-du-site",
        "accessibilite",
        "mentions-legales",
        "donnees-personnelles",
        "cookies",
        "cgu",
        "contact",
        "aide",
    ):
        assert f'href="/{voulue}"' in pied, voulue
    mentions = re.findall(r'href="/accessibilite">(.*?)</a>', pied)
    assert mentions == [declaration_en_vigueur().mention]
    assert mentions[0] in {f"Accessibilité : {e} conforme" for e in ("non", "partiellement", "totalement")}


@pytest.mark.parametrize(("adresse", "cles"), OPERATEUR.items())
def test_what_the_operator_must_write_is_said_where_it_is_missing_then_shown(
    client: Client, adresse: str, cles: set[str]
) -> None:
    assert texte(client.get(adresse)).count("À compléter par l’opérateur") == len(cles)
    annonces.retenir(textes={cle: f"Ceci est *{cle}*." for cle in cles})
    html = texte(client.get(adresse))
    assert "À compléter par l’opérateur" not in html
    assert all(f"Ceci est <em>{cle}</em>." in html for cle in cles)


def test_the_blanks_of_the_operator_are_listed_in_one_document() -> None:
    document = (Path(__file__).resolve().parents[3] / "docs/exploitation/textes.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", document, re.M)) == set(TexteDePage.Cle.values)
    assert set().union(*OPERATEUR.values()) | {"accueil"} == set(TexteDePage.Cle.values)


def test_the_legal_notice_cites_every_source(client: Client) -> None:
    html = texte(client.get("/mentions-legales"))
    for source in registre.toutes():
        assert source.titre.split("'")[0].split("&")[0] in html, source.nom


def test_the_map_of_the_site_and_the_one_of_machines_list_pages_that_answer(client: Client) -> None:
    plan = texte(client.get("/plan-du-site"))
    adresses = [p.adresse for pages in plan_du_site().values() for p in pages]
    assert len(adresses) >= 20
    for adresse in adresses:
        assert f'href="{adresse}"' in plan
        assert client.get(adresse).status_code == 200, adresse


def test_no_company_masked_or_not_is_in_the_sitemap(client: Client) -> None:
    masquee, ouverte = f.siren_no(1), f.siren_no(2)
    f.unites(f.unite(masquee, statut_diffusion="P"), f.unite(ouverte, denomination="VERGERS INVENTES"))
    f.lieux(f.lieu(masquee), f.lieu(ouverte))
    xml = texte(client.get("/sitemap.xml"))
    adresses = [x.text or "" for x in ElementTree.fromstring(xml).iter() if x.tag.endswith("loc")]
    assert len(adresses) > 80
    assert not [a for a in adresses if re.search(r"/(entreprise|etablissement)/|\d{9}", a)]
    robots = texte(client.get("/robots.txt"))
    for ferme in ("/entreprise/", "/etablissement/", "/recherche"):
        assert f"Disallow: {ferme}\n" in robots
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in robots


def test_browsers_are_told_where_to_search(client: Client) -> None:
    (lien,) = re.findall(r'<link rel="search"[^>]*href="([^"]+)"', texte(client.get("/")))
    decrite = ElementTree.fromstring(texte(client.get(lien)))
    (modele,) = [u.get("template") for u in decrite if u.get("type") == "text/html"]
    assert modele == f"http://127.0.0.1:8000{reverse('recherche:resultats')}?q={{searchTerms}}"


def test_security_txt_holds_what_the_rfc_asks_for_and_is_never_out_of_date(client: Client) -> None:
    champs = dict(ligne.split(": ", 1) for ligne in texte(client.get("/.well-known/security.txt")).splitlines())
    assert champs["Contact"].startswith("http")
    expire = datetime.fromisoformat(champs["Expires"])
    assert 0 < (expire - datetime.now(UTC)).days < 366
    assert champs["Canonical"].endswith("/.well-known/security.txt")


def audit(**etats: str) -> dict[str, Any]:
    """Every criterion conform but those named: {"c1_1": "NC"}."""
    criteres = dict.fromkeys(CRITERES, "C") | {n[1:].replace("_", "."): e for n, e in etats.items()}
    return {"date": "2026-03-01", "auditeur": "A", "referentiel": "RGAA 4.1.2", "pages": [], "derogations": [],
            "criteres": criteres}  # fmt: skip


def test_totally_conform_is_said_of_a_whole_audit_without_a_fault_alone() -> None:
    assert lire_audit(audit()).etat == "totalement conforme"
    assert lire_audit(audit(c1_1="NC")).etat == "partiellement conforme"
    assert lire_audit(audit(c1_1="NT")).etat == "non conforme"
    assert lire_audit(audit(c1_1="NA")).etat == "totalement conforme"


@given(st.lists(st.sampled_from(["C", "NC", "NA", "NT"]), min_size=106, max_size=106))
def test_what_is_declared_never_says_more_than_the_audit(etats: list[str]) -> None:
    lue = lire_audit({**audit(), "criteres": dict(zip(CRITERES, etats, strict=True))})
    applicables = etats.count("C") + etats.count("NC")
    if "NT" in etats or not applicables or etats.count("C") < applicables / 2:
        assert lue.etat == "non conforme"
    elif "NC" in etats:
        assert lue.etat == "partiellement conforme"


@pytest.mark.parametrize(
    "faux", [{"1.1": "C"}, dict.fromkeys(CRITERES, "oui"), {**dict.fromkeys(CRITERES, "C"), "14.1": "C"}]
)
def test_an_audit_that_forgets_or_invents_is_refused(faux: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="106"):
        lire_audit({**audit(), "criteres": faux})


def test_a_declaration_holds_three_years_even_of_a_29_february() -> None:
    assert lire_audit({**audit(), "date": "2028-02-29"}).valable_jusqu_au == date(2031, 2, 28)


def test_the_page_of_personal_data_says_the_times_of_the_tables(client: Client) -> None:
    html = texte(client.get("/donnees-personnelles"))
    for modele, personnes, phrase, jours in (
        (Compte, "Personnes connectées", "Trois ans sans connexion", 3 * 365),
        (Appartenance, "Agents", "Trois ans après leur fin", 3 * 365),
        (Interaction, "Agents, personnes qu’un texte nommerait", "Contacts et opérations trois ans", 3 * 365),
        (OperationConjointe, "Agents, personnes qu’un texte nommerait", "Contacts et opérations trois ans", 3 * 365),
        (VisiteAnnoncee, "Agents, personnes qu’un texte nommerait", "visites soixante jours", 60),
        (Demande, "Agents, personnes qu’un texte nommerait", "demandes un an après leur clôture", 365),
        (AlerteSuivi, "Agents", "alertes quatre-vingt-dix jours", 90),
        (FicheRecente, "Agents", "Quatre-vingt-dix jours, ou", 90),
        (Signalement, "Auteurs de signalements", "Un an après la réponse", 365),
        (DemandeAssistance, "Auteurs de messages à l’équipe", "Un an après la réponse", 365),
        (VolontaireRecherche, "Abonnés aux nouveautés, membres du panel", "un an pour le panel", 365),
        (RetourUtilisateur, "Visiteurs", "Un an pour les avis", 365),
    ):
        lignes = [ligne for ligne in html.splitlines() if f'<th scope="row">{personnes}</th>' in ligne]
        assert any(phrase in ligne for ligne in lignes), (personnes, phrase)
        assert modele.conservation.duree.days == jours, modele
