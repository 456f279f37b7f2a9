"""How an institution connects: the steps, where each stands as the team writes it, and never a person."""

from __future__ import annotations

import contextlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from fce.droits.comptes.models import EvenementCompte
from fce.service.portail.models import EtapeRaccordement, Raccordement
from fce.service.portail.rejoindre import selectors, services
from fce.service.portail.rejoindre.etapes import CONSIGNES, EtatEtape, GenreEtape
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte import paris
from fce.sources import registre
from tests.donnees.entreprises import fabrique as f
from tests.service.portail.pages import texte, verifier

pytestmark = pytest.mark.django_db
DOCUMENTS = Path(selectors.__file__).with_name("partenaires")


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


def etats() -> dict[str, str]:
    (vu,) = selectors.raccordements_publies()
    return {e.etape: e.etat for e in vu.etapes}


def test_v16_schema_and_publication_are_what_the_catalogue_and_the_versions_in_place_say(client: Client) -> None:
    """The Douane whose EORI is shown is not at its third step."""
    services.ecrire_raccordement(None, par="c0", nom="Douane", producteur="dgddi", publie=True)
    assert (etats()["schema"], etats()["publication"]) == ("faite", "a_venir")
    assert "1 étape sur 6" in texte(client.get("/rejoindre"))
    assert "Immatriculation EORI</a> : déclaré, pas en place" in texte(client.get("/rejoindre/douane"))
    f.charger("dgddi-eori", [{"siret": f.siret_no(f.siren_no(1))}])
    assert etats()["publication"] == "faite"
    lue = texte(client.get("/rejoindre"))
    assert "Données en place : 1 jeu sur 2" in lue
    assert "étape sur 6" not in lue
    assert "Immatriculation EORI</a> : en place" in texte(client.get("/rejoindre/douane"))


def test_v16_nobody_says_that_data_are_published_nor_that_a_schema_is_declared_when_none_is() -> None:
    raccordement = services.ecrire_raccordement(None, par="c0", nom="Office", publie=True)
    hier = paris.aujourd_hui() - timedelta(days=1)
    for etape in (GenreEtape.SCHEMA, GenreEtape.PUBLICATION):
        with contextlib.suppress(ParametreInvalide):
            services.modifier_etape(raccordement, etape, etat=EtatEtape.FAITE, le=hier, precision="", par="c0")
    assert (etats()["schema"], etats()["publication"]) == ("en_cours", "a_venir")
    assert not selectors.raccordements_publies()[0].en_place


def test_the_page_costs_three_queries_however_many_institutions(client: Client, django_assert_num_queries: Any) -> None:
    for n in range(5):
        services.ecrire_raccordement(None, par="c0", nom=f"Office {n}", publie=True)
    client.get("/rejoindre")
    with django_assert_num_queries(3):
        client.get("/rejoindre")


@pytest.mark.parametrize(("cle", "producteur"), [("dgfip", "dgfip"), ("douane", "dgddi")])
def test_a_document_names_the_data_sets_of_its_institution_and_links_from_the_page(
    client: Client, cle: str, producteur: str
) -> None:
    brut = (DOCUMENTS / f"{cle}.md").read_text(encoding="utf-8")
    siennes = {s.nom for s in registre.toutes() if s.producteur.code == producteur}
    connues = {s.nom for s in registre.toutes()}
    assert connues & set(re.findall(r"`([a-z-]+)`", brut)) == siennes
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
