"""On how many distinct days the place was met, by body: one contact told twice is one, and only what one may read."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fce.echanges.croisements.verdict import AUTRES, Verdict, sources_de_contacts, verdict
from tests.donnees.entreprises.fabrique import charger
from tests.echanges.visites import fabrique as v


def il_y_a(jours: int) -> date:
    return timezone.localdate() - timedelta(days=jours)


def dit(de: v.Service, *ou: v.LieuConnu) -> Verdict:
    return verdict(de.lecteur, ou, v.dans(1), v.dans(1), [de.groupe.pk])


def test_every_file_of_contacts_of_the_catalogue_is_counted(db: None) -> None:
    noms = {source.nom for source, _ in sources_de_contacts()}
    assert {"wikit-controles", "sora-controles", "sparc-metrologie", "eos-visites", "mdf-controles"} <= noms


def test_days_are_counted_once_by_body_whoever_told_them(db: None) -> None:
    (ou,) = v.places()
    charger("wikit-controles", [{"siret": ou.siret, "date": il_y_a(n)} for n in (20, 40)])
    charger("sora-controles", [{"siret": ou.siret, "date": il_y_a(40), "unite": u} for u in ("A", "B")])
    elle, autre = v.service(), v.service("ccrf")
    for jour in (il_y_a(20), il_y_a(300)):
        v.contact(autre.groupe, ou, jour, corps="dgt")
    v.contact(autre.groupe, ou, il_y_a(20), corps="dgt", genre="controle")
    v.contact(autre.groupe, ou, il_y_a(5))
    lu = dit(elle, ou)
    assert {r.corps: (r.jours, r.dernier) for r in lu.rencontres} == {
        AUTRES: (1, il_y_a(5)),
        "DGT": (3, il_y_a(20)),
        "DGCCRF": (1, il_y_a(40)),
    }
    assert lu.jours == 4
    assert not lu.partiel


def test_what_is_no_meeting_or_too_old_or_elsewhere_does_not_count(db: None) -> None:
    ou, ailleurs = v.places(2)
    charger("wikit-controles", [{"siret": ou.siret, "date": il_y_a(3 * 365 + 2)}])
    # « In the course of the year »: no day that the file knows.
    charger("eos-visites", [{"siret": ou.siret, "date": date(timezone.localdate().year - 1, 12, 31)}])
    elle, autre = v.service(), v.service("ccrf")
    v.contact(autre.groupe, ou, il_y_a(10), genre="courrier")
    v.contact(autre.groupe, ou, il_y_a(11), retiree_le=timezone.now())
    v.contact(autre.groupe, ailleurs, il_y_a(12))
    lu = dit(elle, ou)
    assert (lu.rencontres, lu.jours) == ((), 0)


def test_whoever_may_not_read_the_files_is_told_that_there_may_be_more(db: None) -> None:
    (ou,) = v.places()
    charger("wikit-controles", [{"siret": ou.siret, "date": il_y_a(20)}])
    sans = v.service("")
    lu = dit(sans, ou)
    assert (lu.rencontres, lu.partiel) == ((), True)
    assert dit(v.service("", mfa=False), ou).partiel


def test_the_whole_verdict_is_one_round_trip(db: None) -> None:
    (ou,) = v.places()
    elle = v.service()
    lecteur = elle.lecteur
    with CaptureQueriesContext(connection) as requetes:
        verdict(lecteur, [ou], v.dans(1), v.dans(1), [elle.groupe.pk])
    assert sum("SAVEPOINT" not in requete["sql"] for requete in requetes.captured_queries) == 1
