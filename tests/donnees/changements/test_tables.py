"""The bulk files as typed tables: their types and order, the parts that a query reads, and the queries of the
documentation."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from contextlib import redirect_stdout
from datetime import date, datetime
from gzip import compress
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final

import duckdb
import httpx
import polars
import pyarrow.parquet as pq
import pytest
from django.test import Client
from fsspec.spec import AbstractBufferedFile, AbstractFileSystem

from fce.config import debit
from fce.donnees.changements import fichiers, services, sources, tables
from fce.donnees.publication import fichiers as publication
from fce.socle.web import parties
from tests.donnees.changements.histoire import Transport, importer
from tests.donnees.changements.test_flux import A, lieux, unites
from tests.donnees.entreprises import fabrique as f
from tests.recherche.repertoire import LIEUX, UNITES
from tests.recherche.univers import BREST, LYON, Univers

ETABLISSEMENTS: Final = "/api/v1/fichiers/etablissements.parquet"
PAGE: Final = (Path(__file__).parents[3] / "docs" / "api.md").read_text("utf-8")
LOCALE: Final = "http://localhost:8000"
POINT: Final = {"coordonnee_lambert_abscisse": "704000.5", "coordonnee_lambert_ordonnee": "7059000"}


@pytest.fixture
def dossier(settings: Any, tmp_path: Path) -> Path:
    settings.FCE_DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def complet(db: None, dossier: Path) -> fichiers.FichierComplet:
    importer({UNITES: unites(), LIEUX: lieux(**{A: {**POINT, "annee_effectifs": 2024}})})
    services.calculer()
    return fichiers.ecrire()


def lire(adresse: str) -> bytes:
    return b"".join(Client().get(adresse).streaming_content)


def test_values_have_their_type_and_rows_are_by_siren(complet: fichiers.FichierComplet) -> None:
    entreprises, lieux_ = (polars.read_parquet(complet.chemin(g)) for g in (tables.ENTREPRISES, tables.ETABLISSEMENTS))
    assert entreprises.schema["date_creation"] == entreprises.schema["siege_date_creation"] == polars.Date
    assert entreprises.schema["date_dernier_traitement"] == polars.Datetime("us")
    assert (lieux_.schema["etablissement_siege"], lieux_.schema["annee_effectifs"]) == (polars.Boolean, polars.Int64)
    for table in (entreprises, lieux_):
        assert table["siren"].is_sorted()
        assert table["date_creation"].to_list() == [date(2001, 2, 3)] * 2
    lieu = lieux_.row(0, named=True)
    assert (lieu["siren"], lieu["etablissement_siege"], lieu["annee_effectifs"]) == (A, True, 2024)
    assert (lieu["departement"], str(lieu["coordonnee_lambert_abscisse"])) == ("59", "704000.5000000000")
    assert (lieu["latitude"], lieu["longitude"]) == (pytest.approx(50.63, abs=0.01), pytest.approx(3.06, abs=0.01))
    assert lieux_.row(1, named=True)["latitude"] is None


def test_a_table_without_rows_has_its_columns(dossier: Path) -> None:
    vide = dossier / "vide.gz"
    vide.write_bytes(compress(b"{}\n"))
    for genre, table in tables.en_parquet(sources.toutes(), "1-0").items():
        table.ecrire(dossier / genre, vide, {}, 10)
        assert polars.read_parquet(dossier / genre).columns == [*table.colonnes]


def test_the_digest_is_that_of_the_whole_file(complet: fichiers.FichierComplet) -> None:
    for adresse in (ETABLISSEMENTS, "/api/v1/fichiers/entreprises.csv.gz"):
        reponse = Client().get(adresse, headers={"Range": "bytes=0-9"})
        assert len(b"".join(reponse.streaming_content)) == 10
        empreinte = b64encode(hashlib.sha256(lire(adresse)).digest()).decode()
        assert reponse["Repr-Digest"] == f"sha-256=:{empreinte}:"


@pytest.mark.parametrize(
    ("voulue", "debut", "fin"),
    [("bytes=0-9", 0, 10), ("bytes=5-", 5, None), ("bytes=-7", -7, None), ("bytes=-999999999", 0, None),
     ("bytes=2-999999999", 2, None)],
)  # fmt: skip
def test_a_part_is_that_of_the_file(complet: fichiers.FichierComplet, voulue: str, debut: int, fin: int | None) -> None:
    entier = lire(ETABLISSEMENTS)
    reponse = Client().get(ETABLISSEMENTS, headers={"Range": voulue})
    part = b"".join(reponse.streaming_content)
    assert (reponse.status_code, part) == (206, entier[debut:fin])
    place = range(len(entier))[debut:fin]
    assert reponse["Content-Range"] == f"bytes {place[0]}-{place[-1]}/{len(entier)}"
    assert int(reponse["Content-Length"]) == len(part)


def test_a_part_beyond_the_end_is_refused_and_what_is_no_part_is_the_whole(complet: fichiers.FichierComplet) -> None:
    taille = len(lire(ETABLISSEMENTS))
    refus = Client().get(ETABLISSEMENTS, headers={"Range": f"bytes={taille}-"})
    assert (refus.status_code, refus["Content-Range"]) == (416, f"bytes */{taille}")
    for entetes in ({"Range": "bytes=0-1,3-4"}, {"Range": "lignes=0-1"}, {"Range": "bytes=-"}, {}):
        reponse = Client().get(ETABLISSEMENTS, headers=entetes)
        assert (reponse.status_code, reponse["Accept-Ranges"]) == (200, "bytes")
        assert len(b"".join(reponse.streaming_content)) == taille


def test_a_part_of_a_file_written_again_since_is_the_whole_of_the_new_one(complet: fichiers.FichierComplet) -> None:
    for si, statut in ((f'"{complet.cle}"', 206), ('"autre"', 200)):
        reponse = Client().get(ETABLISSEMENTS, headers={"Range": "bytes=0-9", "If-Range": si})
        b"".join(reponse.streaming_content)
        assert reponse.status_code == statut


@pytest.mark.parametrize(("voulue", "courte"), [
    ("bytes=0-9", True), ("bytes=-262144", True), (f"bytes=7-{parties.COURTE + 6}", True),
    (f"bytes=7-{parties.COURTE + 7}", False), ("bytes=0-", False), ("", False), ("bytes=-999999999", False),
])  # fmt: skip
def test_a_short_part_counts_for_one_request_and_a_long_one_for_a_file(voulue: str, courte: bool) -> None:
    assert parties.courte(voulue) is courte


def test_a_query_of_a_hundred_parts_is_within_the_limit_of_an_address(
    complet: fichiers.FichierComplet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debit, "time", lambda: 1_800_000_000.0)
    with httpx.Client(base_url="http://testserver", transport=Transport("203.0.113.9")) as lecteur:
        parts = {lecteur.get(ETABLISSEMENTS, headers={"Range": "bytes=0-9"}).status_code for _ in range(100)}
        entiers = [lecteur.get(ETABLISSEMENTS).status_code for _ in range(10)]
    assert parts == {206}
    assert entiers[-1] == 429


class _ParParties(AbstractFileSystem):  # type: ignore[misc]
    """What DuckDB's « httpfs » does, fetched from the Internet: a HEAD, then the parts that the query reads."""

    protocol = ("http",)
    recus: list[int] = []

    @classmethod
    def _strip_protocol(cls, chemin: str) -> str:
        return chemin

    def info(self, chemin: str, **_: Any) -> dict[str, Any]:
        return {"name": chemin, "size": int(httpx.head(chemin).headers["Content-Length"]), "type": "file"}

    def modified(self, chemin: str) -> datetime:
        return datetime(2026, 1, 1)

    def _open(self, chemin: str, mode: str = "rb", **_: Any) -> AbstractBufferedFile:
        return _Fichier(self, chemin, mode, cache_type="none")


class _Fichier(AbstractBufferedFile):  # type: ignore[misc]
    def _fetch_range(self, debut: int, fin: int) -> bytes:
        reponse = httpx.get(self.path, headers={"Range": f"bytes={debut}-{fin - 1}"})
        assert reponse.status_code == 206
        _ParParties.recus.append(len(reponse.content))
        return reponse.content


def en_duckdb(requete: str) -> Any:
    with duckdb.connect() as base:
        base.register_filesystem(_ParParties())
        return base.sql(requete).fetchall()[0][0]


@pytest.mark.django_db(transaction=True)
def test_the_queries_of_the_documentation_count_as_the_search_does(dossier: Path, live_server: Any) -> None:
    univers = Univers()
    nord = univers.entreprise("FORGES")
    univers.etablissement(nord, 2, etat_administratif="F")
    univers.etablissement(nord, 3, etablissement_siege=False)
    univers.etablissement(nord, 4, etablissement_siege=False, **LYON)
    univers.entreprise("MARIVAULT", BREST)
    univers.personne("VERGNAUD", "ELODIE", statut_diffusion="P")
    univers.indexer()
    fichiers.ecrire()
    cherche = {"departement": "59", "vue": "etablissements"}
    attendus = httpx.get(f"{live_server.url}/api/v1/recherche", params=cherche).json()["total"]
    (sql,) = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    assert en_duckdb(sql.replace(LOCALE, live_server.url)) == attendus == 2
    (python,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    with redirect_stdout(StringIO()) as ecrit:
        exec(python.replace(LOCALE, live_server.url), {})
    assert int(ecrit.getvalue()) == attendus


@pytest.mark.django_db(transaction=True)
def test_one_company_is_read_in_a_table_of_many_without_the_rest(
    dossier: Path, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer({UNITES: unites(), LIEUX: lieux()})
    services.calculer()
    complet = fichiers.ecrire()
    monkeypatch.setattr(publication, "GROUPE", 5_000)
    numeros = [f.siren_no(n) for n in range(60_000)]
    # Invented texts that no compression shortens: the file is longer than what a reader takes of its end.
    lignes = (
        {"siren": s, "donnees": {LIEUX: [{"siren": s, "libelle_voie": hashlib.sha256(s.encode()).hexdigest()}]}}
        for s in numeros
    )
    (ndjson := dossier / "grand.gz").write_bytes(
        compress(b"{}\n" + b"".join(json.dumps(x).encode() + b"\n" for x in lignes))
    )
    chemin = complet.chemin(tables.ETABLISSEMENTS)
    tables.etablissements(sources.toutes()).ecrire(chemin, ndjson, {}, 5_000)
    assert pq.ParquetFile(BytesIO(chemin.read_bytes())).num_row_groups == 12
    _ParParties.recus.clear()
    adresse = live_server.url + ETABLISSEMENTS
    voulu = numeros[31_415]
    assert (
        en_duckdb(f"SELECT libelle_voie FROM '{adresse}' WHERE siren = '{voulu}'")
        == hashlib.sha256(voulu.encode()).hexdigest()
    )
    assert sum(_ParParties.recus) < chemin.stat().st_size / 3
    assert polars.scan_parquet(adresse).filter(siren=voulu).collect().height == 1
