"""An absence names the visits that fall within it and offers a colleague; crossing services read until when. Tasks of
visits carry their date and sort by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from fce.echanges.annuaire import services as annuaire
from fce.echanges.models import EntreeAnnuaire
from fce.echanges.visites import services
from fce.socle.erreurs import ParametreInvalide
from fce.socle.web.offres import Tache, taches
from tests.echanges.travaux import derouler
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.test_e14_communes import proposer
from tests.echanges.visites.test_visite_commune import Scene, annoncer, d_accord, page, scene, texte

pytestmark = pytest.mark.django_db
__all__ = ["d_accord", "scene"]


def a_lire(qui: v.Service) -> list[Tache]:
    return [t for t in taches(qui.agent, timezone.localdate()) if t.titre == "Lire ce qui attend votre visite"]


def test_e15_the_absence_screen_names_the_visits_and_hands_them_over() -> None:
    (ou,) = v.places()
    elle = v.service(nom="Inspection")
    collegue = v.collegue(elle)
    EntreeAnnuaire.objects.create(service=elle.groupe, nature="autre", par="c1")
    pendant, apres = annoncer(elle, ou), annoncer(elle, ou, services.Quand(services.Precision.JOUR, v.dans(6)))
    derouler(timezone.now())
    mail.outbox.clear()
    adresse = f"/services/{elle.groupe.pk}"
    assert pendant.marque not in texte(elle.client.get(adresse))
    dite = elle.client.post(f"{adresse}/absence", {"jusqu_au": v.dans(3).isoformat()})
    lue = elle.client.get(dite["Location"]).content.decode()
    assert lue.count(f"Visite {pendant.marque}") == 1
    assert apres.marque not in lue
    assert f'action="/visites/{pendant.reference}/passer"' in lue
    assert f'<option value="{collegue.agent.pk}"' in lue
    assert f'<option value="{elle.agent.pk}"' not in lue
    envoi = {"version": pendant.version, "compte": collegue.agent.pk}
    assert elle.client.post(f"/visites/{pendant.reference}/passer", envoi).status_code == 302
    pendant.refresh_from_db()
    assert pendant.auteur == collegue.agent.identifiant
    derouler(timezone.now())
    assert [m.to for m in mail.outbox] == [[collegue.agent.courriel]]
    assert pendant.marque not in elle.client.get(adresse).content.decode()


def test_e15_a_visit_is_handed_over_to_a_present_colleague_only() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    absent, visite = v.collegue(elle), annoncer(elle, ou)
    annuaire.noter_absence(absent.agent, v.dans(3), timezone.localdate())
    for compte in (absent.agent.pk, autre.agent.pk, 0):
        with pytest.raises(ParametreInvalide):
            services.passer(elle.lecteur, visite, visite.version, compte)
    assert "Passer à un collègue" not in page(elle, visite)


def test_e15_crossing_services_read_until_when_the_agent_is_absent_never_his_name(scene: Scene) -> None:
    assert "absent jusqu’au" not in page(scene.elle, scene.mienne)
    annuaire.noter_absence(scene.autre.agent, v.dans(1), timezone.localdate())
    assert "absent jusqu’au" not in page(scene.elle, scene.mienne), "he is back for the visit"
    annuaire.noter_absence(scene.autre.agent, v.dans(3), timezone.localdate())
    lue = page(scene.elle, scene.mienne)
    assert f"absent jusqu’au {v.dans(3):%d/%m/%Y}" in lue
    assert scene.autre.agent.nom not in lue


def test_e15_so_do_the_members_of_a_common_visit(d_accord: Scene) -> None:
    annuaire.noter_absence(d_accord.autre.agent, v.dans(3), timezone.localdate())
    assert f"absent jusqu’au {v.dans(3):%d/%m/%Y}" in page(d_accord.elle, d_accord.mienne)
    proposer(d_accord, v.dans(4))
    assert f"absent jusqu’au {v.dans(3):%d/%m/%Y}" in page(d_accord.elle, d_accord.mienne)


def test_e17_tasks_of_visits_carry_their_date_and_sort_by_it() -> None:
    lieux = v.places(3)
    elle, autre = v.service(), v.service("ccrf")
    for ou, semaines in zip(lieux, (4, 2, 3), strict=True):
        quand = services.Quand(services.Precision.JOUR, v.dans(semaines))
        annoncer(elle, ou, quand)
        annoncer(autre, ou, quand)
    derouler(timezone.now() + timedelta(seconds=1))
    dites = [
        t.avant_le for t in taches(elle.agent, timezone.localdate()) if t.titre == "Lire ce qui attend votre visite"
    ]
    assert dites == [v.dans(2), v.dans(3), v.dans(4)]


def test_e17_the_days_offered_are_to_be_answered_before_they_close(d_accord: Scene) -> None:
    commune = proposer(d_accord, v.dans(8))
    (tache,) = [
        t for t in taches(d_accord.autre.agent, timezone.localdate()) if t.titre == "Lire ce qui attend votre visite"
    ]
    assert tache.avant_le == commune.avant_le
