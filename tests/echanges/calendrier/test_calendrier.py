"""The private calendar: numbers of visits and a link, for as long as its holder may announce, in RFC 5545."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, strategies as st

from fce.droits.habilitations.models import Dossier
from fce.echanges.agenda import agenda
from fce.echanges.calendrier import views
from fce.echanges.calendrier.services import entrees
from fce.echanges.models import AdresseCalendrier
from fce.socle.web import jetons
from tests.echanges.visites import fabrique as v

OCTETS_MAX = 75
"""Most octets of a line, its end excepted (RFC 5545, § 3.1)."""
MAINTENANT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
LUNDIS = st.dates(date(2020, 1, 6), date(2040, 1, 1)).map(lambda jour: jour - timedelta(days=jour.weekday()))


def lire(octets: bytes) -> list[dict[str, str]]:
    """The events of a file, read as RFC 5545 says: CRLF, folded lines, one component inside the other."""
    assert octets.endswith(b"\r\n")
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert all(len(ligne) <= OCTETS_MAX for ligne in octets.split(b"\r\n"))
    lignes = octets.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]
    assert (lignes[0], lignes[1], lignes[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR")
    assert sum(ligne.startswith("PRODID:") for ligne in lignes) == 1
    evenements: list[dict[str, str]] = []
    for ligne in lignes[1:-1]:
        nom, _, valeur = ligne.partition(":")
        assert re.fullmatch(r"[A-Z-]+(;VALUE=DATE)?", nom), ligne
        if ligne == "BEGIN:VEVENT":
            evenements.append({})
        elif evenements and ligne != "END:VEVENT":
            assert nom not in evenements[-1]
            evenements[-1][nom] = valeur
    assert lignes.count("BEGIN:VEVENT") == lignes.count("END:VEVENT") == len(evenements)
    return evenements


@given(st.dictionaries(LUNDIS, st.integers(1, 10_000), max_size=60), st.text("abcdefé/:", max_size=150))
def test_any_calendar_is_valid_and_says_numbers_weeks_and_a_link(semaines: dict[date, int], suite: str) -> None:
    lus = lire(agenda(entrees(semaines, f"https://fce.example/{suite}visites", "cle"), MAINTENANT))
    assert len({e["UID"] for e in lus}) == len(lus) == len(semaines)
    for evenement, (lundi, nombre) in zip(lus, sorted(semaines.items()), strict=True):
        assert evenement["DTSTART;VALUE=DATE"] == f"{lundi:%Y%m%d}"
        assert evenement["DTEND;VALUE=DATE"] == f"{lundi + timedelta(days=7):%Y%m%d}"
        assert evenement["DTSTAMP"] == "20261125T093000Z"
        assert re.fullmatch(r"FCE : [\d\u202f]+ visites? annoncées?", evenement["SUMMARY"])
        assert str(nombre) in evenement["SUMMARY"].replace("\u202f", "")


def creer(de: v.Service) -> str:
    """The path of a new address, as the page shows it once."""
    html = de.client.post("/calendrier").content.decode()
    trouve = re.search(r"(/calendrier/fcecal_[A-Za-z0-9_-]{43}\.ics)", html)
    assert trouve, html
    return trouve[1]


@pytest.mark.django_db
def test_a_calendar_tells_how_many_visits_and_nothing_of_them() -> None:
    ou, ailleurs = v.places(2)
    elle, autre = v.service(nom="Inspection du Nord"), v.service("ccrf")
    for place, quand in ((ou, v.dans(1)), (ailleurs, v.dans(1)), (ou, v.dans(3))):
        v.visite(elle.groupe, place, quand, objet="SECRET")
    v.visite(elle.groupe, ou, v.dans(1), etat="renoncee")
    v.visite(autre.groupe, ou, v.dans(1))
    reponse = Client().get(creer(elle))
    assert reponse["Content-Type"] == "text/calendar; charset=utf-8"
    assert reponse["Cache-Control"] == "no-store, private"
    assert [e["SUMMARY"] for e in lire(reponse.content)] == ["FCE : 2 visites annoncées", "FCE : 1 visite annoncée"]
    dit = reponse.content.decode()
    for secret in ("SECRET", "ENTREPRISE", "Inspection", ou.siren, elle.agent.nom, elle.agent.identifiant, "LILAS"):
        assert secret not in dit


@pytest.mark.django_db
def test_the_secret_is_shown_once_and_only_its_digest_is_kept() -> None:
    elle = v.service()
    secret = creer(elle).split("/")[-1].removesuffix(".ics")
    assert secret not in elle.client.get("/calendrier").content.decode()
    assert AdresseCalendrier.objects.get().empreinte == jetons.empreinte(secret)


@pytest.mark.django_db
def test_a_new_address_ends_the_one_before() -> None:
    elle = v.service()
    ancienne, nouvelle = creer(elle), creer(elle)
    assert (Client().get(ancienne).status_code, Client().get(nouvelle).status_code) == (404, 200)
    assert AdresseCalendrier.objects.filter(revoquee_le=None).count() == 1


def revoquee(de: v.Service) -> None:
    assert de.client.post("/calendrier/revoquer").status_code == 302


def compte_ferme(de: v.Service) -> None:
    type(de.agent).objects.filter(pk=de.agent.pk).update(desactive_le=timezone.now())


def parti(de: v.Service) -> None:
    de.agent.appartenances.update(fin=timezone.now())


def habilitation_revoquee(de: v.Service) -> None:
    Dossier.objects.filter(groupe=de.groupe).update(etat="revoque", clos_le=timezone.now())


def groupe_ferme(de: v.Service) -> None:
    type(de.groupe).objects.filter(pk=de.groupe.pk).update(ferme_le=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize("fin", [revoquee, compte_ferme, parti, habilitation_revoquee, groupe_ferme])
def test_an_address_that_opens_nothing_any_more_answers_as_one_that_never_was(fin: Any) -> None:
    elle = v.service()
    adresse = creer(elle)
    assert Client().get(adresse).status_code == 200
    fin(elle)
    fermee = Client().get(adresse)
    jamais = [Client().get(f"/calendrier/{secret}.ics") for secret in (f"fcecal_{'a' * 43}", "x", "fcecal_é")]
    for inconnue in jamais:
        assert (fermee.status_code, inconnue.status_code) == (404, 404)
        assert _corps(fermee) == _corps(inconnue)


@pytest.mark.django_db
def test_an_address_read_too_often_answers_as_one_that_never_was(monkeypatch: Any) -> None:
    adresse = creer(v.service())
    monkeypatch.setattr(views, "LECTURES", views.Limite("calendrier", 2, 3600))
    assert [Client().get(adresse).status_code for _ in range(3)] == [200, 200, 404]


@pytest.mark.django_db
@pytest.mark.parametrize("profil", ["", None])
def test_who_may_announce_nothing_makes_no_address(profil: str | None) -> None:
    sans = v.service("") if profil == "" else v.service(mfa=False)
    reponse = sans.client.post("/calendrier")
    assert reponse.status_code == 403
    assert not AdresseCalendrier.objects.exists()


def _corps(reponse: Any) -> str:
    return re.sub(r"/calendrier/[^\"<]*|[0-9a-f]{16}", "", reponse.content.decode())
