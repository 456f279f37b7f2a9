"""What a service reads of its visits that are over, and of more contacts than a page lists (V13)."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from fce.echanges.croisements.regles import lundi
from fce.echanges.models import VisiteAnnoncee
from fce.echanges.visites.genre import EtatVisite
from tests.echanges.visites import fabrique as v

pytestmark = pytest.mark.django_db
SEMAINES = (-5, -2, -1, 0, 1)


@pytest.mark.parametrize("semaines", SEMAINES)
def test_v13_a_visit_is_announced_until_its_days_are_over(semaines: int) -> None:
    (ou,) = v.places(1)
    elle = v.service()
    jour = v.dans(semaines)
    visite = v.visite(elle.groupe, ou, jour)
    passee = visite.fin < timezone.localdate()
    annee, numero, _ = lundi(visite.debut).isocalendar()
    for page in (f"/visites/{visite.reference}", f"/visites?semaine={annee}-W{numero:02d}"):
        html = elle.client.get(page).content.decode().partition("<main")[2]
        assert ("passée, à dire" in html) is passee, page
        if "semaine" not in page:  # there, a visit that is neither past nor told is announced
            assert (">annoncée<" in html) is not passee, page


@pytest.mark.parametrize("etat", [e for e in EtatVisite if e is not EtatVisite.ANNONCEE])
def test_v13_what_became_of_a_visit_is_said_whenever_it_was(etat: EtatVisite) -> None:
    hier = date(2026, 11, 1) - timedelta(days=1)
    assert VisiteAnnoncee(etat=etat, debut=hier, fin=hier).etat_dit(date(2026, 11, 1)) == etat.label


@pytest.mark.parametrize("combien", [4, 100, 112])
def test_v13_contacts_that_are_not_listed_are_counted(combien: int) -> None:
    (ou,) = v.places(1)
    elle = v.service()
    for rang in range(combien):
        v.contact(elle.groupe, ou, timezone.localdate() - timedelta(days=rang))
    onglet = f"/entreprise/{ou.siren}/controles"
    assert f"{combien} contacts connus" in elle.client.get(onglet).content.decode()
    # The dated list has them all, by pages.
    pages = [elle.client.get(f"{onglet}?vue=tout&page={n}").content.decode() for n in range(1, -(-combien // 30) + 1)]
    liens = [set(re.findall(r'href="(/contacts/[a-z2-7]{32})"', page)) for page in pages]
    assert len(set().union(*liens)) == combien
