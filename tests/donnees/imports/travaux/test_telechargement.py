"""``fce telecharger``: open files, from where the declaration says, whole or for one département, then imported."""

import csv
import datetime
import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from fce.donnees.imports.models import Import, VersionEnPlace
from fce.donnees.imports.travaux import departement as tri
from fce.donnees.imports.travaux.adresses import DATAGOUV, adresses
from fce.donnees.imports.travaux.telechargement import dossier, telecharger
from fce.socle.erreurs import DejaEnCours, ImportRefuse, ParametreInvalide
from fce.socle.travaux.verrous import seul
from fce.sources import registre
from tests.donnees.imports.chargement.outils import declarer_seules
from tests.donnees.imports.travaux.serveur import Serveur
from tests.sources import fabrique

pytestmark = pytest.mark.django_db(transaction=True)
OUVERTES = [s for s in registre.toutes() if s.acces.classe == "C0"]
ETABS = "sirene/stock_2020/StockEtablissement_utf8.csv"


def chemin(nom: str) -> str:
    """Path that the mirror serves for a source kept on data.gouv.fr."""
    return "/" + DATAGOUV.format(registre.source(nom).ressource).removeprefix("https://")


def nomme(nom: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename={nom}"}


def lignes(fichier: Path, separateur: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(fichier.read_text(encoding="utf-8-sig")), delimiter=separateur))


def en_csv(*rangs: dict[str, str]) -> bytes:
    sortie = io.StringIO()
    plume = csv.DictWriter(sortie, list(rangs[0]), lineterminator="\n")
    plume.writeheader()
    plume.writerows(rangs)
    return sortie.getvalue().encode()


def exemple(nom: str) -> bytes:
    return registre.exemple(registre.source(nom)).read_bytes()


@pytest.mark.parametrize("source", OUVERTES, ids=lambda s: s.nom)
def test_each_open_source_has_a_public_address_or_says_that_it_has_not(source: Any, settings: Any) -> None:
    settings.FCE_MIROIR = ""
    if not source.telechargeable:
        with pytest.raises(ParametreInvalide, match="est inconnue"):
            adresses(source)
    else:
        assert all(a.startswith("https://") and "{" not in a for a in adresses(source))


def test_a_restricted_source_is_never_downloaded() -> None:
    with pytest.raises(ParametreInvalide, match="son producteur la dépose"):
        telecharger(registre.source("dsn-effectifs"))


def test_a_file_is_kept_until_the_next_one_is_whole(miroir: Serveur) -> None:
    source = registre.source("idcc-etablissements")
    miroir.donner(chemin(source.nom), exemple(source.nom), entetes=nomme("idcc_1.csv"))
    premier = telecharger(source)
    assert premier.nouveau
    assert premier.fichiers[0].read_bytes() == exemple(source.nom)
    assert not telecharger(source).nouveau
    miroir.donner(
        chemin(source.nom), b"<!DOCTYPE html><p>Maintenance", entetes={"Content-Disposition": "filename=i.csv"}
    )
    with pytest.raises(ImportRefuse, match="page web"):
        telecharger(source)
    assert premier.fichiers[0].read_bytes() == exemple(source.nom)
    miroir.donner(
        chemin(source.nom), exemple(source.nom) + b"\n", entetes={"Content-Disposition": "filename=idcc_2.csv"}
    )
    assert telecharger(source).fichiers[0].name == "idcc_2.csv"
    assert [f.name for f in dossier(source).glob("idcc*")] == ["idcc_2.csv"]


@pytest.mark.parametrize(
    ("nom", "contenu", "phrase"),
    [
        ("idcc-etablissements", b"", "est vide"),
        ("idcc-etablissements", b"  \n ", "est vide"),
        ("idcc-etablissements", b'{"erreur": "quota"}', "message du serveur"),
        ("idcc-etablissements", b"PAR1....PAR1", "genre « parquet »"),
        ("idcc-etablissements", b"PK\x03\x04abc", "incomplète"),
        ("marches-publics", b"PAR1....", "genre « parquet »"),
    ],
)
def test_what_is_not_the_file_is_refused(miroir: Serveur, nom: str, contenu: bytes, phrase: str) -> None:
    miroir.donner(chemin(nom), contenu)
    with pytest.raises(ImportRefuse, match=phrase):
        telecharger(registre.source(nom))
    assert not [f for f in dossier(registre.source(nom)).iterdir() if not f.name.startswith(".")]


def test_two_downloads_of_one_source_do_not_meet(miroir: Serveur) -> None:
    source = registre.source("idcc-etablissements")
    dossier(source).mkdir(parents=True)
    verrou = dossier(source) / ".verrou"
    with seul(verrou, "x"), pytest.raises(DejaEnCours, match="déjà en cours de téléchargement"):
        telecharger(source)


def etablissement(siret: str, commune: str, **valeurs: str) -> dict[str, str]:
    source = registre.source("sirene-etablissements")
    vide = {c.colonne: "" for c in source.champs.values() if not c.optionnelle}
    connues = {"siren": siret[:9], "nic": siret[9:], "siret": siret, "codeCommuneEtablissement": commune}
    return vide | connues | {"statutDiffusionEtablissement": "O", "etatAdministratifEtablissement": "A"} | valeurs


SIRENS = [fabrique.avec_cle(f"{n:08d}") for n in (11111111, 22222222, 33333333, 44444444)]
SIRETS = [fabrique.avec_cle(siren + "0001") for siren in SIRENS]


@pytest.mark.parametrize("emballage", ["csv", "gzip", "zip"])
def test_a_departement_is_kept_byte_for_byte(miroir: Serveur, emballage: str) -> None:
    texte = en_csv(
        etablissement(SIRETS[0], "59350", enseigne1Etablissement='LE "BEFFROI",\nESTAMINET'),
        etablissement(SIRETS[1], "75101"),
        etablissement(SIRETS[2], "59599", enseigne1Etablissement="ÉTAL, DU NORD"),
        etablissement(SIRETS[3], "[ND]"),
    )
    contenu = {"csv": texte, "gzip": gzip.compress(texte), "zip": fabrique.en_zip({"StockEtablissement.csv": texte})}
    miroir.donner(chemin(tri.ETABLISSEMENTS), contenu[emballage])
    recu = telecharger(registre.source(tri.ETABLISSEMENTS), departement="59")
    assert recu.lignes == 2
    assert [rang["siret"] for rang in lignes(recu.fichiers[0])] == [SIRETS[0], SIRETS[2]]
    assert lignes(recu.fichiers[0])[0]["enseigne1Etablissement"] == 'LE "BEFFROI",\nESTAMINET'
    assert not telecharger(registre.source(tri.ETABLISSEMENTS), departement="59").nouveau


def test_a_file_of_companies_follows_the_establishments_kept(miroir: Serveur) -> None:
    miroir.donner(
        chemin(tri.ETABLISSEMENTS), en_csv(etablissement(SIRETS[0], "2A004"), etablissement(SIRETS[1], "2B033"))
    )
    unites = registre.source("sirene-unites-legales")
    vide = {c.colonne: "" for c in unites.champs.values() if not c.optionnelle}
    miroir.donner(chemin(unites.nom), en_csv(*(vide | {"siren": siren} for siren in SIRENS)))
    with pytest.raises(ParametreInvalide, match="téléchargez d'abord sirene-etablissements"):
        telecharger(unites, departement="2a")
    telecharger(registre.source(tri.ETABLISSEMENTS), departement="2A")
    recu = telecharger(unites, departement="2A")
    assert [rang["siren"] for rang in lignes(recu.fichiers[0])] == [SIRENS[0]]
    assert dossier(unites, "2A") == recu.fichiers[0].parent


def test_a_file_without_commune_follows_the_establishments_in_place(miroir: Serveur, tmp_path: Path) -> None:
    from fce.donnees.imports import services

    etabs = tmp_path / "e.csv"
    etabs.write_bytes(en_csv(etablissement(SIRETS[0], "97411"), etablissement(SIRETS[1], "59350")))
    services.retablir_les_vues()
    services.importer(tri.ETABLISSEMENTS, [etabs])
    texte = "MOIS,SIRET,IDCC,DATE_MAJ\n" + "".join(f"202601,{siret},1486,2026/02/01\n" for siret in SIRETS)
    miroir.donner(chemin("idcc-etablissements"), texte.encode())
    recu = telecharger(registre.source("idcc-etablissements"), departement="974")
    assert [rang["SIRET"] for rang in lignes(recu.fichiers[0])] == [SIRETS[0]]


def test_a_layout_that_cannot_be_cut_is_kept_whole_and_said(miroir: Serveur, capsys: Any) -> None:
    source = next(s for s in OUVERTES if s.nom == "tva")
    miroir.donner(chemin(source.nom), b"\x1f\x8b") if not tri.filtrable(source) else None
    miroir.donner(chemin(source.nom), b"inconnue;autre\n1;2\n")
    recu = telecharger(source, departement="59")
    assert recu.entier
    assert recu.lignes is None
    assert recu.fichiers[0].read_bytes() == b"inconnue;autre\n1;2\n"


@pytest.mark.parametrize(
    ("lu", "valeur", "attendu"),
    [
        (tri._de_postal, "20090", "2A"),
        (tri._de_postal, "20200", "2B"),
        (tri._de_postal, "97400", "974"),
        (tri._de_postal, "1000", "01"),
        (tri._de_postal, "SW1A 2AA", None),
        (tri._de_commune, "75101", "75"),
        (tri._de_commune, "2B033", "2B"),
        (tri._de_commune, "1004", "01"),
        (tri._de_commune, "[ND]", None),
        (tri._de_departement, "059", "59"),
        (tri._de_departement, "Côtes-d'Armor", "22"),
        (tri._de_departement, "Côtes-d'Armor".encode().decode("latin-1"), "22"),
        (tri._de_departement, "974", "974"),
        (tri._de_departement, "", None),
    ],
)
def test_a_value_places_a_row(lu: Any, valeur: str, attendu: str | None) -> None:
    assert lu(valeur) == attendu


def test_an_unknown_departement_is_said() -> None:
    with pytest.raises(CommandError, match="n'est pas un code de département"):
        call_command("telecharger", "rge", departement="99Z")


@pytest.fixture
def essai(monkeypatch: pytest.MonkeyPatch) -> Any:
    source = fabrique.declarer("essai-ouvert", fabrique.Essai, adresses=("https://exemple.fr/essai.csv",))
    declarer_seules(monkeypatch, source)
    return source


def test_the_command_downloads_and_imports(miroir: Serveur, essai: Any, capsys: Any) -> None:
    miroir.donner("/exemple.fr/essai.csv", fabrique.texte_csv(fabrique.lignes_valides(50)).encode())
    call_command("telecharger", essai.nom, importer=True)
    sortie = capsys.readouterr().out
    assert "essai-ouvert : téléchargée" in sortie
    assert "mis en place" in sortie
    assert Import.objects.get(source=essai.nom).total == 50
    call_command("telecharger", essai.nom, importer=True)
    assert "inchangée" in capsys.readouterr().out


def test_the_command_says_why_and_goes_on_with_the_others(miroir: Serveur, essai: Any, capsys: Any) -> None:
    with pytest.raises(CommandError, match="Au moins une source"):
        call_command("telecharger", essai.nom)
    assert "ne connaît pas ce fichier (404)" in capsys.readouterr().err


def test_real_files_go_through(miroir: Serveur, dossier_partage: Path, tmp_path: Path) -> None:
    reels = sorted((dossier_partage / "data" / "sirene").rglob("*.csv"))
    stock = next((f for f in reels if f.read_bytes()[:2000].count(b"codeCommuneEtablissement")), None)
    if stock is None:
        pytest.skip("aucun fichier réel d'établissements")
    miroir.donner(chemin(tri.ETABLISSEMENTS), stock.read_bytes())
    entier = telecharger(registre.source(tri.ETABLISSEMENTS))
    assert entier.fichiers[0].read_bytes() == stock.read_bytes()
    communes = [rang["codeCommuneEtablissement"] for rang in lignes(stock)]
    attendues = sum(1 for commune in communes if tri._de_commune(commune) == "75")
    assert telecharger(registre.source(tri.ETABLISSEMENTS), departement="75").lignes == attendues


def test_a_producer_of_news_is_asked_for_what_came_since(settings: Any) -> None:
    settings.FCE_MIROIR = ""
    bodacc = registre.source("bodacc")
    (adresse,) = adresses(bodacc)
    il_y_a_un_mois = datetime.date.today() - datetime.timedelta(days=30)
    assert f"dateparution%3E%3D%22{il_y_a_un_mois}%22" in adresse
    en_place = Import.objects.create(source="bodacc", statut="en_place", date_metier=datetime.date(2026, 10, 10))
    VersionEnPlace.objects.create(source="bodacc", en_place=en_place)
    assert "dateparution%3E%3D%222026-10-07%22" in adresses(bodacc)[0]
