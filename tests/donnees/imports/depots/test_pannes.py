"""Deposits when things break: a death, a stop, a full disk, a long reader; what is in place never shows it."""

from contextlib import closing
from functools import partial
from types import SimpleNamespace

import pytest
from django.utils import timezone

from fce.donnees.imports.chargement import connexions
from fce.donnees.imports.chargement.verrou import verrou
from fce.donnees.imports.depots import essai, reception, services
from fce.donnees.imports.models import Depot
from fce.donnees.imports.travaux import taches
from fce.socle.erreurs import BaseIndisponible, DejaEnCours
from tests.donnees.imports.chargement.outils import lignes, somme, tables
from tests.pannes import lever

from .outils import deposer, fichier, jeton, verifie


@pytest.fixture
def producteur(sources):
    return jeton()[0]


@pytest.fixture
def depot(producteur, source):
    """Ten rows, received and not verified yet."""
    return deposer(producteur, source, fichier(range(1, 11)))


def test_a_deposit_given_up_during_its_verification_stays_so(depot, source, monkeypatch):
    comparer = essai.comparer

    def abandonner(*versions):
        Depot.objects.filter(pk=depot.pk).update(etat="abandonne")
        return comparer(*versions)

    monkeypatch.setattr(essai, "comparer", abandonner)
    assert services.verifier(depot.pk).etat == "abandonne"
    assert tables(source) == set()


def test_a_deposit_just_received_is_left_to_whoever_received_it(depot, source):
    """The worker that takes it first makes its sender read that the verification is under way, for a small file."""
    passer = partial(taches.verifier_depots, SimpleNamespace(should_abort=lambda: False), timestamp=0)
    passer()
    depot.refresh_from_db()
    assert depot.etat == "recu"
    Depot.objects.update(recu=timezone.now() - taches.A_QUI_LE_RECOIT)
    passer()
    depot.refresh_from_db()
    assert depot.etat == "pret"


class Mort(BaseException):
    """What a killed process does: nothing more."""


mourir = lever(Mort)


def test_a_verification_asked_to_stop_waits_for_another_one(depot, source, monkeypatch):
    for _ in range(5):
        with pytest.raises(SystemExit):
            services.verifier(depot.pk, progression=lever(SystemExit(143)))
        depot.refresh_from_db()
        assert depot.etat == "recu"
        assert tables(source) == set()
    assert services.verifier(depot.pk).etat == "pret"


def test_a_verification_that_died_is_taken_up_again(depot, source, monkeypatch):
    with monkeypatch.context() as contexte:
        contexte.setattr(essai, "comparer", mourir)
        with pytest.raises(Mort):
            services.verifier(depot.pk)
    depot.refresh_from_db()
    assert depot.etat == "en_verification"
    assert [d.etat for d in services.verifier_en_attente()] == ["pret"]
    assert len(tables(source)) == 1


def test_a_file_that_kills_its_verification_ends_by_being_left_alone(depot, source, monkeypatch):
    monkeypatch.setattr(essai, "comparer", mourir)
    for _ in range(3):
        with pytest.raises(Mort):
            services.verifier(depot.pk)
    (abandonnee,) = services.verifier_en_attente()
    assert abandonnee.etat == "erreur"
    assert services.verifier_en_attente() == []
    monkeypatch.undo()


def test_a_publication_that_breaks_after_the_switch_shows_nothing(source, producteur, monkeypatch):
    services.publier(verifie(producteur, source, fichier(range(1, 11))).pk)
    depot = verifie(producteur, source, fichier(range(1, 12)))
    avant = somme(source)

    with monkeypatch.context() as contexte:
        contexte.setattr(Depot, "save", lever(RuntimeError))
        with pytest.raises(RuntimeError):
            services.publier(depot.pk)
    assert somme(source) == avant
    depot.refresh_from_db()
    assert depot.etat == "pret"
    services.publier(depot.pk)
    assert len(lignes(source)) == 11


def test_a_long_reader_makes_a_publication_wait_then_give_way(source, producteur):
    services.publier(verifie(producteur, source, fichier(range(1, 11))).pk)
    depot = verifie(producteur, source, fichier(range(1, 12)))
    with closing(connexions.ouvrir("lecteur", autocommit=False)) as lecteur:
        lecteur.execute(f"SELECT count(*) FROM {source.relation}")
        with pytest.raises(BaseIndisponible):
            services.publier(depot.pk, patience=0)
    depot.refresh_from_db()
    assert depot.etat == "pret"
    services.publier(depot.pk)
    assert len(lignes(source)) == 11


def test_a_source_that_left_the_catalogue_holds_back_no_one(source, secrete, producteur, monkeypatch):
    from fce.sources import registre

    partie = deposer(producteur, secrete, fichier(range(1, 11)))
    deposer(producteur, source, fichier(range(1, 11)))
    with monkeypatch.context() as contexte:
        contexte.setattr(registre, "par_nom", lambda: {source.nom: source})
        assert [d.source for d in services.verifier_en_attente()] == [source.nom]
        assert services.abandonner(partie.pk).etat == "abandonne"


def test_a_busy_source_makes_a_deposit_wait(depot, source):
    with verrou(source.nom):
        with pytest.raises(DejaEnCours):
            services.verifier(depot.pk)
        assert services.verifier_en_attente() == []
    assert [d.etat for d in services.verifier_en_attente()] == ["pret"]


def test_an_unexpected_error_is_said_without_its_message(source, producteur, monkeypatch, caplog):
    monkeypatch.setattr(essai, "comparer", lever(RuntimeError("valeur MRK-secrete")))
    depot = verifie(producteur, source, fichier(range(1, 11)))
    assert depot.etat == "erreur"
    assert "RuntimeError" in depot.rapport["erreur"]
    assert "MRK-" not in depot.rapport["erreur"] + caplog.text
    monkeypatch.undo()


def test_a_disk_too_full_to_load_is_an_error_not_a_fault_of_the_file(source, producteur, monkeypatch):
    from fce.donnees.imports.chargement import disque

    monkeypatch.setattr(disque, "libre", lambda dossier: 0)
    depot = verifie(producteur, source, fichier(range(1, 11)))
    assert depot.etat == "erreur"
    assert "Espace disque" in depot.rapport["erreur"]
    monkeypatch.undo()


def test_a_file_changed_on_the_disk_is_not_verified(depot, source):
    reception.chemin(depot.dossier, depot.fichier).write_bytes(fichier(range(1, 12)))
    depot = services.verifier(depot.pk)
    assert depot.etat == "erreur"
    assert tables(source) == set()
