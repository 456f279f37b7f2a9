"""Room on the disk, asked of a server whose account is no superuser, as in production."""

import psycopg
import pytest
from django.db import connection

from fce.donnees.imports.chargement.disque import dossier_du_serveur
from fce.socle.postgres import grappe


@pytest.mark.django_db
def test_an_account_that_may_not_see_the_folder_of_the_server_goes_on_with_its_transaction() -> None:
    connection.ensure_connection()
    brute = connection.connection
    assert isinstance(brute, psycopg.Connection)
    assert dossier_du_serveur(brute) is not None
    brute.execute(f"SET LOCAL ROLE {grappe.ROLES[0]}")
    assert dossier_du_serveur(brute) is None
    assert brute.execute("SELECT 1").fetchone() == (1,)
    brute.execute("RESET ROLE")
