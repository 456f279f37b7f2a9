"""The bar of a sheet: who it is, alive or not, under which number."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from fce.socle.texte.identifiants import formater_siren
from tests.donnees.entreprises import fabrique as f
from tests.fiche.jeux import SIREN

pytestmark = pytest.mark.django_db


def test_a_former_number_is_told_on_the_replacing_sheet_and_its_establishments(client: Client) -> None:
    ancien, plus_ancien = f.siren_no(71), f.siren_no(72)
    f.unites(f.unite(SIREN, denomination="NEUVE"), f.unite(ancien, denomination="VIEILLE"))
    f.lieux(f.lieu(SIREN), f.lieu(ancien))
    f.doublons((ancien, SIREN), (plus_ancien, ancien))
    for arrivee in (f"/entreprise/{SIREN}", f"/entreprise/{ancien}", f"/entreprise/{ancien}/tout"):
        html = client.get(arrivee, follow=True).content.decode()
        tete = html.partition('class="fce-tete')[2].partition("</header>")[0]
        assert "anciens numéros</a>" in tete
        assert f"{formater_siren(ancien)}</span>, <span" in tete
        assert f"{formater_siren(plus_ancien)}</span>, remplacés" in tete
        assert 'href="/sources/sirene-doublons"' in tete
    ailleurs = client.get(f"/etablissement/{f.siret_no(ancien)}").content.decode()
    tete = ailleurs.partition('class="fce-tete')[2].partition("</header>")[0]
    assert 'ancien numéro</a>, remplacé par <a class="fce-numero" href="/entreprise/' + SIREN in tete
    assert "ancien numéro" not in client.get(f"/etablissement/{f.siret_no(SIREN)}").content.decode()


def test_a_ceased_company_wears_a_grey_badge_with_its_date(client: Client) -> None:
    f.unites(f.unite(SIREN, etat_administratif="C", date_debut=date(2020, 2, 1)))
    f.lieux(f.lieu(SIREN, etat_administratif="F", date_debut=date(2020, 2, 1)))
    for adresse, dit in (
        (f"/entreprise/{SIREN}", "Cessée le 01/02/2020"),
        (f"/etablissement/{f.siret_no(SIREN)}/historique", "Fermé le 01/02/2020"),
    ):
        tete = client.get(adresse).content.decode().partition("<h1>")[2].partition("</header>")[0]
        assert f'<span class="fr-badge fr-badge--sm">{dit}</span>' in tete
        assert "depuis le" not in tete
