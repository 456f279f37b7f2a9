"""The bar of a sheet: who it is, alive or not, under which number."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from fce.socle.identifiants import formater_siren
from tests.entreprises import fabrique as f
from tests.fiche.jeux import SIREN

pytestmark = pytest.mark.django_db


def test_un_ancien_numero_se_dit_sur_la_fiche_qui_le_remplace_et_sur_ses_etablissements(client: Client) -> None:
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


def test_une_entreprise_cessee_porte_un_badge_gris_avec_sa_date(client: Client) -> None:
    f.unites(f.unite(SIREN, etat_administratif="C", date_debut=date(2020, 2, 1)))
    f.lieux(f.lieu(SIREN, etat_administratif="F", date_debut=date(2020, 2, 1)))
    for adresse, dit in (
        (f"/entreprise/{SIREN}", "Cessée le 01/02/2020"),
        (f"/etablissement/{f.siret_no(SIREN)}/historique", "Fermé le 01/02/2020"),
    ):
        tete = client.get(adresse).content.decode().partition("<h1>")[2].partition("</header>")[0]
        assert f'<span class="fr-badge fr-badge--sm">{dit}</span>' in tete
        assert "depuis le" not in tete
