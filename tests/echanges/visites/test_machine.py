"""Random walks on two visits that cross: no illegal state, nothing lost, no answer told twice; two agents at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.echanges.courriels import TACHE_SERVICE
from fce.echanges.erreurs import Concurrence
from fce.echanges.models import EvenementVisite, ReponseCroisement, VisiteAnnoncee
from fce.echanges.visites import communes, reponses, services
from fce.echanges.visites.genre import VISITES, EtatVisite, GesteVisite
from fce.echanges.visites.reponses import Reponse
from fce.echanges.visites.services import Quand
from fce.echanges.vocabulaire import Precision, Reaction
from fce.socle.erreurs import FCEError
from tests.concurrence import ensemble
from tests.echanges.visites import fabrique as v

MARCHES, PAS = 20, 10
# What ends a visit comes less often than what does not; what needs another service is not of these two.
D_AUTRES = {GesteVisite(nom) for nom in ("annoncer", "etre_precedee", "lire_passage", "convenir", "passer")}
SIENS = (geste for geste in GesteVisite if geste not in D_AUTRES)
GESTES = (*SIENS, *(GesteVisite.MODIFIER, GesteVisite.REPORTER) * 2, *("repondre",) * 6)
TRANSITIONS = {(depart, geste.vers or depart) for geste in VISITES.gestes.values() for depart in geste.depuis}


@dataclass
class Marche:
    """What the walk knows by itself of what it has done."""

    alea: Random
    services: tuple[v.Service, v.Service]
    visites: tuple[int, int]
    courriels: int = 0
    dites: dict[int, tuple[str, str]] = field(default_factory=dict)

    def pas(self) -> None:
        qui = self.alea.randrange(2)
        visite = VisiteAnnoncee.objects.get(pk=self.visites[qui])
        lecteur = self.services[self.alea.choice((qui, qui, qui, 1 - qui))].lecteur
        version = visite.version - self.alea.choice((0, 0, 0, 1))
        avant = _photo()
        geste = self.alea.choice(GESTES)
        perimee = any(r.perimee for r in visite.reponses.select_related("autre"))
        reponse = _reponse(self.alea)
        try:
            with transaction.atomic():
                self._faire(lecteur, visite, version, geste, reponse, qui)
        except FCEError:
            refuse = True
        else:
            refuse = False
        if refuse:
            assert _photo() == avant, f"{geste} refusé et pourtant fait"
            return
        apres = VisiteAnnoncee.objects.get(pk=visite.pk)
        if geste == GesteVisite.EXPIRER:
            # The job looks at both.
            return
        assert version == visite.version, f"{geste} fait sur une version ancienne"
        assert lecteur.acteur.identifiant == self.services[qui].agent.identifiant
        assert (visite.etat, apres.etat) in TRANSITIONS
        assert apres.version == visite.version + (_photo() != avant)
        if geste == "repondre":
            dite = (reponse.choix, reponse.motif)
            if self.dites.get(qui) != dite or perimee or reponse.choix == Reaction.REPORT:
                self.courriels += 1
            self.dites[qui] = dite

    def _faire(self, lecteur: Any, visite: Any, version: int, geste: str, reponse: Reponse, qui: int) -> None:
        match geste:
            case GesteVisite.MODIFIER:
                contenu = services.Teneur(objet=f"{self.alea.random()}")
                services.modifier(lecteur, visite, version, contenu)
            case GesteVisite.REPORTER:
                services.reporter(lecteur, visite, version, _quand(self.alea))
            case GesteVisite.RENONCER:
                services.renoncer(lecteur, visite, version)
            case GesteVisite.TENIR:
                services.tenir(lecteur, visite, version, None)
            case GesteVisite.NE_PAS_TENIR:
                services.ne_pas_tenir(lecteur, visite, version)
            case GesteVisite.EXPIRER:
                services.finir_les_passees(timezone.now() + timedelta(days=self.alea.choice((0, 7, 40))))
            case GesteVisite.RETIRER:
                communes.retirer(lecteur, visite, version)
            case GesteVisite.DEFAIRE:
                services.defaire(lecteur, visite, version)
            case _:
                reponses.repondre(lecteur, visite, [f"visite-{self.visites[1 - qui]}"], reponse, version)


def _quand(alea: Random) -> Quand:
    return Quand(alea.choice(tuple(Precision)), timezone.localdate() + timedelta(days=alea.choice((0, 1, 9, 90, -3))))


def _reponse(alea: Random) -> Reponse:
    choix = alea.choice((*Reaction, Reaction.COMMUNE, Reaction.MAINTIEN, Reaction.MAINTIEN))
    return Reponse(choix, alea.choice(("Délai légal", "Plainte reçue")), _quand(alea))


def _photo() -> Any:
    """All that a gesture may change."""
    return (
        list(VisiteAnnoncee.objects.order_by("pk").values()),
        list(EvenementVisite.objects.order_by("pk").values("pk", "geste")),
        list(ReponseCroisement.objects.order_by("pk").values("visite", "autre", "choix", "motif")),
        _courriels(),
    )


def _courriels() -> int:
    return ProcrastinateJob.objects.filter(task_name=TACHE_SERVICE).count()


def _marcher(nombre: int, graine: int) -> None:
    (ou,) = v.places()
    deux = v.service(), v.service("ccrf")
    atteints = set()
    for rang in range(nombre):
        alea = Random(graine + rang)
        debut = timezone.localdate() - timedelta(days=alea.choice((0, 3)))
        visites = tuple(v.visite(s.groupe, ou, debut, debut + timedelta(days=alea.randint(0, 4))).pk for s in deux)
        avant = _courriels()
        marche = Marche(alea, deux, visites)  # type: ignore[arg-type]
        for _ in range(PAS):
            marche.pas()
        assert _courriels() - avant == marche.courriels
        for numero in visites:
            visite = VisiteAnnoncee.objects.get(pk=numero)
            etapes = list(visite.evenements.exclude(geste="repondre").values_list("apres", flat=True))
            dits = [e["etat"] for e in etapes if "etat" in e]
            # Each state it has been through is in its steps, and the last of them is where it stands.
            assert ([EtatVisite.ANNONCEE.value, *dits])[-1] == visite.etat
            assert (visite.close_le is None) is (visite.etat == EtatVisite.ANNONCEE)
            atteints.add(visite.etat)
        VisiteAnnoncee.objects.filter(pk__in=visites).update(etat=EtatVisite.RENONCEE)
    assert atteints == set(EtatVisite)


def test_no_walk_reaches_an_illegal_state_nor_loses_a_step_nor_tells_an_answer_twice(db: None) -> None:
    _marcher(MARCHES, 1)


@pytest.mark.epreuve
def test_five_hundred_walks(db: None) -> None:
    _marcher(500, 10_000)


def test_of_two_agents_at_once_one_writes_and_the_other_is_told(transactional_db: None) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    collegue = v.collegue(elle)
    mienne, sienne = v.visite(elle.groupe, ou, v.dans(2)), v.visite(autre.groupe, ou, v.dans(2))
    cles = [f"visite-{sienne.pk}"]
    fautes = ensemble(
        lambda: reponses.repondre(elle.lecteur, mienne, cles, Reponse(Reaction.COMMUNE), 1),
        lambda: reponses.repondre(collegue.lecteur, mienne, cles, Reponse(Reaction.MAINTIEN, "Délai légal"), 1),
    )
    assert [type(faute) for faute in fautes] == [Concurrence]
    assert (mienne.reponses.count(), _courriels()) == (1, 1)
    mienne.refresh_from_db()
    assert mienne.version == 2


def test_two_services_that_answer_one_another_at_once_never_block(transactional_db: None) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    mienne, sienne = v.visite(elle.groupe, ou, v.dans(2)), v.visite(autre.groupe, ou, v.dans(2))
    fautes = ensemble(
        lambda: reponses.repondre(elle.lecteur, mienne, [f"visite-{sienne.pk}"], Reponse(Reaction.COMMUNE), 1),
        lambda: reponses.repondre(autre.lecteur, sienne, [f"visite-{mienne.pk}"], Reponse(Reaction.COMMUNE), 1),
    )
    assert fautes == []
    assert (ReponseCroisement.objects.filter(choix=Reaction.COMMUNE).count(), _courriels()) == (2, 2)
