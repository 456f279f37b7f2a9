"""Three and four services play a common visit in every order: all who agreed have the same day, or know that it is
undone. A state machine of hypothesis, and random walks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from fce.echanges.models import VisiteAnnoncee, VisiteCommune
from fce.echanges.visites import communes, reponses, services
from fce.echanges.visites.genre import EtatVisite
from fce.echanges.visites.reponses import Reponse
from fce.echanges.visites.selectors import taches
from fce.echanges.visites.services import Quand
from fce.echanges.vocabulaire import DemiJournee, Precision, Reaction
from fce.socle.erreurs import FCEError
from tests.echanges.travaux import derouler
from tests.echanges.visites import fabrique as v

QUI = st.integers(0, 3)
RANGS = st.sets(st.integers(0, 2), max_size=3)
JOURS = st.sets(st.integers(2, 6), min_size=1, max_size=3)
A_LIRE = "Lire ce qui attend votre visite"


class Table:
    """Services, a visit of each at the same place, and what each of them knows: the day that it agreed on."""

    def __init__(self, services_: list[v.Service], ou: v.LieuConnu) -> None:
        self.services, self.quand = services_, timezone.now()
        VisiteAnnoncee.objects.update(etat=EtatVisite.RENONCEE, commune=None)
        self.visites = [v.visite(s.groupe, ou, v.dans(2)).pk for s in services_]
        self.convenus: dict[int, date] = {}
        self.accords = self.ruptures = 0

    def visite(self, qui: int) -> VisiteAnnoncee:
        return VisiteAnnoncee.objects.select_related("commune").get(pk=self.visites[qui])

    def agir(self, qui: int, faire: Callable[..., Any], *arguments: Any) -> None:
        """An action of a service; refused, it changes nothing."""
        qui %= len(self.services)
        avant, sienne = _photo(), self.visite(qui)
        tenait, commune, attendait = sienne.convenue, sienne.commune_id, sienne.attend_depuis
        try:
            with transaction.atomic():
                faire(self.services[qui].le(self.quand), self.visite(qui), *arguments)
        except FCEError:
            assert _photo() == avant
            return
        sienne = self.visite(qui)
        partie = sienne.etat != EtatVisite.ANNONCEE or sienne.commune_id != commune
        lue = attendait is not None and sienne.attend_depuis is None
        # It has left by itself, or acted on the page that told it.
        if sienne.convenue is None and (tenait or partie or lue):
            self.convenus.pop(qui, None)
        for n in range(len(self.services)):
            if (convenue := self.visite(n).convenue) is not None:
                self.accords += self.convenus.get(n) != convenue[0]
                self.convenus[n] = convenue[0]

    def repondre(self, qui: int, autre: int, choix: Reaction, jour: int = 4) -> None:
        autre %= len(self.services)
        quand = Quand(Precision.JOUR, v.dans(jour))
        dite = Reponse(choix, "Délai légal", quand)
        cle = f"visite-{self.visites[autre]}"
        self.agir(qui, lambda lecteur, visite: reponses.repondre(lecteur, visite, [cle], dite, visite.version))

    def geste(self, qui: int, faire: Callable[..., Any], *arguments: Any) -> None:
        self.agir(qui, lambda lecteur, visite: faire(lecteur, visite, *arguments, visite.version))

    def passer(self, secondes: int) -> None:
        self.quand += timedelta(seconds=secondes)
        derouler(self.quand)

    def lire(self, qui: int) -> None:
        """A service reads its page: it knows then whether its day holds."""
        qui %= len(self.services)
        visite = self.visite(qui)
        communes.noter_lecture(self.services[qui].lecteur, visite)
        for reponse in visite.reponses.select_related("autre"):
            reponse.noter_lecture()
            reponse.save()
        if visite.convenue is None:
            self.ruptures += self.convenus.pop(qui, None) is not None

    def verifier(self) -> None:
        """Once jobs have run: whoever agreed on a day is at it with all those who did, or has something to read."""
        self.passer(120)
        tenues: dict[int, set[date]] = {}
        for n in range(len(self.services)):
            visite = self.visite(n)
            if visite.convenue is not None and visite.commune is not None:
                assert (visite.debut, visite.fin) == (visite.convenue[0],) * 2
                tenues.setdefault(visite.commune.pk, set()).add(visite.debut)
            elif n in self.convenus:
                attend = any(t.titre == A_LIRE for t in taches(self.services[n].agent, timezone.localdate()))
                assert attend, "who agreed neither has the day nor knows that it is undone"
        for commune, jours in tenues.items():
            assert len(jours) == 1, "one common visit has two days"
            assert jours == {VisiteCommune.objects.get(pk=commune).jour}


def _photo() -> Any:
    noms = ("pk", "etat", "debut", "fin", "commune", "rangs", "version")
    return list(VisiteAnnoncee.objects.order_by("pk").values(*noms)), list(
        VisiteCommune.objects.order_by("pk").values()
    )


def _dates(jours: set[int]) -> list[tuple[date, DemiJournee]]:
    return [(v.dans(jour), DemiJournee.MATIN) for jour in sorted(jours)]


def machine(table: Callable[[], Table]) -> type[RuleBasedStateMachine]:
    class Communes(RuleBasedStateMachine):
        @initialize(autres=st.sets(st.integers(1, 3), min_size=1))
        def dire_commune(self, autres: set[int]) -> None:
            self.table = table()
            for autre in autres:
                self.table.repondre(0, autre, Reaction.COMMUNE)
                self.table.repondre(autre, 0, Reaction.COMMUNE)

        @rule(qui=QUI, autre=QUI, choix=st.sampled_from([*Reaction, Reaction.COMMUNE, Reaction.COMMUNE]))
        def repondre(self, qui: int, autre: int, choix: Reaction) -> None:
            self.table.repondre(qui, autre, choix)

        @rule(qui=QUI, jours=JOURS)
        def proposer(self, qui: int, jours: set[int]) -> None:
            self.table.geste(qui, communes.proposer, _dates(jours))

        @rule(qui=QUI, rangs=RANGS)
        def venir_a(self, qui: int, rangs: set[int]) -> None:
            self.table.geste(qui, communes.repondre_aux_dates, rangs)

        @rule(qui=QUI, rang=st.integers(0, 2))
        def confirmer(self, qui: int, rang: int) -> None:
            self.table.geste(qui, communes.confirmer, rang)

        @rule(qui=QUI, quoi=st.sampled_from([communes.venir, communes.retirer, services.renoncer, services.defaire]))
        def bouger(self, qui: int, quoi: Any) -> None:
            self.table.geste(qui, quoi)

        @rule(qui=QUI, jour=st.integers(2, 6))
        def reporter(self, qui: int, jour: int) -> None:
            quand = Quand(Precision.JOUR, v.dans(jour))
            self.table.agir(qui, lambda le, x: services.reporter(le, x, x.version, quand))

        @rule(qui=QUI)
        def lire(self, qui: int) -> None:
            self.table.lire(qui)

        @rule(secondes=st.sampled_from([10, 90]))
        def attendre(self, secondes: int) -> None:
            self.table.passer(secondes)

        @rule()
        def taire(self) -> None:
            communes.clore_les_silences(timezone.now() + timedelta(days=60))

        @invariant()
        def une_chose_un_jour(self) -> None:
            if hasattr(self, "table"):
                self.table.verifier()

    return Communes


def _table(nombre: int) -> Callable[[], Table]:
    (ou,) = v.places()
    qui = [v.service("ccrf" if n else "inspection-travail") for n in range(nombre)]
    return lambda: Table(qui, ou)


@pytest.mark.parametrize("nombre", [3, 4])
def test_e14_in_every_order_all_who_agreed_have_the_same_day_or_know_that_it_is_undone(db: None, nombre: int) -> None:
    reglages = settings(
        max_examples=12,
        stateful_step_count=12,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine(_table(nombre)), settings=reglages)


def _marcher(nombre: int, marches: int, graine: int) -> None:
    table, accords, ruptures = _table(nombre), 0, 0
    for rang in range(marches):
        alea, jeu = Random(graine + rang), table()
        for autre in range(1, nombre):
            jeu.repondre(0, autre, Reaction.COMMUNE)
            jeu.repondre(autre, 0, Reaction.COMMUNE)
        for _ in range(20):
            _pas(jeu, alea)
            jeu.verifier()
        accords, ruptures = accords + jeu.accords, ruptures + jeu.ruptures
    assert accords, "no walk ever agreed on a day"
    assert ruptures, "no walk ever read that a day was undone"


def _pas(jeu: Table, alea: Random) -> None:
    """A step, most often one that makes a day, or leaves it: an offer, its answers, its confirmation, a departure."""
    qui, n = alea.randrange(len(jeu.services)), len(jeu.services)
    offre = VisiteCommune.objects.exclude(creneaux=[]).first()
    offrant = jeu.visites.index(offre.proposee_par_id) if offre and offre.proposee_par_id in jeu.visites else None
    tenues = [x for x in range(n) if jeu.visite(x).convenue]
    tirage = alea.random()
    if tenues and alea.random() < 0.3:
        jeu.geste(alea.choice(tenues), alea.choice((communes.retirer, services.renoncer)))
        jeu.verifier()
        for lecteur in range(n):
            jeu.lire(lecteur)
    elif offrant is None and tirage < 0.45:
        jeu.geste(qui, communes.proposer, _dates({alea.randint(2, 6) for _ in range(3)}))
    elif offrant is not None and tirage < 0.45:
        autres = [autre for autre in range(n) if autre != offrant]
        for autre in alea.sample(autres, alea.randint(1, n - 1)):
            jeu.geste(autre, communes.repondre_aux_dates, alea.choice(({0}, {0}, {0}, {0, 1}, set())))
    elif offrant is not None and tirage < 0.7:
        jeu.geste(offrant, communes.confirmer, 0)
    elif tirage < 0.75:
        for lecteur in range(n):
            jeu.lire(lecteur)
    elif tirage < 0.9:
        quoi = (communes.venir, communes.retirer, communes.retirer, services.renoncer, services.defaire)
        jeu.geste(qui, alea.choice(quoi))
    elif tirage < 0.97:
        jeu.repondre(qui, alea.randrange(n), alea.choice((*Reaction, *[Reaction.COMMUNE] * 3)), alea.randint(2, 6))
    else:
        communes.clore_les_silences(timezone.now() + timedelta(days=60))


@pytest.mark.parametrize("nombre", [3, 4])
def test_e14_random_walks_of_three_and_four_services(db: None, nombre: int) -> None:
    _marcher(nombre, 8, 50)


@pytest.mark.epreuve
@pytest.mark.parametrize("nombre", [3, 4])
def test_e14_two_hundred_walks(db: None, nombre: int) -> None:
    _marcher(nombre, 200, 5_000)
