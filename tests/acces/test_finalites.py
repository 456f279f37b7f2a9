"""S16, as an agent of two trades lives it: the secret of one is not read under the purpose of the other."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from fce.droits.comptes.models import Compte
from fce.droits.habilitations import jetons
from fce.droits.habilitations.dossiers import services
from fce.droits.habilitations.finalites import FINALITES, Droit
from fce.droits.journal.models import Consultation
from tests.acces import jeux
from tests.acces.acteurs import DEMANDEUR, approbatrice
from tests.droits.comptes import fabrique as c

pytestmark = pytest.mark.django_db(transaction=True)
FICHE = f"/entreprise/{jeux.SIREN}"
TRAVAIL = "MRK-activite-partielle"


@pytest.fixture
def deux_metiers() -> tuple[Compte, str]:
    """An agent whose one habilitation holds labour and tax with both purposes, and a token of it."""
    compte, groupe = c.membre()
    contenu = services.Contenu(
        groupes_de_donnees=("travail", "emploi", "fiscal", "contacts"),
        finalites=("controle-travail", "controle-fiscal"),
        territoire=("FR",),
        droits=(Droit.CONSULTER, Droit.EXPORTER, Droit.API),
        base_legale="Brigade de deux métiers, pour l'essai.",
    )
    tenu = services.soumettre(services.creer(groupe, contenu, DEMANDEUR), DEMANDEUR)
    tenu = services.valider(tenu, approbatrice().identifiant)
    jeux.peupler()
    return compte, jetons.creer(tenu, compte, mfa=True, libelle="essai", jours=30)[1]


def test_s16_the_sheet_shows_each_secret_under_its_own_purpose_and_offers_the_other(
    deux_metiers: tuple[Compte, str],
) -> None:
    compte, _ = deux_metiers
    client = c.client_de(compte, finalite="controle-travail")
    page = unescape(client.get(f"{FICHE}/tout").content.decode())
    assert TRAVAIL in page
    assert "MRK-dgfip" not in page
    assert f"Lire pour : {FINALITES['controle-fiscal'].libelle}" in page
    siennes = Consultation.objects.filter(agent=compte.identifiant)
    assert not siennes.filter(sources__overlap=["dgfip-liasses"], finalite="controle-travail").exists()
    assert client.post("/finalite", {"finalite": "controle-fiscal", "suite": FICHE}).status_code == 302
    page = unescape(client.get(f"{FICHE}/tout").content.decode())
    assert "MRK-dgfip" in page
    fiscales = siennes.filter(classe="C3").values_list("finalite", flat=True)
    assert set(fiscales) == {"controle-fiscal"}


@pytest.mark.parametrize(("finalite", "lu", "ferme"), [
    ("controle-travail", TRAVAIL, "MRK-dgfip"), ("controle-fiscal", "MRK-dgfip", TRAVAIL),
])  # fmt: skip
def test_s16_a_program_reads_what_the_purpose_it_names_opens(
    deux_metiers: tuple[Compte, str], finalite: str, lu: str, ferme: str
) -> None:
    _, secret = deux_metiers
    adresse = f"/api/v1/entreprises/{jeux.SIREN}?finalite={finalite}&reference=2026-0117"
    texte = Client().get(adresse, headers={"Authorization": f"Bearer {secret}"}).content.decode()
    assert lu in texte
    assert ferme not in texte


def test_s16_the_page_of_rights_says_it(deux_metiers: tuple[Compte, str]) -> None:
    compte, _ = deux_metiers
    client = c.client_de(compte)
    page = unescape(client.get("/droits").content.decode())
    assert f"pour « {FINALITES['controle-fiscal'].libelle} »" in page
    assert f"pour « {FINALITES['controle-travail'].libelle} »" in page
