"""A3: files of an attacker, tried by a signed-in agent on the real server: a sentence for each, and little memory."""

from __future__ import annotations

import gzip
import html
import http.client
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from fce.sources import registre
from tests.config.serveur import FCE, Serveur, installe, serveur

RACINE = Path(__file__).parents[3]
AGENT = """
import django; django.setup()
from django.test import Client
from tests.droits.comptes import fabrique as c
print(c.connecter(Client(), c.compte()).session_key)
"""
LIMITE = "limite-des-champs-du-formulaire"
CROISSANCE_MAX = 64
"""Mio that the process which serves may take for one of them, above what an honest trial left it with."""


@dataclass(frozen=True)
class Piege:
    """A file to make once it is needed. ``phrase``: what the page must say of it."""

    source: str
    nom: str
    fabriquer: Callable[[Path], object]
    phrase: str


def colonnes(source: str) -> list[str]:
    """Columns of the example of a csv source."""
    with registre.exemple(registre.source(source)).open(encoding="utf-8") as flux:
        return flux.readline().strip().split(",")


def repeter(chemin: Path, noms: list[str], lignes: int, longueur: int = 1) -> None:
    """One value, of ``longueur`` characters, in every cell: a few bytes for each column."""
    valeur = pl.repeat("1" * longueur, lignes, eager=True)
    pl.DataFrame(dict.fromkeys(noms, valeur)).write_parquet(chemin, compression="zstd", statistics=False)


def milliard(chemin: Path) -> None:
    """A billion rows of one column."""
    valeurs = pl.repeat(1, 1_000_000_000, dtype=pl.Boolean, eager=True)
    pl.DataFrame({"siren": valeurs}).write_parquet(chemin, compression="zstd", row_group_size=50_000_000)


def gzip_de_255_mo(chemin: Path) -> None:
    noms = colonnes("sirene-etablissements")
    with gzip.open(chemin, "wb", compresslevel=1) as flux:
        flux.write((",".join(noms) + "\n").encode())
        suite = "," * (len(noms) - 1) + "\n"
        bloc = "".join(f"{os.urandom(3).hex()}{'x' * 300}{suite}" for _ in range(2000)).encode()
        for _ in range(255_000_000 // len(bloc) + 1):
            flux.write(bloc)


def zip_de(nom: str, debut: bytes, mo: int, fin: bytes, bruit: int = 0) -> Callable[[Path], None]:
    """One member of ``mo`` megabytes. ``bruit``: random bytes of each, so that the ratio alone does not betray it."""

    def fabriquer(chemin: Path) -> None:
        with (
            zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
            archive.open(nom, "w", force_zip64=True) as flux,
        ):
            flux.write(debut)
            for _ in range(mo):
                flux.write(os.urandom(bruit).hex().encode() + b"a" * (1_000_000 - 2 * bruit))
            flux.write(fin)

    return fabriquer


ETABLISSEMENTS = "sirene-etablissements"
PIEGES = {
    "20 000 colonnes": Piege(
        ETABLISSEMENTS,
        "a.parquet",
        lambda chemin: repeter(chemin, [*colonnes(ETABLISSEMENTS), *(f"c{n}" for n in range(19_950))], 50_000),
        "démesuré",
    ),
    "un milliard de lignes": Piege(ETABLISSEMENTS, "a.parquet", milliard, "colonnes manquantes"),
    "lignes répétées": Piege(
        ETABLISSEMENTS, "a.parquet", lambda c: repeter(c, colonnes(ETABLISSEMENTS), 2_000_000), "dépasse 60 Mo"
    ),
    "valeurs de 100 000 signes": Piege(
        ETABLISSEMENTS, "a.parquet", lambda c: repeter(c, colonnes(ETABLISSEMENTS), 20_000, 100_000), "dépasse 60 Mo"
    ),
    "gzip nommé csv": Piege(ETABLISSEMENTS, "a.csv", gzip_de_255_mo, "dépasse 60 Mo"),
    "zip": Piege(ETABLISSEMENTS, "a.zip", zip_de("a.csv", b"siren\n", 2000, b""), "se dilate"),
    "zip sous le rapport": Piege(
        ETABLISSEMENTS, "a.zip", zip_de("a.csv", b"siren\n", 500, b"", 12_000), "colonnes manquantes"
    ),
    "xlsx": Piege("egapro", "a.xlsx", zip_de("xl/worksheets/sheet1.xml", b"<a>", 900, b"</a>"), "se dilate"),
    "xml": Piege(
        "bodacc",
        "a.xml",
        lambda c: c.write_bytes(
            b"<PCL_REDIFF><annonces><annonce><tribunal>"
            + b"a" * 9_800_000
            + b"</tribunal></annonce></annonces></PCL_REDIFF>"
        ),
        "démesuré",
    ),
    "json": Piege(
        "rne-dirigeants",
        "a.json",
        lambda c: c.write_bytes(b'[{"siren": "' + b"1" * 9_800_000 + b'"}]'),
        "n'est pas une formalité",
    ),
    "json zippé": Piege(
        "rne-dirigeants",
        "a.zip",
        zip_de("a.json", b'[{"siren": "', 500, b'"}]', 12_000),
        "plus de 1 024 Mio de mémoire",
    ),
}


@pytest.fixture(scope="module")
def s() -> Iterator[Serveur]:
    with installe("essai-hostile") as dossier, serveur(dossier, "--travailleurs", "1") as lance:
        yield lance


@pytest.fixture(scope="module")
def temoin(s: Serveur) -> str:
    """Cookie of an agent who has tried an honest file: the engine that reads is loaded."""
    environnement = {**s.environnement, "FCE_ROLE": "tache", "DJANGO_SETTINGS_MODULE": "fce.config.settings"}
    python = str(FCE.with_name("python"))
    fini = subprocess.run(
        [python, "-c", AGENT], env=environnement, cwd=RACINE, capture_output=True, text=True, check=True
    )
    temoin = f"fce={fini.stdout.strip()}"
    exemple = registre.exemple(registre.source(ETABLISSEMENTS))
    assert "Lignes lues" in essayer(s, temoin, ETABLISSEMENTS, exemple.name, exemple.read_bytes())
    return temoin


def essayer(s: Serveur, temoin: str, source: str, nom: str, contenu: bytes) -> str:
    """What the page says."""
    adresse = f"/rejoindre/essai/{source}"
    page = s.demander(adresse, Cookie=temoin)
    jeton = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.corps.decode())
    cookie = page.entetes["Set-Cookie"].partition(";")[0]
    assert jeton
    champ = f'--{LIMITE}\r\nContent-Disposition: form-data; name="{{}}"\r\n\r\n{{}}\r\n'
    fichier = (
        f'--{LIMITE}\r\nContent-Disposition: form-data; name="fichier"; filename="{nom}"\r\nContent-Type: a/b\r\n\r\n'
    )
    corps = (
        (champ.format("csrfmiddlewaretoken", jeton[1]) + fichier).encode() + contenu + f"\r\n--{LIMITE}--\r\n".encode()
    )
    connexion = http.client.HTTPConnection("127.0.0.1", s.port, timeout=180)
    entetes = {"Cookie": f"{temoin}; {cookie}", "Content-Type": f"multipart/form-data; boundary={LIMITE}"}
    connexion.request("POST", adresse, corps, entetes)
    reponse = connexion.getresponse()
    dit = html.unescape(re.sub(r"<[^>]+>", " ", reponse.read().decode()))
    connexion.close()
    assert reponse.status in (200, 400), dit
    return re.sub(r"\s+", " ", dit)


def memoire(pid: int, quoi: str) -> int:
    """Mio."""
    return int(re.search(quoi + r":\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) >> 10  # type: ignore[index]


@pytest.mark.epreuve
@pytest.mark.parametrize("nom", PIEGES)
def test_a3_a_hostile_file_has_its_sentence_and_takes_nothing_of_the_server(
    nom: str, s: Serveur, temoin: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    piege = PIEGES[nom]
    chemin = tmp_path / piege.nom
    piege.fabriquer(chemin)
    (pid,) = s.travailleurs()
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    avant = memoire(pid, "VmRSS")
    dit = essayer(s, temoin, piege.source, piege.nom, chemin.read_bytes())
    mio = memoire(pid, "VmHWM") - avant
    refus = re.search(r"[^.:]{0,60}" + re.escape(piege.phrase) + r"[^.]{0,90}", dit.replace("\u202f", " "))
    with capsys.disabled():
        sys.stdout.write(f"\n{nom} : {chemin.stat().st_size} octets, +{mio} Mio : {refus[0] if refus else dit}\n")
    assert refus
    assert mio < CROISSANCE_MAX
    assert s.travailleurs() == [pid]
