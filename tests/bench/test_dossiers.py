"""What a bench leaves behind it: nothing, its database included, whoever runs it."""

from pathlib import Path

from bench.dossiers import dossier_de_mesure
from fce.socle.postgres.grappe import RACINE_DE_REPLI, Cluster


def test_the_database_of_a_bench_goes_with_its_folder() -> None:
    ailleurs = {*RACINE_DE_REPLI.glob("*.origine")}
    with dossier_de_mesure("essai") as dossier:
        cluster = Cluster(Path(dossier) / "var")
        with cluster.en_marche():
            assert Path(dossier) in cluster.donnees.parents
    assert not Path(dossier).exists()
    assert not any(dossier in origine.read_text() for origine in {*RACINE_DE_REPLI.glob("*.origine")} - ailleurs)
