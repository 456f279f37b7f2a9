"""Files as they come: archives, wrong formats, wrong encodings, wrong headers; each refusal says where and why."""

import gzip
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fce.socle.erreurs import ImportRefuse
from fce.sources.declaration import Csv, Parquet
from fce.sources.lecture import empreinte
from fce.sources.lecture.lecteur import lire
from tests.sources import fabrique

LIGNES = fabrique.lignes_valides(300)
BON = fabrique.texte_csv(LIGNES)
OCTETS = BON.encode()


def lues(chemin: Path) -> list[str]:
    lots = list(lire(fabrique.source_essai(), [chemin]))
    assert not [r for lot in lots for r in lot.rejets]
    return [siret for lot in lots for siret in lot.lignes["siret"]]


@pytest.mark.parametrize(
    "contenu",
    [
        pytest.param(OCTETS, id="csv"),
        pytest.param(b"\xef\xbb\xbf" + OCTETS, id="marque-utf8"),
        pytest.param(b"\n\n" + OCTETS, id="lignes-vides-en-tete"),
        pytest.param(OCTETS.rstrip(b"\n"), id="sans-fin-de-ligne"),
        pytest.param(OCTETS.replace(b"\n", b"\r\n", 150), id="fins-melees"),
        pytest.param(fabrique.en_gzip(OCTETS), id="gzip"),
        pytest.param(fabrique.en_gzip(OCTETS) + b"\0" * 512, id="gzip-bourrage"),
        pytest.param(fabrique.en_gzip(OCTETS[:4000]) + fabrique.en_gzip(OCTETS[4000:]), id="gzip-membres"),
        pytest.param(fabrique.en_zip({"StockTest_utf8.csv": OCTETS}), id="zip"),
        pytest.param(fabrique.en_zip({"dossier/a.CSV": OCTETS, "lisezmoi.pdf": b"%PDF"}), id="zip-avec-notice"),
    ],
)
@pytest.mark.parametrize("nom", ["essai.csv", "essai.bin"])
def test_the_first_bytes_decide_not_the_name(contenu: bytes, nom: str, tmp_path: Path) -> None:
    assert lues(fabrique.ecrire(tmp_path, contenu, nom)) == [ligne[1] for ligne in LIGNES]


@pytest.mark.parametrize(
    ("contenu", "regle", "dit"),
    [
        (b"", "vide", "0 octet"),
        (b"\n \n", "vide", "lignes vides"),
        (fabrique.texte_csv([]).encode(), "vide", "aucune ligne de données"),
        (fabrique.en_gzip(b""), "vide", "une fois décompressé"),
        (BON.encode("utf-16"), "utf16", "UTF-16"),
        (BON.encode("utf-16-le"), "binaire", "UTF-16"),
        (BON.encode("cp1252"), "encodage", "UTF-8"),
        (BON.encode().decode("latin-1").encode(), "mojibake", "double encodage"),
        (b"<!DOCTYPE html><html>503</html>", "html", "HTML"),
        (b"\xef\xbb\xbf\n <?xml version='1.0'?>", "html", "XML"),
        (b'{"error": "rate limited"}', "json", "JSON"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + os.urandom(512), "excel", "Excel"),
        (b"%PDF-1.7", "pdf", "PDF"),
        (fabrique.en_zip({"[Content_Types].xml": b"<Types/>", "xl/a.csv": b""}), "excel", "Excel"),
        (fabrique.en_zip({}), "vide", "vide"),
        (fabrique.en_zip({"a.csv": OCTETS, "b.csv": OCTETS}), "zip-contenu", "2 fichiers"),
        (fabrique.en_zip({"a.zip": fabrique.en_zip({"a.csv": OCTETS})}), "zip-contenu", "aucun fichier CSV"),
        (fabrique.en_zip({"a.csv": fabrique.en_zip({"a.csv": OCTETS})}), "imbrique", "archive"),
        (fabrique.en_gzip(fabrique.en_gzip(OCTETS)), "imbrique", "archive"),
        (fabrique.en_zip({"../../a.csv": OCTETS}), "zip-chemin", "chemin"),
        (fabrique.en_zip({"/etc/a.csv": OCTETS}), "zip-chemin", "chemin"),
        (fabrique.en_zip({"a.csv": b"0" * 30_000_000}), "ratio", "100 fois"),
        (fabrique.en_gzip(b"0" * 30_000_000), "ratio", "100 fois"),
        (fabrique.en_zip({"a.csv": OCTETS})[:-60], "zip", "abîmée"),
        (fabrique.en_gzip(OCTETS)[:2000], "gzip", "tronquée"),
        (fabrique.en_gzip(OCTETS)[:-8] + b"\0\0\0\0" + fabrique.en_gzip(OCTETS)[-4:], "gzip", "abîmée"),
        (fabrique.en_gzip(OCTETS) + b"GARBAGE", "gzip", "abîmée"),
        (b"PAR1" + os.urandom(500) + b"PAR1", "parquet", "Parquet"),
    ],
)
def test_what_is_not_one_table_is_refused(contenu: bytes, regle: str, dit: str, tmp_path: Path) -> None:
    with pytest.raises(ImportRefuse, match=dit) as capture:
        list(lire(fabrique.source_essai(), [fabrique.ecrire(tmp_path, contenu)]))
    assert capture.value.details["regle"] == regle
    assert capture.value.message.startswith("Fichier « essai.csv »")
    assert capture.value.message.endswith(".")


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    contenu = bytearray(fabrique.en_zip({"a.csv": OCTETS}))
    contenu[6] |= 1
    contenu[contenu.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ImportRefuse, match="chiffrée"):
        list(lire(fabrique.source_essai(), [fabrique.ecrire(tmp_path, bytes(contenu))]))


def test_a_missing_file_is_refused_in_french(tmp_path: Path) -> None:
    with pytest.raises(ImportRefuse, match="ne peut pas être lu"):
        list(lire(fabrique.source_essai(), [tmp_path / "absent.csv"]))


def entete(*noms: str) -> Callable[[], str]:
    return lambda: fabrique.texte_csv(LIGNES, noms)


@pytest.mark.parametrize(
    ("texte", "regle", "dit"),
    [
        (fabrique.texte_csv(LIGNES, None), "sans-entete", "ligne 1.*noms des colonnes"),
        (fabrique.texte_csv(LIGNES, separateur=","), "separateur", "virgule"),
        (fabrique.texte_csv(LIGNES, separateur="\t"), "separateur", "tabulation"),
        ("Liste au 01/01/2026\nDiffusion restreinte\n" + BON, "preambule", "ligne 3.*2 ligne"),
        (BON.replace("siret", "siren", 1), "entete-double", "double.*siren"),
        (BON.replace("siret", "n_siret", 1), "colonnes", "manquantes : siret ; colonnes inconnues : n_siret"),
        (BON.replace("siren", "SIREN", 1), "colonnes", "manquantes : siren ; colonnes inconnues : SIREN"),
        (BON.replace("nom", "n\udcffm", 1), "encodage", "en-tête"),
    ],
)
def test_a_wrong_header_is_refused_with_its_mistake(texte: str, regle: str, dit: str, tmp_path: Path) -> None:
    chemin = fabrique.ecrire(tmp_path, texte.encode(errors="surrogateescape"))
    with pytest.raises(ImportRefuse, match=dit) as capture:
        list(lire(fabrique.source_essai(), [chemin]))
    assert capture.value.details["regle"] == regle


def test_columns_are_read_by_name_and_unknown_ones_warned_once(tmp_path: Path) -> None:
    ordre = [2, 0, 4, 1, 5, 3]
    texte = fabrique.texte_csv(
        [[*(ligne[i] for i in ordre), "x"] for ligne in LIGNES], [*(fabrique.ENTETE[i] for i in ordre), "nouvelle"]
    )
    lots = list(lire(fabrique.source_essai(), [fabrique.ecrire(tmp_path, texte)], taille_bloc=4096))
    assert len(lots) > 2
    assert [s for lot in lots for s in lot.lignes["siret"]] == [ligne[1] for ligne in LIGNES]
    assert [a for lot in lots for a in lot.avertissements] == ["Colonnes inconnues, ignorées : nouvelle."]


def test_a_declared_encoding_is_read(tmp_path: Path) -> None:
    source = fabrique.declarer("essai-cp1252", fabrique.Essai, fichier=Csv(separateur=";", encodage="cp1252"))
    lots = list(lire(source, [fabrique.ecrire(tmp_path, BON.encode("cp1252"))]))
    assert [n for lot in lots for n in lot.lignes["nom"]] == [ligne[2] for ligne in LIGNES]


def test_the_declared_format_is_required(tmp_path: Path) -> None:
    chemin = fabrique.ecrire(tmp_path, BON)
    with pytest.raises(ImportRefuse, match="Parquet est attendu"):
        list(lire(fabrique.declarer("essai-parquet", fabrique.Essai, fichier=Parquet()), [chemin]))


@pytest.mark.parametrize("taille", [0, 1, 262_144, 262_145, 700_000])
def test_the_fingerprint_of_a_file_is_its_sha_256(tmp_path: Path, taille: int) -> None:
    fichier = tmp_path / "fichier"
    fichier.write_bytes(octets := (b"siret;nom\n" * (taille // 10 + 1))[:taille])
    assert empreinte([fichier]) == hashlib.sha256(octets).hexdigest()


def test_the_fingerprint_is_that_of_the_bytes(tmp_path: Path) -> None:
    un, deux = fabrique.ecrire(tmp_path, BON, "un.csv"), fabrique.ecrire(tmp_path, BON, "deux.csv")
    assert empreinte([un]) == empreinte([deux])
    assert empreinte([un]) != empreinte([un, deux])
    assert empreinte([fabrique.ecrire(tmp_path, gzip.compress(OCTETS), "trois")]) != empreinte([un])
