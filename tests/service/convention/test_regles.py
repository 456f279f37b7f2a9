"""The rules of the ledger, without a database: no running total ever passes the one that bounds it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fce.service.convention.erreurs import EcritureRefusee
from fce.service.convention.montants import centimes, en_euros, euros
from fce.service.convention.regles import (
    Bornes,
    CadreBudgetaire,
    Mouvement,
    Plafond,
    depassement,
    exiger_annulable,
    exiger_classement,
    exiger_dates,
    exiger_equilibre,
    exiger_plafond,
    exiger_saisie,
)
from fce.service.convention.vocabulaire import GenreEcriture, NatureDepense, TitreBudgetaire

G = GenreEcriture
DEBUT, FIN = date(2026, 7, 1), date(2026, 12, 31)
CADRE = CadreBudgetaire(DEBUT, (Plafond(DEBUT, 60_000_00, 60_000_00, FIN),))


def le(rang: int) -> date:
    return DEBUT + timedelta(days=rang)


def engage(montant: int, rang: int = 0, numero: int = 1) -> Mouvement:
    return Mouvement(G.ENGAGEMENT, le(rang), montant, numero, numero=numero)


def suite(genre: GenreEcriture, montant: int, rang: int = 0, sur: int = 1) -> Mouvement:
    return Mouvement(genre, le(rang), montant, sur)


def ecrire(
    lignes: list[Mouvement], nouvelle: Mouvement, cadre: CadreBudgetaire = CADRE, marche: Bornes | None = None
) -> None:
    exiger_dates(cadre, nouvelle, marche)
    exiger_equilibre(cadre, lignes, nouvelle)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(-9, 9))),
    st.lists(st.tuples(st.integers(0, 9), st.integers(-9, 9))),
)
def test_an_overrun_is_found_on_its_first_day_and_only_then(
    plafond: list[tuple[int, int]], cumul: list[tuple[int, int]]
) -> None:
    """Against the sums made day by day, in the plainest way."""

    def au(pas: list[tuple[int, int]], jour: int) -> int:
        return sum(montant for quand, montant in pas if quand <= jour)

    fautifs = [jour for jour in range(10) if au(cumul, jour) > au(plafond, jour)]
    # Before the first step of either, both are zero: nothing is over.
    pas = {quand for quand, _ in plafond + cumul}
    attendu = next((le(jour) for jour in fautifs if jour in pas), None)
    assert depassement([(le(j), m) for j, m in plafond], [(le(j), m) for j, m in cumul]) == attendu


def test_all_of_the_ae_may_be_engaged_and_not_a_cent_more() -> None:
    ecrire([], engage(60_000_00))
    with pytest.raises(EcritureRefusee, match="60 000,01 €".replace(" ", "\\s")):
        ecrire([engage(60_000_00)], engage(1, numero=2))


def test_an_engagement_of_the_past_is_judged_with_those_that_follow() -> None:
    with pytest.raises(EcritureRefusee):
        ecrire([engage(60_000_00, rang=90)], engage(1, rang=10, numero=2))


@pytest.mark.parametrize("quand", [DEBUT - timedelta(days=1), FIN + timedelta(days=1)])
def test_an_engagement_is_dated_in_the_period(quand: date) -> None:
    with pytest.raises(EcritureRefusee, match="convention"):
        ecrire([], Mouvement(G.ENGAGEMENT, quand, 100, -1))


def test_what_was_engaged_may_be_certified_and_paid_after_the_term() -> None:
    lignes = [engage(100, rang=180)]
    ecrire(lignes, suite(G.SERVICE_FAIT, 100, rang=200))
    ecrire([*lignes, suite(G.SERVICE_FAIT, 100, rang=200)], suite(G.PAIEMENT, 100, rang=220))


def test_nothing_is_engaged_after_a_notice_takes_effect() -> None:
    cadre = CadreBudgetaire(DEBUT, CADRE.plafonds, finit_le=le(60))
    ecrire([], engage(100, rang=60), cadre)
    with pytest.raises(EcritureRefusee, match="période"):
        ecrire([], engage(100, rang=61), cadre)
    assert cadre.fin == le(60)


@pytest.mark.parametrize("rang", [9, 41])
def test_an_order_is_dated_within_its_market(rang: int) -> None:
    marche = Bornes("M-1", le(10), le(40))
    ecrire([], engage(100, rang=10), marche=marche)
    with pytest.raises(EcritureRefusee, match="marché M-1"):
        ecrire([], engage(100, rang=rang), marche=marche)


def test_nothing_is_paid_before_it_is_certified() -> None:
    with pytest.raises(EcritureRefusee, match="Aucun service fait"):
        ecrire([engage(100)], suite(G.PAIEMENT, 100))
    # Certified later is certified too late.
    with pytest.raises(EcritureRefusee, match="Aucun service fait"):
        ecrire([engage(100), suite(G.SERVICE_FAIT, 100, rang=5)], suite(G.PAIEMENT, 100, rang=4))
    ecrire([engage(100), suite(G.SERVICE_FAIT, 100, rang=5)], suite(G.PAIEMENT, 100, rang=5))


def test_no_more_is_paid_than_certified_nor_certified_than_engaged() -> None:
    with pytest.raises(EcritureRefusee, match="dépasserait l’engagement"):
        ecrire([engage(100)], suite(G.SERVICE_FAIT, 101))
    with pytest.raises(EcritureRefusee, match="dépasserait le service fait"):
        ecrire([engage(100), suite(G.SERVICE_FAIT, 60)], suite(G.PAIEMENT, 61))


def test_what_another_engagement_has_left_serves_no_other() -> None:
    lignes = [engage(100), suite(G.SERVICE_FAIT, 100), engage(100, numero=2)]
    with pytest.raises(EcritureRefusee, match="Aucun service fait"):
        ecrire(lignes, suite(G.PAIEMENT, 1, sur=2))


def test_payments_stay_under_the_cp() -> None:
    cadre = CadreBudgetaire(DEBUT, (Plafond(DEBUT, 100, 50, FIN),))
    lignes = [engage(100), suite(G.SERVICE_FAIT, 100)]
    ecrire(lignes, suite(G.PAIEMENT, 50), cadre)
    with pytest.raises(EcritureRefusee, match="crédits de paiement"):
        ecrire(lignes, suite(G.PAIEMENT, 51), cadre)


def test_staff_is_not_paid() -> None:
    with pytest.raises(EcritureRefusee, match="titre 2"):
        exiger_classement(NatureDepense.DEVOPS, TitreBudgetaire.PERSONNEL)
    for titre in set(TitreBudgetaire) - {TitreBudgetaire.PERSONNEL}:
        exiger_classement(NatureDepense.DEVOPS, titre)
    for nature, titre in (("", 3), ("autre", 3), ("devops", None), ("devops", 4)):
        with pytest.raises(EcritureRefusee, match="nature"):
            exiger_classement(nature, titre)


def test_a_line_has_an_amount_and_is_not_of_tomorrow() -> None:
    for montant in (0, -1):
        with pytest.raises(EcritureRefusee, match="centime"):
            exiger_saisie(montant, DEBUT, DEBUT)
    with pytest.raises(EcritureRefusee, match="à venir"):
        exiger_saisie(1, le(1), DEBUT)


def test_receipts_are_counted_apart() -> None:
    """Whatever is received, no more may be engaged, and the other way round."""
    recette = Mouvement(G.RECETTE, le(0), 90_000_00)
    ecrire([engage(60_000_00)], recette)
    with pytest.raises(EcritureRefusee):
        ecrire([recette, engage(60_000_00)], engage(1, numero=2))


def test_a_line_is_taken_back_once_from_its_day_on() -> None:
    exiger_annulable(engage(100), 40, 60, le(0))
    with pytest.raises(EcritureRefusee, match="0,60"):
        exiger_annulable(engage(100), 40, 61, le(0))
    with pytest.raises(EcritureRefusee, match="ne précède pas"):
        exiger_annulable(engage(100, rang=3), 0, 1, le(2))
    with pytest.raises(EcritureRefusee, match="ne s’annule pas"):
        exiger_annulable(Mouvement(G.ENGAGEMENT, le(0), -1, 1), 0, 1, le(0))


def test_what_is_taken_back_leaves_what_depends_on_it() -> None:
    lignes = [engage(100), suite(G.SERVICE_FAIT, 80), suite(G.PAIEMENT, 50)]
    ecrire(lignes, Mouvement(G.ENGAGEMENT, le(3), -20, 1, annulee=1))
    with pytest.raises(EcritureRefusee, match="annulez d’abord"):
        ecrire(lignes, Mouvement(G.ENGAGEMENT, le(3), -21, 1, annulee=1))
    ecrire(lignes, suite(G.SERVICE_FAIT, -30))
    with pytest.raises(EcritureRefusee, match="annulez d’abord"):
        ecrire(lignes, suite(G.SERVICE_FAIT, -31))
    ecrire(lignes, suite(G.PAIEMENT, -50))


def test_an_avenant_counts_from_its_day() -> None:
    plus = Plafond(le(30), 80_000_00, 80_000_00, le(300))
    cadre = exiger_plafond(CADRE, [], plus)
    ecrire([], engage(80_000_00, rang=30), cadre)
    with pytest.raises(EcritureRefusee):
        ecrire([], engage(60_000_01, rang=29), cadre)
    ecrire([], engage(1, rang=250), cadre)


def test_an_avenant_leaves_what_is_engaged_and_paid() -> None:
    lignes = [engage(100), suite(G.SERVICE_FAIT, 100), suite(G.PAIEMENT, 40)]
    exiger_plafond(CADRE, lignes, Plafond(le(1), 100, 40, FIN))
    for ae, cp, quoi in ((99, 40, "engagé"), (100, 39, "payé")):
        with pytest.raises(EcritureRefusee, match=quoi):
            exiger_plafond(CADRE, lignes, Plafond(le(1), ae, cp, FIN))
    with pytest.raises(EcritureRefusee, match="après le terme"):
        exiger_plafond(CADRE, [engage(1, rang=100)], Plafond(le(1), 100, 100, le(99)))
    with pytest.raises(EcritureRefusee, match="qui le précède"):
        exiger_plafond(exiger_plafond(CADRE, [], Plafond(le(5), 1, 1, FIN)), [], Plafond(le(4), 1, 1, FIN))


@given(st.integers(0, 10**12))
@example(0)
@example(1)
def test_cents_are_never_lost(montant: int) -> None:
    assert centimes(en_euros(montant)) == montant
    chiffres = "".join(c for c in euros(montant) if c.isdigit())
    assert int(chiffres) == montant


class Livre(RuleBasedStateMachine):
    """Whatever is asked, in whatever order and of whatever day, what the rules let in keeps every invariant."""

    @initialize(ae=st.integers(0, 300), cp=st.integers(0, 300))
    def signer(self, ae: int, cp: int) -> None:
        self.cadre = CadreBudgetaire(DEBUT, (Plafond(DEBUT, ae, cp, FIN),))
        self.lignes: list[Mouvement] = []

    def _essayer(self, nouvelle: Mouvement) -> None:
        try:
            ecrire(self.lignes, nouvelle, self.cadre)
        except EcritureRefusee:
            return
        numero = len(self.lignes) + 1
        cle = numero if nouvelle.genre == G.ENGAGEMENT and not nouvelle.annulee else nouvelle.engagement
        self.lignes.append(Mouvement(nouvelle.genre, nouvelle.jour, nouvelle.montant, cle, nouvelle.annulee, numero))

    @rule(montant=st.integers(1, 200), rang=st.integers(-2, 200))
    def engager(self, montant: int, rang: int) -> None:
        self._essayer(Mouvement(G.ENGAGEMENT, le(rang), montant, -1))

    @rule(genre=st.sampled_from([G.SERVICE_FAIT, G.PAIEMENT]), montant=st.integers(1, 200), rang=st.integers(-2, 200),
          choix=st.randoms(use_true_random=False))  # fmt: skip
    def poursuivre(self, genre: GenreEcriture, montant: int, rang: int, choix: Any) -> None:
        engagements = [m for m in self.lignes if m.genre == G.ENGAGEMENT and not m.annulee]
        if engagements:
            self._essayer(Mouvement(genre, le(rang), montant, choix.choice(engagements).numero))

    @rule(montant=st.integers(1, 200), rang=st.integers(0, 200), choix=st.randoms(use_true_random=False))
    def annuler(self, montant: int, rang: int, choix: Any) -> None:
        if not self.lignes:
            return
        origine = choix.choice(self.lignes)
        deja = -sum(m.montant for m in self.lignes if m.annulee == origine.numero)
        try:
            exiger_annulable(origine, deja, montant, le(rang))
        except EcritureRefusee:
            return
        self._essayer(Mouvement(origine.genre, le(rang), -montant, origine.engagement, annulee=origine.numero))

    @rule(ae=st.integers(0, 400), cp=st.integers(0, 400), rang=st.integers(0, 200), terme=st.integers(0, 300))
    def signer_un_avenant(self, ae: int, cp: int, rang: int, terme: int) -> None:
        try:
            self.cadre = exiger_plafond(self.cadre, self.lignes, Plafond(le(rang), ae, cp, le(max(rang, terme))))
        except EcritureRefusee:
            return

    @invariant()
    def tout_tient(self) -> None:
        if not hasattr(self, "lignes"):
            return
        for jour in sorted({m.jour for m in self.lignes} | {p.depuis for p in self.cadre.plafonds}):
            sommes: dict[tuple[GenreEcriture, int], int] = defaultdict(int)
            for m in self.lignes:
                if m.jour <= jour:
                    sommes[m.genre, m.engagement] += m.montant
                    sommes[m.genre, 0] += m.montant
            permis = self.cadre.plafond(jour)
            assert sommes[G.ENGAGEMENT, 0] <= permis.ae
            assert sommes[G.PAIEMENT, 0] <= permis.cp
            for numero in {m.engagement for m in self.lignes}:
                engage_, certifie, paye = (sommes[g, numero] for g in (G.ENGAGEMENT, G.SERVICE_FAIT, G.PAIEMENT))
                assert 0 <= paye <= certifie <= engage_
        for m in self.lignes:
            if m.genre == G.ENGAGEMENT and m.montant > 0:
                assert DEBUT <= m.jour <= self.cadre.terme(m.jour)


TestLedger = Livre.TestCase
TestLedger.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
