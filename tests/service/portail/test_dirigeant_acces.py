"""Heads of companies: each page is for its own, no right comes of it, counts say almost nothing."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from fce.demo import numeros
from fce.droits.comptes.models import Rattachement
from fce.droits.habilitations.acteurs import ANONYME
from fce.droits.habilitations.selectors import acteur_de
from fce.droits.journal import services as journal
from fce.service.portail.dirigeant import services
from tests.donnees.entreprises.fabrique import lieu, siren_no
from tests.droits.comptes.fabrique import client_de, compte, connecter, mandataire, particulier
from tests.droits.journal.fabrique import consultation, vider
from tests.service.portail.dirigeants import AUTRE, MASQUEE, SOCIETE, anonyme, chez_elle, entreprises, zoe
from tests.service.portail.pages import texte, verifier

__all__ = ["chez_elle", "entreprises", "zoe"]
pytestmark = pytest.mark.django_db


PAGES = [
    ("GET", "/mes-entreprises", "particulier"),
    ("POST", "/mes-entreprises", "particulier"),
    ("POST", "/mes-entreprises/1/fin", "particulier"),
    ("GET", f"/mes-entreprises/{SOCIETE}/consultations", "particulier"),
    ("GET", "/gestion/rattachements", "equipe"),
    ("GET", "/gestion/rattachements/1", "equipe"),
    ("POST", "/gestion/rattachements/1", "equipe"),
]


@pytest.mark.parametrize(("methode", "adresse", "pour"), PAGES)
def test_each_page_is_for_its_own(entreprises, methode, adresse, pour):
    appel = methode.lower()
    assert getattr(Client(), appel)(adresse).status_code in (302, 401)
    autre = particulier() if pour == "equipe" else mandataire("equipe")
    for qui in (compte(), mandataire("depot", "inpi"), mandataire("approbateur"), autre):
        client = client_de(qui)
        assert getattr(client, appel)(adresse).status_code == 403


def test_each_form_needs_its_token(zoe):
    client = Client(enforce_csrf_checks=True)
    connecter(client, zoe)
    assert client.post("/mes-entreprises", {"siren": SOCIETE}).status_code == 403
    assert client.post("/mes-entreprises/1/fin").status_code == 403
    assert client.post(f"/signaler/{SOCIETE}", {"texte": "x" * 20}).status_code == 403
    assert not Rattachement.objects.exists()


# --- What it opens: nothing ------------------------------------------------------------------------------------------


_BOUTON = re.compile(r'<li class="fce-(?:large|etroit)"><a [^>]*>Votre entreprise \?</a></li>')


def test_a_validated_head_reads_exactly_what_everyone_reads(chez_elle, zoe, entreprises):
    adresses = [
        f"/entreprise/{SOCIETE}",
        f"/etablissement/{lieu(SOCIETE)['siret']}",
        f"/entreprise/{SOCIETE}/rne-dirigeants",
        f"/entreprise/{MASQUEE}",
        "/sources/activite-partielle",
    ]
    avant = [texte(Client().get(adresse)) for adresse in adresses]
    for siren in (SOCIETE, MASQUEE):
        services.changer(services.demander(zoe, siren), "valider", par="c0")
    for adresse, attendu in zip(adresses, avant, strict=True):
        lue = texte(chez_elle.get(adresse))
        assert anonyme(_BOUTON.sub("", lue)) == anonyme(attendu), adresse
        assert lue != attendu  # the menu, at least: she is signed in
    for adresse in (f"/entreprise/{SOCIETE}/activite-partielle", "/sources/activite-partielle/donnees.csv"):
        assert chez_elle.get(adresse).status_code == Client().get(adresse).status_code
    api = f"/api/v1/entreprises/{SOCIETE}"
    assert chez_elle.get(api).content == Client().get(api).content


def test_a_validated_head_is_nobody_for_the_rights(zoe):
    services.changer(services.demander(zoe, SOCIETE), "valider", par="c0")
    assert acteur_de(zoe, mfa=True) == ANONYME


# --- How many administrations ----------------------------------------------------------------------------------------


@pytest.fixture
def lie(zoe, settings) -> None:
    settings.FCE_TRANSPARENCE = True
    settings.FCE_JOURNAL_MOIS = 36
    services.changer(services.demander(zoe, SOCIETE), "valider", par="c0")
    vider()


def test_counts_are_off_by_default(chez_elle, lie, settings):
    adresse = f"/mes-entreprises/{SOCIETE}/consultations"
    assert chez_elle.get(adresse).status_code == 200
    assert adresse in texte(chez_elle.get("/mes-entreprises"))
    settings.FCE_TRANSPARENCE = False
    assert chez_elle.get(adresse).status_code == 404
    assert adresse not in texte(chez_elle.get("/mes-entreprises"))


def test_counts_are_those_of_ones_own_company(chez_elle, lie, zoe):
    for autre in (AUTRE, "nulle-part", siren_no(99)):
        assert chez_elle.get(f"/mes-entreprises/{autre}/consultations").status_code == 404
    services.changer(Rattachement.objects.get(), "finir", par=zoe.identifiant)
    assert chez_elle.get(f"/mes-entreprises/{SOCIETE}/consultations").status_code == 404


def test_the_page_is_the_same_when_nobody_came_and_when_only_inspectors_did(chez_elle, lie):
    adresse = f"/mes-entreprises/{SOCIETE}/consultations"
    vierge = texte(chez_elle.get(adresse))
    verifier(vierge)
    assert "moins de trois" in vierge
    ancien = datetime.now(UTC) - timedelta(days=600)
    for finalite in ("controle-travail", "travail-illegal", "enquete-ccrf", "controle-fiscal", "controle-douanier"):
        for rang in range(5):
            siren = numeros.siren(300 + rang)
            journal.consigner(
                [
                    consultation(
                        numero=SOCIETE,
                        finalite=finalite,
                        agent=f"c{rang}",
                        siret_administration=siren + numeros.nic(siren, 1),
                    )
                ],
                ancien,
            )
    assert anonyme(texte(chez_elle.get(adresse))) == anonyme(vierge)
