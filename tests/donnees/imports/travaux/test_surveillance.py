"""What producers leave in a folder or a bucket is taken once whole, imported, and put away with its report."""

import datetime
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from fce.donnees.imports.models import VersionEnPlace
from fce.donnees.imports.travaux import menage, seau, surveillance
from fce.donnees.imports.travaux.surveillance import Stabilite, Trouve, acceptable, dossiers_inconnus, fichiers
from fce.socle.erreurs import SourceIndisponible
from tests.donnees.imports.chargement.outils import declarer_seules
from tests.donnees.imports.travaux.processus import NOM, source
from tests.seau import seau_s3
from tests.sources import fabrique

pytestmark = pytest.mark.django_db(transaction=True)
BON = fabrique.texte_csv(fabrique.lignes_valides(40)).encode()


@pytest.fixture(autouse=True)
def essai(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Any:
    settings.FCE_DEPOTS_DIR = tmp_path / "depots"
    declaree = source()
    declarer_seules(monkeypatch, declaree)
    return declaree


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    chemin = tmp_path / "depots" / "essai" / NOM
    chemin.mkdir(parents=True)
    return chemin


def test_only_finished_files_of_the_right_producer_are_seen(dossier: Path, tmp_path: Path) -> None:
    racine = tmp_path / "depots"
    for nom in ("a.csv", ".cache", "b.csv.part", "c.tmp", "d.filepart", "~e.csv"):
        (dossier / nom).write_bytes(BON)
    (dossier / "lien.csv").symlink_to(dossier / "a.csv")
    (dossier / "traites").mkdir()
    (dossier / "traites" / "vieux.csv").write_bytes(BON)
    for ailleurs in (racine / "autre" / NOM, racine / "essai" / "inconnue"):
        ailleurs.mkdir(parents=True)
        (ailleurs / "x.csv").write_bytes(BON)
    assert [t.chemin for t in fichiers(racine)] == [f"essai/{NOM}/a.csv"]
    assert len(dossiers_inconnus(racine)) == 2
    assert not acceptable("envoi.csv.PART")


def test_a_growing_file_is_not_taken(tmp_path: Path) -> None:
    heure = [1000.0]
    stabilite = Stabilite(tmp_path / "m" / "memoire.json", 60, lambda: heure[0])

    def vu(octets: int, marque: str = "1") -> list[str]:
        return [t.chemin for t in stabilite.stables([Trouve(NOM, "f.csv", octets, marque)])]

    assert vu(10) == []
    heure[0] += 50
    assert vu(20) == []
    heure[0] += 50
    assert vu(20) == [], "cinquante secondes seulement sans bouger"
    heure[0] += 10
    assert vu(20) == ["f.csv"]
    assert vu(20, "2") == [], "réécrit, de même taille"


def test_a_good_file_goes_to_traites_with_its_report(dossier: Path) -> None:
    (dossier / "mars.csv").write_bytes(BON)
    place = surveillance.prendre_dans_le_dossier(NOM, f"essai/{NOM}/mars.csv")
    assert place is not None
    assert (place.parent.name, place.read_bytes()) == ("traites", BON)
    assert "40 lignes lues" in place.with_name(place.name + ".rapport.txt").read_text()
    assert not (dossier / "mars.csv").exists()
    assert VersionEnPlace.objects.get(source=NOM).en_place.total == 40
    # A worker killed before the move: the same file again is no fault.
    (dossier / "mars.csv").write_bytes(BON)
    place = surveillance.prendre_dans_le_dossier(NOM, f"essai/{NOM}/mars.csv")
    assert place is not None
    assert "déjà en place" in place.with_name(place.name + ".rapport.txt").read_text()
    assert surveillance.prendre_dans_le_dossier(NOM, f"essai/{NOM}/mars.csv") is None


def test_a_bad_file_goes_to_refuses_with_the_reason(dossier: Path) -> None:
    (dossier / "avril.csv").write_bytes(b"colonne;fausse\n1;2\n")
    place = surveillance.prendre_dans_le_dossier(NOM, f"essai/{NOM}/avril.csv")
    assert place is not None
    assert place.parent.name == "refuses"
    assert "REFUSÉ" in (rapport := place.with_name(place.name + ".rapport.txt").read_text())
    assert "siren" in rapport
    assert not VersionEnPlace.objects.filter(source=NOM).exists()


@pytest.fixture
def s3(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    settings.FCE_DEPOTS_S3 = "s3://depots/fce"
    with seau_s3("depots", settings, monkeypatch) as client:
        yield client


def cles(s3: Any) -> list[str]:
    return [o["Key"] for o in s3.list_objects_v2(Bucket="depots").get("Contents", [])]


def test_a_bucket_is_watched_like_a_folder(s3: Any) -> None:
    ici = f"fce/essai/{NOM}"
    for cle in (f"{ici}/mai.csv", f"{ici}/x.part", f"fce/autre/{NOM}/y.csv", f"{ici}/traites/z.csv", "ailleurs/w.csv"):
        s3.put_object(Bucket="depots", Key=cle, Body=BON)
    (trouve,) = seau.objets(s3)
    assert (trouve.source, trouve.chemin) == (NOM, f"{ici}/mai.csv")
    place = seau.prendre_dans_le_seau(NOM, trouve.chemin)
    assert place is not None
    assert place.startswith(f"{ici}/traites/")
    assert {place, f"{place}.rapport.txt"} <= set(cles(s3))
    assert f"{ici}/mai.csv" not in cles(s3)
    assert s3.get_object(Bucket="depots", Key=place)["Body"].read() == BON
    assert VersionEnPlace.objects.get(source=NOM).en_place.total == 40
    assert list(seau.objets(s3)) == []
    assert seau.prendre_dans_le_seau(NOM, f"{ici}/mai.csv") is None


def test_what_was_put_away_is_never_listed_and_goes_in_time(s3: Any, settings: Any) -> None:
    ici = f"fce/essai/{NOM}"
    for cle in (f"{ici}/traites/1.csv", f"{ici}/traites/1.csv.rapport.txt", f"{ici}/refuses/2.csv", f"{ici}/neuf.csv"):
        s3.put_object(Bucket="depots", Key=cle, Body=b"x")
    assert [t.chemin for t in seau.objets(s3)] == [f"{ici}/neuf.csv"]
    assert menage.purger_depots(timezone.now()) == 0
    plus_tard = timezone.now() + datetime.timedelta(days=settings.FCE_DEPOT_CONSERVATION + 1)
    assert menage.purger_depots(plus_tard) == 3
    assert cles(s3) == [f"{ici}/neuf.csv"]


def test_what_was_put_away_in_a_folder_goes_in_time(dossier: Path, settings: Any) -> None:
    for nom in (
        "traites/20260101-080000-000-a.csv",
        "traites/20260101-080000-000-a.csv.rapport.txt",
        "refuses/note.txt",
    ):
        (dossier / nom).parent.mkdir(exist_ok=True)
        (dossier / nom).write_bytes(b"x")
    (dossier / "traites" / f"{surveillance.horodatage()}-b.csv").write_bytes(b"x")
    assert menage.purger_depots(timezone.now()) == 2
    assert [f.name for f in (dossier / "refuses").iterdir()] == ["note.txt"]
    assert [f.name[-5:] for f in (dossier / "traites").iterdir()] == ["b.csv"]


def test_a_bad_object_goes_to_refuses(s3: Any) -> None:
    cle = f"fce/essai/{NOM}/juin.csv"
    s3.put_object(Bucket="depots", Key=cle, Body=b"rien de bon\n")
    place = seau.prendre_dans_le_seau(NOM, cle)
    assert place is not None
    assert "/refuses/" in place
    assert b"REFUS" in s3.get_object(Bucket="depots", Key=f"{place}.rapport.txt")["Body"].read()


def test_a_storage_that_does_not_answer_is_said(s3: Any, settings: Any) -> None:
    settings.FCE_DEPOTS_S3 = "s3://inconnu"
    with pytest.raises(SourceIndisponible, match="stockage des dépôts"):
        list(seau.objets(s3))


def test_old_leftovers_go_and_recent_ones_stay(tmp_path: Path) -> None:
    racine = tmp_path / "donnees" / "telechargements"
    vieux, jeune = racine / NOM / ".partiel-1", racine / NOM / ".partiel-2"
    retiree, temporaire = racine / "source-retiree", tmp_path / "donnees" / "travaux" / "depot-abc"
    for chemin in (vieux, jeune):
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_bytes(b"x")
    retiree.mkdir()
    temporaire.mkdir(parents=True)
    maintenant = time.time()
    for chemin, jours in ((vieux, 8), (jeune, 0), (retiree, 8), (temporaire, 8)):
        os.utime(chemin, (maintenant - jours * 86_400,) * 2)
    assert menage.nettoyer() == 3
    assert [c.exists() for c in (vieux, jeune, retiree, temporaire)] == [False, True, False, False]
