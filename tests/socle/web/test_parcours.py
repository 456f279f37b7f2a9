"""« Je donne mon avis » ends each journey where the settings name its button, and is nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from fce.config.verification import lire_boutons
from fce.socle.erreurs import ConfigurationInvalide
from fce.socle.web import parcours
from fce.socle.web.offres import offres
from tests.droits.comptes import fabrique as c
from tests.liens.pages import liens

pytestmark = pytest.mark.django_db
CODES = [(nom, code) for nom, codes in parcours.PARCOURS.items() for code in codes]


def avis(client: Client, adresse: str) -> list[Any]:
    page = client.get(adresse).content.decode()
    return [lien for lien in liens(page) if "jedonnemonavis" in lien.href]


@pytest.mark.parametrize(("nom", "code"), CODES)
def test_the_end_of_a_journey_shows_its_button(nom: str, code: str, client: Client, settings: Any) -> None:
    c.connecter(client, c.compte())
    assert code in offres().faits
    assert avis(client, f"/signalements?fait={code}") == []
    settings.FCE_JDMA_DEMARCHE, settings.FCE_JDMA_BOUTONS = "3210", {nom: "77"}
    (lien,) = avis(client, f"/signalements?fait={code}")
    assert lien.href == "https://jedonnemonavis.numerique.gouv.fr/Demarches/3210?button=77"
    assert lien.fautes() == []


def test_nothing_is_shown_elsewhere_nor_without_the_number_of_the_service(client: Client, settings: Any) -> None:
    settings.FCE_JDMA_BOUTONS = dict.fromkeys(parcours.PARCOURS, "1")
    assert parcours.adresse_d_avis("depot") == ""
    settings.FCE_JDMA_DEMARCHE = "3210"
    for adresse in ("/", "/mentions-legales", "/mentions-legales?fait=inconnu"):
        assert avis(client, adresse) == []


def test_a_habilitation_in_force_ends_its_journey_on_its_own_page(client: Client, settings: Any) -> None:
    from tests.acces import acteurs

    compte, groupe = c.membre(gestionnaire=True)
    dossier = acteurs.dossier(groupe, "inspection-travail", ("59",))
    c.connecter(client, compte)
    adresse = f"/habilitations/{dossier.pk}"
    assert avis(client, adresse) == []
    settings.FCE_JDMA_DEMARCHE, settings.FCE_JDMA_BOUTONS = "3210", {"habilitation": "5"}
    assert len(avis(client, adresse)) == 1


def test_buttons_are_numbers_of_journeys() -> None:
    assert lire_boutons(["visite=1", " depot=22"]) == {"visite": "1", "depot": "22"}
    for faux in ("visite", "ailleurs=1", "visite=x", "visite=1/../2"):
        with pytest.raises(ConfigurationInvalide, match="FCE_JDMA_BOUTONS"):
            lire_boutons([faux])
