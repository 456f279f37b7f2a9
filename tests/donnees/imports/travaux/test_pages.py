"""T9: what producers give otherwise than in one file: pages, an archive per département, a new address each month."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from fce.donnees.imports.travaux.adresses import adresses
from fce.donnees.imports.travaux.telechargement import telecharger
from fce.socle.erreurs import SourceIndisponible
from fce.sources import registre
from fce.sources.catalogue.interieur.rna.lecture import lire
from tests.donnees.imports.travaux.serveur import Serveur
from tests.donnees.imports.travaux.test_telechargement import exemple, lignes
from tests.sources import fabrique

pytestmark = pytest.mark.django_db(transaction=True)
RGE = "/data.ademe.fr/data-fair/api/v1/datasets/liste-des-entreprises-rge-2/lines"
BIO = "/opendata.agencebio.org/api/gouv/operateurs/"


def page(**contenu: Any) -> bytes:
    return json.dumps(contenu).encode()


def test_t9_pages_are_followed_to_the_last_by_the_address_that_each_gives(miroir: Serveur) -> None:
    suivante = "https://data.ademe.fr/data-fair/api/v1/datasets/liste-des-entreprises-rge-2/lines?size=10000&after=2"
    faits = json.loads(exemple("rge"))["results"]
    miroir.donner(f"{RGE}?size=10000", page(results=faits[:2], next=suivante))
    miroir.donner(f"{RGE}?size=10000&after=2", page(results=faits[2:]))
    recu = telecharger(registre.source("rge"))
    lus = list(registre.source("rge").fichier.fonction(recu.fichiers[0]))
    assert len(lus) == len(faits) > 3


def test_t9_pages_are_followed_by_rank_until_one_is_empty(miroir: Serveur) -> None:
    operateurs = [{"numeroBio": n, "siret": "1", "certificats": []} for n in range(5)]
    miroir.donner(f"{BIO}?nb=1000&debut=0", page(items=operateurs[:3]))
    miroir.donner(f"{BIO}?nb=1000&debut=3", page(items=operateurs[3:]))
    miroir.donner(f"{BIO}?nb=1000&debut=5", page(items=[]))
    recu = telecharger(registre.source("bio"))
    assert [v["numeroBio"] for _, v in registre.source("bio").fichier.fonction(recu.fichiers[0])] == list("01234")


@pytest.mark.parametrize("reponse", [b"[1]", b"{", page(erreur="trop de demandes"), page(items={})])
def test_t9_a_page_that_is_no_page_leaves_what_is_there(miroir: Serveur, reponse: bytes) -> None:
    miroir.donner(f"{BIO}?nb=1000&debut=0", page(items=[{"numeroBio": 1}]))
    miroir.donner(f"{BIO}?nb=1000&debut=1", page(items=[]))
    (avant,) = telecharger(registre.source("bio")).fichiers
    gardes = avant.read_bytes()
    miroir.donner(f"{BIO}?nb=1000&debut=1", reponse)
    with pytest.raises(SourceIndisponible, match=r"opendata\.agencebio|127\.0\.0\.1"):
        telecharger(registre.source("bio"))
    assert avant.read_bytes() == gardes


def test_t9_the_directory_of_associations_is_dated_by_the_month(settings: Any) -> None:
    settings.FCE_MIROIR = ""
    mois = datetime.date.today().replace(day=1)
    assert adresses(registre.source("rna")) == [f"https://media.interieur.gouv.fr/rna/rna_waldec_{mois:%Y%m%d}.zip"]


def test_t9_the_archive_of_associations_is_read_whole(tmp_path: Path) -> None:
    seul = tmp_path / "rna.csv"
    seul.write_bytes(exemple("rna"))
    archive = tmp_path / "rna.zip"
    with zipfile.ZipFile(archive, "w") as ecrite:
        for departement in ("01", "59"):
            ecrite.writestr(f"rna_waldec_20261101_dpt_{departement}.csv", exemple("rna"))
    attendus = [v for _, v in lire(seul)]
    lus = list(lire(archive))
    assert [v for _, v in lus] == attendus * 2
    assert len({numero for numero, _ in lus}) == len(lus)


def test_t9_an_archive_of_several_files_is_kept_whole_for_one_departement(miroir: Serveur) -> None:
    contenu = io.BytesIO()
    with zipfile.ZipFile(contenu, "w") as ecrite:
        for departement in ("01", "59"):
            ecrite.writestr(f"dpt_{departement}.csv", exemple("rna"))
    (adresse,) = adresses(registre.source("rna"))
    miroir.donner(adresse.removeprefix(miroir.adresse), contenu.getvalue())
    assert telecharger(registre.source("rna"), departement="59").entier


def test_t9_classified_installations_come_by_departement(settings: Any) -> None:
    settings.FCE_MIROIR = ""
    lues = adresses(registre.source("icpe-seveso"))
    assert len(lues) > 100
    assert "https://www.georisques.gouv.fr/api/v1/csv/installations_classees?departement=2A" in lues


@pytest.mark.parametrize("colonne", ["Code_departement", "Code département", "code_departement", "Departement"])
def test_t9_a_departement_is_found_in_a_column_that_the_source_does_not_keep(miroir: Serveur, colonne: str) -> None:
    source = fabrique.declarer("essai-lieux", fabrique.Essai, adresses=("https://exemple.fr/lieux.csv",))
    entete = ";".join(c.colonne for c in source.champs.values() if c.colonne)
    vides = ";" * entete.count(";")
    corps = io.StringIO()
    corps.write(f"{entete};{colonne}\n")
    for code in ("059", "59", "062", "2A"):
        corps.write(f"{vides};{code}\n")
    miroir.donner("/exemple.fr/lieux.csv", corps.getvalue().encode())
    recu = telecharger(source, departement="59")
    assert recu.lignes == 2
    assert [ligne[colonne] for ligne in lignes(recu.fichiers[0], ";")] == ["059", "59"]
