"""The home of a company head: what everyone reads of his company, from whom, where to have it corrected."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from fce.droits.comptes.models import Compte
from fce.droits.journal.models import Consultation
from fce.service.portail.dirigeant import services
from fce.service.portail.models import Signalement
from fce.service.portail.signalements import services as signalements
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes.fabrique import client_de, particulier
from tests.service.portail.dirigeants import AUTRE, MASQUEE, SOCIETE, chez_elle, entreprises, zoe
from tests.service.portail.pages import texte, verifier

__all__ = ["chez_elle", "entreprises", "zoe"]
pytestmark = pytest.mark.django_db


def accueil(client: Client) -> str:
    html = texte(client.get("/"))
    verifier(html)
    return html


def table(html: str) -> dict[str, str]:
    """{subject: what follows it on its row}."""
    return dict(re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', html, flags=re.S))


def valider(zoe: Compte, siren: str) -> None:
    services.changer(services.demander(zoe, siren), "valider", par="c0")


def test_he_is_greeted_by_what_everyone_reads_of_his_company(chez_elle: Client, zoe: Compte) -> None:
    f.charger("egapro", [{"siren": SOCIETE, "annee": 2025, "index": 73}])
    valider(zoe, SOCIETE)
    html = accueil(chez_elle)
    lignes = table(html)
    assert list(lignes) == [
        "Dirigeants", "Siège", "Activité", "Établissements", "Effectif", "Comptes", "Index égalité",
    ]  # fmt: skip
    assert "OEUVRE LEGER (dirigeant)" in lignes["Dirigeants"]
    assert "https://procedures.inpi.fr/" in lignes["Dirigeants"]
    assert "73/100 en 2025" in lignes["Index égalité"]
    assert "egapro.travail.gouv.fr" in lignes["Index égalité"]
    assert "Rien n’est montré" in lignes["Comptes"]
    assert f"/signaler/{SOCIETE}" in html
    # Nothing reserved: nothing to journal.
    assert not Consultation.objects.exists()


def test_a_report_and_its_answer_are_on_the_row_that_they_concern(chez_elle: Client, zoe: Compte) -> None:
    valider(zoe, SOCIETE)
    assert "Aucun signalement." in accueil(chez_elle)
    signalements.signaler(zoe, SOCIETE, rubrique="dirigeants", source="rne-dirigeants", texte="MRK-UN")
    signalements.signaler(zoe, SOCIETE, rubrique="identite", source="", texte="MRK-DEUX")
    Signalement.objects.filter(texte="MRK-UN").update(etat="corrige", reponse="MRK-REPONSE", traite_le=timezone.now())
    html = accueil(chez_elle)
    lignes = table(html)
    assert "corrigé" in lignes["Dirigeants"]
    assert "reçu" in lignes["Siège"]
    assert "signalement" not in lignes["Activité"]
    # Answers come first.
    assert 0 < html.index("MRK-REPONSE") < html.index("MRK-DEUX")
    for autre in (client_de(particulier(prenom="Zoé", nom="AUTREMENT")), client_de(particulier())):
        assert "MRK-" not in accueil(autre)


def test_of_several_companies_the_first_is_open_and_the_others_are_a_line(chez_elle: Client, zoe: Compte) -> None:
    valider(zoe, SOCIETE)
    valider(zoe, AUTRE)
    html = accueil(chez_elle)
    assert html.count("<table") == 1
    assert html.count("fce-autre-fiche") == 1
    assert ("ATELIERS ZELBRAC" in html, "COMPTOIR NORBRAC" in html) == (True, True)


def test_who_has_no_company_types_its_number(entreprises: None) -> None:
    html = accueil(client_de(particulier(prenom="Zoé", nom="AUTREMENT")))
    assert "Quelle entreprise dirigez-vous&nbsp;?" in html
    assert 'name="siren"' in html
    assert "<table" not in html


def test_a_masked_or_closed_company_shows_no_more_than_to_everyone(chez_elle: Client, zoe: Compte) -> None:
    valider(zoe, MASQUEE)
    html = accueil(chez_elle)
    assert "SECRET" not in html
    assert "ne sont pas diffusés" in html
    f.unites(f.unite(MASQUEE, denomination="ATELIERS FERMES", etat_administratif="C"))
    assert "Cessée" in accueil(chez_elle)
