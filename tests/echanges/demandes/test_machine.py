"""Random walks on a question in two services: no illegal state, nothing lost, no mail for what was refused; many agents
at once, one owner (MSG-08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.demandes import echeances, services
from fce.echanges.demandes.genre import DEMANDES, EN_ATTENTE, EtatDemande, EtatSaisine, GesteSaisine, etat_de_la_demande
from fce.echanges.erreurs import Concurrence
from fce.echanges.models import Demande, EvenementSaisine, MessageDemande, Saisine
from fce.echanges.vocabulaire import MotifSaisine
from fce.socle.erreurs import FCEError
from tests.concurrence import ensemble
from tests.echanges.demandes import fabrique as d
from tests.echanges.demandes.fabrique import Joue

MARCHES, PAS = 15, 12
G = GesteSaisine
# One of them declines nothing, another ends nothing.
MOTIFS = (*MotifSaisine, *services.MOTIFS_DE_REFUS)
AUTRES = ("rappels", "fermeture", "departs")
TRANSITIONS = {(depart, geste.vers or depart) for geste in DEMANDES.gestes.values() for depart in geste.depuis}


@dataclass
class Marche:
    alea: Random
    demande: int
    elle: Joue
    demandes_a: tuple[Joue, Joue]
    tiers: Joue
    lecteurs: dict[int, LecteurDeDonnees]

    def pas(self) -> None:
        fils = list(Saisine.objects.filter(demande=self.demande).order_by("pk"))
        fil = self.alea.choice(fils)
        qui = self.alea.choice((self.elle, *self.demandes_a, *self.demandes_a, self.tiers))
        version = fil.version - self.alea.choice((0, 0, 0, 1))
        geste = self.alea.choice((*(g for g in G if g is not G.LIBERER), *AUTRES))
        avant, etats = _photo(), {s.pk: s.etat for s in fils}
        try:
            with transaction.atomic():
                self._faire(qui, fil, version, geste)
        except FCEError:
            assert _photo() == avant, f"{geste} refusé et pourtant fait"
            return
        for apres in Saisine.objects.filter(pk__in=etats):
            assert (etats[apres.pk], apres.etat) in TRANSITIONS | {(e, e) for e in EtatSaisine}
        if geste in AUTRES:
            return
        fil.refresh_from_db()
        depart, arrivee = etats[fil.pk], fil.etat
        assert arrivee == (DEMANDES.gestes[geste].vers or depart), geste
        assert depart in DEMANDES.gestes[geste].depuis
        services_du_fil = {fil.service_id} if geste not in (G.CLORE, G.ROUVRIR, G.JUGER) else {self.elle.pk}
        assert qui.pk in services_du_fil | ({self.elle.pk} if geste in (G.ECRIRE, G.NOTER) else set())

    def _faire(self, qui: Joue, fil: Saisine, version: int, geste: str) -> None:
        ou = (self.lecteurs[qui.pk], self.demande, fil.pk)
        match geste:
            case G.PRENDRE:
                services.prendre(*ou, version)
            case G.ATTRIBUER:
                services.attribuer(*ou, version, qui.compte.pk)
            case G.DECLINER:
                services.decliner(*ou, version, self.alea.choice(MOTIFS), self.alea.choice(("", "Non.")))
            case G.TRANSFERER:
                services.transferer(*ou, version, self.alea.choice((self.tiers, *self.demandes_a)).pk)
            case G.CLORE:
                services.clore(*ou, version, self.alea.choice(MOTIFS))
            case G.JUGER:
                services.juger(*ou, version, self.alea.random() < 0.5)
            case "rappels":
                echeances.envoyer_les_rappels(_dans(self.alea.choice((0, 5, 40))))
            case "fermeture":
                echeances.fermer_les_repondues(_dans(self.alea.choice((0, 31, 250))))
            case "departs":
                echeances.rendre_aux_services(timezone.now())
            case _:
                texte = self.alea.choice(("Oui ?", "Non.", " "))
                services.ecrire(*ou, G(geste), texte, version=version if geste in (G.REPONDRE, G.ROUVRIR) else None)


def _dans(jours: int) -> Any:
    return timezone.now() + timedelta(days=jours)


def _photo() -> Any:
    """All that a gesture may change."""
    tables = (Demande, Saisine, MessageDemande, EvenementSaisine)
    return [list(t.objects.order_by("pk").values()) for t in tables] + [d.travaux()]


def verifier(numero: int) -> set[str]:
    """What holds of a question, whatever was done with it; its states."""
    demande = Demande.objects.get(pk=numero)
    fils = list(demande.saisines.all())
    close = etat_de_la_demande(s.etat for s in fils) is EtatDemande.CLOSE
    assert (demande.close_le is not None) is close
    for fil in fils:
        attend = fil.etat in EN_ATTENTE
        assert (fil.limite is not None) is attend
        assert fil.rappel_le is None or attend
        assert fil.rappels <= 3
        if fil.etat == EtatSaisine.ENVOYEE:
            assert fil.attribuee_a_id is None
        if fil.etat == EtatSaisine.PRISE:
            assert fil.attribuee_a_id is not None
        assert (fil.transferee_a_id is not None) is (fil.etat == EtatSaisine.TRANSFEREE)
        dits = [e["etat"] for e in fil.evenements.values_list("apres", flat=True) if "etat" in e]
        # Each state that it has been through is in its steps, and the last of them is where it stands.
        assert dits[-1] == fil.etat
    return {fil.etat for fil in fils}


def _marcher(nombre: int, graine: int) -> None:
    elle, un, tiers = d.trois()
    deux, voulue = d.service("Autre"), None
    lecteurs = {qui.pk: qui.lecteur() for qui in (elle, un, deux, tiers)}
    atteints: set[str] = set()
    for rang in range(nombre):
        voulue = voulue or d.saisie(un, deux)
        Demande.objects.update(cree_le=_dans(-1))
        demande = services.envoyer_demande(elle.lecteur(), elle.pk, voulue)
        marche = Marche(Random(graine + rang), demande.pk, elle, (un, deux), tiers, lecteurs)
        for _ in range(PAS):
            marche.pas()
            atteints |= verifier(demande.pk)
        demande.delete()
    assert atteints == set(EtatSaisine)


def test_no_walk_reaches_an_illegal_state_nor_loses_a_step(db: None) -> None:
    _marcher(MARCHES, 1)


@pytest.mark.epreuve
def test_five_hundred_walks(db: None) -> None:
    _marcher(500, 10_000)


def test_what_was_handed_over_admits_nothing_but_a_note() -> None:
    parties = DEMANDES.possibles(EtatSaisine.TRANSFEREE)
    assert {g for g in parties if DEMANDES.gestes[g].de} == {G.NOTER}


def _prendre_ensemble(nombre: int) -> None:
    elle, asked, _ = d.trois()
    demande = d.demande(elle, asked)
    fil = d.saisine(demande, asked)
    agents = [asked, *(d.collegue(asked) for _ in range(nombre - 1))]
    lecteurs = [agent.lecteur() for agent in agents]
    gestes = [lambda qui=qui: services.prendre(qui, demande.pk, fil.pk, 1) for qui in lecteurs]
    fautes = ensemble(*gestes)
    assert [type(faute) for faute in fautes] == [Concurrence] * (nombre - 1)
    fil.refresh_from_db()
    assert fil.attribuee_a in [agent.compte for agent in agents]
    prises = EvenementSaisine.objects.filter(saisine=fil, geste=G.PRENDRE)
    assert [e.apres["attribuee_a_id"] for e in prises] == [fil.attribuee_a_id]


def test_msg_08_of_three_agents_who_take_it_at_once_one_has_it(transactional_db: None) -> None:
    _prendre_ensemble(3)


@pytest.mark.epreuve
def test_msg_08_of_twenty_agents_who_take_it_at_once_one_has_it(transactional_db: None) -> None:
    _prendre_ensemble(20)


def test_two_services_that_end_at_once_close_the_question_together(transactional_db: None) -> None:
    elle, un, deux = d.trois()
    demande = d.demande(elle, un, deux)
    fils = [d.saisine(demande, s) for s in (un, deux)]
    lecteur = elle.lecteur()
    fautes = ensemble(
        *(lambda fil=fil: services.clore(lecteur, demande.pk, fil.pk, 1, "repondu") for fil in fils)  # type: ignore[misc]
    )
    assert fautes == []
    demande.refresh_from_db()
    assert demande.close_le is not None


def test_it_is_answered_or_handed_over_at_once_never_both(transactional_db: None) -> None:
    elle, asked, tiers = d.trois()
    demande = d.demande(elle, asked)
    fil, autre = d.saisine(demande, asked), d.collegue(asked)
    un, deux = asked.lecteur(), autre.lecteur()
    fautes = ensemble(
        lambda: services.ecrire(un, demande.pk, fil.pk, G.REPONDRE, "Oui.", version=1),
        lambda: services.transferer(deux, demande.pk, fil.pk, 1, tiers.pk),
    )
    assert [type(faute) for faute in fautes] == [Concurrence]
    fil.refresh_from_db()
    transferee = fil.etat == EtatSaisine.TRANSFEREE
    assert (Saisine.objects.count(), MessageDemande.objects.count()) == ((2, 0) if transferee else (1, 1))
