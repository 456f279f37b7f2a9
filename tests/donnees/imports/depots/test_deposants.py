"""A data officer deposits as a token does: for the producers of his mandates, as long as they last."""

import io

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from fce.donnees.imports.depots import reception, selectors, services
from fce.donnees.imports.depots.deposants import Responsable, couvre, sources_de
from fce.donnees.imports.depots.erreurs import DepotInterdit, FichierTropGros
from fce.donnees.imports.models import Depot
from fce.droits.comptes.models import Compte, Mandat
from tests.droits.comptes.fabrique import mandataire

from .outils import deposer, fichier, jeton, verifie


@pytest.fixture
def compte(sources):
    return mandataire("depot", "essai")


@pytest.fixture
def responsable(compte):
    return Responsable(compte.identifiant, frozenset({"essai"}))


def test_it_covers_the_sources_of_its_producers_and_no_other(responsable, sources):
    assert sources_de(responsable) == list(sources)
    assert sources_de(Responsable("c1", frozenset())) == []
    assert not couvre(Responsable("c1", frozenset({"essa", "essai-depot", "ESSAI"})), sources[0])


def test_what_it_deposits_is_verified_published_and_taken_back(responsable, source):
    for n in (10, 11):
        depot = verifie(responsable, source, fichier(range(1, n + 1)))
        assert (depot.jeton, depot.par, depot.producteur) == (None, responsable.par, "essai")
        services.publier(depot.pk)
    assert depot.importation.par == f"dépôt n° {depot.pk}, compte {responsable.par}"
    assert selectors.retirable(responsable, source).precedent.total == 10
    assert selectors.retirable(Responsable(responsable.par, frozenset({"autre"})), source) is None
    assert services.revenir(responsable, source).total == 10


def test_the_same_file_sent_again_is_the_same_deposit_but_not_that_of_a_token(responsable, source):
    premier = deposer(responsable, source, fichier(range(1, 11)))
    assert deposer(responsable, source, fichier(range(1, 11))) == premier
    assert deposer(jeton()[0], source, fichier(range(1, 11))) != premier


@pytest.mark.parametrize("fin", ["mandat", "compte"])
def test_a_mandate_that_ends_while_its_file_arrives_deposits_nothing(responsable, compte, source, dossier, fin):
    contenu = fichier(range(1, 11))
    flux = io.BytesIO(contenu)

    def lire(taille):
        if fin == "mandat":
            Mandat.objects.filter(compte=compte).update(fin=timezone.now())
        else:
            Compte.objects.filter(pk=compte.pk).update(desactive_le=timezone.now())
        return flux.read(taille)

    with pytest.raises(DepotInterdit, match="pris fin"):
        services.deposer(responsable, source, lire, len(contenu))
    assert not Depot.objects.exists()
    assert list(dossier.iterdir()) == []


def test_a_secret_report_shows_its_values_to_the_account_that_sent_it_only(responsable, secrete):
    depot = verifie(responsable, secrete, fichier(range(1, 201), "123456789;X;MRK-1;2026-01-15"))
    assert "123456789" in str(selectors.rapport_de(responsable, depot))
    for autre in (Responsable("c0", frozenset({"essai"})), jeton()[0]):
        assert selectors.depot(autre, depot.pk) == depot
        assert "123456789" not in str(selectors.rapport_de(autre, depot))
        assert "123456789" not in str(list(selectors.quarantaine(autre, depot)))


def test_a_deposit_has_one_sender(responsable, source):
    depot = deposer(responsable, source, fichier(range(1, 11)))
    for champs in ({"par": ""}, {"jeton": jeton()[0]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Depot.objects.filter(pk=depot.pk).update(**champs)


def test_more_than_what_is_accepted_stops_on_the_way(settings, dossier):
    settings.FCE_DEPOT_TAILLE_MAX = 1
    with reception.arrivee("a.csv", 10) as venue:
        venue.ecrire(b"x" * (1 << 20))
        with pytest.raises(FichierTropGros):
            venue.ecrire(b"x")
    assert list(dossier.rglob("*")) == []
