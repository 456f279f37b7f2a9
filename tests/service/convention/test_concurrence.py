"""Many agents at once, each committing for real: not a cent over, not a line lost."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from fce.service.convention import services, suivi
from fce.service.convention.erreurs import ConventionClose, EcritureRefusee
from fce.service.convention.models import AvisAuFinanceur, Convention, Ecriture
from fce.service.convention.selectors import mouvements_de, totaux
from tests.concurrence import ensemble
from tests.service.convention import fabrique as f
from tests.sql import executer

pytestmark = pytest.mark.django_db(transaction=True)
REFUS = (EcritureRefusee, IntegrityError)


def presser(convention: Convention, nombre: int, montant: int, *, brut: bool, agents: int) -> None:
    """``nombre`` engagements of ``montant`` by so many agents at once, one after the other each: some pass, the others
    are refused, and nothing else happens."""
    saisies = [f.saisie("engagement", f.jour(convention, 10), montant) for _ in range(nombre)]
    refuses: list[Exception] = []

    def par_le_service(rang: int) -> None:
        services.ecrire(convention.pk, saisies[rang], f.PAR)

    def en_sql(rang: int) -> None:
        executer(
            "INSERT INTO convention_ecriture (convention_id, genre, jour, montant, nature, titre, piece, chorus,"
            " par) VALUES (%s, 'engagement', %s, %s, 'devops', 3, 'p', 'c', 'c0')",
            [convention.pk, f.jour(convention, 10), montant],
        )

    def insister(agent: int) -> None:
        for rang in range(agent, nombre, agents):
            try:
                (en_sql if brut else par_le_service)(rang)
            except REFUS as refus:
                refuses.append(refus)

    assert ensemble(*(lambda agent=agent: insister(agent) for agent in range(agents))) == []
    admis = convention.ae // montant
    assert len(refuses) == nombre - admis > 0
    engage = totaux(mouvements_de(convention)).engage
    assert engage == admis * montant <= convention.ae
    assert convention.ae - engage < montant


@pytest.mark.parametrize("brut", [False, True], ids=["par le service", "en SQL"])
def test_twenty_engagements_at_once_never_exceed_the_amount(brut: bool) -> None:
    presser(f.convention(), 20, 7_000_01, brut=brut, agents=10)


@pytest.mark.epreuve
@pytest.mark.parametrize("brut", [False, True], ids=["par le service", "en SQL"])
def test_two_hundred_engagements_at_once_never_exceed_the_amount_by_a_cent(brut: bool) -> None:
    presser(f.convention(), 200, 500_01, brut=brut, agents=50)


@pytest.mark.parametrize("isolation", ["REPEATABLE READ", "SERIALIZABLE"])
def test_nothing_is_written_under_an_isolation_that_would_not_see_the_others(
    convention: Convention, isolation: str
) -> None:

    def ecrire_isole() -> None:
        with transaction.atomic():
            executer(f"SET TRANSACTION ISOLATION LEVEL {isolation}")
            f.ecrire(convention, "engagement", 100)

    with pytest.raises(DatabaseError, match="read committed"):
        ecrire_isole()
    assert not Ecriture.objects.exists()


def test_two_agents_who_pay_the_same_thing_pay_it_once(convention: Convention) -> None:
    engagement = f.ecrire(convention, "engagement", 100_00)
    f.ecrire(convention, "service-fait", 100_00, engagement=engagement.pk)
    saisies = [f.saisie("paiement", f.jour(convention, 20), 100_00, engagement=engagement.pk) for _ in range(2)]
    fautes = ensemble(*(lambda s=s: services.ecrire(convention.pk, s, f.PAR) for s in saisies))
    assert [type(faute) for faute in fautes] == [EcritureRefusee]
    assert Ecriture.objects.filter(genre="paiement").count() == 1


def test_a_payment_and_what_takes_its_certification_back_do_not_both_pass(convention: Convention) -> None:
    engagement = f.ecrire(convention, "engagement", 100_00)
    certifie = f.ecrire(convention, "service-fait", 100_00, engagement=engagement.pk)
    paiement = f.saisie("paiement", f.jour(convention, 20), 100_00, engagement=engagement.pk)
    fautes = ensemble(
        lambda: services.ecrire(convention.pk, paiement, f.PAR),
        lambda: services.ecrire_annulation(convention.pk, certifie.pk, 100_00, f.jour(convention, 20), "p", f.PAR),
    )
    assert [type(faute) for faute in fautes] == [EcritureRefusee]
    somme = totaux(mouvements_de(convention))
    assert somme.paye <= somme.certifie


def test_an_engagement_and_an_avenant_that_takes_its_credit_do_not_both_pass(convention: Convention) -> None:
    saisie = f.saisie("engagement", f.jour(convention, 20), 60_000_00)
    avenant = {
        "objet": "Réduction", "signe_le": f.jour(convention, 10), "effet_le": f.jour(convention, 15), "ae": 10_000_00,
        "cp": 10_000_00, "fin": convention.fin,
    }  # fmt: skip
    fautes = ensemble(
        lambda: services.ecrire(convention.pk, saisie, f.PAR),
        lambda: services.ajouter_avenant(convention.pk, avenant, f.PAR),
    )
    assert [type(faute) for faute in fautes] == [EcritureRefusee]


def test_a_notice_to_the_funder_is_prepared_once_and_sent_once(convention: Convention) -> None:
    f.ecrire(convention, "engagement", 50_000_00)
    services.ecrire_prevision(convention.pk, convention.fin, "devops", 20_000_00, 0, f.PAR)
    assert ensemble(*[lambda: suivi.preparer_avis(f.aujourd_hui())] * 4) == []
    (avis,) = AvisAuFinanceur.objects.all()
    fautes = ensemble(*[lambda: suivi.noter_envoi(convention.pk, avis.pk, f.aujourd_hui(), f.PAR)] * 2)
    assert [type(faute) for faute in fautes] == [ConventionClose]
