"""The figures of a service: of its questions, contacts and visits, for its members alone, and of no person."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from fce.droits.comptes.models import Appartenance
from fce.echanges.bilan import selectors
from fce.echanges.demandes import services
from fce.echanges.demandes.genre import GesteSaisine
from fce.echanges.models import Interaction, Saisine, VisiteAnnoncee
from fce.socle.texte import jours_ouvres
from tests.echanges.demandes.fabrique import demande, le, saisine, service, trois

pytestmark = pytest.mark.django_db
JEUDI = date(2026, 3, 12)


def texte(reponse: Any) -> str:
    return unescape(" ".join(reponse.content.decode().split()))


def contact(de: Any, jour: date, genre: str = "visite", **autres: Any) -> Interaction:
    return Interaction.objects.create(service=de.groupe, siren="1" * 9, genre=genre, jour=jour, auteur="c0", **autres)


def test_open_questions_are_counted_on_both_sides() -> None:
    inspection, impots, _ = trois()
    demandes = [demande(inspection, impots) for _ in range(4)]
    recues = [saisine(d, impots) for d in demandes]
    services.prendre(impots.lecteur(), demandes[1].pk, recues[1].pk, 1)
    services.ecrire(impots.lecteur(), demandes[2].pk, recues[2].pk, GesteSaisine.REPONDRE, "Oui.", version=1)
    Saisine.objects.filter(pk=recues[3].pk).update(limite=JEUDI)
    jour = timezone.localdate()
    assert selectors.demandes_du_service(impots.pk, jour) == selectors.DemandesDuService(2, 1, 1, 0, 0)
    assert selectors.demandes_du_service(inspection.pk, jour) == selectors.DemandesDuService(0, 0, 0, 3, 1)


def test_delays_are_in_working_days_of_the_service_and_a_forgotten_question_counts_against_it() -> None:
    inspection, impots, _ = trois()
    jour = timezone.localdate()
    debut = jour - timedelta(days=30)
    for attente, reponse, utile in ((1, 5, True), (2, 9, False), (6, None, None), (None, None, None)):
        d = demande(inspection, impots)
        dates = {
            "envoyee_le": timezone.now() + le(debut),
            "prise_le": attente and timezone.now() + le(jours_ouvres.ajouter(debut, attente, "59")),
            "repondue_le": reponse and timezone.now() + le(jours_ouvres.ajouter(debut, reponse, "59")),
            "utile": utile,
            "etat": "repondue" if reponse else "prise" if attente else "envoyee",
        }
        Saisine.objects.filter(demande=d).update(**dates)
    demande(inspection, impots)  # sent today: nobody is late yet
    lus = selectors.delais_du_service(impots.pk, timezone.now(), "59")
    assert lus == selectors.DelaisDuService(recues=5, pour_prendre=2, pour_repondre=7.0, a_temps=50, utiles=1, jugees=2)


def test_a_question_that_was_declined_or_sent_elsewhere_has_no_time_to_answer() -> None:
    inspection, impots, tiers = trois()
    declinee, transmise = demande(inspection, impots), demande(inspection, impots)
    services.decliner(impots.lecteur(), declinee.pk, saisine(declinee, impots).pk, 1, "pas_pour_nous")
    services.transferer(impots.lecteur(), transmise.pk, saisine(transmise, impots).pk, 1, tiers.pk)
    lus = selectors.delais_du_service(impots.pk, timezone.now(), "59")
    assert (lus.recues, lus.pour_prendre, lus.pour_repondre, lus.a_temps) == (2, 0, None, 100)


def test_contacts_are_counted_by_month_without_those_taken_back_nor_another_s() -> None:
    inspection, impots, _ = trois()
    contact(inspection, date(2026, 3, 1))
    contact(inspection, date(2026, 3, 12), "courrier")
    contact(inspection, date(2025, 4, 1), "controle")
    contact(inspection, date(2025, 3, 31))  # thirteen months ago
    contact(inspection, date(2026, 3, 2), retiree_le=timezone.now())
    contact(impots, date(2026, 3, 3))
    lus = selectors.interactions_par_mois(inspection.pk, JEUDI)
    assert [m.mois for m in lus][:2] == [date(2026, 3, 1), date(2026, 2, 1)]
    assert len(lus) == 12
    assert {m.mois: (m.sur_place, m.autres) for m in lus if m.total} == {
        date(2026, 3, 1): (1, 1),
        date(2025, 4, 1): (1, 0),
    }


def test_visits_are_said_by_what_became_of_them() -> None:
    inspection, _, _ = trois()
    commun = {"service": inspection.groupe, "siren": "1" * 9, "auteur": "c0"}
    jour = timezone.localdate()

    def annoncer(ecart: int, etat: str, close: int | None = None) -> None:
        d = jour + timedelta(days=ecart)
        close_le = None if close is None else timezone.now() - timedelta(days=close)
        VisiteAnnoncee.objects.create(**commun, debut=d, fin=d, etat=etat, close_le=close_le)

    annoncer(3, "annoncee")
    annoncer(-2, "annoncee")
    annoncer(-5, "tenue", 4)
    annoncer(-6, "renoncee", 6)
    annoncer(-90, "tenue", 80)
    lues = selectors.visites_du_service(inspection.pk, timezone.now())
    assert (lues.a_venir, lues.a_dire) == (1, 1)
    assert lues.devenues == (("a eu lieu", 1), ("abandonnée", 1))


def test_only_those_who_read_in_its_name_see_the_figures_of_a_service() -> None:
    inspection, impots, _ = trois()
    page = inspection.client().get("/mon-service", follow=True)
    assert page.redirect_chain == [(f"/services/{inspection.pk}/bilan", 302)]
    assert "Demandes ouvertes" in texte(page)
    assert impots.client().get(f"/services/{inspection.pk}/bilan").status_code == 404
    Appartenance.objects.filter(compte=inspection.compte).update(suspendue_le=timezone.now())
    assert inspection.client().get(f"/services/{inspection.pk}/bilan").status_code == 404


def test_no_person_is_named_nor_counted() -> None:
    inspection, impots, _ = trois()
    d = demande(inspection, impots)
    services.prendre(impots.lecteur(), d.pk, saisine(d, impots).pk, 1)
    page = texte(impots.client().get(f"/services/{impots.pk}/bilan"))
    corps = page[page.index("<h1") : page.index("</main>")]
    assert impots.compte.nom not in corps
    assert impots.compte.prenom not in corps


def test_without_anything_each_part_says_so() -> None:
    seul = service("Seul")
    page = texte(seul.client().get(f"/services/{seul.pk}/bilan"))
    for phrase in ("Aucune demande reçue", "Aucun contact noté depuis un an", "Closes depuis 60 jours : aucune"):
        assert phrase in page
