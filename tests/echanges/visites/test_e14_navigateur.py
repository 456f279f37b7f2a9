"""In a browser: the pages of a common visit and of an absence pass axe, and none overflows a phone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from fce.echanges.annuaire import services as annuaire
from fce.echanges.models import EntreeAnnuaire, VisiteAnnoncee
from fce.echanges.visites import communes
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.test_e14_communes import dates, dire_commune
from tests.echanges.visites.test_visite_commune import Scene, annoncer
from tests.navigateur import exiger, page_de, violations

pytestmark = [pytest.mark.epreuve, pytest.mark.django_db(transaction=True)]
TELEPHONE, BUREAU = 390, 1280


def test_e14_the_pages_of_a_common_visit_pass_axe_and_none_overflows(live_server: Any, settings: Any) -> None:
    settings.FCE_BASE_CONNEXIONS = 8
    (ou,) = v.places()
    noms = ("Inspection du travail 59", "Pôle 3E", "CCRF 59")
    qui = [v.service("ccrf" if n else "inspection-travail", nom=nom) for n, nom in enumerate(noms)]
    v.collegue(qui[0])
    EntreeAnnuaire.objects.create(service=qui[0].groupe, nature="autre", par="c1")
    visites = [annoncer(s, ou) for s in qui]
    Scene(ou, qui[0], qui[1], visites[0], visites[1], timezone.now()).derouler(1)
    for n in (1, 2):
        dire_commune(qui[n], visites[n], visites[0])
        dire_commune(qui[0], visites[0], visites[n])
    annuaire.noter_absence(qui[2].agent, v.dans(4), timezone.localdate())

    def relue(n: int) -> VisiteAnnoncee:
        visites[n].refresh_from_db()
        return visites[n]

    def lire(n: int, adresse: str, nom: str) -> None:
        with exiger() as navigateur, page_de(navigateur, live_server.url, qui[n].client) as page:
            for largeur in (BUREAU, TELEPHONE):
                page.set_viewport_size({"width": largeur, "height": 900})
                page.goto(live_server.url + adresse)
                assert page.evaluate("document.documentElement.scrollWidth") <= largeur, adresse
                if dossier := os.environ.get("FCE_CAPTURES"):
                    page.screenshot(path=Path(dossier) / f"{nom}-{largeur}.png", full_page=True)
            assert violations(page) == []

    page = f"/visites/{visites[0].reference}"
    lire(0, page, "sans-jour")
    offerts = dates(v.dans(2), v.dans(3), v.dans(4))
    communes.proposer(qui[0].lecteur, relue(0), offerts, visites[0].version)
    lire(2, f"/visites/{visites[2].reference}", "repondre")
    communes.repondre_aux_dates(qui[1].lecteur, relue(1), [0, 2], visites[1].version)
    lire(0, page, "confirmer")
    communes.confirmer(qui[0].lecteur, relue(0), 0, visites[0].version)
    lire(0, page, "convenu")
    lire(2, f"/visites/{visites[2].reference}", "sans-vous")
    annuaire.noter_absence(qui[0].agent, v.dans(4), timezone.localdate())
    lire(0, f"/services/{qui[0].groupe.pk}", "absence")
