"""« Votre entreprise ? »: asked to whom the register names, and only to them; what may be corrected, and where."""

import pytest
from django.test import Client

from fce.droits.comptes.models import Rattachement
from fce.service.portail.dirigeant import services
from tests.donnees.entreprises.fabrique import siret_no, unite, unites
from tests.droits.comptes.fabrique import client_de, compte, particulier
from tests.service.portail.dirigeants import ANCIENNE, AUTRE, MASQUEE, SOCIETE, ZOE, chez_elle, entreprises, zoe
from tests.service.portail.pages import texte, verifier

__all__ = ["chez_elle", "entreprises", "zoe"]
pytestmark = pytest.mark.django_db
QUESTION = "Votre entreprise ?"


def fiche(client: Client, siren: str = SOCIETE) -> str:
    return texte(client.get(f"/entreprise/{siren}"))


def test_i10_the_question_is_asked_to_whom_the_register_names(chez_elle):
    for adresse in (f"/entreprise/{SOCIETE}", f"/entreprise/{SOCIETE}/tout", f"/etablissement/{siret_no(SOCIETE)}"):
        assert f'href="/mes-entreprises/{SOCIETE}/corriger"' in texte(chez_elle.get(adresse)), adresse


def test_i10_it_is_asked_to_nobody_else(chez_elle, entreprises):
    assert QUESTION not in fiche(chez_elle, AUTRE)
    autres = [Client(), client_de(compte()), client_de(particulier(prenom="Zoé", nom="AUTREMENT"))]
    for client in (*autres, client_de(compte(**ZOE))):
        assert QUESTION not in fiche(client)


@pytest.mark.parametrize("statut", ["P", None, ""])
@pytest.mark.parametrize("categorie", ["5710", "1000"])
def test_i10_a_masked_company_never_tells_that_the_register_agrees(chez_elle, statut, categorie):
    unites(unite(SOCIETE, denomination="ATELIERS ZELBRAC", statut_diffusion=statut, categorie_juridique=categorie))
    assert QUESTION not in fiche(chez_elle)
    assert "y nomme un dirigeant" not in texte(chez_elle.get(f"/signaler/{SOCIETE}"))


def test_i10_it_stays_for_a_validated_link_that_the_register_no_longer_shows(chez_elle, zoe):
    services.changer(services.demander(zoe, AUTRE), "valider", par="c0")
    assert QUESTION in fiche(chez_elle, AUTRE)
    services.changer(Rattachement.objects.get(), "finir", par=zoe.identifiant)
    assert QUESTION not in fiche(chez_elle, AUTRE)


def test_i10_signing_in_is_never_offered_to_who_has_signed_in(chez_elle):
    for suite in ("", "/dirigeants", "/tout", "/activite-partielle"):
        assert "Se connecter" in texte(Client().get(f"/entreprise/{SOCIETE}{suite}"))
        assert "Se connecter" not in texte(chez_elle.get(f"/entreprise/{SOCIETE}{suite}"))


def test_i10_the_page_says_what_may_be_corrected_and_where(chez_elle, zoe):
    adresse = f"/mes-entreprises/{SOCIETE}/corriger"
    page = texte(chez_elle.get(adresse))
    verifier(page)
    for dit in ("Guichet unique", "RNE", "Insee", "producteurs et leurs adresses", "Demander à lui être rattaché"):
        assert dit in page
    assert f"/signaler/{SOCIETE}" not in page
    demande = services.demander(zoe, SOCIETE)
    assert "attend une réponse" in texte(chez_elle.get(adresse))
    services.changer(demande, "valider", par="c0")
    assert f"/signaler/{SOCIETE}" in texte(chez_elle.get(adresse))


def test_i10_the_page_is_the_same_whatever_the_register_says(chez_elle):
    def page(client: Client, siren: str) -> str:
        return texte(client.get(f"/mes-entreprises/{siren}/corriger")).split("<h2")[1]

    quelconque = client_de(particulier(prenom="Zoé", nom="AUTREMENT"))
    for siren in (SOCIETE, AUTRE, MASQUEE):
        assert page(chez_elle, siren) == page(quelconque, siren)
    # A masked company shows what everyone reads: neither its name nor its officers.
    assert "SECRET" not in page(chez_elle, MASQUEE)
    assert "Rien n’est montré" in page(chez_elle, MASQUEE)
    assert chez_elle.get(f"/mes-entreprises/{ANCIENNE}/corriger")["Location"] == f"/mes-entreprises/{SOCIETE}/corriger"
    assert chez_elle.get("/mes-entreprises/999999999/corriger").status_code in (400, 404)
    assert Client().get(f"/mes-entreprises/{SOCIETE}/corriger").status_code in (302, 401)
    assert client_de(compte()).get(f"/mes-entreprises/{SOCIETE}/corriger").status_code == 403
