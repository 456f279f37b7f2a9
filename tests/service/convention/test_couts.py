"""What the service cost by month, told to who shows it: paid, of the months of an agreement alone."""

from __future__ import annotations

from datetime import date

import pytest

from fce.service.convention.selectors import depenses_par_mois
from fce.socle.web.offres import offres
from tests.service.convention import fabrique

pytestmark = pytest.mark.django_db


def test_months_of_an_agreement_have_a_cost_even_none_and_the_others_have_no_say() -> None:
    engagee = fabrique.convention()
    debut, fin = engagee.debut.replace(day=1), engagee.fin.replace(day=1)
    avant = date(debut.year - 1, debut.month, 1)
    lus = depenses_par_mois(avant, fin)
    assert min(lus) == debut
    assert max(lus) == fin
    assert set(lus.values()) == {0}
    assert offres().couts is depenses_par_mois


def test_what_is_paid_is_the_cost_of_its_month() -> None:
    engagee = fabrique.convention()
    _, _, paiement = fabrique.paye(engagee, 12_000)
    mois = paiement.jour.replace(day=1)
    assert depenses_par_mois(mois, mois) == {mois: 12_000}
