"""The ledger as it is kept by PostgreSQL: what the services write, what the triggers refuse to anybody."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from fce.droits.comptes.models import EvenementCompte
from fce.service.convention import services
from fce.service.convention.erreurs import ConventionClose, EcritureRefusee
from fce.service.convention.models import Avenant, Convention, Ecriture
from fce.service.convention.selectors import cadre_de, comites_attendus, mouvements_de, situation, totaux
from fce.service.convention.vocabulaire import TitreBudgetaire
from fce.socle.erreurs import Introuvable
from tests.service.convention import fabrique as f

pytestmark = pytest.mark.django_db
AVENANT = {"objet": "Prolongation", "ae": 80_000_00, "cp": 70_000_00}


def brute(**colonnes: Any) -> None:
    """A line inserted by raw SQL, past the services."""
    noms = ", ".join(colonnes)
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(
            f"INSERT INTO convention_ecriture ({noms}) VALUES ({', '.join(['%s'] * len(colonnes))})",
            [*colonnes.values()],
        )


def ligne(convention: Convention, **colonnes: Any) -> dict[str, Any]:
    """The columns of an engagement of one euro."""
    propres: dict[str, Any] = {
        "convention_id": convention.pk, "genre": "engagement", "jour": f.jour(convention, 10), "montant": 100,
        "nature": "devops", "titre": 3, "piece": "p", "chorus": "c", "par": "c0",
    }  # fmt: skip
    return propres | colonnes


def test_an_engagement_certified_and_paid_leaves_its_lines_and_their_events(convention: Convention) -> None:
    engagement, certifie, paye = f.paye(convention, 12_345_67)
    assert (certifie.nature, certifie.titre, paye.engagement) == ("devops", 3, engagement)
    f.ecrire(convention, "recette", 60_000_00)
    lu = situation(convention, f.aujourd_hui())
    assert (lu.totaux.engage, lu.totaux.certifie, lu.totaux.paye, lu.totaux.recu) == (
        12_345_67,
        12_345_67,
        12_345_67,
        60_000_00,
    )
    assert (lu.reste_a_engager, lu.reste_a_payer) == (47_654_33, 47_654_33)
    ecrits = EvenementCompte.objects.filter(objet=f"convention-{convention.pk}").order_by("id")
    assert [e.action for e in ecrits] == ["convention_creee", *["convention_ecriture"] * 4]
    assert {e.par for e in ecrits} == {f.PAR}


def test_what_is_refused_leaves_nothing(convention: Convention) -> None:
    f.ecrire(convention, "engagement", 60_000_00)
    faits = EvenementCompte.objects.count()
    with pytest.raises(EcritureRefusee):
        f.ecrire(convention, "engagement", 1)
    assert (Ecriture.objects.count(), EvenementCompte.objects.count()) == (1, faits)


@pytest.mark.parametrize(
    ("genre", "differences", "phrase"),
    [
        ("engagement", {"titre": TitreBudgetaire.PERSONNEL}, "titre 2"),
        ("engagement", {"nature": ""}, "nature"),
        ("engagement", {"marche": 987654}, "marché de cette convention"),
        ("service-fait", {"engagement": 987654}, "l’engagement de cette convention"),
        ("paiement", {}, "l’engagement de cette convention"),
    ],
)
def test_a_refusal_says_why_in_a_sentence(genre: str, differences: dict[str, Any], phrase: str) -> None:
    with pytest.raises(EcritureRefusee, match=phrase) as refus:
        f.ecrire(f.convention(), genre, 100, **differences)
    assert refus.value.message.endswith(".")
    assert "\n" not in refus.value.message


def test_nothing_is_charged_on_another_agreement() -> None:
    convention, autre = f.convention(), f.convention(titre="Autre")
    engagement = f.ecrire(autre, "engagement", 100)
    marche = f.marche(autre)
    with pytest.raises(EcritureRefusee):
        f.ecrire(convention, "service-fait", 100, engagement=engagement.pk)
    with pytest.raises(EcritureRefusee):
        f.ecrire(convention, "engagement", 100, marche=marche.pk)
    with pytest.raises(Introuvable):
        services.ecrire_annulation(convention.pk, engagement.pk, 100, f.aujourd_hui(), "p", f.PAR)


def test_an_order_out_of_its_market_is_refused(convention: Convention) -> None:
    marche = f.marche(convention, debut=5, fin=60)
    assert f.ecrire(convention, "engagement", 100, rang=60, marche=marche.pk).marche == marche
    with pytest.raises(EcritureRefusee, match="marché"):
        f.ecrire(convention, "engagement", 100, rang=61, marche=marche.pk)


def test_an_opposite_line_gives_the_credit_back(convention: Convention) -> None:
    engagement, certifie, paye = f.paye(convention, 60_000_00)
    for reprise in (paye, certifie, engagement):
        opposee = services.ecrire_annulation(convention.pk, reprise.pk, 60_000_00, f.aujourd_hui(), "avoir", f.PAR)
        assert (opposee.annulee, opposee.montant) == (reprise, -60_000_00)
    somme = totaux(mouvements_de(convention))
    assert (somme.engage, somme.certifie, somme.paye) == (0, 0, 0)
    # From that day on, and not before: what was engaged then was engaged.
    with pytest.raises(EcritureRefusee):
        f.ecrire(convention, "engagement", 1, rang=30)
    services.ecrire(convention.pk, f.saisie("engagement", f.aujourd_hui(), 60_000_00), f.PAR)
    with pytest.raises(EcritureRefusee, match="Il ne reste que"):
        services.ecrire_annulation(convention.pk, paye.pk, 1, f.aujourd_hui(), "avoir", f.PAR)


def test_a_part_of_a_line_may_be_taken_back(convention: Convention) -> None:
    engagement = f.ecrire(convention, "engagement", 100)
    f.ecrire(convention, "service-fait", 60, engagement=engagement.pk)
    services.ecrire_annulation(convention.pk, engagement.pk, 40, f.aujourd_hui(), "solde", f.PAR)
    with pytest.raises(EcritureRefusee, match="annulez d’abord"):
        services.ecrire_annulation(convention.pk, engagement.pk, 1, f.aujourd_hui(), "solde", f.PAR)


def test_avenants_change_the_amounts_from_their_day_and_are_numbered(convention: Convention) -> None:
    f.ecrire(convention, "engagement", 60_000_00)
    avenant = services.ajouter_avenant(
        convention.pk,
        {**AVENANT, "signe_le": f.jour(convention, 20), "effet_le": f.jour(convention, 30), "fin": convention.fin},
        f.PAR,
    )
    assert avenant.numero == 1
    with pytest.raises(EcritureRefusee):
        f.ecrire(convention, "engagement", 1, rang=29)
    f.ecrire(convention, "engagement", 20_000_00, rang=30)
    with pytest.raises(EcritureRefusee, match="engagé"):
        services.ajouter_avenant(
            convention.pk,
            {**AVENANT, "ae": 79_999_99, "signe_le": f.aujourd_hui(), "effet_le": f.aujourd_hui(),
             "fin": convention.fin},
            f.PAR,
        )  # fmt: skip


def test_an_avenant_that_prolongs_calls_its_committees(convention: Convention) -> None:
    assert [c.prevu_le for c in convention.comites.all()] == [convention.fin]
    fin = convention.fin + timedelta(days=400)
    services.ajouter_avenant(
        convention.pk, {**AVENANT, "signe_le": f.aujourd_hui(), "effet_le": f.aujourd_hui(), "fin": fin}, f.PAR
    )
    prevus = [convention.debut, *(c.prevu_le for c in convention.comites.all())]
    assert prevus[-1] == fin
    assert all(apres - avant <= timedelta(days=184) for avant, apres in itertools.pairwise(prevus))


def test_a_notice_is_given_once_and_takes_effect_after_its_months(convention: Convention) -> None:
    donne_le = f.jour(convention, 40)
    effet = services.finir(convention.pk, donne_le, "Délégant", f.PAR)
    assert effet < convention.fin
    assert (effet - donne_le).days in range(89, 93)
    convention.refresh_from_db()
    assert (convention.denoncee_le, convention.finit_le) == (donne_le, effet)
    assert cadre_de(convention).fin == min(effet, convention.fin)
    # The committee of the end comes with it; one that was to be later is no more awaited.
    assert [c.prevu_le for c in comites_attendus()] == [effet]
    with pytest.raises(ConventionClose):
        services.finir(convention.pk, donne_le, "Délégataire", f.PAR)


def test_a_notice_of_tomorrow_or_before_the_agreement_is_refused(convention: Convention) -> None:
    for quand in (f.aujourd_hui() + timedelta(days=1), convention.debut - timedelta(days=1)):
        with pytest.raises(EcritureRefusee):
            services.finir(convention.pk, quand, "Délégant", f.PAR)


def test_names_are_corrected_amounts_are_not(convention: Convention) -> None:
    en_place = {champ: getattr(convention, champ) for champ in services.IMPUTATION}
    vue = services.empreinte_de(convention)
    services.modifier(convention.pk, {**en_place, "centre_de_cout": "SGSIFAB076"}, vue, f.PAR)
    # Who had read it before would put the mistake back.
    with pytest.raises(ConventionClose, match="Quelqu’un d’autre"):
        services.modifier(convention.pk, {**en_place, "activite": "035200010102"}, vue, f.PAR)
    convention.refresh_from_db()
    assert convention.centre_de_cout == "SGSIFAB076"
    evenement = EvenementCompte.objects.get(action="convention_modifiee")
    assert (evenement.avant, evenement.apres) == ({"centre_de_cout": "SGSIFAB075"}, {"centre_de_cout": "SGSIFAB076"})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Convention.objects.filter(pk=convention.pk).update(ae=1)


@pytest.mark.parametrize("table", ["convention_ecriture", "convention_avenant"])
@pytest.mark.parametrize("geste", ["UPDATE {} SET par = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_is_written_is_changed_and_erased_by_nobody(convention: Convention, table: str, geste: str) -> None:
    """The owner of the tables included, by raw SQL."""
    f.ecrire(convention, "engagement", 100)
    with connection.cursor() as curseur:
        # What a commit checks: rows that still wait for it are not truncated, whatever the trigger.
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(geste.format(table))
    assert Ecriture.objects.count() == 1


def test_no_line_is_changed_nor_erased_by_the_models_either() -> None:
    ecrite = f.ecrire(f.convention(), "engagement", 100)
    ecrite.montant = 1
    with pytest.raises(DatabaseError), transaction.atomic():
        ecrite.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Ecriture.objects.filter(pk=ecrite.pk).delete()


@pytest.mark.parametrize(
    "differences",
    [
        {"montant": 60_000_01},
        {"titre": 2},
        {"titre": None},
        {"nature": ""},
        {"montant": -100},
        {"montant": 0},
        {"genre": "paiement"},
        {"jour": date(2000, 1, 1)},
        {"jour": date(2100, 1, 1)},
    ],
)
def test_the_base_refuses_by_itself(convention: Convention, differences: dict[str, Any]) -> None:
    brute(**ligne(convention))
    with pytest.raises(IntegrityError):
        brute(**ligne(convention, **differences))


def test_the_base_refuses_what_follows_by_itself() -> None:
    convention, autre = f.convention(), f.convention(titre="Autre")
    engagement = f.ecrire(convention, "engagement", 100)
    ailleurs = f.ecrire(autre, "engagement", 100)
    f.ecrire(convention, "service-fait", 60, engagement=engagement.pk)
    marche = f.marche(convention, debut=5, fin=9)
    for differences in (
        {"genre": "service-fait", "montant": 41, "engagement_id": engagement.pk},
        {"genre": "paiement", "montant": 61, "engagement_id": engagement.pk},
        {"genre": "service-fait", "montant": 1, "engagement_id": ailleurs.pk},
        {"montant": -41, "annulee_id": engagement.pk},
        {"montant": -1, "annulee_id": ailleurs.pk},
        {"genre": "recette", "nature": "", "titre": None, "montant": -1, "annulee_id": engagement.pk},
        {"marche_id": marche.pk},
    ):
        with pytest.raises(IntegrityError):
            brute(**ligne(convention, **differences))
    with pytest.raises(IntegrityError), transaction.atomic():
        Avenant.objects.create(
            convention=convention, numero=1, objet="o", signe_le=f.aujourd_hui(), effet_le=f.aujourd_hui(), ae=99,
            cp=99, fin=convention.fin, par="c0",
        )  # fmt: skip


GESTES = st.lists(
    st.tuples(
        st.sampled_from(["engagement", "service-fait", "paiement", "annulation"]),
        st.integers(1, 120),
        st.integers(0, 100),
        st.integers(0, 20),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gestes=GESTES)
def test_the_rules_and_the_base_say_the_same(gestes: list[tuple[str, int, int, int]], db: None) -> None:
    """Two writings of the rules, one in Python that speaks, one in SQL that nobody goes round: what one lets in, the
    other does too."""
    with transaction.atomic():
        convention = f.convention(ae=200, cp=150)
        for genre, montant, rang, choix in gestes:
            _comparer(convention, genre, montant, f.jour(convention, rang), choix)
        transaction.set_rollback(True)


def _comparer(convention: Convention, genre: str, montant: int, quand: date, choix: int) -> None:
    lignes = list(Ecriture.objects.filter(convention=convention).order_by("id"))
    engagements = [e for e in lignes if e.genre == "engagement" and e.annulee_id is None]
    origines = [e for e in lignes if e.annulee_id is None]
    if (genre == "annulation" and not origines) or (genre in ("service-fait", "paiement") and not engagements):
        return
    colonnes = ligne(convention, jour=quand, montant=montant)
    if genre == "annulation":
        origine = origines[choix % len(origines)]
        colonnes |= {"genre": origine.genre, "montant": -montant, "annulee_id": origine.pk}
        colonnes["engagement_id"] = origine.engagement_id
    else:
        colonnes["genre"] = genre
        if genre != "engagement":
            colonnes["engagement_id"] = engagements[choix % len(engagements)].pk
    brut = dit = True
    try:
        with transaction.atomic():
            brute(**colonnes)
            raise _Defaire
    except _Defaire:
        pass
    except IntegrityError:
        brut = False
    try:
        if genre == "annulation":
            services.ecrire_annulation(convention.pk, colonnes["annulee_id"], montant, quand, "p", f.PAR)
        else:
            engagement = colonnes.get("engagement_id", 0)
            services.ecrire(convention.pk, f.saisie(genre, quand, montant, engagement=engagement), f.PAR)
    except EcritureRefusee:
        dit = False
    assert brut is dit, (genre, montant, quand)


class _Defaire(Exception):
    pass
