"""The agreement of the demonstration: that of the issue, invented, labelled, written once and whole."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from fce.demo import convention as demonstration, ouverture
from fce.demo.identite.personnages import BUDGET
from fce.droits.comptes.models import Compte
from fce.service.convention.models import AvisAuFinanceur, Convention, Ecriture
from fce.service.convention.selectors import situation
from fce.service.convention.vocabulaire import GenreAvis
from fce.socle.erreurs import FCEError

pytestmark = pytest.mark.django_db


@pytest.fixture
def teneuse() -> Compte:
    return ouverture.ouvrir("https://demo.example", lambda qui: qui.cle)[BUDGET.cle]


def test_it_is_of_sixty_thousand_euros_over_six_months_on_programme_352(teneuse: Compte) -> None:
    jour = timezone.localdate()
    ecrite = demonstration.ecrire_la_convention(teneuse, jour)
    assert ecrite is not None
    assert (ecrite.ae, ecrite.cp, ecrite.programme) == (60_000_00, 60_000_00, "352")
    assert (ecrite.centre_financier, ecrite.domaine_fonctionnel) == ("0352-CFSE-CFIN", "0352 action 1")
    assert (ecrite.activite, ecrite.centre_de_cout) == ("035200010101", "SGSIFAB075")
    assert ecrite.demonstration
    # The band at the head of every page says that this is a demonstration.
    assert ecrite.titre == "Convention de délégation de gestion FCE"
    assert ecrite.debut < jour < ecrite.fin
    lue = situation(ecrite, jour)
    assert 0 < lue.totaux.paye < lue.totaux.certifie < lue.totaux.engage < ecrite.ae
    assert AvisAuFinanceur.objects.get().genre == GenreAvis.RELIQUAT
    assert Ecriture.objects.exclude(par=teneuse.identifiant).count() == 0


def test_it_is_written_once(teneuse: Compte) -> None:
    assert demonstration.ecrire_la_convention(teneuse, timezone.localdate())
    assert demonstration.ecrire_la_convention(teneuse, timezone.localdate()) is None
    assert Convention.objects.count() == 1


def test_cut_short_it_leaves_nothing(teneuse: Compte, monkeypatch: pytest.MonkeyPatch) -> None:
    trop = demonstration.Commande(demonstration.COMMANDES[0].nature, 90_000, 1)
    monkeypatch.setattr(demonstration, "COMMANDES", (*demonstration.COMMANDES, trop))
    with pytest.raises(FCEError):
        demonstration.ecrire_la_convention(teneuse, timezone.localdate())
    assert not Convention.objects.exists()


@pytest.mark.parametrize("jour", [date(2026, 1, 1), date(2026, 7, 31), date(2027, 3, 31), date(2028, 2, 29)])
def test_its_period_holds_the_day_whatever_it_is(jour: date) -> None:
    debut, fin = demonstration.periode(jour)
    assert debut.day == 1
    assert debut < jour <= fin
    assert (jour - debut).days >= max(c.jour + 40 for c in demonstration.COMMANDES)
    assert (jour - debut).days >= 110
