"""How an institution connects: the steps, where each stands as the team writes it, and never a person."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from fce.comptes.models import EvenementCompte
from fce.portail.models import EtapeRaccordement, Raccordement
from fce.portail.rejoindre import selectors, services
from fce.portail.rejoindre.etapes import CONSIGNES, EtatEtape, GenreEtape
from fce.sources import registre
from tests.comptes import fabrique as c
from tests.portail.pages import verifier

pytestmark = pytest.mark.django_db
DOCUMENTS = Path(__file__).resolve().parents[2] / "docs" / "partenaires"


@pytest.fixture
def equipe() -> Client:
    client, compte = Client(), c.compte()
    c.mandat(compte, "equipe")
    c.connecter(client, compte)
    return client


def texte(reponse: Any) -> str:
    return str(reponse.content.decode())


def test_every_step_is_told_with_who_does_what() -> None:
    assert list(CONSIGNES) == list(GenreEtape)
    assert all(
        getattr(consigne, champ) for consigne in CONSIGNES.values() for champ in ("institution", "equipe", "preuve")
    )


def test_the_team_writes_an_institution_and_its_steps_and_everyone_reads_them(equipe: Client, client: Client) -> None:
    fiche = {"nom": "Office des essais", "sigle": "ODE", "apport": "Un fichier mensuel."}
    assert equipe.post("/gestion/raccordements", fiche).status_code == 302
    assert "Office des essais" not in texte(client.get("/rejoindre"))
    numero = Raccordement.objects.get().pk
    page = f"/gestion/raccordements/{numero}"
    verifier(texte(equipe.get(page)))
    assert equipe.post(page, fiche | {"publie": "on"}).status_code == 302
    etape = {"geste": "etape", "etape": "contact", "etat": "faite", "le": "2026-03-02", "precision": "Réunion."}
    assert equipe.post(page, etape).status_code == 302
    lue = texte(client.get("/rejoindre"))
    verifier(lue)
    assert re.search(r"Office des essais.*1 étape sur 6.*02/03/2026.*Réunion\.", lue, re.S)
    assert [e.etape for v in selectors.raccordements_publies() for e in v.etapes] == list(GenreEtape)
    assert set(EvenementCompte.objects.values_list("action", flat=True)) == {
        "raccordement_ecrit",
        "raccordement_avance",
    }


@pytest.mark.parametrize(
    "faux",
    [{"etat": "faite", "le": ""}, {"etat": "faite", "le": "2999-01-01"}, {"etat": "a_venir", "le": "2026-01-01"},
     {"etape": "nulle"}, {"le": "demain"}],
)  # fmt: skip
def test_a_step_badly_dated_is_refused_beside_its_field(equipe: Client, faux: dict[str, str]) -> None:
    raccordement = services.ecrire_raccordement(None, par="c0", nom="Office")
    envoi = {"geste": "etape", "etape": "contact", "etat": "en_cours", "le": "", **faux}
    reponse = equipe.post(f"/gestion/raccordements/{raccordement.pk}", envoi)
    assert reponse.status_code == 400
    verifier(texte(reponse))
    assert set(EtapeRaccordement.objects.values_list("etat", flat=True)) == {"a_venir"}


def test_the_database_itself_refuses_a_step_done_without_its_day() -> None:
    raccordement = services.ecrire_raccordement(None, par="c0", nom="Office")
    with pytest.raises(IntegrityError), transaction.atomic():
        raccordement.etapes.filter(etape=GenreEtape.CONTACT).update(etat=EtatEtape.FAITE)


def test_data_are_in_place_when_the_last_step_is_done() -> None:
    raccordement = services.ecrire_raccordement(None, par="c0", nom="Office", publie=True)
    assert not selectors.raccordements_publies()[0].en_place
    hier = timezone.localdate() - timedelta(days=1)
    services.modifier_etape(raccordement, GenreEtape.PUBLICATION, etat=EtatEtape.FAITE, le=hier, precision="", par="c0")
    assert selectors.raccordements_publies()[0].en_place


def test_the_page_costs_two_queries_however_many_institutions(client: Client, django_assert_num_queries: Any) -> None:
    for n in range(5):
        services.ecrire_raccordement(None, par="c0", nom=f"Office {n}", publie=True)
    client.get("/rejoindre")
    with django_assert_num_queries(2):
        client.get("/rejoindre")


@pytest.mark.parametrize(("cle", "producteur"), [("dgfip", "dgfip"), ("douane", "dgddi")])
def test_a_document_names_the_data_sets_of_its_institution_and_links_from_the_page(
    client: Client, cle: str, producteur: str
) -> None:
    brut = (DOCUMENTS / f"{cle}.md").read_text(encoding="utf-8")
    siennes = {s.nom for s in registre.toutes() if s.producteur.code == producteur}
    assert set(re.findall(rf"`({producteur}-[a-z-]+)`", brut)) == siennes
    assert "à confirmer" in brut
    assert f"/rejoindre/{cle}" in texte(client.get("/rejoindre"))
    page = texte(client.get(f"/rejoindre/{cle}"))
    verifier(page)
    assert all(nom in page for nom in siennes)


@pytest.mark.parametrize("cle", ["nulle-part", "README", "dgfip.md", "..%2f..%2fREADME"])
def test_no_other_document_is_served(client: Client, cle: str) -> None:
    assert client.get(f"/rejoindre/{cle}").status_code == 404


def test_an_institution_that_is_not_there_answers_404(equipe: Client) -> None:
    for numero in ("987654", "9" * 25):
        assert equipe.get(f"/gestion/raccordements/{numero}").status_code == 404
