"""Keeping what a table found as a list: the same work for a long table, and one list however often one asks."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fce.droits.comptes.models import Compte
from fce.ensembles.listes.models import LigneDeListe, ListeDeTravail
from fce.ensembles.rapprochement.models import LigneRapprochee, TableauRapproche
from tests.acces import acteurs
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c

pytestmark = pytest.mark.django_db
MOI = {"nom": "Chantiers", "pour": "moi"}


@pytest.fixture
def client(elle: Compte) -> Client:
    groupe = c.groupe()
    c.appartenance(elle, groupe)
    acteurs.dossier(groupe, "dreets-3e", ("59",))
    return c.client_de(elle)


def tableau(elle: Compte, lignes: int) -> str:
    """The address of the page that keeps a table of which every row is found, half of them by a name."""
    fait = TableauRapproche.objects.create(compte=elle, nom="x", total=lignes, faites=lignes)
    f.unites(*(f.unite(f.siren_no(n)) for n in range(lignes)))
    LigneRapprochee.objects.bulk_create(
        LigneRapprochee(
            tableau=fait, rang=n + 1, numero=f.siren_no(n), saisi="" if n % 2 else f.siren_no(n), issue="trouve"
        )
        for n in range(lignes)
    )
    return f"/rapprochements/{fait.reference}/liste"


def test_p1_a_long_table_is_kept_by_as_many_queries_as_a_short_one(elle: Compte, client: Client) -> None:
    requetes: list[int] = []
    for lignes in (4, 400):
        ou = tableau(elle, lignes)
        with CaptureQueriesContext(connection) as faites:
            assert client.get(ou).status_code == 200
            assert client.post(ou, {**MOI, "nom": f"{lignes} lignes"}).status_code == 302
        requetes.append(len(faites))
    assert requetes[1] <= requetes[0]
    assert LigneDeListe.objects.count() == 404


def test_rows_without_a_sure_answer_stay_written_in_the_list(elle: Compte, client: Client) -> None:
    ou = tableau(elle, 2)
    inconnues = [LigneRapprochee(rang=n, nom=f"INCONNUE {n}", issue="inconnu") for n in range(3, 303)]
    for ligne in inconnues:
        ligne.tableau_id = TableauRapproche.objects.get().pk
    LigneRapprochee.objects.bulk_create(inconnues)
    client.post(ou, MOI)
    gardees = ListeDeTravail.objects.get().non_reconnues
    assert gardees[0] == "INCONNUE 3"
    assert (len(gardees), gardees[-1]) == (200, "et 101 autres lignes du tableau")


def test_p1_a_list_asked_for_again_is_the_one_already_made(elle: Compte, client: Client) -> None:
    ou = tableau(elle, 3)
    premiere, seconde = (client.post(ou, MOI)["Location"] for _ in range(2))
    assert premiere == seconde
    assert (ListeDeTravail.objects.count(), LigneDeListe.objects.count()) == (1, 3)
    LigneDeListe.objects.latest("pk").delete()
    for autre in ({**MOI, "note": "Deux par semaine."}, MOI, {**MOI, "nom": "Les mêmes"}):
        assert client.post(ou, autre)["Location"] != premiere
    assert ListeDeTravail.objects.count() == 4
