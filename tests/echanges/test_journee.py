"""A day of four services, told by their pages, their mails and their tasks: nobody is left with an agreement that no
longer holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from fce.echanges.models import CourrielDeVisite, VisiteAnnoncee
from fce.echanges.visites import selectors
from fce.socle.web.offres import taches
from fce.socle.web.references import numero_de, reference
from tests.echanges.travaux import derouler
from tests.echanges.visites import fabrique as v

pytestmark = pytest.mark.django_db
A_LIRE = "Lire ce qui attend votre visite"


@dataclass
class Journee:
    """``quand``: instant reached by the worker; ``visites``: of each service, by its name."""

    ou: v.LieuConnu
    services: dict[str, v.Service]
    quand: datetime = field(default_factory=timezone.now)
    visites: dict[str, int] = field(default_factory=dict)

    def annoncer(self, qui: str, jour: date, **reponse: str) -> Any:
        """Announce as the form does: a first page says who else goes, the second one answers it."""
        service = self.services[qui]
        adresse = f"/etablissement/{self.ou.siret}/visites/nouvelle"
        envoi = {"service": service.groupe.pk, "sirets": [self.ou.siret], "precision": "jour", "genre": "visite"}
        envoi |= {"jour": jour.isoformat(), "geste": "annoncer"}
        faite = service.client.post(adresse, envoi)
        if faite.status_code != 302:
            faite = service.client.post(adresse, {**envoi, "vu": cherche(faite, "vu"), **reponse})
        assert faite.status_code == 302, texte(faite)
        self.visites[qui] = numero_de(VisiteAnnoncee, re.findall(r"/visites/(\w+)", faite["Location"])[0])

    def faire(self, qui: str, geste: str, **envoi: Any) -> Any:
        """An action of the page of a visit, confirmed when the page asks."""
        visite = VisiteAnnoncee.objects.get(pk=self.visites[qui])
        adresse, envoi = f"/visites/{visite.reference}/{geste}", {"version": visite.version, **envoi}
        faite = self.services[qui].client.post(adresse, envoi)
        if faite.status_code == 200:
            faite = self.services[qui].client.post(adresse, {**envoi, "confirme": cherche(faite, "confirme")})
        assert faite.status_code == 302, texte(faite)

    def dire_commune(self, qui: str, autre: str) -> None:
        self.faire(qui, "repondre", choix="commune", **self.montree(autre))

    def montree(self, qui: str) -> dict[str, str]:
        """What a form of another service shows of its visit."""
        visite = VisiteAnnoncee.objects.get(pk=self.visites[qui])
        return {"croisement": visite.reference, "vu": v.vu(visite)}

    def passer(self, **duree: float) -> set[str]:
        """Let time pass; return who received mails. More than a quarter of an hour goes by before what follows."""
        self.quand += timedelta(**duree)
        avant = len(mail.outbox)
        derouler(self.quand)
        CourrielDeVisite.objects.update(parti_le=None)
        boites = {s.groupe.courriel: nom for nom, s in self.services.items()}
        return {boites[a] for message in mail.outbox[avant:] for a in message.to}

    def a_lire(self) -> set[str]:
        """The services whose agent has something to read about a visit, in his tasks."""
        jour = timezone.localdate()
        return {n for n, s in self.services.items() if A_LIRE in [t.titre for t in taches(s.agent, jour)]}

    def page(self, qui: str) -> str:
        return texte(self.services[qui].client.get(f"/visites/{reference(VisiteAnnoncee, self.visites[qui])}"))

    def accords(self) -> set[tuple[str, str]]:
        """{(service, other one)}: where each page says « visite commune »."""
        noms = {numero: nom for nom, numero in self.visites.items()}
        lues = set()
        for nom, service in self.services.items():
            if nom in self.visites:
                vue = selectors.visite_vue(service.lecteur, VisiteAnnoncee.objects.get(pk=self.visites[nom]))
                lues |= {(nom, noms[c.croisement.visite or 0]) for c in vue.croisements if c.commune}
        return lues


def texte(reponse: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", reponse.content.decode())))


def cherche(reponse: Any, nom: str) -> str:
    trouve = re.search(rf'name="{nom}" value="([0-9a-f]+)"', reponse.content.decode())
    assert trouve, texte(reponse)
    return trouve[1]


@pytest.fixture
def journee() -> Journee:
    (ou,) = v.places()
    noms = ("inspection", "fraudes", "douane", "dreets")
    profils = dict(zip(noms, ("inspection-travail", "ccrf", "ccrf", "inspection-travail"), strict=True))
    return Journee(ou, {nom: v.service(profil, nom=nom) for nom, profil in profils.items()})


def test_e1_the_day_of_four_services(journee: Journee) -> None:
    # Announce: alone, then crossed.
    journee.annoncer("inspection", v.dans(2))
    assert journee.passer(seconds=1) == set()
    journee.annoncer("fraudes", v.dans(2), choix="commune")
    assert journee.passer(seconds=1) == {"inspection"}
    assert journee.a_lire() == {"inspection"}
    # Both say it.
    journee.dire_commune("inspection", "fraudes")
    assert journee.passer(seconds=1) == {"fraudes"}
    assert journee.accords() == {("inspection", "fraudes"), ("fraudes", "inspection")}
    assert journee.a_lire() == set()
    # A third service announces and goes its own way.
    journee.annoncer("douane", v.dans(3), choix="maintien", motif="Délai légal")
    assert journee.passer(seconds=1) == {"inspection", "fraudes"}
    # One moves, and answers the third one, which it had not done: this is told at once, the move after the minute, to
    # those who spoke and do not know it; the agreement is suspended at once.
    reponse = {"collision-choix": "maintien", "collision-motif": "Chacun son tour"}
    journee.faire("fraudes", "reporter", precision="jour", jour=v.dans(4).isoformat(), **reponse)
    assert journee.accords() == set()
    assert journee.passer(seconds=30) == {"douane"}
    assert journee.passer(seconds=60) == {"inspection"}
    assert journee.a_lire() >= {"inspection", "douane"}
    assert "a déplacé sa visite" in journee.page("inspection")
    # Asked again, then a day agreed: dates offered, others offered in answer, one confirmed.
    journee.dire_commune("inspection", "fraudes")
    assert journee.accords() == {("inspection", "fraudes"), ("fraudes", "inspection")}
    journee.passer(seconds=90)
    dates = {"jour_1": v.dans(5).isoformat(), "moment_1": "matin", "moment_2": "matin", "moment_3": "matin"}
    journee.faire("fraudes", "proposer", **dates)
    assert journee.passer(seconds=1) == {"inspection"}
    dates["jour_1"] = v.dans(6).isoformat()
    journee.faire("inspection", "proposer", **dates)
    assert journee.passer(seconds=1) == {"fraudes"}
    journee.faire("fraudes", "disponible", rangs=[0])
    assert journee.passer(seconds=1) == {"inspection"}
    journee.faire("inspection", "confirmer", rang=0)
    recus = journee.passer(seconds=90)
    assert "fraudes" in recus
    for qui in ("inspection", "fraudes"):
        assert f"mercredi {v.dans(6):%d/%m/%Y}, matin" in journee.page(qui)
    assert f"{v.dans(6):%d/%m/%Y}" not in journee.page("douane"), "the third reads the week alone"
    # One gives up: nobody keeps an agreement.
    journee.faire("inspection", "renoncer")
    assert journee.accords() == set()
    assert "fraudes" in journee.passer(seconds=90)
    assert "fraudes" in journee.a_lire()
    assert "a renoncé à sa visite" in journee.page("fraudes")
    journee.faire("fraudes", "lire", **journee.montree("inspection"))
    # The visit takes place, and is told.
    VisiteAnnoncee.objects.filter(pk=journee.visites["fraudes"]).update(
        debut=timezone.localdate(), fin=timezone.localdate()
    )
    journee.faire("fraudes", "tenue")
    assert "douane" in journee.passer(seconds=90)
    assert "sa visite a eu lieu" in journee.page("douane")
    assert "dreets" not in journee.a_lire(), "who announced nothing is told nothing"


def test_e1_no_mail_of_the_day_says_who_where_or_when(journee: Journee) -> None:
    journee.annoncer("inspection", v.dans(2))
    journee.annoncer("fraudes", v.dans(2), choix="commune")
    journee.passer(seconds=1)
    journee.faire("fraudes", "reporter", precision="jour", jour=v.dans(4).isoformat())
    journee.passer(minutes=20)
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        dit = f"{message.subject} {message.body}"
        for secret in ("inspection", "fraudes", "ENTREPRISE", journee.ou.siren, "semaine", str(v.dans(4).year)):
            assert secret not in dit
