"""What the embedded PostgreSQL writes in its log."""

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from fce.socle.postgres.grappe import Cluster
from tests.dossiers import dossier_court


def test_log_04_the_values_of_a_row_that_is_refused_stay_out_of_the_log() -> None:
    with dossier_court("journal") as dossier:
        cluster = Cluster(dossier / "base", durable=False)
        with cluster.en_marche(), psycopg.connect(make_conninfo(**cluster.parametres()), autocommit=True) as connexion:
            connexion.execute("CREATE TABLE personnes (nom text UNIQUE)")
            connexion.execute("INSERT INTO personnes VALUES ('martin-secret')")
            with pytest.raises(psycopg.errors.UniqueViolation):
                connexion.execute("INSERT INTO personnes VALUES ('martin-secret')")
        ecrit = (cluster.donnees / "journal.log").read_text("utf-8")
    assert "duplicate key" in ecrit
    assert "martin-secret" not in ecrit
