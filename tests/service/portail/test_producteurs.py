"""The page of a producer: for everyone its data sets and counts, for its own officers the uses of them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fce.droits.journal.services import consigner
from fce.service.portail.models import Signalement
from fce.sources import registre
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.droits.journal.fabrique import consultation
from tests.service.portail.pages import texte, verifier

DGFIP, USAGES = "/producteurs/dgfip", "/producteurs/dgfip/usages"
SIREN = f.siren_no(1)
OPERATEUR = {"siret": f.siret_no(SIREN), "numero": "FR1", "famille": "OEA", "code": "AEOC"}


def responsable(code: str) -> Client:
    return c.client_de(c.mandataire("depot", code))


@pytest.mark.django_db
def test_each_producer_of_the_catalogue_has_a_page_that_names_its_data_sets(client: Client) -> None:
    liste = texte(client.get("/producteurs"))
    verifier(liste)
    for code in {s.producteur.code for s in registre.toutes()}:
        assert f"/producteurs/{code}" in liste
    page = texte(client.get(DGFIP))
    verifier(page)
    for source in registre.toutes():
        assert (f'/sources/{source.nom}"' in page) is (source.producteur.code == "dgfip")


@pytest.mark.django_db
def test_counts_of_errors_are_public_and_nothing_of_them_is(client: Client) -> None:
    for etat in ("recu", "corrige", "sans_suite"):
        Signalement.objects.create(
            siren=SIREN, rubrique="finances", producteur="dgfip", texte="MRK-texte", auteur="c1", etat=etat
        )
    Signalement.objects.create(siren=SIREN, rubrique="finances", producteur="dgddi", texte="MRK-TEXTE", auteur="c1")
    page = texte(client.get(DGFIP))
    assert "3 erreurs signalées, 2 ayant reçu une réponse, 1 en attente" in page
    assert "MRK-" not in page
    assert SIREN not in page


@pytest.mark.django_db
def test_how_many_rows_a_restricted_source_has_is_for_its_officers(client: Client) -> None:
    f.charger("dgddi-operateurs", [OPERATEUR] * 2)
    assert "Lignes" in texte(client.get("/producteurs/dgddi"))
    assert "réservé" in texte(client.get("/producteurs/dgddi"))
    assert "réservé" not in texte(responsable("dgddi").get("/producteurs/dgddi/usages"))


@pytest.mark.django_db
def test_only_its_own_officers_read_the_uses_of_a_producer() -> None:
    sien, autre = responsable("dgfip"), responsable("dgddi")
    page = texte(sien.get(USAGES))
    verifier(page)
    assert "Usages, par mois" in page
    absente = autre.get("/producteurs/nulle-part/usages")
    refusee = autre.get(USAGES)
    assert (refusee.status_code, absente.status_code) == (404, 404)
    assert _sans(texte(refusee), "dgfip") == _sans(texte(absente), "nulle-part")
    assert USAGES in texte(sien.get(DGFIP))
    assert USAGES not in texte(autre.get(DGFIP))
    assert USAGES not in texte(Client().get(DGFIP))


def _sans(page: str, code: str) -> str:
    return re.sub(r"[0-9a-f]{16}|value=\"\w{64}\"", "", page).replace(code, "")


@pytest.mark.django_db(transaction=True)
def test_an_officer_reads_services_and_purposes_and_nobody_s_name() -> None:
    mois_passe = timezone.now().replace(day=1) - timedelta(days=3)
    for n in range(3):
        numero = c.siret(400 + n)
        c.organisation(numero=numero, nom=f"Direction lectrice {n}")
        for a in range(5):
            lu = consultation(
                agent=f"c{n}{a}000", siret_administration=numero, finalite="controle-fiscal", numero=SIREN,
                sources=("dgfip-chiffre-affaires",), lignes={"dgfip-chiffre-affaires": 3},
            )  # fmt: skip
            consigner([lu], mois_passe)
    page = texte(responsable("dgfip").get(USAGES))
    for n in range(3):
        assert f"Direction lectrice {n}" in page
    assert "Assiette, contrôle et recouvrement de l&#x27;impôt" in page
    assert SIREN not in page
    assert "c00000" not in page
    assert "Direction lectrice" not in texte(responsable("dgddi").get("/producteurs/dgddi/usages"))


@pytest.mark.django_db
def test_numbers_that_sirene_does_not_know_are_counted_for_the_officer_alone(client: Client) -> None:
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN))
    f.charger("dgddi-operateurs", [OPERATEUR, {**OPERATEUR, "siret": f.siret_no(f.siren_no(7)), "numero": "FR2"}])
    assert "SIRET : 1" in texte(responsable("dgddi").get("/producteurs/dgddi/usages"))
    assert "SIRET : 1" not in texte(client.get("/producteurs/dgddi"))
