"""Whatever writes the table, what closes or erases is recorded, with identifiers only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from fce.droits.comptes import appartenances
from fce.droits.comptes.models import Appartenance, Compte
from fce.droits.comptes.services import desactiver, reactiver, retirer_mandat
from fce.droits.habilitations.dossiers import services as dossiers
from fce.droits.habilitations.dossiers.etats import GesteDossier
from fce.sauvegarde.retraits.declaration import RETRAITS, SANS_OBJET
from fce.sauvegarde.retraits.declencheurs import modele_de, poser
from fce.socle.base.conservation import declarees, modeles
from tests.droits.comptes import fabrique
from tests.droits.habilitations.dossiers.fabrique import Scene
from tests.droits.habilitations.dossiers.fabrique import scene as faire_une_scene


def recordees() -> list[tuple[str, str, Any]]:
    with connection.cursor() as curseur:
        curseur.execute("SELECT objet, cle, valeurs::text FROM sauvegarde.retrait ORDER BY id")
        return curseur.fetchall()


def test_each_table_about_people_says_what_withdraws() -> None:
    sur_quelqu_un = {m._meta.db_table for m in declarees(modeles())}
    assert sur_quelqu_un <= RETRAITS.keys() | SANS_OBJET.keys()
    assert not RETRAITS.keys() & SANS_OBJET.keys()
    assert RETRAITS.keys() - sur_quelqu_un == {"comptes_organisation", "comptes_groupe"}


def test_what_a_withdrawal_writes_again_names_nobody() -> None:
    for table, retrait in RETRAITS.items():
        colonnes = {f.column: f.get_internal_type() for f in modele_de(table)._meta.concrete_fields}
        for colonne in retrait.colonnes:
            assert colonnes[colonne] in ("DateTimeField", "DateField", "BooleanField") or colonne in ("etat", "siret")


GESTES: dict[str, Callable[[Scene], object]] = {
    "comptes_compte": lambda s: desactiver(s.membre, "operateur", "Parti."),
    "comptes_appartenance": lambda s: appartenances.finir(Appartenance.objects.get(compte=s.membre), "c0", "Parti."),
    "comptes_mandat": lambda s: retirer_mandat(s.approbateur.mandats.get(), "operateur"),
    "droits_dossier": lambda s: dossiers.decider(
        GesteDossier.SUSPENDRE, s.validee(), s.approbateur.identifiant, "En attente d’un avis."
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("table", GESTES)
def test_a_gesture_that_closes_is_recorded(table: str) -> None:
    scene = faire_une_scene()
    assert recordees() == []
    GESTES[table](scene)
    assert [objet for objet, _, _ in recordees()] == [table]


@pytest.mark.django_db
def test_opening_again_records_nothing_and_erasing_takes_what_goes_along() -> None:
    compte = fabrique.compte()
    fabrique.membre(compte)
    reactiver_apres(compte)
    numero = str(compte.pk)
    compte.delete()
    effacees = [(objet, cle) for objet, cle, valeurs in recordees() if valeurs is None]
    assert [objet for objet, _ in effacees] == ["comptes_appartenance", "comptes_compte"]
    assert effacees[1] == ("comptes_compte", numero)


def reactiver_apres(compte: Compte) -> None:
    desactiver(compte, "operateur", "Erreur.")
    avant = len(recordees())
    reactiver(compte, "operateur")
    assert len(recordees()) == avant


@pytest.mark.django_db
def test_a_change_undone_is_not_recorded() -> None:
    compte = fabrique.compte()
    with transaction.atomic():
        Compte.objects.filter(pk=compte.pk).update(desactive_le=timezone.now())
        transaction.set_rollback(True)
    assert recordees() == []


@pytest.mark.django_db
def test_the_triggers_are_made_once(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        poser()
    assert apps.get_app_config("sauvegarde").models_module is not None
