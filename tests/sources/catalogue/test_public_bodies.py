"""Ministry of the Interior and DGCL: associations, elected representatives joined to their authority by its code."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from fce.demo import numeros
from fce.socle.erreurs import ImportRefuse
from fce.sources import registre
from fce.sources.catalogue.dgcl.collectivites.lecture import niveau, sans_annee
from fce.sources.catalogue.interieur.elus import lecture as elus
from fce.sources.catalogue.interieur.elus.regles import par_fonction
from fce.sources.catalogue.interieur.rna.regles import data_subvention
from fce.sources.lecture.lecteur import lire
from tests.partage import partage

COMMUNE, REGION = numeros.siren(9990), numeros.siren(9991)
COLLECTIVITES = (
    "Exercice;Code Insee 2024 Région;Code Insee 2024 Département;Catégorie;Code Insee Collectivité;"
    f"Code Siren Collectivité;Libellé Budget\n2024;32;59;Commune;59999;{COMMUNE};A\n2024;32;;REG;;{REGION};B\n"
)
MUNICIPAUX = (
    "Code du département;Code de la commune;Nom de l'élu;Prénom de l'élu;Code sexe;Date de naissance;"
    "Date de début du mandat;Libellé de la fonction\n"
    "59;59999;GALVRERON;Simone;F;1970-05-04;2020-05-18;Maire\n59;59998;AILLEURS;Paul;M;1971-05-04;2020-05-18;\n"
)
REGIONAUX = (
    "Code de la région;Nom de l'élu;Prénom de l'élu;Code sexe;Date de naissance;Date de début du mandat\n"
    "32;VERNOLLIER;Marc;M;1959-12-30;2021-07-02\n"
)


def ecrire(dossier: Path, **membres: str) -> Path:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        for nom, texte in membres.items():
            archive.writestr(f"{nom}.csv", texte)
    (chemin := dossier / "elus.zip").write_bytes(tampon.getvalue())
    return chemin


def test_a_representative_takes_the_siren_of_the_authority(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, b=MUNICIPAUX, c=REGIONAUX, a=COLLECTIVITES)
    lues = [(x["Nom de l'élu"], x["siren"], x["mandat"]) for _, x in elus.lire(chemin)]
    assert lues == [
        ("GALVRERON", COMMUNE, "Conseiller municipal"),
        ("AILLEURS", None, "Conseiller municipal"),
        ("VERNOLLIER", REGION, "Conseiller régional"),
    ]


def test_the_date_of_birth_is_not_read(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, a=COLLECTIVITES, b=MUNICIPAUX)
    assert not any("1970" in (v or "") for _, ligne in elus.lire(chemin) for v in ligne.values())
    assert "Date de naissance" not in registre.source("elus").colonnes


def test_an_archive_without_representatives_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefuse):
        list(elus.lire(ecrire(tmp_path, a=COLLECTIVITES)))
    (tmp_path / "x.zip").write_bytes(b"Nom\n")
    with pytest.raises(ImportRefuse):
        list(elus.lire(tmp_path / "x.zip"))


def test_mayors_come_first_then_those_in_office() -> None:
    lignes = [
        {"nom": n, "prenom": "", "fonction": f}
        for n, f in [("B", None), ("C", "2e adjoint"), ("D", "Maire"), ("A", "")]
    ]
    assert [x["nom"] for x in par_fonction(lignes, date(2026, 6, 1))] == ["D", "C", "A", "B"]


def test_the_year_of_the_geography_does_not_matter() -> None:
    ligne = sans_annee({"Code Insee 2031 Région": "32", "Nom 2031 Région": "X", "Exercice": "2030"})
    assert ligne == {"Code Insee Région": "32", "Nom Région": "X", "Exercice": "2030"}
    assert niveau(ligne) == ("region", "32")
    assert niveau({"Code Insee Commune": "59999", "Code Insee Région": "32"}) == ("commune", "59999")
    assert niveau({}) == ("autre", None)


def test_real_associations_are_read_and_no_date_is_year_one() -> None:
    chemin = partage("data/rna/rna_waldec_sample_dpt_976.csv")
    source = registre.source("rna")
    (lot,) = lire(source, [chemin])
    assert (lot.recues, lot.lignes.height, lot.rejets, lot.avertissements) == (3, 3, [], [])
    assert list(source.colonnes) == chemin.read_text(encoding="utf-8").splitlines()[0].split(";")
    assert lot.lignes["date_disso"].to_list() == [date(2020, 9, 30), None, date(2024, 5, 15)]
    assert lot.lignes["date_creat"].to_list() == [date(2014, 6, 12), date(2008, 9, 24), date(1992, 6, 30)]


def test_an_association_leads_to_data_subvention() -> None:
    assert data_subvention({"id": numeros.rna(1)}) == "https://app.datasubvention.beta.gouv.fr/association/W999000001"
    assert data_subvention({"id": "W1/../x"}) is None
    assert data_subvention({"id": None}) is None
